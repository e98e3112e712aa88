"""The bytes of a bank file without what programs on its way wrapped around it: marks of Unicode, UTF-16, an end-of-file character."""

from __future__ import annotations

import codecs
import re

_WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LOOKED_AT = 400
# The end of a text file in DOS, and what fills the last block of a tape.
_PADDING = b"\x1a\x00"
_DECLARED = re.compile(r"^(\s*<\?xml[^>]{0,200}?)\sencoding=(?:\"[^\"]*\"|'[^']*')")


def plain_bytes(content: bytes) -> bytes:
    """The same text in UTF-8 where it came in UTF-16 or 32, without marks and padding; other bytes are left as they are."""
    encoding = next((name for mark, name in _WIDE if content.startswith(mark)), "") or _without_mark(content)
    if encoding:
        text = content.decode(encoding, "replace").lstrip("\ufeff")
        content = _DECLARED.sub(r"\1", text).encode()
    content = content.removeprefix(codecs.BOM_UTF8)
    return content.rstrip(_PADDING) if content[-1:] in (b"\x1a", b"\x00") else content


def _without_mark(content: bytes) -> str:
    """UTF-16 by its empty halves, where no mark says so."""
    head = content[:_LOOKED_AT]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half, other = head[start::2], head[1 - start :: 2]
        if len(half) > 8 and half.count(0) * 10 > len(half) * 9 and not other.count(0):
            return encoding
    return ""
