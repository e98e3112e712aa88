"""Dates of every written form."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.lexers.dates import Order, find_dates, proven_order


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11/02/2026", "2026-02-11"), ("13.03.26", "2026-03-13"), ("2026-03-31", "2026-03-31"), ("2 décembre 2025", "2025-12-02"),
        ("1er mars 2026", "2026-03-01"), ("7. Mai 2014", "2014-05-07"), ("August 3 , 2014", "2014-08-03"), ("29 May 2026", "2026-05-29"),
        ("29-mei-2026", "2026-05-29"), ("February 17th, 2026", "2026-02-17"), ("3. März 2026", "2026-03-03"), ("20260815", "2026-08-15"),
        ("02 FÉVRIER 2026", "2026-02-02"), ("12 / 03 / 2026", "2026-03-12"),
    ],
)  # fmt: skip
def test_written_forms(text, day):
    """Each form gives its day."""
    assert [found.value.isoformat() for found in find_dates(f"le {text} à")] == [day]


@pytest.mark.parametrize("text", ["31/02/2026", "BE72 7321 6181 1916", "1234.56.78", "13/13/2026", "2026-13-01"])
def test_what_is_no_day(text):
    """Impossible days and other numbers give nothing."""
    assert find_dates(text) == ()


def test_order_is_proved_by_a_neighbour():
    """One date that fits only one order decides for the page."""
    assert proven_order(["Due 03/29/2027", "Date 03/04/2027"]) is Order.MONTH_FIRST
    assert proven_order(["29/03/2027"]) is Order.DAY_FIRST
    assert proven_order(["03/04/2027"]) is None
    assert proven_order(["03/29/2027", "29/03/2027"]) is None


def test_an_ambiguous_date_says_so():
    """Day and month that could be exchanged are marked, others are not."""
    ambiguous, plain = find_dates("03/04/2027 13/04/2027")
    assert ambiguous.ambiguous
    assert not plain.ambiguous
    assert find_dates("03/04/2027", Order.MONTH_FIRST)[0].value == date(2027, 3, 4)


@given(
    st.dates(date(1991, 1, 1), date(2098, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"])
)
def test_figures_round_trip(day, form):
    """A date in figures comes back."""
    assert [found.value for found in find_dates("du " + day.strftime(form))] == [day]


@given(st.text(max_size=300))
def test_any_text_is_survived(text):
    """Places lie within the text and do not overlap."""
    end = 0
    for found in find_dates(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end
