"""The circuit breaker: far more mails to debtors than usual wait for a person's word, so that a fault in a rule or a file reaches few.

Counted are the mails to debtors about money. All that may leave now and what left today are held against the busiest day of the
last four weeks; right after the rules of a creditor changed, already what that day took is much.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import islice

from agent.domain.decide import Decision
from agent.domain.letters import IN_OFFICE_HOURS, to_operator
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.by_hand import RELEASED, WAITS_FOR_A_WORD
from agent.outbox.rules import Go, Postpone, Verdict
from agent.ports import Commit, Store
from agent.service.app import App
from agent.service.conclude import Outcome, commit_of

COUNTED = frozenset(kind.value for kind in IN_OFFICE_HOURS)
# The notes of what left on each day, of when the operator was asked last and said that they stay, and of when a creditor's rules changed.
LEFT, ASKED, KEPT, CHANGED = "outbox:left-to-debtors", "outbox:surge-asked", "outbox:surge-kept", "outbox:rules-changed"
QUESTION = "operator:surge:"
_USUAL = timedelta(weeks=4)
_DAY, _LATER = timedelta(days=1), timedelta(hours=6)
KEPT_FOR = timedelta(days=7)  # before a no is asked about anew
# After a change of the rules so much less than otherwise is looked at by a person.
_AFTER_A_CHANGE = 5
_SHOWN = 400  # characters of the creditors' names
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Breaker:
    """Judges the mails of one delivery run."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._now = app.clock.now()

    def judged(self, mail: OutgoingMail, verdict: Verdict) -> Verdict:
        """The verdict, or a postponement when this mail is one of far more than usual. What was tried before goes on."""
        if not isinstance(verdict, Go) or not self._counts(mail) or not self._is_surge:
            return verdict
        self._ask()
        return Postpone(self._now + _LATER, WAITS_FOR_A_WORD)

    def left(self, mail: OutgoingMail, follows: Commit) -> Commit:
        """What follows a mail that left, with the count of its day. What a person let go says nothing about what is usual."""
        if mail.kind not in COUNTED or mail.queued_at <= self._released:
            return follows
        days, today = _days(self._app.store), self._now.date().isoformat()
        first = (self._now - _USUAL).date().isoformat()
        days = {day: count for day, count in days.items() if day >= first} | {today: days.get(today, 0) + 1}
        return replace(follows, notes={**follows.notes, LEFT: json.dumps(days)})

    def _counts(self, mail: OutgoingMail) -> bool:
        return mail.kind in COUNTED and not mail.attempts and mail.queued_at > self._released

    @cached_property
    def _released(self) -> datetime:
        released = _moment(self._app.store, RELEASED)
        # what a clock that ran ahead wrote down must not let everything go until that moment comes
        return released if released - self._now < _DAY else _LONG_AGO

    @cached_property
    def _today(self) -> int:
        return _days(self._app.store).get(self._now.date().isoformat(), 0)

    @cached_property
    def _most(self) -> int:
        """So many mails to debtors may leave on this day without a person's word."""
        limits, today = self._app.settings.limits, self._now.date().isoformat()
        usual = max((count for day, count in _days(self._app.store).items() if day != today), default=0)
        if abs(self._now - _moment(self._app.store, CHANGED)) < _DAY:
            return max(limits.surge_mails // _AFTER_A_CHANGE, usual)
        return max(limits.surge_mails, limits.surge_factor * usual)

    @cached_property
    def _waiting(self) -> int:
        """The mails that may leave now; no more of them are counted than it takes."""
        due = self._app.store.outbox([OutboxState.QUEUED], due_at=self._now)
        return sum(1 for _ in islice((mail for mail in due if self._counts(mail)), self._most + 1))

    @cached_property
    def _is_surge(self) -> bool:
        return self._app.settings.limits.surge_mails > 0 and self._today + self._waiting > self._most

    def _ask(self) -> None:
        """Ask the operator, once a day; once a week when he said that they stay."""
        store, agency = self._app.store, self._app.settings.agency
        if abs(self._now - _moment(store, ASKED)) < _DAY or abs(self._now - _moment(store, KEPT)) < KEPT_FOR:
            return
        mails = [mail for mail in store.outbox([OutboxState.QUEUED], due_at=self._now) if self._counts(mail)]
        whose = [c.name for c in self._app.settings.creditors if c.id in {mail.creditor for mail in mails}]
        facts = (
            ("waiting", str(len(mails))),
            *((("creditor", ", ".join(whose)[:_SHOWN]),) if whose else ()),
            ("release", "relance outbox release"),
        )
        key = f"{QUESTION}{self._now.isoformat()}"
        letter = to_operator(agency, key, facts, "surge")
        outcome = Outcome(Decision(letters=(letter,)), notes={ASKED: self._now.isoformat()})
        store.commit(commit_of(self._app, outcome))


def rules_changed(now: datetime) -> Mapping[str, str]:
    """The note that a creditor's rules changed at this moment."""
    return {CHANGED: now.isoformat()}


def _days(store: Store) -> dict[str, int]:
    return {
        date.fromisoformat(day).isoformat(): int(count) for day, count in json.loads(store.note(LEFT) or "{}").items()
    }


def _moment(store: Store, note: str) -> datetime:
    """The moment that a note tells; long ago when there is none."""
    told = store.note(note)
    return datetime.fromisoformat(told) if told else _LONG_AGO
