"""A town with a post office: Dovecot and an SMTP relay on loopback, an address for everybody in the story, a configuration."""

from pathlib import Path
from typing import Self

from agent.config import Settings
from agent.demo.cast import AGENCY, OPERATOR, write_configuration
from tests.servers import Dovecot, Smtp
from tests.servers.doors import DOORS
from tests.servers.smtp import PASSWORD as SMTP_PASSWORD
from tests.servers.smtp import USER as SMTP_USER

PEOPLE = (
    OPERATOR,
    "bruno@atelier-bruno.example",
    "chloe@atelier-bruno.example",
    "els@vandamme.example",
    "mary@northgate.example",
    "audit@northgate.example",
    "compta@batiplus.example",
    "gerance@cafedeshalles.example",
    "achats@lumiere-fils.example",
    "info@bakkerijpeeters.example",
    "crediteuren@dekkerlogistiek.example",
    "facturen@dekkerlogistiek.example",
    "buchhaltung@kellermaschinen.example",
    "office@harbourbooks.example",
)
MAILBOX = (
    """\
[[mailboxes]]
name = "walk"
"""
    + DOORS
    + 'security = "starttls"\n'
)


class Town:
    """Real servers, and the files of a configuration that uses them. Use as a context manager."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.folder = folder
        self.dovecot = Dovecot(AGENCY, *PEOPLE, *more)

    def __enter__(self) -> Self:
        self.dovecot.__enter__()
        self.smtp = Smtp(self.dovecot.lmtp, (self.dovecot.cert, self.dovecot.key), "starttls", login=True)
        self.smtp.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.smtp.__exit__()
        self.dovecot.__exit__()

    def settings(self) -> Settings:
        """The story's configuration over these servers, written to the folder and read as the service reads it."""
        secrets = self.folder / "secrets"
        secrets.mkdir(parents=True, exist_ok=True)
        for name, word in (("imap", self.dovecot.password), ("smtp", SMTP_PASSWORD)):
            (secrets / name).write_text(word)
            (secrets / name).chmod(0o600)
        mailbox = MAILBOX.format(
            imaps=self.dovecot.imaps, smtp=self.smtp.port, address=AGENCY, cert=self.dovecot.cert, user=SMTP_USER
        )
        return write_configuration(self.folder, mailbox)

    def post(self, raw: bytes) -> None:
        """Deliver a mail into the watched mailbox."""
        self.dovecot.deliver(AGENCY, raw)
