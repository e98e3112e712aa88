"""The name at the head of a page: large or first, above or beside the seller's address, number or telephone, with no legal form to tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers import parties as lex
from agent.parsers.lexers.dates import find_dates
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.kinds import title_of
from agent.parsers.lexers.labels import find_labels
from agent.parsers.lexers.numbers import find_vat_numbers

# The head of a page, as a part of its height; how far the seller's particulars lie from the name, in points.
_HEAD = 0.22
_NEAR = 90.0
_LARGER = 1.25
_PLAIN, _LARGE = 1.3, 1.9
# A desk of the seller's, whose name stands elsewhere.
_DESK = re.compile(
    r"\bservice (?:abonne|client|apres)|customer (?:service|care)|klanten(?:dienst|service)|kundenservice"
)


def letterheads(sheet: Sheet, taken: frozenset[Cell]) -> Iterator[tuple[float, str, Cell]]:
    """The names that head the first page, each with its weight as a seller's and its first cell."""
    page = sheet.layout.pages[0]
    head = [cell for cell in sheet.cells if cell.page == page.number and cell.bottom < _HEAD * page.height]
    sizes = sorted(cell.size for cell in sheet.cells)
    usual = sizes[len(sizes) // 2] if sizes else 10.0
    largest = max((cell.size for cell in head if _may_head(cell)), default=0.0)
    joined: Cell | None = None
    for cell in head:
        if cell in taken or cell is joined or not _may_head(cell):
            continue
        large = cell.size >= _LARGER * usual and cell.size >= largest - 0.3
        first = cell.line == sheet.lines[0].number
        if (large or first) and any(_is_particular(other) for other in _near(head, cell, taken)):
            joined = _second_line(sheet, cell) if large else None
            name = lex.clean_name(f"{cell.text} {joined.text}" if joined is not None else cell.text)
            yield (_LARGE if large else _PLAIN), name, cell


def _second_line(sheet: Sheet, cell: Cell) -> Cell | None:
    """The line that goes on with a large name: the same size, right below it, no digits."""
    rest = sheet.next_line(cell)
    if rest is None or abs(rest.size - cell.size) >= 0.3 or lex.legal_form(cell.text) is not None:
        return None
    alike = rest.text.isupper() == cell.text.isupper() and not any(character.isdigit() for character in rest.text)
    return rest if alike and _may_head(rest) else None


def _may_head(cell: Cell) -> bool:
    text = lex.clean_name(cell.text)
    return (
        lex.may_be_name(text)
        and title_of(text) is None
        and not find_dates(text)
        and not lex.is_register(text)
        and not _DESK.search(fold(text))
        and not any(
            label.start == 0 and label.field not in {"allowance", "carried", "deposit"} for label in find_labels(text)
        )
    )


def _is_particular(cell: Cell) -> bool:
    text = cell.text
    return not find_dates(text) and (
        lex.is_postal(text)
        or lex.is_contact(text)
        or lex.is_register(text)
        or any(number.valid for number in find_vat_numbers(text))
    )


def _near(head: list[Cell], cell: Cell, taken: frozenset[Cell]) -> Iterator[Cell]:
    for other in head:
        if other is not cell and other not in taken and -20 < other.baseline - cell.baseline < _NEAR:
            yield other
