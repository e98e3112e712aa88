"""What a mailbox holds and the books do not know, kept on the disk while it is looked through: a month of mail fits in no memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from agent.mail import hops
from agent.mail.message import Message, parse_message
from agent.mail.outgoing import OutgoingMail
from agent.ports import Box, Mailbox, Store

# Where handled mail lies. Quarantine is left out: it holds strangers' mail and what could not be handled at all.
_CAME = (Box.HANDLED, Box.REVIEW)
# How our own Message-IDs begin; a person may write from the same mailbox.
_OURS = "<relance."
_EARLIER, _LATER = timedelta(hours=1), timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Came:
    """A received mail that the books do not know: when it came, and in which folder it lies."""

    at: datetime
    box: Box
    told: str
    path: Path

    def raw(self) -> bytes:
        """Its bytes."""
        return self.path.read_bytes()

    def __str__(self) -> str:
        """One line for a person."""
        return self.told


@dataclass(frozen=True, slots=True)
class Left:
    """A mail of ours in Sent that the books do not know as sent: its Message-ID, its day, whom it was for."""

    at: datetime
    message_id: str
    to: tuple[str, ...]
    subject: str

    @property
    def token(self) -> str:
        """The reply token in its Message-ID."""
        return self.message_id.removeprefix(_OURS).partition(".")[0]

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.at:%Y-%m-%d %H:%M} → {', '.join(self.to)} «{self.subject[:80]}»"


@dataclass(slots=True)
class Spool:
    """Both, the received mails in the order in which they came. Use as a context manager."""

    folder: Path
    came: list[Came] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> Self:
        """An empty one in this folder, whatever an interrupted one left there."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        return cls(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(
        self, mailbox: Mailbox, store: Store, now: datetime, largest: int, alive: Callable[[], object] = lambda: None
    ) -> None:
        """Look through the folders of one mailbox; mails of more than `largest` bytes changed no books and are left out."""
        for box in _CAME:
            for _, raw in mailbox.contents(box):
                alive()
                message = parse_message(raw)
                if len(raw) <= largest and store.seen(message.key) is None:
                    self._keep(message, raw, box, now)
        self.came.sort(key=lambda one: (one.at, one.path.name))
        for _, raw in mailbox.contents(Box.SENT):
            alive()
            self._note(parse_message(raw), store)

    def like(self, mail: OutgoingMail, store: Store) -> Left | None:
        """The mail in Sent that is this one under another Message-ID: to the same people, of the same subject, of that day.

        What a mail is for may hang on the second in which it was thought of, and that second is lost with the books.
        """
        near = [
            left
            for left in self.left
            if left.subject == _plain(mail.subject)
            and sorted(left.to) == sorted((*mail.to, *mail.cc))
            and -_EARLIER <= left.at - mail.queued_at <= _LATER
            and store.mail(left.message_id) is None
        ]
        return min(near, key=lambda left: left.at, default=None)

    def _keep(self, message: Message, raw: bytes, box: Box, now: datetime) -> None:
        at = _arrival(message, raw, now)
        if at is None:
            return
        path = self.folder / f"{len(self.came):08}.eml"
        path.touch(mode=0o600)
        path.write_bytes(raw)
        told = f"{at:%Y-%m-%d %H:%M} {message.sender.address} «{message.subject[:80]}»"
        self.came.append(Came(at, box, told, path))

    def _note(self, message: Message, store: Store) -> None:
        if message.date is None or not message.message_id.startswith(_OURS):
            return
        known = store.mail(message.message_id)
        if known is not None and known.sent_at is not None:
            return
        to = tuple(one.address for one in (*message.to, *message.cc))
        self.left.append(Left(message.date, message.message_id, to, _plain(message.subject)))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _arrival(message: Message, raw: bytes, now: datetime) -> datetime | None:
    """When our own server took the mail: its line is the last of the way. The date that the sender wrote, where no line is of the past."""
    way = [hop.at for hop in hops.route(raw).hops if hop.at is not None and hop.at <= now]
    return way[-1] if way else message.date
