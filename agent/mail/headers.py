"""Header fields: splitting, unfolding, decoding (RFC 2047), parameters (RFC 2231), addresses (RFC 5322), dates, Message-IDs.

Everything here takes any bytes in linear time and gives a value.
"""

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from agent.mail.charsets import clean, decode, encode

MAX_HEADER = 200_000  # characters of one header that are looked at; real ones stay under 20,000
MAX_ADDRESSES = 2_000
MAX_FIELDS = 2_000  # of one header; the rest of it is skipped
_FIRST_YEAR, _LAST_YEAR = 1970, 2099
MAX_HEAD = 300_000  # bytes of one header; the same
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,990})>")


def split_head(raw: bytes, start: int, end: int) -> tuple[list[tuple[str, bytes]], int]:
    """The fields of the header that begins at `start` (names in lower case, values raw), and where the body begins.

    A line that is neither field nor continuation ends the header and belongs to the body, so that nothing is lost.
    """
    fields: list[tuple[str, bytes]] = []
    values: list[bytes] = []
    at = start
    while at < end:
        stop = _line_end(raw, at, end)
        line = raw[at:stop].rstrip(b"\r\n")
        if not line:
            return _joined(fields, values), stop
        if at - start > MAX_HEAD:
            return _joined(fields, values), _end_of_head(raw, at, end)
        if line[:1] in (b" ", b"\t") and fields:
            values.append(line)
        elif field := _FIELD.match(line):
            if len(fields) >= MAX_FIELDS:
                return _joined(fields, values), _end_of_head(raw, at, end)
            if fields:
                fields[-1] = (fields[-1][0], b"\n".join(values))
            fields.append((field[1].decode("ascii").lower(), b""))
            values = [line[field.end() :]]
        elif not (at == start and line.startswith((b"From ", b">From "))):
            return _joined(fields, values), at
        at = stop
    return _joined(fields, values), end


def _joined(fields: list[tuple[str, bytes]], values: list[bytes]) -> list[tuple[str, bytes]]:
    if fields:
        fields[-1] = (fields[-1][0], b"\n".join(values))
    return fields


def _end_of_head(raw: bytes, at: int, end: int) -> int:
    """Where the body begins behind an endless header."""
    ends = [(found, len(gap)) for gap in (b"\n\n", b"\r\n\r\n") if (found := raw.find(gap, at, end)) >= 0]
    return sum(min(ends)) if ends else end


def _line_end(raw: bytes, at: int, end: int) -> int:
    """Where the next line begins: after LF, CRLF or a lone CR."""
    line_feed = raw.find(b"\n", at, end)
    stop = end if line_feed < 0 else line_feed + 1
    carriage = raw.find(b"\r", at, stop)
    if 0 <= carriage < stop - 2 or (carriage == stop - 1 and line_feed < 0):
        return carriage + 1
    return stop


def unfold(value: bytes, charset: str = "") -> str:
    """The value of a field as one line, encoded words still encoded; raw 8-bit bytes are UTF-8, or else in this charset."""
    value = value[:MAX_HEADER]
    try:
        text = clean(value.decode("utf-8"))
    except UnicodeDecodeError:
        text = decode(value, charset)
    # Split, not substituted: a pattern that looks for spaces before a line break tries each of a million spaces.
    return " ".join(line.strip(" \t") for line in re.split(r"[\r\n]+", text)).strip()


def decode_words(text: str) -> str:
    """The text with its encoded words decoded (RFC 2047 §6.2: the space between two of them is not theirs)."""
    if "=?" not in text:
        return text
    done: list[str] = []
    pending: list[bytes] = []
    charset = ""
    last = 0
    for word in _ENCODED_WORD.finditer(text):
        between = text[last : word.start()]
        adjacent = bool(pending) and not between.strip()
        if pending and not (adjacent and word[1].lower() == charset):
            done.append(decode(b"".join(pending), charset))
            pending = []
        if not adjacent:
            done.append(between)
        charset = word[1].lower()
        pending.append(_word_bytes(word[2], word[3], charset))
        last = word.end()
    if pending:
        done.append(decode(b"".join(pending), charset))
    return "".join([*done, text[last:]])


