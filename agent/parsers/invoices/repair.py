"""What OCR mistook, put right where only one reading is possible: digits among digits, and accounts by the shape their country gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from stdnum import numdb

from agent.domain.references import iban, vat_number
from agent.parsers.api import Box
from agent.parsers.invoices.layout import Word

# What OCR takes for digits among digits, and for letters among letters.
_DIGITS = str.maketrans("OoQDlI|SBZ", "0000111582")
_LETTERS = str.maketrans("01582|", "OISBZI")
_NUMERIC = re.compile(r"[\dOoQDlI|SB.,/\-€]{3,}")
_NUMBERED = re.compile(r"([A-Z]{2})([\dOoQDlI|SB.]{2,})")
_BEGINS = re.compile(r"[A-Z]{2}[\dOoQDlI|SBZ]{2}")
_WHOLES = re.compile(r"-?(?:\d{1,7}|\d{1,3}(?:\.\d{3}){1,3}),|-?\d{1,3}(?:,\d{3}){0,3}\.")
_CENTS = re.compile(r"\d\d")
_SHAPE = re.compile(r"(\d+)!([anc])")
_SHORTEST, _LONGEST = 15, 34
_MOST_MISTAKES = 4
_ENCLOSING = ".,:;()[]"


def repair(text: str) -> str:
    """The word with letters that OCR took for digits put right, where the rest of the word is digits."""
    if vat_number(text) is not None:
        return text
    part = _NUMBERED.fullmatch(text)
    if part and sum(c.isdigit() for c in part[2]) >= 0.5 * len(part[2]):
        return part[1] + part[2].translate(_DIGITS)
    if _NUMERIC.fullmatch(text) and sum(c.isdigit() for c in text) >= 0.5 * len(text):
        return text.translate(_DIGITS)
    return text


def mended(words: Sequence[Word]) -> list[Word]:
    """The words of a line, with amounts in one piece, and accounts as their country writes them: letters and digits in their place.

    An account whose check digits do not hold even so stays doubtful to whoever reads it.
    """
    made = _whole_amounts(words)
    for start, word in enumerate(made):
        if _BEGINS.match(word.text):
            made[start:] = _account(made[start:])
    return made


def _whole_amounts(words: Sequence[Word]) -> list[Word]:
    """The words, those that are halves of one amount joined: wide type leaves a gap behind the comma ("1680, 71")."""
    made: list[Word] = []
    for word in words:
        last = made[-1] if made else None
        if last and _WHOLES.fullmatch(last.text) and _CENTS.fullmatch(word.text) and word.x0 - last.x1 < word.size:
            made[-1] = replace(
                last, text=last.text + word.text, x1=word.x1, sure=min(last.sure, word.sure), shown=_both(last, word)
            )
        else:
            made.append(word)
    return made


def _both(one: Word, other: Word) -> Box | None:
    if one.shown is None or other.shown is None:
        return None
    a, b = one.shown, other.shown
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _account(words: list[Word]) -> list[Word]:
    """The words with the account that begins with the first one put right; as they are where there is none, or it holds already."""
    joined = ""
    for count, word in enumerate(words, 1):
        joined += word.text.rstrip(_ENCLOSING)
        if len(joined) > _LONGEST:
            break
        if len(joined) >= _SHORTEST and iban(joined) is not None:
            break
        right = _shaped(joined) if len(joined) >= _SHORTEST else ""
        if right:
            return [*_spread(words[:count], right), *words[count:]]
    return words


def _shaped(text: str) -> str:
    """The account with letters and digits where its country has letters and digits; "" where it has another length.

    The shapes are those of the IBAN registry (ISO 13616), as python-stdnum carries them.
    """
    parts: list[tuple[str, dict[str, str]]] = numdb.get("iban").info(text.upper())
    shape = "".join(kind * int(times) for times, kind in _SHAPE.findall(parts[0][1].get("bban", ""))) if parts else ""
    if not shape or len(text) != 4 + len(shape):
        return ""
    tables: dict[str, dict[int, int]] = {"n": _DIGITS, "a": _LETTERS, "c": {}}
    right = "".join(c.translate(tables[kind]) for c, kind in zip(text, "ccnn" + shape, strict=True)).upper()
    few = sum(a != b for a, b in zip(text, right, strict=True)) <= _MOST_MISTAKES
    fits = all(c.isdigit() if kind == "n" else c.isalnum() for c, kind in zip(right[4:], shape, strict=True))
    return right if few and fits else ""


def _spread(words: Sequence[Word], right: str) -> list[Word]:
    made: list[Word] = []
    for word in words:
        size = len(word.text.rstrip(_ENCLOSING))
        made.append(replace(word, text=right[:size] + word.text[size:]))
        right = right[size:]
    return made
