"""Our own mail as a report returns it: attached, as its headers, in its text, or only by its Message-ID."""

import re
from dataclasses import dataclass, replace

from agent.mail.charsets import decode
from agent.mail.message import Message
from agent.parsers.replies.bounce_body import split_returned
from agent.parsers.replies.bounce_fields import report_text

MAX_BODY = 200_000
_ADDRESS = re.compile(r"[^\s<>\"(),:;\[\]']{1,100}@[^\s<>\"(),:;\[\]']{1,150}")
_TOLD_ID = re.compile(
    r"^[\s>]{0,8}(?:X-)?(?:Original-)?Message-ID:[ \t]*(<[^<>\s]{3,500}@[^<>\s]{1,500}>)", re.MULTILINE | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Returned:
    """What a report tells of our own mail; the Message-ID in angle brackets, "" when it does not tell."""

    message_id: str
    recipients: tuple[str, ...]


def returned_mail(message: Message, *, robot: bool) -> Returned:
    """Our mail as the report returns it; a report that returns nothing may still name it by its Message-ID."""
    found = _copy(message)
    return found if found.message_id else replace(found, message_id=_named_id(message, robot=robot))


def _named_id(message: Message, *, robot: bool) -> str:
    """The Message-ID of our mail where the report's own fields name it, Google's and Exchange's among them; "" if none does."""
    text = f"{report_text(message)[:MAX_BODY]}\n{message.text[:MAX_BODY]}"
    if told := _TOLD_ID.search(f"X-Original-Message-ID: {message.header('x-original-message-id')}\n{text}"):
        return told[1]
    return next(iter((*message.in_reply_to, *reversed(message.references))), "") if robot else ""


def _copy(message: Message) -> Returned:
    """Our mail as the report returns it: attached, as its headers, or in the text."""
    for file in message.attachments:
        if file.message:
            return Returned(file.message.message_id, tuple(one.address for one in (*file.message.to, *file.message.cc)))
    for file in message.attachments:
        if "rfc822-header" in file.media_type or file.filename.startswith("mailheaders"):
            return from_headers(decode(file.content[:MAX_BODY]))
    return from_headers(split_returned(message.text[:MAX_BODY])[1])


def from_headers(text: str) -> Returned:
    """The Message-ID and the recipients that a header, given as text, tells."""
    identifier = re.search(r"^\s{0,8}Message-ID:\s*(<[^<>\s]{3,500}>)", text, re.MULTILINE | re.IGNORECASE)
    to = re.search(r"^\s{0,8}To:\s*(.{3,2000})$", text, re.MULTILINE | re.IGNORECASE)
    people = tuple(address.lower().rstrip(".") for address in _ADDRESS.findall(to[1])) if to else ()
    return Returned(identifier[1] if identifier else "", people)
