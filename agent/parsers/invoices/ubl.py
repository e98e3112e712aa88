"""UBL 2.1 invoices and credit notes (Peppol BIS 3, XRechnung), by local names, also inside a Peppol envelope."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Unreadable, Where
from agent.domain.invoice_parts import VatLine
from agent.domain.money import is_currency
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices import xml_fields as xf
from agent.parsers.invoices.reading import finish
from agent.parsers.invoices.xml import Element, NotXml, parse, root_name
from agent.parsers.invoices.xml_checks import with_checks
from agent.parsers.invoices.xml_payment import Paying, with_payment
from agent.parsers.invoices.xml_terms import Term, with_terms

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
            return (Unreadable(error.problem, str(error), document.digest, document.filename),)
        if root.name in _OTHERS:
            kind = Found(_OTHERS[root.name], xf.SURE, Where("UBL document type", path=root.path))
            return (finish(InvoiceReading(kind=kind, number=xf.text(root.first("ID"), "ID")), document, context),)
        invoices = _invoices(root)
        readings = (read_ubl(invoice, document, context, root.repairs) for invoice in invoices)
        found = tuple(replace(reading, part=part) for part, reading in enumerate(readings, 1))
        return found or (Unreadable("not_invoice", "", document.digest, document.filename),)


def _invoices(root: Element) -> tuple[Element, ...]:
    return (root,) if root.name in _INVOICES else tuple(e for e in root.children if e.name in _INVOICES)


def read_ubl(
    root: Element, document: Document, context: ParserContext, repairs: tuple[str, ...] = ()
) -> InvoiceReading:
    """The reading of one UBL invoice or credit note (EN 16931-3-2; the business terms are named BT-… in the rules)."""
    code = root.first("InvoiceTypeCode|CreditNoteTypeCode")
    default = DocumentKind.CREDIT_NOTE if root.name == "CreditNote" else DocumentKind.INVOICE
    kind = default if default is DocumentKind.CREDIT_NOTE else xf.kind_of(code.text.strip() if code is not None else "")
    sums = root.first("LegalMonetaryTotal|RequestedMonetaryTotal") or Element("")
    currency = xf.currency(root.first("DocumentCurrencyCode"))
    reading = InvoiceReading(
        kind=Found(kind, xf.SURE, Where("BT-3", path=(code or root).path)),
        number=xf.text(root.first("ID"), "BT-1"),
        issue_date=xf.day(root.first("IssueDate"), "BT-2"),
        currency=currency or _currency_of(sums),
        net=xf.amount(sums.first("TaxExclusiveAmount"), "BT-109"),
        total=xf.amount(sums.first("TaxInclusiveAmount"), "BT-112") or _payable_as_total(sums),
        deposit=xf.amount(sums.first("PrepaidAmount"), "BT-113"),
        amount_due=xf.amount(sums.first("PayableAmount"), "BT-115"),
        rounding=xf.amount(sums.first("PayableRoundingAmount"), "BT-114"),
        order_number=xf.text(root.first("OrderReference", "ID"), "BT-13"),
        buyer_reference=xf.text(root.first("BuyerReference"), "BT-10"),
        preceding_invoice=xf.text(root.first("BillingReference", "InvoiceDocumentReference", "ID"), "BT-25"),
        delivery_date=xf.day(root.first("Delivery", "ActualDeliveryDate"), "BT-72"),
        period_start=xf.day(root.first("InvoicePeriod", "StartDate"), "BT-73"),
        period_end=xf.day(root.first("InvoicePeriod", "EndDate"), "BT-74"),
        notes=xf.joined(root.all("Note"), "BT-22"),
    )
    reading = _parties(_taxes(reading, root), root)
    reading = _due(_payment(reading, root), root)
    lines = [
        value
        for line in root.all("InvoiceLine", "CreditNoteLine")
        if (value := xf.plain_amount(line.first("LineExtensionAmount"))) is not None
    ]
    reading = with_checks(reading, lines, xf.plain_amount(sums.first("LineExtensionAmount")), repairs)
    return finish(xf.without_day(reading, root.value("IssueDate")), document, context)


def _payable_as_total(sums: Element) -> Found[Decimal] | None:
    """What is payable, where UBL 2.0 documents name no total and nothing was paid before."""
    payable = xf.amount(sums.first("PayableAmount"), "BT-115 for BT-112")
    return replace(payable, confidence=0.95) if payable is not None and sums.first("PrepaidAmount") is None else None


def _currency_of(sums: Element) -> Found[str] | None:
    payable = sums.first("PayableAmount|TaxInclusiveAmount")
    code = payable.attributes.get("currencyID", "") if payable is not None else ""
    return xf.found(code, payable, "BT-5 by the amount") if payable is not None and is_currency(code) else None


def _taxes(reading: InvoiceReading, root: Element) -> InvoiceReading:
    currency = reading.currency.value if reading.currency is not None else ""
    totals = [
        t
        for t in root.all("TaxTotal")
        if (a := t.first("TaxAmount")) and a.attributes.get("currencyID", currency) == currency
    ]
    lines = tuple(
        VatLine(rate.value, xf.plain_amount(sub.first("TaxableAmount")), xf.plain_amount(sub.first("TaxAmount")))
        for total in totals
        for sub in total.all("TaxSubtotal")
        if (rate := xf.amount(sub.first("TaxCategory", "Percent") or sub.first("Percent"), "BT-119")) is not None
    )
    reasons = (r for total in totals for r in total.each("TaxSubtotal", "TaxCategory", "TaxExemptionReason"))
    return replace(
        reading,
        vat=xf.amount(totals[0].first("TaxAmount"), "BT-110") if totals else None,
        vat_lines=lines,
        exemption=xf.first_text(reasons, "BT-120"),
    )


def _parties(reading: InvoiceReading, root: Element) -> InvoiceReading:
    seller = root.first("AccountingSupplierParty", "Party") or Element("")
    buyer = root.first("AccountingCustomerParty", "Party") or Element("")
    return replace(
        reading,
        seller_name=_name(seller, "BT-27"),
        seller_vat=_tax_number(seller, "BT-31"),
        seller_enterprise=xf.number(seller.first("PartyLegalEntity", "CompanyID"), "BT-30"),
        seller_registration=_registration(seller, "BT-30"),
        seller_country=xf.text(seller.first("PostalAddress", "Country", "IdentificationCode"), "BT-40"),
        seller_email=_email(seller, "BT-43"),
        seller_address=_address(seller, "BG-5"),
        buyer_name=_name(buyer, "BT-44"),
        buyer_vat=_tax_number(buyer, "BT-48"),
        buyer_enterprise=xf.number(buyer.first("PartyLegalEntity", "CompanyID"), "BT-47"),
        buyer_registration=_registration(buyer, "BT-47"),
        buyer_email=_email(buyer, "BT-58"),
        buyer_address=_address(buyer, "BG-8"),
        buyer_country=xf.text(buyer.first("PostalAddress", "Country", "IdentificationCode"), "BT-55"),
        customer_number=xf.text(root.first("AccountingCustomerParty", "SupplierAssignedAccountID"), "BT-46"),
    )


def _name(party: Element, rule: str) -> Found[str] | None:
    return xf.first_text((party.first("PartyLegalEntity", "RegistrationName"), party.first("PartyName", "Name")), rule)


def _registration(party: Element, rule: str) -> Found[str] | None:
    numbers = (
        party.first("PartyLegalEntity", "CompanyID"),
        *party.each("PartyIdentification", "ID"),
        party.first("EndpointID"),
    )
    return xf.first_registration(numbers, rule)


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
    branch = ("PayeeFinancialAccount", "FinancialInstitutionBranch")
    bics = [b for m in means for b in (*m.each(*branch, "ID"), *m.each(*branch, "FinancialInstitution", "ID"))]
    mandates = [m.first("PaymentMandate") for m in means]
    mandate = next((m for m in mandates if m is not None), Element(""))
    payee = root.first("PayeeParty") or Element("")
    seller = root.first("AccountingSupplierParty", "Party") or Element("")
    identifiers = [i for party in (payee, seller) for i in party.each("PartyIdentification", "ID")]
    paying = Paying(
        codes=tuple(code for m in means if (code := m.first("PaymentMeansCode")) is not None),
        accounts=tuple(a for m in means for a in m.each("PayeeFinancialAccount", "ID")),
        bic=bics[0] if bics else None,
        references=tuple(m.first("PaymentID") for m in means),
        debtor=mandate.first("PayerFinancialAccount", "ID"),
        mandate=mandate.first("ID"),
        creditor=next((i for i in identifiers if i.attributes.get("schemeID", "").upper() == "SEPA"), None),
        payee=payee.first("PartyName", "Name"),
    )
    return with_payment(reading, paying)


def _due(reading: InvoiceReading, root: Element) -> InvoiceReading:
    """The due date of the head, of the payment means (credit notes) or of the terms; several of them are instalments."""
    heads = [root.first("DueDate"), *root.each("PaymentMeans", "PaymentDueDate")]
    days = [day for head in heads if (day := xf.day(head, "BT-9")) is not None]
    one = days[0] if days and (heads[0] is not None or len({day.value for day in days}) == 1) else None
    terms = [_term(t) for t in root.all("PaymentTerms")]
    return with_terms(reading, [*terms, *([] if one else [Term(due=day) for day in days])], one)


def _term(terms: Element) -> Term:
    percent = xf.plain_amount(terms.first("SettlementDiscountPercent"))
    until = xf.day(terms.first("SettlementPeriod", "EndDate"), "settlement period")
    return Term(
        words=xf.joined(terms.all("Note"), "BT-20"),
        due=xf.day(terms.first("PaymentDueDate"), "BT-9"),
        amount=xf.amount(terms.first("Amount"), "amount"),
        percent=percent,
        until=until.value if until is not None else None,
        late_percent=xf.amount(terms.first("PenaltySurchargePercent"), "penalty surcharge"),
    )
