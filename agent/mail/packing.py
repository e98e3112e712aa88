"""A mail's bytes made small, to be kept for years: files that are kept anyway are left out and put back on reading.

Most of a mail's size are its attachments in base64 (RFC 2045 section 6.8), and an invoice or a proof is kept as a document besides. What is
left out is tried at once: only what gives the very same bytes again is left out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.mail.mime import BASE64

_MARK = b"mail 1\n"
_SHORTEST, _LONGEST = 40, 998
_FEWEST_LINES = 4
_LEVEL = 9

Lookup = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of base64 from `start` to `end`, all but the last `width` long."""

    start: int
    end: int
    width: int
    newline: bytes
    closed: bool


def packed(raw: bytes, kept: Lookup) -> bytes:
    """The bytes under which this mail is kept; `kept` gives the documents that are kept already, by SHA-256."""
    out = [_MARK, hashlib.sha256(raw).hexdigest().encode(), b"\n"]
    done = 0
    for run in _runs(raw):
        digest = _left_out(raw, run, kept)
        if digest:
            out += [*_literal(raw[done : run.start]), _reference(digest, run)]
            done = run.end
    out += _literal(raw[done:])
    return zlib.compress(b"".join(out), _LEVEL)


def unpacked(content: bytes, kept: Lookup) -> bytes | None:
    """The mail byte for byte; None when the content is no packed mail, or a document that it needs is gone or was changed."""
    try:
        body = zlib.decompress(content)
        digest, _, rest = body.removeprefix(_MARK).partition(b"\n")
        raw = b"".join(_segments(rest, kept))
    except (zlib.error, ValueError, LookupError):
        return None
    fits = body.startswith(_MARK) and hashlib.sha256(raw).hexdigest().encode() == digest
    return raw if fits else None


def _literal(part: bytes) -> tuple[bytes, ...]:
    return (b"L %d\n" % len(part), part) if part else ()


def _reference(digest: str, run: _Run) -> bytes:
    return b"B %s %d %d %d\n" % (digest.encode(), run.width, len(run.newline), run.closed)


def _segments(rest: bytes, kept: Lookup) -> Iterator[bytes]:
    at = 0
    while at < len(rest):
        end = rest.index(b"\n", at)
        kind, *words = rest[at:end].split()
        at = end + 1
        if kind == b"L":
            size = int(words[0])
            yield rest[at : at + size]
            at += size
        else:
            content = kept(words[0].decode("ascii"))
            if content is None:
                raise LookupError(words[0])
            newline = b"\r\n" if words[2] == b"2" else b"\n"
            yield _encoded(content, int(words[1]), newline, closed=words[3] == b"1")


def _left_out(raw: bytes, run: _Run, kept: Lookup) -> str:
    """The SHA-256 of the document that these lines are, "" when it is not kept or would not give them again."""
    lines = raw[run.start : run.end]
    try:
        content = base64.b64decode(lines.replace(run.newline, b""), validate=True)
    except (binascii.Error, ValueError):
        return ""
    digest = hashlib.sha256(content).hexdigest()
    same = _encoded(content, run.width, run.newline, closed=run.closed) == lines
    return digest if same and kept(digest) == content else ""


def _encoded(content: bytes, width: int, newline: bytes, *, closed: bool) -> bytes:
    text = base64.b64encode(content)
    lines = newline.join(text[at : at + width] for at in range(0, len(text), width))
    return lines + newline if closed else lines


def _runs(raw: bytes) -> Iterator[_Run]:
    """The stretches of base64 that are long enough to be a file; every byte is looked at once."""
    start = at = width = count = 0
    newline = b""
    for line in raw.splitlines(keepends=True):
        bare = line.rstrip(b"\r\n")
        ending = line[len(bare) :]
        coded = bool(bare) and len(bare) <= _LONGEST and not bare.translate(None, BASE64)
        if count and coded and len(bare) <= width and ending in (newline, b""):
            count += 1
            if len(bare) < width or not ending:
                yield from _long_enough(_Run(start, at + len(line), width, newline, bool(ending)), count)
                count = 0
        else:
            yield from _long_enough(_Run(start, at, width, newline, closed=True), count)
            count = int(coded and len(bare) >= _SHORTEST and ending in (b"\n", b"\r\n"))
            start, width, newline = at, len(bare), ending
        at += len(line)
    yield from _long_enough(_Run(start, at, width, newline, closed=True), count)


def _long_enough(run: _Run, count: int) -> Iterator[_Run]:
    if count >= _FEWEST_LINES:
        yield run
