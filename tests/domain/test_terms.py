"""Payment terms in four languages and the days that follow from them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.terms import AT_ONCE, MonthEnd, Terms, read_terms

ISSUED = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Paiement à 30 jours date de facture", "2026-03-02"),
        ("30 jours fin de mois le 10", "2026-04-10"),
        ("30 j. fdm", "2026-03-31"),
        ("45 jours fin de mois", "2026-03-31"),
        ("fin de mois + 30 jours", "2026-03-02"),
        ("einde maand + 30 dagen", "2026-03-02"),
        ("Betaling binnen de 14 dagen na factuurdatum", "2026-02-14"),
        ("Te betalen binnen dertig dagen", "2026-03-02"),
        ("Net 30", "2026-03-02"),
        ("payment within 30 days end of month", "2026-03-31"),
        ("Zahlbar innerhalb 30 Tagen netto, 3% Skonto innerhalb 10 Tagen", "2026-03-02"),
        ("innerhalb von 10 Tagen mit 2 % Skonto oder 30 Tagen netto", "2026-03-02"),
        ("2 % d'escompte à 8 jours, 30 jours net", "2026-03-02"),
        ("un mois", "2026-02-28"),
        ("zwei Wochen", "2026-02-14"),
        ("30 (trente) jours", "2026-03-02"),
        ("comptant", "2026-01-31"),
        ("à réception de facture", "2026-01-31"),
        ("contant", "2026-01-31"),
        ("Due on receipt", "2026-01-31"),
        ("Zahlbar sofort ohne Abzug.", "2026-01-31"),
        ("30 jours à réception", "2026-03-02"),
    ],
)
def test_terms_lead_to_a_day(text, due):
    """What people write gives the day they mean."""
    terms = read_terms(text)
    assert terms is not None
    assert terms.due(ISSUED).isoformat() == due


@pytest.mark.parametrize(
    "text",
    [
        "Merci de votre confiance",
        "intérêts de retard de 10 % après 30 jours de retard",
        "Réclamation à introduire dans les 8 jours",
        "Droit de rétractation : 14 jours",
        "2% korting bij betaling binnen 8 dagen",
        "",
    ],
)
def test_other_clauses_are_no_terms(text):
    """Days of discount, lateness, complaints and withdrawal are no payment terms."""
    assert read_terms(text) is None


def test_the_rule_is_named():
    """The name says what was counted."""
    terms = read_terms("30 jours fin de mois le 10")
    assert terms is not None
    assert terms.rule == "terms: 30 days, end of month, on day 10"
    assert AT_ONCE.rule == "terms: at once"


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(0, 120), st.sampled_from(MonthEnd))
def test_never_due_before_the_invoice(issued, days, end):
    """No terms make an invoice due before its own date."""
    assert Terms(days=days, month_end=end).due(issued) >= issued


@given(st.text(max_size=500))
def test_any_text_is_survived(text):
    """Whatever is written, the answer is terms or None."""
    terms = read_terms(text)
    assert terms is None or terms.due(ISSUED) >= ISSUED
