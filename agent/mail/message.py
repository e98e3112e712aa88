"""What a received mail is, whatever the server it came from, and how it is read from its bytes."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.mail import outlook, tnef
from agent.mail.addresses import parse_addresses
from agent.mail.bodies import readable, sort_parts
from agent.mail.charsets import decode
from agent.mail.cms import signed_content
from agent.mail.headers import decode_words, message_ids, parse_date
from agent.mail.mapi import Item
from agent.mail.mime import Entity, parse_entity, uuencoded

MAX_NESTED = 8  # mails within mails that are opened; deeper ones stay closed attachments
_DIRECTION = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f\x7f]")
_SMIME_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_MAIL_TYPES = ("message/rfc822", "message/global", "message/news")


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of a header: the address in lower case ("" when unreadable) and the display name."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail. `path` says how it was nested ("winmail.dat/invoice.pdf"); `message` is set for mail within mail."""

    filename: str
    media_type: str
    content: bytes
    sha256: str
    inline: bool = False
    cid: str = ""
    path: str = ""
    message: "Message | None" = None


@dataclass(frozen=True, slots=True)
class Message:
    """A received mail.

    `headers` holds every header in order, names in lower case, values decoded and unfolded. `text` is the plain part (or the
    HTML part as visible text when there is no plain one), `html` the HTML part as it came. `date` is aware; None when the mail
    tells none. `defects` names what was broken in the MIME structure. `raw_size` is in bytes.
    """

    key: str
    message_id: str
    headers: tuple[tuple[str, str], ...]
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...] = ()
    raw_size: int = 0
    calendar: bool = False

    def header(self, name: str) -> str:
        """The first header of this name (lower case), "" when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every header of this name (lower case), topmost first."""
        return tuple(value for key, value in self.headers if key == name)


def parse_message(raw: bytes) -> Message:
    """The mail in these bytes; also of an Outlook .msg file and of a bare winmail.dat.

    Never raises: what is broken is named in `defects`, what cannot be read stays in the attachments as it came.
    """
    return _parse(raw, 0)


def _parse(raw: bytes, depth: int) -> Message:
    if item := outlook.read_msg(raw) or tnef.read_tnef(raw):
        return _from_item(item, raw, depth)
    root, defects = parse_entity(raw)
    if (inner := _opaque(root)) and depth < MAX_NESTED:
        return _opened(root, _parse(inner, depth + 1), raw)
    headers = tuple((name, decode_words(value)) for name, value in root.fields)
    bodies = sort_parts(root)
    text, html = readable(bodies)
    text = text or (_left_over(root) if not bodies.files and not html else "")
    decoded = {part.start: part.content() for part in root.leaves()}  # once: decoding is what large mails cost
    files = [file for part in bodies.files for file in _files(part, decoded[part.start], depth)]
    files += _uuencoded_files(text)
    message = _from_headers(root.fields, text, html)
    winmail = next((item for part in bodies.files if (item := _winmail(part, decoded[part.start]))), None)
    if winmail and not text.strip():
        message = replace(message, text=winmail.text, html=html or winmail.html)
    return replace(
        message,
        key=_key(message, root, decoded),
        headers=headers,
        attachments=tuple(_marked_inline(files, message.html)),
        defects=defects,
        raw_size=len(raw),
        calendar=any(leaf.media_type == "text/calendar" for leaf in root.leaves()),
    )


def _opaque(root: Entity) -> bytes:
    """The mail within an opaque S/MIME signature, b"" when this is none."""
    return signed_content(root.content()) if root.media_type in _SMIME_TYPES else b""


def _opened(root: Entity, inner: Message, raw: bytes) -> Message:
    """A mail whose text and files lie inside its signature: the header is the outer one."""
    outer = _from_headers(root.fields, inner.text, inner.html)
    return replace(
        outer,
        key=_key(outer, root, {root.start: root.content()}),
        headers=tuple((name, decode_words(value)) for name, value in root.fields),
        attachments=inner.attachments,
        defects=inner.defects,
        raw_size=len(raw),
        calendar=inner.calendar,
    )


def _left_over(root: Entity) -> str:
    """The body as it came, when its structure is too broken to yield any part."""
    return decode(root.encoded()).strip()


def _from_headers(fields: Sequence[tuple[str, str]], text: str, html: str) -> Message:
    """A message with what its header tells; key, headers and attachments are still to come."""

    def values(name: str) -> Iterator[str]:
        return (value for key, value in fields if key == name)

    def first(name: str) -> str:
        return next(values(name), "")

    def people(name: str) -> tuple[Address, ...]:
        pairs = (pair for value in values(name) for pair in parse_addresses(value))
        return tuple(Address(address, display) for address, display in pairs if address)

    senders = [Address(*pair) for pair in parse_addresses(first("from"))]
    return Message(
        key="",
        message_id=next(iter(message_ids(first("message-id"))), ""),
        headers=(),
        sender=next((sender for sender in senders if sender.address), senders[0] if senders else Address("")),
        to=people("to"),
        cc=people("cc"),
        reply_to=people("reply-to"),
        subject=" ".join(decode_words(first("subject")).split()),
        date=parse_date(first("date")),
        in_reply_to=message_ids(" ".join(values("in-reply-to"))),
        references=message_ids(" ".join(values("references"))),
        text=text,
        html=html,
        attachments=(),
    )


