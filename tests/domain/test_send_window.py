"""When a mail to a debtor may leave: office hours of his country, holidays, the last hours before days off, summer time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.dunning_plan import DunningPlan
from agent.domain.send_window import closing, is_eve_of_rest, next_opening
from agent.domain.workdays import add_bank_days, add_working_days, is_working_day, zone

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


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        # 14 July 2026 is a Tuesday, in 2028 a Friday, in 2031 a Monday: the French long weekend, a working day in Belgium
        ("2028-07-13T11:59", "2028-07-13T11:59"),
        ("2028-07-13T12:00", "2028-07-17T09:00"),
        ("2028-07-14T10:00", "2028-07-17T09:00"),
        ("2031-07-11T12:00", "2031-07-15T09:00"),
        ("2031-07-13T10:00", "2031-07-15T09:00"),
    ],
)
def test_a_long_weekend_is_the_debtors(moment, leaves):
    """Its eve closes at noon and its days are shut in his country only."""
    assert opening(moment, "FR") == leaves
    assert is_eve_of_rest(date(2028, 7, 13), "FR")
    assert not is_eve_of_rest(date(2028, 7, 13), "BE")
    assert (closing(date(2028, 7, 13), "FR", PLAN), closing(date(2028, 7, 13), "BE", PLAN)) == (12, 17)
    assert opening("2028-07-13T13:00", "BE") == "2028-07-13T13:00"


def test_a_window_that_opens_at_noon_skips_the_eve_of_the_debtors_rest():
    """It would open just when the eve closes; the French Monday after it is a holiday of his too."""
    noon = DunningPlan(window_start=12, window_end=17)
    assert opening("2026-03-13T09:00", plan=noon) == "2026-03-16T12:00"
    assert opening("2028-07-13T09:00", "FR", noon) == "2028-07-17T12:00"
    assert opening("2028-07-13T09:00", "BE", noon) == "2028-07-13T12:00"
    assert opening("2031-07-11T09:00", "FR", noon) == "2031-07-15T12:00"


def test_in_its_first_hour_a_shut_day_counts_as_over():
    """At 09:30 of a Saturday or a short Friday the next opening is another day's, never an hour that has gone by."""
    assert opening("2026-03-14T09:00") == "2026-03-16T09:00"
    late = DunningPlan(window_start=13, window_end=18)
    assert opening("2026-03-13T13:30", plan=late) == "2026-03-16T13:00"
    assert opening("2026-03-12T18:00", plan=late) == "2026-03-16T13:00"


def test_the_opening_is_told_in_the_zone_of_the_question():
    """Who asks in UTC is answered in UTC."""
    found = next_opening(datetime(2026, 3, 14, 10, tzinfo=UTC), "BE", "Europe/Brussels", PLAN)
    assert (found.tzinfo, found.hour) == (UTC, 8)


@pytest.mark.parametrize(
    ("day", "count", "country", "found"),
    [
        ("2026-07-13", 1, "FR", "2026-07-15"),
        ("2026-07-13", 1, "BE", "2026-07-14"),
        ("2026-07-14", 0, "FR", "2026-07-15"),
        ("2026-07-21", 0, "", "2026-07-22"),
        ("2026-07-21", 0, "XX", "2026-07-21"),
        ("2026-07-10", 2, "FR", "2026-07-15"),
    ],
)
def test_working_days_are_counted_in_one_country(day, count, country, found):
    """Its holidays; of a country without a calendar only the weekends; none is Belgium."""
    assert add_working_days(date.fromisoformat(day), count, country) == date.fromisoformat(found)


@pytest.mark.parametrize(
    ("day", "count", "countries", "found"),
    [
        ("2026-04-02", 1, ("BE",), "2026-04-07"),
        ("2026-12-24", 1, ("BE",), "2026-12-28"),
        ("2026-07-13", 1, ("BE", "FR"), "2026-07-15"),
        ("2026-07-20", 1, ("FR", "BE"), "2026-07-22"),
        ("2026-07-20", 1, ("FR",), "2026-07-21"),
        ("2026-07-20", 1, (), "2026-07-22"),
        ("2026-04-03", 0, ("FR",), "2026-04-07"),
    ],
)
def test_bank_days_are_open_at_both_ends(day, count, countries, found):
    """TARGET is shut on Good Friday and Easter Monday; a holiday of either country moves no money."""
    assert add_bank_days(date.fromisoformat(day), count, *countries) == date.fromisoformat(found)


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
