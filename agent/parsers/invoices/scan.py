"""Pages without usable text: rendered, read by OCR, straightened, and then read like any other page."""

from __future__ import annotations

import io
import re
import statistics
from collections.abc import Sequence
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

from agent.errors import TemporaryError
from agent.parsers.api import Box, OcrPort, ParserContext
from agent.parsers.invoices.layout import Layout, Page, Word, arrange

DPI = 300
MAX_PAGES = 4
_MAX_PIXELS = 4000
_LANGUAGES = ("fr", "nl", "de", "en")
_POINTS = 72.0
_DESCENDERS = frozenset("gjpqyçQ,;()[]{}|/")
# What OCR takes for digits among digits.
_LOOKALIKES = str.maketrans("OoQDlI|SB", "000011158"[:9])
_NUMERIC = re.compile(r"[\dOoQDlI|SB.,/\-€]{3,}")
_IBAN_PART = re.compile(r"([A-Z]{2})([\dOoQDlI|SB]{2,})")

OcrWord = tuple[str, float, Box]


def scanned_layout(pdf: pdfium.PdfDocument, context: ParserContext, ocr: OcrPort) -> Layout:
    """The first pages (at most four) as OCR reads them."""
    pages: list[Page] = []
    lines = 0
    for index in range(min(len(pdf), MAX_PAGES, context.max_pages)):
        try:
            source = pdf[index]
            width, height = source.get_size()
            words = read_region(source, (0.0, 0.0, width, height), context, ocr)
        except pdfium.PdfiumError:
            continue
        page = arrange(index + 1, width, height, words, lines)
        lines += len(page.lines)
        pages.append(page)
    return Layout(tuple(pages))


def read_region(page: pdfium.PdfPage, region: Box, context: ParserContext, ocr: OcrPort) -> list[Word]:
    """The words in a part of a page (left, top, right, bottom in points), placed on the page."""
    width, height = page.get_size()
    left, top, right, bottom = region
    scale = min(DPI / _POINTS, _MAX_PIXELS / max(right - left, bottom - top, 1))
    picture = page.render(scale=scale, grayscale=True, crop=(left, height - bottom, width - right, top)).to_pil()
    png = io.BytesIO()
    picture.save(png, "PNG")
    own = (context.language,) if context.language in _LANGUAGES else ()
    languages = (*own, *(code for code in _LANGUAGES if code not in own))
    try:
        found = ocr.words(png.getvalue(), languages)
    except TemporaryError:
        # Without its words the page has no usable text, and that is what the sender is told.
        return []
    return place(found, scale, left, top)


def place(found: Sequence[OcrWord], scale: float, left: float = 0.0, top: float = 0.0) -> list[Word]:
    """OCR's words in points and straightened: a page turned by up to a few degrees gets level lines again."""
    kept = [word for word in found if word[0].strip() and word[2][3] > word[2][1]]
    if not kept:
        return []
    usual = statistics.median(box[3] - box[1] for _, _, box in kept)
    slope = _slope(kept, usual)
    return [_word(word, scale, left, top, slope, usual) for word in kept]


def _word(word: OcrWord, scale: float, left: float, top: float, slope: float, usual: float) -> Word:
    text, sure, (x0, y0, x1, y1) = word
    tall = y1 - y0
    size = usual if 0.5 * usual <= tall <= 1.45 * usual else tall
    drop = slope * x0
    base = y1 - (0.2 * tall if any(c in _DESCENDERS for c in text) else 0.0) - drop
    return Word(
        text=repair(text),
        x0=left + x0 / scale,
        top=top + (y0 - drop) / scale,
        x1=left + x1 / scale,
        bottom=top + (y1 - drop) / scale,
        baseline=top + base / scale,
        size=1.3 * size / scale,
        sure=sure,
        shown=(left + x0 / scale, top + y0 / scale, left + x1 / scale, top + y1 / scale),
    )


def _slope(words: Sequence[OcrWord], usual: float) -> float:
    """How far lines sink for each pixel to the right: the median between neighbours of about the same height."""
    slopes: list[float] = []
    for (_, _, one), (_, _, other) in pairwise(words):
        gap = other[0] - one[2]
        apart = other[0] - one[0]
        if 0 < gap < 3 * usual and apart > 2 * usual and abs((other[3] - other[1]) - (one[3] - one[1])) < 0.15 * usual:
            slopes.append((other[3] - one[3]) / apart)
    level = statistics.median(slopes) if len(slopes) >= 8 else 0.0
    return level if abs(level) < 0.08 else 0.0


def repair(text: str) -> str:
    """The word with letters that OCR took for digits put right, where the rest of the word is digits."""
    part = _IBAN_PART.fullmatch(text)
    if part:
        return part[1] + part[2].translate(_LOOKALIKES)
    if _NUMERIC.fullmatch(text) and sum(c.isdigit() for c in text) >= 0.5 * len(text):
        return text.translate(_LOOKALIKES)
    return text


def picture_words(page: pdfium.PdfPage, context: ParserContext, ocr: OcrPort) -> list[Word]:
    """The words inside the pictures of a page (a logo that is the only place of the seller's name), at most three pictures."""
    width, height = page.get_size()
    words: list[Word] = []
    for region in _pictures(page, width, height)[:3]:
        words += read_region(page, region, context, ocr)
    return [word for word in words if word.sure >= (0.5 if len(word.text) > 1 else 0.8)]


def _pictures(page: pdfium.PdfPage, width: float, height: float) -> list[Box]:
    regions: list[Box] = []
    if page.get_rotation():
        return regions
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = item.get_bounds()
        left, right = max(left - 2, 0), min(right + 2, width)
        top, bottom = max(height - top - 2, 0), min(height - bottom + 2, height)
        wide, tall = right - left, bottom - top
        # A square picture is a code or a photograph; one that fills the page is a background.
        if wide > 40 and tall > 10 and wide > 1.4 * tall and wide * tall < 0.4 * width * height:
            regions.append((left, top, right, bottom))
    return sorted(regions, key=lambda region: region[1])
