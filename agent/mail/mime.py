"""The tree of a MIME mail (RFC 2045, 2046), by offsets into the raw bytes: nothing is copied before it is decoded, nothing is lost.

The standard library's parser recurses without bound and keeps several copies; this one has a bounded depth, takes linear time
and names what was broken.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.mail.headers import decode_words, parameters, split_head, unfold

MAX_DEPTH = 30
MAX_PARTS = 2_000
MAX_UUENCODED = 500  # files in one text
MAX_PIECES = 10_000  # padded pieces of base64 in a row; real encoders write one
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(byte for byte in range(256) if byte not in BASE64)
_SPACE = b" \t\r\n"
_TYPE = re.compile(r"[a-z0-9!#$&^_.+\-]+/[a-z0-9!#$&^_.+\-]+")


@dataclass(frozen=True, slots=True)
class Entity:
    """One node of the tree: its fields (names in lower case, values unfolded and undecoded), its body as offsets, its parts."""

    raw: bytes
    fields: tuple[tuple[str, str], ...]
    start: int
    end: int
    media_type: str
    parameters: dict[str, str]
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    parts: tuple["Entity", ...] = ()

    def get(self, name: str) -> str:
        """The first field of this name, undecoded; "" when there is none."""
        return next((value for key, value in self.fields if key == name), "")

    @property
    def filename(self) -> str:
        """The name the sender gave the file, as it came."""
        given = self.disposition_parameters.get("filename") or self.disposition_parameters.get("name")
        return given or self.parameters.get("name") or self.parameters.get("filename") or ""

    def encoded(self) -> bytes:
        """The body as it was transferred."""
        return self.raw[self.start : self.end]

    def content(self) -> bytes:
        """The body with its transfer encoding undone. What is not what it claims to be stays as it came."""
        encoding = re.split(r"[;\s(]", self.get("content-transfer-encoding").strip(" \t\"'").lower(), maxsplit=1)[0]
        data = self.encoded()
        if encoding == "base64":
            return _from_base64(data)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(data)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return next((content for _, content in uuencoded(data)), data)
        return data

    def leaves(self) -> Iterator["Entity"]:
        """The nodes without parts, in order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(slots=True)
class _Budget:
    """What is left to spend on one mail, and what was found broken."""

    parts: int = MAX_PARTS
    charset: str = ""
    defects: list[str] = field(default_factory=list)

    def note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


def parse_entity(raw: bytes) -> tuple[Entity, tuple[str, ...]]:
    """The tree of a mail and the names of its structural defects. Raw 8-bit headers are read in the charset of the text."""
    entity, defects = _parse(raw, "")
    if any("charset" in leaf.parameters for leaf in entity.leaves()) and not _is_utf8(raw[: entity.start]):
        charset = next(leaf.parameters["charset"] for leaf in entity.leaves() if "charset" in leaf.parameters)
        return _parse(raw, charset)
    return entity, defects


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parse(raw: bytes, charset: str) -> tuple[Entity, tuple[str, ...]]:
    budget = _Budget(charset=charset)
    start = len(raw) - len(raw.lstrip(b"\r\n")) if raw[:1] in (b"\r", b"\n") else 0
    entity = _entity(raw, start, len(raw), 0, "text/plain", budget)
    if not entity.fields:
        budget.note("no header")
    return entity, tuple(budget.defects)


def _entity(raw: bytes, start: int, end: int, depth: int, default_type: str, budget: _Budget) -> Entity:
    budget.parts -= 1
    head, body = split_head(raw, start, end)
    fields = tuple((name, unfold(value, budget.charset)) for name, value in head)
    values = dict(reversed(fields))
    media_type, typed = parameters(values.get("content-type", ""))
    if not _TYPE.fullmatch(media_type):
        if media_type:
            budget.note("unreadable content type")
        media_type = default_type if not media_type else "text/plain"
    disposition, disposed = parameters(values.get("content-disposition", ""))
    parts: tuple[Entity, ...] = ()
    if media_type.startswith("multipart/"):
        if depth >= MAX_DEPTH or budget.parts <= 0:
            budget.note("nested too deeply")
        else:
            preamble, parts = _parts(raw, body, end, depth, (media_type, typed.get("boundary", "")), budget)
            if preamble and sum(name == "content-type" for name, _ in fields) > 1:
                # Two types: the header of the first part ran into this one, and its text stands before the first boundary.
                budget.note("two content types")
                parts = (Entity(raw, fields, *preamble, "text/plain", {}), *parts)
    return Entity(raw, fields, body, end, media_type, typed, disposition, disposed, parts)


