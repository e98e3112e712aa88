"""When the next statement of account is due, and what it lists. Pure rules over an account and its items.

The rules: nothing before the due date and its grace; nothing while an item is held; one statement per debtor, creditor and
currency with all items that are due; the spacing, and never less than the minimum interval, between two statements, however
long the daemon was away; what was announced to a consumer runs out first; never more statements on an item than its plan allows; no statement when the credits of the account
outweigh what is due; who said that he has paid is first asked for the proof; what follows a payment plan is listed by none, and an
invoice in parts asks for no more than what is due so far; what a formal notice asks for is listed by none. All comparisons are "on or after", so a missed day is caught up and never doubled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.claims import consumer_of
from agent.domain.credit_folds import PROOF_ASKED
from agent.domain.credits import credits_of
from agent.domain.dunning_plan import DunningPlan
from agent.domain.guard_waits import waits_until
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState, OpenItem
from agent.domain.money import Money
from agent.domain.plan_progress import due_on, due_so_far, next_plan_day, statements_on

LEVELS = ("friendly", "reminder", "firm", "last")


@dataclass(frozen=True, slots=True)
class StatementDue:
    """A statement that may be written: the items it lists (oldest due date first) and its tone."""

    currency: str
    items: tuple[OpenItem, ...]
    level: str


def level(already_listed: int, statements: int) -> str:
    """The tone of an item's next statement: the first is friendly, the last of several is last; in between it grows firmer.

    With three statements: friendly, firm, last; with four: friendly, reminder, firm, last.
    """
    if already_listed <= 0:
        return "friendly"
    if already_listed >= statements - 1:
        return "last"
    return "reminder" if already_listed == 1 and statements > 3 else "firm"


def ready_on(item: OpenItem, plan: DunningPlan) -> date | None:
    """The first day on which this item may be listed, as far as it alone decides; None while nothing can say when.

    `plan` is the plan that holds for this item.
    """
    due = due_on(item, plan.tolerance)
    if item.state is not ItemState.FOLLOWED or due is None or item.invoice.credit_note or item.plan or item.notice:
        return None
    if item.balance.amount <= plan.tolerance or len(statements_on(item)) >= plan.statements:
        return None
    return _after_holds(item, due + timedelta(days=max(plan.grace_days, 0) + 1))


def _after_holds(held: OpenItem | DebtorAccount, day: date | None) -> date | None:
    for hold in held.holds:
        if hold.until is None or day is None:
            return None
        day = max(day, hold.until + timedelta(days=1))
    return day


def _listable_on(item: OpenItem, account: DebtorAccount, plan: DunningPlan) -> date | None:
    """The first day on which a statement may list this item: when it is ready, and what the law gives its debtor has passed."""
    ready = ready_on(item, plan.changed(item.invoice.plan))
    consumer = consumer_of(item.invoice, account)
    waits = waits_until(item, account, account.country, consumer=consumer)
    return ready if ready is None or waits is None else max(ready, waits)


def _account_free_on(account: DebtorAccount, currency: str, plan: DunningPlan) -> date | None:
    day = _after_holds(account, date.min)
    if day is None:
        return None
    if account.contacted_on is not None:
        day = max(day, account.contacted_on + timedelta(days=plan.minimum_interval_days))
    last = account.last_statement(currency)
    if last is not None and last.state == "queued":
        return None
    if last is not None:
        day = max(day, last.on + timedelta(days=max(plan.spacing_days, plan.minimum_interval_days)))
    return day


def next_statement_on(
    account: DebtorAccount, items: Sequence[OpenItem], currency: str, plan: DunningPlan
) -> date | None:
    """The first day on which a statement in this currency may go out; None when nothing foreseeable makes one due.

    `items` are the account's items; `plan` the plan of the account (agency, creditor and debtor), which each item may change.
    """
    if account.contact is None:
        return None
    free = _account_free_on(account, currency, plan)
    days = [_listable_on(item, account, plan) for item in items if item.invoice.total.currency == currency]
    known = [day for day in days if day is not None]
    if free is None or not known:
        return None
    return max(free, min(known))


def statement_due(
    account: DebtorAccount, items: Sequence[OpenItem], currency: str, plan: DunningPlan, today: date
) -> StatementDue | None:
    """The statement in this currency that is due today, or None."""
    first = next_statement_on(account, items, currency, plan)
    if first is None or first > today:
        return None
    mine = [item for item in items if item.invoice.total.currency == currency]
    due = [i for i in mine if (day := _listable_on(i, account, plan)) is not None and day <= today]
    due.sort(key=lambda i: (i.invoice.due_date or date.max, i.invoice.issue_date, i.invoice.number))
    owed = Money.total((due_so_far(i, today) for i in due), currency) + credits_of(mine, currency, account)
    if not due or owed.amount <= plan.tolerance:
        return None
    oldest = due[0]
    return StatementDue(
        currency, tuple(due), level(len(statements_on(oldest)), plan.changed(oldest.invoice.plan).statements)
    )


def exhausted(items: Sequence[OpenItem], plan: DunningPlan, today: date) -> tuple[OpenItem, ...]:
    """The items that had all their statements, whose debtor had the spacing to answer the last one, and which are not held."""
    found = []
    for item in items:
        own = plan.changed(item.invoice.plan)
        spent = len(statements_on(item)) >= own.statements and bool(item.statements)
        if item.state is not ItemState.FOLLOWED or item.plan or item.notice or not spent:
            continue
        answered_by = item.statements[-1] + timedelta(days=own.spacing_days)
        if item.balance.amount > own.tolerance and answered_by <= today and item.hold(today) is None:
            found.append(item)
    return tuple(found)


def notice_lapses_on(item: OpenItem, plan: DunningPlan) -> date | None:
    """The first day on which the owner may be asked what follows a formal notice; None while nothing can say when.

    A transfer of the last day has the grace of a promise to arrive. `plan` is the plan that holds for this item.
    """
    notice = item.notice
    if notice is None or not notice.sent or item.state is not ItemState.FOLLOWED or item.plan:
        return None
    if item.balance.amount <= plan.tolerance:
        return None
    return _after_holds(item, notice.deadline + timedelta(days=plan.promise_grace_days + 1))


def lapsed_notices(items: Sequence[OpenItem], plan: DunningPlan, today: date) -> tuple[OpenItem, ...]:
    """The items whose formal notice has passed unpaid, and which nothing holds."""
    days = ((item, notice_lapses_on(item, plan.changed(item.invoice.plan))) for item in items)
    return tuple(item for item, day in days if day is not None and day <= today)


def lapsed_promises(items: Sequence[OpenItem], today: date) -> tuple[OpenItem, ...]:
    """The items whose promised day and its grace have passed while something is still open."""
    return tuple(
        item
        for item in items
        if item.state is ItemState.FOLLOWED
        and item.balance.amount > 0
        and any(h.kind is HoldKind.PROMISE and h.until is not None and h.until < today for h in item.holds)
    )


def proof_due_on(account: DebtorAccount, item: OpenItem, plan: DunningPlan) -> date | None:
    """The first day on which the debtor may be asked for the proof of a payment that he told of; None when nothing is to be asked.

    It is a contact like any other: the minimum interval holds.
    """
    told = next((h for h in item.holds if h.kind is HoldKind.CLAIM and h.reason != PROOF_ASKED), None)
    if told is None or item.state is not ItemState.FOLLOWED or item.balance.amount <= plan.tolerance:
        return None
    days = [_after_holds(account, _after_holds(item, date.min))]
    days += [last + timedelta(days=plan.minimum_interval_days) for last in _contacts(account)]
    return None if account.contact is None or None in days else max(day for day in days if day is not None)


def _contacts(account: DebtorAccount) -> list[date]:
    """The days on which the debtor was written to, of each sort the last."""
    last = (account.last_statement(c) for c in {s.currency for s in account.statements})
    days = [s.on for s in last if s is not None]
    return [*days, account.contacted_on] if account.contacted_on else days


def unproved_claims(
    account: DebtorAccount, items: Sequence[OpenItem], plan: DunningPlan, today: date
) -> tuple[OpenItem, ...]:
    """The items said to be paid whose money has not come in the time that payments take, and whose proof may be asked for today."""
    if any(s.state == "queued" for s in account.statements):
        return ()
    due = ((i, proof_due_on(account, i, plan.changed(i.invoice.plan))) for i in items)
    return tuple(i for i, day in due if day is not None and day <= today)


def wake_on(account: DebtorAccount, items: Sequence[OpenItem], plan: DunningPlan) -> date | None:
    """The first day on which this account should be looked at again: a statement, a lapsed promise, a question to ask."""
    days: list[date] = []
    for currency in {item.invoice.total.currency for item in items}:
        day = next_statement_on(account, items, currency, plan)
        if day is not None:
            days.append(day)
    for item in items:
        own = plan.changed(item.invoice.plan)
        days.extend(_lapses(item, own))
        asked = proof_due_on(account, item, own)
        days.extend([asked] if asked is not None else [])
    planned = next_plan_day(account, items, plan)
    return min([*days, planned] if planned is not None else days, default=None)


def _lapses(item: OpenItem, plan: DunningPlan) -> list[date]:
    if item.state is not ItemState.FOLLOWED:
        return []
    days = [h.until + timedelta(days=1) for h in item.holds if h.kind is HoldKind.PROMISE and h.until is not None]
    lapsed = notice_lapses_on(item, plan)
    days.extend([lapsed] if lapsed is not None else [])
    if item.plan or item.notice:
        return days
    if item.statements and len(statements_on(item)) >= plan.statements and item.balance.amount > plan.tolerance:
        asked = _after_holds(item, item.statements[-1] + timedelta(days=plan.spacing_days))
        if asked is not None:
            days.append(asked)
    return days
