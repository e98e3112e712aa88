"""The weekly digest and the monthly report: each once however often the service restarts; owners and viewers get their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from agent.domain.decide import Decision
from agent.domain.letters import Letter, LetterKind
from agent.domain.months import months_after, months_before
from agent.domain.parties import Creditor, Notices, Role
from agent.domain.workdays import zone
from agent.outbox.monthly import VIEWER
from agent.ports import Commit, Timer
from agent.service.app import App
from agent.service.books import whole_ledger
from agent.service.conclude import Outcome, commit_of

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
# Actions told line by line in a digest; it stays a mail that is read.
_MOST_LINES = 60


def send_digest(app: App, timer: Timer, id_: str) -> None:
    """Send this week's digest, and come back next week."""
    creditor = app.settings.creditor(id_)
    if creditor is None:
        app.store.commit(Commit(timers=(Timer(timer.subject, None),)))
        return
    today = app.today(creditor)
    year, week, _ = today.isocalendar()
    letter = _letter(LetterKind.DIGEST, f"digest:{id_}:{year}-W{week:02}", creditor, today)
    note = f"summary:{id_}"
    if creditor.notices is Notices.DIGEST:
        lines = json.loads(app.store.note(note) or "[]")
        more = [[f"… (+{len(lines) - _MOST_LINES})", ""]] if len(lines) > _MOST_LINES else []
        letter = replace(letter, facts=tuple((headline, words) for headline, words in lines[:_MOST_LINES] + more))
    told: dict[str, str | None] = {note: None} if letter.facts else {}
    _send(app, letter, creditor, (Timer(timer.subject, next_digest(app, creditor)),), told)


def send_monthly(app: App, timer: Timer, id_: str) -> None:
    """Send the report on the last month that ended, and come back next month; a service that stood still sends the latest only."""
    creditor = app.settings.creditor(id_)
    sent = app.store.note(_note(id_))
    moment = next_monthly(app, creditor, sent) if creditor else None
    if creditor is None or moment is None or moment > app.clock.now():
        app.store.commit(Commit(timers=(Timer(timer.subject, moment),)))
        return
    month = _month_reported(app, creditor)
    letter = _letter(LetterKind.MONTHLY_REPORT, f"monthly:{id_}:{month:%Y-%m}", creditor, month)
    following = Timer(timer.subject, next_monthly(app, creditor, f"{month:%Y-%m}"))
    _send(app, letter, creditor, (following,), {_note(id_): f"{month:%Y-%m}"})


def _send(
    app: App, letter: Letter, creditor: Creditor, timers: tuple[Timer, ...], notes: dict[str, str | None]
) -> None:
    letters = tuple(one for one in _by_role(letter, creditor) if app.store.mail(one.key) is None)
    context = app.context(creditor, f"tick:{letter.key}")
    books = whole_ledger(app.store, creditor.id)
    commit = commit_of(app, Outcome(Decision(letters=letters), books, context))
    app.store.commit(Commit(outgoing=commit.outgoing, timers=timers, notes={**commit.notes, **notes}))


def _letter(kind: LetterKind, key: str, creditor: Creditor, on: date) -> Letter:
    return Letter(kind=kind, key=key, to=(), creditor=creditor.id, language=creditor.language, on=on)


def _by_role(letter: Letter, creditor: Creditor) -> Iterator[Letter]:
    """The letter to the owners, and the one to the viewers, which asks them nothing."""
    for role, code, key in ((Role.OWNER, "", letter.key), (Role.VIEWER, VIEWER, f"{letter.key}:viewers")):
        to = tuple(person.address for person in creditor.people if person.role is role)
        if to:
            facts = letter.facts if role is Role.OWNER else ()
            yield replace(letter, to=to, code=code, key=key, facts=facts)


def next_digest(app: App, creditor: Creditor) -> datetime:
    """The next configured hour of the configured weekday, in the creditor's own zone."""
    reporting = app.settings.reporting
    local = app.clock.now().astimezone(zone("", creditor.timezone))
    day = local.date() + timedelta(days=(reporting.digest_weekday.number - local.weekday()) % 7)
    moment = datetime(day.year, day.month, day.day, reporting.digest_hour, tzinfo=local.tzinfo)
    return moment if moment > local else moment + _WEEK


def next_monthly(app: App, creditor: Creditor, sent: str | None) -> datetime | None:
    """When the report after that of the month `sent` is due, in the creditor's own zone; None when none is wished."""
    reporting = app.settings.reporting
    if not reporting.monthly_day:
        return None
    last = date.fromisoformat(f"{sent}-01") if sent else _first_before(app.today(creditor))
    after = months_after(last, 2)
    day = after.replace(day=reporting.monthly_day)
    return datetime(day.year, day.month, day.day, reporting.monthly_hour, tzinfo=zone("", creditor.timezone))


def set_monthly_timers(app: App) -> None:
    """A timer for each creditor's report. A new one hears for the first time when his first month is over."""
    timers: list[Timer] = []
    notes: dict[str, str | None] = {}
    for creditor in app.settings.creditors:
        sent = app.store.note(_note(creditor.id))
        if sent is None:
            sent = notes[_note(creditor.id)] = f"{_first_before(app.today(creditor)):%Y-%m}"
        timers.append(Timer(f"monthly:{creditor.id}", next_monthly(app, creditor, sent)))
    app.store.commit(Commit(timers=tuple(timers), notes=notes))


def _month_reported(app: App, creditor: Creditor) -> date:
    """The latest month whose day and hour of reporting have come."""
    reporting, local = app.settings.reporting, app.clock.now().astimezone(zone("", creditor.timezone))
    come = (local.day, local.hour) >= (reporting.monthly_day, reporting.monthly_hour)
    last = _first_before(local.date())
    return last if come else _first_before(last)


def _first_before(day: date) -> date:
    """The first day of the month before."""
    return months_before(day.replace(day=1), 1)


def _note(creditor: str) -> str:
    return f"monthly:{creditor}"
