"""Lists out of accounting programs: their columns by many headings, their rows, and their mistakes."""

import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.findings import DocumentKind
from agent.parsers.listings import Listing, ListKind, read_listing
from agent.parsers.listings.columns import columns
from agent.parsers.listings.model import Field

F = Field
HEADINGS = {
    "odoo, English": (
        "Number;Invoice Partner Display Name;Invoice/Bill Date;Due Date;Tax Excluded;Total;Amount Due;Payment State",
        {F.NUMBER: 0, F.NAME: 1, F.ISSUED: 2, F.DUE: 3, F.NET: 4, F.TOTAL: 5, F.OPEN: 6},
    ),
    "odoo, French": (
        "Numéro;Nom d'affichage du partenaire de la facture;Date de facturation;Date d'échéance;Hors taxes;Total;Montant dû",
        {F.NUMBER: 0, F.NAME: 1, F.ISSUED: 2, F.DUE: 3, F.NET: 4, F.TOTAL: 5, F.OPEN: 6},
    ),
    "exact": (
        "Factuurnummer;Relatie: Code;Relatie: Naam;Factuurdatum;Vervaldatum;Bedrag;Openstaand;Valuta;Betalingsreferentie",
        {F.NUMBER: 0, F.NAME: 2, F.ISSUED: 3, F.DUE: 4, F.TOTAL: 5, F.OPEN: 6, F.CURRENCY: 7, F.REFERENCE: 8},
    ),
    "yuki": (
        "Contact;Factuurnummer;Datum;Vervaldatum;Bedrag;Openstaand;E-mailadres",
        {F.NAME: 0, F.NUMBER: 1, F.ISSUED: 2, F.DUE: 3, F.TOTAL: 4, F.OPEN: 5, F.EMAIL: 6},
    ),
    "billit": (
        "OrderNumber;CounterParty;OrderDate;ExpiryDate;TotalExcl;TotalVAT;TotalIncl;ToPay;Currency;VATNumber;Email",
        {F.NUMBER: 0, F.NAME: 1, F.ISSUED: 2, F.DUE: 3, F.NET: 4, F.VAT: 5, F.TOTAL: 6, F.OPEN: 7, F.CURRENCY: 8, F.PARTY: 9, F.EMAIL: 10},
    ),
    "sage": (
        "N° Pièce;Date facture;Code client;Intitulé client;Échéance;Montant HT;Montant TTC;Reste à payer",
        {F.NUMBER: 0, F.ISSUED: 1, F.NAME: 3, F.DUE: 4, F.NET: 5, F.TOTAL: 6, F.OPEN: 7},
    ),
    "ebp": (
        "Numéro du document;Date du document;Nom du client;Total TTC;Net à payer;Solde dû;Date d'échéance",
        {F.NUMBER: 0, F.ISSUED: 1, F.NAME: 2, F.TOTAL: 3, F.OPEN: 5, F.DUE: 6},
    ),
    "ciel": (
        "N° facture;Date;N° client;Client;Montant TTC;Acompte;Solde",
        {F.NUMBER: 0, F.ISSUED: 1, F.NAME: 3, F.TOTAL: 4, F.PAID: 5, F.OPEN: 6},
    ),
    "winbooks": (
        "DOCNUMBER;DATEDOC;DUEDATE;ACCOUNTRP;NAME;AMOUNTEUR;CURRENCY;VATNUMBER",
        {F.NUMBER: 0, F.ISSUED: 1, F.DUE: 2, F.NAME: 4, F.TOTAL: 5, F.CURRENCY: 6, F.PARTY: 7},
    ),
    "bob": (
        "DOCNO;DOCDATE;DUEDATE;CID;CNAME;AMOUNT;REMAINING",
        {F.NUMBER: 0, F.ISSUED: 1, F.DUE: 2, F.NAME: 4, F.TOTAL: 5, F.OPEN: 6},
    ),
    "datev": (
        "Rechnungsnummer;Rechnungsdatum;Fälligkeit;Debitorenkonto;Name;Betrag;Soll/Haben-Kz;WKZ",
        {F.NUMBER: 0, F.ISSUED: 1, F.DUE: 2, F.NAME: 4, F.TOTAL: 5, F.SIDE: 6, F.CURRENCY: 7},
    ),
}  # fmt: skip


def listed(text: str, encoding: str = "utf-8") -> Listing:
    return read_listing(text.encode(encoding), seller="Acme SRL")


@pytest.mark.parametrize("program", HEADINGS)
def test_the_columns_of_usual_programs(program):
    """Their headings name the fields, whatever stands between them."""
    heads, wanted = HEADINGS[program]
    assert columns(heads.split(";")) == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters(encoding, delimiter):
    """As spreadsheets of different countries and ages save them."""
    heads = delimiter.join(("N° facture", "Client", "Date facture", "Échéance", "Montant TTC"))
    row = delimiter.join(("2026-1", "Café Zoé", "02/01/2026", "01/02/2026", '"1 234,50"'))
    (only,) = listed(f"{heads}\r\n{row}\r\n", encoding).rows
    reading = only.reading
    assert only.errors == ()
    assert (reading.number.value, reading.buyer_name.value) == ("2026-1", "Café Zoé")
    assert (reading.issue_date.value, reading.due_date.value) == (date(2026, 1, 2), date(2026, 2, 1))
    assert reading.total.value == Decimal("1234.50")


