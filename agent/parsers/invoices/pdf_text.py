"""Invoices from the text of a page: the readers of kind, numbers, dates, amounts, parties and payment put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.domain.references import party_number
from agent.domain.terms import AT_ONCE
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import page_dates, page_number
from agent.parsers.invoices.layout import Cell, Layout, Page
from agent.parsers.invoices.learned import with_learned
from agent.parsers.invoices.page_amounts import Amounts, read_amounts
from agent.parsers.invoices.page_kind import read_kind, read_untitled
from agent.parsers.invoices.page_parties import Party, read_parties
from agent.parsers.invoices.page_payment import Payment, read_payment
from agent.parsers.invoices.page_plan import with_plan
from agent.parsers.invoices.reading import FOLLOWED, finish
from agent.parsers.invoices.sheet import Sheet, where
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.kinds import language_of
from agent.parsers.lexers.labels import find_labels
from agent.parsers.lexers.numbers import find_malformed, find_vat_numbers
from agent.parsers.lexers.parties import is_register

_EURO = frozenset({"BE", "FR", "LU", "NL", "DE", "AT", "IE", "IT", "ES", "PT", "FI"})
_CURRENCIES = {
    "CH": "CHF",
    "LI": "CHF",
    "SE": "SEK",
    "NO": "NOK",
    "DK": "DKK",
    "CZ": "CZK",
    "PL": "PLN",
    "GB": "GBP",
    "HU": "HUF",
    "RO": "RON",
}
_CLAIMS = (*FOLLOWED, DocumentKind.RECEIPT)


def read_layout_text(layout: Layout, document: Document, context: ParserContext) -> tuple[InvoiceReading, ...]:
    """One reading for each invoice on these pages, in order; `part` counts them from 1."""
    parts = split(layout)
    read = [with_learned(read_part(part, document, context), part, document, context) for part in parts]
    for part, reading in zip(parts, read, strict=True):
        if context.witness is not None:
            context.witness.see(part, reading)
    return tuple(replace(reading, part=number) for number, reading in enumerate(read, 1))


def split(layout: Layout) -> tuple[Layout, ...]:
    """The pages of each invoice: a page that bears another number, under a title of its own, begins the next one."""
    if len(layout.pages) == 1:
        return (layout,)
    parts: list[list[Page]] = []
    current = ""
    for page in layout.pages:
        sheet = Sheet(Layout((page,)))
        kind = read_kind(sheet) if page.lines else None
        number = page_number.read_number(sheet, kind.value) if kind is not None else None
        begins = number is not None and number.confidence >= 0.9 and number.value != current
        if not parts or (begins and current):
            parts.append([page])
        else:
            parts[-1].append(page)
        if number is not None and (begins or not current):
            current = number.value
    return tuple(Layout(tuple(pages)) for pages in parts)


def read_part(layout: Layout, document: Document, context: ParserContext) -> InvoiceReading:
    """The reading of the pages of one invoice."""
    sheet = Sheet(layout)
    language = language_of(sheet.text)
    kind = _kind(sheet)
    reading = InvoiceReading(kind=kind, language=language)
    if kind.value not in _CLAIMS:
        return finish(replace(reading, number=page_number.read_number(sheet, kind.value)), document, context)
    amounts = read_amounts(sheet)
    seller, buyer = read_parties(sheet, context)
    reading = _with_amounts(reading, amounts)
    reading = _with_parties(reading, sheet, seller, buyer)
    reading = _with_payment(reading, read_payment(sheet, buyer.cells, context))
    reading = replace(
        reading,
        number=page_number.read_number(sheet, kind.value),
        order_number=page_number.read_simple(sheet, "order_number"),
        customer_number=page_number.read_simple(sheet, "customer_number"),
        preceding_invoice=page_number.read_simple(sheet, "preceding"),
    )
    if reading.payment_reference is None and reading.number is not None:
        # Where a page names no reference, its own number is what a payer quotes.
        quoted = replace(reading.number.where, rule="no reference printed: the invoice's number")
        reading = replace(
            reading,
            payment_reference=replace(reading.number, confidence=min(0.92, reading.number.confidence), where=quoted),
        )
    reading = _with_dates(reading, sheet, context)
    return finish(_weigh(reading), document, context)


def _kind(sheet: Sheet) -> Found[DocumentKind]:
    found = read_kind(sheet)
    if found is not None:
        return found
    amounts = read_amounts(sheet)
    number = page_number.read_number(sheet, DocumentKind.INVOICE)
    if amounts.total is not None and (_asks(sheet) or (number is not None and amounts.total.confidence > 0.9)):
        return read_untitled(sheet)
    return Found(DocumentKind.OTHER, 0.9, Where("no title of an invoice"))


def _asks(sheet: Sheet) -> bool:
    """Whether the page bears what only a request to pay has: an account or a payment reference beside a day or a sum to pay."""
    fields = {named.label.field for named in sheet.labels}
    return bool(fields & {"iban", "payment_reference"}) and bool(fields & {"due_date", "terms", "amount_due"})


def _with_amounts(reading: InvoiceReading, amounts: Amounts) -> InvoiceReading:
    credit = reading.kind.value is DocumentKind.CREDIT_NOTE
    return replace(
        reading,
        total=amounts.total,
        net=amounts.net,
        vat=amounts.vat,
        deposit=amounts.deposit,
        amount_due=None if credit and amounts.deposit is None and not _printed(amounts) else amounts.amount_due,
        currency=amounts.currency,
        vat_lines=amounts.vat_lines,
    )


def _printed(amounts: Amounts) -> bool:
    return amounts.amount_due is not None and "nothing paid" not in amounts.amount_due.where.rule


def _with_parties(reading: InvoiceReading, sheet: Sheet, seller: Party, buyer: Party) -> InvoiceReading:
    seller_vat, buyer_vat = _vat_numbers(sheet, seller, buyer)
    return replace(
        reading,
        seller_name=seller.name,
        seller_address=seller.address,
        seller_email=seller.email,
        seller_vat=seller_vat,
        seller_enterprise=_enterprise(seller_vat),
        buyer_name=buyer.name,
        buyer_address=buyer.address,
        buyer_email=buyer.email,
        buyer_vat=buyer_vat,
        buyer_enterprise=_enterprise(buyer_vat),
        buyer_country=Found(buyer_vat.value[:2], 0.95, buyer_vat.where) if buyer_vat is not None else None,
    )


def _enterprise(vat: Found[str] | None) -> Found[str] | None:
    number = party_number(vat.value) if vat is not None else None
    return Found(number, vat.confidence, vat.where) if vat is not None and number is not None else None


def _vat_numbers(sheet: Sheet, seller: Party, buyer: Party) -> tuple[Found[str] | None, Found[str] | None]:
    """The VAT numbers: each party's own block first, then the label, then what else the page prints for the seller."""
    found = list(_vat_candidates(sheet))
    buyers = [
        value
        for value, cell, label in found
        if cell in buyer.cells or (label == "buyer_vat" and cell not in seller.cells)
    ]
    rest = [(value, cell) for value, cell, label in found if cell not in buyer.cells and label != "buyer_vat"]
    rest = [(value, cell) for value, cell in rest if not buyers or value.value != buyers[0].value]
    own = [value for value, cell in rest if cell in seller.cells]
    name = fold(seller.name.value) if seller.name is not None else ""
    signed = [
        value for value, cell in rest if name and (name in fold(sheet.line_of(cell).text) or is_register(cell.text))
    ]
    others = [
        replace(value, confidence=min(value.confidence, 0.8 if len(rest) > 1 or not buyer.cells else 0.96))
        for value, _ in rest
    ]
    if seller.name is not None and seller.name.confidence < 0.9:
        own = [replace(value, confidence=min(value.confidence, seller.name.confidence)) for value in own]
    sellers = own or signed or others
    return (sellers[0] if sellers else None), (buyers[0] if buyers else None)


