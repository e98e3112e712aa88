"""Picture files of pages: scans and photographs as PNG, JPEG, TIFF or WebP, and HEIC where pillow-heif is installed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from agent.domain.findings import Unreadable
from agent.parsers.api import Document, OcrPort, ParserContext, Readings
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.scan import MAX_PAGES, pictured_layout, read_scan

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
# A phone's best camera makes fifty million pixels.
_MOST_PIXELS = 110_000_000
_LONG_ENOUGH = 4200
# The longer side of A4 in points; the width of what is too long for a sheet, as a till's slip is.
_SHEET, _SLIP = 842.0, 300.0


class PictureParser:
    """Reads pictures of invoices."""

    name = "picture"

    def recognises(self, document: Document) -> int | None:
        """30 for a picture in a format that scanners and phones write."""
        start = document.content[:16]
        return 30 if start.startswith(_STARTS) or _is_webp(start) or _is_heif(start) else None

    def read(self, document: Document, context: ParserContext) -> Readings:
        """The reading of the page that is shown; a picture without words is `no_text`, as is every one without OCR."""
        if context.ocr is None:
            return (Unreadable("no_text", "a picture, and there is no OCR", document.digest, document.filename),)
        if _is_heif(document.content[:16]) and not _opens_heif():
            return (Unreadable("no_text", "HEIC needs pillow-heif", document.digest, document.filename),)
        try:
            pages = read_scan(shown_pages(document.content), document, context)
        except Image.DecompressionBombError as error:
            return (Unreadable("too_large", str(error)[:200], document.digest, document.filename),)
        except UnidentifiedImageError:
            return (Unreadable("broken", "no picture that can be opened", document.digest, document.filename),)
        except (OSError, SyntaxError, ValueError, EOFError, RuntimeError) as error:
            # libheif tells of its limits by a RuntimeError
            return (Unreadable("broken", str(error)[:200], document.digest, document.filename),)
        return pages or (Unreadable("no_text", "", document.digest, document.filename),)


def picture_layout(content: bytes, context: ParserContext, ocr: OcrPort) -> Layout:
    """The pages as OCR reads them. Raises what Pillow raises for a damaged or oversized picture."""
    return pictured_layout(shown_pages(content), context, ocr)


def shown_pages(content: bytes) -> Iterator[tuple[Image.Image, float]]:
    """The pages as pictures, each with its pixels to the point. Raises as `picture_layout` does."""
    return ((picture, _scale(picture)) for picture in _frames(content))


def _frames(content: bytes) -> Iterator[Image.Image]:
    """The first pages of the file in grey, as the camera was held (Exif 2.3, tag Orientation)."""
    formats = (*_FORMATS, "HEIF") if _is_heif(content[:16]) else _FORMATS
    with Image.open(io.BytesIO(content), formats=formats) as opened:
        for index, frame in enumerate(ImageSequence.Iterator(opened)):
            if index >= MAX_PAGES:
                return
            if frame.width * frame.height > _MOST_PIXELS:
                raise Image.DecompressionBombError(f"{frame.width} × {frame.height} pixels")
            if opened.format == "JPEG":
                opened.draft("L", (_LONG_ENOUGH, _LONG_ENOUGH))
            picture = _grey(ImageOps.exif_transpose(frame))
            picture.thumbnail((_LONG_ENOUGH, _LONG_ENOUGH), Image.Resampling.LANCZOS)
            yield picture


def _grey(picture: Image.Image) -> Image.Image:
    """In grey, what is transparent being paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert("L")
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    return picture.convert("L")


def _scale(picture: Image.Image) -> float:
    """Pixels to a point, the page being taken for a sheet of A4 (what the file says of its resolution is seldom true)."""
    short, long = sorted(picture.size)
    return short / _SLIP if long > 2 * short else long / _SHEET


def _is_webp(start: bytes) -> bool:
    return start[:4] == b"RIFF" and start[8:12] == b"WEBP"


def _is_heif(start: bytes) -> bool:
    return start[4:8] == b"ftyp" and start[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}


def _opens_heif() -> bool:
    """Whether Pillow can open HEIC from now on."""
    try:
        import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    return True
