"""The real clock, and one whose hands are moved by the demo and the tests."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time: the only place that asks it."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place that may ask


class SimulatedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a simulated clock starts at an aware moment")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment the hands show, aware, UTC."""
        return self._now

    def advance(self, step: timedelta) -> datetime:
        """The moment after moving the hands by `step` (also back, when it is negative)."""
        self._now += step
        return self._now

    def set(self, moment: datetime) -> None:
        """Put the hands on this aware moment."""
        self._now = moment.astimezone(UTC)
