"""The payment code on a page (EPC QR, Swiss QR bill): found where a square picture stands, decoded, and compared with the text.

The decoder is zxing-cpp, of the extra `qr`; without it pages are read as before.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from importlib import import_module
from itertools import islice
from types import ModuleType

import pypdfium2 as pdfium
from pypdfium2 import raw

from agent.domain import references
from agent.domain.findings import Found, InvoiceReading, Where
from agent.domain.invoice_parts import Difference, PaymentCode
from agent.parsers.api import Box
from agent.parsers.invoices.opened import Pages

MAX_PAGES = 4
_SURE = 0.99
_SCALE = 3.0
_MARGIN = 8.0
# In points: a code is printed between two and ten centimetres wide (EPC069-12 asks for 2 cm at least).
_SMALLEST, _LARGEST = 40.0, 300.0
_MODULES = 120
_MODULE_SIZE = 12.0
_MAX_OBJECTS = 3000
_DEEPEST = 4
_PAINTED = frozenset({raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH})
_MAX_TEXT = 1000
_CENT = Decimal("0.01")
_Value = str | Decimal


def with_codes(readings: Sequence[InvoiceReading], pdf: pdfium.PdfDocument | Pages) -> tuple[InvoiceReading, ...]:
    """The readings, each with the code of its invoice; what the code says otherwise than the text is flagged, never settled.

    A code belongs to the invoice whose pages it stands on or behind. Of several codes of one invoice the first is its own; another
    account in a further one is flagged as well.
    """
    decoder = _decoder()
    codes = tuple(_codes(pdf, decoder)) if decoder is not None and readings else ()
    own: list[list[Found[PaymentCode]]] = [[] for _ in readings]
    for code in codes:
        begun = (at for at, reading in enumerate(readings) if at == 0 or _first_page(reading) <= (code.where.page or 0))
        own[max(begun, default=0)].append(code)
    return tuple(with_all_codes(reading, found) for reading, found in zip(readings, own, strict=True))


def _first_page(reading: InvoiceReading) -> int:
    places = (reading.kind.where, *(found.where for _, found in reading.found()))
    return min((place.page for place in places if place.page), default=0)


def with_all_codes(reading: InvoiceReading, codes: Sequence[Found[PaymentCode]]) -> InvoiceReading:
    """The reading with the first of these codes; a further one that names another account is flagged."""
    if not codes:
        return reading
    seen = with_code(reading, codes[0])
    other = (code.value for code in codes[1:] if code.value.iban != codes[0].value.iban)
    return _flagged(seen, [found for said in other for found in _differences(seen, said) if found[0] == "seller_iban"])


def _decoder() -> ModuleType | None:
    try:
        return import_module("zxingcpp")
    except (ImportError, OSError):
        return None


def _codes(pdf: pdfium.PdfDocument | Pages, decoder: ModuleType) -> Iterator[Found[PaymentCode]]:
    for index in range(min(len(pdf), MAX_PAGES)):
        try:
            page = pdf[index]
            seen: set[PaymentCode] = set()
            for box in _squares(page):
                for code in (c for text in _texts(page, box, decoder) if (c := read_code(text)) is not None):
                    if code not in seen:
                        seen.add(code)
                        yield Found(code, _SURE, Where("payment code", index + 1, _shown(page, box)))
        except pdfium.PdfiumError:
            continue


def _squares(page: pdfium.PdfPage) -> list[Box]:
    """Where a code may stand, in the page's own coordinates: square pictures and drawings, or the field that many small ones fill."""
    found: list[Box] = []
    modules: list[Box] = []
    width, height = page.get_size()
    for kind, item in islice(_painted(page.raw), _MAX_OBJECTS + 1):
        left, bottom, right, top = _bounds(item)
        wide, high = right - left, top - bottom
        if kind == raw.FPDF_PAGEOBJ_IMAGE and wide > 0.8 * width and high > 0.8 * height:
            found.append((0.0, 0.0, width, height))
        elif kind == raw.FPDF_PAGEOBJ_PATH and wide < _MODULE_SIZE * 8 and high < _MODULE_SIZE:
            modules.append((left, bottom, right, top))
        elif _SMALLEST <= wide <= _LARGEST and 0.8 < wide / max(high, 1) < 1.25 and _is_drawn(kind, item):
            found.append((left, bottom, right, top))
    return [*dict.fromkeys(found), *_field(modules)][:6]


