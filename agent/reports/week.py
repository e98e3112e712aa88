"""What a digest says of its seven days besides the figures: key figures, whom to ring up, promises kept and broken, what looks odd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.anomalies import Anomaly, anomalies
from agent.domain.indicators import handover_delay
from agent.domain.payees import PayeeAccount
from agent.domain.states import OpenItem
from agent.reports.calling import Debtor, calls_of
from agent.reports.digest import CurrencyDigest
from agent.reports.key_figures import weekly_trends
from agent.reports.trends import Trend

_WEEK, _DAY = timedelta(days=7), timedelta(days=1)
# The digest stays short; the monthly report has more.
_CALLS, _ODD = 3, 6


@dataclass(frozen=True, slots=True)
class Week:
    """The seven days that ended, over all currencies; `trends` are the key figures by currency.

    `handover_days` is how long the creditor took to hand over the invoices of the week (median), None without any.
    """

    calls: tuple[Debtor, ...]
    promises_kept: int
    promises_broken: int
    anomalies: tuple[Anomaly, ...]
    handover_days: int | None
    trends: Mapping[str, tuple[Trend, ...]]


def week_of(
    items: Sequence[OpenItem],
    debtors: Sequence[Debtor],
    today: date,
    currencies: Iterable[CurrencyDigest] = (),
    payees: Iterable[PayeeAccount] = (),
) -> Week:
    """The week of one creditor's items, with those who owe him something."""
    ended = [p.kept for i in items for p in i.promises if today - _WEEK <= p.on < today]
    return Week(
        calls=calls_of(debtors, _CALLS),
        promises_kept=sum(ended),
        promises_broken=len(ended) - sum(ended),
        anomalies=anomalies(items, today - _WEEK, payees)[:_ODD],
        handover_days=handover_delay(items, today - _WEEK, today - _DAY),
        trends={c.currency: weekly_trends(items, c.currency, c.overdue, today) for c in currencies},
    )
