"""Amounts and days as bank exports write them, with the conventions decided over the whole file, never by one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from agent.parsers.statements.normal import day_of

_NOISE = re.compile(r"[\s\u00a0\u202f\u2009'’€$£]|EUR|USD|GBP|CHF", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?P<open>\(?)(?:\+|(?P<minus>-))?(?P<digits>\d[\d.,]{0,24}|[.,]\d{1,4})(?:\+|(?P<tail>-))?(?P<close>\)?)(?P<side>D|DB|DR|C|CR)?"
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_DMY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?!\d)")
_ISO = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?!\d)")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(r"(\d{1,2})[ .-]([a-zéûäA-ZÉÛÄ]{3,9})\.?[ .-](\d{4})(?!\d)")
_MONTHS = (
    ("jan", "janv"),
    ("feb", "fev", "fév", "febr"),
    ("mar", "mrt", "maa", "mär", "mars", "maart"),
    ("apr", "avr"),
    ("may", "mai", "mei"),
    ("jun", "juin", "juni"),
    ("jul", "juil", "juli"),
    ("aug", "aoû", "aou"),
    ("sep", "sept"),
    ("oct", "okt"),
    ("nov",),
    ("dec", "dez", "déc"),
)


def decimal_mark(cells: Iterable[str]) -> str:
    """The decimal mark of a file, "," or "."; "" when no cell tells and one cell needs it ("1.234")."""
    needed = False
    for cell in cells:
        found = _AMOUNT.fullmatch(_NOISE.sub("", cell).upper())
        if found is None:
            continue
        digits = found["digits"]
        marks = [c for c in digits if c in ".,"]
        if not marks:
            continue
        if len(set(marks)) == 2 or not _GROUPED.fullmatch(digits):
            return marks[-1]
        if len(marks) > 1:
            return "," if marks[0] == "." else "."
        needed = True
    return "" if needed else ","


def amount(cell: str, mark: str) -> Decimal | None:
    """The signed decimal of a cell; None when it holds none, or when only the unknown decimal mark could tell."""
    found = _AMOUNT.fullmatch(_NOISE.sub("", cell.replace("−", "-")).upper())
    if found is None:
        return None
    digits = found["digits"]
    own = _own_mark(digits, mark)
    if own is None:
        return None
    grouping = "." if own == "," else ","
    try:
        value = Decimal(digits.replace(grouping, "").replace(own, "."))
    except ArithmeticError:
        return None
    negative = bool(found["minus"] or found["tail"] or found["open"]) or (found["side"] or "").startswith("D")
    return -value if negative else value


def _own_mark(digits: str, mark: str) -> str | None:
    """The decimal mark of this number: its own when it shows one, else the file's."""
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return mark or ","
    if _GROUPED.fullmatch(digits) and len(set(marks)) == 1:
        if len(marks) > 1:
            return "," if marks[0] == "." else "."
        return mark or None
    return marks[-1] if marks.count(marks[-1]) == 1 else None


def day_order(cells: Sequence[str], *, european: bool) -> str:
    """The order of numeric days, "dmy" or "mdy"; "" when it cannot be told or cells contradict each other.

    Files that are European by their words or their decimal comma have the day first. In others, a day beyond the twelfth shows the
    order, or that the file runs through time in one order only.
    """
    found = [m for m in (_DMY.match(cell.strip()) for cell in cells) if m]
    first = max((int(m[1]) for m in found), default=0)
    second = max((int(m[2]) for m in found), default=0)
    if first > 12 and second > 12:
        return ""
    if second > 12:
        return "mdy"
    if first > 12 or european or not found or all("." in m[0] for m in found):
        return "dmy"
    running = [order for order in ("dmy", "mdy") if _runs_on([day(cell, order) for cell in cells])]
    return running[0] if len(running) == 1 else ""


def _runs_on(days: Sequence[date | None]) -> bool:
    """Whether days only go on, or only go back."""
    known = [d for d in days if d is not None]
    return known == sorted(known) or known == sorted(known, reverse=True)


def day(cell: str, order: str) -> date | None:
    """The day that a cell begins with; a time of day behind it does not matter."""
    text = cell.strip()[:40]
    found = _ISO.match(text)
    if found:
        return day_of(int(found[1]), int(found[2]), int(found[3]))
    found = _DMY.match(text)
    if found and order:
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        number, month = (first, second) if order == "dmy" else (second, first)
        return day_of(year if year > 99 else 2000 + year, month, number)
    found = _DIGITS.fullmatch(text[:8]) if not text[8:9].isdecimal() else None
    if found and found[1][:2] in ("19", "20"):
        return day_of(int(found[1]), int(found[2]), int(found[3]))
    found = _NAMED.match(text)
    return _named_day(found) if found else None


def _named_day(found: re.Match[str]) -> date | None:
    name = found[2].lower()
    for number, starts in enumerate(_MONTHS, 1):
        if name[:3] in starts or name[:4] in starts:
            return day_of(int(found[3]), number, int(found[1]))
    return None


def runs(days: Sequence[date], amounts: Sequence[Decimal], balances: Sequence[Decimal | None]) -> bool:
    """Whether each balance follows from its neighbour in time, the balance standing after or before its movement.

    A column that is always the same is no running balance and says nothing.
    """
    known = [(a, b) for a, b in zip(amounts, balances, strict=True) if b is not None]
    if len(known) < 2 or len({b for _, b in known}) == 1:
        return True
    chains = [known] * (days[0] <= days[-1]) + [known[::-1]] * (days[0] >= days[-1])
    return any(_follows(chain) for chain in chains)


def chained(pairs: Sequence[tuple[Decimal, Decimal]]) -> bool:
    """Whether amounts with their balances follow from one another in one of the two orders of time."""
    return _follows(pairs) or _follows(pairs[::-1])


def _follows(chain: Sequence[tuple[Decimal, Decimal]]) -> bool:
    if all(before[1] + after[0] == after[1] for before, after in pairwise(chain)):
        return True
    return all(before[1] + before[0] == after[1] for before, after in pairwise(chain))
