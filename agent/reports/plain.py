"""Text that comes from outside, made harmless for a page: it stays data wherever it is printed."""

import re
import unicodedata

_MARKS_KEPT = 3
# No letter before Hebrew is written from right to left (Unicode Character Database, Bidi_Class).
_FIRST_FROM_RIGHT = "\u0590"
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)


def printable(text: str) -> str:
    """The text without control, direction and invisible characters; towers of combining marks are cut to three.

    Every line end becomes a line feed. Joiners (U+200C, U+200D) stay, because scripts and emoji need them.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept: list[str] = []
    marks = 0
    for char in text:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks > _MARKS_KEPT or kind in ("Cs", "Co", "Cn"):
            continue
        if kind in ("Zl", "Zp"):
            kept.append("\n")
        elif kind != "Cc" or char == "\n":
            kept.append(char)
        else:
            kept.append(" ")
    return "".join(kept)


def one_line(text: str, limit: int = 160) -> str:
    """The text as one line of at most `limit` characters; an ellipsis shows what was cut."""
    line = " ".join(printable(text[: limit * 8]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def quoted_lines(text: str, lines: int = 12, width: int = 400) -> tuple[str, ...]:
    """The lines of a quotation, without empty ones at either end; at most `lines`, each of at most `width` characters."""
    found = [one_line(line, width) for line in printable(text[: lines * width * 2]).strip().split("\n")]
    return tuple(found) if len(found) <= lines else (*found[: lines - 1], "…")


def is_right_to_left(text: str) -> bool:
    """Whether the text holds letters of a script that is written from right to left."""
    return max(text, default="") >= _FIRST_FROM_RIGHT and any(
        unicodedata.bidirectional(char) in ("R", "AL") for char in text
    )
