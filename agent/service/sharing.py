"""What one worker takes of the work that several share: mails by who wrote them, timers one by one, a way out as a whole.

Mails of one correspondent, or of one creditor's people, are handled by one worker at a time, in their order. What a worker took it
gives back when it is done with it; what it cannot give back, because it died or was cut off, is free when its lease ends.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import accumulate

from agent.errors import TemporaryError
from agent.ports import Claims, Clock, MessageRef, Timer
from agent.service.app import App, Channel
from agent.service.clock import SystemClock
from agent.service.patience import PatientTransport

# At a stretch: few enough for the others to find some too, enough for the asking to cost little.
_MAILS, _TIMERS = 24, 20
# Timers that bear the id of a debtor's account or of a bank account; the others bear that of a creditor, or nobody's.
_OF_STATES = frozenset({"account", "thanks", "dossier", "payee"})
# Clocks of workers that differ by no more are the same.
_CLOCKS_DIFFER = timedelta(minutes=1)


def compare_clocks(clock: Clock, claims: Claims) -> None:
    """Raises TemporaryError: the clock of this machine is off that of the others, and it would write to people on the wrong day."""
    theirs = claims.now() if isinstance(clock, SystemClock) else None
    if theirs is not None and abs(ahead := clock.now() - theirs) > _CLOCKS_DIFFER:
        raise TemporaryError(f"the clock of this machine is off that of the database by {ahead}: set it right")


def meet_others(app: App) -> None:
    """Let the other workers know what this one has in its configuration, and learn what they have.

    Raises:
        TemporaryError: the store cannot be asked now.
    """
    app.company.meet(app.store, app.settings, app.directory, this_worker(app), app.clock.now())


def this_worker(app: App) -> str:
    """What this worker is called among the others; "" for the only one."""
    return f"{socket.gethostname()} {app.settings.state_dir}" if app.store.claims.shared else ""


@contextmanager
def own_folder(app: App) -> Iterator[None]:
    """A stretch in which no other worker works in this one's state folder: what lies there says which mail is at hand, and who asked for what.

    Raises:
        TemporaryError: another does.
    """
    if not app.store.claims.shared:  # the books themselves are locked
        yield
        return
    folder = os.open(app.settings.state_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            whose = app.settings.state_dir
            raise TemporaryError(f"another worker works in {whose}: give each its own (paths.state_dir)") from error
        yield
    finally:
        os.close(folder)


@contextmanager
def taken(claims: Claims, names: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """Those of these names that are ours in this stretch, given back after it."""
    mine = claims.take(names, most)
    try:
        yield mine
    finally:
        claims.give_back(mine)


@contextmanager
def my_mails(app: App, channel: Channel, refs: Sequence[MessageRef]) -> Iterator[Sequence[MessageRef]]:
    """Those of these mails that are this worker's to handle, in their order."""
    claims, lane = app.store.claims, channel.turns.lane
    if not claims.shared:
        yield refs
        return
    waiting = Counter(lane(ref) for ref in refs)  # in the order of their first mails
    enough = next((n for n, mails in enumerate(accumulate(waiting.values()), 1) if mails >= _MAILS), len(waiting))
    with taken(claims, tuple(waiting), enough) as mine:
        ours = frozenset(mine)
        yield [ref for ref in refs if lane(ref) in ours][:_MAILS]


@contextmanager
def my_timers(app: App, batch: int) -> Iterator[Sequence[Timer]]:
    """Timers that are due and this worker's to look at."""
    store, now = app.store, app.clock.now()
    due = _known_here(app, now, batch)
    if not store.claims.shared or not due:
        yield due
        return
    with taken(store.claims, [timer_claim(timer) for timer in due], _TIMERS) as mine:
        # another may have done one between the look and the claim
        ours = frozenset(mine)
        yield [timer for timer in _known_here(app, now, batch) if timer_claim(timer) in ours] if ours else ()


def _known_here(app: App, now: datetime, batch: int) -> Sequence[Timer]:
    """Timers that are due and not left to a worker who knows their creditor. However many are left, they stand in nobody's way; while
    there is nothing behind them, it is looked there once a minute.
    """
    due = app.store.timers(now, batch)
    known = [timer for timer in due if not _is_left(app, timer)]
    if known or len(due) < batch or app.company.rests(now):
        return known
    while not known and len(due) == batch:
        batch *= 4
        due = app.store.timers(now, batch)
        known = [timer for timer in due if not _is_left(app, timer)]
    if not known:
        app.company.rests_since = now
    return known


def _is_left(app: App, timer: Timer) -> bool:
    kind, _, id_ = timer.subject.partition(":")
    if kind in _OF_STATES:
        return app.company.leaves_state(id_, app.store)
    return app.company.leaves_cases_of(id_)


def timer_claim(timer: Timer) -> str:
    """The name under which this timer is claimed."""
    return f"timer:{timer.subject}"


@contextmanager
def my_way_out(app: App, channel: Channel) -> Iterator[bool]:
    """Whether this worker is the one that sends through this channel now; as long as it is handing a mail over, it stays it.

    Pace, limits and pauses of a way out are reckoned by one worker at a time.
    """
    claims, name = app.store.claims, f"sender:{channel.name}"
    mine = bool(claims.take([name], 1))
    try:
        with claims.under(name):
            yield mine
    finally:
        if mine and not (isinstance(channel.transport, PatientTransport) and channel.transport.busy):
            claims.give_back([name])
