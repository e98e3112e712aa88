"""A payment plan as figures: each instalment with what of it is open. The prose around it lives in templates/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.money import Money
from agent.domain.plan_progress import items_of, progress, running
from agent.domain.plans import PaymentPlan


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One instalment. `state`: paid, part (some of it), late (its day has passed), open."""

    number: int
    due_date: date
    amount: Money
    open: Money
    state: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A payment plan as of one day. `next` is the earliest instalment that is open, `overdue` what is open of those whose day has passed.

    `numbers` are those of its invoices, `last_day` is the day through which the next instalment is waited for.
    """

    debtor: str
    numbers: str
    total: Money
    open: Money
    overdue: Money
    rows: tuple[PlanRow, ...]
    next: PlanRow | None
    last_day: date | None
    grace_days: int
    after_missed: str
    state: str

    @property
    def paid(self) -> Money:
        """What came in for it."""
        return self.total - self.open


def plan_view(plan: PaymentPlan, items: Iterable[OpenItem], debtor: str, today: date) -> PlanView:
    """This plan on this day; `items` hold all of its items."""
    held = items_of(plan, items)
    now = progress(plan, held)
    rows = tuple(
        PlanRow(
            s.number,
            s.due_date,
            Money(s.amount, plan.currency),
            Money(s.open, plan.currency),
            _state(s.open < s.amount, s.open > 0, s.due_date < today),
        )
        for s in now.standings
    )
    following = next((row for row in rows if row.open), None)
    grace = timedelta(days=plan.grace_days)
    return PlanView(
        debtor=debtor,
        numbers=", ".join(i.invoice.number for i in held[:3]) + (", …" if len(held) > 3 else ""),
        total=Money.total((row.amount for row in rows), plan.currency),
        open=now.open,
        overdue=now.overdue_sum(today),
        rows=rows,
        next=following,
        last_day=following.due_date + grace if following else None,
        grace_days=plan.grace_days,
        after_missed=plan.after_missed.value,
        state=plan.state.value,
    )


def _state(begun: bool, owed: bool, passed: bool) -> str:
    if not owed:
        return "paid"
    if passed:
        return "late"
    return "part" if begun else "open"


def plans_of(accounts: Mapping[str, DebtorAccount], items: Iterable[OpenItem], today: date) -> tuple[PlanView, ...]:
    """The running plans of these debtors, the one whose next instalment comes first at the head."""
    held = tuple(items)
    views = (plan_view(p, held, account.name, today) for account in accounts.values() for p in running(account))
    return tuple(sorted(views, key=lambda v: (v.next.due_date if v.next else date.max, v.debtor)))
