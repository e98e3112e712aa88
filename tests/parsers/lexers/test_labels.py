"""The words that name a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.lexers.kinds import language_of, title_of
from agent.parsers.lexers.labels import find_labels


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Date de la facture", ["issue_date"]),
        ("N° TVA du client", ["buyer_vat"]),
        ("Total € Incl. VAT", ["total"]),
        ("Facture n°", ["number"]),
        ("Rechnungs-Nr.:", ["number"]),
        ("Montant dû", ["amount_due"]),
        ("Net à payer", ["amount_due"]),
        ("Date d'échéance", ["due_date"]),
        ("Gestructureerde mededeling", ["payment_reference"]),
        ("Total HTVA / Totaal excl. btw", ["net", "net"]),
        ("Zu Rechnung Nr.", ["preceding"]),
    ],
)
def test_the_longest_label_wins(text, fields):
    """Articles, accents and words for number do not matter; the longest label stands."""
    assert [label.field for label in find_labels(text)] == fields


def test_places_are_those_of_the_text():
    """A label's place cuts its words out of the original."""
    text = "  Échéance : 13/03/2026"
    (label,) = find_labels(text)
    assert text[label.start : label.end] == "Échéance"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("FACTURE 2026-03-0112", "invoice"), ("PRO FORMA INVOICE", "proforma"), ("Note de crédit n° 4", "credit_note"),
        ("Bon de commande", "order"), ("PAKBON / LEVERINGSBON", "delivery_note"), ("2. Mahnung", "reminder"),
        ("Rekeninguittreksel", "statement"), ("Angebot", "quote"), ("REÇU R-7", "receipt"), ("Objet : premier rappel", "reminder"),
        ("Rechnungskorrektur", "credit_note"), ("Baurechnung (204)", "invoice"),
    ],
)  # fmt: skip
def test_titles(text, kind):
    """A title says what the document is."""
    found = title_of(text)
    assert found is not None
    assert found[0].value == kind


def test_no_title():
    """Codes and sentences are no titles."""
    assert title_of("ORDER-12345") is None
    assert title_of("Nous vous remercions") is None


def test_languages():
    """Stop words tell the languages apart."""
    assert language_of("Nous vous remercions de votre paiement avec la facture pour le total") == "fr"
    assert language_of("Wij verzoeken u het bedrag van de factuur te betalen met") == "nl"
    assert language_of("Bitte überweisen Sie den Betrag bis zum und mit Ihre Rechnung für die") == "de"
    assert language_of("Please pay this invoice with the total amount due by the date") == "en"
    assert language_of("123") == ""


@given(st.text(max_size=200))
def test_any_text_is_survived(text):
    """Labels lie within the text."""
    assert all(0 <= label.start < label.end <= len(text) for label in find_labels(text))
    title_of(text)
    language_of(text)
