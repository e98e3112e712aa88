"""Dates as people write them in eight languages, in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

from agent.parsers.lexers.folding import REMEMBERED, fold

MAX_TEXT = 2000
FIRST_YEAR, LAST_YEAR = 1990, 2099
_NAMES = {
    1: "janvier janv januari jan january januar janner jaenner gennaio gen enero ene janeiro stycznia tammikuuta ledna",
    2: "fevrier fevr fev februari feb february februar feber febbraio febrero fevereiro lutego helmikuuta februari unora",
    3: "mars maart mrt mar march marz maerz mrz marzo marco marca maaliskuuta marts brezna", 4: "avril avr april apr aprile abril abr kwietnia huhtikuuta dubna",
    5: "mai mei may maggio mag mayo maio maja toukokuuta kvetna", 6: "juin juni jun june giugno giu junio junho czerwca kesakuuta cervna",
    7: "juillet juil juli jul july luglio lug julio julho lipca heinakuuta cervence", 8: "aout aou augustus aug august agosto ago sierpnia elokuuta srpna augusti",
    9: "septembre sept september sep settembre sett set septiembre setiembre setembro wrzesnia syyskuuta zari",
    10: "octobre oct oktober okt october ottobre ott octubre outubro out pazdziernika lokakuuta rijna",
    11: "novembre nov november noviembre novembro listopada marraskuuta listopadu", 12: "decembre dec december dezember dez dicembre dic diciembre dezembro grudnia joulukuuta prosince",
}  # fmt: skip
_MONTHS = {name: number for number, names in _NAMES.items() for name in names.split()}
_MONTH = "(?P<{}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_DIGIT = re.compile(r"\d")
_ORDINAL = r"(?:er|e|ste|de|st|nd|rd|th)?"
_ISO = re.compile(r"(?<![\d.,/-])(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d/-]|[.,]\d)")
_COMPACT = re.compile(r"(?<![\w.,/-])(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?![\w/-]|[.,]\d)")
_FIGURES = re.compile(
    r"(?<![\d/-])(?<!\d[.,])(?P<a>\d{1,2}) ?(?P<s>[-/.]) ?(?P<b>\d{1,2}) ?(?P=s) ?(?P<y>(?:19|20)\d\d|\d\d)(?![\d/-]|[.,]\d)"
)
_SPACED = re.compile(r"(?<![\d/.,-])(?<!\d )(?P<a>\d{2}) (?P<b>\d{2}) (?P<y>20\d\d)(?![\d/.,-]| \d)")
_DAY_FIRST = re.compile(
    rf"(?<![\d/.,-])(?P<d>\d{{1,2}}){_ORDINAL}[. -]{{0,2}}(?:(?:de|di|do) )?{_MONTH.format('m')}[.,]?[ ,'-]{{0,3}}(?:del? )?(?P<y>(?:19|20)\d\d|\d\d(?![\d:h])(?! ?[.,]\d))(?!\d)"
)
_MONTH_FIRST = re.compile(
    rf"(?<![a-z]){_MONTH.format('m')}[. -]{{1,2}}(?P<d>\d{{1,2}}){_ORDINAL} ?,? ?(?P<y>(?:19|20)\d\d)(?!\d)"
)


class Order(Enum):
    """How a date in figures is to be read: as the figures prove, or as somebody decided."""

    DAY_FIRST = "dd/mm"
    MONTH_FIRST = "mm/dd"


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a text, from character `start` to `end`.

    `ambiguous` is true when day and month could be exchanged: then `value` follows the order asked for.
    """

    value: date
    start: int
    end: int
    ambiguous: bool = False
    compact: bool = False


def find_dates(text: str, order: Order = Order.DAY_FIRST) -> tuple[Day, ...]:
    """The dates of a text in the order they stand; at most the first 2,000 characters are read."""
    return _dates(text[:MAX_TEXT], order)


@lru_cache(REMEMBERED)
def _dates(text: str, order: Order) -> tuple[Day, ...]:
    if not _DIGIT.search(text):
        return ()
    folded = fold(text)
    found = [*_worded(folded), *_figured(folded, order)]
    found.sort(key=lambda day: (day.start, -day.end))
    result: list[Day] = []
    for day in found:
        if not result or day.start >= result[-1].end:
            result.append(day)
    return tuple(result)


def proven_order(texts: Iterable[str]) -> Order | None:
    """What the dates in figures of a whole document prove: the order that only fits, None when both or neither do."""
    day_first = month_first = False
    for text in texts:
        for match in _FIGURES.finditer(text[:MAX_TEXT]):
            first, second = int(match["a"]), int(match["b"])
            day_first |= 12 < first <= 31 and second <= 12
            month_first |= first <= 12 < second <= 31
    if day_first == month_first:
        return None
    return Order.DAY_FIRST if day_first else Order.MONTH_FIRST


def _worded(text: str) -> Iterator[Day]:
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(text):
            value = _day(_year(match["y"]), _MONTHS[match["m"]], int(match["d"]))
            if value is not None:
                yield Day(value, match.start(), match.end())


def _figured(text: str, order: Order) -> Iterator[Day]:
    for pattern in (_ISO, _COMPACT):
        for match in pattern.finditer(text):
            value = _day(int(match["y"]), int(match["m"]), int(match["d"]))
            if value is not None:
                yield Day(value, match.start(), match.end(), compact=pattern is _COMPACT)
    for pattern in (_FIGURES, _SPACED):
        for match in pattern.finditer(text):
            first, second, year = int(match["a"]), int(match["b"]), _year(match["y"])
            ambiguous = first <= 12 and second <= 12 and first != second
            swap = second > 12 or (ambiguous and order is Order.MONTH_FIRST)
            value = _day(year, first, second) if swap else _day(year, second, first)
            if value is not None:
                yield Day(value, match.start(), match.end(), ambiguous)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
