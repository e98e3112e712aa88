"""A document as a picture with what was read on it: a box around each value, its name and how sure it is, and a list beside the page."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from agent.domain.findings import Found, InvoiceReading, Where
from agent.parsers.api import Box, Document
from agent.parsers.invoices import photo
from agent.parsers.invoices.typesetting import Colour, Typesetter

_PAGE, _PANEL, _MARGIN = 1240, 620, 36
_MOST_PIXELS = 4.0
_MOST_PAGES = 20
_SURE = 0.95
# Of 255 shades; paper with nothing darker on it is blank.
_BLANK = 225
_GROUND, _PAPER, _INK, _GREY, _LINE = (244, 246, 248), (255, 255, 255), (31, 41, 51), (97, 110, 124), (217, 222, 228)
_GREEN, _AMBER, _RED = (21, 128, 81), (180, 106, 8), (194, 45, 45)
_PILL, _ROW = 24, 74
Pixels = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A field as the picture shows it; `tone` says green for sure, amber for likely, red for what is asked about."""

    name: str
    value: str
    sure: str
    told: str
    tone: Colour
    where: Where | None = None


@dataclass(slots=True)
class _Sheet:
    """One page while it is drawn: the canvas, the shapes on it, and the room that is taken."""

    canvas: Image.Image
    pen: ImageDraw.ImageDraw
    text: Typesetter
    scale: float
    height: int
    taken: list[Pixels] = field(default_factory=list)


def draw(document: Document, readings: Sequence[InvoiceReading]) -> tuple[bytes, ...]:
    """One PNG a page, the fields that were read there marked on it; what stands nowhere is listed beside the first page.

    Empty for a file that has no pages (XML) or cannot be opened. A picture of a page counts as one.
    """
    entries = [entry for reading in readings for entry in _entries(reading)]
    heads = [_headline(reading) for reading in readings]
    pages = _pages(document)
    drawn = []
    for number, page in enumerate(pages, 1):
        here = [entry for entry in entries if _page_of(entry) == number]
        here += [entry for entry in entries if number == 1 and _page_of(entry) is None]
        title = f"{document.filename}, page {number} of {len(pages)}"
        drawn.append(_drawn(page, title, heads, here))
    return tuple(drawn)


def _page_of(entry: _Entry) -> int | None:
    """The page on which its value has a place."""
    return entry.where.page if entry.where is not None and entry.where.box is not None else None


def _pages(document: Document) -> list[tuple[Image.Image, float]]:
    """The pages as pictures with pixels to the point."""
    if photo.PictureParser().recognises(document) is not None:
        return _pictures(document.content)
    try:
        pdf = pdfium.PdfDocument(document.content)
    except pdfium.PdfiumError:
        return []
    found = []
    try:
        for index in range(min(len(pdf), _MOST_PAGES)):
            page = pdf[index]
            width, height = page.get_size()
            scale = min(_PAGE / max(width, 1.0), 2 * _PAGE / max(height, 1.0), _MOST_PIXELS)
            found.append((page.render(scale=scale).to_pil().convert("RGB"), scale))
            page.close()
    finally:
        pdf.close()
    return found


def _pictures(content: bytes) -> list[tuple[Image.Image, float]]:
    found = []
    try:
        for picture, scale in photo.shown_pages(content):
            ratio = min(_PAGE / picture.width, 2 * _PAGE / picture.height)
            size = (max(round(picture.width * ratio), 1), max(round(picture.height * ratio), 1))
            found.append((picture.resize(size, Image.Resampling.LANCZOS).convert("RGB"), scale * ratio))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return []
    return found


def _entries(reading: InvoiceReading) -> Iterator[_Entry]:
    for name, found in reading.found():
        if name != "kind":
            tone = _RED if name in reading.uncertain else _GREEN if found.confidence >= _SURE else _AMBER
            yield _Entry(
                name.replace("_", " "), _value(found), f"{found.confidence:.0%}", _told(found.where), tone, found.where
            )
    for name in reading.missing:
        yield _Entry(name.replace("_", " "), "not found", "", "", _RED)


def _value(found: Found[object]) -> str:
    value = found.value
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _told(where: Where) -> str:
    label = f"«{where.label}»" if where.label else ""
    path = " / ".join(where.path.split("/")[-2:])
    return ", ".join(part for part in (where.rule, label, path) if part)


def _headline(reading: InvoiceReading) -> str:
    kind = reading.kind.value.value.replace("_", " ")
    asked = f", {len(reading.uncertain)} to look at" if reading.uncertain else ", nothing to look at"
    return kind + asked


