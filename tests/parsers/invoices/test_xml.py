"""Structured invoices: every value from its element, and nothing from documents that declare entities."""

from datetime import date
from decimal import Decimal

import pytest

from agent.domain.findings import DocumentKind, Unreadable
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import embedded_files, read_document
from agent.parsers.invoices.xml import HostileXml, parse, root_name
from tests.parsers.invoices.xml_samples import DUE, UBL, WORDS, cii


def read(content):
    """The readings of these bytes."""
    return read_document(Document("x.xml", "application/xml", content), ParserContext())


def test_a_cii_invoice_is_read_whole():
    """Number, dates, sums, parties, account and reference stand at their paths, and the checks hold."""
    (reading,) = read(cii())
    assert reading.kind.value is DocumentKind.INVOICE
    assert (reading.number.value, reading.issue_date.value, reading.due_date.value) == (
        "88",
        date(2026, 11, 22),
        date(2026, 12, 22),
    )
    assert (reading.net.value, reading.vat.value, reading.total.value) == (
        Decimal("3200.00"),
        Decimal("192.00"),
        Decimal("3392.00"),
    )
    assert (reading.seller_vat.value, reading.seller_iban.value) == ("BE0998649840", "BE68539007547034")
    assert reading.payment_reference.value == "090012345625"
    assert reading.buyer_email.value == "compta@fabrique.example"
    assert reading.order_number.value == "PO-7"
    assert reading.total.where.path.endswith("GrandTotalAmount")
    assert reading.vat_lines[0].rate == 6
    assert reading.uncertain == ()
    assert reading.missing == ()


def test_sums_that_contradict_are_flagged():
    """Net and VAT that do not make the total leave the total in doubt."""
    (reading,) = read(cii(total="3400.00"))
    assert "total" in reading.uncertain
    assert any(check.startswith("fails: net") for check in reading.checks)


def test_a_day_that_does_not_exist_is_no_date():
    """30 February is not silently moved."""
    (reading,) = read(cii(issued="20260230"))
    assert reading.issue_date is None
    assert "issue_date" in reading.uncertain


def test_terms_in_words_give_the_due_date():
    """Without a due date the words decide, and the rule is named."""
    (reading,) = read(cii(terms=WORDS.format("30 jours fin de mois")))
    assert reading.due_date.value == date(2026, 12, 31)
    assert reading.due_date.where.rule == "terms: 30 days, end of month"


def test_several_due_dates_are_instalments():
    """Two due dates are never settled silently."""
    part = "<ram:PartialPaymentAmount>1696.00</ram:PartialPaymentAmount>"
    (reading,) = read(cii(terms=DUE.format("20261222", part) + DUE.format("20270122", part)))
    assert reading.due_date is None
    assert [i.amount for i in reading.instalments] == [Decimal("1696.00")] * 2
    assert "due_date" in reading.uncertain


@pytest.mark.parametrize(
    ("code", "kind"), [("381", "credit_note"), ("384", "correction"), ("389", "invoice"), ("325", "proforma")]
)
def test_type_codes(code, kind):
    """UNTDID 1001 says what the document is."""
    (reading,) = read(cii(code=code))
    assert reading.kind.value.value == kind


def test_a_ubl_invoice_is_read_whole():
    """The registered name goes before the trading name."""
    (reading,) = read(UBL.encode())
    assert (reading.number.value, reading.total.value, reading.currency.value) == (
        "TJ-00457",
        Decimal("1296.00"),
        "GBP",
    )
    assert reading.seller_name.value == "Tideline Joinery Ltd"
    assert reading.buyer_email.value == "ap@harbour.example"
    assert reading.due_date.value == date(2027, 2, 13)


def test_the_files_inside_a_ubl_invoice():
    """The PDF in base64 comes out with its name."""
    (inner,) = embedded_files(Document("x.xml", "", UBL.encode()))
    assert (inner.filename, inner.content) == ("copy.pdf", b"%PDF-1.7")


def test_an_order_is_no_invoice():
    """Other UBL documents are named and give no amounts."""
    (reading,) = read(UBL.replace("Invoice xmlns", "Order xmlns").replace("</Invoice>", "</Order>").encode())
    assert reading.kind.value is DocumentKind.ORDER
    assert reading.total is None


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1/">]>',
    ],
)
def test_entities_are_refused(head):
    """A DOCTYPE makes the document unreadable; nothing is expanded or fetched."""
    content = cii().replace(b"<!-- a comment before the root -->", head.encode())
    (answer,) = read(content)
    assert isinstance(answer, Unreadable)
    with pytest.raises(HostileXml):
        parse(content)


def test_deep_nesting_is_refused():
    """Nesting beyond any invoice is hostile."""
    with pytest.raises(HostileXml):
        parse(b"<a>" * 500 + b"</a>" * 500)


def test_broken_xml_is_a_value():
    """Truncated XML is unreadable, not an exception."""
    (answer,) = read(cii()[:-40])
    assert isinstance(answer, Unreadable)
    assert answer.problem == "broken"


def test_the_root_is_found_behind_long_comments():
    """Licence texts before the root element do not hide it."""
    assert root_name(b"<?xml version='1.0'?><!--" + b"x" * 50_000 + b"--><Invoice/>") == "Invoice"
    assert root_name(b"%PDF-1.7") == ""
