"""Formal notices as the books keep them: which were written, over what, and until when they may be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.workdays import next_working_day

# Days that a notice gives at least: to a business by convention, to a consumer (or who may be one) as long as the law gives him after
# a first reminder by e-mail (Belgium fourteen full days, the Netherlands fifteen after delivery). No notice gives more than the longest.
SHORTEST, SHORTEST_FOR_CONSUMERS, LONGEST = 8, 15, 60


@dataclass(frozen=True, slots=True)
class FormalNotice:
    """One formal notice in an account's history: the `number`-th in its currency, of day `on`, to be paid through `deadline`.

    `state`: queued, sent, cancelled.
    """

    currency: str
    number: int
    on: date
    deadline: date
    items: tuple[str, ...]
    mail: str
    state: str = "queued"


@dataclass(frozen=True, slots=True)
class NoticeMark:
    """What an item keeps of a formal notice over it; a cancelled one leaves none."""

    on: date
    deadline: date
    mail: str
    sent: bool = False


def deadline(on: date, days: int, wanted: date | None, country: str, *, consumer: bool | None) -> date:
    """The last day on which a notice of day `on` may be paid: the one that is wanted, else after so many days; a working day.

    What is wanted is kept within the shortest and the longest period. Not known whether consumer counts as consumer.
    """
    least = SHORTEST if consumer is False else SHORTEST_FOR_CONSUMERS
    chosen = (wanted - on).days if wanted is not None else days
    return next_working_day(on + timedelta(days=min(max(chosen, least), LONGEST)), country)
