"""Opaque S/MIME signatures (RFC 8551 §3.5.2): the mail inside the signed object, taken out without judging the signature."""

from dataclasses import dataclass

MAX_DEPTH = 20
MAX_NODES = 200_000
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_OCTETS = 4


@dataclass(frozen=True, slots=True)
class _Node:
    """One BER element (X.690): its tag number, whether it holds others, its content, and where the next begins."""

    tag: int
    constructed: bool
    content: bytes
    end: int


def signed_content(data: bytes) -> bytes:
    """The bytes that a CMS SignedData object signs (RFC 5652 §5); b"" when it is none or holds none (a detached signature)."""
    try:
        content_info = _children(_node(data, 0, 0).content)
        if content_info[0].content != _SIGNED_DATA:
            return b""
        signed = _children(_children(content_info[1].content)[0].content)
        encapsulated = _children(signed[2].content)
        return _octets(_children(encapsulated[1].content)[0]) if len(encapsulated) > 1 else b""
    except (IndexError, ValueError):
        return b""


def _octets(node: _Node) -> bytes:
    """An OCTET STRING, also one that was cut into pieces for streaming."""
    if node.constructed:
        return b"".join(_octets(child) for child in _children(node.content))
    if node.tag != _OCTETS:
        raise ValueError(node.tag)
    return node.content


def _children(content: bytes) -> list[_Node]:
    found: list[_Node] = []
    at = 0
    while at < len(content) and len(found) < MAX_NODES:
        node = _node(content, at, 0)
        if node.tag == 0 and not node.constructed and not node.content:
            break  # the end of an indefinite length
        found.append(node)
        at = node.end
    return found


def _node(data: bytes, at: int, depth: int) -> _Node:
    if depth > MAX_DEPTH:
        raise ValueError(depth)
    first, length = data[at], data[at + 1]
    start = at + 2
    if length == 0x80:
        return _indefinite(data, first, start, depth)
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    if start + length > len(data):
        raise ValueError(length)
    return _Node(first & 0x1F, bool(first & 0x20), data[start : start + length], start + length)


def _indefinite(data: bytes, first: int, start: int, depth: int) -> _Node:
    """An element whose end is marked by two zero bytes."""
    at = start
    while data[at : at + 2] != b"\0\0":
        at = _node(data, at, depth + 1).end
    return _Node(first & 0x1F, bool(first & 0x20), data[start:at], at + 2)
