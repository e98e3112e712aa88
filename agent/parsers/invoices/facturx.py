"""Cross Industry Invoice: ZUGFeRD 1 (CrossIndustryDocument), Factur-X, ZUGFeRD 2 and XRechnung (CrossIndustryInvoice), every profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.findings import Discount, DocumentKind, Found, Instalment, InvoiceReading, Unreadable, VatLine, Where
from agent.domain.terms import read_terms
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices import xml_fields as xf
from agent.parsers.invoices.reading import finish
from agent.parsers.invoices.xml import Element, NotXml, parse, root_name

ROOTS = frozenset({"CrossIndustryInvoice", "CrossIndustryDocument"})
_DERIVED = 0.97


class FacturXParser:
    """Reads CII documents by local names, so that ZUGFeRD 1 and 2 share one reader."""

    name = "cii"

    def recognises(self, document: Document) -> int | None:
        """100 for a CII root element."""
        return 100 if root_name(document.content) in ROOTS else None

    def read(self, document: Document, context: ParserContext) -> Readings:
        """The one invoice of the document."""
        try:
            return (read_cii(parse(document.content), document, context),)
        except NotXml as error:
            return (Unreadable("broken", str(error), document.digest, document.filename),)


def read_cii(root: Element, document: Document, context: ParserContext) -> InvoiceReading:
    """The reading of a CII document (EN 16931-3-3; the business terms are named BT-… in the rules)."""
    head = root.first("ExchangedDocument|HeaderExchangedDocument") or Element("")
    trade = root.first("SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction") or Element("")
    agreement = trade.first("ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement") or Element("")
    settlement = trade.first("ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement") or Element("")
    delivery = trade.first("ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery") or Element("")
    code = head.first("TypeCode")
    kind = xf.kind_of(code.text.strip() if code is not None else "380")
    reading = InvoiceReading(
        kind=Found(kind, xf.SURE if code is not None else 0.9, Where("BT-3", path=code.path if code else "")),
        number=xf.text(head.first("ID"), "BT-1"),
        issue_date=xf.day(head.first("IssueDateTime", "DateTimeString|DateTime"), "BT-2"),
        currency=xf.text(settlement.first("InvoiceCurrencyCode"), "BT-5"),
        order_number=xf.text(agreement.first("BuyerOrderReferencedDocument", "IssuerAssignedID|ID"), "BT-13"),
        preceding_invoice=xf.text(settlement.first("InvoiceReferencedDocument", "IssuerAssignedID|ID"), "BT-25"),
        delivery_date=xf.day(
            delivery.first("ActualDeliverySupplyChainEvent", "OccurrenceDateTime", "DateTimeString"), "BT-72"
        ),
    )
    reading = _parties(reading, agreement)
    reading = _payment(_sums(reading, settlement), settlement)
    reading = _dates(reading, settlement)
    broken = head.value("IssueDateTime", "DateTimeString|DateTime") if reading.issue_date is None else ""
    if broken:
        reading = replace(reading, checks=(f"fails: issue date {broken[:20]} is no day",), uncertain=("issue_date",))
    return finish(reading, document, context)


def _parties(reading: InvoiceReading, agreement: Element) -> InvoiceReading:
    seller = agreement.first("SellerTradeParty") or Element("")
    buyer = agreement.first("BuyerTradeParty") or Element("")
    return replace(
        reading,
        seller_name=xf.text(seller.first("Name"), "BT-27"),
        seller_vat=_tax_number(seller, "BT-31"),
        seller_enterprise=xf.number(seller.first("SpecifiedLegalOrganization", "ID"), "BT-30"),
        seller_email=_email(seller, "BT-43"),
        seller_address=_address(seller, "BG-5"),
        buyer_name=xf.text(buyer.first("Name"), "BT-44"),
        buyer_vat=_tax_number(buyer, "BT-48"),
        buyer_enterprise=xf.number(buyer.first("SpecifiedLegalOrganization", "ID"), "BT-47"),
        buyer_email=_email(buyer, "BT-58"),
        buyer_address=_address(buyer, "BG-8"),
        buyer_country=xf.text(buyer.first("PostalTradeAddress", "CountryID"), "BT-55"),
        customer_number=xf.text(buyer.first("ID"), "BT-46"),
    )


def _tax_number(party: Element, rule: str) -> Found[str] | None:
    numbers = list(party.each("SpecifiedTaxRegistration", "ID"))
    return next((xf.number(entry, rule) for entry in numbers if entry.attributes.get("schemeID", "VA") == "VA"), None)


def _email(party: Element, rule: str) -> Found[str] | None:
    contact = party.first("DefinedTradeContact", "EmailURIUniversalCommunication", "URIID|CompleteNumber")
    uri = party.first("URIUniversalCommunication", "URIID")
    is_mail = uri is not None and uri.attributes.get("schemeID") == "EM"
    return xf.text(contact, rule) or (xf.text(uri, rule) if is_mail else None)


def _address(party: Element, rule: str) -> Found[str] | None:
    place = party.first("PostalTradeAddress")
    if place is None:
        return None
    streets = [place.value(name) for name in ("LineOne", "StreetName", "LineTwo", "LineThree")]
    town = f"{place.value('PostcodeCode')} {place.value('CityName')}".strip()
    lines = [line for line in (*streets, town, place.value("CountryID")) if line]
    return xf.found("\n".join(lines), place, rule) if lines else None


def _sums(reading: InvoiceReading, settlement: Element) -> InvoiceReading:
    sums = settlement.first(
        "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
    ) or Element("")
    lines = tuple(
        VatLine(rate.value, _plain(tax, "BasisAmount"), _plain(tax, "CalculatedAmount"))
        for tax in settlement.all("ApplicableTradeTax")
        if (rate := xf.amount(tax.first("RateApplicablePercent|ApplicablePercent"), "BT-119")) is not None
    )
    return replace(
        reading,
        net=xf.amount(sums.first("TaxBasisTotalAmount"), "BT-109"),
        vat=xf.amount(_in_currency(list(sums.all("TaxTotalAmount")), reading.currency), "BT-110"),
        total=xf.amount(sums.first("GrandTotalAmount"), "BT-112"),
        deposit=xf.amount(sums.first("TotalPrepaidAmount"), "BT-113"),
        amount_due=xf.amount(sums.first("DuePayableAmount"), "BT-115"),
        vat_lines=lines,
    )


def _in_currency(amounts: Sequence[Element], currency: Found[str] | None) -> Element | None:
    """The amount in the invoice's own currency: VAT may be told a second time in the accounting currency (BT-111)."""
    fitting = [
        a for a in amounts if currency is None or a.attributes.get("currencyID", currency.value) == currency.value
    ]
    return fitting[0] if fitting else None


