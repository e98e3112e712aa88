"""The mails that the people of the story write: the ways in which invoices are handed over, and answers to what they received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from agent.demo.cast import AGENCY, AUTHSERV
from agent.demo.documents import Sale, pdf_of


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes when: `serial` makes the Message-ID, `proved` adds what the receiving server reports about the sender."""

    sender: str
    at: datetime
    serial: str
    proved: bool = True


def letter(pen: Pen, to: str, subject: str, body: str, *, cc: str = "", answers: bytes = b"") -> EmailMessage:
    """A plain mail; with `answers` it replies to that mail and quotes it."""
    mail = EmailMessage(policy=SMTP)
    address = parseaddr(pen.sender)[1]
    if pen.proved:
        domain = address.rpartition("@")[2]
        mail["Authentication-Results"] = (
            f"{AUTHSERV}; dmarc=pass header.from={domain}; spf=pass smtp.mailfrom={address}"
        )
    mail["From"], mail["To"], mail["Subject"] = pen.sender, to, subject
    if cc:
        mail["Cc"] = cc
    mail["Date"] = format_datetime(pen.at)
    mail["Message-ID"] = f"<{pen.serial}@{address.rpartition('@')[2]}>"
    if answers:
        original = BytesParser(policy=SMTP).parsebytes(answers)
        mail["In-Reply-To"] = original["Message-ID"]
        mail["References"] = f"{original.get('References', '')} {original['Message-ID']}".strip()
        body += _quoted(original)
    mail.set_content(body)
    return mail


def _quoted(original: EmailMessage) -> str:
    part = original.get_body(preferencelist=("plain",))
    lines = part.get_content().splitlines() if part else []
    head = f"\n\n{original['Date']}, {original['From']} :\n"
    return head + "\n".join(f"> {line}" for line in lines)


def answer(pen: Pen, received: bytes, body: str) -> EmailMessage:
    """A reply to a mail of ours, with its text quoted below."""
    original = BytesParser(policy=SMTP).parsebytes(received)
    return letter(pen, AGENCY, f"Re: {original['Subject']}", body, answers=received)


def attached(mail: EmailMessage, sales: Sequence[Sale]) -> EmailMessage:
    """The same mail with the PDFs of these invoices."""
    for sale in sales:
        mail.add_attachment(pdf_of(sale), maintype="application", subtype="pdf", filename=sale.filename)
    return mail


def original_of(pen: Pen, sale: Sale, body: str) -> EmailMessage:
    """The mail by which the creditor sent the invoice to his debtor."""
    return attached(letter(pen, f"{sale.buyer.name} <{sale.buyer.email}>", f"{sale.filename}", body), [sale])


def forwarded_inline(pen: Pen, sale: Sale, note: str) -> EmailMessage:
    """The invoice forwarded from the Sent folder, the original's head in the text."""
    head = (
        f"\n\n---------- Forwarded message ---------\nFrom: {pen.sender}\nDate: {format_datetime(pen.at)}\n"
        f"Subject: {sale.filename}\nTo: {sale.buyer.name} <{sale.buyer.email}>\n\n"
    )
    return attached(letter(pen, AGENCY, f"Fwd: {sale.filename}", note + head), [sale])


def forwarded_as_file(pen: Pen, sale: Sale, note: str) -> EmailMessage:
    """The original mail attached whole."""
    mail = letter(pen, AGENCY, "Fwd: facture", note)
    mail.add_attachment(original_of(pen, sale, "Veuillez trouver notre facture en annexe."))
    return mail


def bounce(pen: Pen, received: bytes, address: str) -> EmailMessage:
    """A delivery report (RFC 3464) about a mail of ours: the mailbox does not exist."""
    original = BytesParser(policy=SMTP).parsebytes(received)
    mail = EmailMessage(policy=SMTP)
    mail["Return-Path"] = "<>"
    mail["From"], mail["To"] = f"Mail Delivery System <MAILER-DAEMON@{address.rpartition('@')[2]}>", AGENCY
    mail["Subject"], mail["Date"] = "Undelivered Mail Returned to Sender", format_datetime(pen.at)
    mail["Message-ID"], mail["Auto-Submitted"] = f"<{pen.serial}@{address.rpartition('@')[2]}>", "auto-replied"
    mail["Content-Type"] = 'multipart/report; report-type="delivery-status"; boundary="report"'
    said = f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
    mail.set_payload(
        f"--report\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nYour message could not be delivered.\r\n<{address}>: {said}\r\n"
        f"--report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; {said}\r\n\r\n"
        f"--report\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {original['Message-ID']}\r\n"
        f"Subject: report\r\nFrom: {AGENCY}\r\nTo: {address}\r\n\r\n--report--\r\n"
    )
    return mail


def absence(pen: Pen, received: bytes, body: str) -> EmailMessage:
    """An automatic answer (RFC 3834)."""
    original = BytesParser(policy=SMTP).parsebytes(received)
    mail = letter(pen, AGENCY, f"Absence : {original['Subject']}", body)
    mail["Auto-Submitted"] = "auto-replied"
    mail["In-Reply-To"] = original["Message-ID"]
    return mail
