"""Late-payment interest and indemnities: what the law of the debtor's country lets a creditor claim, with its arithmetic.

Nothing is claimed unless the creditor's terms switch it on. An unknown rate, an unknown regime or a condition that is not met gives
no claim and the reason why. A claim is shown with its lines; it never becomes an invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain import regimes
from agent.domain.money import Money
from agent.domain.overdue import ChargeTerms, Overdue, PaysFirst, balance_on
from agent.domain.rates import Gap, Rate, Rates

_DAY = timedelta(days=1)
_YEAR = Decimal(36_500)


@dataclass(frozen=True, slots=True)
class InterestLine:
    """Simple interest on one balance at one rate, from `start` through `end`."""

    start: date
    end: date
    days: int
    balance: Decimal
    percent: Decimal
    source: str

    @property
    def product(self) -> Decimal:
        """Balance times percent times days: exact, so that periods add up; divided by 36,500 it is the interest."""
        return self.balance * self.percent * self.days


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be claimed besides the balance, and why something is not."""

    interest: Money
    indemnity: Money
    lines: tuple[InterestLine, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def total(self) -> Money:
        """Interest and indemnity."""
        return self.interest + self.indemnity


def claim(overdue: Overdue, terms: ChargeTerms, rates: Rates, on: date) -> Claim:
    """What may be claimed on this day. Interest runs from the day after it begins through `on`, on the running balance."""
    currency = overdue.principal.currency
    reasons: list[str] = []
    lines: tuple[InterestLine, ...] = ()
    fixed = Decimal(0)
    if terms.interest:
        regime = regimes.interest_regime(overdue, terms, rates, on)
        if isinstance(regime, str):
            reasons.append(regime)
        else:
            lines, gaps = interest_lines(overdue, regime.rate, regime.start, on, rates, terms.pays_first)
            reasons.extend(gaps)
    if terms.indemnity:
        outcome = regimes.indemnity(overdue, terms, on)
        if isinstance(outcome, str):
            reasons.append(outcome)
        else:
            fixed = outcome
    return Claim(amount_of(lines, currency), Money(fixed, currency).rounded(), lines, tuple(reasons))


def amount_of(lines: Iterable[InterestLine], currency: str) -> Money:
    """The interest of these lines, rounded once."""
    return Money(sum((line.product for line in lines), Decimal(0)) / _YEAR, currency).rounded()


def interest_lines(
    overdue: Overdue,
    rate: str | Decimal,
    start: date,
    end: date,
    rates: Rates,
    pays_first: PaysFirst = PaysFirst.PRINCIPAL,
) -> tuple[tuple[InterestLine, ...], tuple[str, ...]]:
    """The lines from start through end, split where the rate or the balance changes, and the periods without a known rate.

    `rate` is a regime of the table, or a contract's own percentage. Nothing is claimed for a period whose rate is not known. The day
    of a payment still counts on the balance before it.
    """
    lines: list[InterestLine] = []
    gaps: list[str] = []
    balance, owed = balance_on(overdue, start - _DAY), Decimal(0)
    for first, last in _pieces(overdue, start, end):
        for a, b, found in _rated(rate, first, last, rates) if balance > 0 else ():
            if isinstance(found, Gap):
                why = "not confirmed" if found.unconfirmed else "not known"
                gaps.append(
                    f"the rate {found.regime} from {found.start} to {found.end} is {why}: no interest is claimed for it"
                )
                continue
            lines.append(InterestLine(a, b, (b - a).days + 1, balance, found.percent, found.source))
            owed += lines[-1].product / _YEAR
        paid = sum((amount for when, amount in overdue.payments if when == last), Decimal(0))
        on_interest = min(max(paid, Decimal(0)), owed) if pays_first is PaysFirst.INTEREST else Decimal(0)
        owed -= on_interest
        balance = max(balance - paid + on_interest, Decimal(0))
    return tuple(lines), tuple(gaps)


def _pieces(overdue: Overdue, start: date, end: date) -> Iterator[tuple[date, date]]:
    """The days from start through end in pieces that end on a day with a payment."""
    day = start
    for last in (*sorted({when for when, _ in overdue.payments if start <= when < end}), end):
        if day <= last:
            yield day, last
        day = last + _DAY


def _rated(rate: str | Decimal, start: date, end: date, rates: Rates) -> Iterable[tuple[date, date, Rate | Gap]]:
    if isinstance(rate, str):
        return rates.split(rate, start, end)
    return ((start, end, Rate("contract", start, end, rate, "V", "the contract")),)
