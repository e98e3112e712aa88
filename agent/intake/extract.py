"""Which files of a mail may be documents, however they were attached: nested, inline, mislabelled or zipped."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.intake.pictures import may_be_page
from agent.mail.message import Message
from agent.parsers.statements import is_bank_format

# What may be an invoice: a scan is a picture of a page.
DOCUMENTS = ("pdf", "xml", "scan")
_MOST_FILES = 40
_MOST_BYTES = 60_000_000
_MOST_MEMBERS = 400
_DEEPEST = 4
# Of other methods Python unpacks a whole member at once, whatever part of it is asked for.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, RuntimeError),
    *(ValueError, OSError, OverflowError, LookupError),
)
_STATEMENT_ENDINGS = (".coda", ".cod", ".sta", ".mt940", ".940", ".942", ".ofx", ".csv", ".cfo", ".cfonb")


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a mail: its bytes, by name and SHA-256, and what it looks like: pdf, xml, scan, statement, sheet, picture, other."""

    filename: str
    media_type: str
    content: bytes
    sha256: str
    looks: str


@dataclass(slots=True)
class _Luggage:
    """What may still be unpacked of a mail, all its archives taken together, and what was left out."""

    problems: list[str] = field(default_factory=list)
    bytes: int = _MOST_BYTES
    members: int = _MOST_MEMBERS


def files_of(message: Message) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files of a mail, taken out of nested mails and ZIP archives, and what was left out with the reason.

    Reasons: too_many, too_large, encrypted_zip, broken_zip. The same bytes are given once.
    """
    found: dict[str, File] = {}
    luggage = _Luggage()
    problems = luggage.problems
    size = 0
    for name, media, content in _walk(message, luggage, 0):
        if len(found) >= _MOST_FILES:
            problems.append("too_many")
            break
        size += len(content)
        if size > _MOST_BYTES:
            problems.append("too_large")
            break
        digest = hashlib.sha256(content).hexdigest()
        found.setdefault(digest, File(name, media, content, digest, looks_like(name, media, content)))
    return tuple(found.values()), tuple(dict.fromkeys(problems))


def looks_like(filename: str, media_type: str, content: bytes) -> str:
    """What a file is by its bytes first and its name second: pdf, xml, scan, statement, sheet, picture, zip or other."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if may_be_page(content):
        return "scan"
    if start.startswith(b"PK\x03\x04"):
        if filename.lower().endswith((".xlsx", ".xlsm")):
            return "sheet"
        return "other" if filename.lower().endswith((".docx", ".ods", ".odt")) else "zip"
    if start.startswith(b"<") and is_bank_format(content):
        return "statement"
    if start.startswith(b"<") and (
        filename.lower().endswith(".xml") or b"nvoice" in content[:2000] or b"CreditNote" in content[:2000]
    ):
        return "xml"
    if filename.lower().endswith(_STATEMENT_ENDINGS) or is_bank_format(content):
        return "statement"
    return "picture" if media_type.startswith("image/") else "other"


def _walk(message: Message, luggage: _Luggage, depth: int) -> Iterator[tuple[str, str, bytes]]:
    for attachment in message.attachments:
        if attachment.message is not None:
            if depth < _DEEPEST:
                yield from _walk(attachment.message, luggage, depth + 1)
            continue
        yield from _unpacked(attachment.filename, attachment.media_type, attachment.content, luggage, depth)


def _unpacked(name: str, media: str, content: bytes, luggage: _Luggage, depth: int) -> Iterator[tuple[str, str, bytes]]:
    if looks_like(name, media, content) != "zip":
        yield name, media, content
        return
    if depth >= _DEEPEST:
        luggage.problems.append("too_many")
        return
    try:
        yield from _unzipped(content, luggage, depth)
    except _BROKEN:
        luggage.problems.append("broken_zip")


def _unzipped(content: bytes, luggage: _Luggage, depth: int) -> Iterator[tuple[str, str, bytes]]:
    """The members of an archive, their sizes believed only as far as they are read: a bomb ends at the limit."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            luggage.members -= 1
            if luggage.members < 0:
                luggage.problems.append("too_many")
                return
            if entry.is_dir():
                continue
            if entry.flag_bits & 0x1 or entry.compress_type not in _METHODS:
                luggage.problems.append("encrypted_zip" if entry.flag_bits & 0x1 else "broken_zip")
                continue
            with archive.open(entry) as member:
                data = member.read(luggage.bytes + 1)
            if len(data) > luggage.bytes:
                luggage.problems.append("too_large")
                return
            luggage.bytes -= len(data)
            name = entry.filename.replace("\\", "/").rpartition("/")[2]
            yield from _unpacked(name, "application/octet-stream", data, luggage, depth + 1)


def attached_messages(message: Message) -> Iterator[Message]:
    """The mails that are attached to this one, also those attached to them."""
    for attachment in message.attachments:
        if attachment.message is not None:
            yield attachment.message
            yield from attached_messages(attachment.message)
