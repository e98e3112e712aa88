"""When a mail to a debtor may leave: the office hours of his country, and not in the last hours before days off."""

from datetime import date, datetime, timedelta

from agent.domain.dunning_plan import DunningPlan
from agent.domain.workdays import is_working_day, next_working_day, zone

NOON = 12
_DAY = timedelta(days=1)


def is_eve_of_rest(day: date, country: str) -> bool:
    """Whether at least two days off follow: a Friday, or the Thursday before a Friday that is a public holiday.

    A rule of this program's own: who reads on such an afternoon that he owes money can reach nobody for days. A single holiday within
    the week changes nothing.
    """
    return not any(is_working_day(day + n * _DAY, country) for n in (1, 2))


def next_opening(now: datetime, country: str, fallback_zone: str, plan: DunningPlan) -> datetime:
    """`now` when it lies in the send window of a working day there, else the next opening; aware, in the zone of `now`.

    On the eve of days off the window closes at noon unless the plan wishes otherwise; one that opens later stays shut that day.
    """
    local = now.astimezone(zone(country, fallback_zone))
    if is_working_day(local.date(), country) and plan.window_start <= local.hour < closing(local.date(), country, plan):
        return now
    day = local.date() if local.hour < plan.window_start else local.date() + _DAY
    day = next_working_day(day, country)
    while closing(day, country, plan) <= plan.window_start:
        day = next_working_day(day + _DAY, country)
    return datetime(day.year, day.month, day.day, plan.window_start, tzinfo=local.tzinfo).astimezone(now.tzinfo)


def closing(day: date, country: str, plan: DunningPlan) -> int:
    """The local hour before which mail leaves on this working day."""
    if plan.friday_afternoon or not is_eve_of_rest(day, country):
        return plan.window_end
    return min(plan.window_end, NOON)
