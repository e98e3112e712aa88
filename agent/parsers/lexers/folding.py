"""Text made comparable without moving a character: lower case, no accents, plain hyphens and apostrophes."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

# Texts whose findings are kept for a while: the readers of one page each ask for all its lines, which are cut to a bounded length.
REMEMBERED = 1024
# A longer text is no line of a page: it is folded once, and not kept.
_LINE = 200
_SPECIAL = {
    "ß": "s",
    "æ": "a",
    "œ": "o",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "’": "'",
    "‘": "'",
    "–": "-",
    "—": "-",
    "‐": "-",
    "º": "°",
    "\u00a0": " ",
    "\u202f": " ",
}


def fold(text: str) -> str:
    """The text folded character by character, so that places in it are places in the original."""
    if text.isascii():
        return text.lower()
    return _line_folded(text) if len(text) <= _LINE else "".join(map(_fold, text))


@lru_cache(maxsize=REMEMBERED)
def _line_folded(text: str) -> str:
    return "".join(map(_fold, text))


@cache
def _fold(character: str) -> str:
    if character.isascii():
        return character.lower()
    special = _SPECIAL.get(character.lower()[:1] or character)
    if special is not None:
        return special
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return base[:1] if base else " "
