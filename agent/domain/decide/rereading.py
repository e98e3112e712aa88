"""The creditor says that we took a debtor's words for the wrong thing: what followed from them is taken back, and the right thing follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, head
from agent.domain.decide.holds import deferred, stopped
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.payments import Reported, notice
from agent.domain.decide.undoing import Past, holds_taken_back
from agent.domain.findings import Instruction
from agent.domain.ledger import Ledger, OpenItem
from agent.domain.workdays import add_working_days

_STOPS = frozenset({"insolvency"})
_NOTHING_FOLLOWS = frozenset({"acknowledgement_only", "out_of_office"})
_HELD = (ev.PromiseToPayMade, ev.PaymentClaimed, ev.DisputeRaised, ev.FollowUpPaused)


def reread(ledger: Ledger, past: Past, told: Instruction, context: Context) -> Decision:
    """The decision that a debtor's mail meant what the creditor says (`told.value`, a label of docs/spec/replies.md)."""
    source = past.source()
    made = [e for events in past.events.values() for e in events if e.source == source and isinstance(e, _HELD)]
    items = [i for id_ in past.events if (i := ledger.items.get(id_)) is not None and i.is_open]
    if not made or not items:
        return nothing_handed_over(context, "undo_nothing")
    back = Decision(tuple(holds_taken_back(ledger, past, source, context)))
    words = misread(past)
    right = Decision(tuple(_follows(back.after(ledger), items, told, words, context)))
    return (
        back + right + Decision(letters=(notice("reread", items, Reported(on=told.until, words=told.words), context),))
    )


def misread(past: Past) -> str:
    """The debtor's own words that were taken for the wrong thing, "" when they were not kept."""
    source = past.source()
    said = (e for events in past.events.values() for e in events if e.source == source)
    return next(
        (e.words for e in said if isinstance(e, ev.PromiseToPayMade | ev.PaymentClaimed | ev.DisputeRaised)), ""
    )


def _follows(
    ledger: Ledger, items: Sequence[OpenItem], told: Instruction, words: str, context: Context
) -> Sequence[ev.Event]:
    account = ledger.accounts.get(items[0].invoice.debtor)
    plan = context.plan_of(account.name, account.number) if account else context.plan
    match told.value:
        case "dispute":
            return [ev.DisputeRaised(**head(context), item=i.id, words=words) for i in items]
        case "promise_to_pay" if told.until is not None:
            until = told.until + timedelta(days=plan.promise_grace_days)
            return [
                ev.PromiseToPayMade(**head(context), item=i.id, pay_on=told.until, hold_until=until, words=words)
                for i in items
            ]
        case "claims_paid":
            until = add_working_days(context.today, plan.claim_hold_days, context.creditor.country)
            return [ev.PaymentClaimed(**head(context), item=i.id, hold_until=until, words=words) for i in items]
        case label if account is None or label in _NOTHING_FOLLOWS:
            return ()
        case label if label in _STOPS:
            return stopped(account, label, context)
    return deferred(account, told.value, context)
