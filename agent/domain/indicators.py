"""Key figures of a creditor's receivables in one currency: days sales outstanding, what was collected, how late money comes.

Items that were withdrawn, given up or are not checked yet count for nothing: nobody says that they were owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from agent.domain.credit_folds import CREDIT_NOTE, LEFT, ON_ACCOUNT, REFUND
from agent.domain.money import Money
from agent.domain.states import DebtorAccount, ItemState, OpenItem, Payment

_COUNTED = (ItemState.FOLLOWED, ItemState.ESCALATED, ItemState.SETTLED)
# What lessens an item without money having come in.
_NO_MONEY = frozenset({CREDIT_NOTE, "difference"})
# ... and what is no new money: it came before, or went back to the debtor.
_NOT_NEW = _NO_MONEY | {ON_ACCOUNT, REFUND}
_DAY = timedelta(days=1)
_MOST_MONTHS = 24
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came in on items that were due by the end of a period, and what of them is still open then."""

    collected: Money
    still_open: Money

    @property
    def percent(self) -> Decimal | None:
        """The share that came in, to a tenth of a percent; None when nothing was due."""
        whole = self.collected.amount + self.still_open.amount
        return _tenths(self.collected.amount * 100 / whole) if whole > 0 else None


@dataclass(frozen=True, slots=True)
class Delay:
    """How many days after the due date invoices were paid, weighted by amount; `invoices` counts them."""

    days: Decimal
    invoices: int


def money_in(item: OpenItem) -> tuple[Payment, ...]:
    """The payments of an item that are money; what was taken back is among them, below zero.

    Money kept on the debtor's account counts from the day on which it was set off.
    """
    return tuple(p for p in item.payments if p.evidence not in _NO_MONEY)


def new_money(items: Iterable[OpenItem], accounts: Iterable[DebtorAccount], currency: str) -> Iterator[Payment]:
    """What came in on invoices and on debtors' accounts, each sum on the day on which it came; what was taken back is below zero."""
    for item in items:
        if item.invoice.total.currency == currency:
            yield from (p for p in item.payments if p.evidence not in _NOT_NEW)
    for account in accounts:
        yield from (m for m in account.money if m.amount.currency == currency and m.evidence not in LEFT)


def collected(payments: Iterable[Payment], currency: str, start: date, end: date) -> Money:
    """What came in from start through end of this new money, less what was taken back."""
    return Money.total((p.amount for p in payments if start <= p.on <= end), currency)


def overdue_on(items: Iterable[OpenItem], currency: str, day: date) -> Money:
    """What was overdue at the end of this day, as far as it is known now; credits lessen nothing, what was handed over later is not counted."""
    late = (
        i for i in _counted(items, currency) if _known_on(i, day) and i.invoice.due_date and i.invoice.due_date < day
    )
    return Money.total((balance for i in late if (balance := _balance_on(i, day)).amount > 0), currency)


def promises(items: Iterable[OpenItem], currency: str, start: date, end: date) -> tuple[int, int]:
    """How many promises for a day from start through end were kept, and how many were broken."""
    ended = [p.kept for i in items if i.invoice.total.currency == currency for p in i.promises if start <= p.on <= end]
    return sum(ended), len(ended) - sum(ended)


def _known_on(item: OpenItem, day: date) -> bool:
    return item.registered_at.date() <= day


def _balance_on(item: OpenItem, day: date) -> Money:
    """What was open of an item at the end of a day; what was let go of when it was settled is not owed from then on."""
    later = [p.amount for p in item.payments if p.on > day]
    if item.state is ItemState.SETTLED and (item.settled_at is None or item.settled_at.date() <= day):
        return Money.total(later, item.invoice.total.currency)
    return item.balance + Money.total(later, item.invoice.total.currency) if later else item.balance


def days_sales_outstanding(items: Iterable[OpenItem], currency: str, today: date) -> Decimal | None:
    """How many days of sales are owed on a day, by the count-back method; None when nothing was ever sold.

    What is owed is set against the sales of this month, then of the month before, and so on; a month that covers more than what is
    left counts with its share of days. Sales are invoices including VAT less credit notes, by their dates; two years are looked at.
    """
    mine = _counted(items, currency)
    if not mine:
        return None
    left = Money.total((_balance_on(i, today) for i in mine if i.invoice.issue_date <= today), currency).amount
    sold: dict[tuple[int, int], Decimal] = {}
    for item in mine:
        day = item.invoice.issue_date
        if day <= today:
            sold[day.year, day.month] = sold.get((day.year, day.month), Decimal(0)) + item.invoice.total.amount
    days, last = Decimal(0), today
    for _ in range(_MOST_MONTHS):
        if left <= 0:
            break
        sales = sold.get((last.year, last.month), Decimal(0))
        if sales >= left:
            return _tenths(days + last.day * left / sales)
        left -= max(sales, Decimal(0))
        days += last.day
        last = last.replace(day=1) - _DAY
    return _tenths(days)


def recovery(items: Iterable[OpenItem], currency: str, start: date, end: date) -> Recovery:
    """Of what had to be paid by the end of a period and was not paid before it, what came in and what did not."""
    due = [i for i in _counted(items, currency) if i.invoice.due_date is not None and i.invoice.due_date <= end]
    came = Money.total((p.amount for i in due for p in money_in(i) if start <= p.on <= end), currency)
    left = (_balance_on(i, end) for i in due)
    return Recovery(came, Money.total((balance for balance in left if balance.amount > 0), currency))


def average_delay(items: Iterable[OpenItem], currency: str, start: date, end: date) -> Delay | None:
    """How late the invoices settled from start through end were paid, a day early counting below zero; None without any."""
    paid = [(i, day) for i in _counted(items, currency) if (day := paid_on(i)) is not None and start <= day <= end]
    weighed = [(days_late_when_paid(i, day), i.invoice.total.amount) for i, day in paid if i.invoice.due_date]
    weight = sum((amount for _, amount in weighed), Decimal(0))
    if weight <= 0:
        return None
    return Delay(_tenths(sum((days * amount for days, amount in weighed), Decimal(0)) / weight), len(weighed))


def paid_on(item: OpenItem) -> date | None:
    """The day on which the money that settled an invoice came; None while it is open, or when no money settled it."""
    if item.state is not ItemState.SETTLED or item.invoice.credit_note:
        return None
    return max((p.on for p in money_in(item) if p.amount.amount > 0), default=None)


def days_late_when_paid(item: OpenItem, day: date) -> int:
    """The days from the due date to this day; below zero when it was early."""
    assert item.invoice.due_date is not None
    return (day - item.invoice.due_date).days


def handover_delay(items: Sequence[OpenItem], start: date, end: date) -> int | None:
    """The median of days between the invoices' dates and their being handed over from start through end; None without any.

    What was handed over much later cannot be followed in time: the creditor's own part of being paid late.
    """
    days = sorted(
        (i.registered_at.date() - i.invoice.issue_date).days
        for i in items
        if not i.invoice.credit_note and start <= i.registered_at.date() <= end
    )
    return max(days[len(days) // 2], 0) if days else None


def _counted(items: Iterable[OpenItem], currency: str) -> list[OpenItem]:
    return [i for i in items if i.state in _COUNTED and i.invoice.total.currency == currency]


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)
