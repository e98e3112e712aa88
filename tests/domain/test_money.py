"""Money is exact, keeps to one currency and refuses what cannot hold cents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.money import Money

amounts = st.decimals(-(10**12), 10**12, places=2)
euros = amounts.map(lambda amount: Money(amount, "EUR"))


@given(st.lists(euros, max_size=20))
def test_a_total_is_exact_whatever_the_order(parts):
    """No cent is lost or found by adding up in another order."""
    total = Money.total(parts, "EUR")
    assert total == Money.total(reversed(parts), "EUR")
    assert total.amount == sum((p.amount for p in parts), Decimal(0))


@given(euros, euros)
def test_taking_away_undoes_adding(a, b):
    """Plus and minus are each other's opposite; so are a sum and its negative."""
    assert (a + b) - b == a
    assert a.__neg__().__neg__() == a
    assert abs(a) == abs(-a)
    assert not (a - a)


@given(euros, euros)
def test_order_is_that_of_the_amounts(a, b):
    """Comparisons are those of the decimals."""
    assert (a < b, a <= b, a > b, a >= b) == (
        a.amount < b.amount,
        a.amount <= b.amount,
        a.amount > b.amount,
        a.amount >= b.amount,
    )


@pytest.mark.parametrize("do", [Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__])
def test_two_currencies_never_mix(do):
    """Nothing is added to or compared with another currency."""
    with pytest.raises(ValueError, match="EUR and USD"):
        do(Money.of("1", "EUR"), Money.of("1", "USD"))
    assert Money.of("1", "EUR") != Money.of("1", "USD")


@pytest.mark.parametrize("wrong", [1.5, 1, "1", None])
def test_only_decimals_make_money(wrong):
    """A float cannot hold cents, and nothing is turned into money silently."""
    with pytest.raises(TypeError):
        Money(wrong, "EUR")


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-Infinity"])
def test_money_is_finite(wrong):
    """There is no infinite claim."""
    with pytest.raises(ValueError, match="finite"):
        Money(Decimal(wrong), "EUR")


@pytest.mark.parametrize("wrong", ["eur", "EU", "EURO", "", "ÉUR", "12A"])
def test_a_currency_is_three_capital_letters(wrong):
    """Nothing else passes as ISO 4217."""
    with pytest.raises(ValueError, match="currency"):
        Money(Decimal(1), wrong)


@pytest.mark.parametrize("text", ["1.250,00", "", "12 50", "x"])
def test_only_plain_decimals_are_amounts(text):
    """How people write amounts is the lexers' business."""
    with pytest.raises(ValueError, match="not an amount"):
        Money.of(text, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.005", "EUR", "0.01"),
        ("-0.005", "EUR", "-0.01"),
        ("2.675", "EUR", "2.68"),
        ("2.674", "EUR", "2.67"),
        ("100.5", "JPY", "101"),
        ("1.0005", "KWD", "1.001"),
        ("1234.5", "HUF", "1234.50"),
    ],
)
def test_rounding_goes_half_away_from_zero_at_the_currency_s_places(amount, currency, expected):
    """Cents for most, none for yen, three places for dinars."""
    money = Money.of(amount, currency)
    assert money.rounded().amount == Decimal(expected)
    assert str(money) == f"{expected} {currency}"


def test_money_is_multiplied_by_numbers_only():
    """Three times five is fifteen; money times money is nonsense, and floats stay out."""
    assert Money.of("5", "EUR") * 3 == Money.of("15", "EUR")
    assert Money.of("100", "EUR") * Decimal("0.21") == Money.of("21.00", "EUR")
    for wrong in (0.5, Money.of("1", "EUR")):
        with pytest.raises(TypeError):
            Money.of("1", "EUR") * wrong
