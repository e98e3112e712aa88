"""Cross Industry Invoice: ZUGFeRD 1 (CrossIndustryDocument), Factur-X, ZUGFeRD 2 and XRechnung (CrossIndustryInvoice), every profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.domain.findings import Found, InvoiceReading, Unreadable, Where
from agent.domain.invoice_parts import VatLine
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices import xml_fields as xf
from agent.parsers.invoices.reading import finish
from agent.parsers.invoices.xml import Element, NotXml, parse, root_name
from agent.parsers.invoices.xml_checks import with_checks
from agent.parsers.invoices.xml_payment import Paying, with_payment
from agent.parsers.invoices.xml_terms import Term, days_of, with_terms

ROOTS = frozenset({"CrossIndustryInvoice", "CrossIndustryDocument"})


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
            return (Unreadable(error.problem, str(error), document.digest, document.filename),)


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
        currency=xf.currency(settlement.first("InvoiceCurrencyCode")),
        order_number=xf.text(agreement.first("BuyerOrderReferencedDocument", "IssuerAssignedID|ID"), "BT-13"),
        buyer_reference=xf.text(agreement.first("BuyerReference"), "BT-10"),
        preceding_invoice=xf.text(settlement.first("InvoiceReferencedDocument", "IssuerAssignedID|ID"), "BT-25"),
        delivery_date=xf.day(
            delivery.first("ActualDeliverySupplyChainEvent", "OccurrenceDateTime", "DateTimeString|DateTime"), "BT-72"
        ),
        notes=xf.joined(head.each("IncludedNote", "Content"), "BT-22"),
    )
    reading = _period(_parties(reading, agreement), settlement)
    reading = _payment(_sums(reading, settlement), settlement)
    reading = with_terms(reading, [_term(t) for t in settlement.all("SpecifiedTradePaymentTerms")])
    reading = _checked(reading, trade, settlement, root)
    return finish(xf.without_day(reading, head.value("IssueDateTime", "DateTimeString|DateTime")), document, context)


def _period(reading: InvoiceReading, settlement: Element) -> InvoiceReading:
    period = settlement.first("BillingSpecifiedPeriod")
    if period is None:
        return reading
    return replace(
        reading,
        period_start=xf.day(period.first("StartDateTime", "DateTimeString|DateTime"), "BT-73"),
        period_end=xf.day(period.first("EndDateTime", "DateTimeString|DateTime"), "BT-74"),
    )


def _checked(reading: InvoiceReading, trade: Element, settlement: Element, root: Element) -> InvoiceReading:
    """The reading with what the document's own figures contradict; lines that only group others are left out of the sum."""
    lines = [
        value
        for line in trade.all("IncludedSupplyChainTradeLineItem")
        if line.value("AssociatedDocumentLineDocument", "LineStatusReasonCode").upper() not in {"GROUP", "INFORMATION"}
        for amount in line.each(
            "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement",
            "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation",
            "LineTotalAmount",
        )
        if (value := xf.plain_amount(amount)) is not None
    ]
    return with_checks(reading, lines, xf.plain_amount(_summation(settlement).first("LineTotalAmount")), root.repairs)


def _parties(reading: InvoiceReading, agreement: Element) -> InvoiceReading:
    seller = agreement.first("SellerTradeParty") or Element("")
    buyer = agreement.first("BuyerTradeParty") or Element("")
    return replace(
        reading,
        seller_name=xf.text(seller.first("Name"), "BT-27"),
        seller_vat=_tax_number(seller, "BT-31"),
        seller_enterprise=xf.number(seller.first("SpecifiedLegalOrganization", "ID"), "BT-30"),
        seller_registration=_registration(seller, "BT-30"),
        seller_country=xf.text(seller.first("PostalTradeAddress", "CountryID"), "BT-40"),
        seller_email=_email(seller, "BT-43"),
        seller_address=_address(seller, "BG-5"),
        buyer_name=xf.text(buyer.first("Name"), "BT-44"),
        buyer_vat=_tax_number(buyer, "BT-48"),
        buyer_enterprise=xf.number(buyer.first("SpecifiedLegalOrganization", "ID"), "BT-47"),
        buyer_registration=_registration(buyer, "BT-47"),
        buyer_email=_email(buyer, "BT-58"),
        buyer_address=_address(buyer, "BG-8"),
        buyer_country=xf.text(buyer.first("PostalTradeAddress", "CountryID"), "BT-55"),
        customer_number=xf.text(buyer.first("ID"), "BT-46"),
    )


