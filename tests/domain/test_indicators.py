"""Key figures by hand: what came in, how many days of sales are owed, how late money came."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.credit_folds import CREDIT_NOTE
from agent.domain.indicators import (
    Delay,
    average_delay,
    collected,
    days_sales_outstanding,
    handover_delay,
    money_in,
    new_money,
    recovery,
)
from agent.domain.invoices import Invoice
from agent.domain.money import Money
from agent.domain.states import ItemState, OpenItem, Payment
from tests.builders import account

TODAY = date(2027, 6, 30)


def sold(number: int, issued: date, amount: str, due: date | None = None, *paid: tuple[date, str, str]) -> OpenItem:
    invoice = Invoice(
        f"i{number}", "c", str(number), issued, due or issued + timedelta(30), eur(amount), eur("0"), f"d{number}"
    )
    payments = tuple(Payment(eur(sum_), on, evidence) for on, sum_, evidence in paid)
    item = OpenItem(invoice, ItemState.FOLLOWED, datetime(2027, 6, 1, 9, 0, tzinfo=UTC), payments=payments)
    return replace(item, state=ItemState.SETTLED) if not item.balance else item


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def test_days_sales_outstanding_counts_back_month_by_month() -> None:
    """1,500 owed: all of June's 1,000 (30 days), and half of what May's 1,000 took 31 days to sell."""
    june, may = sold(1, date(2027, 6, 10), "1000"), sold(2, date(2027, 5, 10), "500")
    paid = sold(3, date(2027, 5, 2), "500", None, (date(2027, 6, 1), "500", "bank"))
    assert days_sales_outstanding([june, may, paid], "EUR", TODAY) == Decimal("45.5")


def test_a_month_without_sales_counts_whole() -> None:
    """Old debts are what makes the figure large."""
    assert days_sales_outstanding([sold(1, date(2027, 4, 1), "900")], "EUR", TODAY) == Decimal("91.0")


@pytest.mark.parametrize("currency", ["USD", "CHF"])
def test_currencies_stay_apart(currency: str) -> None:
    """What was never sold in a currency has no figure there."""
    assert days_sales_outstanding([sold(1, date(2027, 6, 1), "100")], currency, TODAY) is None


def test_what_came_in_is_money_and_nothing_else() -> None:
    """A credit note lessens an invoice without money; what the bank took back is taken off."""
    item = sold(
        1,
        date(2027, 5, 1),
        "1000",
        None,
        (date(2027, 6, 2), "300", "bank"),
        (date(2027, 6, 3), "200", CREDIT_NOTE),
        (date(2027, 6, 9), "-100", "bank"),
        (date(2027, 7, 1), "50", "owner"),
    )
    assert collected(tuple(new_money([item], (), "EUR")), "EUR", date(2027, 6, 1), TODAY) == eur("200")
    assert len(money_in(item)) == 3


def test_money_on_account_comes_once() -> None:
    """On the day on which it came, not once more when an invoice takes it; what went back to the debtor is no new money."""
    taken = sold(1, date(2027, 5, 1), "300", None, (date(2027, 6, 9), "300", "on_account"))
    kept = (Payment(eur("500"), date(2027, 5, 20), "bank"), Payment(eur("-300"), date(2027, 6, 9), "set_off"))
    kept = (*kept, Payment(eur("-200"), date(2027, 6, 10), "refunded"))
    money = tuple(new_money([taken], [replace(account(), money=kept)], "EUR"))
    assert collected(money, "EUR", date(2027, 5, 1), date(2027, 5, 31)) == eur("500")
    assert collected(money, "EUR", date(2027, 6, 1), TODAY) == eur("0")


def test_what_was_let_go_of_is_not_open_for_ever() -> None:
    """A settled invoice of which 5.00 was given up counts with what came, and nothing of it is still to come."""
    item = sold(1, date(2027, 4, 1), "600", None, (date(2027, 6, 5), "595", "bank"))
    item = replace(item, state=ItemState.SETTLED, settled_at=datetime(2027, 6, 5, 9, tzinfo=UTC))
    found = recovery([item], "EUR", date(2027, 6, 1), TODAY)
    assert (found.collected, found.still_open, found.percent) == (eur("595"), eur("0"), Decimal("100.0"))


def test_recovery_is_the_share_of_what_was_due() -> None:
    """Not yet due counts on neither side; what came after the period was open in it."""
    late = sold(1, date(2027, 4, 1), "600", None, (date(2027, 6, 5), "400", "bank"), (date(2027, 7, 9), "200", "bank"))
    ahead = sold(2, date(2027, 6, 20), "5000")
    found = recovery([late, ahead], "EUR", date(2027, 6, 1), TODAY)
    assert (found.collected, found.still_open, found.percent) == (eur("400"), eur("200"), Decimal("66.7"))
    assert recovery([ahead], "EUR", date(2027, 6, 1), TODAY).percent is None


def test_delay_weighs_by_amount() -> None:
    """900 ten days late and 100 ten days early are eight days late together."""
    late = sold(1, date(2027, 5, 1), "900", date(2027, 6, 1), (date(2027, 6, 11), "900", "bank"))
    early = sold(2, date(2027, 5, 1), "100", date(2027, 6, 20), (date(2027, 6, 10), "100", "bank"))
    assert average_delay([late, early], "EUR", date(2027, 6, 1), TODAY) == Delay(Decimal("8.0"), 2)
    assert average_delay([late], "EUR", date(2027, 7, 1), date(2027, 7, 31)) is None


def test_handing_over_late_is_the_creditors_own_delay() -> None:
    """The median of the days from an invoice's date to the mail that brought it."""
    items = [sold(n, date(2027, 6, 1) - timedelta(days), "10") for n, days in enumerate((0, 3, 40))]
    assert handover_delay(items, date(2027, 6, 1), TODAY) == 3
    assert handover_delay(items, date(2027, 7, 1), date(2027, 7, 2)) is None


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(1, 10_000), st.integers(0, 100)), min_size=1, max_size=20),
    st.integers(1, 5_000),
)
def test_more_that_is_owed_is_never_fewer_days(found: list[tuple[int, int, int]], more: int) -> None:
    """And the figure is never below nothing, nor above the two years that are looked at."""
    items = [
        sold(n, TODAY - timedelta(days), str(amount), None, (TODAY, str(amount * paid // 100), "bank"))
        for n, (days, amount, paid) in enumerate(found)
    ]
    before = days_sales_outstanding(items, "EUR", TODAY)
    owing = [replace(i, payments=(), state=ItemState.FOLLOWED) for i in items]
    after = days_sales_outstanding(owing, "EUR", TODAY)
    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= 24 * 31
