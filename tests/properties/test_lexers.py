"""Whatever a page holds, the lexers answer: values whose places lie in the text, never an exception, and never for long."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain import references
from agent.parsers.lexers import parties, reply_dates
from agent.parsers.lexers.amounts import currency_marks, find_amounts
from agent.parsers.lexers.clauses import find_cession, find_exemption, find_indemnity, find_late_interest
from agent.parsers.lexers.dates import Order, find_dates, proven_order
from agent.parsers.lexers.discounts import find_discounts
from agent.parsers.lexers.kinds import language_of, title_of
from agent.parsers.lexers.labels import find_labels
from agent.parsers.lexers.numbers import (
    complete_iban,
    find_bics,
    find_emails,
    find_ibans,
    find_malformed,
    find_structured,
    find_vat_numbers,
    iban_begun,
)

TODAY = date(2027, 2, 11)
# What the lexers look for, and what looks like it: digits that are none, signs of other scripts, marks that change the direction.
PIECES = (
    *("1", "12", "12,", "1.234", "1 234,56", "1'234.56", "0", "999999999999", "25,-", "(12,00)", "-", "€", "EUR", "CHF", "%", "$"),
    *("11/02/2026", "2026-02-11", "31.02.2026", "11", "/", ".", "février", "feb.", "März", "2026", "99", "20261301", "½", "²", "³"),
    *("٣", "१२", "Ⅻ", "①", "1\u0301", "\u202e", "\u200b", "\u00a0", "\u202f", "\x00", "ﬁ", "İ", "ß", "\U0001f600"),
    *("BE68 5390 0754 7034", "BE", "DE", "FR76", "NL91ABNA", "RF18", "RF", "+++090/0123/45625+++", "+++", "***", "/", "BE 0998.649.840"),
    *("CHE-116.281.710", "TVA", "a@b.example", "@", "SRL", "GmbH", "rue", "5000 Namur", "Facture n°", "Échéance", "Total TTC", "IBAN"),
    *("30 jours fin de mois le 10", "2 % escompte", "Skonto", "intérêts de retard", "40 €", "de plein droit", "n.º", "dû", " ", "\t", "\n"),
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)
NUMBERS = (find_ibans, find_vat_numbers, find_structured)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_places_lie_in_the_text(text):
    """A value found says where it stands."""
    found = [*find_amounts(text), *find_dates(text), *find_labels(text), *find_malformed(text, iban=True)]
    found += [one for find in NUMBERS for one in find(text)] + list(find_malformed(text, iban=False))
    for one in found:
        assert 0 <= one.start < one.end <= len(text), one
    for find in (find_late_interest, find_indemnity, find_cession, find_exemption):
        clause = find(text)
        assert clause is None or 0 <= clause[1] <= len(text)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_every_question_has_an_answer(text):
    """The judges of names, places and kinds answer any text, also one that is no text at all."""
    for judge in (
        *(parties.is_register, parties.is_postal, parties.is_street, parties.is_contact, parties.is_attention),
        *(parties.is_person, parties.may_be_name, parties.is_salutation, parties.clean_name, parties.legal_form),
        *(title_of, language_of, find_emails, find_bics, iban_begun),
    ):
        judge(text)
    list(currency_marks(text))
    complete_iban(iban_begun(text), text)
    proven_order([text])
    find_discounts(text, Order.DAY_FIRST, TODAY, Decimal(100))
    reply_dates.find_dates(text, TODAY)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_numbers_said_to_be_valid_are(text):
    """What a lexer calls valid passes the control digits once more."""
    for found in find_ibans(text):
        assert not found.valid or references.iban(found.value) == found.value
    for found in find_vat_numbers(text):
        assert not found.valid or references.vat_number(found.value)
    for found in find_structured(text):
        assert (
            not found.valid
            or references.structured_communication(found.value)
            or references.creditor_reference(found.value)
        )


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_amounts_are_numbers(text):
    """Digits of other scripts count as digits or not at all; no amount is infinite or none."""
    for amount in find_amounts(text):
        assert amount.value.is_finite()
        assert amount.decimals >= 0


@pytest.mark.parametrize("piece", [*PIECES, "1 ", "a ", ". ", "(", "[", "1.1.", "A1", "--", "\u00a0 "])
def test_repetition_takes_no_time(piece):
    """A line of one piece repeated many thousand times is judged in a moment."""
    text = piece * (100_000 // len(piece))
    begun = time.process_time()
    for find in (*NUMBERS, find_amounts, find_dates, find_labels, find_emails, find_bics, currency_marks):
        list(find(text))
    for find in (find_late_interest, find_indemnity, find_cession, find_exemption, title_of, language_of, iban_begun):
        find(text)
    for judge in (parties.is_postal, parties.is_street, parties.may_be_name, parties.legal_form, parties.clean_name):
        judge(text[:5000])
    find_discounts(text, Order.DAY_FIRST, TODAY, None)
    reply_dates.find_dates(text, TODAY)
    assert time.process_time() - begun < 5
