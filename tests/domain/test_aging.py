"""The aged balance: every open cent once, in the column of its age."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.aging import Age, age_after, aged_balance
from agent.domain.invoices import Invoice
from agent.domain.ledger import ItemState, OpenItem
from agent.domain.money import Money

TODAY = date(2027, 6, 30)


def item(
    number: int, days: int | None, amount: str = "10.00", currency: str = "EUR", state: ItemState = ItemState.FOLLOWED
) -> OpenItem:
    due = None if days is None else TODAY - timedelta(days=days)
    total = Money.of(amount, currency)
    invoice = Invoice(
        f"i{number}", "c", str(number), date(2027, 1, 1), due, total, Money.zero(currency), f"d{number % 3}"
    )
    return OpenItem(invoice, state, datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("days", "age"),
    [(-3, Age.NOT_DUE), (0, Age.NOT_DUE), (1, Age.TO_30), (30, Age.TO_30), (31, Age.TO_60), (60, Age.TO_60), (61, Age.TO_90), (90, Age.TO_90), (91, Age.OVER_90)],
)  # fmt: skip
def test_ages_begin_the_day_after_the_due_date(days: int, age: Age) -> None:
    """The due day itself is not late."""
    assert age_after(days) is age


def test_a_credit_note_stands_apart_and_what_is_settled_or_unchecked_does_not_count() -> None:
    """Currencies stay apart, and an item without a due date is not due."""
    rows = aged_balance(
        [
            item(0, 10),
            item(3, 10, "-4.00"),
            item(6, 99, state=ItemState.SETTLED),
            item(9, 99, state=ItemState.REVIEW),
            item(0, 5, "7.00", "USD"),
            item(12, None, "1.00"),
        ],
        TODAY,
    )
    assert [(r.debtor, r.currency) for r in rows] == [("d0", "EUR"), ("d0", "USD")]
    assert rows[0].of(Age.TO_30) == Money.of("10.00", "EUR")
    assert rows[0].of(Age.NOT_DUE) == Money.of("1.00", "EUR")
    assert rows[0].credits == Money.of("-4.00", "EUR")
    assert rows[0].total == Money.of("7.00", "EUR")


@given(st.lists(st.tuples(st.integers(-400, 400), st.integers(-50_000, 50_000)), max_size=30))
def test_the_rows_add_up_to_what_is_open(found: list[tuple[int, int]]) -> None:
    """Whatever the ages."""
    items = [replace(item(n, days, f"{cents / 100:.2f}")) for n, (days, cents) in enumerate(found)]
    rows = aged_balance(items, TODAY)
    assert Money.total((r.total for r in rows), "EUR") == Money.total((i.balance for i in items), "EUR")