def _vat_candidates(sheet: Sheet) -> Iterator[tuple[Found[str], Cell, str]]:
    """VAT numbers with their cells and the label beside them; those that fail their control digits only behind a label."""
    for cell in sheet.cells:
        near = [
            *find_labels(cell.text),
            *(label for other in _beside(sheet, cell) for label in find_labels(other.text)),
        ]
        fields = {label.field for label in near}
        label = "buyer_vat" if "buyer_vat" in fields else "vat_number" if "vat_number" in fields else ""
        numbers = list(find_vat_numbers(cell.text)) or (list(find_malformed(cell.text, iban=False)) if label else [])
        for number in numbers:
            if number.valid or label:
                sure = 0.975 if number.valid else 0.8
                yield Found(number.value, min(sure, max(cell.sure, 0.9)), where("VAT number", cell)), cell, label


def _beside(sheet: Sheet, cell: Cell) -> list[Cell]:
    """The cell to the left and the one above, where the label may stand."""
    line = [other for other in sheet.line_of(cell).cells if other.x1 <= cell.x0][-1:]
    at = cell.line - sheet.lines[0].number
    above = [
        o
        for row in sheet.lines[max(0, at - 2) : at]
        for o in row.cells
        if o.page == cell.page and o.x0 - 12 < cell.x0 < o.x1
    ]
    return line + above[-1:]


