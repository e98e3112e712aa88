"""One received mail, from its bytes to its folder: parse, gather, classify, route, commit, file away."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter

from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.letters import to_operator
from agent.domain.parties import Role
from agent.errors import ConfigError, CorruptStore, TemporaryError
from agent.intake.classify import Classification, MailKind, classify
from agent.mail import hops
from agent.mail.identity import message_key
from agent.mail.message import Message, parse_message
from agent.ports import AlreadyDone, Box, Commit, Conflict, MessageRecord, MessageRef
from agent.service.app import App
from agent.service.awaiting import again_at, ended
from agent.service.conclude import Outcome, conclude, without_letters
from agent.service.fees import with_operator_told
from agent.service.gather import Gathered, gather
from agent.service.log import canonical
from agent.service.originals import with_original
from agent.service.quiet import quieted
from agent.service.routes import route
from agent.service.routes.creditor import asked_about, confirmed
from agent.service.stretch import Shelf

_LOG = logging.getLogger("relance.mail")
_CONFLICTS = 5
# Mail that nobody vouches for: its way here is kept with the reason why it was set aside.
_UNBELIEVED = frozenset({MailKind.STRANGER, MailKind.UNPROVED, MailKind.UNPROVED_BANK, MailKind.UNPROVED_CASE})
# What a proved colleague's program may send in his name: he hears what became of it.
_SENT_BY_SOFTWARE = (MailKind.HANDOVER, MailKind.STATEMENT, MailKind.BANK_NOTICE)


@dataclass(frozen=True, slots=True)
class Handled:
    """What was done with a mail; one log line is made of it. With `again_at` nothing was: it stays in INBOX until then."""

    key: str
    role: str
    kind: str
    because: str
    box: Box
    events: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail of INBOX: where it lies, its bytes, and what they say."""

    ref: MessageRef
    raw: bytes
    message: Message


def handle_message(app: App, shelf: Shelf, arrived: Arrived) -> Handled:
    """Handle one mail, once: what its key was handled for before is only filed away, and one that waits for its proof is left."""
    started = perf_counter()
    raw, message = arrived.raw, arrived.message
    record = app.store.seen(message.key)
    if record is not None:
        if app.store.claims.shared:
            app.store.commit(
                Commit()
            )  # another's record that we see is on the disk before the mail moves (decision 18)
        handled = Handled(message.key, record.role, record.kind, "seen before", record.box)
    else:
        handled = _handled_or_left(app, raw, message)
    if handled.again_at is None:
        shelf.file(arrived.ref, handled.box)
    canonical(_LOG, "mail", handled, milliseconds=round((perf_counter() - started) * 1000))
    return handled


def _handled_or_left(app: App, raw: bytes, message: Message) -> Handled:
    gathered = gather(app, raw, message)
    later = again_at(app, gathered)
    if later is None:
        return _decide_and_commit(app, raw, message, gathered=gathered)
    sender = gathered.evidence.sender
    return Handled(message.key, sender.role.value, "awaits_proof", sender.because, Box.INBOX, again_at=later)


def handle_again(app: App, raw: bytes) -> Handled:
    """Handle a mail that lies in its folder already and that the books do not know; it stays where it is."""
    return _decide_and_commit(app, raw, parse_message(raw))


def _decide_and_commit(
    app: App, raw: bytes, message: Message, *, proved: bool = False, gathered: Gathered | None = None
) -> Handled:
    """Decide on the states as they are, `gathered` just now; when they changed before the commit, decide again."""
    for _ in range(_CONFLICTS):
        gathered = gathered or gather(app, raw, message, proved=proved)
        classification = classify(gathered.evidence)
        outcome = route(app, gathered, classification)
        if gathered.evidence.automatic and classification.kind not in _SENT_BY_SOFTWARE:
            outcome = outcome.changed(_never_answered)
        if classification.kind in _UNBELIEVED:
            outcome = _with_its_way(outcome, raw)
        outcome = outcome.changed(lambda part: with_operator_told(app, quieted(app, part)))
        if outcome.record is not None and outcome.record.waiting:
            outcome = replace(outcome, record=replace(outcome.record, documents=(app.store.put_document(raw),)))
        if classification.kind is MailKind.PROOF_ANSWER:
            # before the answer itself is done with: a crash in between finds the answer again
            _do_what_waited(app, gathered)
        outcome = with_original(app, outcome, gathered, raw, classification.kind)
        outcome = replace(outcome, notes={**outcome.notes, **ended(app.store, message.key)})
        try:
            mails = conclude(app, outcome)
        except Conflict:
            gathered = None
            continue
        except AlreadyDone:
            return _as_recorded(app, message, classification)
        return _handled(outcome, message, classification, tuple(m.kind for m in mails))
    raise Conflict(f"{message.key} met other changes {_CONFLICTS} times")


