"""What the collection service earns: a share of what was collected, each line traceable to the payment that proved it.

Two phases: *encaissement* (the invoice is followed by friendly reminders) and *recouvrement* (it was handed over for collection).
The fee is owed by the creditor and never charged to a debtor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.money import Money


class Phase(StrEnum):
    """Where an invoice stood when money came in."""

    ENCAISSEMENT = "encaissement"
    RECOUVREMENT = "recouvrement"


@dataclass(frozen=True, slots=True)
class PortfolioBand:
    """A rate for creditors who hand over at least this much, this many, or invoices this large; None leaves a bound open."""

    percent: Decimal
    turnover_from: Decimal = Decimal(0)
    invoices_from: int = 0
    average_from: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DebtBand:
    """A rate for debts up to this amount and age in days at handing over; None is without limit."""

    percent: Decimal
    amount_to: Decimal | None = None
    age_to: int | None = None


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """The rates of the service. An agreed rate of the creditor outranks the table of its phase."""

    encaissement: tuple[PortfolioBand, ...] = ()
    recouvrement: tuple[DebtBand, ...] = ()
    agreed_encaissement: Decimal | None = None
    agreed_recouvrement: Decimal | None = None
    vat_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a creditor hands over in a year: turnover, number of invoices."""

    turnover: Decimal
    invoices: int

    @property
    def average(self) -> Decimal:
        """The average value of an invoice; nothing without invoices."""
        return self.turnover / self.invoices if self.invoices else Decimal(0)


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """An invoice entered a phase on this day; `age` is its days overdue then."""

    phase: Phase
    on: date
    age: int = 0


@dataclass(frozen=True, slots=True)
class Collected:
    """Money on an item, negative when taken back. `evidence` names the message that proved it."""

    item: str
    number: str
    debt: Money
    amount: Money
    on: date
    evidence: str
    phases: tuple[PhaseChange, ...]


@dataclass(frozen=True, slots=True)
class FeeLine:
    """The fee on one payment; `percent` None when no rate is agreed, then nothing is charged and the line says so."""

    collected: Collected
    phase: Phase
    percent: Decimal | None
    fee: Money


@dataclass(frozen=True, slots=True)
class FeeStatement:
    """The fees of one creditor for one period and currency."""

    creditor: str
    start: date
    end: date
    lines: tuple[FeeLine, ...]
    net: Money
    vat: Money

    @property
    def total(self) -> Money:
        """Fees and VAT."""
        return self.net + self.vat


def encaissement_rate(terms: FeeTerms, portfolio: Portfolio) -> Decimal | None:
    """The rate of the first phase: the agreed one, else the lowest whose band this portfolio reaches; None without any."""
    if terms.agreed_encaissement is not None:
        return terms.agreed_encaissement
    reached = [
        band.percent
        for band in terms.encaissement
        if portfolio.turnover >= band.turnover_from
        and portfolio.invoices >= band.invoices_from
        and portfolio.average >= band.average_from
    ]
    return min(reached, default=None)


def recouvrement_rate(terms: FeeTerms, debt: Money, age: int) -> Decimal | None:
    """The rate of the second phase for this debt and age: the agreed one, else that of the first band it fits; None without any."""
    if terms.agreed_recouvrement is not None:
        return terms.agreed_recouvrement
    fitting = (
        band.percent
        for band in terms.recouvrement
        if (band.amount_to is None or debt.amount <= band.amount_to) and (band.age_to is None or age <= band.age_to)
    )
    return next(fitting, None)


def phase_on(phases: Sequence[PhaseChange], day: date) -> PhaseChange | None:
    """The phase that an item was in on this day; None before it was handed over."""
    return max((p for p in phases if p.on <= day), key=lambda p: p.on, default=None)


def fee_line(collected: Collected, terms: FeeTerms, portfolio: Portfolio) -> FeeLine | None:
    """The fee on one payment, rounded by itself; None for money from before the item was handed over."""
    at = phase_on(collected.phases, collected.on)
    if at is None:
        return None
    if at.phase is Phase.ENCAISSEMENT:
        percent = encaissement_rate(terms, portfolio)
    else:
        percent = recouvrement_rate(terms, collected.debt, at.age)
    fee = (collected.amount * (percent or Decimal(0)) * Decimal("0.01")).rounded()
    return FeeLine(collected, at.phase, percent, fee)


def fee_statement(
    creditor: str, start: date, end: date, payments: Iterable[Collected], terms: FeeTerms, portfolio: Portfolio
) -> tuple[FeeStatement, ...]:
    """The fees on the payments from start through end, one statement for each currency, lines by day and number."""
    lines = [
        line
        for payment in sorted(payments, key=lambda p: (p.on, p.number, p.item, p.evidence))
        if start <= payment.on <= end and (line := fee_line(payment, terms, portfolio)) is not None
    ]
    currencies = dict.fromkeys(line.fee.currency for line in lines)
    return tuple(
        _statement(creditor, start, end, [x for x in lines if x.fee.currency == c], c, terms) for c in currencies
    )


def _statement(
    creditor: str, start: date, end: date, lines: Sequence[FeeLine], currency: str, terms: FeeTerms
) -> FeeStatement:
    net = Money.total((line.fee for line in lines), currency)
    vat = (net * (terms.vat_percent or Decimal(0)) * Decimal("0.01")).rounded()
    return FeeStatement(creditor, start, end, tuple(lines), net, vat)
