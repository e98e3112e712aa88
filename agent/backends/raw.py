"""The little that a backend must know of the bytes it carries."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from agent.ports import MessageRef

T = TypeVar("T")

_FIELD = re.compile(rb"(?im)^message-id[ \t]*:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)")
_HEAD = 65_536


def message_id(raw: bytes) -> str:
    """The Message-ID of a mail with its angle brackets, unfolded; "" when its head has none (RFC 5322 §3.6.4)."""
    head = header_block(raw[:_HEAD])
    found = _FIELD.search(head)
    return "".join(found.group(1).decode("utf-8", "replace").split()) if found else ""


def header_block(raw: bytes) -> bytes:
    """The header lines up to the first empty line, whichever line ends the mail uses."""
    ends = [at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0]
    return raw[: min(ends) + 1] if ends else raw


def with_crlf(raw: bytes) -> bytes:
    """The same mail with CRLF line ends, as SMTP and IMAP want them (RFC 5321 §2.3.8)."""
    return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)


def slices(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in groups of at most `size`."""
    return (values[start : start + size] for start in range(0, len(values), size))


def batches(refs: Iterable[MessageRef], count: int, size: int) -> Iterator[tuple[MessageRef, ...]]:
    """The mails in groups of at most `count` and `size` bytes; a larger one goes alone."""
    group: list[MessageRef] = []
    for ref in refs:
        if group and (len(group) >= count or sum(one.size for one in group) + ref.size > size):
            yield tuple(group)
            group = []
        group.append(ref)
    if group:
        yield tuple(group)
