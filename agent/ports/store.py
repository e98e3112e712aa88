"""The door to the memory: what is committed in one piece, what is asked, and what several workers share out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from agent.domain.events import Event
from agent.domain.ledger import Ledger, OpenItem, State
from agent.errors import AgentError, TemporaryError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports.mail import Box


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """What was done with a received mail; the key makes it be done once.

    `tries` counts attempts that failed before (a poison mail is quarantined after three). `waiting` says what it waits for: the
    proof token of a one-time question, else "".
    """

    key: str
    message_id: str
    received_at: datetime
    sender: str
    role: str
    kind: str
    because: str
    box: Box
    creditor: str = ""
    subject: str = ""
    about: tuple[str, ...] = ()
    waiting: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that must be looked at again at a time: a debtor's account, a digest, a question. None takes the timer away."""

    subject: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Commit:
    """One atomic change: all of it becomes durable together, or none of it.

    Attributes:
        events: in order; the store numbers them.
        states: the items, debtor accounts and questions as they are after these events (the caller folds them).
        outgoing: new mails (state queued, key never used before) and mails whose state changed.
        message: the mail that caused it; its key must be new (or known as waiting).
        timers: timers set or taken away.
        notes: small values to remember under a key (cursors, digests of the configuration); None takes one away.
    """

    events: tuple[Event, ...] = ()
    states: tuple[State, ...] = ()
    outgoing: tuple[OutgoingMail, ...] = ()
    message: MessageRecord | None = None
    timers: tuple[Timer, ...] = ()
    notes: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queued:
    """A queued mail, as far as its place in the line goes: `to` are all its addresses."""

    id: str
    kind: str
    creditor: str
    channel: str
    to: tuple[str, ...]
    not_before: datetime
    note: str = ""


class Conflict(AgentError):
    """Somebody else changed one of the states meanwhile: load again and decide again."""


class ClaimLost(TemporaryError):
    """What this worker did under a claim is another's by now: leave it alone, nothing was committed."""


class AlreadyDone(AgentError):
    """The message key or the outgoing key is already in the store: the work was done before."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its number and the hash that chains it to the one before."""

    seq: int
    event: Event
    digest: str


class Claims(Protocol):
    """What workers on the same books share out among themselves, by names; `shared` is False where there is but one.

    An implementer must give one name to one worker at a time; must let others take what belongs to one that was not heard of for the
    term of its lease; and must refuse (ClaimLost) every commit of a stretch whose claims ended since, or were another's meanwhile.
    """

    shared: bool

    def take(self, names: Sequence[str], most: int) -> Sequence[str]:
        """Those of these names that are this worker's from now on, in their order, about `most` of them."""
        ...

    def give_back(self, names: Sequence[str]) -> None:
        """Let others take them; never raises."""

    def under(self, *names: str) -> AbstractContextManager[None]:
        """A stretch of work: commits in it are refused (ClaimLost) unless these are ours still, and meet a Conflict when another
        changed a note that was read in it. Without names only the latter; one within another asks for its own names.
        """
        ...

    def confirm(self) -> None:
        """Whether the claims of this stretch are ours still. Raises ClaimLost."""

    def now(self) -> datetime | None:
        """The moment by the clock by which claims end; None where none do."""
        ...


class Store(Protocol):
    """The memory. One writer process at a time, or several that share the work by `claims`; readers may look on.

    An implementer must make `commit` atomic and durable before it returns (or `together` ends), raise Conflict when a state's version is not the
    stored one plus the number of this commit's events about it, raise AlreadyDone for a key used before, return copies only,
    keep events append-only and chained, and refuse to open a store of a newer schema (CorruptStore). Whatever gives an Iterator
    may be walked while commits go on: what was there at the start is met once, in its state of then or of now.
    """

    @property
    def claims(self) -> Claims:
        """What is shared out among the workers."""
        ...

    def commit(self, commit: Commit) -> int:
        """Do it all, or nothing; the number of the last event."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """A stretch whose commits, each done or refused for itself, are durable at its end at the latest.

        When it raises, the outside must not have been told of any of them: none may have been done.
        """
        ...

    def seen(self, key: str) -> MessageRecord | None:
        """What was done with the mail of this key; None when it is new."""
        ...

    def ledger(self, ids: Iterable[str]) -> Ledger:
        """The part of the ledger that holds these states (items, accounts, questions); unknown ids are left out."""
        ...

    def find(
        self, terms: Iterable[tuple[str, str]], creditor: str | None = None, *, most: int | None = None
    ) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """State ids by index term (see domain/index.py), only of this creditor when one is given, at most `most` of a kind for each."""
        ...

    def items(
        self, creditor: str | None = None, debtor: str | None = None, *, open_only: bool = False
    ) -> Iterator[OpenItem]:
        """Items in the order they came, without holding them all in memory."""
        ...

    def states(self, kind: type[State], creditor: str | None = None) -> Iterator[State]:
        """All states of one kind (items, accounts, questions)."""
        ...

    def events(self, about: str | None = None, since: int = 0, limit: int | None = None) -> Iterator[StoredEvent]:
        """Events after number `since`, of one state or of all."""
        ...

    def timers(self, at: datetime, limit: int = 100) -> Sequence[Timer]:
        """The timers that are due at this moment, the oldest first."""
        ...

    def next_timer(self) -> datetime | None:
        """When the next timer is due."""
        ...

    def outbox(
        self, states: Iterable[OutboxState], limit: int | None = None, due_at: datetime | None = None
    ) -> Iterator[OutgoingMail]:
        """Outgoing mails in these states, in the order of `not_before`; with `due_at` only those that may leave by then."""
        ...

    def queue(self, due_at: datetime | None = None) -> Sequence[Queued]:
        """The queued mails (that may leave by then), in the order of `not_before`, without what they say: thousands cost little."""
        ...

    def count(self, place: OutboxState | Box) -> int:
        """How many outgoing mails are in this state, or received ones in this folder."""
        ...

    def next_mail(self) -> datetime | None:
        """When the next queued mail may leave."""
        ...

    def mail(self, ref: str) -> OutgoingMail | None:
        """One outgoing mail by its id, key, Message-ID or reply token (the latest that bears it)."""
        ...

    def messages(self, box: Box | None = None, limit: int | None = None) -> Iterator[MessageRecord]:
        """Records of received mail, newest first."""
        ...

    def note(self, key: str) -> str | None:
        """A small value remembered under this key."""
        ...

    def put_document(self, content: bytes) -> str:
        """Keep these bytes for ever; their SHA-256. They are durable when the next commit is."""
        ...

    def document(self, sha256: str) -> bytes | None:
        """The bytes of this SHA-256."""
        ...

    def attempts(self, key: str, *, failed: bool = False) -> int:
        """How often handling this mail has failed; with `failed` counts one more, durably."""
        ...

    def backup(self, target: Path) -> None:
        """Write a consistent copy while running; verified before it takes the name `target`."""

    def verify(self) -> Sequence[str]:
        """Problems found when all events are folded anew and compared with the states, and the chain is checked. Empty is good."""
        ...

    def checkpoint(self) -> bool:
        """Put what was written into the place where it stays, while there is nothing else to do; False when it cannot now."""

    def close(self) -> None:
        """Let go of the file; never raises."""
