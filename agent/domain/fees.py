"""What the collection service earns: a share of what was collected, each line traceable to the payment that proved it.

In *encaissement* the rate goes by what the creditor hands over, in *recouvrement* by amount and age of the debt. The fee is owed by
the creditor and never charged to a debtor (in France: Code des procédures civiles d'exécution, L111-8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.collected import Collected
from agent.domain.money import Money
from agent.domain.months import month_of, months_before
from agent.domain.phases import Phase, PhaseChange

_PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PortfolioBand:
    """A rate for creditors who hand over at least this much, this many, and invoices this large on average."""

    percent: Decimal
    turnover_from: Decimal = Decimal(0)
    invoices_from: int = 0
    average_from: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DebtBand:
    """A rate for debts up to this amount and age in days at the entry into recovery; None is without limit."""

    percent: Decimal
    amount_to: Decimal | None = None
    age_to: int | None = None


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """The rates of one creditor in percent; an agreed rate outranks the table of its phase. `vat_note` says why there is no VAT."""

    encaissement: tuple[PortfolioBand, ...] = ()
    recouvrement: tuple[DebtBand, ...] = ()
    agreed_encaissement: Decimal | None = None
    agreed_recouvrement: Decimal | None = None
    vat_percent: Decimal | None = None
    vat_note: str = ""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a creditor handed over in the year before a payment: turnover, number of invoices."""

    turnover: Decimal
    invoices: int

    @property
    def average(self) -> Decimal:
        """The average value of an invoice; nothing without invoices."""
        return self.turnover / self.invoices if self.invoices else Decimal(0)


@dataclass(frozen=True, slots=True)
class FeeLine:
    """The fee on one payment; `percent` None when no rate is agreed, then nothing is charged and the line says so."""

    collected: Collected
    phase: Phase
    percent: Decimal | None
    fee: Money


@dataclass(frozen=True, slots=True)
class FeeStatement:
    """The fees of one creditor for one month (both days included) and currency."""

    creditor: str
    start: date
    end: date
    lines: tuple[FeeLine, ...]
    net: Money
    vat: Money
    vat_percent: Decimal | None = None
    vat_note: str = ""

    @property
    def total(self) -> Money:
        """Fees and VAT."""
        return self.net + self.vat

    @property
    def collected(self) -> Money:
        """What the lines say was collected, less what was taken back."""
        return Money.total((line.collected.amount for line in self.lines), self.net.currency)

    def net_in(self, phase: Phase) -> Money:
        """The fees of one phase."""
        return Money.total((line.fee for line in self.lines if line.phase is phase), self.net.currency)


# Which portfolio counts for a payment of this day and currency.
Portfolios = Callable[[date, str], Portfolio]


def portfolio(handed_over: Iterable[tuple[date, Money]], day: date, currency: str, months: int = 12) -> Portfolio:
    """What was handed over in this currency in the months up to and with this day. `handed_over`: day and total of each invoice."""
    first = months_before(day, months)
    sums = [total.amount for on, total in handed_over if first < on <= day and total.currency == currency]
    return Portfolio(sum(sums, Decimal(0)), len(sums))


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
    """The phase that an item was in on this day, the last one entered that day; None before it was handed over."""
    return max(reversed([p for p in phases if p.on <= day]), key=lambda p: p.on, default=None)


def fee_line(
    collected: Collected, terms: FeeTerms, portfolios: Portfolios, charged: Mapping[str, Decimal | None]
) -> FeeLine | None:
    """The fee on one payment, rounded by itself; None for money from before the item was handed over.

    `charged` holds the percentages of payments on earlier statements by their ids: what is taken back is given back at its own rate.
    """
    at = phase_on(collected.phases, collected.earned_on)
    if at is None:
        return None
    if collected.of in charged:
        percent = charged[collected.of]
    elif at.phase is Phase.ENCAISSEMENT:
        percent = encaissement_rate(terms, portfolios(collected.earned_on, collected.amount.currency))
    else:
        percent = recouvrement_rate(terms, at.debt or collected.debt, at.age)
    if not percent:
        return FeeLine(collected, at.phase, percent, Money.zero(collected.amount.currency).rounded())
    return FeeLine(collected, at.phase, percent, (collected.amount * percent * _PERCENT).rounded())


def fee_statements(
    creditor: str,
    month: date,
    payments: Iterable[Collected],
    terms: FeeTerms,
    portfolios: Portfolios,
    charged: Mapping[str, Decimal | None],
) -> tuple[FeeStatement, ...]:
    """The fees on what was recorded in the month of this day, one statement for each currency, lines by day and number.

    A payment belongs to the month in which it became known: each stands on exactly one statement, also when it is older.
    """
    start, end = month_of(month)
    ordered = sorted(payments, key=lambda p: (p.recorded, p.on, p.number, p.id, p.of))
    known = dict(charged)
    lines = []
    for payment in ordered:
        if not start <= payment.recorded <= end:
            continue
        line = fee_line(payment, terms, portfolios, known)
        if line is not None:
            known[payment.id] = line.percent
            lines.append(line)
    currencies = dict.fromkeys(line.fee.currency for line in lines)
    return tuple(
        _statement(creditor, (start, end), [x for x in lines if x.fee.currency == c], terms) for c in currencies
    )


def _statement(creditor: str, month: tuple[date, date], lines: Sequence[FeeLine], terms: FeeTerms) -> FeeStatement:
    net = Money.total((line.fee for line in lines), lines[0].fee.currency)
    vat = (net * (terms.vat_percent or Decimal(0)) * _PERCENT).rounded()
    return FeeStatement(creditor, *month, tuple(lines), net, vat, terms.vat_percent, terms.vat_note)
