"""Dates as people say them in answers."""

import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.lexers.reply_dates import find_dates
from agent.parsers.replies.clauses import fold

CASES = tomllib.loads((Path(__file__).parents[2] / "data" / "replies" / "dates.toml").read_text(encoding="utf-8"))
RECEIVED = CASES["received"]


@pytest.mark.parametrize(("said", "first", "last"), CASES["said"])
def test_a_said_date_means_these_days(said: str, first: str, last: str) -> None:
    """Each way to say a day or a stretch of days in four languages is resolved against the day of the mail."""
    found = find_dates(fold(said), RECEIVED)
    assert [(one.first.isoformat(), one.last.isoformat()) for one in found] == [(first, last)]


@pytest.mark.parametrize(("said", "day"), CASES["past"])
def test_a_past_day_is_read_as_past(said: str, day: str) -> None:
    """Words that look back, and dates that just passed, have a past reading."""
    found = find_dates(fold(said), RECEIVED)
    assert [str(one.past) for one in found] == [day]


@pytest.mark.parametrize("said", CASES["none"])
def test_what_is_no_date_is_none(said: str) -> None:
    """Numbers, amounts, greetings and small words that look like dates are none."""
    assert find_dates(fold(said), RECEIVED) == ()


def test_only_a_named_day_is_exact() -> None:
    """A day of the month is exact, a weekday or a week is not."""
    exact = {said: find_dates(fold(said), RECEIVED)[0].exact for said in ("le 6 mars", "hier", "vendredi", "next week")}
    assert exact == {"le 6 mars": True, "hier": True, "vendredi": False, "next week": False}


def test_one_waits_until_the_friday_of_a_week() -> None:
    """A promise for next week is waited for until its Friday."""
    assert find_dates("next week", RECEIVED)[0].ahead == date(2026, 3, 20)


@given(st.text(max_size=300), st.dates(date(2000, 1, 1), date(2090, 12, 31)))
def test_no_text_raises(text: str, received: date) -> None:
    """Whatever is written, the dates come out in order and without overlap."""
    found = find_dates(fold(text), received)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(one.first <= one.last for one in found)
