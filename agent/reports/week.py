"""What a digest says of its seven days besides the figures: whom to ring up, promises kept and broken, what looks odd."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.anomalies import Anomaly, anomalies
from agent.domain.states import OpenItem
from agent.reports.calling import Debtor, calls_of

_WEEK = timedelta(days=7)
# The digest stays short; the monthly report has more.
_CALLS, _ODD = 3, 6


@dataclass(frozen=True, slots=True)
class Week:
    """The seven days that ended, over all currencies."""

    calls: tuple[Debtor, ...]
    promises_kept: int
    promises_broken: int
    anomalies: tuple[Anomaly, ...]


def week_of(items: Sequence[OpenItem], debtors: Sequence[Debtor], today: date) -> Week:
    """The week of one creditor's items, with those who owe him something."""
    ended = [p.kept for i in items for p in i.promises if today - _WEEK <= p.on < today]
    odd = anomalies(items, today - _WEEK)[:_ODD]
    return Week(calls_of(debtors, _CALLS), sum(ended), len(ended) - sum(ended), odd)
