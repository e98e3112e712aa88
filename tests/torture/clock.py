"""The time of the play: a line in a file that everybody reads, so that harness and daemon agree on it over every death."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LINE = 96


class Clock:
    """A clock that runs from a moment at a rate: seconds of the play for each second of the machine."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def set(self, moment: datetime, rate: float = 1.0) -> None:
        """Put the hands on this moment; from now on they run at this rate."""
        line = f"{moment.timestamp():.6f} {time.monotonic():.6f} {rate:.3f}".ljust(_LINE)
        os.pwrite(self._handle, line.encode(), 0)

    def now(self) -> datetime:
        """The moment of the play, aware, UTC."""
        moment, began, rate = self._hands()
        return datetime.fromtimestamp(moment, UTC) + timedelta(seconds=(time.monotonic() - began) * rate)

    @property
    def rate(self) -> float:
        """How fast it runs."""
        return self._hands()[2]

    def _hands(self) -> tuple[float, float, float]:
        moment, began, rate = os.pread(self._handle, _LINE, 0).split()
        return float(moment), float(began), float(rate)
