"""What needs a hand besides the mailboxes (agent.service.alarm): one mail a day for one cause, and one when it is over.

Since when it lasts, when it was told last and how often stands in the store, so that a restart tells nothing twice. A clock that is
set back makes nothing be told sooner; one that jumps ahead tells at most once more.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

from agent.backends.certificates import met
from agent.domain.decide import Decision
from agent.domain.letters import Letter, to_operator
from agent.intake.classify import MailKind
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Commit, Conflict, MessageRecord, Store
from agent.reports.alarm_words import COMMANDS
from agent.reports.formats import known_language
from agent.reports.words import word
from agent.service.app import App
from agent.service.awaiting import awaited
from agent.service.company import RUNNING, STARTS, forget, workers
from agent.service.conclude import Outcome, commit_of
from agent.service.differences import difference
from agent.service.reminded import Reminder
from agent.service.sharing import this_worker
from agent.store.copies import newest_at

_LOG = logging.getLogger("relance.alerts")
_DAY, _OFTEN = timedelta(days=1), timedelta(minutes=10)
LOW_DISK = 500_000_000
CERTIFICATE_DAYS = 14
_OLD_BACKUP = timedelta(days=2)
# Mail of strangers in a day that is more than a nuisance; colleagues' mails in a day that say something about all of them.
_FLOOD, _ALL_UNPROVED = 200, 5
_MANY_STARTS = 3
_LOOKED_AT = 2000
# The note of the causes that hold.
_HOLDING = "alert:holding"


class Trouble(NamedTuple):
    """A cause that holds now: its code, what sets it apart from others of that code, and what was found."""

    code: str
    found: str
    which: str = ""

    @property
    def cause(self) -> str:
        """Under this name it is remembered."""
        return f"{self.code}:{self.which}" if self.which else self.code


@dataclass(slots=True)
class Watch:
    """Looks at all causes every ten minutes. Of several workers each looks at his own machine, one of them at what all have in common."""

    looked: datetime | None = None

    def look(self, app: App) -> None:
        """Tell the operator what is new or goes on for another day, and what is over."""
        now = app.clock.now()
        if self.looked is not None and abs(now - self.looked) < _OFTEN:
            return
        self.looked = now
        try:
            with app.store.claims.under():
                self._look(app, now)
        except Conflict as error:  # nothing that was found is lost: it is looked at again in the next round
            _LOG.info("others were faster: %s", error)
            self.looked = None

    def _look(self, app: App, now: datetime) -> None:
        claims = app.store.claims
        if not claims.shared:
            _look(app, now, _LOOKS.keys(), lambda _: True)
            return
        here = f"@{this_worker(app)}"
        _look(app, now, _HERE, lambda cause: cause.endswith(here), here)
        if claims.take(["watch"], 1):  # and kept, so that one life sees it begin and end
            _look(app, now, _LOOKS.keys() - _HERE, lambda cause: "@" not in cause)
            forget_workers(app, frozenset(w.name for w in workers(app.store).values() if w.is_gone(now)))


def forget_workers(app: App, gone: frozenset[str]) -> None:
    """Nobody waits for these workers any more, and what was told of their machines, or of any that nobody knows, is over."""
    if gone:
        forget(app.store, gone)
    here = {*workers(app.store), this_worker(app)}
    for cause in remembered(app.store):
        if "@" in cause and cause.partition("@")[2] not in here:
            _over(app, cause)


def _look(app: App, now: datetime, names: AbstractSet[str], ours: Callable[[str], bool], where: str = "") -> None:
    """Tell what is found by these looks, and what is over of the causes that are `ours` to judge."""
    found = {one.cause: one for one in (t._replace(which=t.which + where) for t in troubles(app, now, names))}
    for cause, trouble in found.items():
        _told(app, cause, trouble, now)
    for cause in remembered(app.store) - found.keys():
        if ours(cause):
            _over(app, cause)


def troubles(app: App, now: datetime, names: AbstractSet[str]) -> Iterator[Trouble]:
    """Every cause that holds at this moment, by the looks of these names."""
    for name, look in _LOOKS.items():
        if name not in names:
            continue
        try:
            yield from look(app, now)
        except OSError as error:
            _LOG.warning("not looked at: %s: %s", name, error)


def remembered(store: Store) -> set[str]:
    """The causes that held when they were looked at last."""
    return set(json.loads(store.note(_HOLDING) or "[]"))


def _told(app: App, cause: str, trouble: Trouble, now: datetime) -> None:
    """Remember the cause; write when it was not told within a day."""
    reminder = Reminder.of(app.store, cause)
    after = reminder.holding(now)
    letters: tuple[Letter, ...] = ()
    if after.may_be_told(now):
        after = after.told_now(now)
        letters = (_letter(app, trouble, after, over=False),)
        _LOG.warning("needs a hand: %s", cause, extra={"line": {"found": trouble.found}})
    if after == reminder and cause in remembered(app.store):
        return
    notes: dict[str, str | None] = {
        after.key(cause): str(after),
        _HOLDING: json.dumps(sorted(remembered(app.store) | {cause})),
    }
    app.store.commit(commit_of(app, Outcome(Decision(letters=letters), notes=notes)))


def _over(app: App, cause: str) -> None:
    """Forget that it holds; who was told of it hears that it is over."""
    reminder = Reminder.of(app.store, cause)
    code, _, which = cause.partition(":")
    letters = (_letter(app, Trouble(code, "", which), reminder, over=True),) if reminder.times else ()
    left = remembered(app.store) - {cause}
    notes: dict[str, str | None] = {
        reminder.key(cause): str(reminder.ended()),
        _HOLDING: json.dumps(sorted(left)) if left else None,
    }
    app.store.commit(commit_of(app, Outcome(Decision(letters=letters), notes=notes)))
    _LOG.info("needs no hand any more: %s", cause)


def _letter(app: App, trouble: Trouble, reminder: Reminder, *, over: bool) -> Letter:
    agency, now = app.settings.agency, app.clock.now()
    facts = [("cause", trouble.code)]
    if reminder.since is not None:
        facts.append(("since", f"{reminder.since:%Y-%m-%d %H:%M} UTC"))
    if trouble.found or trouble.which:
        facts.append(("found", trouble.found or trouble.which))
    if reminder.times > 1 and not over:
        facts.append(("times", str(reminder.times)))
    if not over:
        facts.append(("remedy", COMMANDS[trouble.code]))
    return to_operator(
        agency,
        f"operator:alarm{'_over' if over else ''}:{trouble.cause}:{now.isoformat()}",
        facts,
        "alarm_over" if over else "alarm",
    )


def _disk(app: App, _: datetime) -> Iterator[Trouble]:
    free = shutil.disk_usage(app.settings.state_dir).free
    if free < LOW_DISK:
        yield Trouble("disk", f"{free // 1_000_000} MB: {app.settings.state_dir}")


def _certificates(_: App, now: datetime) -> Iterator[Trouble]:
    for place, until in sorted(met().items()):
        if until - now < timedelta(days=CERTIFICATE_DAYS):
            yield Trouble("certificate", f"{place}: {until:%Y-%m-%d}", place)


def _backup(app: App, now: datetime) -> Iterator[Trouble]:
    """Books younger than the patience need none yet."""
    first = next(app.store.events(limit=1), None)
    if first is None or now - first.event.at < _OLD_BACKUP:
        return
    newest = newest_at(app.settings.backup_dir)
    if newest is None and app.store.claims.shared:
        return  # copies are made on another machine
    if newest is None or now - newest > _OLD_BACKUP:
        none = f"{word('no_backup_in', known_language(app.settings.agency.language))} {app.settings.backup_dir}"
        yield Trouble("backup", f"{newest:%Y-%m-%d %H:%M} UTC" if newest else none)


def _recent(app: App, now: datetime, box: Box | None) -> list[MessageRecord]:
    records = app.store.messages(box, _LOOKED_AT)
    return list(takewhile(lambda record: now - record.received_at < _DAY, records))


def _quarantine(app: App, now: datetime) -> Iterator[Trouble]:
    aside = _recent(app, now, Box.QUARANTINE)
    poison = sum(record.kind == "poison" for record in aside)
    if poison:
        yield Trouble("poison", str(poison))
    if len(aside) - poison >= _FLOOD:
        more = "+" if len(aside) == _LOOKED_AT else ""
        yield Trouble("flood", f"{len(aside) - poison}{more}")


def _held(app: App, _: datetime) -> Iterator[Trouble]:
    held = [mail.id for mail in app.store.outbox([OutboxState.HELD], 10)]
    if held:
        yield Trouble("held", ", ".join(held))


def _proof(app: App, now: datetime) -> Iterator[Trouble]:
    """Whether all mail in colleagues' names of a day lacked proof, or none was proved since one waits for it: it is not theirs to mend."""
    known = {person.address for creditor in app.settings.creditors for person in creditor.people}
    theirs = [record for record in _recent(app, now, None) if record.sender in known]
    unproved = sum(record.kind == MailKind.UNPROVED.value for record in theirs)
    last = max((r.received_at for r in theirs if r.kind != MailKind.UNPROVED.value), default=now - _DAY)
    since = min((one.since for one in awaited(app.store).values() if one.since > last), default=now)
    lasts = now - since >= timedelta(minutes=app.settings.limits.alert_minutes)
    # who waited in vain and was asked in the end is no sign that it is over
    lasts = lasts or ("proof" in remembered(app.store) and any(r.received_at > last for r in theirs))
    if lasts or unproved == len(theirs) >= _ALL_UNPROVED:
        yield Trouble("proof", str(unproved + len(awaited(app.store))))


