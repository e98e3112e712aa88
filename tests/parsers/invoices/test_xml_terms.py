"""Structured invoices to the last term: instalments, coded discounts, mandates, payees, periods, and small malformations."""

import base64
import io
from datetime import date
from decimal import Decimal

import pypdfium2 as pdfium
import pytest

from agent.domain.findings import DocumentKind
from agent.domain.invoice_parts import Account
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import embedded_files, read_document
from agent.parsers.invoices.pdf import PdfParser
from tests.parsers.invoices.pages import _compile
from tests.parsers.invoices.xml_samples import DUE, UBL, WORDS, cii

DISCOUNT = (
    "<ram:ApplicableTradePaymentDiscountTerms><ram:BasisPeriodMeasure unitCode='DAY'>{}</ram:BasisPeriodMeasure>"
    "<ram:CalculationPercent>{}</ram:CalculationPercent></ram:ApplicableTradePaymentDiscountTerms>"
)
PAGE = r"""
#set text(size: 10pt)
*Tideline Joinery Ltd* \ 4 Quay Road \ Whitby YO21 1DH
#v(1cm)
Bill to: \ Harbour Lane Books Ltd \ 7 Harbour Lane \ Whitby YO22 4AA
#v(1cm)
Invoice number: TJ-00457 \ Invoice date: 14 January 2027 \ Due date: 13 February 2027
#v(1cm)
Oak shelving #h(1fr) £1,080.00 \ VAT 20% #h(1fr) £216.00 \ *Total due* #h(1fr) *£{total}*
#v(1cm)
Bank account: GB29 NWBK 6016 1331 9268 19
"""


def read(content):
    """The only reading of these bytes."""
    (reading,) = read_document(Document("x.xml", "application/xml", content), ParserContext())
    return reading


def test_coded_discounts_are_no_terms():
    """XRechnung's "#SKONTO#" lines become discounts; what is left are the terms."""
    words = "#SKONTO#TAGE=7#PROZENT=3.00#\n#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=1000.00#\nNetto 30 Tage"
    reading = read(cii(terms=WORDS.format(words)))
    assert [(d.until, d.percent, d.amount) for d in reading.discounts] == [
        (date(2026, 11, 29), Decimal("3.00"), Decimal("3290.24")),
        (date(2026, 12, 6), Decimal("2.00"), Decimal("3372.00")),
    ]
    assert reading.terms.value == "Netto 30 Tage"
    assert reading.due_date.value == date(2026, 12, 22)


def test_a_discount_day_is_no_due_date():
    """Of two days the one without a discount is when the whole is due."""
    early = DUE.format("20261202", DISCOUNT.format(10, "2"))
    reading = read(cii(terms=early + DUE.format("20261222", "")))
    assert reading.due_date.value == date(2026, 12, 22)
    assert reading.discount.until == date(2026, 12, 2)
    assert reading.discount.amount == Decimal("3324.16")


def test_a_day_printed_in_the_terms_binds():
    """ "30 Tage netto bis 21.12.2026" is due on that day, however the days are counted."""
    words = "Zahlbar innerhalb 30 Tagen netto bis 21.12.2026, 3% Skonto innerhalb 10 Tagen bis 02.12.2026"
    reading = read(cii(terms=WORDS.format(words)))
    assert reading.due_date.value == date(2026, 12, 21)
    assert reading.discount.until == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("code", "kind"), [("386", "invoice"), ("389", "invoice"), ("384", "correction"), ("381", "credit_note")]
)
def test_kinds_that_are_followed_or_deducted(code, kind):
    """Prepayments and self-billed invoices are claims; corrections and credit notes are named."""
    assert read(cii(code=code)).kind.value is DocumentKind(kind)


def test_a_direct_debit_names_its_mandate():
    """Code 59 with mandate and creditor identifier; the debtor's own account is his, and not one to pay to."""
    means = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode><cac:PaymentMandate><cbc:ID>M-77</cbc:ID>"
        "<cac:PayerFinancialAccount><cbc:ID>BE68539007547034</cbc:ID></cac:PayerFinancialAccount></cac:PaymentMandate>"
        "</cac:PaymentMeans>"
    )
    seller = "<cac:PartyIdentification><cbc:ID schemeID='SEPA'>GB98ZZZ123</cbc:ID></cac:PartyIdentification>"
    start, end = UBL.index("<cac:PaymentMeans>"), UBL.index("<cac:TaxTotal>")
    content = (UBL[:start] + means + UBL[end:]).replace(
        "<cac:PartyName><cbc:Name>Tideline<", seller + "<cac:PartyName><cbc:Name>Tideline<"
    )
    reading = read(content.encode())
    assert reading.direct_debit.value is True
    assert (reading.mandate.value, reading.creditor_identifier.value) == ("M-77", "GB98ZZZ123")
    assert reading.seller_iban is None
    assert reading.accounts == (Account("BE68539007547034", "debtor"),)


def test_a_payee_of_another_name_is_a_factor():
    """His account is the one to pay, and says whose it is."""
    payee = "<cac:PayeeParty><cac:PartyName><cbc:Name>Northsea Factors Ltd</cbc:Name></cac:PartyName></cac:PayeeParty>"
    reading = read(UBL.replace("<cac:PaymentMeans>", payee + "<cac:PaymentMeans>").encode())
    assert reading.payee_name.value == "Northsea Factors Ltd"
    assert reading.accounts == (Account("GB29NWBK60161331926819", "factor"),)


