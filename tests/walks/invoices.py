"""A small UBL invoice of the story's first creditor, months overdue."""

from decimal import Decimal

from agent.demo.cast import ATELIER, BATIPLUS
from agent.demo.documents import Party


def ubl(
    number: str,
    due: str = "2026-02-01",
    issued: str = "2026-01-02",
    total: str = "121.00",
    buyer: Party = BATIPLUS,
    seller: Party = ATELIER,
) -> bytes:
    """The bytes of a UBL 2.1 invoice of this number."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate><cbc:DueDate>{due}</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>{seller.name}</cbc:Name></cac:PartyName><cac:PartyTaxScheme><cbc:CompanyID>{seller.number}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>{seller.name}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>{buyer.number}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>{buyer.name}</cbc:RegistrationName></cac:PartyLegalEntity><cac:Contact><cbc:ElectronicMail>{buyer.email}</cbc:ElectronicMail></cac:Contact></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>{seller.iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="EUR">{total}</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="EUR">{total}</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>""".encode()


def credit_note(
    number: str, of: str = "", total: str = "121.00", issued: str = "2026-03-02", buyer: Party = BATIPLUS
) -> bytes:
    """The bytes of a UBL 2.1 credit note of this number, for the invoice `of` when it names one."""
    text = ubl(number, issued=issued, total="TOTAL", buyer=buyer).decode()
    about = f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{of}</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>"
    start, end = text.index("<cbc:DueDate>"), text.index("<cbc:InvoiceTypeCode>")
    text = text[:start] + text[end:]
    text = text.replace("InvoiceTypeCode>380", "CreditNoteTypeCode>381").replace(
        "</cbc:InvoiceTypeCode>", "</cbc:CreditNoteTypeCode>"
    )
    text = text.replace("</cbc:DocumentCurrencyCode>", "</cbc:DocumentCurrencyCode>" + (about if of else ""))
    text = text.replace("schema:xsd:Invoice-2", "schema:xsd:CreditNote-2").replace("<Invoice ", "<CreditNote ")
    net = (Decimal(total) / Decimal("1.21")).quantize(Decimal("0.01"))
    text = text.replace(">100.00<", f">{net}<").replace(
        ">21.00</cbc:TaxAmount>", f">{Decimal(total) - net}</cbc:TaxAmount>"
    )
    return text.replace("TOTAL", total).replace("</Invoice>", "</CreditNote>").encode()


def bill(number: str, total: str, buyer: Party, seller: Party = ATELIER) -> bytes:
    """The bytes of a UBL 2.1 invoice of this sum, VAT of 21 % included, months overdue."""
    net = (Decimal(total) / Decimal("1.21")).quantize(Decimal("0.01"))
    text = ubl(number, total="TOTAL", buyer=buyer, seller=seller).decode().replace(">100.00<", f">{net}<")
    text = text.replace(">21.00</cbc:TaxAmount>", f">{Decimal(total) - net}</cbc:TaxAmount>")
    return text.replace("TOTAL", total).encode()
