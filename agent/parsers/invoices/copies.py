"""The readable copy that an invoice in XML carries: the PDF in base64, read as a page and compared with the figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pypdfium2 as pdfium

from agent.domain.findings import InvoiceReading, Unreadable
from agent.domain.references import compact
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices.compare import compare
from agent.parsers.invoices.files import embedded_files, is_pdf
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.page_codes import with_codes
from agent.parsers.invoices.pdf_text import read_layout_text
from agent.parsers.invoices.reading import FOLLOWED
from agent.parsers.invoices.words import read_layout

# The elements that hold files, also in UTF-16.
_MAX_TEXT = 40_000
_MARKS = (b"BinaryObject", "BinaryObject".encode("utf-16-le"), "BinaryObject".encode("utf-16-be"))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A PDF inside, with its pages' text and what it reads as."""

    file: Document
    layout: Layout
    readings: tuple[InvoiceReading, ...]


def with_copies(readings: Readings, document: Document, context: ParserContext) -> Readings:
    """The readings of an XML document, each compared with the first PDF inside that shows it, whose digest is then its `copy`."""
    if is_pdf(document.content) or not any(mark in document.content for mark in _MARKS):
        return readings
    for file in embedded_files(document):
        shown = _read(file, readings, context) if is_pdf(file.content) else None
        if shown is not None and shown.readings:
            return tuple(_compared(r, shown) if isinstance(r, InvoiceReading) else r for r in readings)
    return readings


def _read(file: Document, readings: Readings, context: ParserContext) -> _Shown | None:
    """The pages of this file, when they print the number of one of these invoices: time sheets and terms of sale, which also
    travel along, do not.
    """
    try:
        pdf = pdfium.PdfDocument(file.content)
    except pdfium.PdfiumError:
        return None
    try:
        if len(pdf) > context.max_pages or not any(_shows(_plain_text(pdf), r) for r in readings):
            return None
        layout = read_layout(pdf, context.max_pages)
        readings = read_layout_text(layout, file, context) if layout.cells else ()
        readings = with_codes(readings, pdf)
    finally:
        pdf.close()
    return _Shown(file, layout, tuple(r for r in readings if r.kind.value in FOLLOWED))


def _plain_text(pdf: pdfium.PdfDocument) -> str:
    """The text of the first page, in the order of the file."""
    if not len(pdf):
        return ""
    page = pdf[0]
    text = page.get_textpage()
    try:
        return str(text.get_text_range())[:_MAX_TEXT]
    finally:
        text.close()
        page.close()


def _shows(text: str, reading: InvoiceReading | Unreadable) -> bool:
    number = reading.number if isinstance(reading, InvoiceReading) else None
    return number is not None and compact(number.value) in compact(text)


def _compared(reading: InvoiceReading, copy: _Shown) -> InvoiceReading:
    if not _shows(copy.layout.text, reading):
        return reading
    return replace(compare(reading, copy.readings[0], copy.layout), copy=copy.file.digest)
