"""The loop: wait for mail or for the next due time, then a round of work. No mail and no server can end it; SIGTERM does.

Each channel's doors have threads of their own (see `patience`): a server that hangs holds up its own mail only.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import FrameType

from agent.config import Settings
from agent.errors import AgentError, ConfigError, StoreAway, TemporaryError
from agent.mail.outgoing import OutboxState
from agent.outbox.copies import owed_by
from agent.outbox.rules import DeliveryReport
from agent.outbox.templates import read_again
from agent.ports import AlreadyDone, ClaimLost, Conflict
from agent.service.alarm import Alarm
from agent.service.alerts import Watch, note_start, note_stop
from agent.service.app import App
from agent.service.line import Line
from agent.service.outage import Outage
from agent.service.patience import Bell, TakingItsTime
from agent.service.pausing import Pause
from agent.service.requests import honour_requests, requested
from agent.service.restored import catch_up, is_pending
from agent.service.sharing import compare_clocks, meet_others, taken
from agent.service.showing import Display
from agent.service.systemd import Notifier
from agent.service.tick import run_due, set_timers
from agent.service.timekeeping import SET_BACK, Timekeeper
from agent.service.work import count_crash, deliver, handle_waiting

_LOG = logging.getLogger("relance.daemon")
# One wait lasts no longer than this, so that signs of life are never late.
_SLICE = 30.0
# Seconds that one mailbox's mails are handled at a stretch while other mailboxes may have some too.
_TURN = 5.0
# Seconds that the end waits for a mail that is just being handed over; most servers are given up on within them.
_LAST_WORDS = 20.0
# Seconds after which is asked again for what another worker has at hand.
_ASK_AGAIN = 1.0
# After so long the copies that are owed to Sent are tried again.
_OWED = timedelta(minutes=1)
# What ends the work on something because another worker did it meanwhile.
_OTHERS = (Conflict, AlreadyDone, ClaimLost)


class Daemon:
    """The running service. `reload` reads the configuration again (SIGHUP); a wrong one is reported and the old one kept."""

    def __init__(self, app: App, reload: Callable[[], Settings], notifier: Notifier | None = None) -> None:
        self._bell = Bell()
        self._lines = [Line(channel, self._bell) for channel in app.channels]
        self._impatient = app
        self._timekeeper = Timekeeper(app.clock, app.store)
        self.app = replace(app, channels=tuple(line.channel for line in self._lines), clock=self._timekeeper)
        self._reload = reload
        self._notifier = notifier or Notifier()
        self._alarm, self._watch = Alarm(), Watch()
        self._display = Display(app.clock.now())
        self._stopping = False
        self._reloading = self._outdated = False
        self._ahead = True
        self._hindered, self._outage = Pause(), Outage()
        self._hindrance = ""

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the item at hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        # after a crash one mail at a time, so that the next one would be blamed rightly
        self._ahead = not count_crash(self.app)
        meet_others(self.app)
        self._compare_restored()
        self._set_timers()
        with suppress(TemporaryError, Conflict):
            note_start(self.app)
        self._notifier.ready("watching the mailbox")
        _LOG.info("ready")
        while not self._stopping:
            self.turn()
            if not self._stopping:
                self._wait()
        self._notifier.stopping("finishing")
        self._hear_last_words()
        for line in self._lines:
            line.mailbox.close()
            line.transport.close()
        with suppress(TemporaryError, Conflict):
            note_stop(self.app)
        _LOG.info("stopped")

    def _compare_restored(self) -> None:
        """Books that were put back from a copy are compared with the mailbox before anything else, however long that takes."""
        while is_pending(self.app.store) and not self._stopping:
            self._notifier.ready("comparing the restored books with the mailbox")
            claims = self.app.store.claims
            with taken(claims, ["restored"], 1) as mine, claims.under("restored"):
                try:
                    if mine:
                        catch_up(self._impatient, self._notifier.alive)
                        continue
                except _OTHERS as error:
                    _LOG.info("others were faster: %s", error)
                except (TemporaryError, ConfigError) as error:
                    _LOG.error("the restored books cannot be compared with the mailbox yet: %s", error)
            self._bell.rang(min(_SLICE, self._notifier.watchdog_interval or _SLICE))

    def _set_timers(self) -> None:
        """What follows from the configuration; of workers that begin at once, one after the other."""
        claims = self.app.store.claims
        while not self._stopping:
            with taken(claims, ["configuration"], 1) as mine, claims.under("configuration"), suppress(*_OTHERS):
                if mine:
                    return set_timers(self.app)
            self._notifier.alive()
            self._bell.rang(_ASK_AGAIN)
        return None

    def turn(self) -> None:
        """One round: the configuration if asked for, mail, what is due, the outbox.

        A store that cannot write now (a full disk) hinders all of it, and is no reason to end: what is done is done again later.
        """
        try:
            self._round()
        except _OTHERS as error:
            _LOG.info("others were faster: %s", error)
        except TemporaryError as error:
            self._hinder(error)

    def _round(self) -> None:
        compare_clocks(self._impatient.clock, self.app.store.claims)
        self._compare_restored()
        self._mind_the_clock()
        if self._reloading:
            self._read_configuration()
        meet_others(self.app)
        if self._outdated:
            self._set_timers()
            self._outdated = False
        with self.app.store.claims.under():
            honour_requests(self.app)
        look = self._is_due()
        for line in self._lines:
            self._receive(line, look=look)
        self.app = replace(self.app, unread=tuple(line.channel.name for line in self._lines if not line.read))
        self._ahead = self._ahead or not self.app.unread
        self._notifier.alive()
        self._do_due()
        self._notifier.alive()

    def _mind_the_clock(self) -> None:
        """A clock that was set back leaves moments behind that would come too late: they are forgotten."""
        if self._timekeeper.was_set_back(self.app):
            self._hindered.end()
            for line in self._lines:
                line.start_afresh()

    def _do_due(self) -> None:
        """What the clock brings, and the outbox. A full disk or a broken template stops neither the daemon nor the mail."""
        try:
            run_due(self.app)
            self._alarm.tell(self.app)
            self._watch.look(self.app)
            for line in self._lines:
                self._send(line)
        except (TemporaryError, ConfigError) as error:
            self._hinder(error)
        else:
            self._hindered.end()
            self._hindrance = ""
            self._outage.over(self.app)

    def _hinder(self, error: AgentError) -> None:
        """Come back later and later; told once for each reason."""
        self._hindered.lengthen(self.app.clock.now())
        self._outage.goes_on(error, self.app.clock.now())
        if str(error) != self._hindrance:
            self._hindrance = str(error)
            _LOG.error("what is due waits: %s", error)

    def _is_due(self) -> bool:
        """Whether something is to be done or to leave now: then every inbox is looked at first, whatever the servers told."""
        now = self.app.clock.now()
        due = self.app.store.next_timer()
        return (due is not None and due <= now) or any(
            True for _ in self.app.store.outbox([OutboxState.QUEUED], due_at=now)
        )

    def _receive(self, line: Line, *, look: bool) -> None:
        """Handle what waits in this mailbox, when there may be something; `look` even when nothing was heard of."""
        now = self.app.clock.now()
        line.read = False
        if line.reading.lasts(now):
            return
        try:
            if not (self._has_mail(line, now) or look):
                return
            line.unread = True
            begun = time.monotonic()
            count = handle_waiting(self.app, line.channel, lambda: self._enough(begun), ahead=self._ahead)
            line.read = self._is_read(line, count)
            line.fetched_at, line.handled = self.app.clock.now(), line.handled + count
            line.empty_at = line.fetched_at if line.read else line.empty_at
        except TakingItsTime:
            return
        except StoreAway:
            raise  # the books, not the mailbox
        except (TemporaryError, ConfigError) as error:
            line.mailbox.close()
            line.open = False
            line.reading.lengthen(self.app.clock.now())
            self._alarm.troubled(self.app, line.place("mailbox"), str(error))
            return
        line.reading.end()
        self._alarm.well(self.app, line.place("mailbox"))
        line.unread = count > 0
        poll = self.app.settings.limits.poll_seconds if line.read or count else _ASK_AGAIN
        line.look_at = line.channel.turns.next_look(now + timedelta(seconds=poll))
        if line.unread:
            self._bell.ring()

    def _is_read(self, line: Line, count: int) -> bool:
        """Whether nothing is left to handle, by whomever."""
        if self.app.store.claims.shared:
            return line.channel.turns.is_done(line.mailbox, self.app.clock.now())
        return not count or not line.mailbox.unhandled(1)

    def _has_mail(self, line: Line, now: datetime) -> bool:
        if not line.open:
            line.mailbox.open()
            line.open = line.unread = True
        return line.mailbox.heard() or line.unread or line.look_at is None or now >= line.look_at

    def _has_news(self) -> bool:
        """Whether mail came while others were sent: it is read before the next statement leaves."""
        for line in self._lines:
            with suppress(TemporaryError, ConfigError):
                if line.open and line.mailbox.heard():
                    line.unread = True
                    return True
        return False

    def _enough(self, begun: float) -> bool:
        self._notifier.alive()
        return self._stopping or (len(self._lines) > 1 and time.monotonic() - begun > _TURN)

    def _send(self, line: Line) -> None:
        """Deliver what may leave here. A way out that refuses us is tried again after growing pauses."""
        if line.sending.lasts(self.app.clock.now()):
            return
        report = deliver(self.app, line.channel, lambda: self._stopping or self._has_news())
        line.resume_at = report.resume_at
        line.sent_at, line.sent = self.app.clock.now() if report.sent else line.sent_at, line.sent + len(report.sent)
        self._note_blockage(line, report)
        if report.sent or report.failed or report.held:
            told = {
                "mailbox": line.channel.name,
                "sent": len(report.sent),
                "failed": report.failed,
                "held": report.held,
            }
            _LOG.info("outbox", extra={"line": told})

    def _note_blockage(self, line: Line, report: DeliveryReport) -> None:
        place = line.place("outgoing")
        if report.problem:
            line.sending.lengthen(self.app.clock.now())
            self._alarm.troubled(self.app, place, report.problem)
        else:
            line.sending.end()
            if report.sent or report.failed or report.deferred:
                self._alarm.well(self.app, place)
        ailing = frozenset(at.channel for at in self._alarm.ailing if at.side == "outgoing")
        if ailing != self.app.ailing:
            self.app = replace(self.app, ailing=ailing)

    def _hear_last_words(self) -> None:
        """Learn what becomes of the mails that are just being handed over, so that none is left in doubt."""
        end = time.monotonic() + _LAST_WORDS
        for line in self._lines:
            with suppress(AgentError):  # then the next life looks for it in Sent
                while line.transport.busy and time.monotonic() < end:
                    self._notifier.alive()
                    deliver(self.app, line.channel, lambda: True)

    def _wait(self) -> None:
        """Wait for mail, for the next due time or for a signal, in slices that let signs of life through."""
        with suppress(TemporaryError):
            self.app.remember()
            self.app.store.checkpoint()
        self._display.show(self.app, [line.heard() for line in self._lines], self._hindrance)
        for line in self._lines:
            if not line.unread:
                line.mailbox.listen()
        begun = self.app.clock.now()
        try:
            until = self._next_work()
        except TemporaryError as error:  # the database went away since the round
            self._hinder(error)
            until = self._next_work()
        if self.app.store.claims.shared:  # what is due and not done is another's
            until = max(until, begun + timedelta(seconds=_ASK_AGAIN))
        self._notifier.status(f"waiting until {until.isoformat(timespec='seconds')}")
        while not (self._stopping or self._reloading or requested(self.app)):
            now = self.app.clock.now()
            # a clock that was set back would make it wait for as long again
            if not begun - SET_BACK <= now < until:
                return
            self._notifier.alive()
            left = (until - now).total_seconds()
            if self._bell.rang(min(left, _SLICE, self._notifier.watchdog_interval or _SLICE)):
                return

    def _next_work(self) -> datetime:
        now = self.app.clock.now()
        moments = [now + timedelta(seconds=self.app.settings.limits.poll_seconds)]
        due = self._hindered.until or self.app.store.next_timer()
        moments += [moment for moment in (due, self._alarm.next_word(self.app), self._next_mail(now)) if moment]
        idle = (line.look_at for line in self._lines if not (line.reading.until or line.mailbox.busy))
        moments += [at for at in (*idle, *(line.reading.until for line in self._lines)) if at]
        return min(moments)

    def _next_mail(self, now: datetime) -> datetime | None:
        """When the next mail may leave that no pause and no limit of its channel keeps back, or a copy of one that left."""
        if self._hindered.until:
            return None
        held_up = [line for line in self._lines if line.sending.lasts(now) or line.resume_at]
        moments = [max(m for m in (line.sending.until, line.resume_at) if m) for line in held_up]
        if any(self.app.store.note(owed_by(line.channel.name)) for line in self._lines):
            moments.append(now + _OWED)
        if len(held_up) < len(self._lines):
            queued = self.app.store.queue()
            free = (m for m in queued if not any(self.app.serves(line.channel, m.channel) for line in held_up))
            moments += [mail.not_before for mail in [next(free, None)] if mail]
        return min(moments, default=None)

    def _read_configuration(self) -> None:
        self._reloading = False
        self._notifier.reloading()
        try:
            self.app = self.app.with_settings(self._reload())
        except ConfigError as error:
            for problem in error.problems:
                _LOG.error("configuration kept as it was: %s", problem)
        else:
            read_again()
            self._outdated = True
            _LOG.info("configuration read again")
        self._notifier.ready("watching the mailbox")

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reloading = True
        else:
            self._stopping = True
        self._bell.ring()