def _painted(holder: raw.FPDF_PAGE | raw.FPDF_PAGEOBJECT, depth: int = 1) -> Iterator[tuple[int, raw.FPDF_PAGEOBJECT]]:
    """The pictures and drawings of a page or a form, and of the forms in it, each with its kind; most of what it passes over is text."""
    form = depth > 1
    count = (raw.FPDFFormObj_CountObjects if form else raw.FPDFPage_CountObjects)(holder)
    at = raw.FPDFFormObj_GetObject if form else raw.FPDFPage_GetObject
    for index in range(count):
        item = at(holder, index)
        kind = raw.FPDFPageObj_GetType(item) if item else raw.FPDF_PAGEOBJ_UNKNOWN
        if kind == raw.FPDF_PAGEOBJ_UNKNOWN:
            raise pdfium.PdfiumError("a page holds something that is nothing")
        if kind in _PAINTED:
            yield kind, item
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            yield from _painted(item, depth + 1)


def _bounds(item: raw.FPDF_PAGEOBJECT) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        raise pdfium.PdfiumError("a drawing has no place")
    return left.value, bottom.value, right.value, top.value


def _is_drawn(kind: int, item: raw.FPDF_PAGEOBJECT) -> bool:
    """Whether this is a picture, or a drawing of as many strokes as a code has."""
    return kind == raw.FPDF_PAGEOBJ_IMAGE or int(raw.FPDFPath_CountSegments(item)) > _MODULES


