"""Prints the mail that the boot check hands in: an invoice of Menuiserie Dupont, in UBL and proved by the server's word."""

import sys
from email.message import EmailMessage

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>2026-118</cbc:ID><cbc:IssueDate>2026-11-02</cbc:IssueDate><cbc:DueDate>2026-12-02</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Menuiserie Dupont</cbc:Name></cac:PartyName>
<cac:PartyTaxScheme><cbc:CompanyID>BE0403170701</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Immo Exemple SA</cbc:Name></cac:PartyName>
</cac:Party></cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">210.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">1000.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">1210.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">1210.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>
"""


def letter() -> bytes:
    """The mail as it lies in the mailbox."""
    mail = EmailMessage()
    mail["Authentication-Results"] = (
        "boot.test; dkim=pass header.d=bois.example; spf=pass smtp.mailfrom=anne@bois.example"
    )
    mail["From"] = "Anne Dupont <anne@bois.example>"
    mail["To"] = "relances@example.org"
    mail["Subject"] = "Facture 2026-118"
    mail["Message-ID"] = "<boot-1@bois.example>"
    mail["Date"] = "Mon, 02 Nov 2026 09:00:00 +0100"
    mail.set_content("Bonjour,\n\nDébiteur : compta@immo.example\n\nAnne Dupont\n")
    mail.add_attachment(UBL.encode(), maintype="application", subtype="xml", filename="facture.xml")
    return mail.as_bytes()


if __name__ == "__main__":
    sys.stdout.buffer.write(letter())