def _with_its_way(outcome: Outcome, raw: bytes) -> Outcome:
    """The outcome, its reason completed by the way the mail came and what is broken in it: what the operator judges it by."""
    assert outcome.record is not None
    way = hops.route(raw)
    came = next((f"came from {hop.sender or hop.ip}" for hop in way.hops if hop.sender or hop.ip), "")
    broken = f"broken: {', '.join(way.defects)}" if way.defects else ""
    told = "; ".join(part for part in (outcome.record.because, came, broken, way.problem) if part)
    return replace(outcome, record=replace(outcome.record, because=told[:300]))


def _never_answered(outcome: Outcome) -> Outcome:
    """What came from a machine is never answered; its creditor may be told of it all the same."""
    letters = outcome.decision.letters
    if any(letter.answers for letter in letters):
        kept = tuple(letter for letter in letters if not letter.answers)
        return replace(outcome, decision=replace(without_letters(outcome).decision, letters=kept))
    return outcome


def _as_recorded(app: App, message: Message, classification: Classification) -> Handled:
    record = app.store.seen(message.key)
    box = record.box if record else Box.REVIEW
    return Handled(message.key, record.role if record else "", classification.kind.value, "done before", box)


def _handled(outcome: Outcome, message: Message, classification: Classification, letters: tuple[str, ...]) -> Handled:
    record = outcome.record
    assert record is not None
    events = tuple(type(event).__name__ for event in outcome.decision.events)
    return Handled(message.key, record.role, record.kind, classification.because, record.box, events, letters)


def _do_what_waited(app: App, gathered: Gathered) -> None:
    """The answer to a one-time question: "yes" does the mail that waited, "no" puts it away. The question works once."""
    answered = gathered.evidence.answered
    assert answered is not None
    waiting = app.store.seen(asked_about(answered))
    raw = app.store.document(waiting.documents[0]) if waiting and waiting.waiting and waiting.documents else None
    if waiting is None or raw is None:
        return
    meant = confirmed(app, gathered)
    if meant:
        _decide_and_commit(app, raw, parse_message(raw), proved=True)
    elif meant is False:
        app.store.commit(Commit(message=replace(waiting, waiting="", because="disowned", box=Box.QUARANTINE)))


def park(app: App, shelf: Shelf, ref: MessageRef, raw: bytes, error: BaseException) -> None:
    """Put a mail that cannot be handled into Quarantine and tell the operator; it is remembered like any other."""
    key = message_key(raw)
    record = MessageRecord(
        key=key,
        message_id="",
        received_at=app.clock.now(),
        sender="",
        role="",
        kind="poison",
        because=f"{type(error).__name__}: {error}"[:300],
        box=Box.QUARANTINE,
    )
    facts = (("message", key), ("error", record.because))
    letter = to_operator(app.settings.agency, f"poison:{key}", facts, "poison")
    told = Outcome(replace(Outcome().decision, letters=(letter,)), record=record)
    try:
        _conclude_whatever(app, told)
    except AlreadyDone:
        _LOG.info("parked before: %s", key)
    shelf.file(ref, Box.QUARANTINE)


def _conclude_whatever(app: App, outcome: Outcome) -> None:
    """Conclude; without its letters when they cannot be written: nothing that is wrong with a text may keep the mail in the way."""
    try:
        for _ in range(_CONFLICTS):
            with suppress(Conflict):  # another sets one aside, and tells of it, at the same moment
                conclude(app, outcome)
                return
        conclude(app, outcome)
    except (TemporaryError, ConfigError, CorruptStore, AlreadyDone):
        raise
    except Exception as error:  # noqa: BLE001 - the mail must leave INBOX, or it stops every other
        _LOG.error("nobody could be told of a mail in quarantine", exc_info=error)
        conclude(app, without_letters(outcome))


def refuse_oversized(app: App, shelf: Shelf, head: Arrived) -> Handled:
    """A mail too large to be read beyond its head: kept in Review; a proved colleague of a creditor hears what to do."""
    ref, message = head.ref, head.message
    gathered = gather(app, head.raw, message)
    sender = gathered.evidence.sender
    record = MessageRecord(
        key=message.key,
        message_id=message.message_id,
        received_at=app.clock.now(),
        sender=sender.address,
        role=sender.role.value,
        kind="oversized",
        because=f"{ref.size} bytes",
        box=Box.REVIEW,
        subject=message.subject[:200],
    )
    outcome = Outcome(message=message, record=record)
    creditor = app.settings.creditor(sender.creditors[0]) if sender.creditors and sender.proved else None
    if creditor is not None and sender.role is not Role.DEBTOR and not gathered.evidence.automatic:
        context = app.context(creditor, message.key, sender=sender.address, role=sender.role)
        outcome = replace(outcome, context=context, decision=nothing_handed_over(context, "unreadable_too_large"))
    if app.store.seen(message.key) is None:
        conclude(app, outcome)
    shelf.file(ref, Box.REVIEW)
    return Handled(message.key, record.role, record.kind, record.because, record.box)
