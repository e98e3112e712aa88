"""Labels and the values they name: in the same cell, to the right, or below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from agent.domain.findings import Where
from agent.parsers.invoices.layout import Cell, Layout, Line
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.labels import Label, find_labels

# In multiples of the type size: how far below its label a value may stand.
_BELOW = 2.6
_BELOW_HEADS = 4.4
_REACH = 6
# In multiples of the type size: the next line of a label that is broken over two.
_NEXT_LINE = 1.6
_LABEL_WORDS = 6
_WRITTEN_AT = re.compile(r"(?P<town>[^\W\d][\w' .-]{2,30}),? (?:le|den|the|am|op|il|el|,)? ?\d{1,2}[ ./-]")
_HEAD, _SHORT = 45, 60
# How much of the smaller one's height two cells on one line share.
_LEVEL = 0.55
_HALF_LEVEL = 0.2
# In points: a cell as wide as this is a line of running text.
_SENTENCE = 200.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a label's value may stand: the text of `cell` from `start` to `end`, and how it lies to the label."""

    cell: Cell
    start: int
    end: int
    relation: str

    @property
    def text(self) -> str:
        """The text of the place."""
        return self.cell.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Named:
    """A label at its place on the page."""

    label: Label
    cell: Cell

    @property
    def words(self) -> str:
        """The label as printed."""
        return self.cell.text[self.label.start : self.label.end]


def where(rule: str, cell: Cell, label: str = "") -> Where:
    """The place of a cell, for a finding."""
    return Where(rule, cell.page, cell.box, label)


