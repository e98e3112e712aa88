"""From a corrected document to what it teaches: the file is read once more, without any rule, and the corrections laid over it."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2 as pdfium
from PIL import Image

from agent.parsers.api import Document, OcrPort, ParserContext
from agent.parsers.invoices.facturx import FacturXParser
from agent.parsers.invoices.files import embedded_files, is_pdf
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.learned_values import same
from agent.parsers.invoices.learning import Lesson, learn
from agent.parsers.invoices.pdf_text import read_part, split
from agent.parsers.invoices.photo import PictureParser, picture_layout
from agent.parsers.invoices.scan import scanned_layout, usable
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.invoices.ubl import UblParser
from agent.parsers.invoices.words import read_layout

_NOTHING = Layout(())


def learn_from(
    document: Document, context: ParserContext, corrections: tuple[tuple[str, str], ...], number: str = ""
) -> Lesson | None:
    """What these corrections (field of InvoiceReading and right value) of one document teach; None when nothing can be learned.

    Dates in ISO 8601, amounts as plain decimals. Of a file that holds several invoices, `number` says which one is meant. XML has
    no layout, and where a PDF carries XML, that is what counts.
    """
    layout = _layout(document, context)
    plain = replace(context, layouts=())
    readings = [(part, read_part(part, document, plain)) for part in split(layout)] if layout.pages else []
    if len(readings) > 1:
        readings = [(part, r) for part, r in readings if r.number is not None and same(r.number.value, number)]
    if len(readings) != 1:
        return None
    part, reading = readings[0]
    return learn(Sheet(part), reading, dict(corrections), context.layouts)


def _layout(document: Document, context: ParserContext) -> Layout:
    """The pages as they are read; none of a file that is neither PDF nor picture, is damaged, too long, or carries XML."""
    if context.ocr is not None and PictureParser().recognises(document) is not None:
        return _pictured(document, context, context.ocr)
    if not is_pdf(document.content) or _carries_xml(document):
        return _NOTHING
    try:
        pdf = pdfium.PdfDocument(document.content)
    except pdfium.PdfiumError:
        return _NOTHING
    try:
        if len(pdf) > context.max_pages:
            return _NOTHING
        layout = read_layout(pdf, context.max_pages)
        if not usable(layout) and context.ocr is not None:
            layout = scanned_layout(pdf, context, context.ocr)
        return layout if usable(layout) else _NOTHING
    finally:
        pdf.close()


def _pictured(document: Document, context: ParserContext, ocr: OcrPort) -> Layout:
    try:
        layout = picture_layout(document.content, context, ocr)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        return _NOTHING
    return layout if usable(layout) else _NOTHING


def _carries_xml(document: Document) -> bool:
    """Whether the invoice itself stands in an XML file inside the PDF."""
    readers = (FacturXParser(), UblParser())
    return any(reader.recognises(inner) is not None for inner in embedded_files(document) for reader in readers)
