"""PDF files: the XML they carry, the text on their pages, and what becomes of those that hold neither."""

from __future__ import annotations

import pypdfium2 as pdfium

from agent.domain.findings import Unreadable
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices.facturx import ROOTS, FacturXParser
from agent.parsers.invoices.files import embedded_files, is_pdf
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.pdf_text import read_layout_text
from agent.parsers.invoices.words import read_layout
from agent.parsers.invoices.xml import root_name

_MIN_WORDS = 8


class PdfParser:
    """Reads PDF invoices."""

    name = "pdf"

    def recognises(self, document: Document) -> int | None:
        """50 for a PDF."""
        return 50 if is_pdf(document.content) else None

    def read(self, document: Document, context: ParserContext) -> Readings:
        """The reading of the XML inside, else of the text on the pages."""
        try:
            pdf = pdfium.PdfDocument(document.content)
        except pdfium.PdfiumError as error:
            problem = "encrypted" if "password" in str(error).lower() else "broken"
            return (Unreadable(problem, str(error)[:200], document.digest, document.filename),)
        try:
            return self._read(pdf, document, context)
        finally:
            pdf.close()

    def _read(self, pdf: pdfium.PdfDocument, document: Document, context: ParserContext) -> Readings:
        if len(pdf) > context.max_pages:
            return (Unreadable("too_many_pages", f"{len(pdf)} pages", document.digest, document.filename),)
        for inner in embedded_files(document):
            if root_name(inner.content) in ROOTS:
                return FacturXParser().read(inner, context)
        layout = read_layout(pdf, context.max_pages)
        if not _usable(layout):
            return (Unreadable("no_text", "", document.digest, document.filename),)
        return read_layout_text(layout, document, context)


def _usable(layout: Layout) -> bool:
    words = [word.text for cell in layout.cells for word in cell.words]
    return len(words) >= _MIN_WORDS and sum(any(c.isalnum() for c in word) for word in words) >= 0.5 * len(words)