def _configuration(app: App, _: datetime) -> Iterator[Trouble]:
    differs = difference(app)
    if differs:
        yield Trouble("configuration", differs)


def _restarts(app: App, now: datetime) -> Iterator[Trouble]:
    starts = [at for at in _starts(app) if now - at < _DAY]
    if len(starts) >= _MANY_STARTS:
        yield Trouble("restarts", str(len(starts)))


def _starts(app: App) -> list[datetime]:
    return [datetime.fromisoformat(at) for at in json.loads(app.store.note(_own(app, STARTS)) or "[]")]


def note_start(app: App) -> None:
    """Remember that the service began; and when, if the life before it ended without being stopped."""
    now, running = app.clock.now(), _own(app, RUNNING)
    starts = [at for at in _starts(app) if abs(now - at) < _DAY]
    if app.store.note(running) is not None:
        starts = [*starts, now][-100:]
    told = json.dumps([at.isoformat() for at in starts]) if starts else None
    app.store.commit(Commit(notes={running: now.isoformat(), _own(app, STARTS): told}))


def note_stop(app: App) -> None:
    """Remember that the service was stopped, and did not end by itself."""
    app.store.commit(Commit(notes={_own(app, RUNNING): None}))


def _own(app: App, note: str) -> str:
    """The name of this note for this worker."""
    worker = this_worker(app)
    return f"{note}:{worker}" if worker else note


# What each worker looks at on his own machine.
_HERE = frozenset({"disk", "restarts"})
_LOOKS: Mapping[str, Callable[[App, datetime], Iterator[Trouble]]] = MappingProxyType(
    {
        "disk": _disk,
        "certificate": _certificates,
        "backup": _backup,
        "quarantine": _quarantine,
        "held": _held,
        "proof": _proof,
        "restarts": _restarts,
        "configuration": _configuration,
    }
)
