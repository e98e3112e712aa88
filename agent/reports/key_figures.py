"""Key figures of one currency, each set against what it was a month before: for the digest and the monthly report alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.indicators import (
    Delay,
    Recovery,
    average_delay,
    collected,
    days_sales_outstanding,
    overdue_on,
    recovery,
)
from agent.domain.money import Money
from agent.domain.months import last_of, months_before
from agent.domain.states import OpenItem, Payment
from agent.reports.trends import Trend

_DAY = timedelta(days=1)
_YEAR = 12
# The digest sets the thirty days that ended against the thirty before.
_DAYS, _WHOLE_YEAR = timedelta(days=30), timedelta(days=364)


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The figures as they were on a day: `recovery` looks at twelve months, `collected` and `delay` at one period."""

    overdue: Money
    collected: Money
    recovery: Recovery
    dso: Decimal | None
    delay: Delay | None


def key_figures(
    items: Sequence[OpenItem], payments: Sequence[Payment], currency: str, day: date, month: date
) -> KeyFigures:
    """The figures on this day, with those of the month that `month` lies in; `payments` is the new money of this currency."""
    first, last = month.replace(day=1), last_of(month)
    return KeyFigures(
        overdue_on(items, currency, day),
        collected(payments, currency, first, last),
        recovery(items, currency, months_before(first, _YEAR - 1), last),
        days_sales_outstanding(items, currency, day),
        average_delay(items, currency, first, last),
    )


def monthly_trends(overdue: Money, now: KeyFigures, before: KeyFigures) -> tuple[Trend, ...]:
    """All key figures of a month against those of the month before; those that cannot be told are left out."""
    found = (
        Trend("overdue", overdue, before.overdue, -1),
        Trend("collected", now.collected, before.collected, 1),
        Trend("recovery_rate", now.recovery.percent, before.recovery.percent, 1),
        Trend("dso", now.dso, before.dso, -1),
        Trend("average_delay", _days(now.delay), _days(before.delay), -1),
    )
    return tuple(trend for trend in found if trend.now is not None)


def weekly_trends(items: Sequence[OpenItem], currency: str, overdue: Money, today: date) -> tuple[Trend, ...]:
    """The key figures of the week of `today` against those of a month before; what came in the digest tells by itself."""
    then, end = months_before(today, 1), today - _DAY
    rates = [recovery(items, currency, day - _WHOLE_YEAR, day).percent for day in (end, end - _DAYS)]
    delays = [average_delay(items, currency, day - _DAYS + _DAY, day) for day in (end, end - _DAYS)]
    found = (
        Trend("overdue", overdue, overdue_on(items, currency, then), -1),
        Trend("recovery_rate", rates[0], rates[1], 1),
        Trend(
            "dso",
            days_sales_outstanding(items, currency, today),
            days_sales_outstanding(items, currency, then),
            -1,
        ),
        Trend("average_delay_month", _days(delays[0]), _days(delays[1]), -1),
    )
    return tuple(trend for trend in found if trend.now is not None)


def _days(delay: Delay | None) -> Decimal | None:
    return delay.days if delay else None