class Sheet:
    """The pages of one invoice, with their labels."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lines: tuple[Line, ...] = layout.lines
        self.cells: tuple[Cell, ...] = layout.cells

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return self.layout.text

    @cached_property
    def labels(self) -> tuple[Named, ...]:
        """All labels in reading order."""
        broken = dict(self._broken_labels())
        return tuple(Named(label, cell) for cell in self.cells for label in broken.get(cell) or find_labels(cell.text))

    @cached_property
    def town(self) -> str:
        """The town before the date, as in "Namur, le 3 mars 2026": the seller's; empty when the page names none."""
        for line in self.lines[:_HEAD]:
            for cell in line.cells:
                match = _WRITTEN_AT.match(fold(cell.text)) if len(cell.text) < _SHORT else None
                if match:
                    return match["town"]
        return ""

    def named(self, *fields: str) -> Iterator[Named]:
        """The labels of these fields."""
        return (named for field in fields for named in self._by_field.get(field, ()))

    @cached_property
    def _by_field(self) -> dict[str, list[Named]]:
        sorted_out: dict[str, list[Named]] = {}
        for named in self.labels:
            sorted_out.setdefault(named.label.field, []).append(named)
        return sorted_out

    def _broken_labels(self) -> Iterator[tuple[Cell, tuple[Label, ...]]]:
        """The labels of two cells under each other where a label runs from the first into the second ("Totaal excl." / "btw")."""
        for cell in self.cells:
            rest = self.next_line(cell) if len(cell.words) <= _LABEL_WORDS else None
            if rest is None or len(rest.words) > _LABEL_WORDS or any(c.isdigit() for c in rest.text):
                continue
            joined = find_labels(f"{cell.text} {rest.text}")
            end = len(cell.text)
            if not any(label.start < end < label.end for label in joined):
                continue
            valued, valued_below = self._has_value(cell), self._has_value(rest)
            if valued and valued_below:
                continue
            over = [label for label in joined if label.start < end < label.end]
            if valued_below:
                yield cell, tuple(label for label in joined if label.end <= end)
                yield rest, tuple(replace(label, start=0, end=label.end - end - 1) for label in over)
            else:
                yield cell, tuple(replace(label, end=min(label.end, end)) for label in joined if label.start < end)
                yield (
                    rest,
                    tuple(
                        replace(label, start=label.start - end - 1, end=label.end - end - 1)
                        for label in joined
                        if label.start > end
                    )
                    or (Label("", 0, 0, 0),),
                )

    def next_line(self, cell: Cell) -> Cell | None:
        """The cell that begins right below this one."""
        for line in self._around(cell.line, 3):
            for other in line.cells if line.number > cell.line and line.page == cell.page else ():
                gap = other.baseline - cell.baseline
                if abs(other.x0 - cell.x0) < 2 and 0 < gap <= _NEXT_LINE * max(cell.size, other.size):
                    return other
        return None

    def _has_value(self, cell: Cell) -> bool:
        """Whether a figure stands in the next cell on the same line."""
        right = [other for other in self.line_of(cell).cells if other.x0 > cell.x1]
        return bool(right) and any(c.isdigit() for c in right[0].text)

    @cached_property
    def _heads(self) -> frozenset[int]:
        """The numbers of the lines that are rows of labels, their values standing below."""
        return frozenset(
            line.number
            for line in self.lines
            if len(line.cells) > 1
            and sum(any(label.start == 0 for label in find_labels(cell.text)) for cell in line.cells) > 1
            and not any(_holds_value(cell) for cell in line.cells)
        )

    def spots(self, named: Named) -> Iterator[Spot]:
        """Where the value of this label may stand, the likeliest place first."""
        cell, label = named.cell, named.label
        start, end = self._inline(cell, label)
        if cell.text[start:end].strip(" :.-–#*()|"):
            yield Spot(cell, start, end, "inline")
        for other in self.right_of(cell)[:2]:
            yield Spot(other, 0, len(other.text), "right")
        head = cell.part(label.start, label.end)
        below = self.below(head, cell)
        running = len(find_labels(cell.text)) == 1 or any(c.isdigit() for c in cell.text)
        if below and running and cell.x1 - cell.x0 > _SENTENCE and len(cell.text) - label.end <= 4 and label.start > 0:
            first = next((other for other in self.below(cell, cell) if abs(other.x0 - cell.x0) < 4), None)
            if first is not None:
                yield Spot(first, 0, len(first.text), "wrapped")
        for other in below:
            place = self._under(head, cell, label.end, other)
            if place is not None:
                yield Spot(other, *place, "below")

    @staticmethod
    def _inline(cell: Cell, label: Label) -> tuple[int, int]:
        """The text between this label and the next label of another field, over further labels of its own."""
        start, end = label.end, len(cell.text)
        own = {(other.start, other.end) for other in find_labels(cell.text) if other.field == label.field}
        for other in find_labels(cell.text):
            if other.start < start or (other.start, other.end) == (label.start, label.end):
                continue
            if (other.start, other.end) in own and not any(c.isdigit() for c in cell.text[start : other.start]):
                start = other.end
            elif other.start >= start:
                end = other.start
                break
        return start, end

    def right_of(self, cell: Cell, *, loose: bool = False) -> list[Cell]:
        """The cells to the right at the same height, from left to right; `loose` takes those half a line lower or higher as well."""
        shared = _HALF_LEVEL if loose else _LEVEL
        found = [
            other
            for line in self._around(cell.line, 2)
            for other in line.cells
            if other.page == cell.page and other.x0 >= cell.x1 - 1 and _level(cell, other, shared)
        ]
        return sorted(found, key=lambda other: other.x0)

    def below(self, label: Cell, cell: Cell) -> list[Cell]:
        """The cells under this label within its reach, the nearest first."""
        reach = (_BELOW_HEADS if cell.line in self._heads else _BELOW) * max(label.size, 8)
        found = [
            other
            for line in self._around(cell.line, _REACH)
            for other in line.cells
            if other.page == cell.page
            and 0 < other.baseline - cell.baseline <= reach
            and not _level(cell, other)
            and other.x0 < label.x1 + label.size
            and other.x1 > label.x0 - label.size
        ]
        return sorted(found, key=lambda other: (round(other.baseline - cell.baseline, 1), abs(other.x0 - label.x0)))

    def _under(self, head: Cell, cell: Cell, end: int, other: Cell) -> tuple[int, int] | None:
        """The part of a cell that stands in this label's column: narrow tables run their columns together."""
        after = [next_cell.x0 for next_cell in self.line_of(cell).cells if next_cell.x0 > cell.x1]
        after += [cell.part(found.start, found.end).x0 for found in find_labels(cell.text) if found.start >= end]
        left, right = head.x0 - 4, min(after, default=float("inf")) - 2
        position, places = 0, []
        for word in other.words:
            if left <= word.x0 < right or (word.x0 < head.x1 and word.x1 > head.x0):
                places.append((position, position + len(word.text)))
            position += len(word.text) + 1
        return (places[0][0], places[-1][1]) if places else None

    def _around(self, number: int, reach: int) -> tuple[Line, ...]:
        first = self.lines[0].number if self.lines else 0
        at = number - first
        return self.lines[max(0, at - reach) : at + reach + 1]

    def line_of(self, cell: Cell) -> Line:
        """The line that holds this cell."""
        return self.lines[cell.line - self.lines[0].number]


def _holds_value(cell: Cell) -> bool:
    """Whether the cell holds figures other than a rate of VAT."""
    digits = sum(c.isdigit() for c in cell.text)
    return digits > 3 or (digits > 0 and all(label.field != "vat" for label in find_labels(cell.text)))


def _level(one: Cell, other: Cell, least: float = _LEVEL) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > least * min(one.bottom - one.top, other.bottom - other.top)
