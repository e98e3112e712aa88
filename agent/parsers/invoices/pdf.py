"""PDF files: the XML they carry, the text on their pages, and what becomes of those that hold neither."""

from __future__ import annotations

from agent.domain.findings import Unreadable
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices.facturx import ROOTS, FacturXParser
from agent.parsers.invoices.files import embedded_files, is_pdf
from agent.parsers.invoices.xml import root_name


class PdfParser:
    """Reads PDF invoices."""

    name = "pdf"

    def recognises(self, document: Document) -> int | None:
        """50 for a PDF."""
        return 50 if is_pdf(document.content) else None

    def read(self, document: Document, context: ParserContext) -> Readings:
        """The reading of the XML inside."""
        for inner in embedded_files(document):
            if root_name(inner.content) in ROOTS:
                return FacturXParser().read(inner, context)
        return (Unreadable("no_text", "", document.digest, document.filename),)
