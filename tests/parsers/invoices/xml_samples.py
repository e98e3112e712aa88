"""Structured invoices of our own making."""

from __future__ import annotations

CII = """<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment before the root -->
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>{code}</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">{issued}</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
<ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty><ram:Name>Ateliers Verriers Maubert SC</ram:Name>
<ram:PostalTradeAddress><ram:PostcodeCode>7110</ram:PostcodeCode><ram:LineOne>Rue du Fourneau 12</ram:LineOne><ram:CityName>Houdeng</ram:CityName><ram:CountryID>BE</ram:CountryID></ram:PostalTradeAddress>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">123</ram:ID></ram:SpecifiedTaxRegistration>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">BE0998649840</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Fabrique Saint-Médard</ram:Name>
<ram:URIUniversalCommunication><ram:URIID schemeID="EM">compta@fabrique.example</ram:URIID></ram:URIUniversalCommunication></ram:BuyerTradeParty>
<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-7</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>
</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement>
<ram:PaymentReference>+++090/0123/45625+++</ram:PaymentReference>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode>
<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>BE68 5390 0754 7034</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
<ram:ApplicableTradeTax><ram:CalculatedAmount>192.00</ram:CalculatedAmount><ram:BasisAmount>3200.00</ram:BasisAmount><ram:RateApplicablePercent>6</ram:RateApplicablePercent></ram:ApplicableTradeTax>
{terms}
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>3200.00</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="USD">210.00</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="EUR">192.00</ram:TaxTotalAmount>
<ram:GrandTotalAmount>{total}</ram:GrandTotalAmount><ram:DuePayableAmount>{total}</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""

DUE = '<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">{}</udt:DateTimeString></ram:DueDateDateTime>{}</ram:SpecifiedTradePaymentTerms>'
WORDS = "<ram:SpecifiedTradePaymentTerms><ram:Description>{}</ram:Description></ram:SpecifiedTradePaymentTerms>"


def cii(
    number: str = "88",
    code: str = "380",
    issued: str = "20261122",
    total: str = "3392.00",
    terms: str = DUE.format("20261222", ""),
) -> bytes:
    """A CII invoice."""
    return CII.format(number=number, code=code, issued=issued, total=total, terms=terms).encode()


UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>TJ-00457</cbc:ID><cbc:IssueDate>2027-01-14</cbc:IssueDate><cbc:DueDate>2027-02-13</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>GBP</cbc:DocumentCurrencyCode>
<cac:AdditionalDocumentReference><cbc:ID>copy</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="copy.pdf">JVBERi0xLjc=</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Tideline</cbc:Name></cac:PartyName><cac:PartyLegalEntity><cbc:RegistrationName>Tideline Joinery Ltd</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Harbour Lane Books Ltd</cbc:Name></cac:PartyName><cac:Contact><cbc:ElectronicMail>ap@harbour.example</cbc:ElectronicMail></cac:Contact></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>TJ-00457</cbc:PaymentID><cac:PayeeFinancialAccount><cbc:ID>GB29NWBK60161331926819</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">216.00</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount currencyID="GBP">1080.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="GBP">216.00</cbc:TaxAmount><cac:TaxCategory><cbc:Percent>20</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="GBP">1080.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="GBP">1296.00</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="GBP">1296.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>"""
