"""Statements that somebody is asked about before they leave: in which mode a creditor works, what was listed to him, what may go.

Nothing here says when a statement is due (domain.dunning does); it says whether one that is due may leave by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from agent.domain.money import Money


class Mode(StrEnum):
    """How statements reach a creditor's debtors.

    AUTOMATIC: by themselves. CONFIRM: once he has approved each of them. ADVISE: he sends them himself, from drafts.
    """

    AUTOMATIC = "automatic"
    CONFIRM = "confirm"
    ADVISE = "advise"


class Listed(StrEnum):
    """Why statements are listed to a creditor; the topic of the question that numbers them."""

    FOREWARNING = "forewarning"
    CONFIRM = "release"
    ADVISE = "draft"


# What was announced and did not leave within so many days (a promise meanwhile, say) is announced anew.
_FRESH = timedelta(days=7)

# The question whose numbered lines are statements; a word like "sauf 3" means these.
TOPICS = frozenset(listed.value for listed in Listed)


@dataclass(frozen=True, slots=True)
class Release:
    """One statement as it was listed to the creditor: in this currency, on these items, of at most this amount.

    `on` is the first day on which it may leave (a forewarning's next working day), `before` the number of statements in this
    currency that had left when it was listed: once another one has, the release is spent. `question` numbers the line, `level` is its
    tone, `mentions` are what a draft of it announces (domain.guard_waits).
    """

    currency: str
    items: tuple[str, ...]
    amount: Money
    on: date
    listed: Listed
    question: str
    before: int
    level: str = ""
    approved: bool = False
    mentions: tuple[str, ...] = ()

    def covers(self, items: Iterable[str], amount: Money, before: int) -> bool:
        """Whether a statement of these items and this amount is the one that was listed, or less than it."""
        return before == self.before and set(items) <= set(self.items) and amount.amount <= self.amount.amount

    def lets(self, today: date) -> bool:
        """Whether what it covers may leave by itself on this day."""
        if self.listed is Listed.FOREWARNING:
            return self.on <= today <= self.on + _FRESH
        return self.listed is Listed.CONFIRM and self.approved


def line_code(debtor: str, currency: str) -> str:
    """The code of a line in the question that numbers statements."""
    return f"{debtor}:{currency}"


def line_of(code: str) -> tuple[str, str]:
    """The debtor's account and the currency that a line's code names."""
    debtor, _, currency = code.partition(":")
    return debtor, currency
