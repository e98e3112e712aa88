"""In which phase an invoice is collected: encaissement from the handing over, recouvrement when the owner says so.

Where the creditor works for himself there are no phases, and no fees.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, head
from agent.domain.decide.payments import Reported, notice
from agent.domain.findings import Instruction
from agent.domain.ledger import ItemState, Ledger, OpenItem, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import Role
from agent.domain.phases import Phase

_LONGEST_HISTORY = 2000


@dataclass(frozen=True, slots=True)
class HandingOver:
    """How documents were handed over: `recovery` asked for in words, the mandate that came along, and what was told besides."""

    recovery: bool = False
    mandate: str = ""
    document: str = ""
    history: str = ""


def phase_of(item: OpenItem) -> Phase:
    """The phase that an item is in."""
    return item.phases[-1].phase if item.phases else Phase.ENCAISSEMENT


def in_recovery(
    items: Iterable[OpenItem], context: Context, how: HandingOver | None = None
) -> tuple[ev.PhaseEntered, ...]:
    """The events by which these items enter recovery today; none where there are no phases, for credit notes, or once more."""
    how = how or HandingOver()
    wanted = [i for i in items if not i.invoice.credit_note and phase_of(i) is not Phase.RECOUVREMENT]
    return tuple(
        ev.PhaseEntered(
            **head(context),
            item=item.id,
            phase=Phase.RECOUVREMENT,
            on=context.today,
            age=_age(item, context),
            debt=item.balance,
            mandate=how.mandate or context.creditor.mandate.reference,
            document=how.document,
            history=how.history[:_LONGEST_HISTORY],
        )
        for item in wanted
        if context.collects
    )


def _age(item: OpenItem, context: Context) -> int:
    due = item.invoice.due_date
    return max((context.today - due).days, 0) if due else 0


def with_phase(ledger: Ledger, decision: Decision, how: HandingOver, context: Context) -> Decision:
    """The decision about a handing over, its invoices in the phase that was asked for or agreed on; the answer tells it.

    Recovery costs more: only the owner asks for it, unless it was agreed on in the creditor's file.
    """
    agreed = context.creditor.fees.phase is Phase.RECOUVREMENT
    new = [e.item for e in decision.events if isinstance(e, ev.InvoiceRegistered)]
    if not context.collects or not new or not (agreed or how.recovery):
        return decision
    if not agreed and context.role is not Role.OWNER:
        return _told(decision, ("phase", "owner_only"))
    after = decision.after(ledger)
    entered = in_recovery((after.items[i] for i in new), context, how)
    if not entered:
        return decision
    facts = (("phase", Phase.RECOUVREMENT.value), *((("mandate", entered[0].mandate),) if entered[0].mandate else ()))
    return _told(replace(decision, events=(*decision.events, *entered)), *facts)


def _told(decision: Decision, *facts: tuple[str, str]) -> Decision:
    letters = tuple(
        replace(x, facts=(*x.facts, *facts)) if x.kind is LetterKind.ACKNOWLEDGEMENT else x for x in decision.letters
    )
    return replace(decision, letters=letters)


def escalate(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The owner hands open items over: no friendly statement lists them any more, and from today they are in recovery."""
    open_items = [i for i in items if i.is_open]
    events: list[ev.Event] = [ev.InvoiceEscalated(**head(context), item=i.id) for i in open_items]
    events += in_recovery(open_items, context)
    code = ("recovery" if context.collects else "escalated") if open_items else "nothing_done"
    return Decision(tuple(events), (notice(code, open_items or items, Reported(words=instruction.words), context),))


def amicable(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The owner takes open items out of recovery: from today they are collected by friendly statements again."""
    events: list[ev.Event] = []
    meant = [i for i in items if i.is_open and (i.state is ItemState.ESCALATED or phase_of(i) is Phase.RECOUVREMENT)]
    for item in meant:
        if item.state is ItemState.ESCALATED:
            events.append(ev.InvoiceReopened(**head(context), item=item.id))
        if phase_of(item) is Phase.RECOUVREMENT:
            events.append(ev.PhaseEntered(**head(context), item=item.id, phase=Phase.ENCAISSEMENT, on=context.today))
    code = "undone" if meant else "nothing_done"
    return Decision(tuple(events), (notice(code, meant or items, Reported(words=instruction.words), context),))


def back_to(before: OpenItem, now: OpenItem, context: Context) -> tuple[ev.PhaseEntered, ...]:
    """The event by which an entry into recovery is taken back, as if it had never been."""
    if before.phases == now.phases:
        return ()
    entered = now.phases[len(before.phases)]
    return (ev.PhaseEntered(**head(context), item=now.id, phase=phase_of(before), on=entered.on),)


def answers_outright(question: Question, instruction: Instruction) -> bool:
    """Whether these words are one of the answers to what is done after the last statement, about all that it asked about."""
    aimed = instruction.numbers or instruction.accounts or instruction.excepted
    return (
        question.topic in ("after_last_statement", "after_notice")
        and instruction.kind in question.choices
        and not aimed
    )
