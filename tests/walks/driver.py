"""The real daemon with a clock that runs some seconds ahead of the machine's: python -m tests.walks.driver CONFIG SECONDS."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.config import load
from agent.service import log
from agent.service.bootstrap import build, close
from agent.service.daemon import Daemon


class ShiftedClock:
    """The machine's time, moved by a fixed step, so that a walk can begin on a working morning."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


def main(config: str, seconds: str) -> None:
    log.set_up()
    app = build(load(Path(config)), clock=ShiftedClock(timedelta(seconds=float(seconds))))
    try:
        Daemon(app, lambda: load(Path(config))).run()
    finally:
        close(app)


if __name__ == "__main__":
    main(*sys.argv[1:])
