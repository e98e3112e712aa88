"""Readers of invoices: XML, PDF and pictures, structured data before the printed page."""

from __future__ import annotations

from agent.domain.findings import Unreadable
from agent.parsers import registry
from agent.parsers.api import Document, Parser, ParserContext, Readings
from agent.parsers.invoices.copies import with_copies
from agent.parsers.invoices.facturx import FacturXParser
from agent.parsers.invoices.files import embedded_files
from agent.parsers.invoices.pdf import PdfParser, wants_ocr
from agent.parsers.invoices.photo import PictureParser
from agent.parsers.invoices.ubl import UblParser

__all__ = ["BUILT_INS", "embedded_files", "read_document", "wants_ocr"]

BUILT_INS: tuple[Parser, ...] = (FacturXParser(), UblParser(), PdfParser(), PictureParser())


def read_document(document: Document, context: ParserContext) -> Readings:
    """What the document says: one reading for each invoice in it, or why it cannot be read. Never raises for its contents."""
    if len(document.content) > context.max_bytes:
        return (Unreadable("too_large", f"{len(document.content)} bytes", document.digest, document.filename),)
    plugins, _ = registry.plugins()
    parser = registry.choose((*BUILT_INS, *plugins), document)
    if parser is None:
        return (Unreadable("not_invoice", "", document.digest, document.filename),)
    return with_copies(parser.read(document, context), document, context)
