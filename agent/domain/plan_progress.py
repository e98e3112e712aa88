"""How far a payment plan, or an invoice that is due in parts, has been paid, and on which day something is to be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.credit_folds import CREDIT_NOTE
from agent.domain.dunning_plan import DunningPlan
from agent.domain.money import Money
from agent.domain.plans import InstalmentStanding, PaymentPlan, PlanState
from agent.domain.schedules import courtesy_day, open_sum, standings
from agent.domain.states import DebtorAccount, ItemState, OpenItem

_DAY = timedelta(days=1)
# What ends an item outside its plan: what was paid on it counts, the rest is asked for no more.
_GONE = (ItemState.WITHDRAWN, ItemState.WRITTEN_OFF, ItemState.ESCALATED)


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan with what is open of each instalment. `claim` is what it pays by the books of today, `paid` what came in for it."""

    plan: PaymentPlan
    claim: Decimal
    paid: Decimal
    standings: tuple[InstalmentStanding, ...]
    reversals: int

    @property
    def open(self) -> Money:
        """What is still to be paid."""
        return Money(max(self.claim - self.paid, Decimal(0)), self.plan.currency)

    @property
    def next(self) -> InstalmentStanding | None:
        """The earliest instalment that is open."""
        return next((s for s in self.standings if s.open > 0), None)

    def overdue(self, today: date) -> tuple[InstalmentStanding, ...]:
        """The open instalments whose day has passed."""
        return tuple(s for s in self.standings if s.open > 0 and s.due_date < today)

    def overdue_sum(self, today: date) -> Money:
        """What is open of them: never more than what is due so far."""
        return Money(open_sum(self.overdue(today)), self.plan.currency)

    def unreported(self) -> tuple[InstalmentStanding, ...]:
        """The open instalments that nobody was told of as missed, or of which a payment was taken back since."""
        told = {m.number for m in self.plan.missed if m.reversals >= self.reversals}
        return tuple(s for s in self.standings if s.open > 0 and s.number not in told)

    def missed(self, today: date) -> tuple[InstalmentStanding, ...]:
        """Of these the ones whose grace has passed."""
        return tuple(s for s in self.unreported() if s.due_date + self._grace <= today)

    @property
    def _grace(self) -> timedelta:
        return timedelta(days=self.plan.grace_days + 1)


def progress(plan: PaymentPlan, items: Iterable[OpenItem]) -> Progress:
    """How far this plan has been paid. `items` holds all of its items; one that is missing is no longer this debtor's.

    Money counts towards the earliest instalment that is open; a credit note, and what was withdrawn or corrected, shortens the
    schedule from its end, what was added lengthens its last instalment.
    """
    held = {i.id: i for i in items if i.invoice.total.currency == plan.currency}
    claim = paid = Decimal(0)
    reversals = 0
    for share in plan.shares:
        item = held.get(share.item)
        if item is None:
            continue
        since = money_on(item).amount - share.paid_before.amount
        paid += since
        claim += since if item.state in _GONE else since + item.balance.amount
        reversals += sum(p.amount.amount < 0 for p in item.payments)
    return Progress(plan, claim, paid, standings(plan.instalments, claim, paid), reversals)


def money_on(item: OpenItem) -> Money:
    """What was paid on an item; a credit note is no money."""
    credited = (p.amount for p in item.payments if p.evidence == CREDIT_NOTE)
    return item.paid - Money.total(credited, item.paid.currency)


def running(account: DebtorAccount) -> tuple[PaymentPlan, ...]:
    """The plans through which this debtor's items are followed."""
    return tuple(plan for plan in account.plans if plan.state is PlanState.RUNNING)


def plan_of(account: DebtorAccount | None, item: OpenItem) -> PaymentPlan | None:
    """The plan through which this item is followed."""
    plans = running(account) if account is not None and item.plan else ()
    return next((plan for plan in plans if plan.id == item.plan), None)


def free_on(account: DebtorAccount, items: Iterable[OpenItem]) -> date | None:
    """The first day on which nothing that rests keeps a plan over these items from being followed; None while a person must speak."""
    held = [*account.holds, *(h for i in items if i.is_open for h in i.holds)]
    days = [h.until + _DAY if h.until is not None else None for h in held]
    known = [day for day in days if day is not None]
    return None if None in days else max(known, default=date.min)


def items_of(plan: PaymentPlan, items: Iterable[OpenItem]) -> tuple[OpenItem, ...]:
    """The items of this plan, as far as they are among these."""
    wanted = set(plan.items)
    return tuple(i for i in items if i.id in wanted)


def next_plan_day(account: DebtorAccount, items: Sequence[OpenItem], dunning: DunningPlan) -> date | None:
    """The first day on which something is to be done about this account's plans; one in the past means at once."""
    days = [day for plan in account.plans for day in _days_of(plan, account, items_of(plan, items), dunning)]
    return min(days, default=None)


