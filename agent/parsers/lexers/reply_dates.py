"""Dates as people write them in answers, in French, Dutch, English and German, relative to the day the mail was received.

The text is expected folded: lower case, no accents, single spaces (`agent.parsers.replies.clauses.fold`). Conventions: a bare
weekday is the first one strictly after the mail; "next week" runs from Monday to Sunday; "week 21" is the ISO 8601 week; "fin du
mois" is the last day of the month; "mardi en huit" is the Tuesday of next week; "sous huitaine" is eight days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from agent.parsers.lexers.reply_date_words import (
    DAY,
    Days,
    Rule,
    collector,
    coming_day,
)
from agent.parsers.lexers.reply_days import DAY_RULES
from agent.parsers.lexers.reply_periods import PERIOD_RULES

_LONGEST = 2_000
_EXACT_WORDS = re.compile(r"aujourd ?'?hui|ce jour|vandaag|heden|today|heute|hier|gisteren|yesterday|gestern")


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date that was said: its span in the text, the days it may mean (first to last), and its reading as a past day.

    `past` is None when the words can only mean the future, `first` and `last` equal `past` when they can only mean the past.
    """

    start: int
    end: int
    words: str
    first: date
    last: date
    past: date | None = None

    @property
    def ahead(self) -> date:
        """The day to wait for: the last of the range, but never a weekend day that only closes a week."""
        if self.last - self.first == timedelta(days=6):
            return self.last - 2 * DAY
        return self.last

    @property
    def exact(self) -> bool:
        """Whether the words name one day for certain: a day of the month, today or yesterday; "Monday" or "this morning" do not."""
        return self.first == self.last and (
            any(char.isdigit() for char in self.words) or bool(_EXACT_WORDS.fullmatch(self.words))
        )


_BARE_RULES: list[Rule] = []
_rule = collector(_BARE_RULES)


@_rule(
    r"(?:(?:pour|d ici|avant|op|tegen|on|by|before|am|bis zum|zum|voor|uiterlijk|vers|around|rond|um den|au plus tard|le|de|the|den|jusqu au|until|after|apres|na|nach dem) )+(?:le |de |the |den |dem )?(\d{1,2})(er|e|ste|de|st|nd|rd|th|\.)?(?![\d/:%€-]|[.,]\d| ?(?:h\b|jours|dagen|days|weken|weeks|semaines|mois|uur|euro|eur|€|%|fois|keer|x\b|stuks|am\b|pm\b|\d|factu|invoice|rechnung|maanden|months|tage|wochen|heures|pieces|colis|palet))"
)
def _bare_day(m: re.Match[str], received: date) -> Days:
    day = int(m[1])
    return coming_day(day, received) if 1 <= day <= 31 else None


@_rule(
    r"(?:le |the |de |den )?(\d{1,2})(st|nd|rd|th|ste)(?! (?:fois|keer|time|reminder|herinnering|floor|aanmaning|one))"
)
def _ordinal_day(m: re.Match[str], received: date) -> Days:
    day = int(m[1])
    return coming_day(day, received) if 1 <= day <= 31 else None


# The more exact rule first.
_RULES = (*DAY_RULES, *PERIOD_RULES, *_BARE_RULES)


def find_dates(text: str, received: date) -> tuple[SaidDate, ...]:
    """The dates said in a folded text, in order, none overlapping; the more exact rule wins where two read the same words."""
    text = text[:_LONGEST]
    taken: list[SaidDate] = []
    for pattern, handler in _RULES:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in taken):
                continue
            days = handler(match, received)
            if days:
                first, last, past = days
                taken.append(SaidDate(match.start(), match.end(), match[0], first, last, past))
    return tuple(sorted(taken, key=lambda one: one.start))
