"""PDF files: the XML they carry, the text on their pages, and what becomes of those that hold neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pypdfium2 as pdfium

from agent.domain.findings import Found, InvoiceReading, Unreadable
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices.compare import compare
from agent.parsers.invoices.doubts import clearer, doubtful
from agent.parsers.invoices.facturx import FacturXParser
from agent.parsers.invoices.files import embedded_files, is_pdf
from agent.parsers.invoices.layout import Layout, Word, arrange, with_words
from agent.parsers.invoices.opened import Pages
from agent.parsers.invoices.page_codes import with_codes
from agent.parsers.invoices.pdf_text import read_layout_text
from agent.parsers.invoices.plumber import looks_broken, second_layout
from agent.parsers.invoices.reading import FOLLOWED, finish, with_fields
from agent.parsers.invoices.scan import drawn, is_picture, picture_words, read_scan, usable
from agent.parsers.invoices.sheet import where
from agent.parsers.invoices.ubl import UblParser
from agent.parsers.invoices.words import read_layout
from agent.parsers.lexers.parties import clean_name, may_be_name

_SELLER = ("seller_name", "seller_address", "seller_vat", "seller_enterprise", "seller_iban", "seller_email")


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
            return self._read(Pages(pdf), document, context)
        finally:
            pdf.close()

    def _read(self, pdf: Pages, document: Document, context: ParserContext) -> Readings:
        if len(pdf) > context.max_pages:
            return (Unreadable("too_many_pages", f"{len(pdf)} pages", document.digest, document.filename),)
        layout = read_layout(pdf, context.max_pages)
        structured = _structured(document, context)
        if not usable(layout):
            pages = () if structured else read_scan(drawn(pdf, context), document, context)
            nothing = (Unreadable("no_text", "", document.digest, document.filename),)
            return structured or with_codes(pages, pdf) or nothing
        pages = read_layout_text(layout, document, context)
        unsure = not structured and any(doubtful(reading) for reading in pages)
        if unsure and context.second_look and looks_broken(layout):
            pages = _second_look(pages, document, context, len(pdf))
        if not structured and any(doubtful(reading) for reading in pages) and is_picture(pdf[0]):
            # the text was laid over the picture by a scanner's own OCR
            pages = clearer(pages, read_scan(drawn(pdf, context), document, context))
        if not structured and context.ocr is not None and len(pages) == 1 and _lacks_seller(pages[0]):
            pages = (_with_pictures(pages[0], pdf, layout, document, context),)
        return with_codes(tuple(compare(reading, pages[0], layout) for reading in structured) or pages, pdf)


def _second_look(
    first: tuple[InvoiceReading, ...], document: Document, context: ParserContext, pages: int
) -> tuple[InvoiceReading, ...]:
    """The readings of pdfplumber's layout where they leave fewer doubts than the first ones, of the same invoices."""
    layout = second_layout(document.content, pages)
    return clearer(first, read_layout_text(layout, document, context) if usable(layout) else ())


def _lacks_seller(reading: InvoiceReading) -> bool:
    return reading.kind.value in FOLLOWED and reading.seller_name is None


def _with_pictures(
    first: InvoiceReading, pdf: Pages, layout: Layout, document: Document, context: ParserContext
) -> InvoiceReading:
    """The reading with the seller that a picture on the first page names, where the text names none."""
    words = picture_words(pdf[0], context, context.ocr) if context.ocr is not None else []
    if not words:
        return first
    again = read_layout_text(with_words(layout, words), document, context)
    found: dict[str, Found[object] | None] = {}
    if len(again) == 1 and again[0].seller_name is not None:
        found = {name: getattr(again[0], name) for name in _SELLER if getattr(first, name) is None}
    elif first.seller_name is None:
        found = {"seller_name": _largest_line(words)}
    kept = tuple(name for name in first.uncertain if name not in found)
    return finish(with_fields(replace(first, uncertain=kept, checks=()), found), document, context)


def _largest_line(words: Sequence[Word]) -> Found[object] | None:
    """The name that a picture shows in its largest letters; never quite sure, as a logo may show a brand or a slogan."""
    lines = [line for line in arrange(1, 0.0, 0.0, words).lines if may_be_name(line.text)]
    best = max(lines, key=lambda line: line.cells[0].size, default=None)
    if best is None:
        return None
    return Found(clean_name(best.text), min(0.85, best.cells[0].sure), where("name in a picture", best.cells[0]))


def wants_ocr(readings: Readings) -> bool:
    """Whether OCR may see more than was read without it: no text at all, no seller but in a picture, or doubts about the text."""
    if any(isinstance(reading, Unreadable) and reading.problem == "no_text" for reading in readings):
        return True
    found = [reading for reading in readings if isinstance(reading, InvoiceReading)]
    return len(found) == 1 and (_lacks_seller(found[0]) or doubtful(found[0]))


def _structured(document: Document, context: ParserContext) -> tuple[InvoiceReading, ...]:
    """The readings of the first invoice in XML that the PDF carries, under the PDF's own name; empty when it carries none."""
    for inner in embedded_files(document):
        parser = next((p for p in (FacturXParser(), UblParser()) if p.recognises(inner) is not None), None)
        readings = parser.read(inner, context) if parser is not None else ()
        found = [r for r in readings if isinstance(r, InvoiceReading)]
        if found:
            return tuple(replace(r, document=document.digest, filename=document.filename) for r in found)
    return ()
