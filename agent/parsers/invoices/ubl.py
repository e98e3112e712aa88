"""UBL 2.1 invoices and credit notes (Peppol BIS 3, XRechnung), by local names, also inside a Peppol envelope."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from agent.domain.findings import DocumentKind, Found, Instalment, InvoiceReading, Unreadable, VatLine, Where
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices import xml_fields as xf
from agent.parsers.invoices.facturx import derive_due_date
from agent.parsers.invoices.reading import finish
from agent.parsers.invoices.xml import Element, NotXml, parse, root_name

_INVOICES = ("Invoice", "CreditNote")
_OTHERS = {
    "Order": DocumentKind.ORDER,
    "OrderResponse": DocumentKind.ORDER,
    "Quotation": DocumentKind.QUOTE,
    "DespatchAdvice": DocumentKind.DELIVERY_NOTE,
    "Reminder": DocumentKind.REMINDER,
    "Statement": DocumentKind.STATEMENT,
}
ROOTS = frozenset({*_INVOICES, *_OTHERS, "StandardBusinessDocument"})
_MAX_EMBEDDED = 5


class UblParser:
    """Reads UBL documents."""

    name = "ubl"

    def recognises(self, document: Document) -> int | None:
        """100 for a UBL root element."""
        return 100 if root_name(document.content) in ROOTS else None

    def read(self, document: Document, context: ParserContext) -> Readings:
        """Every invoice or credit note of the document, in order."""
        try:
            root = parse(document.content)
        except NotXml as error:
            return (Unreadable("broken", str(error), document.digest, document.filename),)
        if root.name in _OTHERS:
            kind = Found(_OTHERS[root.name], xf.SURE, Where("UBL document type", path=root.path))
            return (finish(InvoiceReading(kind=kind, number=xf.text(root.first("ID"), "ID")), document, context),)
        invoices = _invoices(root)
        readings = (read_ubl(invoice, document, context) for invoice in invoices)
        found = tuple(replace(reading, part=part) for part, reading in enumerate(readings, 1))
        return found or (Unreadable("not_invoice", "", document.digest, document.filename),)


def _invoices(root: Element) -> tuple[Element, ...]:
    return (root,) if root.name in _INVOICES else tuple(e for e in root.children if e.name in _INVOICES)


def read_ubl(root: Element, document: Document, context: ParserContext) -> InvoiceReading:
    """The reading of one UBL invoice or credit note (EN 16931-3-2; the business terms are named BT-… in the rules)."""
    code = root.first("InvoiceTypeCode|CreditNoteTypeCode")
    default = DocumentKind.CREDIT_NOTE if root.name == "CreditNote" else DocumentKind.INVOICE
    kind = default if default is DocumentKind.CREDIT_NOTE else xf.kind_of(code.text.strip() if code is not None else "")
    sums = root.first("LegalMonetaryTotal|RequestedMonetaryTotal") or Element("")
    currency = xf.text(root.first("DocumentCurrencyCode"), "BT-5")
    reading = InvoiceReading(
        kind=Found(kind, xf.SURE, Where("BT-3", path=(code or root).path)),
        number=xf.text(root.first("ID"), "BT-1"),
        issue_date=xf.day(root.first("IssueDate"), "BT-2"),
        currency=currency or _currency_of(sums),
        net=xf.amount(sums.first("TaxExclusiveAmount"), "BT-109"),
        total=xf.amount(sums.first("TaxInclusiveAmount"), "BT-112") or _payable_as_total(sums),
        deposit=xf.amount(sums.first("PrepaidAmount"), "BT-113"),
        amount_due=xf.amount(sums.first("PayableAmount"), "BT-115"),
        order_number=xf.text(root.first("OrderReference", "ID"), "BT-13"),
        preceding_invoice=xf.text(root.first("BillingReference", "InvoiceDocumentReference", "ID"), "BT-25"),
        delivery_date=xf.day(root.first("Delivery", "ActualDeliveryDate"), "BT-72"),
    )
    reading = _parties(_taxes(reading, root), root)
    reading = _due(_payment(reading, root), root)
    broken = root.value("IssueDate") if reading.issue_date is None else ""
    if broken:
        reading = replace(reading, checks=(f"fails: issue date {broken[:20]} is no day",), uncertain=("issue_date",))
    return finish(reading, document, context)


def embedded(root: Element) -> Iterator[tuple[str, str, bytes]]:
    """Name, media type and bytes of the files that a UBL document carries in base64 (BT-125), at most five."""
    count = 0
    for invoice in _invoices(root):
        for entry in invoice.each("AdditionalDocumentReference", "Attachment", "EmbeddedDocumentBinaryObject"):
            count += 1
            if count > _MAX_EMBEDDED:
                return
            try:
                content = base64.b64decode("".join(entry.text.split()), validate=True)
            except (binascii.Error, ValueError):
                continue
            yield entry.attributes.get("filename", ""), entry.attributes.get("mimeCode", ""), content


def _payable_as_total(sums: Element) -> Found[Decimal] | None:
    """What is payable, where UBL 2.0 documents name no total and nothing was paid before."""
    payable = xf.amount(sums.first("PayableAmount"), "BT-115 for BT-112")
    return replace(payable, confidence=0.95) if payable is not None and sums.first("PrepaidAmount") is None else None


def _currency_of(sums: Element) -> Found[str] | None:
    payable = sums.first("PayableAmount|TaxInclusiveAmount")
    code = payable.attributes.get("currencyID", "") if payable is not None else ""
    return xf.found(code, payable, "BT-5 by the amount") if payable is not None and code else None


def _taxes(reading: InvoiceReading, root: Element) -> InvoiceReading:
    currency = reading.currency.value if reading.currency is not None else ""
    totals = [
        t
        for t in root.all("TaxTotal")
        if (a := t.first("TaxAmount")) and a.attributes.get("currencyID", currency) == currency
    ]
    lines = tuple(
        VatLine(rate.value, _plain(sub.first("TaxableAmount")), _plain(sub.first("TaxAmount")))
        for total in totals
        for sub in total.all("TaxSubtotal")
        if (rate := xf.amount(sub.first("TaxCategory", "Percent") or sub.first("Percent"), "BT-119")) is not None
    )
    return replace(reading, vat=xf.amount(totals[0].first("TaxAmount"), "BT-110") if totals else None, vat_lines=lines)


def _plain(element: Element | None) -> Decimal | None:
    value = xf.amount(element, "amount")
    return value.value if value is not None else None


def _parties(reading: InvoiceReading, root: Element) -> InvoiceReading:
    seller = root.first("AccountingSupplierParty", "Party") or Element("")
    buyer = root.first("AccountingCustomerParty", "Party") or Element("")
    return replace(
        reading,
        seller_name=_name(seller, "BT-27"),
        seller_vat=_tax_number(seller, "BT-31"),
        seller_enterprise=xf.number(seller.first("PartyLegalEntity", "CompanyID"), "BT-30"),
        seller_email=_email(seller, "BT-43"),
        seller_address=_address(seller, "BG-5"),
        buyer_name=_name(buyer, "BT-44"),
        buyer_vat=_tax_number(buyer, "BT-48"),
        buyer_enterprise=xf.number(buyer.first("PartyLegalEntity", "CompanyID"), "BT-47"),
        buyer_email=_email(buyer, "BT-58"),
        buyer_address=_address(buyer, "BG-8"),
        buyer_country=xf.text(buyer.first("PostalAddress", "Country", "IdentificationCode"), "BT-55"),
        customer_number=xf.text(root.first("AccountingCustomerParty", "SupplierAssignedAccountID"), "BT-46"),
    )


def _name(party: Element, rule: str) -> Found[str] | None:
    return xf.first_text((party.first("PartyLegalEntity", "RegistrationName"), party.first("PartyName", "Name")), rule)


def _tax_number(party: Element, rule: str) -> Found[str] | None:
    schemes = list(party.all("PartyTaxScheme"))
    vat = [s for s in schemes if s.value("TaxScheme", "ID").upper() in {"VAT", ""}]
    return next((n for s in vat if (n := xf.number(s.first("CompanyID"), rule)) is not None), None)


def _email(party: Element, rule: str) -> Found[str] | None:
    endpoint = party.first("EndpointID")
    mail = endpoint if endpoint is not None and endpoint.attributes.get("schemeID") == "EM" else None
    return xf.first_text((party.first("Contact", "ElectronicMail"), mail), rule)


def _address(party: Element, rule: str) -> Found[str] | None:
    place = party.first("PostalAddress")
    if place is None:
        return None
    street = f"{place.value('StreetName')} {place.value('BuildingNumber')}".strip()
    town = f"{place.value('PostalZone')} {place.value('CityName')}".strip()
    lines = [
        line
        for line in (street, place.value("AdditionalStreetName"), town, place.value("Country", "IdentificationCode"))
        if line
    ]
    return xf.found("\n".join(lines), place, rule) if lines else None


def _payment(reading: InvoiceReading, root: Element) -> InvoiceReading:
    means = list(root.all("PaymentMeans"))
    accounts = (xf.number(a, "BT-84") for m in means for a in m.each("PayeeFinancialAccount", "ID"))
    ibans = [account for account in accounts if account is not None]
    branches = [b for m in means for b in m.each("PayeeFinancialAccount", "FinancialInstitutionBranch", "ID")]
    branches += [
        b
        for m in means
        for b in m.each("PayeeFinancialAccount", "FinancialInstitutionBranch", "FinancialInstitution", "ID")
    ]
    debit = next((m for m in means if m.value("PaymentMeansCode") in {"49", "59"}), None)
    return replace(
        reading,
        seller_iban=ibans[0] if ibans else None,
        other_ibans=tuple(dict.fromkeys(i.value for i in ibans[1:] if i.value != ibans[0].value)),
        seller_bic=xf.number(branches[0], "BT-86") if branches else None,
        payment_reference=next(
            (r for m in means if (r := xf.reference(m.first("PaymentID"), "BT-83")) is not None), None
        ),
        direct_debit=Found(True, xf.SURE, Where("BT-81", path=debit.path)) if debit is not None else None,
    )


def _due(reading: InvoiceReading, root: Element) -> InvoiceReading:
    """The due date of the head, of the payment means (credit notes) or of the terms; several of them are instalments."""
    reading = replace(reading, terms=xf.first_text((t.first("Note") for t in root.all("PaymentTerms")), "BT-20"))
    heads = [
        root.first("DueDate"),
        *root.each("PaymentMeans", "PaymentDueDate"),
        *root.each("PaymentTerms", "PaymentDueDate"),
    ]
    days = [day for head in heads if (day := xf.day(head, "BT-9")) is not None]
    if len({day.value for day in days}) > 1 and root.first("DueDate") is None:
        parts = tuple(
            Instalment(day.value, part.value)
            for t in root.all("PaymentTerms")
            if (day := xf.day(t.first("PaymentDueDate"), "BT-9")) and (part := xf.amount(t.first("Amount"), "amount"))
        )
        return replace(reading, instalments=parts, uncertain=("due_date",))
    return replace(reading, due_date=days[0]) if days else derive_due_date(reading)
