"""When the operator was told of a cause: at most once a day, whatever the clock and the process do meanwhile."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from agent.domain.letters import Letter, LetterKind

_DAY = timedelta(days=1)
# Letters about single mails that come one by one when something is wrong, by the cause under which one a day is enough.
_CAUSE_OF = {"poison": "poison", "held_mail": "held"}


class Notes(Protocol):
    """What remembers small values."""

    def note(self, key: str) -> str | None:
        """The value of this key."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Since when a cause holds (None: it does not), when it was told last, and how often since it began."""

    since: datetime | None = None
    told: datetime | None = None
    times: int = 0

    @staticmethod
    def key(cause: str) -> str:
        """Under this note the store remembers it."""
        return f"alert:{cause}"

    @classmethod
    def of(cls, store: Notes, cause: str) -> Reminder:
        """What is remembered of this cause."""
        return cls.read(store.note(cls.key(cause)))

    @classmethod
    def read(cls, note: str | None) -> Reminder:
        """The reminder that `str` wrote down."""
        if note is None:
            return cls()
        since, told, times = json.loads(note)
        return cls(_moment(since), _moment(told), int(times))

    def __str__(self) -> str:
        """One line, for a note in the store."""
        return json.dumps([at.isoformat() if at else None for at in (self.since, self.told)] + [self.times])

    def holding(self, now: datetime) -> Reminder:
        """The cause holds. What a clock that ran ahead wrote down counts as told now, so that it keeps nobody silent for long."""
        told = min(self.told, now) if self.told is not None else None
        return replace(self, since=min(self.since, now) if self.since else now, told=told)

    def may_be_told(self, now: datetime) -> bool:
        """Whether a day has passed since it was told."""
        return self.told is None or now - self.told >= _DAY

    def told_now(self, now: datetime) -> Reminder:
        """It is told at this moment."""
        return replace(self, told=now, times=self.times + 1)

    def ended(self) -> Reminder:
        """It holds no more; when it was told stays known, for one that comes and goes."""
        return Reminder(told=self.told)


def _moment(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None


def one_a_day(store: Notes, letter: Letter, now: datetime, notes: dict[str, str | None]) -> bool:
    """Whether this letter to the operator is one too many today; it is counted when it is not.

    Of mails that fail or are held one by one the first is told at once; the others are told together on the next day (agent.service.alerts).
    """
    cause = _CAUSE_OF.get(letter.code) if letter.kind is LetterKind.OPERATOR else None
    if cause is None:
        return False
    key = Reminder.key(cause)
    reminder = Reminder.read(notes.get(key) or store.note(key)).holding(now)
    allowed = reminder.may_be_told(now)
    notes[key] = str(reminder.told_now(now) if allowed else reminder)
    return not allowed