def _plain(element: Element, name: str) -> Decimal | None:
    value = xf.amount(element.first(name), name)
    return value.value if value is not None else None


def _payment(reading: InvoiceReading, settlement: Element) -> InvoiceReading:
    means = list(settlement.all("SpecifiedTradeSettlementPaymentMeans"))
    accounts = [xf.number(a, "BT-84") for m in means for a in m.each("PayeePartyCreditorFinancialAccount", "IBANID")]
    ibans = [account for account in accounts if account is not None]
    codes = {m.value("TypeCode") for m in means}
    debit = settlement.first("CreditorReferenceID") is not None or bool(codes & {"49", "59"})
    bics = [b for m in means for b in m.each("PayeeSpecifiedCreditorFinancialInstitution", "BICID")]
    debit_path = settlement.path
    return replace(
        reading,
        seller_iban=ibans[0] if ibans else None,
        other_ibans=tuple(dict.fromkeys(i.value for i in ibans[1:] if i.value != ibans[0].value)),
        seller_bic=xf.number(bics[0], "BT-86") if bics else None,
        payment_reference=xf.reference(settlement.first("PaymentReference"), "BT-83"),
        direct_debit=Found(True, xf.SURE, Where("BT-81", path=debit_path)) if debit else None,
    )


def _dates(reading: InvoiceReading, settlement: Element) -> InvoiceReading:
    terms = list(settlement.all("SpecifiedTradePaymentTerms"))
    words = xf.first_text((t.first("Description") for t in terms), "BT-20")
    dated = [(t, day) for t in terms if (day := xf.day(t.first("DueDateDateTime", "DateTimeString|DateTime"), "BT-9"))]
    days = {day.value for _, day in dated}
    reading = replace(reading, terms=words, discount=_discount(terms, reading.issue_date))
    if len(days) == 1:
        return replace(reading, due_date=dated[0][1])
    if len(days) > 1:
        parts = tuple(
            Instalment(day.value, part.value)
            for t, day in dated
            if (part := xf.amount(t.first("PartialPaymentAmount"), "BT-X-275")) is not None
        )
        return replace(reading, instalments=parts, uncertain=("due_date",))
    return derive_due_date(reading)


def derive_due_date(reading: InvoiceReading) -> InvoiceReading:
    """The reading with the due date that its terms give, when it names none itself."""
    meaning = read_terms(reading.terms.value) if reading.terms is not None else None
    if reading.due_date is not None or meaning is None or reading.terms is None or reading.issue_date is None:
        return reading
    if reading.kind.value is not DocumentKind.INVOICE:
        return reading
    where = replace(reading.terms.where, rule=meaning.rule, label=reading.terms.value[:80])
    sure = min(_DERIVED, reading.terms.confidence, reading.issue_date.confidence)
    return replace(reading, due_date=Found(meaning.due(reading.issue_date.value), sure, where))


def _discount(terms: Sequence[Element], issued: Found[date] | None) -> Discount | None:
    """The discount for early payment that the extended profile states in figures."""
    for term in terms:
        offer = term.first("ApplicableTradePaymentDiscountTerms")
        percent = _plain(offer, "CalculationPercent") if offer is not None else None
        period = offer.value("BasisPeriodMeasure") if offer is not None else ""
        until = xf.day(term.first("DueDateDateTime", "DateTimeString"), "BT-9")
        if percent is not None and until is not None:
            return Discount(until=until.value, percent=percent)
        if percent is not None and issued is not None and period.isascii() and period.isdigit() and len(period) <= 3:
            return Discount(until=issued.value + timedelta(days=int(period)), percent=percent)
    return None
