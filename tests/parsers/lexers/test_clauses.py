"""Clauses about late payment, cessions, exemptions and discounts in four languages."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.lexers.clauses import find_cession, find_exemption, find_indemnity, find_late_interest
from agent.parsers.lexers.dates import Order
from agent.parsers.lexers.discounts import find_discounts

ISSUED = date(2027, 2, 1)


@pytest.mark.parametrize(
    ("text", "rate", "monthly"),
    [
        ("Tout retard entraîne un intérêt de 12 % l'an et une indemnité de 10 % (minimum 50 €).", "12", False),
        ("Bij laattijdige betaling is een nalatigheidsinterest van 1% per maand verschuldigd.", "1", True),
        ("Pénalités de retard : trois fois le taux d'intérêt légal.", None, False),
        ("Pénalités de retard : taux BCE majoré de 10 points.", None, False),
        ("Bei Zahlungsverzug berechnen wir Zinsen von 9 % über dem Basiszinssatz.", None, False),
        ("Late payments bear interest at 8% per annum and a fixed compensation of EUR 40.", "8", False),
        ("Unpaid invoices: an indemnity of 10% and 8% interest.", "8", False),
    ],
)
def test_late_interest(text, rate, monthly):
    """The rate of the clause; none where it counts above a rate that changes or leaves it to the law."""
    clause, place = find_late_interest(text)
    assert clause.rate == (Decimal(rate) if rate else None)
    assert clause.monthly is monthly
    assert place == 0


@pytest.mark.parametrize(
    ("text", "rate", "amount"),
    [
        ("Tout retard entraîne un intérêt de 12 % l'an et une indemnité de 10 % (minimum 50 €).", "10", "50"),
        ("Indemnité forfaitaire pour frais de recouvrement : 40 €.", None, "40"),
        ("Bij niet-betaling is een schadebeding van 10% verschuldigd, minimum € 75.", "10", "75"),
        ("Bei Zahlungsverzug wird eine Pauschale von 40 Euro fällig.", None, "40"),
    ],
)
def test_indemnity(text, rate, amount):
    """The percentage and the fixed or least sum, apart from the interest in the same sentence."""
    clause, _ = find_indemnity(text)
    assert clause.rate == (Decimal(rate) if rate else None)
    assert clause.amount == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(
    "text",
    [
        "Nous vous accordons un intérêt particulier pour nos clients.",
        "Forfait mensuel 40 €.",
        "TVA 21 % sur le montant.",
        "Escompte de 2 % pour paiement comptant.",
    ],
)
def test_no_clause_where_none_is(text):
    """A word alone makes no clause."""
    assert find_late_interest(text) is None
    assert find_indemnity(text) is None


@pytest.mark.parametrize(
    ("text", "ceded"),
    [
        ("La présente créance a été cédée à Nord Affacturage SA.", True),
        ("Deze factuur werd overgedragen aan Noordzee Finance NV.", True),
        ("Die Forderung ist an die Hanse Factoring GmbH abgetreten.", True),
        ("This invoice has been assigned to Kestrel Finance Ltd.", True),
        ("En cas de défaut de paiement, la créance sera cédée à un bureau de recouvrement.", False),
        ("De auteursrechten worden niet overgedragen.", False),
        ("La propriété est réservée jusqu'au paiement.", False),
    ],
)
def test_cession(text, ceded):
    """A claim that passed to a factor, and not one that might, or rights of another kind."""
    assert (find_cession(text) is not None) is ceded


@pytest.mark.parametrize(
    ("text", "exempt"),
    [
        ("TVA non applicable, art. 293 B du CGI", True),
        ("Btw verlegd naar de medecontractant", True),
        ("Steuerfreie innergemeinschaftliche Lieferung", True),
        ("Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.", True),
        ("VAT reverse charge applies.", True),
        ("TVA 21 %", False),
    ],
)
def test_exemption(text, exempt):
    """The words that say why no VAT is charged."""
    assert (find_exemption(text) is not None) is exempt


@pytest.mark.parametrize(
    ("text", "until", "percent"),
    [
        ("Bei Zahlung innerhalb von 8 Tagen 2% Skonto, 30 Tage netto", date(2027, 2, 9), "2"),
        ("30 Tage netto bis 03.03.2027, 3% Skonto innerhalb 10 Tagen bis 11.02.2027", date(2027, 2, 11), "3"),
        ("Escompte de 2 % si paiement avant le 12 février 2027", date(2027, 2, 12), "2"),
        ("2% korting bij betaling binnen 8 dagen", date(2027, 2, 9), "2"),
        ("2% discount if paid within 10 days, net 30 days", date(2027, 2, 11), "2"),
    ],
)
def test_one_discount(text, until, percent):
    """The day of the discount, never the one on which the whole is due."""
    ((discount, _),) = find_discounts(text, Order.DAY_FIRST, ISSUED, Decimal(1000))
    assert (discount.until, discount.percent) == (until, Decimal(percent))


def test_two_discounts():
    """Each percentage with its own days."""
    found = find_discounts("Innerhalb 10 Tagen 3 % Skonto, innerhalb 20 Tagen 2% Skonto", Order.DAY_FIRST, ISSUED, None)
    assert [(d.until.day, d.percent) for d, _ in found] == [(11, Decimal(3)), (21, Decimal(2))]


@pytest.mark.parametrize(
    "text", ["Pas d'escompte pour paiement anticipé", "Ohne Abzug von Skonto in 10 Tagen 0%", "Geen korting"]
)
def test_no_discount(text):
    """Words that refuse one grant none."""
    assert find_discounts(text, Order.DAY_FIRST, ISSUED, Decimal(1000)) == ()


WORDS = [
    "retard",
    "intérêt",
    "10 %",
    "40 €",
    "indemnité",
    "Skonto",
    "binnen",
    "8 dagen",
    "avant le 12/02/2027",
    ".",
    "factuur",
    "cédée",
    " ",
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=60).map(" ".join))
def test_any_text_is_survived(text):
    """Whatever a page prints, there is an answer and no exception."""
    for find in (find_late_interest, find_indemnity, find_cession, find_exemption):
        found = find(text)
        assert found is None or 0 <= found[1] <= len(text)
    find_discounts(text, Order.DAY_FIRST, ISSUED, Decimal(1000))
