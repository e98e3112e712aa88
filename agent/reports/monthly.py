"""The report on a creditor's receivables as figures: where he stands, what came in, how his debtors pay, what is odd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.anomalies import Anomaly, anomalies
from agent.domain.dunning_plan import DunningPlan
from agent.domain.indicators import (
    Delay,
    Recovery,
    average_delay,
    collected,
    handover_delay,
    new_money,
    paid_on,
    promises,
)
from agent.domain.money import Money
from agent.domain.months import last_of, months_before
from agent.domain.parties import BookEntry
from agent.domain.payees import PayeeAccount
from agent.domain.states import DebtorAccount, OpenItem, Payment, Question
from agent.reports.calling import Debtor, calls_of, debtors_of, share_of
from agent.reports.digest import CurrencyDigest, QuestionLine, digest_of
from agent.reports.key_figures import key_figures, monthly_trends
from agent.reports.statement import Standing, days_late, standing_of
from agent.reports.trends import Trend

_DAY = timedelta(days=1)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """What one month brought; `share` is its part of the best month in percent, for a chart."""

    first: date
    collected: Money
    delay: Delay | None
    share: int


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One open item of the report."""

    number: str
    debtor: str
    issue_date: date
    due_date: date | None
    total: Money
    balance: Money
    days_late: int
    reminders: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class CurrencyReport:
    """All figures of one currency. `recovery` looks at twelve months; `trends` set the key figures against a month before."""

    currency: str
    standing: CurrencyDigest
    collected: Money
    recovery: Recovery
    dso: Decimal | None
    delay: Delay | None
    trends: tuple[Trend, ...]
    promises_kept: int
    promises_broken: int
    months: tuple[Month, ...]
    debtors: tuple[Debtor, ...]
    to_phone: tuple[Debtor, ...]
    invoices: tuple[InvoiceRow, ...]


@dataclass(frozen=True, slots=True)
class ReceivablesReport:
    """What a creditor is told about his receivables on `today`, and about the period from `start` through `end`.

    `handover_days` is how long he himself took to hand over his invoices in the period (median); `promises_broken` and `disputes`
    count what is open today; `unchecked` the invoices that wait for his answer; `lacks` are codes of what invoices handed over in the
    period lack (domain.completeness).
    """

    today: date
    start: date
    end: date
    currencies: tuple[CurrencyReport, ...]
    anomalies: tuple[Anomaly, ...]
    handover_days: int | None
    promises_broken: int
    disputes: int
    questions: tuple[QuestionLine, ...]
    unchecked: int
    lacks: tuple[str, ...] = ()


def receivables_report(  # noqa: PLR0913, PLR0917 - the books of one creditor, part by part
    items: Sequence[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    questions: Iterable[Question],
    plan: DunningPlan,
    today: date,
    month: date | None = None,
    book: Sequence[BookEntry] = (),
    payees: Iterable[PayeeAccount] = (),
) -> ReceivablesReport:
    """The report of one creditor's items on this day; the period is the month of `month`, by default that of yesterday."""
    end = last_of(month) if month else today - _DAY
    start = end.replace(day=1)
    digest = digest_of(items, accounts, questions, plan, today)
    books = _Books(items, accounts, plan, today, start, end, book)
    parts = [_currency(figures, books) for figures in digest.currencies]
    profiles = [debtor.profile for part in parts for debtor in part.debtors]
    return ReceivablesReport(
        today=today,
        start=start,
        end=end,
        currencies=tuple(parts),
        anomalies=anomalies(items, start, payees),
        handover_days=handover_delay(items, start, end),
        promises_broken=sum(p.broken_promises for p in profiles if p.open.amount > 0),
        disputes=sum(p.disputes for p in profiles),
        questions=digest.questions,
        unchecked=digest.unchecked,
        lacks=_lacks(items, start, end),
    )


def _lacks(items: Iterable[OpenItem], start: date, end: date) -> tuple[str, ...]:
    """What invoices lacked, each thing once, as far as the creditor was first told of it in the period."""
    found = (code for i in items if start <= i.registered_at.date() <= end for code in i.named)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Books:
    """What every part of the report looks at."""

    items: Sequence[OpenItem]
    accounts: Mapping[str, DebtorAccount]
    plan: DunningPlan
    today: date
    start: date
    end: date
    book: Sequence[BookEntry]


def _currency(figures: CurrencyDigest, books: _Books) -> CurrencyReport:
    items, currency, start, end = books.items, figures.currency, books.start, books.end
    lines = debtors_of(items, books.accounts, books.book, currency, books.today)
    money = tuple(new_money(items, books.accounts.values(), currency))
    now = key_figures(items, money, currency, books.today, start)
    before = key_figures(items, money, currency, months_before(books.today, 1), start - _DAY)
    kept, broken = promises(items, currency, start, end)
    return CurrencyReport(
        currency=currency,
        standing=figures,
        collected=now.collected,
        recovery=now.recovery,
        dso=now.dso,
        delay=now.delay,
        trends=monthly_trends(figures.overdue, now, before),
        promises_kept=kept,
        promises_broken=broken,
        months=_months(items, money, currency, start),
        debtors=lines,
        to_phone=calls_of(lines),
        invoices=tuple(_rows(books, currency)),
    )


def _months(items: Sequence[OpenItem], money: Sequence[Payment], currency: str, last: date) -> tuple[Month, ...]:
    firsts = [months_before(last, n) for n in range(_MONTHS - 1, -1, -1)]
    paid: dict[date, list[OpenItem]] = {}
    for item in items:
        if (day := paid_on(item)) is not None:
            paid.setdefault(day.replace(day=1), []).append(item)
    sums = [collected(money, currency, first, last_of(first)) for first in firsts]
    best = max((sum_.amount for sum_ in sums), default=Decimal(0))
    return tuple(
        Month(
            first,
            sum_,
            average_delay(paid.get(first, ()), currency, first, last_of(first)),
            share_of(sum_.amount, best),
        )
        for first, sum_ in zip(firsts, sums, strict=True)
    )


def _rows(books: _Books, currency: str) -> Iterable[InvoiceRow]:
    open_ = [i for i in books.items if i.is_open and i.balance and i.invoice.total.currency == currency]
    for item in sorted(open_, key=lambda i: (i.invoice.due_date or date.max, i.invoice.number)):
        account = books.accounts.get(item.invoice.debtor)
        yield InvoiceRow(
            number=item.invoice.number,
            debtor=account.name if account else "",
            issue_date=item.invoice.issue_date,
            due_date=item.invoice.due_date,
            total=item.invoice.total,
            balance=item.balance,
            days_late=days_late(item, books.today),
            reminders=len(item.statements),
            standing=standing_of(item, books.plan, books.today, account),
        )
