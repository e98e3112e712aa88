"""What a finished mail shows its reader: the amounts, days, percentages, numbers and phrases in its visible text.

A mention counts when its value or its words stand in that text, however they are typeset; comments, hidden parts and markers prove
nothing, for they are not part of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_LONGEST = 400_000
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "−": "-", "–": "-", "‑": "-", "ß": "ss"}
)
_FIGURE = r"\d{1,9}(?:[ .,']\d{3}){0,4}(?:[.,]\d{2})?(?![\d]|[.,]\d)"
_SIGN = r"(?:€|\b(?:eur|euros?|usd|gbp|chf)\b)"
# With a currency beside it any figure is an amount; without one, a figure with two decimals is, unless it is a percentage.
_MARKED = re.compile(rf"{_SIGN} ?-? ?({_FIGURE})|(?<![\d.,])({_FIGURE}) ?{_SIGN}")
_DECIMALS = re.compile(r"(?<![\w.,/])(\d{1,9}(?:[ .,']\d{3}){0,4}[.,]\d{2})(?![\d%]|[.,/]\d| ?%)")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,4})?) ?%")
_DAY = re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?!\d)|(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_MONTHS = (
    "janvier januari january januar", "fevrier februari february februar", "mars maart march marz", "avril april",
    "mai mei may", "juin juni june", "juillet juli july", "aout augustus august", "septembre september",
    "octobre oktober october", "novembre november", "decembre december dezember",
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_LONG_DAY = re.compile(r"(?<!\d)(\d{1,2})(?:er|\.)? ([a-z]{3,9}) (\d{4})(?!\d)")


def folded(text: str) -> str:
    """Small letters without accents, plain quotes, single spaces: what phrases are looked for in."""
    plain = unicodedata.normalize("NFKD", text[:_LONGEST].translate(_QUOTES))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _SPACES.sub(" ", plain).strip().lower()


def compact(text: str) -> str:
    """Letters and figures alone: what names and numbers are looked for in."""
    return "".join(c for c in folded(text) if c.isalnum())


@dataclass(frozen=True, slots=True)
class Shown:
    """The visible text of one part of a mail, folded; `signs` are its letters and figures alone."""

    text: str
    signs: str = ""

    @classmethod
    def of(cls, visible: str) -> Shown:
        """What this visible text shows."""
        text = folded(visible)
        return cls(text, compact(text))

    def without(self, known: Iterable[str]) -> Shown:
        """The same without these texts (names, addresses, quotations): whatever stands in them is not ours to answer for."""
        text = self.text
        for piece in sorted({folded(k) for k in known}, key=len, reverse=True):
            if piece:
                text = text.replace(piece, " ; ")
        return Shown(text)

    def says(self, phrase: str) -> bool:
        """Whether these very words stand in it; typesetting does not matter."""
        wanted = folded(phrase)
        return bool(wanted) and wanted in self.text

    def matches(self, pattern: re.Pattern[str]) -> bool:
        """Whether a phrase of this pattern stands in it. Patterns are written for folded text."""
        return pattern.search(self.text) is not None

    def names(self, value: str, least: int = 2) -> bool:
        """Whether this name, address or number stands in it, whatever its punctuation; a value of fewer signs is no value."""
        wanted = compact(value)[:200]
        return len(wanted) >= least and wanted in (self.signs or compact(self.text))

    def figures(self) -> Iterator[frozenset[Decimal]]:
        """Every amount, as the set of its possible readings: a figure before an amount may be an amount's thousands or stand alone.

        A day is no amount, also where the currency of the next cell of a table follows its year.
        """
        text = _LONG_DAY.sub(lambda found: "|" if found[2] in _MONTH else found[0], _DAY.sub("|", self.text))
        for found in (*_MARKED.finditer(text), *_DECIMALS.finditer(text)):
            yield frozenset(_readings(next(group for group in found.groups() if group)))

    def amounts(self) -> frozenset[Decimal]:
        """Every amount that may be read in it."""
        return frozenset(value for readings in self.figures() for value in readings)

    def percents(self) -> frozenset[Decimal]:
        """Every percentage in it."""
        return frozenset(Decimal(found[1].replace(",", ".")) for found in _PERCENT.finditer(self.text))

    def days(self) -> frozenset[date]:
        """Every day that is named in it, in figures or words."""
        return frozenset(_days(self.text))


def _readings(figure: str) -> Iterator[Decimal]:
    tail = re.search(r"[.,](\d{2})$", figure)
    whole, cents = (figure[: tail.start()], tail[1]) if tail else (figure, "00")
    parts = [re.sub(r"[.,']", "", part) for part in whole.split(" ")]
    for start in range(len(parts)):
        yield Decimal(f"{''.join(parts[start:])}.{cents}")


def _days(text: str) -> Iterator[date]:
    for found in _DAY.finditer(text):
        day, month, year, first, second, third = found.groups()
        parts = (year, month, day) if year else (first, second, third)
        yield from _day(*(int(part) for part in parts))
    for found in _LONG_DAY.finditer(text):
        if found[2] in _MONTH:
            yield from _day(int(found[3]), _MONTH[found[2]], int(found[1]))


def _day(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return
