"""The doors to the mail: the mailbox that is watched, and the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agent.errors import AgentError


class Box(StrEnum):
    """The folders of a mailbox. Nothing is ever deleted: handled mail moves from INBOX to one of the others."""

    INBOX = "INBOX"
    HANDLED = "Handled"
    REVIEW = "Review"
    QUARANTINE = "Quarantine"
    SENT = "Sent"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A mail lying in INBOX: `id` is the backend's own handle (UIDVALIDITY and UID, a file name), `size` in bytes."""

    id: str
    size: int


# What tells who wrote a mail and what vouches for him.
HEAD_FIELDS = ("from", "received", "authentication-results", "dkim-signature")


class Mailbox(Protocol):
    """The mailbox that is watched. Foreign errors become TemporaryError, PermanentError or ConfigError.

    An implementer must not mark, move or change a mail before `file` is called; must give the mails of INBOX oldest first; must
    survive a mail that vanished meanwhile (`fetch` raises PermanentError, `file` does nothing); must create missing folders;
    must bound every wait for the other side by a timeout.
    """

    name: str

    def open(self) -> None:
        """Connect and create the missing folders. May be called again after `close` or after any TemporaryError."""

    def wait(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for new mail; True when there may be some. Mail that came before the call counts."""
        ...

    def unhandled(self, limit: int = 500) -> Sequence[MessageRef]:
        """The mails of INBOX, oldest first, at most `limit`."""
        ...

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[tuple[MessageRef, bytes]]:
        """The raw bytes of these mails, without marking them seen; those that vanished are left out. Bounded in memory."""
        ...

    def fetch_head(self, ref: MessageRef, size: int) -> bytes:
        """The first `size` bytes of a mail that is too large to fetch whole."""
        ...

    def heads(self, refs: Sequence[MessageRef]) -> Mapping[str, bytes]:
        """By id, the header of each mail or at least its `HEAD_FIELDS` in their order, hundreds at once; what vanished is left out."""
        ...

    def file(self, ref: MessageRef, box: Box) -> None:
        """Move the mail to this folder, atomically as far as the server can."""

    def file_all(self, refs: Sequence[MessageRef], box: Box) -> None:
        """Move these mails to this folder, in one go where the server can; when it raises, some of them may have been moved."""

    def keep_sent(self, raw: bytes) -> None:
        """Put a copy of a sent mail into Sent, unless the server does so itself; never a second copy of one Message-ID."""

    def sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail of this Message-ID (with angle brackets)."""
        ...

    def contents(self, box: Box) -> Iterator[tuple[MessageRef, bytes]]:
        """Every mail of a folder, raw: for the demo, reconciliation and tests."""
        ...

    def close(self) -> None:
        """Let go of the connection; never raises."""


class Memory(Protocol):
    """What a backend keeps for its next start: a place where it left off. Losing it may cost time, never a mail.

    An implementer may be told to keep something from any thread; it is asked only while the program is built.
    """

    def recall(self, key: str) -> str | None:
        """The value that was kept last; None when there is none."""
        ...

    def keep(self, key: str, value: str) -> None:
        """Keep it; it may become durable later."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends, and to whom: bare addresses, as SMTP wants them."""

    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of each recipient. Addresses with the other side's own words for `temporary` and `permanent` refusals."""

    accepted: tuple[str, ...] = ()
    temporary: tuple[tuple[str, str], ...] = ()
    permanent: tuple[tuple[str, str], ...] = ()


class UnknownOutcome(AgentError):
    """The connection broke after the mail was handed over and before the answer came: it may or may not have been accepted."""


class Transport(Protocol):
    """The way out. One mail a call, no retries of its own, every wait bounded.

    An implementer must tell refusals apart per recipient in the Delivery; must raise TemporaryError when nothing was handed
    over (no connection, login refused for now), ConfigError when it never will (certificate, password), and UnknownOutcome
    when the end of the data was sent and no answer came.
    """

    name: str

    def send(self, envelope: Envelope, raw: bytes) -> Delivery:
        """Hand over one mail."""
        ...

    def check(self) -> str:
        """Touch the other side without sending; one line saying what answered."""
        ...

    def close(self) -> None:
        """Let go of the connection; never raises."""
