"""Mailboxes and ways out that fail: one line in the log for one cause, and one mail a day to the operator for as long as it lasts.

The mail goes through the store like any other, out by a channel that works. What was told is remembered there too, so that neither
a restart nor a server that comes and goes makes it be told again within a day.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from agent.domain.decide import Decision
from agent.domain.letters import Letter, to_operator
from agent.errors import AgentError
from agent.ports import Commit, Conflict, Store
from agent.service.app import App
from agent.service.conclude import Outcome, commit_of

_LOG = logging.getLogger("relance.channels")
_DAY = timedelta(days=1)
# Causes of one place that are told in a day: servers that put numbers and names into their words have many.
_MOST_CAUSES = 3
# What differs from one complaint to the next although the cause is the same: numbers and long identifiers.
_VARIABLE = re.compile(r"[0-9][0-9A-Fa-f.:-]*|\b[0-9A-Fa-f]{8,}\b")
_LONGEST = 300
SIDES = ("mailbox", "outgoing")
_FAILS = {"mailbox": "the mailbox cannot be read", "outgoing": "nothing can be sent"}
_BACK = {"mailbox": "the mailbox is back", "outgoing": "the way out is back"}


class Place(NamedTuple):
    """What may fail: a channel's `mailbox` or its way out (`outgoing`)."""

    channel: str
    side: str

    @property
    def key(self) -> str:
        """Under this note the store remembers how it is."""
        return f"channel:{self.channel}:{self.side}"


@dataclass(frozen=True, slots=True)
class Ailment:
    """What is wrong at a place, in the other side's words; since when; and how often the operator was told."""

    words: str
    since: datetime
    told: int = 0

    def __str__(self) -> str:
        """One line, for a note in the store."""
        return json.dumps([self.words, self.since.isoformat(), self.told], ensure_ascii=False)

    @classmethod
    def of(cls, note: str | None) -> Ailment | None:
        """The ailment that `str` wrote down; None when all is well."""
        if note is None:
            return None
        words, since, told = json.loads(note)
        return cls(words, datetime.fromisoformat(since), int(told))


@dataclass(slots=True)
class Alarm:
    """What fails at the moment, and what was said about it."""

    ailing: dict[Place, Ailment] = field(default_factory=dict)
    _known: set[Place] = field(default_factory=set)
    _logged: dict[tuple[Place, str], datetime] = field(default_factory=dict)
    _spelled: set[tuple[Place, str]] = field(default_factory=set)

    def troubled(self, app: App, place: Place, words: str) -> None:
        """This place fails, for this reason: written down when it is new, told when it has lasted."""
        words, now = " ".join(words.split())[:_LONGEST], app.clock.now()
        before = self._remembered(app.store, place)
        # a clock that ran ahead may have told when it began
        ailment = Ailment(words, min(before.since, now) if before else now, before.told if before else 0)
        self.ailing[place] = ailment
        if before is None or _cause(before.words) != _cause(words):
            app.store.commit(Commit(notes={place.key: str(replace(ailment, told=_told(app.store, place)))}))
        self._log(place, words, now)

    def well(self, app: App, place: Place) -> None:
        """This place works. Who was told that it does not, by whichever worker, hears once that it does again."""
        before = self._remembered(app.store, place)
        if before is None:
            return
        del self.ailing[place]
        with app.store.claims.under(), suppress(Conflict):
            notes: dict[str, str | None] = {place.key: None}
            letters = (_letter(app, place, before, "back"),) if _told(app.store, place) else ()
            app.store.commit(commit_of(app, Outcome(Decision(letters=letters), notes=notes)))
        spoken = {one for one in self._spelled if one[0] == place}
        self._spelled -= spoken
        if spoken:
            _LOG.info("%s", _BACK[place.side], extra={"line": {"mailbox": place.channel}})

    def tell(self, app: App) -> None:
        """Write to the operator about what has failed for long enough. A mail that cannot be written now is tried again later."""
        patience = timedelta(minutes=app.settings.limits.alert_minutes)
        for place, ailment in list(self.ailing.items()):
            if app.clock.now() - ailment.since >= patience:
                try:
                    with app.store.claims.under(), suppress(Conflict):  # another worker tells it
                        self._tell(app, place, ailment)
                except AgentError as error:
                    self._log(place, f"the operator could not be told: {error}", app.clock.now())

    def next_word(self, app: App) -> datetime | None:
        """When the next of those who fail will have failed for long enough."""
        patience, now = timedelta(minutes=app.settings.limits.alert_minutes), app.clock.now()
        return min((a.since + patience for a in self.ailing.values() if a.since + patience > now), default=None)

    def _tell(self, app: App, place: Place, ailment: Ailment) -> None:
        now, key = app.clock.now(), f"alerts:{place.channel}:{place.side}"
        told = {cause: at for cause, at in json.loads(app.store.note(key) or "{}").items() if _recent(at, now)}
        cause = hashlib.sha256(_cause(ailment.words).encode()).hexdigest()[:12]
        if cause in told or len(told) >= _MOST_CAUSES:
            return
        after = replace(ailment, told=_told(app.store, place) + 1)
        notes: dict[str, str | None] = {place.key: str(after), key: json.dumps({**told, cause: now.isoformat()})}
        letter = _letter(app, place, after, "down")
        app.store.commit(commit_of(app, Outcome(Decision(letters=(letter,)), notes=notes)))
        self.ailing[place] = after

    def _remembered(self, store: Store, place: Place) -> Ailment | None:
        """How this place was; after a restart, how the store says that it was."""
        if place not in self._known:
            self._known.add(place)
            ailment = Ailment.of(store.note(place.key))
            if ailment is not None:
                self.ailing[place] = ailment
        return self.ailing.get(place)

    def _log(self, place: Place, words: str, now: datetime) -> None:
        cause = (place, _cause(words))
        self._logged = {one: at for one, at in self._logged.items() if now - at < _DAY}
        if cause in self._spelled or cause in self._logged:
            return
        if sum(1 for one in self._logged if one[0] == place) >= _MOST_CAUSES:
            return
        self._logged[cause] = now
        self._spelled.add(cause)
        _LOG.warning("%s: %s", _FAILS[place.side], words, extra={"line": {"mailbox": place.channel}})


def _told(store: Store, place: Place) -> int:
    """How often the operator was told of what ails this place, by whichever worker."""
    ailment = Ailment.of(store.note(place.key))
    return ailment.told if ailment else 0


def _cause(words: str) -> str:
    return _VARIABLE.sub("#", words)


def _recent(at: str, now: datetime) -> bool:
    return abs(now - datetime.fromisoformat(at)) < _DAY


def _letter(app: App, place: Place, ailment: Ailment, state: str) -> Letter:
    agency, now = app.settings.agency, app.clock.now()
    waiting = sum(mail.channel == place.channel for mail in app.store.queue())
    facts = [("mailbox", place.channel), ("since", f"{ailment.since:%Y-%m-%d %H:%M} UTC"), ("error", ailment.words)]
    if place.side == "outgoing" and state == "down":
        facts.append(("waiting", str(waiting)))
    if ailment.told > 1:
        facts.append(("times", str(ailment.told)))
    return to_operator(
        agency,
        f"operator:{place.side}_{state}:{place.channel}:{now.isoformat()}",
        facts,
        f"{place.side}_{state}",
    )
