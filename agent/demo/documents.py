"""Invented invoices as real PDF files, in four languages and three layouts, one of them with Factur-X data inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib import resources
from xml.sax.saxutils import escape

import typst

from agent.domain.references import format_iban, format_structured_communication


@dataclass(frozen=True, slots=True)
class Party:
    """A company of the story, as it is printed. `number`: VAT number, compact; `email` is where its invoices go."""

    name: str
    street: str
    town: str
    country: str
    number: str
    email: str
    iban: str = ""
    colour: str = "#1f4e79"


@dataclass(frozen=True, slots=True)
class Sale:
    """One invented invoice. `days` is its term; None prints no term at all. `net` is before VAT at `rate` percent."""

    seller: Party
    buyer: Party
    number: str
    issued: date
    net: Decimal
    subject: str
    language: str
    rate: Decimal = Decimal(21)
    days: int | None = 30
    layout: str = "classic"
    structured: str = ""
    deposit: Decimal = Decimal(0)
    factur_x: bool = False
    prints_email: bool = False

    @property
    def vat(self) -> Decimal:
        """The VAT, to the cent."""
        return (self.net * self.rate / 100).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        """The total including VAT."""
        return self.net + self.vat

    @property
    def due(self) -> date | None:
        """The due date, when a term is printed."""
        return None if self.days is None else self.issued + timedelta(days=self.days)

    @property
    def filename(self) -> str:
        """The name of the PDF file."""
        return f"{_LABELS[self.language]['title'].split()[0].lower()}-{self.number.replace('/', '-')}.pdf"


_LABELS = {
    "fr": {
        "title": "Facture", "number": "Facture n°", "issued": "Date de facture", "due": "Échéance", "buyer": "Facturé à",
        "seller": "Émetteur", "description": "Désignation", "quantity": "Qté", "price": "Prix unitaire", "amount": "Montant HTVA",
        "net": "Total HTVA", "vat": "TVA", "total": "Total TVAC", "deposit": "Acompte reçu", "left": "Reste à payer",
        "reference": "Communication structurée", "terms": "Paiement à {days} jours sur le compte {iban}.", "pay": "À payer sur le compte {iban}.",
    },
    "nl": {
        "title": "Factuur", "number": "Factuurnummer", "issued": "Factuurdatum", "due": "Vervaldatum", "buyer": "Klant",
        "seller": "Leverancier", "description": "Omschrijving", "quantity": "Aantal", "price": "Eenheidsprijs", "amount": "Bedrag excl. btw",
        "net": "Totaal excl. btw", "vat": "Btw", "total": "Totaal incl. btw", "deposit": "Betaald voorschot", "left": "Te betalen",
        "reference": "Gestructureerde mededeling", "terms": "Te betalen binnen {days} dagen op rekening {iban}.", "pay": "Te betalen op rekening {iban}.",
    },
    "en": {
        "title": "Invoice", "number": "Invoice number", "issued": "Invoice date", "due": "Due date", "buyer": "Bill to",
        "seller": "From", "description": "Description", "quantity": "Qty", "price": "Unit price", "amount": "Amount excl. VAT",
        "net": "Subtotal", "vat": "VAT", "total": "Total incl. VAT", "deposit": "Deposit received", "left": "Amount due",
        "reference": "Payment reference", "terms": "Payment within {days} days to account {iban}.", "pay": "Please pay to account {iban}.",
    },
    "de": {
        "title": "Rechnung", "number": "Rechnungsnummer", "issued": "Rechnungsdatum", "due": "Fällig am", "buyer": "Rechnung an",
        "seller": "Von", "description": "Bezeichnung", "quantity": "Menge", "price": "Einzelpreis", "amount": "Betrag netto",
        "net": "Nettobetrag", "vat": "MwSt.", "total": "Gesamtbetrag", "deposit": "Erhaltene Anzahlung", "left": "Zu zahlen",
        "reference": "Verwendungszweck", "terms": "Zahlbar innerhalb von {days} Tagen auf das Konto {iban}.", "pay": "Zahlbar auf das Konto {iban}.",
    },
}  # fmt: skip


def pdf_of(sale: Sale) -> bytes:
    """The PDF of an invented invoice; the same sale gives the same bytes."""
    page = resources.files("agent.demo").joinpath("invoice.typ").read_bytes()
    stamp = datetime.combine(sale.issued, time(12), UTC)
    data = {"data": json.dumps(_data(sale))}
    return typst.compile(page, sys_inputs=data, format="pdf", pdf_standards="a-3b", timestamp=stamp)


def _data(sale: Sale) -> dict[str, object]:
    labels = _LABELS[sale.language]
    terms = labels["pay"] if sale.days is None else labels["terms"]
    return {
        "layout": sale.layout,
        "language": sale.language,
        "labels": labels,
        "title": labels["title"],
        "colour": sale.seller.colour,
        "seller": _party(sale.seller),
        "buyer": _party(sale.buyer) | ({"email": sale.buyer.email} if sale.prints_email else {}),
        "facts": _facts(sale, labels),
        "lines": [[sale.subject, "1", _money(sale.net, sale.language), _money(sale.net, sale.language)]],
        "sums": _sums(sale, labels),
        "terms": terms.format(days=sale.days, iban=format_iban(sale.seller.iban)),
        "footer": f"{sale.seller.name} · {sale.seller.number} · IBAN {format_iban(sale.seller.iban)}",
        "xml": _cii(sale) if sale.factur_x else "",
    }


def _party(party: Party) -> dict[str, str]:
    label = "TVA " if party.country in ("FR", "LU") else "BTW " if party.country == "NL" else ""
    return {"name": party.name, "street": party.street, "town": party.town, "number": label + party.number}


def _facts(sale: Sale, labels: dict[str, str]) -> list[list[str]]:
    found = [[labels["number"], sale.number], [labels["issued"], _day(sale.issued, sale.language)]]
    if sale.due is not None:
        found.append([labels["due"], _day(sale.due, sale.language)])
    if sale.structured:
        found.append([labels["reference"], format_structured_communication(sale.structured)])
    return found


def _sums(sale: Sale, labels: dict[str, str]) -> list[list[str]]:
    amounts = [("net", sale.net, ""), ("vat", sale.vat, f" {sale.rate} %"), ("total", sale.total, "")]
    if sale.deposit:
        amounts += [("deposit", -sale.deposit, ""), ("left", sale.total - sale.deposit, "")]
    return [[labels[name] + more, _money(amount, sale.language) + " EUR"] for name, amount, more in amounts]


def _money(amount: Decimal, language: str) -> str:
    text = f"{amount:,.2f}"
    if language == "en":
        return text
    thousands = "\u202f" if language == "fr" else "."
    return text.replace(",", "\x00").replace(".", ",").replace("\x00", thousands)


def _day(day: date, language: str) -> str:
    return (
        f"{day:%d.%m.%Y}" if language == "de" else f"{day:%d/%m/%Y}" if language != "en" else f"{day.day} {day:%B %Y}"
    )


def _cii(sale: Sale) -> str:
    """The same invoice as Cross Industry Invoice data (Factur-X, profile BASIC WL): the fields that a payment needs."""
    due = (
        f"<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>{_stamp(sale.due)}</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
        if sale.due
        else ""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:factur-x.eu:1p0:basicwl</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{escape(sale.number)}</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime>{_stamp(sale.issued)}</ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>{_cii_party("Seller", sale.seller)}{_cii_party("Buyer", sale.buyer)}</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement><ram:PaymentReference>{sale.structured or escape(sale.number)}</ram:PaymentReference><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>{sale.seller.iban}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
<ram:ApplicableTradeTax><ram:CalculatedAmount>{sale.vat}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>{sale.net}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>{sale.rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>{due}
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>{sale.net}</ram:LineTotalAmount><ram:TaxBasisTotalAmount>{sale.net}</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">{sale.vat}</ram:TaxTotalAmount><ram:GrandTotalAmount>{sale.total}</ram:GrandTotalAmount><ram:TotalPrepaidAmount>{sale.deposit}</ram:TotalPrepaidAmount><ram:DuePayableAmount>{sale.total - sale.deposit}</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


def _stamp(day: date | None) -> str:
    return f'<udt:DateTimeString format="102">{day:%Y%m%d}</udt:DateTimeString>' if day else ""


def _cii_party(role: str, party: Party) -> str:
    email = f'<ram:URIUniversalCommunication><ram:URIID schemeID="EM">{escape(party.email)}</ram:URIID></ram:URIUniversalCommunication>'
    return (
        f"<ram:{role}TradeParty><ram:Name>{escape(party.name)}</ram:Name>"
        f"<ram:PostalTradeAddress><ram:CountryID>{party.country}</ram:CountryID></ram:PostalTradeAddress>{email}"
        f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{party.number}</ram:ID></ram:SpecifiedTaxRegistration>'
        f"</ram:{role}TradeParty>"
    )
