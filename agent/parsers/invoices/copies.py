"""The readable copy that an invoice in XML carries: the PDF in base64, read as a page and compared with the figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pypdfium2 as pdfium

from agent.domain.findings import InvoiceReading
from agent.domain.references import compact
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices.compare import compare
from agent.parsers.invoices.files import embedded_files, is_pdf
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.pdf_text import read_layout_text
from agent.parsers.invoices.reading import FOLLOWED
from agent.parsers.invoices.words import read_layout


@dataclass(frozen=True, slots=True)
class _Shown:
    """A PDF inside, with its pages' text and what it reads as."""

    file: Document
    layout: Layout
    readings: tuple[InvoiceReading, ...]


def with_copies(readings: Readings, document: Document, context: ParserContext) -> Readings:
    """The readings of an XML document, each compared with the first PDF inside that shows it, whose digest is then its `copy`."""
    if is_pdf(document.content):
        return readings
    files = [file for file in embedded_files(document) if is_pdf(file.content)]
    if not files or not any(isinstance(reading, InvoiceReading) for reading in readings):
        return readings
    shown = [s for file in files if (s := _read(file, context)) is not None]
    return tuple(_compared(r, shown) if isinstance(r, InvoiceReading) else r for r in readings)


def _read(file: Document, context: ParserContext) -> _Shown | None:
    try:
        pdf = pdfium.PdfDocument(file.content)
    except pdfium.PdfiumError:
        return None
    try:
        if len(pdf) > context.max_pages:
            return None
        layout = read_layout(pdf, context.max_pages)
    finally:
        pdf.close()
    readings = read_layout_text(layout, file, context) if layout.cells else ()
    return _Shown(file, layout, tuple(r for r in readings if r.kind.value in FOLLOWED))


def _compared(reading: InvoiceReading, copies: list[_Shown]) -> InvoiceReading:
    for copy in copies:
        if copy.readings and _shows(copy.layout, reading):
            return replace(compare(reading, copy.readings[0], copy.layout), copy=copy.file.digest)
    return reading


def _shows(layout: Layout, reading: InvoiceReading) -> bool:
    """Whether these pages print the invoice's number; time sheets and terms of sale, which also travel along, do not."""
    return reading.number is not None and compact(reading.number.value) in compact(layout.text)
