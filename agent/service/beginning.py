"""A start that cannot succeed now, because the disk is full or may only be read, or the books are in other hands: it is waited out.

systemd counts failed starts and gives up after a few, for good; a disk that has room again at night would leave the service dead in the
morning. So under systemd the service says READY, tells in its status what it waits for, and begins again with growing pauses. Without
systemd whoever called it hears at once that it is not possible now.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable

from agent.errors import TemporaryError
from agent.service.systemd import Notifier

_LOG = logging.getLogger("relance.start")
_FIRST, _LONGEST = 2.0, 300.0
# Signs of life are sent so often when systemd does not say how often it wants them.
_SLICE = 30.0


def patiently(live: Callable[[], int], notifier: Notifier, sleep: Callable[[float], None] = time.sleep) -> int:
    """What `live` answers; it is called again for as long as it cannot begin now and systemd listens.

    Raises:
        TemporaryError: it cannot begin now, and nobody listens; every other error at once.
    """
    pause, told = _FIRST, ""
    while True:
        try:
            return live()
        except TemporaryError as error:
            if not notifier.listened_to:
                raise
            hindrance = str(error)
        _let_signals_end_it()
        if hindrance != told:
            told = hindrance
            _LOG.error("the start waits: %s", hindrance)
        notifier.ready(f"cannot begin yet: {hindrance}")
        _wait(pause, notifier, sleep)
        pause = min(pause * 2, _LONGEST)


def _wait(seconds: float, notifier: Notifier, sleep: Callable[[float], None]) -> None:
    piece = min(_SLICE, notifier.watchdog_interval or _SLICE)
    while seconds > 0:
        notifier.alive()
        sleep(min(seconds, piece))
        seconds -= piece


def _let_signals_end_it() -> None:
    """A life that began may have taken the signals over: while nothing is at hand they end the process, and a reload is no end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
