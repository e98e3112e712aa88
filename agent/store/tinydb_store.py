"""The store: TinyDB's documents and queries, over one transactional file or over PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from heapq import merge
from itertools import islice
from pathlib import Path

from tinydb import where

from agent.domain.index import Term
from agent.domain.ledger import Ledger, OpenItem, State
from agent.errors import AgentError, TemporaryError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import Box, Commit, MessageRecord, Queued, StoredEvent, Timer
from agent.store import backup, verify
from agent.store.claims import SoleClaims
from agent.store.documents import DocumentFiles
from agent.store.ground import CHUNK, Documents
from agent.store.journal import Journal
from agent.store.ledger_storage import LedgerDB, LedgerTable
from agent.store.migrations import migrate
from agent.store.places import claims_on
from agent.store.records import (
    QUEUED_FIELDS,
    TABLES,
    instant,
    mail_line,
    mail_of,
    message_of,
    queued_of,
    state_in,
    state_of,
    term_text,
)
from agent.store.writing import write

_TABLES = tuple(TABLES.values())


class TinyStore:
    """The Store over one file (`relance.db`) and the folder `documents` beside it, or over a database.

    `db` is the TinyDB itself, for whoever wants to query the documents; what it gives are copies.
    """

    def __init__(
        self, db: LedgerDB, documents: Documents, salt: Callable[[], str], claims: SoleClaims | None = None
    ) -> None:
        self.db = db
        self.claims = claims or SoleClaims()
        self.documents = documents
        self._gathering = False
        self.journal = Journal(self._table("events"), self._table("texts"), salt)

    @classmethod
    def open(
        cls,
        place: Path | str,
        *,
        read_only: bool = False,
        salt: Callable[[], str] = lambda: secrets.token_hex(16),
        keep: Callable[[TinyStore, str], None] | None = None,
        lease: float | None = None,
    ) -> TinyStore:
        """The store at this path or address, made when there is none and brought to today's schema.

        With a `lease` (seconds) it is shared with other workers, and what one holds that is not heard of for so long is free for them.

        `keep` writes the copy of a database's older books, which are told under this name, before they are brought there.

        Raises:
            TemporaryError: another process writes to the file, or the database cannot be reached.
            CorruptStore: it is damaged, or (NewerStore) of a newer schema.
            ConfigError: `read_only`, and there is none; its folder cannot be written; or it is of an older schema and cannot be kept.
        """
        db = LedgerDB(place, read_only=read_only, shared=lease is not None)
        try:
            store = cls(db, db.documents, salt, claims_on(db.ground, lease))
            migrate(db, keep=None if keep is None else partial(keep, store))
            # what a killed process left in the log is carried over when there is room for it
            with suppress(TemporaryError):
                db.ground.checkpoint()
        except BaseException:
            db.close()
            raise
        return store

    def commit(self, commit: Commit) -> int:
        """Do it all, or nothing; the number of the last event."""
        with self.db.transaction(alone=False):
            self.claims.confirm()
            last = write(self.db, self.journal, commit, self.claims.told)
            if not self._gathering:
                self.documents.settle()
        for key, value in commit.notes.items():
            self.claims.tell(key, value)
        return last()

    @contextmanager
    def together(self) -> Iterator[None]:
        """A stretch whose commits, each done or refused for itself, are durable at its end at the latest; see `Ground.together`."""
        with self.db.ground.together():
            self._gathering = True
            try:
                yield
            finally:
                self._gathering = False
            self.documents.settle()

    def seen(self, key: str) -> MessageRecord | None:
        """What was done with the mail of this key; None when it is new."""
        row = self._table("messages").one("key", key)
        return None if row is None else message_of(row)

    def ledger(self, ids: Iterable[str]) -> Ledger:
        """The part of the ledger that holds these states; unknown ids are left out."""
        wanted = tuple(dict.fromkeys(ids))
        found: dict[str, State] = {}
        for first in range(0, len(wanted), CHUNK):
            some = wanted[first : first + CHUNK]
            for name in self.db.bearing(_TABLES, "id", some):
                for state in map(state_in, self._table(name).texts("id", some)):
                    found.setdefault(state.id, state)
        return Ledger.of(found[id_] for id_ in wanted if id_ in found)

    def find(
        self, terms: Iterable[Term], creditor: str | None = None, *, most: int | None = None
    ) -> Mapping[Term, tuple[str, ...]]:
        """State ids by index term, only of this creditor when one is given; an empty tuple for a term that nothing bears.

        `most` bounds how many of each kind of state are looked at for one term.
        """
        wanted = {term_text(term): term for term in terms}
        found: dict[Term, list[str]] = {term: [] for term in wanted.values()}
        within = None if creditor is None else ("creditor", creditor)
        for name in self.db.bearing(_TABLES, "terms", tuple(wanted)):
            for text, (id_, owner) in self._table(name).bearers(
                "terms", tuple(wanted), ("id", "creditor"), within, most
            ):
                if creditor in (None, owner):
                    found[wanted[text]].append(str(id_))
        return {term: tuple(ids) for term, ids in found.items()}

    def items(
        self, creditor: str | None = None, debtor: str | None = None, *, open_only: bool = False
    ) -> Iterator[OpenItem]:
        """Items in the order they came, without holding them all in memory."""
        table = self._table("items")
        if debtor is not None:
            kind = "open" if open_only else "debtor"
            rows = table.each(where("terms").any([term_text((kind, debtor))]))
        elif creditor is not None:
            rows = table.each(where("open" if open_only else "creditor") == creditor)
        else:
            rows = table.after()
        rows = (row for row in rows if "open" in row or not open_only)
        found = (state_of(row) for row in rows if creditor in (None, row["creditor"]))
        return (state for state in found if isinstance(state, OpenItem))

    def states(self, kind: type[State], creditor: str | None = None) -> Iterator[State]:
        """All states of one kind, in the order they came."""
        table = self._table(TABLES[kind])
        if creditor is None:
            return (state_of(row) for row in table.after())
        found = (state_in(text) for text in table.texts("creditor", [creditor]))
        return (state for state in found if state.creditor == creditor)

    def events(self, about: str | None = None, since: int = 0, limit: int | None = None) -> Iterator[StoredEvent]:
        """Events after number `since`, of one state or of all. A text that was erased reads as ""."""
        return self.journal.read(about, since, limit)

    def timers(self, at: datetime, limit: int = 100) -> Sequence[Timer]:
        """The timers that are due at this moment, the oldest first."""
        due = self._table("timers").each(where("at") <= instant(at))
        return [Timer(row["subject"], datetime.fromisoformat(row["at"])) for row in islice(due, limit)]

    def next_timer(self) -> datetime | None:
        """When the next timer is due."""
        row = next(self._table("timers").each(where("at") >= ""), None)
        return None if row is None else datetime.fromisoformat(row["at"])

    def outbox(
        self, states: Iterable[OutboxState], limit: int | None = None, due_at: datetime | None = None
    ) -> Iterator[OutgoingMail]:
        """Outgoing mails in these states, in the order of `not_before`; with `due_at` only those that may leave by then."""
        until = "~" if due_at is None else instant(due_at)
        lines = [self._line(state, until) for state in dict.fromkeys(states)]
        return islice(merge(*lines, key=lambda mail: mail.not_before), limit)

    def queue(self, due_at: datetime | None = None) -> Sequence[Queued]:
        """The queued mails (that may leave by then), in the order of `not_before`, without what they say."""
        until = mail_line(OutboxState.QUEUED, "~" if due_at is None else instant(due_at))
        rows = self._table("outbox").between("line", mail_line(OutboxState.QUEUED), until, QUEUED_FIELDS)
        return [queued_of(row) for row in rows]

    def count(self, place: OutboxState | Box) -> int:
        """How many outgoing mails are in this state, or received ones in this folder, by the index alone."""
        if isinstance(place, Box):
            return self._table("messages").borne("box", place.value, place.value)
        return self._table("outbox").borne("line", mail_line(place), mail_line(place, "~"))

    def next_mail(self) -> datetime | None:
        """When the next queued mail may leave."""
        mail = next(self.outbox([OutboxState.QUEUED], 1), None)
        return None if mail is None else mail.not_before

    def mail(self, ref: str) -> OutgoingMail | None:
        """One outgoing mail by its id, key, Message-ID or reply token (the latest that bears it)."""
        table = self._table("outbox")
        for path in ("id", "key", "message_id", "token") if ref else ():
            row = next(table.each(where(path) == ref, descending=True), None)
            if row is not None:
                return mail_of(row)
        return None

    def messages(self, box: Box | None = None, limit: int | None = None) -> Iterator[MessageRecord]:
        """Records of received mail, newest first."""
        table = self._table("messages")
        rows = table.after(descending=True) if box is None else table.each(where("box") == box.value, descending=True)
        return (message_of(row) for row in islice(rows, limit))

    def note(self, key: str) -> str | None:
        """A small value remembered under this key."""
        row = self._table("notes").one("key", key)
        value = None if row is None else str(row["value"])
        self.claims.tell(key, value)
        return value

    def put_document(self, content: bytes) -> str:
        """Keep these bytes for ever; their SHA-256. They are durable when the next commit is."""
        return self.documents.begin(content)

    def document(self, sha256: str) -> bytes | None:
        """The bytes of this SHA-256."""
        return self.documents.get(sha256)

    def attempts(self, key: str, *, failed: bool = False) -> int:
        """How often handling this mail has failed; with `failed` counts one more, durably."""
        table = self._table("attempts")
        row = table.one("key", key)
        count = 0 if row is None else int(row["count"])
        if failed:
            count += 1
            table.put({"key": key, "count": count}, where("key") == key)
        return count

    def backup(self, target: Path) -> None:
        """Write a consistent copy while running; verified, and its documents in the folder beside, before it takes the name `target`."""
        backup.write_copy(self.db, target, lambda: self.documents.copy_to(DocumentFiles(target.parent / "documents")))

    def verify(self) -> Sequence[str]:
        """Problems found when all events are folded anew and compared with the states, and the chain is checked. Empty is good."""
        with self.db.ground.snapshot():
            return list(verify.problems(self))

    def checkpoint(self) -> bool:
        """As `Ground.checkpoint`; worth doing when there is nothing else to do."""
        return self.db.ground.checkpoint()

    def close(self) -> None:
        """Give back what is claimed, and let go of the ground; never raises."""
        with suppress(AgentError):
            self.documents.settle()
        self.claims.close()
        self.db.close()

    def _table(self, name: str) -> LedgerTable:
        return self.db.table(name)

    def _line(self, state: OutboxState, until: str) -> Iterator[OutgoingMail]:
        line = where("line")
        rows = self._table("outbox").each((line >= mail_line(state)) & (line <= mail_line(state, until)))
        return (mail_of(row) for row in rows)
