"""The words of a PDF's pages with their places, built from PDFium's characters."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pypdfium2 as pdfium
from pypdfium2 import raw

from agent.parsers.invoices.layout import Layout, Page, Word, arrange
from agent.parsers.invoices.opened import Pages

# A page of an invoice holds some thousand characters; what lies beyond is not read.
MAX_CHARACTERS = 40_000
_NEW_WORD_GAP = 0.16
_BREAKS = frozenset({"", " "})
_QUARTER = math.pi / 2
_ASIDE = 50.0
_HYPHENS = {"\ufffe": "-", "\x02": "-", "\xad": "-", "\u2011": "-", "\u2212": "-"}
# Read as Mac Roman, the euro sign of a Windows font becomes this letter.
_EURO_GUISES = ("\u00c4", "\x80")


# Asked once for each character of a page.
_CODE_AT, _BOX_AT = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
_ORIGIN_AT, _ANGLE_AT = raw.FPDFText_GetCharOrigin, raw.FPDFText_GetCharAngle


@dataclass(slots=True)
class _Glyph:
    text: str
    x0: float
    x1: float
    low: float
    high: float
    size: float
    baseline: float
    quarter: int = 0


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
    rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    box, at_x, at_y = ctypes.byref(rect), ctypes.byref(x), ctypes.byref(y)
    page, point, level, across, baseline = text.raw, view.point, None, 0.0, 0.0
    for index in range(min(raw.FPDFText_CountChars(page), MAX_CHARACTERS)):
        character = _character(_CODE_AT(page, index))
        if character in _BREAKS:
            # PDFium guesses a space wherever kerning leaves a gap; the gap itself decides here.
            if character == "" or not raw.FPDFText_IsGenerated(page, index):
                yield None
            continue
        if not _BOX_AT(page, index, box):
            continue
        angle = _ANGLE_AT(page, index)
        slanted = bool(angle or view.turned)
        left, high = point(rect.left, rect.top)
        right, low = point(rect.right, rect.bottom)
        if slanted or (high, low) != level:  # upright letters of one height stand on one line
            if not _ORIGIN_AT(page, index, at_x, at_y):
                continue
            across, baseline = point(x.value, y.value)
        level = None if slanted else (high, low)
        if right < left:
            left, right = right, left
        if low < high:
            low, high = high, low
        glyph = _Glyph(character, left, right, low, high, low - high, baseline)
        quarter = (-round(angle / _QUARTER) - view.turned // 90) % 4 if slanted else 0
        yield _turned(glyph, across, quarter) if quarter % 2 else glyph


@cache
def _character(code: int) -> str:
    """The character as it is read: hyphens of every kind as a hyphen, controls and unassigned ones as a break."""
    if code >= 0x110000:
        return ""
    character = _HYPHENS.get(chr(code), chr(code))
    if character == " ":
        return character
    return "" if character.isspace() or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} else character


def _turned(glyph: _Glyph, baseline: float, quarter: int) -> _Glyph:
    """A glyph of a line that runs up (1) or down (3) the page, as if its line ran to the right; its baseline counts across the page."""
    if quarter == 1:
        return _Glyph(glyph.text, -glyph.low, -glyph.high, glyph.x1, glyph.x0, glyph.x1 - glyph.x0, baseline, quarter)
    return _Glyph(glyph.text, glyph.high, glyph.low, -glyph.x0, -glyph.x1, glyph.x1 - glyph.x0, -baseline, quarter)


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
    gap = glyph.x0 - last.x1
    if glyph.quarter != last.quarter:
        return True
    return (
        gap > _NEW_WORD_GAP * last.size
        or gap < -1.5 * last.size
        or abs(glyph.baseline - last.baseline) > 0.5 * last.size
    )


def _word(run: list[_Glyph], width: float, height: float) -> Word | None:
    text = unicodedata.normalize("NFKC", "".join([glyph.text for glyph in run]))
    if len(text) > 1 and text[0] in _EURO_GUISES and text[1].isdigit():
        text = "€" + text[1:]
    left, right = min([g.x0 for g in run]), max([g.x1 for g in run])
    top, bottom = min([g.high for g in run]), max([g.low for g in run])
    size = max([g.size for g in run])
    if not text.strip() or size <= 0:
        return None
    word = Word(text, left, top, right, bottom, run[0].baseline, size)
    return _aside(word, run[0].quarter, width, height) if run[0].quarter % 2 else word


def _aside(word: Word, quarter: int, width: float, height: float) -> Word:
    """A word of a turned line: laid out below the page, where its line can be read, and shown where it stands."""
    up = quarter == 1
    shown = (word.top, -word.x1, word.bottom, -word.x0) if up else (-word.bottom, word.x0, -word.top, word.x1)
    right, down = (height if up else 0.0), height + _ASIDE + (0.0 if up else width)
    return replace(
        word, x0=word.x0 + right, x1=word.x1 + right, top=word.top + down, bottom=word.bottom + down,
        baseline=word.baseline + down, shown=shown,
    )  # fmt: skip
