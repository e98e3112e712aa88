"""The words of a PDF's pages with their places, built from PDFium's characters."""

from __future__ import annotations

import ctypes
import math
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat

import pypdfium2 as pdfium
from pypdfium2 import raw

from agent.parsers.invoices.layout import Layout, Page, Word, arrange
from agent.parsers.invoices.opened import Pages

# A page of an invoice holds some thousand characters; what lies beyond is not read.
MAX_CHARACTERS = 40_000
_NEW_WORD_GAP = 0.16
_BREAKS = frozenset({"", " "})
_NO_CHARACTER = 0x110000
_QUARTER = math.pi / 2
_ASIDE = 50.0
_HYPHENS = {"\ufffe": "-", "\x02": "-", "\xad": "-", "\u2011": "-", "\u2212": "-"}
# Read as Mac Roman, the euro sign of a Windows font becomes this letter.
_EURO_GUISES = ("\u00c4", "\x80")


def _by_address(function: object, *arguments: type) -> Callable[..., int]:
    """A call of PDFium's that takes plain addresses: what ctypes checks of a pointer costs as much as the answer, for each character."""
    address = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]  # a foreign function is a pointer
    return ctypes.PYFUNCTYPE(ctypes.c_int, *arguments)(address)  # type: ignore[arg-type]


_BOX_AT = _by_address(raw.FPDFText_GetLooseCharBox, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_GENERATED_AT = _by_address(raw.FPDFText_IsGenerated, ctypes.c_void_p, ctypes.c_int)
_BOX = struct.Struct("=4f")  # left, top, right, bottom, as in FS_RECTF


@dataclass(slots=True, eq=False)
class _Level:
    """What letters of one height on one line share; a letter that is turned has a level of its own."""

    high: float
    low: float
    size: float
    baseline: float
    quarter: int = 0


# A character, where it begins and ends on its line, and its level.
_Glyph = tuple[str, float, float, _Level]


def read_layout(pdf: pdfium.PdfDocument | Pages, pages: int) -> Layout:
    """The first `pages` pages with all their words."""
    done: list[Page] = []
    lines = 0
    for index in range(min(len(pdf), pages)):
        try:
            page = page_layout(pdf[index], index + 1, lines)
        except pdfium.PdfiumError:
            # A damaged page holds nothing; the others may still be read.
            page = Page(index + 1, 0.0, 0.0, ())
        lines += len(page.lines)
        done.append(page)
    return Layout(tuple(done))


def page_layout(page: pdfium.PdfPage, number: int, first_line: int = 0) -> Page:
    """One page of words, upright as it is shown."""
    width, height = page.get_size()
    text = page.get_textpage()
    try:
        glyphs = _glyphs(text, _to_view(page, width, height))
        words = [word for run in _word_runs(glyphs) if (word := _word(run, width, height)) is not None]
    finally:
        text.close()
    return arrange(number, width, height, words, first_line)


@dataclass(frozen=True, slots=True)
class _View:
    """From the page's own coordinates (up is up, before /Rotate) to those of the page as shown, down from its upper left corner."""

    left: float
    bottom: float
    width: float
    height: float
    turned: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.turned == 90:
            return y, x
        if self.turned == 180:
            return self.width - x, y
        if self.turned == 270:
            return self.width - y, self.height - x
        return x, self.height - y


def _to_view(page: pdfium.PdfPage, width: float, height: float) -> _View:
    left, bottom, _, _ = page.get_bbox()
    return _View(left, bottom, width, height, page.get_rotation())


def _glyphs(text: pdfium.PdfTextPage, view: _View) -> Iterator[_Glyph | None]:
    """The characters in the order of the file; None for spaces and breaks."""
    page, left_edge = _address(text), view.left
    edges: tuple[float, float] | None = None
    level = _Level(0.0, 0.0, 0.0, 0.0)
    for index, (character, (left, top, right, bottom)) in enumerate(_characters(text, page)):
        if character in _BREAKS:
            # PDFium guesses a space wherever kerning leaves a gap; the gap itself decides here.
            if character == "" or not _GENERATED_AT(page, index):
                yield None
            continue
        if (top, bottom) != edges:  # upright letters of one height stand on one line
            origin = _origin(text, index, view)
            if origin is None:
                continue
            angle = raw.FPDFText_GetCharAngle(text.raw, index)
            if angle or view.turned:
                edges = None
                yield _slanted(character, (left, top, right, bottom), view, angle, origin)
                continue
            edges = top, bottom
            high, low = sorted((view.point(left, top)[1], view.point(right, bottom)[1]))
            level = _Level(high, low, low - high, origin[1])
        x0, x1 = left - left_edge, right - left_edge
        yield (character, x0, x1, level) if x0 <= x1 else (character, x1, x0, level)


def _address(text: pdfium.PdfTextPage) -> int:
    return ctypes.cast(text.raw, ctypes.c_void_p).value or 0


def _characters(text: pdfium.PdfTextPage, page: int) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each character as it is read, with its box in the page's own coordinates."""
    count = max(min(raw.FPDFText_CountChars(text.raw), MAX_CHARACTERS), 0)
    boxes = ctypes.create_string_buffer(_BOX.size * count)
    first = ctypes.addressof(boxes)
    for _ in map(_BOX_AT, repeat(page), range(count), range(first, first + _BOX.size * count, _BOX.size)):
        pass
    return zip(map(_character, _text(text, count)), _BOX.iter_unpack(boxes.raw), strict=True)


def _text(text: pdfium.PdfTextPage, count: int) -> Iterable[str]:
    """The first `count` characters, with one call where each of them has a place in PDFium's own text (controls have none)."""
    units = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text.raw, 0, count, units) - 1
    whole = bytes(units)[: 2 * max(written, 0)].decode("utf-16-le", "surrogatepass")
    return whole if len(whole) == count else (_at(text, index) for index in range(count))


