"""winmail.dat: the envelope in which Outlook hides text and files (MS-OXTNEF)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from agent.mail import mapi
from agent.mail.mapi import File, Item, Value, as_text
from agent.mail.rtf import rtf_bodies
from agent.mail.visible import visible_text

SIGNATURE = b"\x78\x9f\x3e\x22"
MAX_FILES = 1_000
MAX_DEPTH = 5
_SUBJECT = 0x00018004
_BODY = 0x0002800C
_ATTACH_DATA = 0x0006800F
_ATTACH_TITLE = 0x00018010
_ATTACH_TRANSPORT_NAME = 0x00069001
_ATTACH_RENDERING = 0x00069002
_MESSAGE_PROPERTIES = 0x00069003
_ATTACH_PROPERTIES = 0x00069005
_OEM_CODEPAGE = 0x00069007
# Bytes of the fixed-size property types (MS-OXCDATA §2.11.1)
_FIXED = {0x01: 4, 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
_MESSAGE_OBJECT = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"


@dataclass(slots=True)
class _Attached:
    """What was read of one attachment so far."""

    title: str = ""
    content: bytes | None = None
    properties: dict[int, Value] = field(default_factory=dict)


def read_tnef(raw: bytes, depth: int = 0) -> Item | None:
    """The text and files in a winmail.dat; None when it is none. What is cut off or broken is left out."""
    if not raw.startswith(SIGNATURE) or depth > MAX_DEPTH:
        return None
    charset = "cp1252"
    item = Item()
    properties: dict[int, Value] = {}
    attached: list[_Attached] = []
    for identifier, data in _attributes(raw):
        if identifier == _OEM_CODEPAGE and len(data) >= 4:
            charset = f"cp{struct.unpack_from('<I', data)[0]}"
        elif identifier == _ATTACH_RENDERING:
            if len(attached) >= MAX_FILES:
                break
            attached.append(_Attached())
        elif identifier == _SUBJECT:
            item = replace(item, subject=as_text(data.rstrip(b"\0"), charset))
        elif identifier == _BODY:
            item = replace(item, text=as_text(data.rstrip(b"\0"), charset))
        elif identifier == _MESSAGE_PROPERTIES:
            properties = read_properties(data, charset)
        elif attached:
            _add(attached[-1], identifier, data, charset)
    files = tuple(_file(one, charset, depth) for one in attached)
    return _with_body(replace(item, files=files), properties, charset)


def _add(attached: _Attached, identifier: int, data: bytes, charset: str) -> None:
    if identifier == _ATTACH_TITLE:
        attached.title = as_text(data.rstrip(b"\0"), charset)
    elif identifier == _ATTACH_TRANSPORT_NAME:
        attached.title = attached.title or as_text(data.rstrip(b"\0"), charset)
    elif identifier == _ATTACH_DATA:
        attached.content = data
    elif identifier == _ATTACH_PROPERTIES:
        attached.properties = read_properties(data, charset)


def _with_body(item: Item, properties: dict[int, Value], charset: str) -> Item:
    text = as_text(properties.get(mapi.BODY), charset) or item.text
    html = as_text(properties.get(mapi.HTML))
    compressed = properties.get(mapi.RTF_COMPRESSED)
    if isinstance(compressed, bytes) and not (text and html):
        plain, from_rtf = rtf_bodies(compressed)
        text, html = text or plain, html or from_rtf
    subject = as_text(properties.get(mapi.SUBJECT), charset) or item.subject
    text = text or visible_text(html)
    return replace(item, text=text.replace("\r\n", "\n"), html=html, subject=subject)


def _file(attached: _Attached, charset: str, depth: int) -> File:
    properties = attached.properties
    name = (
        as_text(properties.get(mapi.ATTACH_LONG_FILENAME), charset)
        or attached.title
        or as_text(properties.get(mapi.ATTACH_FILENAME), charset)
        or as_text(properties.get(mapi.DISPLAY_NAME), charset)
    )
    media_type = as_text(properties.get(mapi.ATTACH_MIME_TAG), charset).lower() or "application/octet-stream"
    cid = as_text(properties.get(mapi.ATTACH_CONTENT_ID), charset).strip("<>")
    content = attached.content if attached.content is not None else properties.get(mapi.ATTACH_DATA)
    content = content if isinstance(content, bytes) else b""
    embedded = properties.get(mapi.ATTACH_DATA)
    item = None
    if isinstance(embedded, bytes) and embedded.startswith(_MESSAGE_OBJECT):
        item = read_tnef(embedded[16:], depth + 1)
        content = embedded[16:]
    return File(name, media_type, content, cid, item)


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Each attribute's id and data; ends at the first that does not fit."""
    at = 6
    while at + 9 <= len(raw):
        level, identifier, length = struct.unpack_from("<BII", raw, at)
        at += 9
        if level not in (1, 2) or at + length > len(raw):
            return
        yield identifier, raw[at : at + length]
        at += length + 2


def read_properties(data: bytes, charset: str) -> dict[int, Value]:
    """The properties of an attMAPIProps block by their id; what cannot be read ends the list."""
    found: dict[int, Value] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, 5_000)):
            kind, identifier = struct.unpack_from("<HH", data, at)
            at = _skip_name(data, at + 4, identifier)
            values, at = _values(data, at, kind)
            if values:
                found[identifier] = _value(values[0], kind & 0xFFF, charset)
    except (struct.error, IndexError):
        return found
    return found


def _skip_name(data: bytes, at: int, identifier: int) -> int:
    """Named properties (0x8000 and above) carry a GUID and a number or a string."""
    if identifier < 0x8000:
        return at
    (kind,) = struct.unpack_from("<I", data, at + 16)
    at += 20
    if kind == 0:
        return at + 4
    (length,) = struct.unpack_from("<I", data, at)
    return at + 4 + _padded(length)


def _values(data: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    many = bool(kind & 0x1000)
    kind &= 0xFFF
    count = 1
    if many or kind in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    values: list[bytes] = []
    for _ in range(count):
        if kind in _VARIABLE:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        elif kind in _FIXED:
            length = _FIXED[kind]
        else:
            raise IndexError(kind)
        if at + length > len(data):
            raise IndexError(at)
        values.append(data[at : at + length])
        at += _padded(length)
    return values, at


def _padded(length: int) -> int:
    return length + -length % 4


def _value(data: bytes, kind: int, charset: str) -> Value:
    if kind == 0x1F:
        return data.decode("utf-16-le", "replace").rstrip("\0")
    if kind == 0x1E:
        return as_text(data.rstrip(b"\0"), charset)
    if kind in (0x02, 0x03):
        return int.from_bytes(data[:4], "little")
    if kind == 0x40:
        return mapi.filetime(int.from_bytes(data, "little")) or data
    return data
