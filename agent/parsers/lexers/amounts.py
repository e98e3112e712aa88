"""Amounts as Europeans print them: 1.234,56 · 1 234,56 € · 1'234.56 · EUR 1,234.56 · 25,- · (12,00)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from agent.parsers.lexers.folding import REMEMBERED

MAX_TEXT = 2000
_MARKS = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "us$": "USD", "usd": "USD", "£": "GBP", "gbp": "GBP",
    "chf": "CHF", "sfr": "CHF", "fr.": "CHF", "dkk": "DKK", "sek": "SEK", "nok": "NOK", "pln": "PLN", "czk": "CZK", "huf": "HUF",
    "ron": "RON", "bgn": "BGN", "hrk": "HRK", "cad": "CAD", "aud": "AUD", "jpy": "JPY", "zl": "PLN", "zł": "PLN", "kč": "CZK",
}  # fmt: skip
_MARK = r"(?:€|kč|us\$|\$|£|zł|(?<![a-z])fr\.(?= ?\d)|(?<![a-z])(?:euros?|eur|usd|gbp|chf|sfr|dkk|sek|nok|pln|czk|huf|ron|bgn|hrk|cad|aud|jpy)(?![a-z]))"
_FIGURES = r"\d{1,3}(?:[.,'’‘´ ]\d{3}){1,4}(?![\d])(?:[.,]\d{1,4}(?!\d))?|\d{1,12}(?!\d)(?:[.,]\d{1,4}(?!\d))?"
_AMOUNT = re.compile(
    rf"(?P<before>{_MARK})?[ ]?(?P<sign>[-−–+(][ ]?)?(?P<mid>{_MARK})?[ ]?(?<![\w.,/])(?P<figures>{_FIGURES})(?![.,/]\d)"
    rf"(?P<dash>,[-–—](?!\d))?(?P<close>\)|-(?![\w]))?[ ]?(?P<after>{_MARK})?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_GROUP_SPACES = re.compile(r"[\u00a0\u202f\u2009\u2007]")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in a text, from character `start` to `end`.

    `decimals` counts the printed ones; `separator` is the decimal separator, "" when none was printed. `currency` is empty when no
    mark stands beside it. `percent` is true for a rate.
    """

    value: Decimal
    currency: str
    start: int
    end: int
    decimals: int
    separator: str = ""
    percent: bool = False

    @property
    def money(self) -> bool:
        """Whether it is printed as money is: with two decimals or a currency mark, and no rate."""
        return not self.percent and (self.decimals == 2 or bool(self.currency))


def find_amounts(text: str) -> tuple[Amount, ...]:
    """The numbers of a text that may be amounts, in order; at most the first 2,000 characters are read."""
    return _amounts(text[:MAX_TEXT])


@lru_cache(REMEMBERED)
def _amounts(text: str) -> tuple[Amount, ...]:
    return tuple(_read(_GROUP_SPACES.sub(" ", text))) if _DIGIT.search(text) else ()


def _read(text: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(text):
        figures = match["figures"]
        following = text[match.end("figures") :]
        if following[:1].isalpha() and not match["after"]:
            continue
        value, decimals, separator = figure(figures)
        if match["dash"]:
            decimals = 2
        mark = (match["before"] or match["mid"] or match["after"] or "").casefold()
        negative = (match["sign"] or "").strip() in {"-", "−", "–"} or (match["close"] == "-" and decimals == 2)
        negative = negative or ((match["sign"] or "").startswith("(") and match["close"] == ")")
        start = match.end() - len(match[0].lstrip())
        percent = following.lstrip().startswith("%")
        yield Amount(
            -value if negative else value, _MARKS.get(mark, ""), start, match.end(), decimals, separator, percent
        )


def figure(text: str) -> tuple[Decimal, int, str]:
    """The value, the number of decimals and the decimal separator of figures such as 1.234,56.

    The last separator is the decimal one unless exactly three digits follow it and the same or no other separator stands before.
    """
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return Decimal(_digits(text)), 0, ""
    tail = text[last + 1 :]
    head = text[:last]
    other = "," if text[last] == "." else "."
    grouped = len(tail) == 3 and other not in head and not any(c in head for c in " '’‘´") and _digits(head) != "0"
    if grouped:
        return Decimal(_digits(text)), 0, ""
    return Decimal(f"{_digits(head) or '0'}.{tail}"), len(tail), text[last]


def currency_marks(text: str) -> Iterator[str]:
    """The currencies named in a text, one for each mark."""
    for match in re.finditer(_MARK, text[:MAX_TEXT], re.IGNORECASE):
        yield _MARKS[match[0].casefold()]


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