def test_period_notes_and_registration():
    """The invoicing period, the notes with their clause, and the register that gave a number."""
    extra = (
        "<cbc:Note>Late payments bear interest at 8% a year.</cbc:Note>"
        "<cac:InvoicePeriod><cbc:StartDate>2027-01-01</cbc:StartDate><cbc:EndDate>2027-01-31</cbc:EndDate></cac:InvoicePeriod>"
    )
    content = UBL.replace("<cbc:DocumentCurrencyCode>", extra + "<cbc:DocumentCurrencyCode>")
    content = content.replace(
        "Tideline Joinery Ltd</cbc:RegistrationName>",
        "Tideline Joinery Ltd</cbc:RegistrationName><cbc:CompanyID schemeID='0208'>0998649840</cbc:CompanyID>",
    )
    reading = read(content.encode())
    assert (reading.period_start.value, reading.period_end.value) == (date(2027, 1, 1), date(2027, 1, 31))
    assert reading.late_interest.value.rate == 8
    assert reading.seller_registration.value == "0208:0998649840"


def test_lines_that_do_not_make_the_sum_are_flagged():
    """The document's own figures contradict themselves."""
    line = "<cac:InvoiceLine><cbc:LineExtensionAmount>900.00</cbc:LineExtensionAmount></cac:InvoiceLine>"
    stated = "<cac:LegalMonetaryTotal><cbc:LineExtensionAmount>1080.00</cbc:LineExtensionAmount>"
    content = UBL.replace("<cac:LegalMonetaryTotal>", stated).replace("</Invoice>", line + "</Invoice>")
    reading = read(content.encode())
    assert "total" in reading.uncertain
    assert any(check.startswith("fails: 1 lines") for check in reading.checks)


def test_rounding_belongs_to_the_sum():
    """What was rounded explains the difference between total and amount due."""
    content = UBL.replace(
        '<cbc:PayableAmount currencyID="GBP">1296.00',
        "<cbc:PrepaidAmount>295.60</cbc:PrepaidAmount><cbc:PayableRoundingAmount>-0.40</cbc:PayableRoundingAmount><cbc:PayableAmount>1000.00",
    )
    reading = read(content.encode())
    assert reading.amount_due.value == 1000
    assert "amount_due" not in reading.uncertain


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda x: x.encode("utf-16"), ""),
        (lambda x: b"\xef\xbb\xbf" + x.encode(), ""),
        (lambda x: x.replace("Tideline Joinery Ltd", "Tideline & Sons").encode(), "ampersand"),
        (lambda x: x.replace("Tideline Joinery Ltd", "Tideline Café").encode("latin-1"), "encoding"),
        (lambda x: x.replace("cbc:ID>TJ-00457</cbc:ID", "cbd:ID>TJ-00457</cbd:ID").encode(), "prefix cbd"),
    ],
)
def test_small_malformations_are_overlooked_and_told(damage, complaint):
    """A BOM, UTF-16, a bare ampersand, a wrong encoding or prefix: read all the same, and said in the checks."""
    reading = read(damage(UBL))
    assert (reading.number.value, reading.total.value) == ("TJ-00457", Decimal("1296.00"))
    assert any(complaint in check for check in reading.checks)


def test_a_decimal_comma_and_a_day_with_dots_are_read_with_doubt():
    """Values that are not written as XML writes them are shown to a person."""
    content = UBL.replace(">1296.00<", ">1.296,00<").replace(">2027-02-13<", ">13.02.2027<")
    reading = read(content.encode())
    assert (reading.total.value, reading.due_date.value) == (Decimal("1296.00"), date(2027, 2, 13))
    assert {"total", "due_date"} <= set(reading.uncertain)


def _with_copy(total):
    pdf = _compile(PAGE.replace("{total}", total))
    return pdf, UBL.replace("JVBERi0xLjc=", base64.b64encode(pdf).decode()).encode()


def test_the_pdf_inside_is_compared():
    """The same figures agree, and the copy is known by its digest."""
    pdf, content = _with_copy("1,296.00")
    reading = read(content)
    assert "holds: XML and page agree" in reading.checks
    assert reading.copy == Document("", "", pdf).digest


def test_a_pdf_inside_that_says_otherwise_is_flagged():
    """The XML's total stands, and a person is asked."""
    _, content = _with_copy("1,396.00")
    reading = read(content)
    assert reading.total.value == Decimal("1296.00")
    assert "total" in reading.uncertain


def test_a_pdf_inside_of_something_else_is_passed_over():
    """A time sheet that travels along contradicts nothing."""
    pdf = _compile("Time sheet \\ January 2027 \\ 14 hours, total 900.00 EUR, invoice number pending")
    reading = read(UBL.replace("JVBERi0xLjc=", base64.b64encode(pdf).decode()).encode())
    assert reading.copy == ""
    assert not any(check.startswith("differs") for check in reading.checks)


def _attached(name):
    pdf = pdfium.PdfDocument(_compile(PAGE.replace("{total}", "1,296.00")))
    attachment = pdf.new_attachment(name)
    attachment.set_data(UBL.encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_xml_in_a_pdf_under_any_name():
    """The file's name says nothing; its root element does."""
    (reading,) = PdfParser().read(Document("x.pdf", "", _attached("anything.dat")), ParserContext())
    assert reading.number.where.rule == "BT-1"


def test_xml_that_the_pdf_does_not_list():
    """A file without a place in the tree of names is found by its stream."""
    content = _attached("factur-x.xml").replace(b"/EmbeddedFiles", b"/NoMoreListed", 1)
    content = content if b"EmbeddedFile" in content else content.replace(b"/Params", b"/Type/EmbeddedFile/Params", 1)
    (inner,) = embedded_files(Document("x.pdf", "", content))
    assert inner.content.strip().startswith(b"<Invoice")
