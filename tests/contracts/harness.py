"""What the contract suites need of each implementation: to make one, to reach round it, and to break it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from agent.backends.exchange import ExchangeMailbox
from agent.backends.exchange_session import ExchangeAccount
from agent.backends.imap import ImapMailbox
from agent.backends.imap_session import ImapAccount
from agent.backends.maildir import MaildirMailbox
from agent.config import Security
from agent.errors import ConfigError, TemporaryError
from agent.ports import Box, Mailbox
from tests.servers import Dovecot
from tests.servers.dovecot import BUSY
from tests.servers.ews import PASSWORD, USER, Exchange
from tests.servers.tokens import jwt

# what a call must say while something is wrong; nothing when it must mend it by itself
Outcome = type[Exception] | None
FAR_OFF = (datetime(1980, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC), datetime(2004, 2, 29, tzinfo=UTC))


class Harness(Protocol):
    """One implementation of Mailbox with the other side at hand."""

    def make(self, **changes: object) -> Mailbox:
        """A mailbox that is not opened yet; always the same mails behind it."""

    def deliver(self, raw: bytes) -> None:
        """Bring a mail into INBOX as the outside world would."""

    def marked(self) -> bool:
        """Whether some mail of INBOX was marked as seen or deleted."""

    def remove(self, box: Box) -> None:
        """Delete a folder behind the mailbox's back."""

    def broken(self, fault: str) -> AbstractContextManager[Outcome]:
        """While it is open, this is wrong: `dropped`, `throttled`, `refused` or `expired`; the value is what calls must say."""

    def misdate(self) -> None:
        """Let the server's times of the mails in INBOX be decades off, and out of order."""


@dataclass
class MaildirHarness:
    """Maildir on this machine."""

    root: Path

    def make(self, **changes: object) -> Mailbox:
        return MaildirMailbox(self.root, durable=False)

    def deliver(self, raw: bytes) -> None:
        MaildirMailbox(self.root, durable=False).deliver(raw)

    def place(self, box: Box) -> Path:
        return self.root if box is Box.INBOX else self.root / f".{box.value}"

    def marked(self) -> bool:
        return bool("".join(file_flags(self.place(Box.INBOX))))

    def remove(self, box: Box) -> None:
        shutil.rmtree(self.place(box))

    def broken(self, fault: str) -> AbstractContextManager[Outcome]:
        return nullcontext()

    def misdate(self) -> None:
        misdate(self.place(Box.INBOX))


@dataclass
class ImapHarness:
    """A user's mailbox on Dovecot, over TLS."""

    server: Dovecot
    user: str
    security: Security = Security.TLS
    token: Callable[[bool], str] | None = None
    settings: dict[str, object] = field(default_factory=dict)

    def account(self, **changes: object) -> ImapAccount:
        settings = {
            "host": "localhost",
            "user": self.user,
            "password": self.server.password,
            "port": self.server.imaps if self.security is Security.TLS else self.server.imap,
            "security": self.security,
            "ca_file": self.server.cert,
            "token": self.token,
            "connect_timeout": 3.0,
            "read_timeout": 3.0,
            "poll_every": 0.3,
            **self.settings,
            **changes,
        }
        return ImapAccount(**settings)

    def make(self, **changes: object) -> Mailbox:
        return ImapMailbox(self.account(**changes))

    def deliver(self, raw: bytes) -> None:
        self.server.deliver(self.user, raw)

    def place(self, box: Box) -> Path:
        return self.server.maildir(self.user, box.value)

    def marked(self) -> bool:
        return bool("".join(file_flags(self.place(Box.INBOX))))

    def remove(self, box: Box) -> None:
        shutil.rmtree(self.place(box))

    @contextmanager
    def broken(self, fault: str) -> Iterator[Outcome]:
        if fault == "dropped":
            self.server.stop()
            try:
                yield TemporaryError
            finally:
                self.server.start()
        elif self.token is not None:
            good, self.token = self.token, self.bad_token(fault)
            yield {"throttled": TemporaryError, "refused": ConfigError, "expired": None}[fault]
            self.token = good
        else:
            wrong = {"throttled": {"user": BUSY}, "refused": {"password": "guess"}}[fault]
            self.settings |= wrong
            yield TemporaryError if fault == "throttled" else ConfigError
            for key in wrong:
                del self.settings[key]

    def bad_token(self, fault: str) -> Callable[[bool], str]:
        """Tokens that are forged, or expired until a fresh one is asked for, or not to be had for now."""
        if fault == "throttled":
            return _no_token
        if fault == "refused":
            return lambda _: jwt(self.user, b"x" * 32)
        return lambda fresh: jwt(self.user, lifetime=60 if fresh else -60)

    def misdate(self) -> None:
        misdate(self.place(Box.INBOX))


def _no_token(_: bool) -> str:
    raise TemporaryError("oauth: 429 Too Many Requests")


@dataclass
class ExchangeHarness:
    """The fake Exchange server."""

    server: Exchange
    settings: dict[str, object] = field(default_factory=dict)

    def account(self, **changes: object) -> ExchangeAccount:
        settings = {
            "host": self.server.host,
            "user": USER,
            "password": PASSWORD,
            "ca_file": self.server.cert,
            "server_keeps_sent": False,
            "timeout": 3.0,
            "poll_every": 0.3,
            **self.settings,
            **changes,
        }
        return ExchangeAccount(**settings)

    def make(self, **changes: object) -> Mailbox:
        return ExchangeMailbox(self.account(**changes))

    def deliver(self, raw: bytes) -> None:
        self.server.put("inbox", raw)

    def marked(self) -> bool:
        return "UpdateItem" in self.server.operations

    def remove(self, box: Box) -> None:
        ident = self.server.folder_named(box.value)
        del self.server.folders[ident], self.server.names[ident]

    @contextmanager
    def broken(self, fault: str) -> Iterator[Outcome]:
        faults = self.server.faults
        if fault == "refused":
            self.settings["password"] = "guess"
            yield ConfigError
            del self.settings["password"]
        elif fault == "throttled":
            faults.status = 503
            yield TemporaryError
            faults.status = 0
        else:
            faults.half_answers = {"GetFolder", "FindFolder", "FindItem", "CreateItem", "MoveItem", "SyncFolderItems"}
            yield TemporaryError
            faults.half_answers = set()

    def misdate(self) -> None:
        for item, moment in zip(self.server.folders["inbox"], FAR_OFF, strict=False):
            item.received = moment


def misdate(place: Path) -> None:
    """Give the mails of a Maildir times that are decades off, and out of order."""
    files = sorted(file for part in ("new", "cur") for file in (place / part).iterdir())
    for file, moment in zip(files, FAR_OFF, strict=False):
        os.utime(file, (moment.timestamp(), moment.timestamp()))


def file_flags(place: Path) -> list[str]:
    """The flags of each mail in a Maildir: `S` is seen, `T` is deleted."""
    return [file.name.partition(":2,")[2] for part in ("new", "cur") for file in (place / part).glob("*")]
