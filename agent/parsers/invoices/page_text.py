"""Running text of a page: lines of a column joined to paragraphs, so that a sentence can be read over its line breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.domain.findings import Where
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import Sheet, where

# In points: lines of one column begin this close to each other; in multiples of the type size: they follow this close.
_ALIGNED = 4.0
_FOLLOWING = 1.9
_MAX_OPEN = 40


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that run on below each other, with one space between them in `text`."""

    cells: tuple[Cell, ...]
    text: str

    def place(self, at: int, rule: str, label: str = "") -> Where:
        """Where the character `at` of the text stands on the page."""
        return where(rule, self.cell(at), label)

    def cell(self, at: int) -> Cell:
        """The line that holds the character `at`."""
        end = 0
        for cell in self.cells:
            end += len(cell.text) + 1
            if at < end:
                return cell
        return self.cells[-1]


def paragraphs(sheet: Sheet) -> Iterator[Paragraph]:
    """The paragraphs of all pages, in the order in which they end."""
    running: list[list[Cell]] = []
    page = 0
    for cell in sheet.cells:
        if cell.page != page:
            yield from map(_joined, running)
            running, page = [], cell.page
        above = next((run for run in reversed(running) if _follows(run[-1], cell)), None)
        if above is not None:
            above.append(cell)
            continue
        running.append([cell])
        if len(running) > _MAX_OPEN:
            yield _joined(running.pop(0))
    yield from map(_joined, running)


def _follows(last: Cell, cell: Cell) -> bool:
    gap = cell.baseline - last.baseline
    aligned = abs(cell.x0 - last.x0) <= _ALIGNED or abs((cell.x0 + cell.x1) - (last.x0 + last.x1)) <= _ALIGNED
    return 0 < gap <= _FOLLOWING * max(last.size, cell.size) and aligned and abs(cell.size - last.size) < 2.5


def _joined(run: list[Cell]) -> Paragraph:
    return Paragraph(tuple(run), " ".join(cell.text for cell in run))
