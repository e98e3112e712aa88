"""What is owed by age: the aged balance of a creditor's books, by debtor and currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.ledger import OpenItem
from agent.domain.money import Money


class Age(StrEnum):
    """How long an item is overdue."""

    NOT_DUE = "not_due"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "over_90"


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """What one debtor owes in one currency, in the order of `Age`. Credit notes and overpayments lower their own column."""

    debtor: str
    currency: str
    amounts: tuple[Money, ...]

    @property
    def total(self) -> Money:
        """All columns together."""
        return Money.total(self.amounts, self.currency)

    def of(self, age: Age) -> Money:
        """One column."""
        return self.amounts[list(Age).index(age)]


def age_of(item: OpenItem, today: date) -> Age:
    """The column of an item; one whose due date is not known is not due."""
    due = item.invoice.due_date
    days = (today - due).days if due is not None else 0
    if days <= 0:
        return Age.NOT_DUE
    if days <= 30:
        return Age.TO_30
    if days <= 60:
        return Age.TO_60
    return Age.TO_90 if days <= 90 else Age.OVER_90


def aged_balance(items: Iterable[OpenItem], today: date) -> tuple[AgedBalance, ...]:
    """One row for each debtor and currency with something open, by debtor, then currency."""
    sums: dict[tuple[str, str], dict[Age, Decimal]] = {}
    for item in items:
        if item.is_open and item.balance:
            row = sums.setdefault((item.invoice.debtor, item.invoice.total.currency), dict.fromkeys(Age, Decimal(0)))
            row[age_of(item, today)] += item.balance.amount
    return tuple(
        AgedBalance(debtor, currency, tuple(Money(amount, currency) for amount in row.values()))
        for (debtor, currency), row in sorted(sums.items())
    )
