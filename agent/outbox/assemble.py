"""From an outgoing mail to its bytes: `assemble(mail, document)`, the same bytes each time.

RFC 5322 headers with RFC 2047 words and RFC 2231 file names; MIME as multipart/mixed > related > alternative, each level only
where it is needed. Boundaries are derived from the Message-ID; "=_" in them cannot occur in quoted-printable or base64 bodies
(RFC 2045 section 6.7), so no content can end a part.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
from collections.abc import Callable, Iterable, Sequence
from email.header import Header
from email.utils import format_datetime, quote
from urllib.parse import quote as percent

from agent.errors import PermanentError
from agent.mail.automatic import MAILER
from agent.mail.outgoing import OutgoingMail, Part
from agent.reports.plain import one_line

_CRLF = "\r\n"
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]{1,64}@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]{1,255}")
_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+_-]{1,100}/[A-Za-z0-9.+_-]{1,100}")
# slashes of other kinds are turned into plain ones by what normalises names
_MEANT_OTHERWISE = re.compile(r'[/\\:*?"<>|`$;%\u2044\u2215\u29f8\uff0f\uff3c\uff0e]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Mail systems keep the first and the latest ids of a long thread; so do we.
_REFERENCES = 20
_PIECE = 54

Headers = Sequence[tuple[str, str]]


def assemble(mail: OutgoingMail, document: Callable[[str], bytes | None]) -> bytes:
    """The full bytes of this mail; `document` gives the content of a part by its SHA-256.

    Raises:
        PermanentError: an address, the Message-ID or a part's content is unusable; sending can never succeed.
    """
    body = _alternative(mail)
    inline = [part for part in mail.parts if part.cid]
    if inline:
        body = _multipart(mail, "related", [body, *(_file(part, document) for part in inline)])
    attached = [part for part in mail.parts if not part.cid]
    if attached:
        body = _multipart(mail, "mixed", [body, *(_file(part, document) for part in attached)])
    head = "".join(f"{name}: {value}{_CRLF}" for name, value in _headers(mail))
    return head.encode("ascii") + body


def _headers(mail: OutgoingMail) -> Iterable[tuple[str, str]]:
    moment = mail.sent_at or max(mail.queued_at, mail.not_before)
    yield "Date", format_datetime(moment)
    yield "From", _mailbox("From", mail.sender, mail.sender_name)
    yield "To", _addresses(mail.to)
    if mail.cc:
        yield "Cc", _addresses(mail.cc)
    if mail.reply_to:
        yield "Reply-To", _address(mail.reply_to)
    yield "Subject", _words("Subject", mail.subject)
    yield "Message-ID", _message_id(mail.message_id)
    if _may_be_named(mail.in_reply_to):
        yield "In-Reply-To", mail.in_reply_to
    references = [id_ for id_ in mail.references if _may_be_named(id_)]
    if references:
        kept = references if len(references) <= _REFERENCES else [references[0], *references[1 - _REFERENCES :]]
        yield "References", (_CRLF + " ").join(kept)
    yield "Auto-Submitted", "auto-replied" if mail.automatic == "auto-replied" else "auto-generated"
    yield "X-Mailer", MAILER
    if _TOKEN.fullmatch(mail.language):
        yield "Content-Language", mail.language
    yield "MIME-Version", "1.0"


def _address(text: str) -> str:
    local, at, domain = text.rpartition("@")
    try:
        ascii_address = local.encode("ascii").decode() + at + domain.encode("idna").decode()
    except UnicodeError:
        raise PermanentError(f"not an address that mail can be sent to: {one_line(text, 80)!r}") from None
    if not _ADDRESS.fullmatch(ascii_address):
        raise PermanentError(f"not an address that mail can be sent to: {one_line(text, 80)!r}")
    return ascii_address


def _addresses(texts: Sequence[str]) -> str:
    if not texts:
        raise PermanentError("the mail has no recipient")
    return ("," + _CRLF + " ").join(_address(text) for text in texts)


def _mailbox(header: str, address: str, name: str) -> str:
    plain = one_line(name, 120)
    if not plain:
        return _address(address)
    shown = f'"{quote(plain)}"' if _is_plain(plain) else _words(header, plain)
    return f"{shown}{_CRLF} <{_address(address)}>"


def _words(header: str, text: str) -> str:
    plain = one_line(text, 400)
    charset = "us-ascii" if _is_plain(plain) else "utf-8"
    return Header(plain, charset, maxlinelen=76, header_name=header).encode(linesep=_CRLF)


def _may_be_named(message_id: str) -> bool:
    """Whether the id of somebody else's mail may be repeated in ours: one that no header can hold costs the thread, not the mail."""
    return _ID.fullmatch(message_id) is not None and "=?" not in message_id


