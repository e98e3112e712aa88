"""How the events of payment plans change accounts and items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from agent.domain import plan_events as ev
from agent.domain.plans import Missed, PaymentPlan, PlanLetter
from agent.domain.states import DebtorAccount, Hold, HoldKind, OpenItem

_PlanChange = Callable[[PaymentPlan], PaymentPlan]
_Both = OpenItem | DebtorAccount


def _held(item: OpenItem, until: date | None, event: ev.PlanEvent, reason: str, words: str = "") -> OpenItem:
    new = Hold(HoldKind.PLAN, until, event.at, reason=reason, words=words)
    return replace(item, holds=(*_free(item), new))


def _free(item: OpenItem) -> tuple[Hold, ...]:
    return tuple(h for h in item.holds if h.kind is not HoldKind.PLAN)


def _with(account: DebtorAccount, plan: str, change: _PlanChange) -> DebtorAccount:
    return replace(account, plans=tuple(change(p) if p.id == plan else p for p in account.plans))


def _proposed(s: _Both, e: ev.PlanProposed) -> _Both:
    return _held(s, e.hold_until, e, "plan_proposed", e.words) if isinstance(s, OpenItem) else s


def _refused(s: _Both, e: ev.PlanRefused) -> _Both:
    if not isinstance(s, OpenItem):
        return s
    return _held(s, e.hold_until, e, "plan_refused") if e.hold_until else replace(s, holds=_free(s))


def _agreed(s: _Both, e: ev.PlanAgreed) -> _Both:
    """A promise gives way to the plan; a dispute, a claim of payment and a pause do not."""
    if isinstance(s, OpenItem):
        return replace(s, plan=e.plan.id, holds=tuple(h for h in _free(s) if h.kind is not HoldKind.PROMISE))
    known = any(p.id == e.plan.id for p in s.plans)
    return _with(s, e.plan.id, lambda _: e.plan) if known else replace(s, plans=(*s.plans, e.plan))


def _changed(s: _Both, e: ev.PlanChanged) -> _Both:
    if isinstance(s, OpenItem):
        return s
    return _with(s, e.plan, lambda p: replace(p, instalments=e.instalments))


def _missed(a: DebtorAccount, e: ev.InstalmentMissed) -> DebtorAccount:
    mark = Missed(e.number, e.on, e.reversals)
    return _with(a, e.plan, lambda p: replace(p, missed=(*(m for m in p.missed if m.number != e.number), mark)))


def _ended(s: _Both, e: ev.PlanEnded) -> _Both:
    if isinstance(s, DebtorAccount):
        return _with(s, e.plan, lambda p: replace(p, state=e.outcome))
    if s.plan != e.plan:
        return s
    freed = replace(s, plan="")
    return _held(freed, e.hold_until, e, f"plan_{e.outcome.value}") if e.hold_until else freed


def _letter_queued(a: DebtorAccount, e: ev.PlanLetterQueued) -> DebtorAccount:
    letter = PlanLetter(e.code, e.number, e.on, e.mail)
    written = replace(a, contacted_on=e.on)
    return _with(written, e.plan, lambda p: replace(p, letters=(*p.letters, letter)))


def _letter_now(state: str) -> Callable[[DebtorAccount, Any], DebtorAccount]:
    def fold(account: DebtorAccount, e: ev.PlanLetterEvent) -> DebtorAccount:
        def marked(plan: PaymentPlan) -> PaymentPlan:
            letters = (replace(x, state=state) if x.mail == e.mail else x for x in plan.letters)
            return replace(plan, letters=tuple(letters))

        return _with(account, e.plan, marked)

    return fold


PLAN_FOLDS: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    ev.PlanProposed: _proposed,
    ev.PlanRefused: _refused,
    ev.PlanAgreed: _agreed,
    ev.PlanChanged: _changed,
    ev.InstalmentMissed: _missed,
    ev.PlanEnded: _ended,
    ev.PlanLetterQueued: _letter_queued,
    ev.PlanLetterSent: _letter_now("sent"),
    ev.PlanLetterCancelled: _letter_now("cancelled"),
}