def _parts(
    raw: bytes, start: int, end: int, depth: int, kind: tuple[str, str], budget: _Budget
) -> tuple[tuple[int, int] | tuple[()], tuple[Entity, ...]]:
    """Where the text before the first boundary stands, and the parts between the boundaries (RFC 2046 §5.1.1)."""
    media_type, boundary = kind
    if not boundary:
        budget.note("multipart without boundary")
        return (), ()
    default_type = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
    parts: list[Entity] = []
    begin: int | None = None
    first = end
    for line_start, next_line, closing in _boundaries(raw, start, end, boundary.encode("latin-1", "replace")):
        first = min(first, line_start)
        if begin is not None:
            parts.append(
                _entity(raw, begin, max(begin, _without_newline(raw, line_start)), depth + 1, default_type, budget)
            )
        begin = None if closing else next_line
        if closing or budget.parts <= 0:
            break
    if begin is not None:
        budget.note("multipart not closed")
        parts.append(_entity(raw, begin, end, depth + 1, default_type, budget))
    if not parts:
        budget.note("multipart without parts")
    return (start, first) if parts and raw[start:first].strip() else (), tuple(parts)


def _boundaries(raw: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """The boundary lines: where each begins, where the next line begins, whether it closes the multipart."""
    mark = b"--" + boundary.rstrip(b" ")
    at = raw.find(mark, start, end)
    while at >= 0:
        after = at + len(mark)
        closing = raw[after : after + 2] == b"--"
        tail = after + 2 * closing
        while tail < end and raw[tail : tail + 1] in (b" ", b"\t"):
            tail += 1
        ends = tail >= end or raw[tail : tail + 1] in (b"\r", b"\n")
        if (at == start or raw[at - 1 : at] in (b"\n", b"\r")) and (ends or closing):
            tail += 2 if raw[tail : tail + 2] == b"\r\n" else 1
            yield at, min(tail, end) if ends else min(after + 2, end), closing
        at = raw.find(mark, after, end)


def _without_newline(raw: bytes, at: int) -> int:
    """The line break before a boundary belongs to the boundary."""
    if raw[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1 if raw[at - 1 : at] in (b"\n", b"\r") else at


def _from_base64(data: bytes) -> bytes:
    """The decoded bytes, also of several padded pieces in a row; the data itself when it is no base64 at all."""
    junk = len(data.translate(None, BASE64 + _SPACE))
    if 10 * (junk + data.count(b" ")) > len(data):
        return data  # words with spaces between them are text
    pieces = [piece for piece in data.translate(None, _NOT_BASE64).split(b"=") if piece]
    if len(pieces) > MAX_PIECES:
        return data
    done = []
    for piece in pieces:
        whole = piece[:-1] if len(piece) % 4 == 1 else piece
        done.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(done)


_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)


def uuencoded(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files that were written into a text by uuencode: name and content."""
    if b"begin " not in data or b"\nend" not in data:
        return
    stop = found = 0
    for begin in _UU_BEGIN.finditer(data):
        if begin.start() < stop:
            continue
        if found >= MAX_UUENCODED:
            return  # the rest stays in the text
        found += 1
        stop = data.find(b"\nend", begin.end())
        if stop < 0:
            return
        lines = data[begin.end() : stop].splitlines()
        try:
            content = b"".join(_uu_line(line) for line in lines if line)
        except binascii.Error:
            continue
        yield decode_words(begin[1].decode("latin-1").strip()), content


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders leave garbage behind the counted characters.
        counted = (((line[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(line[:counted])
