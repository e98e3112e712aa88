"""The program on local Maildirs with a clock that stands still, and short ways to write to it and to look at its answers."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.backends.maildir import MaildirMailbox, MaildirTransport
from agent.config import Settings
from agent.demo import mails
from agent.demo.cast import AGENCY, write_configuration
from agent.demo.stage import Stage
from agent.domain.ledger import OpenItem
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from tests.walks.invoices import ubl

BRUNO = "Bruno Lambert <bruno@atelier-bruno.example>"
CHLOE = "Chloé Martin <chloe@atelier-bruno.example>"
ELS = "Els Van Damme <els@vandamme.example>"
MARY = "Mary Quinn <mary@northgate.example>"
AUDIT = "Auditor <audit@northgate.example>"
DEBTOR = "Compta <compta@batiplus.example>"
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))


class World(Stage):
    """A stage for one test."""

    @classmethod
    def built(cls, folder: Path, moment: datetime = TUESDAY) -> "World":
        return cls.of(write_configuration(folder), moment)

    @classmethod
    def of(cls, settings: Settings, moment: datetime = TUESDAY) -> "World":
        """The program with these settings of a single mailbox in folders."""
        clock = SimulatedClock(moment)
        app = build(settings, clock=clock, rehearsal=True)
        mailbox, transport = app.channels[0].mailbox, app.channels[0].transport
        assert isinstance(mailbox, MaildirMailbox)
        assert isinstance(transport, MaildirTransport)
        mailbox.open()

        def received(address: str) -> list[bytes]:
            place = transport.folder(address)
            place.create()
            return [Path(entry.path).read_bytes() for entry in place.entries()]

        return cls(app, clock, mailbox.deliver, received)

    def close(self) -> None:
        close(self.app)

    def write(
        self,
        sender: str,
        text: str = "À suivre.",
        *,
        proved: bool = True,
        to: str = AGENCY,
        cc: str = "",
        **file: bytes,
    ) -> None:
        """Post a mail; files by name with _ for the dot (`f_xml=…`)."""
        mail = mails.letter(self.pen(sender, proved=proved), to, "Facture", text, cc=cc)
        for name, content in file.items():
            mail.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name.replace("_", ".")
            )
        self.post(mail)

    def hand_over(self, number: str = "2026-501", sender: str = BRUNO, **more) -> None:
        """Post a UBL invoice of the story's first creditor, months overdue."""
        proved = more.pop("proved", True)
        self.write(sender, proved=proved, f_xml=ubl(number, **more))

    def mails(self, address: str) -> list[EmailMessage]:
        """What an address received."""
        return [BytesParser(policy=SMTP).parsebytes(raw) for raw in self.received(address)]

    def text(self, address: str) -> str:
        """The text of the latest mail that an address received, "" when there is none."""
        found = self.mails(address)
        return found[-1].get_body(("plain",)).get_content() if found else ""

    def items(self) -> dict[str, OpenItem]:
        """The books, by invoice number."""
        return {i.invoice.number: i for i in self.app.store.items()}

    def lying_in(self, box: Box) -> int:
        """How many mails a folder holds."""
        return sum(1 for _ in self.app.channels[0].mailbox.contents(box))

    def sent(self) -> list[str]:
        """The kinds of all mails sent, in the order in which they were queued."""
        found = sorted(self.app.store.outbox([OutboxState.SENT]), key=lambda m: (m.queued_at, m.id))
        return [m.kind for m in found]

    def days(self, count: int) -> None:
        """Let days pass, with work every few hours."""
        for _ in range(count * 4):
            self.clock.advance(timedelta(hours=6))
            self.work()
