"""Files inside files: the XML that a PDF carries, the PDF that a UBL invoice carries."""

from __future__ import annotations

import pypdfium2 as pdfium

from agent.parsers.api import Document
from agent.parsers.invoices.ubl import ROOTS as UBL_ROOTS
from agent.parsers.invoices.ubl import embedded
from agent.parsers.invoices.xml import NotXml, parse, root_name

_MAX_FILES = 10
_MAX_FILE = 20_000_000


def is_pdf(content: bytes) -> bool:
    """Whether these are a PDF's bytes: the header may stand within the first kilobyte (ISO 32000-1, annex H)."""
    return b"%PDF-" in content[:1024]


def embedded_files(document: Document) -> tuple[Document, ...]:
    """The files inside a PDF (at any name) or inside a UBL invoice, at most ten; empty when there are none or it is broken."""
    if is_pdf(document.content):
        return _in_pdf(document)
    if root_name(document.content) in UBL_ROOTS:
        try:
            files = embedded(parse(document.content))
            return tuple(Document(name, media, content) for name, media, content in files)
        except NotXml:
            return ()
    return ()


def _in_pdf(document: Document) -> tuple[Document, ...]:
    try:
        pdf = pdfium.PdfDocument(document.content)
    except pdfium.PdfiumError:
        return ()
    files: list[Document] = []
    try:
        for index in range(min(pdf.count_attachments(), _MAX_FILES)):
            try:
                attachment = pdf.get_attachment(index)
                content = bytes(attachment.get_data())
                name = attachment.get_name()
            except pdfium.PdfiumError:
                continue
            if len(content) <= _MAX_FILE:
                files.append(Document(name, "application/xml" if root_name(content) else "", content))
    finally:
        pdf.close()
    return tuple(files)
