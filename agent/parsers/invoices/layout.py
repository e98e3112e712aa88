"""A page as a reader sees it: words, cells (words that belong together on a line), lines and blocks of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from agent.parsers.api import Box

# In multiples of the type size: a wider gap between two words separates columns, a narrower one is a space; one in between separates
# columns where other lines begin at the same place.
_COLUMN_GAP = 1.0
_TIGHT_GAP = 0.45
_ALIGNED = 1.0
_NEIGHBOURS = 5
_SAME_BASELINE = 0.35


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page. Coordinates in points from the upper left corner; `sure` is below 1 only when the word was guessed by OCR.

    `shown` is the true place of a word whose line is turned; its other coordinates are those of the line laid out to be read.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    sure: float = 1.0
    shown: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """Words of one line that stand together, with one space between them in `text`.

    `page` counts from 1, `line` is the number of its line in the whole document; `baseline` is where the letters stand, `size` the
    largest type size, `sure` how sure the least sure word is. Two cells are the same only when they are one.
    """

    words: tuple[Word, ...]
    page: int
    line: int
    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    sure: float

    @classmethod
    def of(cls, words: Sequence[Word], page: int, line: int) -> Cell:
        """The cell that these words make."""
        return cls(
            words=tuple(words),
            page=page,
            line=line,
            text=" ".join([word.text for word in words]),
            x0=words[0].x0,
            top=min([word.top for word in words]),
            x1=words[-1].x1,
            bottom=max([word.bottom for word in words]),
            baseline=words[0].baseline,
            size=max([word.size for word in words]),
            sure=min([word.sure for word in words]),
        )

    @property
    def box(self) -> Box:
        """Left, top, right, bottom as shown on the page, rounded to tenths of a point."""
        boxes = [word.shown or (word.x0, word.top, word.x1, word.bottom) for word in self.words]
        left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
        return (round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))

    def part(self, start: int, end: int) -> Cell:
        """The words that hold the characters `start` to `end` of the text; the whole cell when there are none."""
        chosen: list[Word] = []
        position = 0
        for word in self.words:
            if position < end and position + len(word.text) > start:
                chosen.append(word)
            position += len(word.text) + 1
        return Cell.of(chosen, self.page, self.line) if chosen and len(chosen) < len(self.words) else self


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The cells of one line, from left to right; two spaces stand between their texts in `text`."""

    cells: tuple[Cell, ...]
    page: int
    number: int
    text: str

    @property
    def baseline(self) -> float:
        """Where the first cell's letters stand."""
        return self.cells[0].baseline


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in points and its lines from top to bottom."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All pages that were read."""

    pages: tuple[Page, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all pages; a line's number is its place in here plus the first line's number."""
        return tuple(line for page in self.pages for line in page.lines)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of all pages in reading order."""
        return tuple(cell for line in self.lines for cell in line.cells)

    @property
    def text(self) -> str:
        """The whole text, a line a line."""
        return "\n".join(line.text for line in self.lines)


def arrange(number: int, width: float, height: float, words: Iterable[Word], first_line: int = 0) -> Page:
    """The page that these words make; its lines are numbered from `first_line`."""
    lines: list[Line] = []
    rows = [_runs(row) for row in _rows(sorted(words, key=lambda w: (w.baseline, w.x0)))]
    for at, runs in enumerate(rows):
        place = first_line + len(lines)
        near = [run[0].x0 for other in rows[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1] for run in other[1:]]
        cells = tuple(Cell.of(part, number, place) for run in runs for part in _columns(run, near))
        lines.append(Line(cells, number, place, "  ".join([cell.text for cell in cells])))
    return Page(number, width, height, tuple(lines))


def with_words(layout: Layout, words: Sequence[Word]) -> Layout:
    """The layout with further words on its first page, all lines numbered anew."""
    pages: list[Page] = []
    lines = 0
    for page in layout.pages:
        own = [word for line in page.lines for cell in line.cells for word in cell.words]
        made = arrange(page.number, page.width, page.height, [*own, *(words if not pages else ())], lines)
        lines += len(made.lines)
        pages.append(made)
    return Layout(tuple(pages))


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in words:
        row = rows[-1] if rows else None
        if row is not None and word.baseline - row[0].baseline <= _SAME_BASELINE * min(max(word.size, row[0].size), 14):
            row.append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.x0) for row in rows]


def _runs(row: Sequence[Word]) -> list[list[Word]]:
    runs: list[list[Word]] = [[row[0]]]
    for word in row[1:]:
        last = runs[-1][-1]
        if word.x0 - last.x1 > _COLUMN_GAP * min(word.size, last.size):
            runs.append([word])
        else:
            runs[-1].append(word)
    return [_joined(run) for run in runs]


def _columns(run: list[Word], near: Sequence[float]) -> Iterator[list[Word]]:
    """The run's parts: columns that stand tight, but where other lines near by begin one as well."""
    first = 0
    for place in range(1, len(run)):
        gap, size = run[place].x0 - run[place - 1].x1, min(run[place].size, run[place - 1].size)
        if gap > _TIGHT_GAP * size and sum(abs(x - run[place].x0) < _ALIGNED for x in near) > 1:
            yield run[first:place]
            first = place
    yield run[first:]


def _joined(run: list[Word]) -> list[Word]:
    """The run with spaced letters ("F A C T U R E") joined to words: at least four single letters in a row."""
    if len(run) < 4 or sum(len(w.text) == 1 for w in run) < 0.8 * len(run) or any(w.text.isdigit() for w in run):
        return run
    gaps = [b.x0 - a.x1 for a, b in pairwise(run)]
    usual = sorted(gaps)[len(gaps) // 2]
    words = [run[0]]
    for gap, letter in zip(gaps, run[1:], strict=True):
        if gap > 1.8 * max(usual, 0.1):
            words.append(letter)
        else:
            words[-1] = replace(words[-1], text=words[-1].text + letter.text, x1=letter.x1)
    return words
