"""The mail of a button: what its token does, once, for the proved colleague to whom it was written, and as his role allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.domain.decide import Context, instructed
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.targets import case_of
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.ledger import Ledger
from agent.domain.letters import LetterKind
from agent.domain.parties import Creditor, Role
from agent.intake.classify import MailKind
from agent.mail.actions import Action, ActionToken, Binding, action_tokens_in, below_its_words, sealed_for
from agent.parsers.replies.instruction import read_instructions
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.books import letter_slice
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.lessons import with_lessons
from agent.service.routes.common import context_of, creditors_of, outcome_of
from agent.service.second_thoughts import chosen_plainly

# Where a button's mail may be met: among plain words, and among documents when a signature has its pictures.
_KINDS = frozenset({MailKind.INSTRUCTION, MailKind.HANDOVER, MailKind.NOT_ALLOWED})
_ORDERS: Mapping[Action, str] = {
    Action.PAID: "paid",
    Action.PAUSE: "pause",
    Action.DISPUTE: "dispute",
    Action.WITHDRAW: "withdraw",
    Action.APPROVE: "approve",
    Action.CHOOSE: "choose",
}


def pressed(app: App, gathered: Gathered, record: MessageRecord) -> Outcome | None:
    """What the button does whose mail this is; None when it is no button's, or not in its words any more: then they are read as typed.

    A token that does not hold for this sender is answered alike whatever is wrong with it, so that it tells nobody what exists.
    """
    tokens = action_tokens_in(gathered.message.subject)
    if record.kind not in _KINDS or len(tokens) != 1 or any(f.looks not in ("scan", "picture") for f in gathered.files):
        return None
    token, creditors = tokens[0], creditors_of(app, gathered)
    if not creditors or not _in_its_words(app, token, gathered.own):
        return None
    for creditor in creditors:
        ledger = letter_slice(app.store, (token.target,), creditor.id)
        if _holds(app, gathered, token, creditor, ledger):
            return _used(app, gathered, record, token, (context_of(app, gathered, creditor), ledger))
    return _refused(gathered, record, context_of(app, gathered, creditors[0]), "button_void")


def _in_its_words(app: App, token: ActionToken, own: str) -> bool:
    """Whether the mail says what its button wrote and no more that could matter; a signature below it does not."""
    below = below_its_words(token, own)
    if not below:
        return below is not None
    today = app.clock.now().date()
    return not read_instructions(below, received=today, known_choices=token.choice).instructions


def _holds(app: App, gathered: Gathered, token: ActionToken, creditor: Creditor, ledger: Ledger) -> bool:
    """Whether we made this token for this creditor, for the case of its target, and for the recipients of a letter to this sender."""
    target, answered = ledger.get(token.target), gathered.evidence.answered
    if token.action is None or target is None or target.creditor != creditor.id:
        return False
    sender = gathered.evidence.sender.address
    read_by: list[Sequence[str]] = [(sender,)]
    if answered is not None and sender in answered.to:
        read_by.append(answered.to)
    case = case_of(ledger, token.target)
    return any(sealed_for(token, app.secret, Binding(creditor.id, case, tuple(to))) for to in read_by)


def _used(
    app: App, gathered: Gathered, record: MessageRecord, token: ActionToken, known: tuple[Context, Ledger]
) -> Outcome:
    context, ledger = known
    assert token.action is not None
    if context.role not in (Role.OWNER, Role.STAFF):
        return _refused(gathered, record, context, "not_allowed")
    if app.store.note(token.key) is not None:
        return _refused(gathered, record, context, "button_used")
    if token.expired(context.today):
        return _refused(gathered, record, context, "button_expired")
    order = Instruction(_ORDERS[token.action], gathered.own[:200], choice=token.choice or None)
    about = (token.target,) if token.target in ledger.items else ()
    question = ledger.questions.get(token.target)
    reading = chosen_plainly(question, InstructionReading((order,)), gathered.own)
    decision = instructed(ledger, reading, about, question, context)
    outcome = with_lessons(app, outcome_of(gathered, record, context, ledger, decision))
    if not decision.events and all(x.kind is LetterKind.REFUSAL for x in decision.letters):
        return replace(outcome, record=replace(record, box=Box.REVIEW, creditor=context.creditor.id))
    return replace(outcome, notes={**outcome.notes, token.key: f"{context.today} {record.key}"})


def _refused(gathered: Gathered, record: MessageRecord, context: Context, code: str) -> Outcome:
    """Nothing is done: the mail lies in Review, and its sender hears why and what to write instead."""
    decision = nothing_handed_over(context, code)
    told = tuple(replace(letter, words=gathered.own[:200]) for letter in decision.letters)
    filed = replace(record, box=Box.REVIEW)
    return outcome_of(gathered, filed, context, Ledger(), replace(decision, letters=told))