def _is_plain(text: str) -> bool:
    """Whether it may stand in a header as it is: what looks like an encoded word (RFC 2047) would be decoded by its reader."""
    return text.isascii() and "=?" not in text


def _message_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise PermanentError(f"not a Message-ID: {one_line(text, 80)!r}")
    return text


def _alternative(mail: OutgoingMail) -> bytes:
    text = _text_part("text/plain", mail.text)
    return _multipart(mail, "alternative", [text, _text_part("text/html", mail.html)]) if mail.html else text


def _text_part(media_type: str, text: str) -> bytes:
    lines = "\n".join(text.splitlines()).encode("utf-8", "replace") + b"\n"
    encoded = quopri.encodestring(lines).replace(b"\n", b"\r\n")
    head = _entity(
        (("Content-Type", f"{media_type}; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable"))
    )
    return head + encoded


def _file(part: Part, document: Callable[[str], bytes | None]) -> bytes:
    content = document(part.sha256)
    if content is None:
        raise PermanentError(f"the file {one_line(part.filename, 80)!r} is not in the document store")
    media_type = part.media_type if _MEDIA_TYPE.fullmatch(part.media_type) else "application/octet-stream"
    headers = [("Content-Type", media_type), ("Content-Transfer-Encoding", "base64")]
    place = "attachment"
    if part.cid:
        place = "inline"
        headers.append(("Content-ID", _message_id(f"<{part.cid}>")))
    headers.append(("Content-Disposition", place + _filename(part.filename)))
    return _entity(headers) + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _filename(name: str) -> str:
    """The filename parameter: quoted when it is plain ASCII, else in pieces by RFC 2231."""
    plain = _safe_name(name)
    if plain.isascii() and len(plain) <= _PIECE:
        return f'; filename="{quote(plain)}"'
    pieces = ["UTF-8''"]
    for coded in (percent(char, safe="") for char in plain):
        if len(pieces[-1]) + len(coded) > _PIECE:
            pieces.append("")
        pieces[-1] += coded
    return "".join(f";{_CRLF} filename*{n}*={piece}" for n, piece in enumerate(pieces))


def _safe_name(name: str) -> str:
    """The name without what some system reads otherwise: paths and what looks like one, streams, shells, devices, hidden files."""
    plain = _MEANT_OTHERWISE.sub("_", one_line(name, 120)).replace("..", "_").strip(" .")
    plain = plain.lstrip("-~") or "file"
    return f"_{plain}" if _DEVICES.match(plain) else plain


def _entity(headers: Headers) -> bytes:
    return ("".join(f"{name}: {value}{_CRLF}" for name, value in headers) + _CRLF).encode("ascii")


def _multipart(mail: OutgoingMail, subtype: str, parts: Sequence[bytes]) -> bytes:
    boundary = "=_" + hashlib.sha256(f"{subtype} {mail.message_id}".encode()).hexdigest()[:32]
    separator = f"--{boundary}{_CRLF}".encode()
    body = b"".join(separator + part + b"\r\n" for part in parts)
    head = _entity((("Content-Type", f'multipart/{subtype};{_CRLF} boundary="{boundary}"'),))
    return head + body + f"--{boundary}--{_CRLF}".encode()