def _key(message: Message, root: Entity, decoded: Mapping[int, bytes]) -> str:
    """Message-ID and a hash over From, Date, Subject and the decoded parts: the same for a copy that came another way.

    Received, transfer encodings, line ends and boundaries differ between copies and do not count.
    """
    digest = hashlib.sha256()
    for name in ("from", "date", "subject"):
        digest.update(" ".join(decode_words(root.get(name)).split()).encode() + b"\0")
    for leaf in root.leaves():
        content = decoded[leaf.start]
        if leaf.media_type.startswith("text/"):
            content = content.replace(b"\r\n", b"\n").rstrip(b"\n")
        digest.update(leaf.media_type.encode() + b"\0" + hashlib.sha256(content).digest())
    return f"{message.message_id[:200]}#{digest.hexdigest()[:32]}"


def _files(part: Entity, content: bytes, depth: int) -> Iterator[Attachment]:
    """The attachment in this part; the files inside when it is a winmail.dat."""
    if item := _winmail(part, content):
        yield from _item_files(item, f"{_file_name(part) or 'winmail.dat'}/", depth)
        return
    name = _file_name(part)
    cid = decode_words(part.get("content-id")).strip(" <>")
    inline = part.disposition == "inline"
    file = _attachment(name, part.media_type, content, path=name)
    yield replace(file, inline=inline, cid=cid, message=_nested(part.media_type, name, content, depth))


def _file_name(part: Entity) -> str:
    return file_name(part.filename)


def file_name(given: str) -> str:
    """A file's own name: without folders, control characters and direction tricks, at most 200 characters."""
    name = _DIRECTION.sub("", decode_words(given)).replace("\\", "/").rpartition("/")[2].strip(" .")
    return name if len(name) <= 200 else name[:150] + name[-50:]


def _attachment(name: str, media_type: str, content: bytes, *, path: str) -> Attachment:
    return Attachment(name, media_type, content, hashlib.sha256(content).hexdigest(), path=path or name)


def _nested(media_type: str, name: str, content: bytes, depth: int) -> Message | None:
    """The mail within this file, whatever it is declared as."""
    if depth >= MAX_NESTED:
        return None
    is_mail = media_type in _MAIL_TYPES or name.lower().endswith(".eml")
    return _parse(content, depth + 1) if is_mail or outlook.is_msg(content, name) else None


def _winmail(part: Entity, content: bytes) -> Item | None:
    """Outlook's own envelope around text and files, opened (application/ms-tnef)."""
    name = part.filename.lower()
    if "tnef" in part.media_type or name.endswith(("winmail.dat", "win.dat")):
        return tnef.read_tnef(content)
    return None


def _item_files(item: Item, path: str, depth: int) -> Iterator[Attachment]:
    for file in item.files:
        name = file_name(file.filename)
        made = _attachment(name, file.media_type, file.content, path=path + name)
        inner = _nested(file.media_type, name, file.content, depth)
        if file.item and depth < MAX_NESTED:
            inner = _from_item(file.item, file.content, depth + 1)
        yield replace(made, cid=file.cid, inline=bool(file.cid), message=inner)


def _from_item(item: Item, raw: bytes, depth: int) -> Message:
    """The mail that an Outlook item holds: its own fields first, its transport header for what they leave out."""
    root, _ = parse_entity(item.transport_headers.encode("utf-8", "replace") + b"\n\n")
    message = _from_headers(root.fields, item.text, item.html)
    sender = message.sender if message.sender.address else Address(item.sender[0].lower(), item.sender[1])
    return replace(
        message,
        key=f"{(item.message_id or message.message_id)[:200]}#{hashlib.sha256(raw).hexdigest()[:32]}",
        message_id=message.message_id or item.message_id,
        headers=tuple((name, decode_words(value)) for name, value in root.fields),
        sender=sender,
        to=message.to or tuple(Address(address.lower(), name) for address, name in item.to),
        cc=message.cc or tuple(Address(address.lower(), name) for address, name in item.cc),
        subject=item.subject or message.subject,
        date=message.date or item.date,
        attachments=tuple(_item_files(item, "", depth)),
        raw_size=len(raw),
    )


def _uuencoded_files(text: str) -> Iterator[Attachment]:
    """Files written into the text itself, as before MIME."""
    for name, content in uuencoded(text.encode("utf-8", "replace")):
        yield _attachment(file_name(name), "application/octet-stream", content, path=file_name(name))


def _marked_inline(files: Sequence[Attachment], html: str) -> Iterator[Attachment]:
    """The files, those that the HTML shows by their Content-ID marked as inline."""
    shown = set(re.findall(r"cid:([^\s\"'<>)]{1,300})", html))
    for file in files:
        yield replace(file, inline=True) if file.cid and file.cid in shown else file
