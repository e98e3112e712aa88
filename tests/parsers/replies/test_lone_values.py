"""Where fields were asked for, a lone value answers, and a sentence never does."""

from datetime import date

import pytest

from agent.parsers.replies.instruction import read_instructions

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("payé 2027-041", "paid"),
        ("retirer 2027-041", "withdraw"),
        ("pause 2026-118", "pause"),
        ("betaald op 15/03/2026", "paid"),
    ],
)
def test_an_order_is_not_taken_for_a_value(text, kind):
    """ "payé 2027-041" settles; it never renumbers the invoice that was asked about."""
    assert [i.kind for i in read_instructions(text, received=DAY, fields_open=True).instructions] == [kind]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("15/03/2027", "due_date", "2027-03-15"),
        ("le 15 mars 2027", "due_date", "2027-03-15"),
        ("1.250,00 EUR", "total", "1250.00"),
        ("compta@x.be", "debtor_email", "compta@x.be"),
        ("BE83 3630 1234 5615", "iban", "BE83363012345615"),
    ],
)
def test_a_lone_value_answers(text, field, value):
    """By what it is: an address, an account, a date or an amount."""
    (told,) = read_instructions(text, received=DAY, fields_open=True).instructions
    assert (told.kind, told.field, told.value) == ("correct", field, value)
