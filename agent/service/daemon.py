"""The loop: wait for mail or for the next due time, then a round of work. No mail and no server can end it; SIGTERM does."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from agent.config import Settings
from agent.errors import ConfigError, TemporaryError
from agent.service.app import App, Channel
from agent.service.requests import honour_requests, requested
from agent.service.systemd import Notifier
from agent.service.tick import run_due, set_timers
from agent.service.work import count_crash, deliver, handle_waiting

_LOG = logging.getLogger("relance.daemon")
# One wait lasts no longer than this, so that signs of life and signals are never late.
_SLICE = 30.0
# With several mailboxes, each is listened to for so long at a time: none waits noticeably for the others.
_MOMENT = 0.25
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(seconds=300)


class _WokenUp(Exception):
    """A signal came while nothing was being done."""


@dataclass(slots=True)
class _Line:
    """A channel with the state of its connection."""

    channel: Channel
    open: bool = False
    retry_at: datetime | None = None
    pause: timedelta = _FIRST_PAUSE
    trouble: str = ""


class Daemon:
    """The running service. `reload` reads the configuration again (SIGHUP); a wrong one is reported and the old one kept."""

    def __init__(self, app: App, reload: Callable[[], Settings], notifier: Notifier | None = None) -> None:
        self.app = app
        self._reload = reload
        self._notifier = notifier or Notifier()
        app.reader.beat = self._notifier.alive
        self._lines = [_Line(channel) for channel in app.channels]
        self._stopping = False
        self._reloading = False
        self._waiting = False
        self._ahead = True
        self._resume_at: datetime | None = None
        self._hindered_until: datetime | None = None
        self._hindrance = ""
        self._blocked_until: datetime | None = None
        self._blocked_pause = _FIRST_PAUSE
        self._blockage = ""

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the item at hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        # after a crash one mail at a time, so that the next one would be blamed rightly
        self._ahead = not count_crash(self.app)
        set_timers(self.app)
        self._notifier.ready("watching the mailbox")
        _LOG.info("ready")
        while not self._stopping:
            self.turn()
            if not self._stopping:
                self._wait()
        self._notifier.stopping("finishing")
        for line in self._lines:
            line.channel.mailbox.close()
            line.channel.transport.close()
        _LOG.info("stopped")

    def turn(self) -> None:
        """One round: the configuration if asked for, mail, what is due, the outbox."""
        if self._reloading:
            self._read_configuration()
        honour_requests(self.app)
        for line in self._lines:
            self._receive(line)
        self._notifier.alive()
        self._do_due()
        self._notifier.alive()

    def _do_due(self) -> None:
        """What the clock brings, and the outbox. A full disk or a broken template stops neither the daemon nor the mail."""
        try:
            run_due(self.app)
        except (TemporaryError, ConfigError) as error:
            self._hindered_until = self.app.clock.now() + _LONGEST_PAUSE
            if str(error) != self._hindrance:
                self._hindrance = str(error)
                _LOG.error("what is due waits: %s", error)
        else:
            self._hindered_until, self._hindrance = None, ""
        self._send()

    def _receive(self, line: _Line) -> None:
        if line.retry_at is not None and self.app.clock.now() < line.retry_at:
            return
        try:
            if not line.open:
                line.channel.mailbox.open()
                line.open = True
            while handle_waiting(self.app, line.channel, self._enough, ahead=self._ahead) and not self._stopping:
                self._notifier.alive()
                self._do_due()
        except (TemporaryError, ConfigError) as error:
            self._stumbled(line, error)
            return
        if line.trouble:
            _LOG.info("mailbox is back", extra={"line": {"mailbox": line.channel.mailbox.name}})
        line.retry_at, line.pause, line.trouble = None, _FIRST_PAUSE, ""

    def _enough(self) -> bool:
        self._notifier.alive()
        return self._stopping

    def _stumbled(self, line: _Line, error: Exception) -> None:
        """Drop the connection and come back later; one line in the log for one cause, however long it lasts."""
        line.channel.mailbox.close()
        line.open = False
        line.retry_at = self.app.clock.now() + line.pause
        line.pause = min(line.pause * 2, _LONGEST_PAUSE)
        if str(error) != line.trouble:
            line.trouble = str(error)
            _LOG.warning("mailbox: %s", error, extra={"line": {"mailbox": line.channel.mailbox.name}})

    def _send(self) -> None:
        """Deliver what may leave. A way out that refuses us is tried again after growing pauses; one log line for one cause."""
        if self._blocked_until is not None and self.app.clock.now() < self._blocked_until:
            return
        try:
            report = deliver(self.app, lambda: self._stopping)
        except TemporaryError as error:
            self._stumbled(self._lines[0], error)
            return
        self._resume_at = report.resume_at
        self._note_blockage(report.problem)
        if report.sent or report.failed or report.held:
            told = {"sent": len(report.sent), "failed": report.failed, "held": report.held}
            _LOG.info("outbox", extra={"line": told})

    def _note_blockage(self, problem: str) -> None:
        if not problem:
            self._blocked_until, self._blockage, self._blocked_pause = None, "", _FIRST_PAUSE
            return
        self._blocked_until = self.app.clock.now() + self._blocked_pause
        self._blocked_pause = min(self._blocked_pause * 2, _LONGEST_PAUSE)
        if problem != self._blockage:
            self._blockage = problem
            _LOG.error("nothing can be sent: %s", problem)

    def _wait(self) -> None:
        """Wait for mail, for the next due time or for a signal, in slices that let signs of life through."""
        self.app.store.checkpoint()
        until = self._next_work()
        self._notifier.status(f"waiting until {until.isoformat(timespec='seconds')}")
        while (
            not (self._stopping or self._reloading or requested(self.app))
            and (left := (until - self.app.clock.now()).total_seconds()) > 0
        ):
            self._notifier.alive()
            if self._slept(min(left, _SLICE, self._notifier.watchdog_interval or _SLICE)):
                return

    def _slept(self, seconds: float) -> bool:
        """Whether there may be new mail after waiting so long; several open mailboxes are listened to in turn, a moment each."""
        end = time.monotonic() + seconds
        lines = [line for line in self._lines if line.open]
        moment = seconds if len(lines) == 1 else _MOMENT
        if not lines:
            return self._heard(None, min(seconds, 2.0)) or True
        while (left := end - time.monotonic()) > 0:
            for line in lines:
                if self._heard(line, min(moment, left)) or self._stopping or self._reloading:
                    return True
        return False

    def _heard(self, line: _Line | None, seconds: float) -> bool:
        """Whether to look after listening to one mailbox (or to nothing but signals); trouble stays with the one that has it."""
        try:
            self._waiting = True
            if line is None:
                time.sleep(seconds)
                return False
            return line.channel.mailbox.wait(seconds)
        except _WokenUp:
            if line is not None:  # what it was saying is lost
                line.channel.mailbox.close()
                line.open = False
        except (TemporaryError, ConfigError) as error:
            assert line is not None
            self._stumbled(line, error)
        finally:
            self._waiting = False
        return True

    def _next_work(self) -> datetime:
        now = self.app.clock.now()
        moments = [now + timedelta(seconds=self.app.settings.limits.poll_seconds)]
        due = self._hindered_until or self.app.store.next_timer()
        moments += [m for m in (due, self._blocked_until or self._resume_at or self.app.store.next_mail()) if m]
        moments += [line.retry_at for line in self._lines if line.retry_at]
        return min(moments)

    def _read_configuration(self) -> None:
        self._reloading = False
        self._notifier.reloading()
        try:
            self.app = self.app.with_settings(self._reload())
        except ConfigError as error:
            for problem in error.problems:
                _LOG.error("configuration kept as it was: %s", problem)
        else:
            set_timers(self.app)
            _LOG.info("configuration read again")
        self._notifier.ready("watching the mailbox")

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reloading = True
        else:
            self._stopping = True
        if self._waiting:
            raise _WokenUp