def _days_of(plan: PaymentPlan, account: DebtorAccount, items: Sequence[OpenItem], dunning: DunningPlan) -> list[date]:
    now = progress(plan, items)
    match plan.state:
        case PlanState.KEPT:
            return [plan.agreed_on] if is_open_again(now, items, dunning) else []
        case PlanState.CANCELLED:
            return [plan.agreed_on] if owes_withdrawal(plan) else []
        case PlanState.RUNNING if now.open.amount <= dunning.tolerance or now.claim != plan.total.amount:
            return [plan.agreed_on]
        case PlanState.RUNNING if unconfirmed(plan, account):
            return [plan.agreed_on]
        case PlanState.RUNNING:
            free = free_on(account, items)
            return [max(day, free) for day in _coming(now, account)] if free is not None else []
    return []


def _coming(now: Progress, account: DebtorAccount) -> list[date]:
    """The day of the next friendly word, and the first day on which an instalment counts as missed."""
    plan, first = now.plan, now.next
    waiting = now.unreported()
    if unreminded(now, account) is not None:
        return [plan.agreed_on]
    days = [s.due_date + timedelta(days=plan.grace_days + 1) for s in waiting[:1]]
    courtesy = courtesy_on(plan, first, account.country) if first in waiting and account.contact else None
    return [*days, courtesy] if courtesy is not None else days


def courtesy_on(plan: PaymentPlan, instalment: InstalmentStanding | None, country: str) -> date | None:
    """The day of the friendly word before this instalment; None when none is wanted, was written, or the plan itself was one."""
    if instalment is None or not plan.courtesy_days or plan.letter("courtesy", instalment.number) is not None:
        return None
    day = courtesy_day(instalment.due_date, plan.courtesy_days, country)
    return day if day > plan.agreed_on else None


def unconfirmed(plan: PaymentPlan, account: DebtorAccount) -> bool:
    """Whether the debtor has an address and no confirmation: it was cancelled before it left, or there was nobody to write to."""
    return account.contact is not None and plan.letter("agreed") is None


def unreminded(now: Progress, account: DebtorAccount) -> InstalmentStanding | None:
    """The missed instalment whose reminder was cancelled before it left, and is wanted still; the last one speaks for all."""
    reported = {m.number for m in now.plan.missed}
    owed = [s for s in now.standings if s.open > 0 and s.number in reported]
    written = owed and any(x.code == "missed" and x.number == owed[-1].number for x in now.plan.letters)
    lost = written and now.plan.letter("missed", owed[-1].number) is None
    return owed[-1] if lost and account.contact is not None else None


def is_open_again(now: Progress, items: Iterable[OpenItem], dunning: DunningPlan) -> bool:
    """Whether a plan that was kept owes again, because a payment was taken back."""
    owed = any(i.state is ItemState.FOLLOWED and i.balance.amount > dunning.tolerance for i in items)
    return owed and now.open.amount > dunning.tolerance


def owes_withdrawal(plan: PaymentPlan) -> bool:
    """Whether a debtor holds our confirmation of a plan that was taken back, and was not told."""
    confirmed = plan.letter("agreed")
    return confirmed is not None and confirmed.state == "sent" and plan.letter("cancelled") is None


def parts_of(item: OpenItem) -> tuple[InstalmentStanding, ...]:
    """The parts in which an invoice is due by itself, with what is open of each; empty when it is due as a whole or follows a plan.

    Where the parts make the whole invoice, the deposit paid the first of them.
    """
    parts = tuple(sorted(item.invoice.instalments, key=lambda part: part.due_date))
    if not parts or item.plan or item.invoice.credit_note:
        return ()
    made = sum((part.amount for part in parts), Decimal(0))
    total, due = item.invoice.total.amount, item.invoice.due.amount
    whole = abs(made - total) < abs(made - due)
    claim = total if whole else due
    credited = Money.total((p.amount for p in item.payments if p.evidence == CREDIT_NOTE), item.paid.currency).amount
    return standings(parts, claim - credited, claim - credited - item.balance.amount)


def due_on(item: OpenItem, tolerance: Decimal = Decimal(0)) -> date | None:
    """The day on which an item is due; of one in parts, the day by which more than the tolerance of them is open."""
    owed = Decimal(0)
    for part in parts_of(item):
        owed += part.open
        if owed > tolerance:
            return part.due_date
    return item.invoice.due_date


def due_so_far(item: OpenItem, today: date) -> Money:
    """What is owed of an item whose day has passed; of one that is due as a whole, its balance."""
    parts = parts_of(item)
    if not parts or item.balance.amount <= 0:
        return item.balance
    passed = open_sum(part for part in parts if part.due_date < today)
    return Money(passed, item.balance.currency)


def statements_on(item: OpenItem) -> tuple[date, ...]:
    """The days of the statements that count for what is due now: of an invoice in parts, those since its first open one was due."""
    if not parts_of(item):
        return item.statements
    since = due_on(item)
    return tuple(day for day in item.statements if since is None or day > since)
