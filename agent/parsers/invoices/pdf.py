"""PDF files: the XML they carry, the text on their pages, and what becomes of those that hold neither."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2 as pdfium

from agent.domain.findings import InvoiceReading, Unreadable
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices.compare import compare
from agent.parsers.invoices.facturx import FacturXParser
from agent.parsers.invoices.files import embedded_files, is_pdf
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.pdf_text import read_layout_text
from agent.parsers.invoices.ubl import UblParser
from agent.parsers.invoices.words import read_layout

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
        layout = read_layout(pdf, context.max_pages)
        structured = _structured(document, context)
        if not _usable(layout):
            return structured or (Unreadable("no_text", "", document.digest, document.filename),)
        pages = read_layout_text(layout, document, context)
        return tuple(compare(reading, pages[0], layout) for reading in structured) or pages


def _structured(document: Document, context: ParserContext) -> tuple[InvoiceReading, ...]:
    """The readings of the first invoice in XML that the PDF carries, under the PDF's own name; empty when it carries none."""
    for inner in embedded_files(document):
        parser = next((p for p in (FacturXParser(), UblParser()) if p.recognises(inner) is not None), None)
        readings = parser.read(inner, context) if parser is not None else ()
        found = [r for r in readings if isinstance(r, InvoiceReading)]
        if found:
            return tuple(replace(r, document=document.digest, filename=document.filename) for r in found)
    return ()


def _usable(layout: Layout) -> bool:
    words = [word.text for cell in layout.cells for word in cell.words]
    return len(words) >= _MIN_WORDS and sum(any(c.isalnum() for c in word) for word in words) >= 0.5 * len(words)
