"""Which files of a mail may be documents, however they were attached: nested, inline, mislabelled or zipped."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from agent.intake.pictures import may_be_page
from agent.mail.message import Message
from agent.parsers.statements import is_bank_format

# What may be an invoice: a scan is a picture of a page.
DOCUMENTS = ("pdf", "xml", "scan")
_MOST_FILES = 40
_MOST_BYTES = 60_000_000
_DEEPEST = 4
_STATEMENT_ENDINGS = (".coda", ".cod", ".sta", ".mt940", ".940", ".942", ".ofx", ".csv", ".cfo", ".cfonb")


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a mail: its bytes, by name and SHA-256, and what it looks like: pdf, xml, scan, statement, picture, other."""

    filename: str
    media_type: str
    content: bytes
    sha256: str
    looks: str


def files_of(message: Message) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files of a mail, taken out of nested mails and ZIP archives, and what was left out with the reason.

    Reasons: too_many, too_large, encrypted_zip, broken_zip. The same bytes are given once.
    """
    found: dict[str, File] = {}
    problems: list[str] = []
    size = 0
    for name, media, content in _walk(message, problems, 0):
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
    """What a file is by its bytes first and its name second: pdf, xml, scan, statement, picture, zip or other."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if may_be_page(content):
        return "scan"
    if start.startswith(b"PK\x03\x04"):
        return "other" if filename.lower().endswith((".xlsx", ".docx", ".ods", ".odt")) else "zip"
    if start.startswith(b"<") and (b"camt.05" in content[:2000] or b"<OFX" in content[:2000].upper()):
        return "statement"
    if start.startswith((b"<?xml", b"<")) and (
        filename.lower().endswith(".xml") or b"nvoice" in content[:2000] or b"CreditNote" in content[:2000]
    ):
        return "xml"
    if filename.lower().endswith(_STATEMENT_ENDINGS) or is_bank_format(content):
        return "statement"
    return "picture" if media_type.startswith("image/") else "other"


def _walk(message: Message, problems: list[str], depth: int) -> Iterator[tuple[str, str, bytes]]:
    for attachment in message.attachments:
        if attachment.message is not None:
            if depth < _DEEPEST:
                yield from _walk(attachment.message, problems, depth + 1)
            continue
        yield from _unpacked(attachment.filename, attachment.media_type, attachment.content, problems, depth)


def _unpacked(
    name: str, media: str, content: bytes, problems: list[str], depth: int
) -> Iterator[tuple[str, str, bytes]]:
    if looks_like(name, media, content) != "zip":
        yield name, media, content
        return
    if depth >= _DEEPEST:
        problems.append("too_many")
        return
    try:
        yield from _unzipped(content, problems, depth)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError):
        problems.append("broken_zip")


def _unzipped(content: bytes, problems: list[str], depth: int) -> Iterator[tuple[str, str, bytes]]:
    """The members of an archive, their sizes believed only as far as they are read: a bomb ends at the limit."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        left = _MOST_BYTES
        for entry in archive.infolist()[: _MOST_FILES + 1]:
            if entry.is_dir():
                continue
            if entry.flag_bits & 0x1:
                problems.append("encrypted_zip")
                continue
            with archive.open(entry) as member:
                data = member.read(left + 1)
            if len(data) > left:
                problems.append("too_large")
                return
            left -= len(data)
            name = entry.filename.replace("\\", "/").rpartition("/")[2]
            yield from _unpacked(name, "application/octet-stream", data, problems, depth + 1)


def attached_messages(message: Message) -> Iterator[Message]:
    """The mails that are attached to this one, also those attached to them."""
    for attachment in message.attachments:
        if attachment.message is not None:
            yield attachment.message
            yield from attached_messages(attachment.message)
