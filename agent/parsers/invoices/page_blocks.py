"""Blocks of lines on a page that look like a party: a heading, a name, a street and a town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers import parties as lex
from agent.parsers.lexers.dates import find_dates
from agent.parsers.lexers.folding import REMEMBERED, fold
from agent.parsers.lexers.labels import Label, find_labels

# An address window lies within 25 mm of the sender's line above it (DIN 5008).
_WINDOW = 72.0
_LONE_HEADINGS = frozenset({"doit", "aan", "client", "klant", "customer", "kunde", "destinataire"})
_ADDRESSED = re.compile(
    r"(?:(?:pour|voor|for|fur|a|aan|to|an)\s*(?::|$)|(?:spett(?:\.? ?le|abile)|egr\. ?sig\.?(?:ra)?|gent(?:\.ma|ile) ?sig\.?(?:ra)?|exm[ao]s?\.? ?\(?[ao]?s?\)?\.? ?sr[as]*\.?)[\s.:]*(?:$|(?=\w)))"
)
_SENT_BY = re.compile(r"(?:de|van|von|from|da)\s*(?::\s*(?=\w)|:?\s*$)")
# A block that begins with one of these labels holds a code, whatever stands above it.
_CODES = frozenset({"customer_number", "order_number"})
_HEADINGS = ("seller", "buyer", "elsewhere")
_NAME_LINE = re.compile(
    r"^(?:name|naam|nom|firma|raison sociale|company|societe|bedrijf|firmenname)\s*:\s*", re.IGNORECASE
)
_SKIP_LINE = re.compile(
    r"^(?:numm?er|nr|no|n°|globale nummer|gln|kennung|id|ansprechpartner|abteilung|siret|code)\b.{0,40}:|^\W*$"
)
SEGMENT = re.compile(r"\s+[·|•–—\-*]\s+|\s*[|·•]\s*|\s{2,}")


@dataclass(slots=True)
class Block:
    """Lines under each other, with what is known of them. `role` is a heading's word: seller, buyer, elsewhere or empty."""

    cells: list[Cell]
    role: str = ""
    heading: str = ""
    names: list[tuple[str, Cell]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines of the block."""
        return "\n".join(cell.text for cell in self.cells)

    @property
    def has_address(self) -> bool:
        """Whether a line of it is a postal one."""
        return any(lex.is_postal(cell.text) for cell in self.cells)


def blocks(sheet: Sheet) -> list[Block]:
    """The page's blocks in reading order, headed blocks with their role."""
    made: list[Block] = []
    for line in sheet.lines:
        for cell in line.cells:
            home = next((b for b in reversed(made[-14:]) if _continues(b, cell)), None)
            if home is not None:
                home.cells.append(cell)
            else:
                made.append(Block([cell]))
    for block in made:
        _head(sheet, block)
        block.names = list(_names(block, sheet)) or list(_named_by_place(block))
        if any(_NAME_LINE.match(cell.text) for cell in block.cells):
            block.cells += [
                value for cell in block.cells for value in sheet.right_of(cell)[:1] if value not in block.cells
            ]
    return made


def _continues(block: Block, cell: Cell) -> bool:
    last = block.cells[-1]
    if len(block.cells) == 1 and (_is_return_line(last.text) or is_whole_address(last.text)):
        return False
    gap = cell.baseline - last.baseline
    if cell.page != last.page or not 0.2 * last.size < gap <= 1.95 * max(min(last.size, cell.size), 8):
        return False
    if any(
        label.field in _HEADINGS
        and label.start == 0
        and (label.end >= len(cell.text) - 2 or cell.text[label.end :].lstrip().startswith(":"))
        for label in find_labels(cell.text)
    ):
        return False
    aligned = abs(cell.x0 - last.x0) < 4 or abs(cell.x1 - last.x1) < 4
    return aligned and len(block.cells) < 14


@lru_cache(REMEMBERED)
def _is_return_line(text: str) -> bool:
    """Whether the line is a whole address by itself, as the sender's small line above an address window is."""
    parts = [part for part in SEGMENT.split(text) if part.strip()]
    if len(parts) < 3 or find_dates(text):
        return False
    return lex.is_postal(text) or (any(lex.is_street(part) for part in parts) and not lex.is_contact(text))


@lru_cache(REMEMBERED)
def is_whole_address(text: str) -> bool:
    """Whether a line is a name, a street and a town between commas, without a heading."""
    parts = text.split(", ")
    return (
        len(parts) >= 3
        and ":" not in text
        and any(lex.is_street(part) for part in parts[1:])
        and lex.is_postal(", ".join(parts[1:]))
        and lex.may_be_name(parts[0])
        and not find_dates(text)
    )


def _heading(cell: Cell) -> Label | None:
    """The party label that a cell begins with, if any; "Pour :" and its like count only with their colon."""
    addressed = _ADDRESSED.match(fold(cell.text))
    if addressed is not None:
        return Label("buyer", 0, len(addressed[0].rstrip(" :")), 1)
    sent = _SENT_BY.match(fold(cell.text))
    if sent is not None:
        return Label("seller", 0, len(sent[0].rstrip(" :")), 1)
    for label in find_labels(cell.text):
        if label.field in _HEADINGS and cell.text[: label.start].strip(" -:*") == "":
            return label
    return None


def _head(sheet: Sheet, block: Block) -> None:
    first = block.cells[0]
    if not block.has_address and any(x.start == 0 and x.field in _CODES for x in find_labels(first.text)):
        return
    label = _heading(first)
    source = first
    if label is None or not _heads(first, label):
        above = [c for c in _above(sheet, first) if (label := _heading(c)) is not None and _heads(c, label)]
        left = [c for c in _left(sheet, first) if (label := _heading(c)) is not None and _heads(c, label)]
        source = (above or left or [first])[0]
        label = _heading(source) if above or left else None
    if label is not None:
        block.role, block.heading = label.field, source.text[label.start : label.end]
    elif _is_return_line(first.text) or (first.line <= sheet.lines[0].number + 2 and is_whole_address(first.text)):
        block.role = "seller"
    elif _in_upper_half(sheet, first) and any(_is_return_line(other.text) for other in _above(sheet, first, _WINDOW)):
        block.role, block.heading = "buyer", "below the sender's line"


def _in_upper_half(sheet: Sheet, cell: Cell) -> bool:
    return cell.bottom < 0.5 * next(page.height for page in sheet.layout.pages if page.number == cell.page)


def _heads(cell: Cell, label: Label) -> bool:
    """Whether the label is a heading: nothing but a name behind it, and not part of a sentence."""
    rest = cell.text[label.end :].strip(" .")
    form = lex.legal_form("x " + rest)
    if form is not None and form[0] <= 2 and form[1] >= len(rest) + 1:
        return False
    if (
        rest
        and rest[0] not in ":)/"
        and label.words < 2
        and fold(cell.text[label.start : label.end]) not in _LONE_HEADINGS
    ):
        return False
    return not rest or rest[0] in ":)/" or (len(rest) < 60 and lex.may_be_name(rest) and rest[0].isupper())


def _above(sheet: Sheet, cell: Cell, reach: float = 0) -> list[Cell]:
    first = sheet.lines[0].number
    lines = sheet.lines[max(0, cell.line - first - 5) : cell.line - first]
    found = [
        other
        for line in lines
        for other in line.cells
        if other.page == cell.page
        and 0 < cell.baseline - other.baseline < (reach or 3.2 * max(cell.size, 8))
        and (abs(other.x0 - cell.x0) < 12 or other.x0 <= cell.x0 < other.x1)
    ]
    return sorted(found, key=lambda other: cell.baseline - other.baseline)


def _left(sheet: Sheet, cell: Cell) -> list[Cell]:
    return [other for other in sheet.line_of(cell).cells if other.x1 <= cell.x0 and cell.x0 - other.x1 < 120][-1:]


def _names(block: Block, sheet: Sheet) -> Iterator[tuple[str, Cell]]:
    """The lines before street and town that can be the party's name; a line "Name: …" beats them all."""
    labelled = _labelled_name(block, sheet)
    if labelled is not None:
        yield labelled
        return
    for place, cell in enumerate(block.cells[:7]):
        text = _without_heading(cell) if place == 0 else cell.text
        if not text or find_dates(text) or _SKIP_LINE.match(fold(text)) or lex.is_department(text) or _is_label(text):
            continue
        if lex.is_postal(text) or lex.is_contact(text):
            name = _first_segment(text) if place == 0 else None
            yield from [(name, cell)] if name is not None else []
            return
        if lex.is_street(text) and lex.legal_form(text) is None:
            return
        name = lex.clean_name(text)
        if lex.may_be_name(name):
            yield name, cell
        elif place > 1 and not lex.is_attention(text):
            return


def _named_by_place(block: Block) -> Iterator[tuple[str, Cell]]:
    """The line below a heading, when a street and a town follow it: a building's owners bear its street ("SVJ Kounicova 12")."""
    lines = block.cells[1:] if block.role and _heading(block.cells[0]) is not None else ()
    if len(lines) >= 3 and lex.is_street(lines[1].text) and not lex.is_postal(lines[0].text):
        yield lex.clean_name(lines[0].text), lines[0]


def _is_label(text: str) -> bool:
    """Whether the line is nothing but labels ("Invoiced to - Vos coordonnées"): the name stands below it."""
    rest = list(text)
    for label in find_labels(text):
        rest[label.start : label.end] = " " * (label.end - label.start)
    return not any(c.isalnum() for c in rest)


def _labelled_name(block: Block, sheet: Sheet) -> tuple[str, Cell] | None:
    for cell in block.cells:
        match = _NAME_LINE.match(cell.text)
        if match:
            rest = cell.text[match.end() :] or next((c.text for c in sheet.right_of(cell)[:1]), "")
            if rest.strip():
                return lex.clean_name(rest), cell
    return None


def _without_heading(cell: Cell) -> str:
    """The text behind a party's heading, over the same heading in a second language ("Client / Klant")."""
    label = _heading(cell)
    if label is None or not _heads(cell, label):
        return cell.text
    text = cell.text[label.end :].strip(" :/")
    while (following := find_labels(text)) and following[0].field in _HEADINGS and following[0].start == 0:
        text = text[following[0].end :].strip(" :/")
    return text


def _first_segment(text: str) -> str | None:
    """The name at the head of a line that holds the address too ("QualityHosting AG - Uferweg 40 - D-63571 Gelnhausen")."""
    parts = [part for part in SEGMENT.split(text) if part.strip()]
    if len(parts) < 2:
        parts = [part for part in text.split(", ") if part.strip()]
    for part in parts:
        name = lex.clean_name(part.split(", ")[0] if lex.legal_form(part.split(", ")[0]) else part)
        if lex.may_be_name(name) and lex.legal_form(name) is not None:
            return name
    first = lex.clean_name(parts[0]) if parts else ""
    return first if len(parts) >= 2 and lex.may_be_name(first) else None