def test_a_preamble_a_total_row_and_empty_rows_are_passed_over():
    """Reports have a title above and a sum below; rows keep their place in the file."""
    found = listed(
        "Openstaande facturen\n\nFactuur;Klant;Datum;Bedrag\n1;A;2026-01-02;10,00\n\n2;B;2026-01-03;5,00\nTotaal;;;15,00\n"
    )
    assert [row.line for row in found.rows] == [4, 6]
    assert not found.bad


def test_what_was_paid_and_credit_notes():
    """The paid part follows from the open one; a negative sum, a kind or a credit side is a credit note."""
    found = listed(
        "Invoice,Customer,Invoice date,Amount,Open,Type\n1,A,2026-01-02,100.00,40.00,\n2,A,2026-01-02,-30.00,,\n3,A,2026-01-02,30.00,,Credit note\n"
    )
    first, second, third = (row.reading for row in found.rows)
    assert (first.total.value, first.amount_due.value) == (100, 40)
    assert {second.kind.value, third.kind.value} == {DocumentKind.CREDIT_NOTE}
    assert second.total.value == 30


def test_terms_give_the_due_date_and_numbers_are_of_the_creditors_country():
    """Where no column tells it; a bare figure counts days."""
    found = listed(
        "Rechnung;Kunde;Rechnungsdatum;Rechnungsbetrag;Zahlungsziel\n1;A;02.01.2026;10,00;30 Tage\n2;B;02.01.2026;10,00;14\n3;C;02.01.2026;5,00;\n"
    )
    due = [row.reading.due_date and row.reading.due_date.value for row in found.rows]
    assert due == [date(2026, 2, 1), date(2026, 1, 16), None]
    french = read_listing(b"Nom;SIREN;E-mail\nA;732829320;a@a.example\n", seller="Acme", country="FR")
    assert french.rows[0].reading.buyer_vat.value == "FR732829320"


def test_mistakes_are_told_by_row():
    """Each with the cell that is wrong; the other rows are good."""
    found = listed(
        "Facture;Client;Date;Échéance;Montant;TVA client;E-mail\n"
        "1;;02/01/2026;;10,00;;\n;B;31/31/2026;;x;;\n3;C;02/01/2026;01/01/2026;10,00;BE0123456780;zut\n4;D;02/01/2026;;10,00;;\n4;E;02/01/2026;;11,00;;\n4;D;02/01/2026;;10,00;;\n"
    )
    assert [row.errors for row in found.rows] == [
        ("no_name",),
        ("bad_amount:x", "no_number", "bad_date:31/31/2026"),
        ("bad_party:BE0123456780", "bad_email:zut", "due_before_issue:01/01/2026"),
        (),
        ("twice:5",),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hello\nworld\n", "no_header"),
        ("Facture;Date;Montant\n1;02/01/2026;10,00\n", "no_name"),
        ("Client;Date;Montant TTC\nA;02/01/2026;10,00\n", "no_number"),
        ("Facture;Client;Date;Montant HT\n1;A;02/01/2026;10,00\n", "no_total"),
        ("Invoice,Customer,Invoice date,Amount\n1,A,03/04/2026,10.00\n", "no_day_order"),
        ("Facture;Client;Date;Montant\n1;A;02/01/2026;1.234\n", "no_decimal_mark"),
    ],
)
def test_what_cannot_be_told_is_said_and_not_guessed(text, problem):
    """Headings that lack, amounts and days that may mean two things."""
    assert listed(text).problem == problem


def test_customers_with_their_addresses():
    """A list without sums; `number` is then the customer's own."""
    found = listed(
        "creditor;name;number;addresses;language;consumer\nacme;Durand SA;BE 0123.456.749;A@durand.example;nl;no\n"
    )
    assert found.kind is ListKind.CONTACTS
    reading = found.rows[0].reading
    assert (reading.buyer_name.value, reading.buyer_vat.value) == ("Durand SA", "BE0123456749")
    assert (reading.buyer_email.value, reading.language, reading.consumer.value) == ("a@durand.example", "nl", False)


def test_a_workbook_is_read_like_a_table():
    """Real days and figures in its cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, days = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ("Rechnung", "Kunde", "Rechnungsdatum", "Fällig am", "Brutto"))
        sheet.write_row(1, 0, ("RE-7", "Keller GmbH"))
        sheet.write_datetime(1, 2, date(2026, 3, 4), days)
        sheet.write_datetime(1, 3, date(2026, 4, 3), days)
        sheet.write_number(1, 4, 1250.5)
    (row,) = read_listing(out.getvalue(), seller="Acme").rows
    assert row.errors == ()
    assert (row.reading.issue_date.value, row.reading.total.value) == (date(2026, 3, 4), Decimal("1250.5"))


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_nothing_makes_it_stumble(content):
    """Whatever the bytes, there is a list or a reason."""
    found = read_listing(content, seller="Acme")
    assert found.problem or found.columns
