"""Invoices: what the reader makes of each file, in the words of the score."""

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Unreadable
from agent.parsers.api import Document, OcrPort, ParserContext
from agent.parsers.invoices import read_document

FIELDS = {
    "number": "invoice_number",
    "issue_date": "issue_date",
    "due_date": "due_date",
    "currency": "currency",
    "total": "total_gross",
    "amount_due": "amount_due",
    "deposit": "prepaid",
    "seller_name": "seller_name",
    "seller_vat": "seller_vat",
    "seller_iban": "seller_iban",
    "buyer_name": "buyer_name",
    "payment_reference": "payment_reference",
    "net": "net_total",
    "vat": "vat_total",
    "buyer_email": "buyer_email",
}
CLAIMS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.CORRECTION, DocumentKind.RECEIPT)


def predict(directory: Path) -> Iterator[dict[str, object]]:
    """One row a file that the folder's list names."""
    context = ParserContext(ocr=_ocr())
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        name = json.loads(line)["file"]
        content = (directory / name).read_bytes()
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        readings = read_document(Document(Path(name).name, media, content), context)
        yield {"file": name, **row(readings)}


def row(readings: tuple[InvoiceReading | Unreadable, ...]) -> dict[str, object]:
    """The prediction for one file; several invoices in it become `documents`."""
    found = [reading for reading in readings if isinstance(reading, InvoiceReading)]
    if not found:
        return {"doc_type": "none", "because": [getattr(reading, "problem", "") for reading in readings]}
    if len(found) == 1:
        return fields(found[0])
    return {"doc_type": kind(found[0]), "documents": [fields(reading) for reading in found]}


def fields(reading: InvoiceReading) -> dict[str, object]:
    """One invoice's fields; what is no claim has none."""
    values: dict[str, object] = {"doc_type": kind(reading)}
    if reading.kind.value not in CLAIMS:
        return values
    known: dict[str, Found[object]] = dict(reading.found())
    values |= {FIELDS[name]: str(found.value) for name, found in known.items() if name in FIELDS}
    values["confidence"] = {FIELDS[name]: found.confidence for name, found in known.items() if name in FIELDS}
    values["uncertain"] = [FIELDS[name] for name in reading.uncertain if name in FIELDS]
    return values


def kind(reading: InvoiceReading) -> str:
    """The score's word for the kind of document."""
    return "none" if reading.kind.value is DocumentKind.OTHER else reading.kind.value.value


def _ocr() -> OcrPort | None:
    try:
        from agent.backends.tesseract import Tesseract
    except ImportError:
        return None
    return Tesseract() if Tesseract.available() else None
