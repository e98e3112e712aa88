"""Months: what a month is, and what lies so many of them away."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.months import last_of, month_of, months_after, months_before

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_a_month_that_lacks_the_day_gives_its_last():
    """Forwards and backwards, in leap years too."""
    assert months_before(date(2027, 3, 31), 1) == date(2027, 2, 28)
    assert months_after(date(2027, 10, 31), 4) == date(2028, 2, 29)
    assert months_before(date(2027, 1, 15), 1) == date(2026, 12, 15)


@given(days)
def test_a_month_ends_the_day_before_the_next_begins(day: date):
    """And holds its day."""
    first, last = month_of(day)
    assert (first.day, last) == (1, last_of(day))
    assert first <= day <= last
    assert last + timedelta(days=1) == months_after(first, 1)


@given(days, st.integers(-60, 60))
def test_first_days_come_back(day: date, months: int):
    """From the first of a month so many months away and back is the same day."""
    first = day.replace(day=1)
    assert months_before(months_after(first, months), months) == first
