"""The words on a page by which a value may be found again: those before it, to its left and above it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.domain.layouts import Beside, Form, Under
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.learned_values import KINDS, Held, compact
from agent.parsers.invoices.learned_ways import LONGEST_ANCHOR, REACH, Paper, is_anchor, labels_in

# What words are to a field: its own label, no label at all, or one of another field of the same kind.
OWN, NEUTRAL, FOREIGN = 2, 1, 0
_STEPS = 3
_WORD = re.compile(r"\S+")
_ALSO = {
    "total": ("plain_total",),
    "seller_iban": ("iban",),
    "seller_vat": ("vat_number",),
    "buyer_vat": ("buyer_vat", "vat_number"),
    "buyer_name": ("buyer",),
}


def rank_of(field: str, words: str) -> int:
    """Whether these words are a label of the field, of another one, or none."""
    fields = {label.field for label in labels_in(words)}
    if fields & {field, *_ALSO.get(field, ())}:
        return OWN
    return FOREIGN if any(KINDS.get(other) is KINDS[field] for other in fields) else NEUTRAL


def anchored(field: str, target: Held, paper: Paper, form: Form, avoid: frozenset[str]) -> Iterator[Beside | Under]:
    """The words beside and above a value by which it may be found again, the longest first; no names of other fields."""
    before = [t.text for t in paper.tokens[target.cell] if t.end <= target.start]
    if before:
        yield from (Beside(words, inline=True) for words in _ends_of(field, before, avoid))
    else:
        for cell in _lefts(target.cell, paper):
            words = [t.text for t in paper.tokens[cell]]
            yield from (Beside(end, inline=False) for end in _ends_of(field, words, avoid))
    yield from (way for way in _above(target, paper, form, avoid) if rank_of(field, way.words) != FOREIGN)


def _ends_of(field: str, words: list[str], avoid: frozenset[str]) -> Iterator[str]:
    """The last words before a value, at several lengths; a label is not cut in two."""
    whole = rank_of(field, " ".join(words[-LONGEST_ANCHOR:]))
    for count in dict.fromkeys((min(LONGEST_ANCHOR, len(words)), 2, 1)):
        text = " ".join(words[-count:])
        # figures beside words that are no label are those of this invoice only
        fits = count <= len(words) and is_anchor(text) and not _tells(text, avoid)
        fits = fits and ("#" not in text or bool(labels_in(text)))
        if fits and whole != FOREIGN and rank_of(field, text) == whole:
            yield text


def _tells(text: str, avoid: frozenset[str]) -> bool:
    """Whether words are those of a buyer; the words of a label belong to everybody."""
    labels = [(label.start, label.end) for label in labels_in(text)]
    words = ((match.start(), match[0]) for match in _WORD.finditer(text))
    free = (word for at, word in words if not any(start <= at < end for start, end in labels))
    return any(compact(word) in avoid for word in free)


def _lefts(cell: Cell, paper: Paper) -> list[Cell]:
    """The nearest text on the left that has letters."""
    line = paper.sheet.line_of(cell)
    near = {other for at in (-1, 0, 1) for other in _line_at(paper, line.number + at)}
    left = [other for other in near if cell in paper.sheet.right_of(other) and is_anchor(other.text.lower())]
    return sorted(left, key=lambda other: -other.x1)[:1]


def _line_at(paper: Paper, number: int) -> tuple[Cell, ...]:
    at = number - paper.sheet.lines[0].number
    return paper.sheet.lines[at].cells if 0 <= at < len(paper.sheet.lines) else ()


def _above(target: Held, paper: Paper, form: Form, avoid: frozenset[str]) -> Iterator[Under]:
    """The nearest words above, with how many values of the kind lie between."""
    part = target.part
    headings = [
        (words, cell)
        for words, cell in paper.anchors
        if cell.page == part.page
        and 1.0 < part.baseline - cell.baseline <= REACH
        and "#" not in words
        and not _tells(words, avoid)
    ]
    for words, cell in sorted(headings, key=lambda pair: part.baseline - pair[1].baseline):
        column = paper.column(cell, form)
        step = next(
            (at for at, value in enumerate(column, 1) if value.cell is target.cell and value.start == target.start), 0
        )
        if 0 < step <= _STEPS:
            yield Under(words, step)
        if step and step == len(column):
            yield Under(words, -1)
