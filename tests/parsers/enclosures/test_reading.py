"""What debtors enclose is known by its title, its fields or its lines, and says who is paid what, when, for which invoice."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.backends.tesseract import Tesseract
from agent.domain.enclosures import EnclosureKind, Standing
from agent.parsers.api import ParserContext
from agent.parsers.enclosures import read_enclosure, wants_ocr
from agent.parsers.enclosures.lines import money_of, numbers_in
from agent.parsers.enclosures.workbook import is_workbook, workbook_rows
from tests.parsers.enclosures.papers import OWN, document, pictured, printed, proof, workbook

CONTEXT = ParserContext(names=("Atelier Bruno SRL",), numbers=("BE0441122148",), ibans=(OWN.replace(" ", ""),))


def read(name, content, context=CONTEXT):
    return read_enclosure(document(name, content), context)


def test_a_banks_page_about_a_transfer_is_a_proof():
    """Its sum, its day, its standing, the invoice that its message names, and both accounts."""
    found = read("preuve.pdf", proof())
    assert (found.kind, found.standing) == (EnclosureKind.PAYMENT_PROOF, Standing.EXECUTED)
    assert (found.amount, found.currency, found.on) == (Decimal("1210.00"), "EUR", date(2026, 3, 4))
    assert found.numbers == ("2026-118",)
    assert OWN.replace(" ", "") in found.accounts


@pytest.mark.skipif(not Tesseract.available(), reason="OCR is not installed")
def test_a_picture_of_it_says_the_same():
    """Without OCR it asks for it."""
    picture = pictured(proof())
    assert wants_ocr(read("preuve.png", picture))
    found = read_enclosure(document("preuve.png", picture), ParserContext(ocr=Tesseract()))
    assert (found.kind, found.amount, found.on) == (EnclosureKind.PAYMENT_PROOF, Decimal("1210.00"), date(2026, 3, 4))
    assert "2026-118" in found.numbers


@pytest.mark.parametrize(
    ("title", "fields", "standing"),
    [
        ("Betalingsbewijs", (("Begunstigde", "Atelier"), ("Bedrag", "€ 350,50"), ("Uitvoeringsdatum", "03-03-2026"), ("Status", "Gepland")), Standing.PLANNED),
        ("Proof of payment", (("Beneficiary", "Atelier"), ("Amount", "EUR 350.50"), ("Value date", "3 March 2026"), ("Status", "Completed")), Standing.EXECUTED),
        ("Überweisung", (("Empfänger", "Atelier"), ("Betrag", "350,50 €"), ("Ausführungsdatum", "03.03.2026"), ("Status", "abgelehnt")), Standing.REFUSED),
        ("Détail de l'opération", (("Bénéficiaire", "Atelier"), ("Montant", "-350,50 EUR"), ("Exécuté le", "03/03/2026"), ("Réf", "A1")), Standing.EXECUTED),
    ],
)  # fmt: skip
def test_proofs_in_four_languages(title, fields, standing):
    """A transfer that waits or was refused is told from one that was made; a debit is a sum paid."""
    found = read("x.pdf", printed(title, (*fields, ("Mededeling", "2026-118 dank voor uw geduld"))))
    assert (found.kind, found.standing) == (EnclosureKind.PAYMENT_PROOF, standing)
    assert (found.amount, found.on) == (Decimal("350.50"), date(2026, 3, 3))


HEADS = {
    "Avis de paiement": ("N° facture", "Date", "Montant TTC", "Escompte", "Net payé"),
    "Betaalspecificatie": ("Factuurnummer", "Datum", "Bedrag", "Korting", "Betaald bedrag"),
    "Remittance advice": ("Invoice no", "Date", "Gross amount", "Discount", "Amount paid"),
    "Zahlungsavis": ("Rechnungsnummer", "Datum", "Bruttobetrag", "Skonto", "Zahlbetrag"),
}


@pytest.mark.parametrize("title", HEADS)
def test_a_remittance_advice_says_what_is_paid_on_which_invoice(title):
    """The column that says what is paid counts, not the gross one; the total line is no invoice."""
    rows = [
        HEADS[title],
        ("2026-118", "02/02/2026", "1.210,00", "10,00", "1.200,00"),
        ("2026-125", "12/02/2026", "605,00", "0,00", "605,00"),
        ("Total", "", "", "", "1.805,00 EUR"),
    ]
    found = read("avis.pdf", printed(title, (("Date de paiement", "16/03/2026"),), rows))
    assert found.kind is EnclosureKind.REMITTANCE
    assert [(line.numbers[0], line.amount) for line in found.lines] == [
        ("2026-118", Decimal("1200.00")),
        ("2026-125", Decimal("605.00")),
    ]
    assert (found.on, found.amount, found.sum_holds) == (date(2026, 3, 16), Decimal("1805.00"), True)


def test_a_total_that_its_lines_do_not_make_is_named():
    """A person looks at what does not tie."""
    rows = [
        HEADS["Zahlungsavis"],
        ("2026-118", "02.02.2026", "9,00", "0,00", "9,00"),
        ("Total", "", "", "", "10,00 EUR"),
    ]
    assert read("x.pdf", printed("Zahlungsavis", (), rows)).sum_holds is False


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_table_of_commas_is_an_advice_by_its_headings(delimiter):
    """Decimal comma or point; no title is needed."""
    mark = "." if delimiter == "," else ","
    rows = [
        ("Facture", "Date facture", "Montant"),
        ("2026-118", "02/02/2026", f"1210{mark}00"),
        ("2026-125", "12/02/2026", f"605{mark}50"),
    ]
    content = "\r\n".join(delimiter.join(row) for row in rows).encode("cp1252")
    found = read("paiement.csv", content)
    assert found.kind is EnclosureKind.REMITTANCE
    assert [line.amount for line in found.lines] == [Decimal("1210.00"), Decimal("605.50")]
    assert found.amount == Decimal("1815.50")


def test_a_workbook_is_read_without_a_spreadsheet_program():
    """Days, figures and numbers that a program stored as figures."""
    rows = [
        ["Remittance advice"],
        ["Payment date", date(2026, 3, 16)],
        [],
        ["Invoice no", "Invoice date", "Gross", "Paid amount"],
        ["2026-118", date(2026, 2, 2), 1220, 1210],
        [2026125, date(2026, 2, 12), 605.5, 605.5],
        ["Total", None, None, 1815.5],
    ]
    found = read("remittance.xlsx", workbook(rows))
    assert [(line.numbers[0], line.amount) for line in found.lines] == [
        ("2026-118", Decimal(1210)),
        ("2026125", Decimal("605.50")),
    ]
    assert (found.on, found.amount, found.sum_holds) == (date(2026, 3, 16), Decimal("1815.50"), True)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Relevé d'identité bancaire", EnclosureKind.BANK_DETAILS),
        ("Nieuwe bankgegevens", EnclosureKind.BANK_DETAILS),
        ("Change of bank details", EnclosureKind.BANK_DETAILS),
        ("Neue Bankverbindung", EnclosureKind.BANK_DETAILS),
        ("Note de débit", EnclosureKind.COUNTER_CLAIM),
        ("Klachtenformulier", EnclosureKind.COUNTER_CLAIM),
        ("Debit note 77", EnclosureKind.COUNTER_CLAIM),
        ("Reklamation", EnclosureKind.COUNTER_CLAIM),
        ("Bon de commande", EnclosureKind.ORDER),
        ("Creditnota NC-12", EnclosureKind.CREDIT_NOTE),
        ("Jugement déclaratif de faillite", EnclosureKind.INSOLVENCY),
        ("Faillissementsvonnis", EnclosureKind.INSOLVENCY),
        ("Notice of appointment of administrator", EnclosureKind.INSOLVENCY),
        ("Eröffnungsbeschluss", EnclosureKind.INSOLVENCY),
    ],
)
def test_other_papers_are_known_by_their_titles(title, kind):
    """And name the invoice that they are about."""
    found = read(
        "x.pdf",
        printed(title, text="Concerne la facture 2026-118 du 2 février 2026, livraison incomplète, montant 121,00 EUR"),
    )
    assert found.kind is kind
    assert "2026-118" in found.numbers


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("x.pdf", b"%PDF-1.7 broken", "broken"),
        ("x.docx", b"PK\x03\x04 no archive", "not_invoice"),
        ("x.png", b"\x89PNG\r\n\x1a\n", "no_text"),
        ("x.bin", b"\0\1\2", "not_invoice"),
    ],
)
def test_what_cannot_be_read_says_why(name, content, problem):
    """It is no exception, and nothing is concluded from it."""
    found = read(name, content)
    assert (found.kind, found.problem) == (EnclosureKind.OTHER, problem)


def test_a_letter_that_says_nothing_of_payments_is_other():
    """A page of prose holds nothing."""
    found = read(
        "lettre.pdf", printed("Nos vœux", text="Chers partenaires, toute l'équipe vous souhaite une excellente année.")
    )
    assert found.kind is EnclosureKind.OTHER


def test_a_workbook_bomb_ends_at_the_limit():
    """A part that unpacks beyond all reason is broken, not read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 30_000_000 + b"</worksheet>")
    assert is_workbook(out.getvalue())
    assert workbook_rows(out.getvalue()).problem == "broken"


def test_a_workbook_with_an_entity_is_not_read():
    """A DOCTYPE is refused before anything is expanded."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            '<!DOCTYPE x [<!ENTITY a "b">]><worksheet><row><c><v>&a;</v></c></row></worksheet>',
        )
    assert workbook_rows(out.getvalue()).problem == "hostile"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.pdf", "a.xlsx", "a.png", "a.xml", "a.txt"]))
def test_no_bytes_raise(content, name):
    """Whatever is enclosed gives a reading."""
    for start in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<?xml?>"):
        assert read(name, start + content).filename == name


@settings(max_examples=150)
@given(st.text(max_size=200))
def test_numbers_and_sums_of_any_text(text):
    """A number holds three digits at least; a sum is one or none."""
    assert all(sum(c.isdigit() for c in n) >= 3 for n in numbers_in(text))
    assert money_of(text) is None or isinstance(money_of(text), Decimal)
