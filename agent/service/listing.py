"""The list of statements that are about to leave: told to their creditor a working day before, or put to him for his yes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from agent.domain import events as ev
from agent.domain.decide import Context, Decision
from agent.domain.decide.context import head, merged
from agent.domain.decide.releases import MOST_LINES, Candidate, candidates, listed, waits
from agent.domain.ledger import Ledger, State
from agent.domain.parties import Creditor
from agent.domain.releases import Listed
from agent.domain.workdays import is_working_day, next_working_day, zone
from agent.ports import Commit, Timer
from agent.service.app import App
from agent.service.books import accounts_slice
from agent.service.conclude import Outcome, commit_of
from agent.service.drafting import drafted
from agent.service.refusals import Refusal, told

_DAY = timedelta(days=1)
# Accounts that are looked at together; and timers that one look ahead may meet.
_BATCH, _MOST_TIMERS = 200, 100_000
# A forewarning that is written later than this leaves its reader no time before the next morning.
_LATEST_HOUR = 17


def send_list(app: App, timer: Timer, id_: str) -> None:
    """List what is due by the next working day and may not leave yet, and come back on that day.

    A list is short enough to be read: what does not fit stands in a second mail. In the modes that wait for a yes, what was asked before and
    is still due stands in the list again, as long as something new makes a list necessary.
    """
    creditor = app.settings.creditor(id_)
    if creditor is None or creditor.listed is None:
        app.store.commit(Commit(timers=(Timer(timer.subject, None),)))
        return
    context = app.context(creditor, f"tick:{timer.subject}:{app.clock.now().isoformat()}")
    ledger = Ledger()
    lines: list[Candidate] = []
    day = _leaving_on(app, creditor)
    for part in _looked_at(app, creditor, day):
        ledger = ledger.having(part.states())
        lines += [one for account in part.accounts.values() for one in candidates(part, account, day, context)]
    following = Timer(timer.subject, next_list(app, creditor))
    if all(waits(one, context) for one in lines):
        app.store.commit(Commit(timers=(following,)))
        return
    lines.sort(key=lambda one: (one.account.name.casefold(), one.account.id, one.found.currency))
    refused: list[Refusal] = []
    if creditor.listed is Listed.ADVISE:
        lines, refused = drafted(app, ledger, lines, context)
    decision = merged(listed(part, day, n, context) for n, part in enumerate(_parts(app, lines)))
    names = {id_: account.name for id_, account in ledger.accounts.items()}
    letters, waiting = told(app.store, context, app.settings.agency, refused, names)
    decision += Decision(letters=letters)
    closed, note = _replaced(app, context, decision)
    commit = commit_of(app, Outcome(Decision(closed) + decision, ledger.having(_asked(app, closed)), context))
    kept = tuple(t for t in commit.timers if not t.subject.startswith("account:"))
    app.store.commit(
        Commit(
            events=commit.events,
            states=commit.states,
            outgoing=commit.outgoing,
            timers=(*kept, following),
            notes={**commit.notes, **note, **(waiting if refused else {})},
        )
    )


def _parts(app: App, lines: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """The lines of one mail after the other: so many as are read through, and drafts as far as they fit."""
    part: list[Candidate] = []
    left = most = app.settings.limits.statement_attachments_mb * 1_000_000
    for one in lines:
        content = app.store.document(one.draft.document) if one.draft else None
        size = len(content) if content is not None else 0
        if part and (len(part) == MOST_LINES or size > left):
            yield part
            part, left = [], most
        part.append(one)
        left -= size
    if part:
        yield part


def next_list(app: App, creditor: Creditor) -> datetime:
    """The configured hour of the creditor's next working day, in his own zone."""
    local = app.clock.now().astimezone(zone("", creditor.timezone))
    hour = app.settings.reporting.list_hour
    day = local.date() if local.hour < hour else local.date() + _DAY
    day = next_working_day(day, creditor.country)
    return datetime(day.year, day.month, day.day, hour, tzinfo=local.tzinfo)


def _leaving_on(app: App, creditor: Creditor) -> date:
    """The first day on which what is listed now may leave: a working day later, two for a list that is written in the evening."""
    local = app.clock.now().astimezone(zone("", creditor.timezone))
    day = local.date()
    late = local.hour >= max(_LATEST_HOUR, app.settings.reporting.list_hour + 1)
    if late or not is_working_day(day, creditor.country):
        day = next_working_day(day + _DAY, creditor.country)
    return next_working_day(day + _DAY, creditor.country)


def _looked_at(app: App, creditor: Creditor, day: date) -> Iterator[Ledger]:
    """The accounts of this creditor that are looked at by the end of that day, by their timers, some at a time."""
    end = datetime(day.year, day.month, day.day, tzinfo=zone("", creditor.timezone)) + _DAY
    subjects = (timer.subject for timer in app.store.timers(end, _MOST_TIMERS))
    ids = [id_ for kind, _, id_ in (subject.partition(":") for subject in subjects) if kind == "account"]
    for at in range(0, len(ids), _BATCH):
        mine = app.store.ledger(ids[at : at + _BATCH]).accounts.values()
        yield accounts_slice(app.store, [a.id for a in mine if a.creditor == creditor.id])


def _replaced(app: App, context: Context, decision: Decision) -> tuple[tuple[ev.Event, ...], dict[str, str | None]]:
    """The older lists that this one stands in for, closed, and the note that remembers the questions that are open now."""
    key = f"lists:{context.creditor.id}"
    older = app.store.ledger(json.loads(app.store.note(key) or "[]")).questions.values()
    closed = tuple(
        ev.QuestionAnswered(**head(context), question=question.id, answer="replaced")
        for question in older
        if question.is_open
    )
    asked = [event.question for event in decision.events if isinstance(event, ev.QuestionAsked)]
    return closed, {key: json.dumps(asked)}


def _asked(app: App, closed: Iterable[ev.Event]) -> tuple[State, ...]:
    ids = [event.question for event in closed if isinstance(event, ev.QuestionAnswered)]
    return app.store.ledger(ids).states()
