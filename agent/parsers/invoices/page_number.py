"""The invoice's own number on a printed page, and the order, customer and preceding invoice numbers beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.domain.alternatives import any_of
from agent.domain.findings import DocumentKind, Found
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import Named, Sheet, where
from agent.parsers.lexers.amounts import find_amounts
from agent.parsers.lexers.dates import find_dates
from agent.parsers.lexers.folding import REMEMBERED, fold
from agent.parsers.lexers.kinds import title_of
from agent.parsers.lexers.labels import find_labels

_LEAD = re.compile(
    r"^[\s:.\-–#*°|=]*(?:\([^)]{0,20}\)\s*)?(?:(?:n°|nº|nr|no|num(?:ero|éro)?|nummer|number)(?=[\s:.°])[\s:.°]*)?[\s:.\-–#°*]*",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_\\–-]{0,39}")
_BARE_NUMBER = re.compile(r"^\s*(?:n\s?°|nº|nr\.?|no\.?|#)\s*:?\s*(?=[A-Za-z0-9])", re.IGNORECASE)
_EXPLICIT = any_of(r"n°|nº|\bn[ro]\b|num|nummer|number|#|nr\b|\bid\b|referen|kenmerk|\bno\.")
_BRACKETED = re.compile(r"\([^()]{0,60}\)")
_NUMBER_OF_DAY = re.compile(
    r"(?:\bNr\.?|n°|nº|\bno\.?|\bnumber|\bnum(?:é|e)ro) ?:? ?(?P<id>[A-Za-z0-9][\w./-]{0,30}(?: [\d./-]{1,12}){0,4}) (?:vom|du|of|dated|van|d\.d\.) \d",
    re.IGNORECASE,
)
# What such a title holds as well, looked for first: it is found out several times as fast.
_OF_DAY = re.compile(r" [VvDdOo][A-Za-z.]{1,4} \d")
_ONLY_NUMBER = re.compile(
    r"(?:n\.?°|nr|no?|num|numero|nummer|number|numer|#|nro|ref|reference|referentie|referenz|kenmerk|beleg|ft|fra)\.?"
)
_CREDIT_WORDS = re.compile(r"avoir|credit|gutschrift|korrektur|storno|rectific|note|nota|document|beleg")
_HEAD_LINES = 25
_SUBJECT = re.compile(r"(?:objet|concerne|betreft?|subject|betreff|onderwerp)\b")
_RELATION = {"inline": 1.0, "wrapped": 0.98, "right": 0.98, "below": 0.97}


@dataclass(frozen=True, slots=True)
class _Candidate:
    value: str
    weight: float
    cell: Cell
    label: str


def read_number(sheet: Sheet, kind: DocumentKind) -> Found[str] | None:
    """The number of the invoice: named by the plainest label, nearest to it; less sure when two labels disagree."""
    candidates = list(_candidates(sheet, kind))
    if not candidates:
        return None
    times = Counter(candidate.value for candidate in candidates)
    best = max(candidates, key=lambda c: (c.weight + 0.02 * min(times[c.value] - 1, 2), -c.cell.line))
    rivals = [c for c in candidates if c.value != best.value and c.weight > best.weight - 0.04]
    sure = min(0.985 if best.weight >= 0.9 else 0.9 if best.weight >= 0.8 else 0.7, best.cell.sure)
    if rivals:
        sure = min(sure, 0.6)
    return Found(best.value, sure, where("number by label", best.cell, best.label))


def _candidates(sheet: Sheet, kind: DocumentKind) -> Iterator[_Candidate]:
    credit = kind in {DocumentKind.CREDIT_NOTE, DocumentKind.CORRECTION}
    subjects = () if credit else (n for n in sheet.named("preceding") if _SUBJECT.match(fold(n.cell.text)))
    for named in (*sheet.named("number"), *subjects):
        weight = _weight(sheet, named, credit)
        for spot in sheet.spots(named):
            value = identifier(spot.text)
            if value is not None and not (
                spot.relation == "below" and weight < 0.9 and not _in_column(sheet, named, spot.text)
            ):
                yield _Candidate(value, weight * _RELATION[spot.relation], spot.cell, named.words)
                break
    yield from _bare(sheet)
    yield from _dated(sheet)


def _weight(sheet: Sheet, named: Named, credit: bool) -> float:
    """How plainly a label says that it names the document's own number."""
    folded = fold(named.words)
    if _ONLY_NUMBER.fullmatch(folded):
        at_head = named.label.start == 0 and named.cell.line - sheet.lines[0].number < _HEAD_LINES
        return 0.84 if at_head else 0.4
    weight = 1.0 if _EXPLICIT.search(folded) else 0.87
    if credit and not _CREDIT_WORDS.search(folded):
        weight -= 0.1
    return weight - (0.2 if _in_sentence(named) else 0.0)


