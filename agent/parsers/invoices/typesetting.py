"""Text for pictures, set by PDFium in its own Helvetica, so that accents show wherever the program runs."""

from __future__ import annotations

import ctypes
import unicodedata

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

Colour = tuple[int, int, int]
_FACES = (b"Helvetica", b"Helvetica-Bold")
_FALLBACK = "?"


class Typesetter:
    """A transparent sheet of text, in pixels from its upper left corner."""

    def __init__(self, width: int, height: int) -> None:
        self._height = height
        self._document = pdfium.PdfDocument.new()
        self._page = self._document.new_page(width, height)
        self._fonts = tuple(raw.FPDFText_LoadStandardFont(self._document.raw, face) for face in _FACES)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide this text is set."""
        piece = self._made(text, size, bold=bold)
        left, low, right, high = (ctypes.c_float() for _ in range(4))
        raw.FPDFPageObj_GetBounds(piece, left, low, right, high)
        raw.FPDFPageObj_Destroy(piece)
        return right.value

    def put(self, text: str, x: float, baseline: float, size: float, colour: Colour, *, bold: bool = False) -> None:
        """Set a line of text with its baseline here."""
        piece = self._made(text, size, bold=bold)
        raw.FPDFPageObj_SetFillColor(piece, *colour, 255)
        raw.FPDFPageObj_Transform(piece, 1, 0, 0, 1, x, self._height - baseline)
        raw.FPDFPage_InsertObject(self._page.raw, piece)

    def cut(self, text: str, size: float, room: float, *, bold: bool = False) -> str:
        """The text, shortened with an ellipsis where there is no room for it."""
        if self.width(text, size, bold=bold) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + "…", size, bold=bold) <= room:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"

    def sheet(self) -> Image.Image:
        """All that was set, on a transparent ground; the typesetter is done then."""
        raw.FPDFPage_GenerateContent(self._page.raw)
        picture: Image.Image = self._page.render(scale=1, fill_color=(255, 255, 255, 0)).to_pil()
        for font in self._fonts:
            raw.FPDFFont_Close(font)
        self._document.close()
        return picture.convert("RGBA")

    def _made(self, text: str, size: float, *, bold: bool) -> raw.FPDF_PAGEOBJECT:
        piece = raw.FPDFPageObj_CreateTextObj(self._document.raw, self._fonts[bold], ctypes.c_float(size))
        wide = ctypes.create_string_buffer(printable(text).encode("utf-16-le") + b"\0\0")
        raw.FPDFText_SetText(piece, ctypes.cast(wide, raw.FPDF_WIDESTRING))
        return piece


def printable(text: str) -> str:
    """The text in letters that the face has (those of Windows-1252); others lose their accents, or become a question mark."""
    return "".join(map(_letter, " ".join(text.split())))


def _letter(character: str) -> str:
    for form in (character, unicodedata.normalize("NFKD", character)[:1]):
        try:
            form.encode("cp1252")
        except UnicodeEncodeError:
            continue
        return form
    return _FALLBACK
