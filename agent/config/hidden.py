"""Secrets that this process holds, and texts without them: what a server or a library says may repeat what it was told."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

# A shorter one would be found by chance in any text.
_SHORTEST = 6
# Access tokens come by the hour; the oldest go first, passwords are told again at each login.
_MOST = 64
MASK = "[hidden]"
_forms_of: dict[str, tuple[str, ...]] = {}


def keep_hidden(secret: str) -> str:
    """The same secret, which `hidden` takes out of every text from now on, in its usual encodings too."""
    if len(secret) >= _SHORTEST:
        _forms_of.pop(secret, None)
        _forms_of[secret] = tuple(sorted(set(_forms(secret)), key=len, reverse=True))
        for oldest in list(_forms_of)[:-_MOST]:
            _forms_of.pop(oldest, None)
    return secret


def hidden(text: str) -> str:
    """The text with a mask in the place of every secret that this process was told."""
    for forms in tuple(_forms_of.values()):
        for form in forms:
            if form in text:
                text = text.replace(form, MASK)
    return text


def _forms(secret: str) -> Iterator[str]:
    """How it may come back: as it is, escaped, in a URL, in base64 with anything before it; a key in lines also line by line."""
    yield from (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], ascii(secret)[1:-1])
    yield secret.replace("\\", "\\\\").replace('"', '\\"')
    raw = secret.encode("utf-8", "surrogateescape")
    yield ascii(raw)[2:-1]
    for before in range(3):
        # the first and the last letters depend on their neighbours
        encoded = b64encode(b"\0" * before + raw).decode().rstrip("=")
        yield encoded[-(-before * 8 // 6) : len(encoded) - ((len(raw) + before) % 3 > 0)]
    lines = secret.replace("\\n", "\n").splitlines()
    if len(lines) > 1:
        yield from (line for line in map(str.strip, lines) if len(line) >= 2 * _SHORTEST and "-----" not in line)
