"""What the creditor's people may order about items that are named: one function for each kind of instruction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, head, in_answer
from agent.domain.decide.corrections import confirm, correct
from agent.domain.decide.formal_notices import NOTICE, ordered
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.papers import certificate, dossier
from agent.domain.decide.payments import Reported, notice
from agent.domain.decide.phases import amicable, escalate
from agent.domain.decide.plans import ended_by_word, started
from agent.domain.decide.told_payments import told_credited
from agent.domain.findings import Instruction
from agent.domain.ledger import Ledger, OpenItem
from agent.domain.letters import LetterKind

_PAUSE_DAYS = 15


def _done(
    event: Callable[..., ev.Event], code: str, items: Sequence[OpenItem], instruction: Instruction, context: Context
) -> Decision:
    """The event for each item that is still open; what was settled or given up before stays so."""
    open_items = [i for i in items if i.is_open]
    events = tuple(event(**head(context), item=i.id) for i in open_items)
    code = code if open_items else "nothing_done"
    return Decision(events, (notice(code, open_items or items, Reported(words=instruction.words), context),))


def withdraw(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The items are followed no more."""
    return _done(ev.InvoiceWithdrawn, "withdrawn", items, instruction, context)


def write_off(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The claim on the items is given up."""
    return _done(ev.InvoiceWrittenOff, "written_off", items, instruction, context)


def _dispute(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    return _done(ev.DisputeRaised, "dispute", items, instruction, context)


def _dispute_settled(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    return _done(ev.DisputeSettled, "dispute_settled", items, instruction, context)


def pause(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """Reminders rest until the day that was told, else for some days."""
    until = instruction.until or instruction.on or context.today + timedelta(days=_PAUSE_DAYS)
    events = tuple(ev.FollowUpPaused(**head(context), subject=i.id, until=until, reason="creditor") for i in items)
    return Decision(events, (notice("paused", items, Reported(on=until, words=instruction.words), context),))


def resume(ledger: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """Ends the holds of the items and of their accounts; a dispute ends only by being called settled."""
    accounts = {i.invoice.debtor for i in items if (a := ledger.accounts.get(i.invoice.debtor)) and a.holds}
    events = tuple(ev.FollowUpResumed(**head(context), subject=s) for s in (*(i.id for i in items), *sorted(accounts)))
    return Decision(events, (notice("resumed", items, Reported(words=instruction.words), context),))


def _status(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    letter = replace(
        in_answer(LetterKind.STATUS, f"status:{context.source}", context),
        items=tuple(i.id for i in items),
        account=items[0].invoice.debtor,
        words=instruction.words,
    )
    return Decision(letters=(letter,))


def _approve(ledger: Ledger, items: Sequence[OpenItem], _: Instruction, context: Context) -> Decision:
    """A plain "ok" confirms what was read on the only doubtful item of the letter."""
    doubtful = [i for i in items if i.doubts]
    if len(doubtful) != 1:
        return nothing_handed_over(context, "not_understood")
    return confirm(ledger, doubtful[0], context)


def _contact(ledger: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    told = replace(instruction, kind="correct", field="debtor_email")
    return correct(ledger, items[0], (told,), context)


ONE_AT_A_TIME = frozenset({"withdraw", "write_off", "dispute", "dispute_settled", "escalate"})
SUMS = frozenset({"paid", "part_paid"})
OF_OPEN_ITEMS = frozenset({*ONE_AT_A_TIME, "pause", NOTICE})
ACTS: Mapping[str, Callable[[Ledger, Sequence[OpenItem], Instruction, Context], Decision]] = {
    "withdraw": withdraw,
    "write_off": write_off,
    "escalate": escalate,
    "amicable": amicable,
    NOTICE: ordered,
    "dispute": _dispute,
    "dispute_settled": _dispute_settled,
    "pause": pause,
    "resume": resume,
    "credit_note": told_credited,
    "status": _status,
    "approve": _approve,
    "contact": _contact,
    "plan": started,
    "plan_end": ended_by_word,
    "dossier": dossier,
    "certificate": certificate,
}