def _field(modules: Sequence[Box]) -> list[Box]:
    """The square that the small drawings of a page fill together; none when they are too few or make no square."""
    if len(modules) < _MODULES:
        return []
    sizes = sorted(box[3] - box[1] for box in modules)
    usual = sizes[len(sizes) // 2]
    own = [box for box in modules if abs(box[3] - box[1] - usual) < 0.1 * usual + 0.01]
    box = (min(b[0] for b in own), min(b[1] for b in own), max(b[2] for b in own), max(b[3] for b in own))
    wide, high = box[2] - box[0], box[3] - box[1]
    return [box] if _SMALLEST <= wide <= _LARGEST and 0.8 < wide / max(high, 1) < 1.25 else []


def _texts(page: pdfium.PdfPage, box: Box, decoder: ModuleType) -> Iterator[str]:
    """The texts of the QR codes within this part of the page."""
    width, height = page.get_size()
    left, bottom, right, top = box
    crop = (
        max(left - _MARGIN, 0),
        max(bottom - _MARGIN, 0),
        max(width - right - _MARGIN, 0),
        max(height - top - _MARGIN, 0),
    )
    if page.get_rotation() or crop[0] + crop[2] >= width - 1 or crop[1] + crop[3] >= height - 1:
        crop = (0, 0, 0, 0)
    picture = page.render(scale=_SCALE, grayscale=True, crop=crop).to_pil().convert("L")
    for barcode in decoder.read_barcodes(picture, formats=decoder.BarcodeFormat.QRCode):
        yield str(barcode.text)[:_MAX_TEXT]


def _shown(page: pdfium.PdfPage, box: Box) -> Box:
    height = page.get_size()[1]
    left, bottom, right, top = box
    return (round(left, 1), round(height - top, 1), round(right, 1), round(height - bottom, 1))


def read_code(text: str) -> PaymentCode | None:
    """What a payment code says; None when the text is none, or its IBAN fails its control digits."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    code = _epc(lines) or _swiss(lines)
    return code if code is not None and references.iban(code.iban) == code.iban else None


def _epc(lines: Sequence[str]) -> PaymentCode | None:
    """EPC069-12: BCD, version, charset, SCT, BIC, name, IBAN, amount, purpose, structured reference, text."""
    if len(lines) < 7 or lines[0] != "BCD" or lines[3] != "SCT":
        return None
    rest = [*lines, *[""] * 12]
    structured = references.creditor_reference(rest[9]) or references.structured_communication(rest[9]) or rest[9]
    told = (
        structured
        or references.structured_communication(rest[10])
        or references.creditor_reference(rest[10])
        or rest[10]
    )
    return PaymentCode(references.compact(rest[6]), rest[5], rest[4], _amount(rest[7].removeprefix("EUR")), "EUR", told)


def _swiss(lines: Sequence[str]) -> PaymentCode | None:
    """Swiss QR bill (SIX, Implementation Guidelines 2.x): SPC, version, coding, IBAN, creditor, …, amount, currency, debtor, reference."""
    if len(lines) < 30 or lines[0] != "SPC":
        return None
    reference = lines[28] or (lines[29] if len(lines) > 29 else "")
    return PaymentCode(references.compact(lines[3]), lines[5], "", _amount(lines[18]), lines[19], reference)


def _amount(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value < 10**12 else None


def with_code(reading: InvoiceReading, code: Found[PaymentCode]) -> InvoiceReading:
    """The reading with the code: what the text lacks is taken from it, where both speak and differ a person is asked."""
    said = code.value
    reading = replace(reading, payment_code=code)
    if reading.seller_iban is None:
        reading = _filled(reading, "seller_iban", Found(said.iban, 0.96, code.where))
    if said.reference and _names_none(reading):
        reading = _filled(reading, "payment_reference", Found(said.reference, 0.96, code.where))
    differing = tuple(_differences(reading, said))
    if not differing:
        return replace(reading, checks=(*reading.checks, "holds: the payment code agrees with the page"))
    return _flagged(reading, differing)


def _flagged(reading: InvoiceReading, differing: Sequence[tuple[str, _Value, _Value]]) -> InvoiceReading:
    words = (
        f"differs: {name} is {ours} on the page and {theirs} in the payment code" for name, ours, theirs in differing
    )
    names = {name for name, _, _ in differing}
    checks = tuple(dict.fromkeys((*reading.checks, *words)))
    told = (Difference(name, theirs, "payment_code") for name, _, theirs in differing)
    differences = tuple(dict.fromkeys((*reading.differences, *told)))
    uncertain = tuple(sorted({*reading.uncertain, *names}))
    return replace(reading, checks=checks, differences=differences, uncertain=uncertain)


def _names_none(reading: InvoiceReading) -> bool:
    """Whether the text names no reference of its own."""
    found = reading.payment_reference
    return found is None or found.where.rule.startswith("no reference printed")


def _filled(reading: InvoiceReading, name: str, found: Found[str]) -> InvoiceReading:
    rest = tuple(n for n in reading.missing if n != name)
    if name == "seller_iban":
        return replace(reading, seller_iban=found, missing=rest)
    return replace(reading, payment_reference=found, missing=rest)


def _differences(reading: InvoiceReading, said: PaymentCode) -> Iterator[tuple[str, _Value, _Value]]:
    roles = {account.iban: account.role for account in reading.accounts}
    own = reading.seller_iban.value if reading.seller_iban is not None else said.iban
    beside = said.iban in reading.other_ibans or (said.iban in roles and roles[said.iban] == roles.get(own))
    if reading.seller_iban is not None and said.iban != own and not beside:
        yield "seller_iban", reading.seller_iban.value, said.iban
    owed = [found.value for found in (reading.amount_due, reading.total) if found is not None]
    reduced = [discount.amount for discount in reading.discounts if discount.amount is not None]
    parts = [part.amount for part in reading.instalments]
    if said.amount is not None and owed and all(abs(said.amount - o) >= _CENT for o in (*owed, *reduced, *parts)):
        yield "amount_due", owed[0], said.amount
    if reading.currency is not None and said.currency and said.currency != reading.currency.value:
        yield "currency", reading.currency.value, said.currency
    ours, theirs = reading.payment_reference, said.reference
    if ours is not None and theirs and _is_structured(theirs) and _is_structured(ours.value) and ours.value != theirs:
        yield "payment_reference", ours.value, theirs


def _is_structured(reference: str) -> bool:
    return bool(references.structured_communication(reference) or references.creditor_reference(reference))
