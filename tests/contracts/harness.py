"""What the contract suites need of each implementation: to make one, to reach round it, and to break it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from agent.backends.exchange import ExchangeMailbox
from agent.backends.exchange_session import ExchangeAccount
from agent.backends.imap import ImapMailbox
from agent.backends.imap_session import ImapAccount
from agent.backends.maildir import MaildirMailbox
from agent.config import Security
from agent.ports import Box, Mailbox
from tests.servers import Dovecot
from tests.servers.ews import PASSWORD, USER, Exchange


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


@dataclass
class ExchangeHarness:
    """The fake Exchange server."""

    server: Exchange

    def account(self, **changes: object) -> ExchangeAccount:
        settings = {
            "host": self.server.host,
            "user": USER,
            "password": PASSWORD,
            "ca_file": self.server.cert,
            "server_keeps_sent": False,
            "timeout": 3.0,
            "poll_every": 0.3,
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


def file_flags(place: Path) -> list[str]:
    """The flags of each mail in a Maildir: `S` is seen, `T` is deleted."""
    return [file.name.partition(":2,")[2] for part in ("new", "cur") for file in (place / part).glob("*")]