def _at(text: pdfium.PdfTextPage, index: int) -> str:
    code = raw.FPDFText_GetUnicode(text.raw, index)
    return chr(code) if code < _NO_CHARACTER else ""


def _origin(text: pdfium.PdfTextPage, index: int, view: _View) -> tuple[float, float] | None:
    x, y = ctypes.c_double(), ctypes.c_double()
    return view.point(x.value, y.value) if raw.FPDFText_GetCharOrigin(text.raw, index, x, y) else None


@cache
def _character(printed: str) -> str:
    """The character as it is read: hyphens of every kind as a hyphen, controls and unassigned ones as a break."""
    character = _HYPHENS.get(printed, printed)
    if character in _BREAKS:
        return character
    return "" if character.isspace() or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} else character


def _slanted(character: str, box: tuple[float, ...], view: _View, angle: float, origin: tuple[float, float]) -> _Glyph:
    """A letter that is not upright on the page as shown.

    One whose line runs up (1) or down (3) the page lies as if its line ran to the right; its baseline counts across the page.
    """
    (left, high), (right, low) = view.point(*box[:2]), view.point(*box[2:])
    left, right = min(left, right), max(left, right)
    high, low = min(high, low), max(high, low)
    across, baseline = origin
    quarter = (-round(angle / _QUARTER) - view.turned // 90) % 4
    if quarter == 1:
        return character, -low, -high, _Level(left, right, right - left, across, quarter)
    if quarter == 3:
        return character, high, low, _Level(-right, -left, right - left, -across, quarter)
    return character, left, right, _Level(high, low, low - high, baseline)


def _word_runs(glyphs: Iterator[_Glyph | None]) -> Iterator[list[_Glyph]]:
    run: list[_Glyph] = []
    for glyph in glyphs:
        if run and (glyph is None or _apart(run[-1], glyph)):
            yield run
            run = []
        if glyph is not None:
            run.append(glyph)
    if run:
        yield run


def _apart(last: _Glyph, glyph: _Glyph) -> bool:
    above, level = last[3], glyph[3]
    gap, size = glyph[1] - last[2], above.size
    if gap > _NEW_WORD_GAP * size or gap < -1.5 * size:
        return True
    return level is not above and (level.quarter != above.quarter or abs(level.baseline - above.baseline) > 0.5 * size)


def _word(run: list[_Glyph], width: float, height: float) -> Word | None:
    letters, lefts, rights, levels = zip(*run, strict=True)
    text = unicodedata.normalize("NFKC", "".join(letters))
    if len(text) > 1 and text[0] in _EURO_GUISES and text[1].isdigit():
        text = "€" + text[1:]
    level = levels[0] if len({*levels}) == 1 else _reach(levels)
    if level.size <= 0 or not text.strip():
        return None
    word = Word(text, min(lefts), level.high, max(rights), level.low, level.baseline, level.size)
    return _aside(word, level.quarter, width, height) if level.quarter else word


def _reach(levels: tuple[_Level, ...]) -> _Level:
    """How far letters of several heights reach together, from the first one's baseline."""
    high, low = min([level.high for level in levels]), max([level.low for level in levels])
    return _Level(high, low, max([level.size for level in levels]), levels[0].baseline, levels[0].quarter)


def _aside(word: Word, quarter: int, width: float, height: float) -> Word:
    """A word of a turned line: laid out below the page, where its line can be read, and shown where it stands."""
    up = quarter == 1
    shown = (word.top, -word.x1, word.bottom, -word.x0) if up else (-word.bottom, word.x0, -word.top, word.x1)
    right, down = (height if up else 0.0), height + _ASIDE + (0.0 if up else width)
    return replace(
        word, x0=word.x0 + right, x1=word.x1 + right, top=word.top + down, bottom=word.bottom + down,
        baseline=word.baseline + down, shown=shown,
    )  # fmt: skip
