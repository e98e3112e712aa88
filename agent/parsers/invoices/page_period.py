"""The period that an invoice covers, as its page prints it: "du 1er au 31 mars 2027", "Leistungszeitraum 01.03.2027 – 31.03.2027"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from agent.domain.findings import Found, InvoiceReading
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import Sheet, where
from agent.parsers.lexers.dates import Order, find_dates
from agent.parsers.lexers.folding import fold

_SURE = 0.93
_LONGEST = 366 * 3
_TO = r"(?:-{1,2}|au|jusqu'au|tot(?: en met| en)?|t/m|t\.e\.m\.?|tem|bis(?: zum)?|to|until|through|till)"
_BETWEEN = re.compile(rf"^\s*{_TO}\s*(?:le |het |the |den )?$")
_OPENING = re.compile(r"(?:\bdu|\bvan|\bvom|\bvon|\bfrom|\bde|\bdepuis le)\s*$")
_SHORT_START = re.compile(rf"\b(?P<d>\d{{1,2}})(?:er|e|\.|st|nd|rd|th)?\s*{_TO}\s*$")
_WORDS = re.compile(
    r"period|zeitraum|leistungsmonat|abonnement|mois de|prestatie|service|huur|loyer|miete|location|rent\b|forfait"
)
_OTHER = re.compile(
    r"conge|ferme|gesloten|closed|ferien|vacance|vakantie|valable|geldig|gultig|valid|ouvert|horaire|garanti|waarborg|warrant"
)
_MONTH = re.compile(
    r"(?:leistungsmonat|abrechnungsmonat|mois de prestation|mois|periode|period|maand|month|monat|leistungszeitraum)\s?:?\s(?:de |d'|van |of |du mois de |the )?"
    r"(?P<m>[^\W\d]{3,10})\.? (?P<y>20\d\d)\b"
)


def with_period(reading: InvoiceReading, sheet: Sheet, order: Order) -> InvoiceReading:
    """The reading with the first and last day of the service, where the page prints a period."""
    found = next(_periods(sheet, order), None)
    if found is None:
        return reading
    start, end, cell, rule = found
    place = where(rule, cell)
    sure = min(_SURE, cell.sure)
    return replace(reading, period_start=Found(start, sure, place), period_end=Found(end, sure, place))


def _periods(sheet: Sheet, order: Order) -> Iterator[tuple[date, date, Cell, str]]:
    """The periods on the page; what stands behind a word for one comes before what merely runs from a day to another."""
    plain: list[tuple[date, date, Cell, str]] = []
    for line in sheet.lines:
        folded = fold(line.text)
        if _OTHER.search(folded) or not any(c.isdigit() for c in folded):
            continue
        for start, end, opened in (*_from_to(line.text, folded, order), *_months(folded)):
            if 0 <= (end - start).days <= _LONGEST:
                worded = _WORDS.search(folded) is not None
                if worded:
                    yield start, end, line.cells[0], "period by its word"
                elif opened:
                    plain.append((start, end, line.cells[0], "from one day to another"))
    yield from plain


def _from_to(text: str, folded: str, order: Order) -> Iterator[tuple[date, date, bool]]:
    days = find_dates(text, order)
    for first, second in pairwise(days):
        if _BETWEEN.match(folded[first.end : second.start]):
            yield first.value, second.value, bool(_OPENING.search(folded[: first.start]))
    for day in days:
        short = _SHORT_START.search(folded[: day.start])
        if short is not None and 1 <= int(short["d"]) <= day.value.day:
            yield day.value.replace(day=int(short["d"])), day.value, bool(_OPENING.search(folded[: short.start()]))


def _months(folded: str) -> Iterator[tuple[date, date, bool]]:
    for match in _MONTH.finditer(folded):
        first = find_dates(f"1 {match['m']} {match['y']}")
        if first:
            day = first[0].value
            yield day, day.replace(day=monthrange(day.year, day.month)[1]), True