def _word_bytes(encoding: str, payload: str, charset: str) -> bytes:
    data = payload.encode("utf-8", "replace") if payload.isascii() or charset == "utf-8" else encode(payload, charset)
    if encoding in "bB":
        data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        data = data[: len(data) - 1] if len(data) % 4 == 1 else data
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The first token of a structured field in lower case and its parameters (RFC 2045 §5.1, RFC 2231 continuations and charsets)."""
    token, _, rest = value[:MAX_HEADER].partition(";")
    if " " in token.strip() and "=" in token:  # a forgotten semicolon: `multipart/mixed boundary="x"`
        token, _, forgotten = token.strip().partition(" ")
        rest = f"{forgotten};{rest}"
    pieces: dict[str, str] = {}
    for item in _split_parameters(rest):
        name, equals, content = item.partition("=")
        name = name.strip().lower()
        if equals and name and name not in pieces and len(pieces) < 500:
            pieces[name] = _unquote(content.strip())
    return token.split("(")[0].strip().lower(), _joined_parameters(pieces)


def _split_parameters(text: str) -> list[str]:
    """`text` cut at the semicolons that stand outside quotes."""
    items: list[str] = []
    quoted = False
    begin = 0
    for at, character in enumerate(text):
        if character == '"' and (at == 0 or text[at - 1] != "\\"):
            quoted = not quoted
        elif character == ";" and not quoted:
            items.append(text[begin:at])
            begin = at + 1
    items.append(text[begin:])
    return items


def _unquote(text: str) -> str:
    if text.startswith('"'):
        closing = text.find('"', 1)
        while closing > 0 and text[closing - 1] == "\\":
            closing = text.find('"', closing + 1)
        return re.sub(r"\\(.)", r"\1", text[1 : closing if closing > 0 else len(text)])
    return text


def _joined_parameters(pieces: dict[str, str]) -> dict[str, str]:
    """name*0*, name*1 … put together and percent-decoded; plain values have their encoded words decoded."""
    whole: dict[str, str] = {}
    parts: dict[str, list[tuple[int, bool, str]]] = {}
    for name, text in pieces.items():
        base, star, rest = name.partition("*")
        if not star:
            whole[base] = decode_words(text)
            continue
        number = rest.rstrip("*")
        position = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
        parts.setdefault(base, []).append((position, name.endswith("*"), text))
    for base, found in parts.items():
        whole[base] = _decode_extended(sorted(found, key=lambda part: part[0]))
    return whole


def _decode_extended(parts: list[tuple[int, bool, str]]) -> str:
    charset = ""
    data = b""
    for number, (_, extended, raw) in enumerate(parts):
        text = raw
        if extended and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        encoded = text.encode("utf-8", "replace")
        data += _percent_decode(encoded) if extended else encoded
    return decode_words(decode(data, charset))


def _percent_decode(data: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), data)


def message_ids(value: str) -> tuple[str, ...]:
    """The Message-IDs of a field, with angle brackets, in order and each once; a bare one gets its brackets."""
    found = [f"<{inner}>" for inner in _MESSAGE_ID.findall(value[:MAX_HEADER])]
    bare = value.strip(" \t<>")
    if not found and "@" in bare and not re.search(r"\s", bare):
        found = [f"<{bare[:990]}>"]
    return tuple(dict.fromkeys(found))


def parse_date(value: str) -> datetime | None:
    """The moment of a Date field, aware; None when it tells none. A date without a zone (or -0000) is taken as UTC.

    One of a year in which nobody wrote mails tells none: what is reckoned from it would leave the calendar.
    """
    text = value.strip()[:200]
    for attempt in (text, re.sub(r"\s*\([^()]*\)\s*$", "", text)):
        try:
            moment = parsedate_to_datetime(attempt)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            moment.astimezone(UTC)
            if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
                return None
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            continue
        return moment
    return None
