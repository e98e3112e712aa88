"""When to come back to somebody who refused us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_FIRST, _LONGEST = timedelta(seconds=2), timedelta(seconds=300)


@dataclass(slots=True)
class Pause:
    """Stays away from one place: later and later, until it answers."""

    until: datetime | None = None
    next: timedelta = _FIRST

    def lengthen(self, now: datetime) -> None:
        """Stay away, twice as long as the last time."""
        self.until, self.next = now + self.next, min(self.next * 2, _LONGEST)

    def end(self) -> None:
        """All is well."""
        self.until, self.next = None, _FIRST

    def lasts(self, now: datetime) -> bool:
        """Whether to stay away still."""
        return self.until is not None and now < self.until
