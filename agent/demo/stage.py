"""The stage: the program on local Maildirs with a clock that the play moves, and the hands of the people in the story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from agent.demo import mails
from agent.domain.letters import LetterKind
from agent.mail.outgoing import OutboxState
from agent.service.app import App
from agent.service.clock import SimulatedClock
from agent.service.work import once

_ZONE = ZoneInfo("Europe/Brussels")
_STEP = timedelta(minutes=7)


@dataclass(slots=True)
class Stage:
    """The program, its clock, and the post: how a mail gets into the watched mailbox, and what an address has received so far.

    `received_at` gives the raw mails of one address, the oldest first.
    """

    app: App
    clock: SimulatedClock
    deliver: Callable[[bytes], object]
    received_at: Callable[[str], list[bytes]]
    written: list[tuple[datetime, EmailMessage]] = field(default_factory=list)

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """Move the clock forward to this local time, unless it is later already."""
        moment = datetime.combine(day, time(hour, minute), _ZONE)
        if moment > self.clock.now():
            self.clock.set(moment)

    def work(self) -> None:
        """One round of the program."""
        once(self.app)

    def pen(self, sender: str, *, proved: bool = True) -> mails.Pen:
        """A pen for somebody, at this moment."""
        return mails.Pen(sender, self.clock.now().astimezone(_ZONE), f"story-{len(self.written)}", proved)

    def post(self, mail: EmailMessage) -> None:
        """Drop a mail into the watched mailbox, and let the program handle it."""
        self.written.append((self.clock.now(), mail))
        self.deliver(mail.as_bytes())
        self.clock.advance(_STEP)
        self.work()

    def reply(self, sender: str, about: str, text: str) -> None:
        """Somebody answers the latest mail he received that names `about`."""
        self.post(mails.answer(self.pen(sender), self.latest(sender, about), text))

    def choose(self, sender: str, about: str, number: str) -> None:
        """Somebody answers the latest question about `about` that he was asked, with a number."""
        address = parseaddr(sender)[1]
        sent = self.app.store.outbox([OutboxState.SENT])
        asked = {
            m.message_id.encode() for m in sent if m.kind == LetterKind.QUESTION and address in m.to and about in m.text
        }
        received = [raw for raw in self.received(sender) if any(id_ in raw for id_ in asked)]
        self.post(mails.answer(self.pen(sender), received[-1], number))

    def absent(self, sender: str, about: str, text: str) -> None:
        """A vacation message answers."""
        self.post(mails.absence(self.pen(sender), self.latest(sender, about), text))

    def bounce(self, address: str, about: str) -> None:
        """The mail to this address comes back."""
        self.post(mails.bounce(self.pen(address, proved=False), self.latest(address, about), address))

    def latest(self, person: str, about: str) -> bytes:
        """The latest mail that this person received from us and that names `about`."""
        for raw in reversed(self.received(person)):
            message = BytesParser(policy=SMTP).parsebytes(raw)
            part = message.get_body(preferencelist=("plain",))
            if about in str(message["Subject"]) or (part is not None and about in part.get_content()):
                return raw
        raise LookupError(f"{person} received nothing about {about}")

    def received(self, person: str) -> list[bytes]:
        """What this person received, oldest first."""
        return self.received_at(parseaddr(person)[1])
