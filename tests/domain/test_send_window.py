"""When a mail to a debtor may leave: office hours of his country, holidays, the last hours before days off, summer time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.dunning_plan import DunningPlan
from agent.domain.send_window import closing, is_eve_of_rest, next_opening
from agent.domain.workdays import is_working_day, zone

BRUSSELS = ZoneInfo("Europe/Brussels")
PLAN = DunningPlan()


def opening(text: str, country: str = "BE", plan: DunningPlan = PLAN) -> str:
    """The next opening after a Belgian moment, as Belgian local time."""
    moment = datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)
    return next_opening(moment, country, "Europe/Brussels", plan).astimezone(BRUSSELS).isoformat()[:16]


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-03-12T14:00", "2026-03-12T14:00"),
        ("2026-03-13T11:59", "2026-03-13T11:59"),
        ("2026-03-13T12:00", "2026-03-16T09:00"),
        ("2026-03-13T08:00", "2026-03-13T09:00"),
        ("2026-03-14T10:00", "2026-03-16T09:00"),
        # Easter Monday follows
        ("2026-04-03T15:00", "2026-04-07T09:00"),
        # 1 May is a Friday: the Thursday before it is the eve of three days off
        ("2026-04-30T13:00", "2026-05-04T09:00"),
        # Ascension is a Thursday, people work on the Friday after it
        ("2026-05-13T15:00", "2026-05-13T15:00"),
        # a holiday within the week: 21 July 2026 is a Tuesday
        ("2026-07-20T15:00", "2026-07-20T15:00"),
    ],
)
def test_nothing_leaves_in_the_afternoon_before_two_days_off(moment, leaves):
    """A Friday afternoon waits for Monday, as does the afternoon before a long weekend; a single holiday changes nothing."""
    assert opening(moment) == leaves


def test_who_wishes_it_writes_on_friday_afternoon():
    """`friday_afternoon` opens it until the usual hour."""
    wished = DunningPlan(friday_afternoon=True)
    assert opening("2026-03-13T16:30", plan=wished) == "2026-03-13T16:30"
    assert opening("2026-03-13T17:00", plan=wished) == "2026-03-16T09:00"


def test_a_window_of_afternoons_skips_the_eve():
    """Who writes from 13:00 on only writes on Monday what is due on Friday."""
    late = DunningPlan(window_start=13, window_end=18)
    assert opening("2026-03-13T09:00", plan=late) == "2026-03-16T13:00"
    assert opening("2026-03-12T19:00", plan=late) == "2026-03-16T13:00"


def test_the_holidays_are_the_debtors():
    """14 July closes France and not Belgium; the Friday after a French Thursday holiday is a working day there."""
    assert opening("2026-07-14T10:00", "FR") == "2026-07-15T09:00"
    assert opening("2026-07-14T10:00", "BE") == "2026-07-14T10:00"
    assert not is_eve_of_rest(date(2026, 5, 13), "FR")


@pytest.mark.parametrize(("day", "utc"), [("2026-03-30", 7), ("2026-03-27", 8), ("2026-10-26", 8), ("2026-10-23", 7)])
def test_the_window_follows_summer_time(day, utc):
    """09:00 in Brussels is 08:00 UTC in winter and 07:00 in summer, also on the first working days after the change."""
    moment = datetime.fromisoformat(f"{day}T00:30:00+00:00")
    assert next_opening(moment, "BE", "Europe/Brussels", PLAN) == datetime.fromisoformat(f"{day}T{utc:02}:00:00+00:00")


def test_another_zone_is_the_debtors():
    """A British debtor's 09:00 is 10:00 in Brussels, also in the weeks when the clocks change."""
    assert opening("2026-03-30T09:10", "GB") == "2026-03-30T10:00"
    assert opening("2026-10-26T09:10", "GB") == "2026-10-26T10:00"


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))
PLANS = st.builds(
    lambda start, length, friday: DunningPlan(
        window_start=start, window_end=min(start + length, 24), friday_afternoon=friday
    ),
    st.integers(0, 23),
    st.integers(1, 24),
    st.booleans(),
)


@given(MOMENTS, st.sampled_from(["BE", "FR", "NL", "DE", "LU", "GB", "XX"]), PLANS)
def test_an_opening_lies_in_the_window_and_is_its_own(moment, country, plan):
    """Whatever the moment, the opening is at or after it, on a working day, within the hours, and opening again changes nothing."""
    found = next_opening(moment, country, "Europe/Brussels", plan)
    local = found.astimezone(zone(country, "Europe/Brussels"))
    assert moment <= found <= moment + timedelta(days=12)
    assert is_working_day(local.date(), country)
    assert plan.window_start <= local.hour < closing(local.date(), country, plan)
    assert next_opening(found, country, "Europe/Brussels", plan) == found
