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
    days_sales_outstanding,
    handover_delay,
    recovery,
)
from agent.domain.money import Money
from agent.domain.profiles import Profile, profile, to_phone
from agent.domain.states import DebtorAccount, ItemState, OpenItem, Question
from agent.reports.digest import CurrencyDigest, QuestionLine, digest_of
from agent.reports.statement import Standing, days_late, standing_of

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
class Debtor:
    """A debtor by name with how he pays; `share` is his part of what the largest debtor owes in percent."""

    name: str
    address: str
    profile: Profile
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
    """All figures of one currency. `delay_before` is that of the month before; `recovery` looks at twelve months."""

    currency: str
    standing: CurrencyDigest
    collected: Money
    recovery: Recovery
    dso: Decimal | None
    delay: Delay | None
    delay_before: Delay | None
    months: tuple[Month, ...]
    debtors: tuple[Debtor, ...]
    to_phone: tuple[Debtor, ...]
    invoices: tuple[InvoiceRow, ...]


@dataclass(frozen=True, slots=True)
class ReceivablesReport:
    """What a creditor is told about his receivables on `today`, and about the period from `start` through `end`.

    `handover_days` is how long he himself took to hand over his invoices in the period (median); `promises_broken` and `disputes`
    count what is open today; `unchecked` the invoices that wait for his answer.
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


def receivables_report(
    items: Sequence[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    questions: Iterable[Question],
    plan: DunningPlan,
    today: date,
    month: date | None = None,
) -> ReceivablesReport:
    """The report of one creditor's items on this day; the period is the month of `month`, by default that of yesterday."""
    end = _last_of(month) if month else today - _DAY
    start = end.replace(day=1)
    digest = digest_of(items, accounts, questions, plan, today)
    books = _Books(items, accounts, plan, today, start, end)
    parts = [_currency(figures, books) for figures in digest.currencies]
    profiles = [debtor.profile for part in parts for debtor in part.debtors]
    return ReceivablesReport(
        today=today,
        start=start,
        end=end,
        currencies=tuple(parts),
        anomalies=anomalies(items, start),
        handover_days=handover_delay(items, start, end),
        promises_broken=sum(p.broken_promises for p in profiles if p.open.amount > 0),
        disputes=sum(p.disputes for p in profiles),
        questions=digest.questions,
        unchecked=digest.unchecked,
    )


@dataclass(frozen=True, slots=True)
class _Books:
    """What every part of the report looks at."""

    items: Sequence[OpenItem]
    accounts: Mapping[str, DebtorAccount]
    plan: DunningPlan
    today: date
    start: date
    end: date


def _currency(figures: CurrencyDigest, books: _Books) -> CurrencyReport:
    items, currency, start, end = books.items, figures.currency, books.start, books.end
    before = start - _DAY
    lines = _debtors(books, currency)
    urgent = {p.debtor for p in to_phone(line.profile for line in lines)}
    return CurrencyReport(
        currency=currency,
        standing=figures,
        collected=collected(items, currency, start, end),
        recovery=recovery(items, currency, _months_before(start, _MONTHS - 1), end),
        dso=days_sales_outstanding(items, currency, books.today),
        delay=average_delay(items, currency, start, end),
        delay_before=average_delay(items, currency, before.replace(day=1), before),
        months=_months(items, currency, start),
        debtors=lines,
        to_phone=tuple(line for line in lines if line.profile.debtor in urgent),
        invoices=tuple(_rows(books, currency)),
    )


def _months(items: Sequence[OpenItem], currency: str, last: date) -> tuple[Month, ...]:
    firsts = [_months_before(last, n) for n in range(_MONTHS - 1, -1, -1)]
    sums = [collected(items, currency, first, _last_of(first)) for first in firsts]
    best = max((sum_.amount for sum_ in sums), default=Decimal(0))
    return tuple(
        Month(first, sum_, average_delay(items, currency, first, _last_of(first)), _share(sum_.amount, best))
        for first, sum_ in zip(firsts, sums, strict=True)
    )


def _debtors(books: _Books, currency: str) -> tuple[Debtor, ...]:
    """Everybody who owes something, the largest sum overdue first."""
    mine = _by_debtor(books.items)
    known = (books.accounts[id_] for id_ in mine if id_ in books.accounts)
    found = [(account, profile(account, mine[account.id], currency, books.today)) for account in known]
    owing = [(account, p) for account, p in found if p.open.amount > 0]
    owing.sort(key=lambda pair: (-pair[1].overdue.amount, -pair[1].open.amount, pair[0].name))
    most = max((p.open.amount for _, p in owing), default=Decimal(0))
    return tuple(
        Debtor(account.name, account.contact.address if account.contact else "", p, _share(p.open.amount, most))
        for account, p in owing
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


def _by_debtor(items: Iterable[OpenItem]) -> dict[str, list[OpenItem]]:
    found: dict[str, list[OpenItem]] = {}
    for item in items:
        if item.invoice.debtor and item.state is not ItemState.REVIEW:
            found.setdefault(item.invoice.debtor, []).append(item)
    return found


def _share(amount: Decimal, whole: Decimal) -> int:
    return int((amount * 100 / whole).to_integral_value()) if whole > 0 and amount > 0 else 0


def _months_before(first: date, count: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 - count, 12)
    return date(year, month + 1, 1)


def _last_of(month: date) -> date:
    return _months_before(month.replace(day=1), -1) - _DAY