def _registration(party: Element, rule: str) -> Found[str] | None:
    return xf.first_registration(
        (
            party.first("SpecifiedLegalOrganization", "ID"),
            *party.all("GlobalID"),
            party.first("URIUniversalCommunication", "URIID"),
        ),
        rule,
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
    sums = _summation(settlement)
    lines = tuple(
        VatLine(rate.value, xf.plain_amount(tax.first("BasisAmount")), xf.plain_amount(tax.first("CalculatedAmount")))
        for tax in settlement.all("ApplicableTradeTax")
        if (rate := xf.amount(tax.first("RateApplicablePercent|ApplicablePercent"), "BT-119")) is not None
    )
    return replace(
        reading,
        net=xf.amount(sums.first("TaxBasisTotalAmount"), "BT-109"),
        vat=xf.amount(_in_currency(list(sums.all("TaxTotalAmount")), reading.currency), "BT-110"),
        total=xf.amount(sums.first("GrandTotalAmount"), "BT-112"),
        deposit=xf.amount(sums.first("TotalPrepaidAmount"), "BT-113"),
        rounding=xf.amount(sums.first("RoundingAmount"), "BT-114"),
        amount_due=xf.amount(sums.first("DuePayableAmount"), "BT-115"),
        vat_lines=lines,
        exemption=xf.first_text(
            (tax.first("ExemptionReason") for tax in settlement.all("ApplicableTradeTax")), "BT-120"
        ),
    )


def _summation(settlement: Element) -> Element:
    names = "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
    return settlement.first(names) or Element("")


def _in_currency(amounts: Sequence[Element], currency: Found[str] | None) -> Element | None:
    """The amount in the invoice's own currency: VAT may be told a second time in the accounting currency (BT-111)."""
    fitting = [
        a for a in amounts if currency is None or a.attributes.get("currencyID", currency.value) == currency.value
    ]
    return fitting[0] if fitting else None


def _payment(reading: InvoiceReading, settlement: Element) -> InvoiceReading:
    means = list(settlement.all("SpecifiedTradeSettlementPaymentMeans"))
    accounts = [a for m in means for a in m.each("PayeePartyCreditorFinancialAccount", "IBANID")]
    accounts = accounts or [a for m in means for a in m.each("PayeePartyCreditorFinancialAccount", "ProprietaryID")]
    bics = [b for m in means for b in m.each("PayeeSpecifiedCreditorFinancialInstitution", "BICID")]
    debtors = [a for m in means for a in m.each("PayerPartyDebtorFinancialAccount", "IBANID")]
    paying = Paying(
        codes=tuple(code for m in means if (code := m.first("TypeCode")) is not None),
        accounts=tuple(accounts),
        bic=bics[0] if bics else None,
        references=(settlement.first("PaymentReference"),),
        debtor=debtors[0] if debtors else None,
        mandate=settlement.first("SpecifiedTradePaymentTerms", "DirectDebitMandateID"),
        creditor=settlement.first("CreditorReferenceID"),
        payee=settlement.first("PayeeTradeParty", "Name"),
    )
    return with_payment(reading, paying)


def _term(terms: Element) -> Term:
    offer = terms.first("ApplicableTradePaymentDiscountTerms") or Element("")
    penalty = terms.first("ApplicableTradePaymentPenaltyTerms") or Element("")
    return Term(
        words=xf.text(terms.first("Description"), "BT-20"),
        due=xf.day(terms.first("DueDateDateTime", "DateTimeString|DateTime"), "BT-9"),
        amount=xf.amount(terms.first("PartialPaymentAmount"), "BT-X-275"),
        percent=xf.plain_amount(offer.first("CalculationPercent")),
        within=days_of(offer.value("BasisPeriodMeasure")),
        basis=xf.plain_amount(offer.first("BasisAmount")),
        late_percent=xf.amount(penalty.first("CalculationPercent"), "BT-X-277"),
    )
