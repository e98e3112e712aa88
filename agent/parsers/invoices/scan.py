"""Pages without usable text: drawn, made fit, read by OCR, straightened, and then read like any other page."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from agent.domain.findings import InvoiceReading
from agent.errors import TemporaryError
from agent.parsers.api import Box, Document, OcrPort, ParserContext
from agent.parsers.invoices.caution import cautious
from agent.parsers.invoices.doubts import clearer, doubtful
from agent.parsers.invoices.layout import Layout, Page, Word, arrange
from agent.parsers.invoices.opened import Pages
from agent.parsers.invoices.pdf_text import read_layout_text
from agent.parsers.invoices.picture import Prepared, prepare
from agent.parsers.invoices.projection import Projection, scaled
from agent.parsers.invoices.repair import mended, repair
from agent.parsers.invoices.unread import together, unread

DPI = 300
MAX_PAGES = 4
_MAX_PIXELS = 4200
# A scanned picture is taken as it is between these; less is not worth enlarging, more not worth reading.
_LEAST_DPI, _MOST_DPI = 72, 400
_LANGUAGES = ("fr", "nl", "de", "en")
_POINTS = 72.0
_MIN_WORDS = 8
_DESCENDERS = frozenset("gjpqyçQ,;()[]{}|/")
# Letters that are read surely, of all letters on a page that stands upright; upside down it is about a tenth.
_LEGIBLE = 0.6
_TELLING = 20
_FEW_SHADES = 0.02
# Of 255 shades; a picture with less between its darkest and its lightest point is blank.
_LEAST_CONTRAST = 10
_SURE = 0.6

OcrWord = tuple[str, float, Box]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page as OCR saw it: the picture that was read, pixels to a point in it, the way to the page as it is shown, the words."""

    prepared: Prepared
    fine: float
    shown: Projection
    words: tuple[OcrWord, ...]


def read_scan(
    pictures: Iterable[tuple[Image.Image, float]], document: Document, context: ParserContext
) -> tuple[InvoiceReading, ...]:
    """What these pages say, each given with its pixels to a point; nothing without OCR, or when there is nothing to be read.

    Where a decisive field is missing or in doubt, the ink that no sure word covers is read once more by itself, in another way.
    """
    if context.ocr is None:
        return ()
    seen = [_see(picture, scale, context, context.ocr) for picture, scale in pictures]
    layout = _layout(seen)
    if not usable(layout):
        return ()
    readings = _readings(layout, document, context)
    if not context.second_look or not any(doubtful(reading) for reading in readings):
        return readings
    known = replace(context, language=readings[0].language or context.language)
    closer = [_closer(page, known, context.ocr) for page in seen]
    if closer == seen:
        return readings
    return clearer(_readings(_layout(closer), document, context), readings)


def _readings(layout: Layout, document: Document, context: ParserContext) -> tuple[InvoiceReading, ...]:
    return tuple(cautious(reading, layout) for reading in read_layout_text(layout, document, context))


def drawn(pdf: pdfium.PdfDocument | Pages, context: ParserContext) -> Iterator[tuple[Image.Image, float]]:
    """The first pages (at most four) as pictures, with their pixels to a point."""
    for index in range(min(len(pdf), MAX_PAGES, context.max_pages)):
        try:
            page = pdf[index]
            scale = _native_scale(page)
            picture = page.render(scale=scale, grayscale=True).to_pil()
        except pdfium.PdfiumError:
            continue
        if not blank(picture):
            yield picture, scale


def blank(picture: Image.Image) -> bool:
    """Whether a picture shows nothing: OCR would ponder it for long, turned every way."""
    shades = [shade for shade, points in enumerate(picture.convert("L").histogram()) if points]
    return shades[-1] - shades[0] < _LEAST_CONTRAST


def scanned_layout(pdf: pdfium.PdfDocument, context: ParserContext, ocr: OcrPort) -> Layout:
    """The first pages (at most four) as OCR reads them at first sight."""
    return pictured_layout(drawn(pdf, context), context, ocr)


def pictured_layout(pictures: Iterable[tuple[Image.Image, float]], context: ParserContext, ocr: OcrPort) -> Layout:
    """These pages, each given with its pixels to a point, as OCR reads them at first sight."""
    return _layout([_see(picture, scale, context, ocr) for picture, scale in pictures])


def is_picture(page: pdfium.PdfPage) -> bool:
    """Whether one picture fills nearly the whole page, as a scanner leaves it."""
    width, height = page.get_size()
    return any(
        (right - left) * (top - bottom) > 0.8 * width * height
        for left, bottom, right, top in (
            item.get_bounds() for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2)
        )
    )


def _see(picture: Image.Image, scale: float, context: ParserContext, ocr: OcrPort) -> _Seen:
    fine = min(DPI / _POINTS, _MAX_PIXELS / max(picture.size) * scale)
    best, found = _upright(picture, fine / scale, context, ocr)
    return _Seen(best, fine, best.back.then(scaled(1 / scale)), tuple(found))


def _closer(seen: _Seen, context: ParserContext, ocr: OcrPort) -> _Seen:
    found = unread(seen.prepared.picture, seen.words)
    if found is None:
        return seen
    rest, x, y = found
    again = [
        (text, sure, (box[0] + x, box[1] + y, box[2] + x, box[3] + y))
        for text, sure, box in _read(rest, (context.language,), ocr, "blocks")
    ]
    return replace(seen, words=tuple(together(seen.words, again)))


