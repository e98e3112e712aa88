"""One commit on the tables: what must hold before, and what is written. It belongs in a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from tinydb import where

from agent.domain.ledger import State
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import AlreadyDone, Commit, Conflict, MessageRecord, Timer
from agent.store.journal import Journal
from agent.store.ledger_storage import LedgerDB, LedgerTable
from agent.store.records import TABLES, instant, mail_document, mail_of, message_document, message_of, state_document

_Q, _S = OutboxState.QUEUED, OutboxState.SENDING
# From which state a mail may go where. What was sent or cancelled stays so; what failed or was held may be queued by a person.
_FOLLOWS = {
    _Q: {_Q, _S, OutboxState.HELD, OutboxState.CANCELLED, OutboxState.FAILED},
    _S: {_Q, OutboxState.SENT, OutboxState.HELD, OutboxState.FAILED},
    OutboxState.HELD: {_Q, OutboxState.SENT, OutboxState.HELD, OutboxState.CANCELLED, OutboxState.FAILED},
    OutboxState.FAILED: {_Q, OutboxState.CANCELLED},
    OutboxState.CANCELLED: set[OutboxState](),
    OutboxState.SENT: set[OutboxState](),
}


def write(db: LedgerDB, journal: Journal, commit: Commit, told: Mapping[str, str | None]) -> Callable[[], int]:
    """Do the commit, which goes by the notes that were `told`; what tells the number of the last event once the transaction has ended.

    Raises:
        Conflict, AlreadyDone: as the port says.
        ValueError: an event changes a state that the commit leaves out.
    """
    db.rows.expect(_looked_up(commit))
    _write_states(db, commit)
    for mail in commit.outgoing:
        _write_mail(db.table("outbox"), mail)
    if commit.message is not None:
        _write_message(db.table("messages"), commit.message)
    _write_timers(db.table("timers"), commit.timers)
    for key, value in commit.notes.items():
        if key in told and _note(db.table("notes"), key) != told[key]:
            raise Conflict(f"another worker changed the note {key}")
        _write_note(db.table("notes"), key, value)
    return journal.append(commit.events)


def _looked_up(commit: Commit) -> Iterator[tuple[str, tuple[str], list[str]]]:
    for kind, table in TABLES.items():
        yield table, ("id",), [state.id for state in commit.states if type(state) is kind]
    yield "outbox", ("key",), [mail.key for mail in commit.outgoing]
    yield "messages", ("key",), [commit.message.key] if commit.message else []
    yield "timers", ("subject",), [timer.subject for timer in commit.timers]
    yield "notes", ("key",), list(commit.notes)


def write_state(table: LedgerTable, state: State) -> None:
    """Write a state over the older one."""
    table.put(state_document(state), where("id") == state.id)


def _write_states(db: LedgerDB, commit: Commit) -> None:
    changes = Counter(id_ for event in commit.events for id_ in dict.fromkeys(event.about()))
    for state in commit.states:
        table = db.table(TABLES[type(state)])
        stored = table.one("id", state.id)
        before = 0 if stored is None else int(stored["version"])
        if state.version != before + changes.pop(state.id, 0):
            raise Conflict(f"{state.id} is at version {before} and was decided on at another")
        write_state(table, state)
    for id_ in changes:
        if any(db.table(name).one("id", id_) is not None for name in TABLES.values()):
            raise ValueError(f"an event changes {id_}, and the commit leaves its state out")


def _write_mail(table: LedgerTable, mail: OutgoingMail) -> None:
    row = table.one("key", mail.key)
    if row is not None:
        stored = mail_of(row)
        if stored == mail or not _same_mail(stored, mail):
            raise AlreadyDone(f"the mail {mail.key} was written before")
        if stored.state is not _Q and _is_new(mail):
            raise AlreadyDone(f"the mail {mail.key} is {stored.state.value}")
        if not _may_follow(stored, mail):
            raise Conflict(f"the mail {mail.key} is {stored.state.value} and cannot become {mail.state.value}")
    table.put(mail_document(mail), where("key") == mail.key)


def _same_mail(stored: OutgoingMail, mail: OutgoingMail) -> bool:
    same = (stored.id, stored.message_id, stored.queued_at) == (mail.id, mail.message_id, mail.queued_at)
    return same and mail.attempts >= stored.attempts


def _is_new(mail: OutgoingMail) -> bool:
    # One that a person queues again says so in its note.
    return mail.state is _Q and not mail.attempts and not mail.note


def _may_follow(stored: OutgoingMail, mail: OutgoingMail) -> bool:
    # A mail that some accepted while others are tried again ends as sent, without being handed over once more.
    partly_sent = stored.sent_at is not None and mail.state is OutboxState.SENT
    return mail.state in _FOLLOWS[stored.state] or (stored.state is _Q and partly_sent)


def _write_message(table: LedgerTable, record: MessageRecord) -> None:
    row = table.one("key", record.key)
    if row is not None and not message_of(row).waiting:
        raise AlreadyDone(f"the mail {record.key} was handled before")
    table.put(message_document(record), where("key") == record.key)


def _write_timers(table: LedgerTable, timers: Iterable[Timer]) -> None:
    for timer in timers:
        same = where("subject") == timer.subject
        if timer.at is None:
            table.remove(same)
        else:
            table.put({"subject": timer.subject, "at": instant(timer.at)}, same)


def _note(table: LedgerTable, key: str) -> str | None:
    row = table.one("key", key)
    return None if row is None else str(row["value"])


def _write_note(table: LedgerTable, key: str, value: str | None) -> None:
    same = where("key") == key
    if value is None:
        table.remove(same)
    else:
        table.put({"key": key, "value": value}, same)
