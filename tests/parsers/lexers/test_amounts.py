"""Amounts in every European spelling."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.lexers.amounts import find_amounts


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1.234,56 €", "1234.56", "EUR"),
        ("1 234,56 EUR", "1234.56", "EUR"),
        ("1\u202f234,56 €", "1234.56", "EUR"),
        ("1'234.56", "1234.56", ""),
        ("1’234.50 CHF", "1234.50", "CHF"),
        ("EUR 1,234.56", "1234.56", "EUR"),
        ("€ -263,00", "-263.00", "EUR"),
        ("12,00-", "-12.00", ""),
        ("(12.50)", "-12.50", ""),
        ("€ 25,-", "25", "EUR"),
        ("$706,00", "706.00", "USD"),
        ("£1,296.00", "1296.00", "GBP"),
        ("1.000.000,00", "1000000.00", ""),
        ("0,5", "0.5", ""),
    ],
)
def test_spellings(text, value, currency):
    """Each spelling means one value."""
    amount = next(iter(find_amounts(text)))
    assert amount.value == Decimal(value)
    assert amount.currency == currency


def test_rates_are_no_money():
    """A percentage is told from the amount behind it."""
    rate, amount = find_amounts("TVA 20 % 287,44")
    assert rate.percent
    assert not rate.money
    assert amount.value == Decimal("287.44")


def test_parts_of_words_are_no_amounts():
    """Dates, references and article codes give no money."""
    assert not [a for a in find_amounts("REF-2026.118/3 du 12.03.2026 art. A4") if a.money]


@given(st.decimals(min_value=0, max_value=9999999, places=2), st.sampled_from([".", " ", "'", "\u00a0", ""]))
def test_continental_spelling_round_trips(value, group):
    """Whatever separates the thousands, the value comes back."""
    printed = f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", group)
    assert [a.value for a in find_amounts(f"Total {printed} EUR")][-1] == value


@given(st.text(max_size=300))
def test_any_text_is_survived(text):
    """Places lie within the text, whatever it holds."""
    for amount in find_amounts(text):
        assert 0 <= amount.start <= amount.end <= len(text)
