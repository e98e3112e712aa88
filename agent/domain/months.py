"""Months of the calendar: their first and last days, and days so many months apart."""

from calendar import monthrange
from datetime import date


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of this day's month."""
    return day.replace(day=1), last_of(day)


def last_of(month: date) -> date:
    """The last day of the month that this day lies in."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of the month where it has no such day."""
    return months_after(day, -months)