def _with_payment(reading: InvoiceReading, payment: Payment) -> InvoiceReading:
    receipt = reading.kind.value is DocumentKind.RECEIPT
    return replace(
        reading,
        seller_iban=payment.iban,
        other_ibans=payment.others,
        accounts=payment.accounts,
        seller_bic=payment.bic,
        payment_reference=payment.reference,
        direct_debit=payment.direct_debit,
        paid=payment.paid or (Found(True, 0.95, reading.kind.where) if receipt else None),
    )


def _with_dates(reading: InvoiceReading, sheet: Sheet, context: ParserContext) -> InvoiceReading:
    country = (
        (reading.seller_iban.value[:2] if reading.seller_iban else "")
        or (reading.seller_vat.value[:2] if reading.seller_vat else "")
        or context.country
    )
    order, sure_order = page_dates.order_of(sheet, country)
    issued = page_dates.read_issue_date(sheet, order, sure_order)
    due = page_dates.read_due_date(sheet, order, sure_order)
    terms = page_dates.read_payment_terms(sheet)
    reading = replace(reading, issue_date=issued, delivery_date=page_dates.read_delivery_date(sheet, order))
    if terms is not None:
        reading = replace(reading, terms=terms[0])
    if due is None and terms is not None and issued is not None and reading.kind.value is DocumentKind.INVOICE:
        meaning = terms[1]
        sure = min(issued.confidence, terms[0].confidence, 0.96)
        place = replace(terms[0].where, rule=meaning.rule, label=terms[0].value[:80])
        due = Found(meaning.due(issued.value), sure, place)
    elif due is not None and terms is not None and issued is not None and terms[1] != AT_ONCE:
        due = _against_terms(due, terms[1].due(issued.value))
    return with_plan(replace(reading, due_date=due), sheet, order)


def _against_terms(due: Found[date], by_terms: date) -> Found[date]:
    """The printed due date, surer when the terms lead to it, doubtful when they lead elsewhere."""
    if due.value == by_terms:
        return replace(due, confidence=max(due.confidence, 0.985))
    return replace(due, confidence=min(due.confidence, 0.96 if abs((due.value - by_terms).days) <= 3 else 0.88))


def _weigh(reading: InvoiceReading) -> InvoiceReading:
    """The reading with the currency filled in from the seller's country where the page names none."""
    if reading.currency is not None or reading.total is None:
        return reading
    country = reading.seller_iban or reading.seller_vat or reading.buyer_vat
    own = _CURRENCIES.get(country.value[:2], "EUR") if country is not None else "EUR"
    known = country is not None and (own != "EUR" or country.value[:2] in _EURO)
    place = Where("the seller's country" if known else "no currency on the page")
    return replace(reading, currency=Found(own, (0.96 if own == "EUR" else 0.93) if known else 0.7, place))
