"""Explains any mail, invoice or bank statement without changing anything: what is read, how sure it is, and because of what."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agent.domain.findings import InvoiceReading, Unreadable
from agent.domain.parties import Role
from agent.errors import AgentError
from agent.intake.bank_files import read_bank_file
from agent.intake.extract import DOCUMENTS, files_of, looks_like
from agent.mail.forwards import Forwarded, forwarded
from agent.mail.message import Message, parse_message
from agent.mail.quoting import own_text
from agent.parsers.api import Document, ParserContext
from agent.parsers.replies.autoreply import read_autoreply
from agent.parsers.replies.bounce import read_bounce
from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.intent import read_reply
from agent.parsers.replies.model import second_opinion
from agent.ports import Clock
from agent.service import rows
from agent.service.documents import Rooms, unreadable
from agent.service.rows import Row
from agent.service.sandbox import Failure

_LARGEST = 150_000_000
_TABLES = ("statement", "sheet")
_COLLEAGUES = (Role.OWNER, Role.STAFF)
_REPLY_ROLES = {Role.OWNER: "client", Role.STAFF: "staff", Role.DEBTOR: "debtor", Role.BANK: "bank"}


Show = Callable[[Document, tuple[InvoiceReading, ...]], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """How files are read: the rooms, what is known beforehand, and who wants to see each document with its readings."""

    rooms: Rooms
    context: ParserContext = ParserContext()
    show: Show | None = None


def read_file(path: Path, role: Role, desk: Rooms | Desk, clock: Clock) -> Iterator[Row]:
    """The rows of one file: a mail's own, then those of the documents that it carries.

    Raises:
        AgentError: the file cannot be opened.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise AgentError(f"{path} is larger than {_LARGEST // 1_000_000} MB")
        content = path.read_bytes()
    except OSError as error:
        raise AgentError(f"{path} cannot be read: {error.strerror}") from error
    if not content.strip():
        raise AgentError(f"{path} is empty")
    desk = desk if isinstance(desk, Desk) else Desk(desk)
    name = str(path)
    looks = looks_like(path.name, mimetypes.guess_type(path.name)[0] or "", content)
    if looks in (*DOCUMENTS, *_TABLES, "picture"):
        yield {"file": name, **_document(path.name, content, looks, desk)}
    else:
        yield from _mail(name, content, role, desk, clock.now().date())


def _document(filename: str, content: bytes, looks: str, desk: Desk) -> Row:
    if looks in _TABLES:
        result = desk.rooms.plain.run(read_bank_file, content, filename)
        return rows.statement_row(unreadable(result) if isinstance(result, Failure) else result.value)
    media = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    document = Document(filename, media, content)
    read = desk.rooms.read(document, desk.context)
    found: tuple[InvoiceReading | Unreadable, ...] = (
        (unreadable(read),) if isinstance(read, Failure) else tuple(read.value)
    )
    if desk.show is not None:
        desk.show(document, tuple(reading for reading in found if isinstance(reading, InvoiceReading)))
    return rows.invoice_rows(found)


def _mail(name: str, content: bytes, role: Role, desk: Desk, today: date) -> Iterator[Row]:
    message = parse_message(content)
    files, problems = files_of(message)
    yield {
        "file": name,
        "ok": True,
        **rows.mail_head(message),
        **_said(message, role, today),
        "problems": list(problems),
    }
    for file in files:
        if file.looks in (*DOCUMENTS, *_TABLES):
            yield {"file": f"{name}/{file.filename}", **_document(file.filename, file.content, file.looks, desk)}


def _said(message: Message, role: Role, today: date) -> Row:
    """What the mail says; reports come before automatic answers, since many bounces carry the marks of both."""
    received = message.date.date() if message.date else today
    own = own_text(message).text
    told: Row = {"text": own, **_forward(forwarded(message))}
    report = read_bounce(message)
    if report is not None:
        return told | rows.bounce_row(report)
    automatic = read_autoreply(message, received)
    if automatic is not None:
        return told | rows.autoreply_row(automatic)
    if role in _COLLEAGUES:
        instructions = read_instructions(own, received=received, subject=message.subject)
        if instructions.instructions:
            return told | rows.instruction_row(instructions)
    said_by = _REPLY_ROLES.get(role, "other")
    reading = read_reply(own, role=said_by, received=received, subject=message.subject, opinion=second_opinion())
    return told | {"autoreply": False} | rows.reply_row(reading)


def _forward(original: Forwarded | None) -> Row:
    if original is None:
        return {"forwarded": False}
    return {
        "forwarded": True,
        "orig": {
            "from": original.sender.address if original.sender else None,
            "to": [a.address for a in original.to],
            "cc": [a.address for a in original.cc],
            "subject": original.subject,
        },
        "body": original.body,
    }
