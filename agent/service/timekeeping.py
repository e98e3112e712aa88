"""A clock that ran ahead and was set right: what was put off by it is reckoned anew, also by a life that begins only afterwards.

Nobody can tell a clock that runs ahead from a service that stood still; only when it goes back is it known to have been wrong. So
the latest moment seen is remembered, in coarse steps. What was reckoned from a later one is moments that would come too late:
timers, mails that wait, pauses and pace. What was done meanwhile stays done and keeps its day; a day that lies ahead makes the next
reminder come later, never sooner.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from agent.domain.decide import Decision
from agent.domain.letters import Letter, to_operator
from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.deliver import OUTAGE, PACE
from agent.ports import Clock, Commit, Conflict, Store, Timer
from agent.service import retention, service_week
from agent.service.app import App
from agent.service.conclude import Outcome, commit_of
from agent.service.tick import set_timers

_LOG = logging.getLogger("relance.clock")
# Under these notes the store remembers the latest moment seen, and up to which one everything was reckoned anew.
SEEN, _RECKONED = "clock:latest", "clock:reckoned"
_NEVER = "1970-01-01T00:00:00+00:00"
# A clock that goes back further than this was wrong before; less is the hand of time synchronisation.
SET_BACK = timedelta(minutes=10)
_STEP = timedelta(hours=1)
# Timers are asked for up to a moment; none lies further ahead than this.
_FAR = timedelta(days=36_525)
_ALL, _BATCH = 1_000_000, 200


class Timekeeper:
    """The clock of a running service, which remembers the latest moment that it told in this life, and what it told in those before."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self._clock, self._store = clock, store
        self._latest: datetime | None = None
        self._noted: datetime | None = None
        self._looked = False

    def now(self) -> datetime:
        """The moment that the clock behind it tells; written down before anybody can reckon with it, at each coarse step."""
        now = self._clock.now()
        self._latest = max(now, self._latest or now)
        if self._noted is None or now - self._noted >= _STEP:
            self._note(now)
        return now

    def _note(self, now: datetime) -> None:
        """Write down that it was this late, unless it was written down already that it was later."""
        with suppress(TemporaryError, Conflict):
            seen = self._store.note(SEEN)
            noted = max(now, datetime.fromisoformat(seen or _NEVER))
            if noted == now:
                self._store.commit(Commit(notes={SEEN: now.isoformat()}))
            self._noted = noted

    def was_set_back(self, app: App) -> bool:
        """Whether the clock was set back since it was looked at last; then everything that waits is reckoned anew.

        Raises:
            TemporaryError: the store cannot write now; the next look does it all.
        """
        now = self.now()
        latest = max(now, self._latest or now)
        if not self._looked:
            latest = max((latest, *_told_by_the_books(self._store)))
        back = latest - now > SET_BACK
        if back:
            _reckon_anew(app, now, latest)
            self._latest = self._noted = now
        self._looked = True
        return back


def _told_by_the_books(store: Store) -> Iterator[datetime]:
    """The latest moments that earlier lives wrote down; without those that were reckoned with already."""
    yield from (datetime.fromisoformat(seen) for seen in [store.note(SEEN)] if seen)
    reckoned = datetime.fromisoformat(store.note(_RECKONED) or _NEVER)
    traces = [record.received_at for record in store.messages(limit=1)]
    traces += [mail.queued_at for mail in store.outbox([OutboxState.QUEUED])]
    yield from (moment for moment in traces if moment > reckoned)


def _reckon_anew(app: App, now: datetime, latest: datetime) -> None:
    """Put right what waits for moments that a wrong clock told, and tell the operator; begun again from the start when it is broken off."""
    _LOG.warning("the clock was set back by %s: what is due is reckoned anew", latest - now)
    waiting = _put_off(app.store, now)
    while mails := tuple(islice(waiting, _BATCH)):
        app.store.commit(Commit(outgoing=mails))
    app.store.commit(Commit(timers=tuple(_brought_forward(app.store, now, latest)), notes=_forgotten(app)))
    set_timers(app, afresh=True)
    told = commit_of(app, Outcome(Decision(letters=(_letter(app, now, latest),))))
    app.store.commit(replace(told, notes={**told.notes, SEEN: now.isoformat(), _RECKONED: latest.isoformat()}))


def _put_off(store: Store, now: datetime) -> Iterator[OutgoingMail]:
    """The mails that wait for a moment to come, free to be judged now."""
    for mail in list(store.outbox([OutboxState.QUEUED])):
        if mail.not_before > now:
            tried = min(mail.first_tried_at, now) if mail.first_tried_at else None
            yield replace(mail, not_before=now, first_tried_at=tried)


def _brought_forward(store: Store, now: datetime, latest: datetime) -> Iterator[Timer]:
    """The timers that lie beyond the latest moment seen, earlier by as much as the clock was ahead; `set_timers` knows most of them better."""
    for timer in store.timers(now + _FAR, _ALL):
        if timer.at is not None and timer.at >= latest:
            yield Timer(timer.subject, max(timer.at - (latest - now), now))


def _forgotten(app: App) -> dict[str, str | None]:
    """The notes without which pace and pauses begin afresh, and nightly and weekly work finds its hour again."""
    channels = ("", *(f":{channel.name}" for channel in app.channels))
    paused = (f"{key}{channel}" for key in (PACE, OUTAGE) for channel in channels)
    return dict.fromkeys((*paused, retention.SUBJECT, service_week.TIMER))


def _letter(app: App, now: datetime, latest: datetime) -> Letter:
    agency = app.settings.agency
    facts = (("clock_was", f"{latest:%Y-%m-%d %H:%M} UTC"), ("clock_is", f"{now:%Y-%m-%d %H:%M} UTC"))
    key = f"operator:clock:{now.isoformat()}"
    return to_operator(agency, key, facts, "clock")
