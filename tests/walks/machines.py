"""Machines that write back to everything: auto-responders, absences, ticket systems, bounces, challenges, lists, and worse."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import parseaddr

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.demo.mails import Pen

Answers = Callable[[Pen, bytes], Iterator[EmailMessage]]


@dataclass(slots=True)
class Machine:
    """Something at an address that answers every mail it receives, at once; `read` counts what it has answered so far."""

    person: str
    answers: Answers
    proved: bool = True
    read: int = 0
    wrote: int = field(default=0)

    @property
    def address(self) -> str:
        return parseaddr(self.person)[1]


def honest(text: str, subject: str = "Automatic reply: {}") -> Answers:
    """An auto-responder that says what it is (RFC 3834)."""

    def write(pen: Pen, raw: bytes) -> Iterator[EmailMessage]:
        mail = mails.letter(pen, AGENCY, subject.format(_subject(raw)), text, answers=raw)
        mail["Auto-Submitted"] = "auto-replied"
        yield mail

    return write


def unmarked(text: str, subject: str = "Re: {}") -> Answers:
    """An answer without any mark of a machine, our mail quoted below it."""
    return lambda pen, raw: iter(
        [mails.answer(pen, raw, text)] if subject == "Re: {}" else [_fresh(pen, subject.format(_subject(raw)), text)]
    )


def ticket_system(text: str) -> Answers:
    """A new ticket for every mail, under a subject of its own, with nothing left that leads back to ours."""
    numbers = itertools.count(48_211, 7)

    def write(pen: Pen, _raw: bytes) -> Iterator[EmailMessage]:
        number = next(numbers)
        yield _fresh(pen, f"[Ticket #{number}] Votre demande", text.format(number))

    return write


def bounce_storm(address: str, times: int, status: str = "5.1.1") -> Answers:
    """The same mail comes back again and again, each report with a Message-ID of its own."""

    def write(pen: Pen, raw: bytes) -> Iterator[EmailMessage]:
        for n in range(times):
            mail = mails.bounce(Pen(pen.sender, pen.at, f"{pen.serial}-{n}", proved=False), raw, address)
            if status != "5.1.1":
                mail.set_payload(
                    mail.get_payload()
                    .replace("5.1.1", status)
                    .replace("550", "450")
                    .replace("Action: failed", "Action: delayed")
                )
            yield mail

    return write


def mailing_list(address: str) -> Answers:
    """A list that sends our own mail round, back to us as well, in our name."""

    def write(pen: Pen, raw: bytes) -> Iterator[EmailMessage]:
        ours = BytesParser(policy=SMTP).parsebytes(raw)
        del ours["To"], ours["Message-ID"]
        ours["To"], ours["Message-ID"] = address, f"<{pen.serial}@list>"
        ours["List-Id"], ours["Sender"], ours["Precedence"] = f"<{address.replace('@', '.')}>", address, "list"
        yield ours
        again = _fresh(pen, f"[achats] {_subject(raw)}", "Distribué à 42 abonnés.\n\n" + _text(ours))
        again["List-Id"], again["Reply-To"] = f"<{address.replace('@', '.')}>", AGENCY
        yield again

    return write


def in_turn(*texts: str, quoting: bool = True) -> Answers:
    """Another human-looking sentence every time, within seconds, with no mark of a machine."""
    turns = itertools.cycle(texts)

    def write(pen: Pen, raw: bytes) -> Iterator[EmailMessage]:
        yield mails.answer(pen, raw, next(turns)) if quoting else _fresh(pen, "Question", next(turns))

    return write


def _fresh(pen: Pen, subject: str, text: str) -> EmailMessage:
    return mails.letter(pen, AGENCY, subject, text)


def _subject(raw: bytes) -> str:
    return str(BytesParser(policy=SMTP).parsebytes(raw)["Subject"])


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain",))
    return str(part.get_content()) if part else ""
