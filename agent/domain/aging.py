"""What is owed by age: the ages that every report counts in, and the aged balance of a creditor's books by debtor and currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.money import Money
from agent.domain.plan_progress import due_on
from agent.domain.states import OWED, OpenItem


class Age(StrEnum):
    """How long an item is overdue, in days."""

    NOT_DUE = "bucket_not_due"
    TO_30 = "bucket_1_30"
    TO_60 = "bucket_31_60"
    TO_90 = "bucket_61_90"
    OVER_90 = "bucket_over_90"


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """What one debtor owes in one currency, in the order of `Age`; `credits` (below zero) are credit notes and overpayments."""

    debtor: str
    currency: str
    amounts: tuple[Money, ...]
    credits: Money

    @property
    def total(self) -> Money:
        """All columns together, less the credits."""
        return Money.total(self.amounts, self.currency) + self.credits

    def of(self, age: Age) -> Money:
        """One column."""
        return self.amounts[list(Age).index(age)]


def age_after(days: int) -> Age:
    """The age of what is this many days after its due date."""
    if days <= 0:
        return Age.NOT_DUE
    if days <= 30:
        return Age.TO_30
    if days <= 60:
        return Age.TO_60
    return Age.TO_90 if days <= 90 else Age.OVER_90


def aged_balance(items: Iterable[OpenItem], today: date) -> tuple[AgedBalance, ...]:
    """One row for each debtor and currency with something open, by debtor, then currency; what nobody checked yet counts not."""
    sums: dict[tuple[str, str], dict[Age, Decimal]] = {}
    credits_: dict[tuple[str, str], Decimal] = {}
    for item in items:
        if item.state not in OWED or not (balance := item.balance):
            continue
        key = (item.invoice.debtor, balance.currency)
        row = sums.setdefault(key, dict.fromkeys(Age, Decimal(0)))
        if balance.amount < 0:
            credits_[key] = credits_.get(key, Decimal(0)) + balance.amount
        else:
            due = due_on(item)
            row[age_after((today - due).days if due else 0)] += balance.amount
    return tuple(
        AgedBalance(
            debtor,
            currency,
            tuple(Money(amount, currency) for amount in row.values()),
            Money(credits_.get((debtor, currency), Decimal(0)), currency),
        )
        for (debtor, currency), row in sorted(sums.items())
    )