def _in_column(sheet: Sheet, named: Named, text: str) -> bool:
    """Whether a weak label may name what stands below it: in a row of heads with a date among them, or a number with its own sign."""
    if _BARE_NUMBER.match(text):
        return True
    dated = any(
        label.field in {"issue_date", "due_date"}
        for cell in sheet.line_of(named.cell).cells
        for label in find_labels(cell.text)
    )
    return dated and heads_column(sheet, named.cell)


def heads_column(sheet: Sheet, cell: Cell) -> bool:
    """Whether the cell is one of a row of labels without any value: the values stand below."""
    line = sheet.line_of(cell)
    labelled = sum(len({label.start for label in find_labels(other.text)}) for other in line.cells)
    return labelled >= 2 and not any(c.isdigit() for c in line.text)


def _dated(sheet: Sheet) -> Iterator[_Candidate]:
    """The number in "… Nr. 210111 vom 30.05.2025" in a title, whatever the document calls itself."""
    for line in sheet.lines[:40]:
        for cell in line.cells:
            match = number_of_day(cell.text)
            value = identifier(match["id"]) if match else None
            if match and value is not None:
                yield _Candidate(value, 1.03, cell, cell.text[: match.start("id")].strip())


@lru_cache(REMEMBERED)
def number_of_day(text: str) -> re.Match[str] | None:
    """A title with number and day; None when other words than the title's own stand before the number ("gemäß Bestellung Nr. …")."""
    match = _NUMBER_OF_DAY.search(text) if _OF_DAY.search(text) else None
    title = title_of(text) if match else None
    if match is None or title is None:
        return None
    between = _BRACKETED.sub("", text[title[1] : match.start()])
    return match if len(between.split()) <= 3 and not find_labels(between) else None


def _in_sentence(named: Named) -> bool:
    """Whether the label stands within running text: many words before it in its cell."""
    labelled = named.cell.text[named.label.end :].lstrip()[:1] == ":"
    return not labelled and named.cell.text[: named.label.start].count(" ") >= 3


def _bare(sheet: Sheet) -> Iterator[_Candidate]:
    """A number such as "N° 2023-6013" alone near the top, where the title is in a cell of its own."""
    for line in sheet.lines[:_HEAD_LINES]:
        for cell in line.cells:
            match = _BARE_NUMBER.match(cell.text)
            value = identifier(cell.text[match.end() :]) if match else None
            if value is not None and len(cell.words) <= 4:
                yield _Candidate(value, 0.84, cell, "n°")


def identifier(text: str) -> str | None:
    """The number that a text begins with ("FA 2604-019 du 12.04.2026" → "FA 2604-019"); None when it begins with something else."""
    lead = _LEAD.match(text)
    rest = text[lead.end() :] if lead is not None else text
    tokens: list[str] = []
    position = 0
    for match in _TOKEN.finditer(rest):
        token = match[0].rstrip("./_\\-")
        if rest[position : match.start()].strip(" ") or not _continues(tokens, token, rest[match.start() :]):
            break
        tokens.append(token)
        position = match.start() + len(token)
    value = " ".join(tokens)
    return value if 1 < len(value.replace(" ", "")) <= 40 and _plausible(value, rest) else _single(value)


def _single(value: str) -> str | None:
    return value if len(value) == 1 and value.isdigit() else None


def _continues(tokens: list[str], token: str, rest: str) -> bool:
    """Whether this token is (a further) part of a number: digits, or capitals before digits, but no date and no word."""
    has_digit = any(c.isdigit() for c in token)
    if _begins_with_date(rest):
        return False
    if not tokens:
        return has_digit or (token.isupper() and len(token) <= 5 and bool(re.match(r"[A-Z]{1,5}[ -]{1,2}\d", rest)))
    if not has_digit or len(tokens) >= 5:
        return False
    return bool(re.fullmatch(r"[\d./-]{1,10}", token)) and not re.match(r"[\d.,' ]+\s*(?:€|EUR|%)", rest)


def _plausible(value: str, rest: str) -> bool:
    if not any(c.isdigit() for c in value):
        return False
    if _begins_with_date(rest):
        return False
    amount = next(iter(find_amounts(rest[:30])), None)
    return not (amount is not None and amount.start == 0 and (amount.currency or amount.percent or "," in value))


def _begins_with_date(text: str) -> bool:
    days = find_dates(text[:30])
    return bool(days) and days[0].start == 0 and not days[0].compact


def read_simple(sheet: Sheet, field: str) -> Found[str] | None:
    """The first number that this label names: order, customer, preceding invoice."""
    for named in sheet.named(field):
        for spot in sheet.spots(named):
            value = identifier(spot.text)
            if value is not None:
                sure = 0.95 if spot.relation == "inline" else 0.92
                return Found(value, min(sure, spot.cell.sure), where(f"{field} by label", spot.cell, named.words))
            if spot.text.strip(" :"):
                break
    return None
