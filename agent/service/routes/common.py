"""What all routes share: whose case a mail is, and how its outcome is put together."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decide import Context, Decision
from agent.domain.ledger import Ledger, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import Creditor, Role
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.conclude import Outcome
from agent.service.gather import Gathered


def creditors_of(app: App, gathered: Gathered) -> tuple[Creditor, ...]:
    """The creditors whose people the sender is one of."""
    found = (app.settings.creditor(id_) for id_ in gathered.evidence.sender.creditors)
    return tuple(app.known(c) for c in found if c is not None)


def served_by(app: App, gathered: Gathered) -> tuple[Creditor, ...]:
    """The creditors for whom the sender may act: rights at one are no rights at another, where he only reads."""
    return tuple(c for c in creditors_of(app, gathered) if context_of(app, gathered, c).role is not Role.VIEWER)


def asked_in(app: App, gathered: Gathered, kind: LetterKind, topic: str) -> tuple[Creditor, Question] | None:
    """The question of this topic that our letter asked which this mail answers, if its sender serves that creditor."""
    letter = gathered.evidence.answered
    if letter is None or letter.kind != kind.value:
        return None
    creditor = next((c for c in served_by(app, gathered) if c.id == letter.creditor), None)
    questions = app.store.ledger(letter.about).questions.values()
    question = next((q for q in questions if q.topic == topic), None)
    return (creditor, question) if creditor is not None and question is not None else None


def context_of(app: App, gathered: Gathered, creditor: Creditor) -> Context:
    """The circumstances of this mail in this creditor's case, with the sender's role there."""
    sender = gathered.evidence.sender
    role = next((p.role for p in creditor.people if p.address == sender.address), sender.role)
    return app.context(creditor, gathered.message.key, sender=sender.address, role=role)


def outcome_of(
    gathered: Gathered, record: MessageRecord, context: Context, ledger: Ledger, decision: Decision
) -> Outcome:
    """The outcome of a decision, with what the record keeps of it."""
    about = tuple(dict.fromkeys(id_ for event in decision.events for id_ in event.about()))
    about = about or tuple(
        dict.fromkeys(i for letter in decision.letters for i in (*letter.items, letter.account) if i)
    )
    kept = replace(record, creditor=context.creditor.id, about=about[:20])
    return Outcome(decision, ledger, context, gathered.message, kept)


def file_away(_: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Nothing to do: the mail is filed away."""
    return Outcome(message=gathered.message, record=record)


def set_aside(_: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Nothing is done for a stranger; the mail lies in Quarantine for the operator to see."""
    return Outcome(message=gathered.message, record=replace(record, box=Box.QUARANTINE))


def for_review(_: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A person must look: the mail lies in Review."""
    return Outcome(message=gathered.message, record=replace(record, box=Box.REVIEW))