def _drawn(page: tuple[Image.Image, float], title: str, heads: Sequence[str], entries: Sequence[_Entry]) -> bytes:
    paper, scale = page
    height = max(paper.height + 2 * _MARGIN, 200 + _ROW * len(entries))
    canvas = Image.new("RGB", (paper.width + _PANEL + 2 * _MARGIN, height), _GROUND)
    canvas.paste(paper, (_MARGIN, _MARGIN))
    pen = ImageDraw.Draw(canvas, "RGBA")
    pen.rectangle((_MARGIN - 1, _MARGIN - 1, _MARGIN + paper.width, _MARGIN + paper.height), outline=_LINE)
    sheet = _Sheet(canvas, pen, Typesetter(*canvas.size), scale, height)
    _mark(sheet, entries, paper.size)
    _list(sheet, paper.width + _MARGIN + 28, title, heads, entries)
    canvas.paste(text := sheet.text.sheet(), (0, 0), text)
    out = io.BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def _mark(sheet: _Sheet, entries: Sequence[_Entry], paper: tuple[int, int]) -> None:
    """Boxes first, then the pills where there is room; fields that stand in one box share their pill."""
    groups: dict[Box, list[_Entry]] = {}
    for entry in entries:
        if entry.where is not None and entry.where.box is not None:
            groups.setdefault(entry.where.box, []).append(entry)
    boxes = {box: _on_canvas(box, sheet.scale, paper) for box in groups}
    sheet.taken = list(boxes.values())
    for box, group in groups.items():
        tone = _worst(group)
        sheet.pen.rounded_rectangle(boxes[box], 4, fill=(*tone, 30), outline=(*tone, 255), width=2)
    for box, group in groups.items():
        _pill(sheet, boxes[box], group, paper[0])


def _on_canvas(box: Box, scale: float, paper: tuple[int, int]) -> Pixels:
    """The box in pixels with a little air around it, kept on the paper."""
    left, right = sorted(min(max(side * scale, 0.0), paper[0]) + _MARGIN for side in box[::2])
    top, bottom = sorted(min(max(side * scale, 0.0), paper[1]) + _MARGIN for side in box[1::2])
    return (left - 3, top - 2, right + 3, bottom + 2)


def _worst(group: Sequence[_Entry]) -> Colour:
    return max((entry.tone for entry in group), key=(_GREEN, _AMBER, _RED).index)


def _pill(sheet: _Sheet, box: Pixels, group: Sequence[_Entry], width: int) -> None:
    text = ", ".join(f"{entry.name} {entry.sure}".strip() for entry in group)
    long = sheet.text.width(text, 14, bold=True) + 16
    place = _free(sheet, box, long, width)
    sheet.taken.append(place)
    tone = _worst(group)
    if place[3] < box[1] - 8 or place[1] > box[3] + 8:
        x = min(max(box[0] + 8, place[0] + 8), place[2] - 8)
        sheet.pen.line(
            (x, place[3] if place[3] < box[1] else place[1], x, box[1] if place[3] < box[1] else box[3]), fill=tone
        )
    sheet.pen.rounded_rectangle(place, 6, fill=(*tone, 235))
    sheet.text.put(text, place[0] + 8, place[3] - 7, 14, _PAPER, bold=True)


def _free(sheet: _Sheet, box: Pixels, long: float, width: int) -> Pixels:
    """The nearest place for a pill of this length that covers neither a box nor another pill, on blank paper if there is any."""
    room = [place for place in _around(box, long, width) if place[1] >= 2 and place[3] < sheet.height - 2]
    room = room or [(box[0], _MARGIN, box[0] + long, _MARGIN + _PILL)]
    open_ = [place for place in room if not any(_meet(place, other) for other in sheet.taken)]
    return next((place for place in open_ if _is_blank(sheet, place)), (open_ or room)[0])


def _around(box: Pixels, long: float, width: int) -> Iterator[Pixels]:
    left, top, right, bottom = box
    far = _MARGIN + width - long
    level = (top + bottom - _PILL) / 2
    starts = [min(max(x, 2.0), far) for x in (left, right - long)]
    spots = [(x, level) for x in (right + 5, left - long - 5) if 2 <= x <= far]
    rows = [side for step in range(4) for side in (top - _PILL - 1 - step * _PILL, bottom + 1 + step * _PILL)]
    spots += [(x, y) for y in rows for x in starts]
    return ((x, y, x + long, y + _PILL) for x, y in spots)


def _is_blank(sheet: _Sheet, place: Pixels) -> bool:
    left, top, right, bottom = map(round, place)
    shades = sheet.canvas.crop((left, top, right, bottom)).convert("L").getextrema()
    return float(shades[0]) > _BLANK  # type: ignore[arg-type]


def _meet(one: Pixels, other: Pixels) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _list(sheet: _Sheet, left: float, title: str, heads: Sequence[str], entries: Sequence[_Entry]) -> None:
    room, text = _PANEL - 40.0, sheet.text
    text.put(text.cut(title, 20, room, bold=True), left, _MARGIN + 22, 20, _INK, bold=True)
    text.put(text.cut("; ".join(heads), 15, room), left, _MARGIN + 48, 15, _GREY)
    x = left
    for tone, words in ((_GREEN, "sure"), (_AMBER, "likely"), (_RED, "to be looked at")):
        sheet.pen.ellipse((x, _MARGIN + 66, x + 12, _MARGIN + 78), fill=tone)
        text.put(words, x + 19, _MARGIN + 77, 14, _GREY)
        x += 46 + text.width(words, 14)
    top = _MARGIN + 100.0
    for entry in entries:
        sheet.pen.line((left, top, left + room, top), fill=_LINE)
        sheet.pen.rounded_rectangle((left, top + 12, left + 5, top + _ROW - 12), 2, fill=entry.tone)
        text.put(entry.name, left + 18, top + 25, 14, entry.tone, bold=True)
        text.put(entry.sure, left + room - text.width(entry.sure, 14, bold=True), top + 25, 14, entry.tone, bold=True)
        text.put(text.cut(entry.value, 17, room - 20), left + 18, top + 45, 17, _INK)
        text.put(text.cut(entry.told, 12, room - 20), left + 18, top + 63, 12, _GREY)
        top += _ROW
