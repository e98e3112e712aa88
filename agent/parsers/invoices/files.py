"""Files inside files: the XML that a PDF carries, the PDF that an invoice in XML carries."""

from __future__ import annotations

import binascii
import io
from collections.abc import Iterator

import pypdfium2 as pdfium
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import PSLiteral

from agent.parsers.api import Document
from agent.parsers.invoices.facturx import ROOTS as CII_ROOTS
from agent.parsers.invoices.ubl import ROOTS as UBL_ROOTS
from agent.parsers.invoices.xml import Element, NotXml, parse, root_name

_MAX_FILES = 10
_MAX_FILE = 20_000_000
_MAX_IN_XML = 5
_MAX_OBJECTS = 20_000
# EN 16931 BT-125 in UBL and in CII.
_BINARY = frozenset({"EmbeddedDocumentBinaryObject", "AttachmentBinaryObject"})
# How a file's stream is marked in a PDF, whatever place it is given (ISO 32000-1, 7.11.4).
_STREAM_MARKS = (b"EmbeddedFile", b"#2Fxml", b"#2fxml")


def is_pdf(content: bytes) -> bool:
    """Whether these are a PDF's bytes: the header may stand within the first kilobyte (ISO 32000-1, annex H)."""
    return b"%PDF-" in content[:1024]


def embedded_files(document: Document) -> tuple[Document, ...]:
    """The files inside a PDF (at any name) or inside an invoice in XML, at most ten; empty when there are none or it is broken."""
    if is_pdf(document.content):
        return _in_pdf(document)
    if root_name(document.content) in UBL_ROOTS | CII_ROOTS:
        try:
            return tuple(_in_xml(parse(document.content)))
        except NotXml:
            return ()
    return ()


def _in_xml(root: Element) -> Iterator[Document]:
    """The files that stand in the document in base64, at most five."""
    count = 0
    for element in root.walk():
        if element.name not in _BINARY:
            continue
        count += 1
        if count > _MAX_IN_XML:
            return
        try:
            content = binascii.a2b_base64("".join(element.text.split()), strict_mode=True)
        except ValueError:
            continue
        if 0 < len(content) <= _MAX_FILE:
            yield Document(element.attributes.get("filename", ""), element.attributes.get("mimeCode", ""), content)


def _in_pdf(document: Document) -> tuple[Document, ...]:
    files = _listed(document)
    if any(file.media_type for file in files) or not any(mark in document.content for mark in _STREAM_MARKS):
        return files
    return (*files, *_unlisted(document))[:_MAX_FILES]


def _listed(document: Document) -> tuple[Document, ...]:
    """The files in the PDF's tree of names."""
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


def _unlisted(document: Document) -> tuple[Document, ...]:
    """XML files that the PDF keeps without naming them in its tree: only associated (/AF), attached to a page, or left behind."""
    files: list[Document] = []
    try:
        pdf = PDFDocument(PDFParser(io.BytesIO(document.content)))
        numbers = [number for xref in pdf.xrefs for number in xref.get_objids()]
        for number in dict.fromkeys(numbers[:_MAX_OBJECTS]):
            found = pdf.getobj(number)
            if isinstance(found, PDFStream) and _is_file(found):
                content = found.get_data()
                if content and len(content) <= _MAX_FILE and root_name(content):
                    files.append(Document("", "application/xml", content))
    except Exception:  # noqa: BLE001 - pdfminer raises what it likes on damaged files, which then hold no file
        return tuple(files)
    return tuple(files)


def _is_file(stream: PDFStream) -> bool:
    names = [value.name for key in ("Type", "Subtype") if isinstance(value := stream.attrs.get(key), PSLiteral)]
    return any(str(name) == "EmbeddedFile" or str(name).endswith("/xml") for name in names)
