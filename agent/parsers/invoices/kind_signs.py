"""What a page's sentences and lists tell of its kind: they outweigh a weak title, and cast doubt on a plain one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.domain.alternatives import any_of
from agent.domain.findings import DocumentKind
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers import kind_words as words
from agent.parsers.lexers.amounts import find_amounts
from agent.parsers.lexers.dates import find_dates
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.kinds import title_of
from agent.parsers.lexers.labels import find_labels

_MOST_TEXT = 20_000
# How far before a phrase its sentence is looked at for a condition.
_SENTENCE = 110
_SENTENCE_END = re.compile(r"[.!?;:](?=\s|$)")
_CONDITION = re.compile(words.CONDITION)
_CONSEQUENCE = re.compile(words.CONSEQUENCE)
_DENIES = re.compile(rf"\b(?:{words.DENIES})")
# Those of a reminder begin with nearly any letter: there is nothing to skip.
_PHRASES = (
    (DocumentKind.REMINDER, re.compile(rf"\b(?:{words.REMINDS})")),
    (DocumentKind.RECEIPT, any_of(rf"\b(?:{words.ACKNOWLEDGES})")),
    (DocumentKind.OTHER, any_of(rf"\b(?:{words.PAYS})")),
    (DocumentKind.QUOTE, any_of(rf"\b(?:{words.OFFERS})")),
)
_NUMBER = re.compile(r"[^\w]{0,4}(?:n°|nr|no)?[\s.:°#]{0,3}(?P<id>[\w./-]*\d[\w./-]*)")


@dataclass(frozen=True, slots=True)
class Sign:
    """A kind that the page's own words speak for, with these words."""

    kind: DocumentKind
    words: str


def read_sign(sheet: Sheet) -> Sign | None:
    """The first kind other than an invoice that the page's sentences or its list of invoices speak for; None without any."""
    text = fold(sheet.text[:_MOST_TEXT]).replace("\n", " ")
    for kind, pattern in _PHRASES:
        for match in pattern.finditer(text):
            before = _SENTENCE_END.split(text[max(0, match.start() - _SENTENCE) : match.start()])[-1]
            after = _SENTENCE_END.split(text[match.end() : match.end() + _SENTENCE])[0]
            if not _CONDITION.search(before) and not _CONSEQUENCE.search(after):
                return Sign(kind, match[0])
    listed = _listed(sheet)
    return Sign(DocumentKind.STATEMENT, f"{listed} invoices listed") if listed >= 2 else None


def denies(sheet: Sheet) -> str:
    """The words by which a page says that it is no invoice; empty where it does not."""
    match = _DENIES.search(fold(sheet.text[:_MOST_TEXT]).replace("\n", " "))
    return match[0] if match else ""


def _listed(sheet: Sheet) -> int:
    """How many invoices the page lists, each with an amount that is owed: what is deducted from a final invoice is none."""
    numbers: set[str] = set()
    for line in sheet.lines:
        for cell in line.cells:
            title = title_of(cell.text)
            if title is None or title[0] is not DocumentKind.INVOICE:
                continue
            match = _NUMBER.match(fold(cell.text[title[1] :]))
            amounts = [a for other in sheet.right_of(cell) for a in find_amounts(other.text) if a.money]
            if match and amounts and all(amount.value > 0 for amount in amounts):
                numbers.add(match["id"])
    return max(len(numbers), _rows(sheet))


def _rows(sheet: Sheet) -> int:
    """The lines with a date and an amount below a row of labels that names both an invoice and its due date."""
    for at, line in enumerate(sheet.lines):
        fields = {label.field for cell in line.cells for label in find_labels(cell.text) if label.start == 0}
        if len(line.cells) < 3 or not {"number", "due_date"} <= fields:
            continue
        below = sheet.lines[at + 1 : at + 12]
        return sum(
            any(find_dates(cell.text) for cell in row.cells)
            and any(a.money for cell in row.cells for a in find_amounts(cell.text))
            for row in below
        )
    return 0
