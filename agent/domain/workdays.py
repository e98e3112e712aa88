"""Working days, bank days and local time of the debtor's country."""

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

# The time zone in which a country's offices open; a debtor of another country is written to in the creditor's own zone.
_ZONES = {
    "BE": "Europe/Brussels",
    "FR": "Europe/Paris",
    "LU": "Europe/Luxembourg",
    "NL": "Europe/Amsterdam",
    "DE": "Europe/Berlin",
    "AT": "Europe/Vienna",
    "IE": "Europe/Dublin",
    "ES": "Europe/Madrid",
    "IT": "Europe/Rome",
    "PT": "Europe/Lisbon",
    "GB": "Europe/London",
    "CH": "Europe/Zurich",
}
_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


@lru_cache(maxsize=16)
def _target(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("ECB", years=year))


def is_working_day(day: date, country: str) -> bool:
    """Whether offices work on this day: no weekend, no public holiday of the country (unknown countries: weekends only)."""
    return day.weekday() < 5 and day not in _calendar(country or "BE", day.year)


def next_working_day(day: date, country: str) -> date:
    """This day when it is a working day, else the next one."""
    while not is_working_day(day, country):
        day += _DAY
    return day


def add_working_days(day: date, count: int, country: str) -> date:
    """The day that lies `count` working days after `day` (0 gives the day itself, moved to a working day)."""
    day = next_working_day(day, country)
    for _ in range(count):
        day = next_working_day(day + _DAY, country)
    return day


def is_bank_day(day: date, *countries: str) -> bool:
    """Whether banks move money between these countries on this day: TARGET is open, and no country has a public holiday.

    TARGET is closed at weekends, on 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December (ECB, TARGET calendar).
    """
    return day not in _target(day.year) and all(is_working_day(day, country) for country in countries or ("",))


def add_bank_days(day: date, count: int, *countries: str) -> date:
    """The day that lies `count` bank days after `day` (0 gives the day itself, moved to a bank day)."""
    left = count
    while left > 0 or not is_bank_day(day, *countries):
        day += _DAY
        left -= is_bank_day(day, *countries)
    return day


def zone(country: str, fallback: str) -> ZoneInfo:
    """The time zone of the country's offices, else the fallback."""
    return ZoneInfo(_ZONES.get(country, fallback))