def _layout(seen: Sequence[_Seen]) -> Layout:
    pages: list[Page] = []
    for number, page in enumerate(seen, 1):
        size = page.prepared.picture.size
        words = place(page.words, scaled(1 / page.fine), page.shown)
        lines = sum(len(before.lines) for before in pages)
        made = arrange(number, size[0] / page.fine, size[1] / page.fine, words)
        words = [word for line in made.lines for word in mended([w for cell in line.cells for w in cell.words])]
        pages.append(arrange(number, made.width, made.height, words, lines))
    return Layout(tuple(pages))


def usable(layout: Layout) -> bool:
    """Whether these pages hold words that can be read at all."""
    words = [word.text for cell in layout.cells for word in cell.words]
    return len(words) >= _MIN_WORDS and sum(any(c.isalnum() for c in word) for word in words) >= 0.5 * len(words)


def _upright(
    picture: Image.Image, factor: float, context: ParserContext, ocr: OcrPort
) -> tuple[Prepared, list[OcrWord]]:
    """The picture as it was read best: where words are many and hardly one makes sense, the page is turned and read again."""
    best = prepare(picture, factor)
    found = _read(best.picture, _languages(context), ocr, _way(best.picture))
    for more in (2, 1, 3):
        if legible(found) >= _LEGIBLE or sum(len(text) for text, _, _ in found) < _TELLING:
            break
        other = prepare(picture, factor, (best.quarters + more) % 4)
        again = _read(other.picture, _languages(context), ocr, _way(other.picture))
        if _letters(again) > _letters(found):
            return other, again
    return best, found


def _way(picture: Image.Image) -> str:
    """How a picture is best read: one of black and white only, as a fax is, has no shades to be told apart."""
    counts = picture.histogram()
    return "words" if sum(counts[16:240]) < _FEW_SHADES * sum(counts) else "grey"


def legible(words: Sequence[OcrWord]) -> float:
    """Which part of the letters belongs to words that OCR is sure of; 0 for a page with hardly a word."""
    letters = sum(len(text) for text, _, _ in words)
    return _letters(words) / letters if letters >= _TELLING else 0.0


def _letters(words: Sequence[OcrWord]) -> int:
    return sum(len(text) for text, sure, _ in words if sure >= _SURE and len(text) > 1)


def _native_scale(page: pdfium.PdfPage) -> float:
    """Pixels to a point at which the page's largest picture is drawn as it was scanned; OCR's own resolution where there is none."""
    width, height = page.get_size()
    best, scale = 0.3 * width * height, DPI / _POINTS
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = item.get_bounds()
        if isinstance(item, pdfium.PdfImage) and (right - left) * (top - bottom) > best:
            best = (right - left) * (top - bottom)
            scale = max(item.get_px_size()) / max(right - left, top - bottom)
    return float(min(max(scale, _LEAST_DPI / _POINTS), _MOST_DPI / _POINTS, _MAX_PIXELS / max(width, height)))


def _read(picture: Image.Image, languages: tuple[str, ...], ocr: OcrPort, way: str) -> list[OcrWord]:
    try:
        return list(ocr.words(_greymap(picture), languages, way=way))
    except TemporaryError:
        # Without its words the page has no usable text, and that is what the sender is told.
        return []


def _greymap(picture: Image.Image) -> bytes:
    """The picture as a portable greymap (PGM), which costs nothing to write and to read."""
    grey = picture.convert("L")
    return b"P5 %d %d 255\n" % grey.size + grey.tobytes()


def _languages(context: ParserContext) -> tuple[str, ...]:
    """All languages of invoices, the creditor's own first."""
    own = (context.language,) if context.language in _LANGUAGES else ()
    return (*own, *(code for code in _LANGUAGES if code not in own))


def read_region(page: pdfium.PdfPage, region: Box, context: ParserContext, ocr: OcrPort) -> list[Word]:
    """The words in a part of a page (left, top, right, bottom in points), placed on the page."""
    width, height = page.get_size()
    left, top, right, bottom = region
    scale = min(DPI / _POINTS, _MAX_PIXELS / max(right - left, bottom - top, 1))
    picture = page.render(scale=scale, grayscale=True, crop=(left, height - bottom, width - right, top)).to_pil()
    return place(
        _read(picture, _languages(context), ocr, "blocks"), Projection(a=1 / scale, c=left, e=1 / scale, f=top)
    )


def place(found: Sequence[OcrWord], way: Projection, shown: Projection | None = None) -> list[Word]:
    """OCR's words in points and straightened: a page turned by up to a few degrees gets level lines again.

    `way` leads from OCR's pixels to the points of the upright page, `shown` to those of the page as it is shown.
    """
    kept = [word for word in found if word[0].strip() and word[2][3] > word[2][1]]
    if not kept:
        return []
    usual = statistics.median(box[3] - box[1] for _, _, box in kept)
    slope = _slope(kept, usual)
    return [_word(word, way, slope, usual, shown or way) for word in kept]


def _word(word: OcrWord, way: Projection, slope: float, usual: float, shown: Projection) -> Word:
    text, sure, (x0, y0, x1, y1) = word
    tall = y1 - y0
    size = usual if 0.5 * usual <= tall <= 1.45 * usual else tall
    drop = slope * x0
    base = y1 - (0.2 * tall if any(c in _DESCENDERS for c in text) else 0.0) - drop
    left, top, right, bottom = way.box((x0, y0 - drop, x1, y1 - drop))
    return Word(
        text=repair(text),
        x0=left,
        top=top,
        x1=right,
        bottom=bottom,
        baseline=way.point(x0, base)[1],
        size=1.3 * size * way.a,
        sure=sure,
        shown=shown.box((x0, y0, x1, y1)),
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
