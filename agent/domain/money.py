"""Money: a decimal amount in one currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Self

# Decimal places by ISO 4217; every currency not named here has two.
_PLACES = {"JPY": 0, "ISK": 0, "KRW": 0, "HUF": 2, "TND": 3, "KWD": 3, "BHD": 3}


def is_currency(code: str) -> bool:
    """Whether this may be a currency's code (ISO 4217): three capital letters."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount in one currency; amounts of two currencies never mix.

    Raises:
        TypeError: the amount is not a Decimal (floats are refused, they cannot hold cents).
        ValueError: the amount is not finite, or the currency is not three capital letters.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money wants a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError("money must be finite")
        if not is_currency(self.currency):
            raise ValueError(f"not a currency code: {self.currency!r}")

    @classmethod
    def of(cls, text: str | int | Decimal, currency: str) -> Self:
        """The money that a plain decimal text such as "1250.00" means. Raises ValueError when it means none."""
        try:
            return cls(Decimal(text), currency)
        except InvalidOperation as error:
            raise ValueError(f"not an amount: {text!r}") from error

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in this currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The sum of amounts that are all in this currency; zero when there are none."""
        result: Money = cls.zero(currency)
        for amount in amounts:
            result = result + amount
        return result

    def rounded(self) -> Money:
        """This money at the currency's own number of decimals, half a unit away from zero."""
        step = Decimal(1).scaleb(-_PLACES.get(self.currency, 2))
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_UP), self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if not isinstance(factor, Decimal | int):
            raise TypeError("money is multiplied by a Decimal or an int")
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.rounded().amount} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.amount
