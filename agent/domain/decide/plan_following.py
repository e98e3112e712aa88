"""What the clock brings about on payment plans: a friendly word before an instalment, a missed one, a plan that was kept or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.domain import events as ev
from agent.domain import plan_events as pe
from agent.domain.decide.context import Context, Decision, head, make_id, merged, to_owner
from agent.domain.decide.plan_letters import plan_letter, plan_notice
from agent.domain.decide.plans import MISSED_TOPIC, REMIND, REVOKE, WAIT, revoked
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem
from agent.domain.letters import LetterKind
from agent.domain.plan_progress import (
    Progress,
    courtesy_on,
    free_on,
    is_open_again,
    items_of,
    owes_withdrawal,
    progress,
    unconfirmed,
    unreminded,
)
from agent.domain.plans import AfterMissed, PaymentPlan, PlanState
from agent.domain.schedules import trimmed

AFTER_MISSED = (REMIND, WAIT, REVOKE)


def plans_due(ledger: Ledger, account: DebtorAccount, context: Context) -> Decision:
    """Everything that is due today on the payment plans of this account; `ledger` holds all their items."""
    return merged(_due(plan, ledger, account, context) for plan in account.plans)


def _due(plan: PaymentPlan, ledger: Ledger, account: DebtorAccount, context: Context) -> Decision:
    items = items_of(plan, ledger.of_account(account.id))
    now = progress(plan, items)
    dunning = context.plan_of(account.name, account.number)
    if plan.state is PlanState.CANCELLED:
        return plan_letter(account, plan, "cancelled", context) if owes_withdrawal(plan) else Decision()
    if plan.state is PlanState.KEPT and is_open_again(now, items, dunning):
        again = replace(plan, state=PlanState.RUNNING)
        return Decision((pe.PlanAgreed(**head(context), debtor=account.id, items=plan.items, plan=again),))
    if plan.state is not PlanState.RUNNING:
        return Decision()
    if now.open.amount <= dunning.tolerance:
        return _kept(now, ledger, account, context)
    if now.claim != plan.total.amount:
        return _changed(now, account, context)
    if unconfirmed(plan, account):
        return plan_letter(account, plan, "agreed", context)
    free = free_on(account, items)
    return _followed(now, account, context, items) if free is not None and free <= context.today else Decision()


def _kept(now: Progress, ledger: Ledger, account: DebtorAccount, context: Context) -> Decision:
    plan = now.plan
    ended = pe.PlanEnded(
        **head(context), debtor=account.id, items=plan.items, plan=plan.id, outcome=PlanState.KEPT, hold_until=None
    )
    asked = (q for q in ledger.questions.values() if q.is_open and q.topic == MISSED_TOPIC)
    moot = (q for q in asked if set(q.subjects) & set(plan.items))
    closed = tuple(ev.QuestionAnswered(**head(context), question=q.id, answer="moot") for q in moot)
    thanked = context.creditor.payment_plans.thanks and now.paid > 0 and account.hold(context.today) is None
    thanks = plan_letter(account, plan, "thanks", context) if thanked else Decision()
    told = plan_notice("plan_kept" if now.paid > 0 else "plan_gone", account, plan, context)
    return Decision((ended, *closed), (told,)) + thanks


def _changed(now: Progress, account: DebtorAccount, context: Context) -> Decision:
    """What the plan pays has changed: the debtor and the creditor see the schedule as it is by rule."""
    parts = trimmed(now.plan.instalments, now.claim)
    plan = replace(now.plan, instalments=parts)
    event = pe.PlanChanged(**head(context), debtor=account.id, items=plan.items, plan=plan.id, instalments=parts)
    count = sum(letter.code == "changed" for letter in plan.letters)
    told = plan_letter(account, plan, "changed", context, number=count + 1)
    return Decision((event,)) + told + Decision(letters=(plan_notice("plan_changed", account, plan, context),))


def _followed(now: Progress, account: DebtorAccount, context: Context, items: Sequence[OpenItem]) -> Decision:
    plan = now.plan
    missed = now.missed(context.today)
    again = unreminded(now, account)
    if again is not None and not missed:
        return plan_letter(account, plan, "missed", context, number=again.number)
    if not missed:
        first = now.next
        day = courtesy_on(plan, first, account.country)
        wanted = first is not None and day is not None and day <= context.today <= first.due_date
        return plan_letter(account, plan, "courtesy", context, number=first.number) if wanted and first else Decision()
    marks = tuple(
        pe.InstalmentMissed(
            **head(context), debtor=account.id, plan=plan.id, number=m.number, on=context.today, reversals=now.reversals
        )
        for m in missed
    )
    if plan.after_missed is AfterMissed.REVOKE:
        return Decision(marks) + revoked(account, plan, context)
    if plan.after_missed is AfterMissed.KEEP:
        told = plan_letter(account, plan, "missed", context, number=missed[-1].number)
        return Decision(marks) + told + Decision(letters=(plan_notice("instalment_missed", account, plan, context),))
    return Decision(marks) + _asked(now, account, items, context)


def _asked(now: Progress, account: DebtorAccount, items: Sequence[OpenItem], context: Context) -> Decision:
    ids = tuple(i.id for i in items if i.balance.amount > 0)
    asked = ev.QuestionAsked(
        **head(context),
        question=make_id("q", context.creditor.id, MISSED_TOPIC, now.plan.id, context.now.isoformat()),
        topic=MISSED_TOPIC,
        subjects=ids,
        choices=AFTER_MISSED,
        to=context.creditor.owner.address,
    )
    letter = replace(
        to_owner(LetterKind.PLAN_QUESTION, f"question:{asked.question}", context),
        code=MISSED_TOPIC,
        items=now.plan.items,
        account=account.id,
        question=asked.question,
        choices=AFTER_MISSED,
        plans=(now.plan,),
        amount=now.overdue_sum(context.today),
        on=context.today,
    )
    return Decision((asked,), (letter,))
