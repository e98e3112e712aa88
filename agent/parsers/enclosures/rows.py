"""The rows of an enclosed document: cells side by side, whether they were printed, photographed or typed into a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

import pypdfium2 as pdfium
from PIL import Image

from agent.domain.findings import Unreadable
from agent.parsers.api import Document, ParserContext
from agent.parsers.enclosures.workbook import Rows, is_workbook, workbook_rows
from agent.parsers.invoices.files import is_pdf
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.photo import PictureParser, picture_layout
from agent.parsers.invoices.scan import scanned_layout, usable
from agent.parsers.invoices.words import read_layout
from agent.parsers.statements.csv_tables import decoded, tables

_TABLES = frozenset({".csv", ".tsv", ".txt", ".tab"})
_MOST_ROWS = 3000
_MOST_CELLS = 60
_MOST_TEXT = 600_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a document; `table` says that the cells of one place belong together from row to row."""

    rows: Rows
    table: bool

    @property
    def text(self) -> str:
        """The whole text, a row a line."""
        return "\n".join("  ".join(cell for cell in row if cell) for row in self.rows)


def read_rows(document: Document, context: ParserContext) -> Sheet | Unreadable:
    """The rows of a PDF, a picture (with OCR), a workbook or a table of commas; `not_invoice` for anything else."""
    if len(document.content) > context.max_bytes:
        return Unreadable("too_large", f"{len(document.content)} bytes")
    if is_pdf(document.content):
        return _of_pdf(document, context)
    if PictureParser().recognises(document) is not None:
        return _of_picture(document, context)
    if is_workbook(document.content):
        found = workbook_rows(document.content)
        return found if isinstance(found, Unreadable) else Sheet(found, table=True)
    if PurePath(document.filename).suffix.lower() in _TABLES:
        return _of_text(document.content)
    return Unreadable("not_invoice", "no document that is read")


def _of_pdf(document: Document, context: ParserContext) -> Sheet | Unreadable:
    try:
        pdf = pdfium.PdfDocument(document.content)
    except pdfium.PdfiumError as error:
        return Unreadable("encrypted" if "password" in str(error).lower() else "broken", str(error)[:200])
    try:
        layout = read_layout(pdf, context.max_pages)
        if usable(layout):
            return _sheet(layout)
        if context.ocr is None:
            return Unreadable("no_text")
        return _seen(scanned_layout(pdf, context, context.ocr))
    finally:
        pdf.close()


def _of_picture(document: Document, context: ParserContext) -> Sheet | Unreadable:
    if context.ocr is None:
        return Unreadable("no_text")
    try:
        return _seen(picture_layout(document.content, context, context.ocr))
    except Image.DecompressionBombError as error:
        return Unreadable("too_large", str(error)[:200])
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        return Unreadable("broken", str(error)[:200])


def _seen(layout: Layout) -> Sheet | Unreadable:
    return _sheet(layout) if usable(layout) else Unreadable("no_text", "nothing legible")


def _sheet(layout: Layout) -> Sheet:
    rows = [tuple(cell.text for cell in line.cells) for line in layout.lines[:_MOST_ROWS]]
    return Sheet(rows, table=False)


def _of_text(content: bytes) -> Sheet | Unreadable:
    """The table by the delimiter that parts it most evenly; plain lines when nothing does."""
    text = decoded(content[:_MOST_TEXT])
    if text is None:
        return Unreadable("broken", "no text")
    found = [[tuple(row[:_MOST_CELLS]) for row in table if any(row)][:_MOST_ROWS] for table in tables(text)]
    best = max(found, key=_evenness, default=[])
    if best and _evenness(best) > 0:
        return Sheet(best, table=True)
    return Sheet([(line,) for line in text.splitlines()[:_MOST_ROWS] if line.strip()], table=False)


def _evenness(rows: Rows) -> int:
    """How many rows are as wide as the usual one, when that is wider than one cell."""
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=0)
    return widths.count(usual) if usual > 1 else 0
