"""The operator's week: how the service breathes, once a week, in figures and without a word of anybody's mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile

from agent.domain.decide import Decision
from agent.domain.ledger import Question
from agent.domain.letters import to_operator
from agent.domain.workdays import zone
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Commit, Timer
from agent.reports.formats import day, known_language, number
from agent.reports.words import days, word
from agent.service.app import App
from agent.service.conclude import Outcome, commit_of
from agent.service.overview import ATTENTION, WAITING, channels_of
from agent.service.refusals import waiting
from agent.store.copies import newest_at

TIMER = "service:week"
_WEEK = timedelta(days=7)
# A copy older than this is told as a worry: one a day is usual.
_STALE = 2


def send_week(app: App, timer: Timer, _: str) -> None:
    """Tell the operator of the week that ended, and come back next week."""
    agency, now = app.settings.agency, app.clock.now()
    following = Timer(timer.subject, next_week(app))
    year, week, _day = now.astimezone(zone("", agency.timezone)).isocalendar()
    letter = to_operator(agency, f"operator:week:{year}-W{week:02}", _facts(app, now), "week")
    if not app.settings.reporting.service_week or app.store.mail(letter.key) is not None:
        app.store.commit(Commit(timers=(following,)))
        return
    commit = commit_of(app, Outcome(Decision(letters=(letter,))))
    app.store.commit(Commit(outgoing=commit.outgoing, timers=(following,), notes=commit.notes))


def set_service_timer(app: App) -> None:
    """The first week's timer; afterwards each week sets the next one."""
    if app.store.note(TIMER) is None:
        app.store.commit(Commit(timers=(Timer(TIMER, next_week(app)),), notes={TIMER: "set"}))


def next_week(app: App) -> datetime:
    """The next weekday and hour of digests, in the agency's own zone."""
    reporting = app.settings.reporting
    local = app.clock.now().astimezone(zone("", app.settings.agency.timezone))
    on = local.date() + timedelta(days=(reporting.digest_weekday.number - local.weekday()) % 7)
    moment = datetime(on.year, on.month, on.day, reporting.digest_hour, tzinfo=local.tzinfo)
    return moment if moment > local else moment + _WEEK


def _facts(app: App, now: datetime) -> Iterator[tuple[str, str]]:
    """The rows of the letter: what came and left, what waits for whom, what ails, how old the newest copy is."""
    language = known_language(app.settings.agency.language)
    for name, count, always in (
        *_mails_in(app, now - _WEEK),
        ("week_out", _mails_out(app, now - _WEEK), True),
        *((f"week_{s.value}", app.store.count(s), False) for s in (*WAITING, *ATTENTION)),
        ("week_refused", sum(len(waiting(app.store, c.id)) for c in app.settings.creditors), False),
    ):
        if count or always:
            yield name, number(count, language)
    yield from _questions(app, language)
    for channel in channels_of(app.store, app.settings):
        for ailment in (channel.mailbox, channel.outgoing):
            if ailment is not None:
                yield "week_trouble", f"{channel.name}, {day(ailment.since.date(), language)}: {ailment.words}"
    yield _backup(app, now.date(), language)


def _mails_in(app: App, since: datetime) -> list[tuple[str, int, bool]]:
    records = list(takewhile(lambda record: record.received_at >= since, app.store.messages()))
    aside = {box: sum(record.box is box for record in records) for box in (Box.REVIEW, Box.QUARANTINE)}
    return [
        ("week_in", len(records), True),
        ("week_review", aside[Box.REVIEW], False),
        ("week_quarantine", aside[Box.QUARANTINE], False),
    ]


def _mails_out(app: App, since: datetime) -> int:
    return sum(1 for mail in app.store.outbox([OutboxState.SENT]) if mail.sent_at is not None and mail.sent_at >= since)


def _questions(app: App, language: str) -> Iterator[tuple[str, str]]:
    """How many questions each creditor has not answered, with the day of the oldest."""
    for creditor in app.settings.creditors:
        asked = [q.asked_at for q in app.store.states(Question, creditor.id) if isinstance(q, Question) and q.awaits]
        if asked:
            text = f"{creditor.name}: {number(len(asked), language)}"
            yield "week_questions", f"{text} ({word('week_oldest', language)} {day(min(asked).date(), language)})"


def _backup(app: App, today: date, language: str) -> tuple[str, str]:
    taken = newest_at(app.settings.backup_dir)
    if taken is None:
        return "week_backup", word("week_no_backup", language)
    age = max((today - taken.date()).days, 0)
    text = day(taken.date(), language)
    return "week_backup", f"{text} ({days(age, language)})" + (" !" if age > _STALE else "")
