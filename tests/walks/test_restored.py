"""Books that were lost and restored from a month-old copy, over real servers: nothing stale leaves, and the books are right again."""

import imaplib
import itertools
from datetime import date, datetime, time, timedelta
from email.parser import BytesParser
from email.policy import SMTP
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from agent.demo.cast import AGENCY, OPERATOR
from agent.demo.stage import Stage
from agent.demo.story import FIRST_DAY, LAST_DAY, scenes
from agent.domain.ledger import DebtorAccount, ItemState, Question
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.restored import is_pending
from agent.service.tick import set_timers
from agent.service.work import once
from agent.store.copies import make_copy
from agent.store.restore import restore
from tests.walks.town import PEOPLE, Town

pytestmark = [pytest.mark.walk, pytest.mark.timeout(900)]

ZONE = ZoneInfo("Europe/Brussels")
COPIED, LOST = date(2026, 2, 4), date(2026, 3, 4)


def play(stage, first, last):
    """The story's days from the first to the last, both included."""
    story = [scene for scene in scenes() if first <= scene.day <= last]
    day = first
    while day <= last:
        for hour, minute in ((8, 5), (9, 5)):
            stage.at(day, hour, minute)
            stage.work()
        for scene in [s for s in story if s.day == day]:
            stage.at(day, 10)
            scene.act(stage)
        for hour, minute in ((12, 0), (17, 5)):
            stage.at(day, hour, minute)
            stage.work()
        day += timedelta(days=1)


def books(store):
    """What the books say about each case, without what only tells when a timer looked."""
    items = {
        i.id: (
            i.state,
            i.balance,
            i.statements,
            i.broken_promises,
            i.claims,
            [(h.kind, h.until, h.on) for h in i.holds],
            [(p.amount, p.on) for p in i.payments],
        )
        for i in store.items()
    }
    accounts = {
        a.id: (
            [(c.address, c.failed) for c in a.contacts],
            [(s.currency, s.items, s.on) for s in a.statements if s.state == "sent"],
        )
        for a in store.states(DebtorAccount)
    }
    questions = {(q.topic, q.subjects, q.is_open) for q in store.states(Question)}
    return items, accounts, questions


def received(town):
    """How many mails lie with each person."""
    return {person: len(town.dovecot.mails(person)) for person in PEOPLE}


def append(town, clock):
    """Puts a mail into the watched mailbox without a line of a server whose clock is not the story's."""

    def post(raw):
        with imaplib.IMAP4("127.0.0.1", town.dovecot.imap) as session:
            session.login(AGENCY, town.dovecot.password)
            session.append("INBOX", None, None, raw)

    return post


@pytest.fixture(scope="module")
def lost(tmp_path_factory):
    """The town on the morning after the disk was lost: a copy of a month ago was restored, and one round was run."""
    folder = tmp_path_factory.mktemp("lost")
    clock = SimulatedClock(datetime.combine(FIRST_DAY, time(8), ZONE))
    with Town(folder) as town:
        settings = town.settings()
        app = build(settings, clock=clock)
        app.channels[0].mailbox.open()
        stage = Stage(app, clock, append(town, clock), town.dovecot.mails)
        set_timers(app)
        play(stage, FIRST_DAY, COPIED)
        copy, problems = make_copy(app.store, folder / "copies/a.db", clock.now())
        assert problems == ()
        play(stage, COPIED + timedelta(days=1), LOST)
        truth, before = books(app.store), received(town)
        sent = {m.message_id for m in app.store.outbox([OutboxState.SENT])}
        close(app)
        clock.advance(timedelta(hours=1))
        done = restore(copy, settings.state_dir, clock.now(), force=True)
        app = build(settings, clock=clock)
        stage.app = app
        assert is_pending(app.store)
        set_timers(app)
        once(app)
        yield SimpleNamespace(
            town=town, app=app, stage=stage, truth=truth, before=before, sent=sent, done=done, after=received(town)
        )
        close(app)


def test_no_stale_mail_leaves(lost):
    """Nobody but the operator hears anything: not one reminder of the past month, not one answer twice."""
    new = {person: lost.after[person] - lost.before[person] for person in PEOPLE if person != OPERATOR}
    assert not {person: count for person, count in new.items() if count}


def test_the_books_are_as_they_were(lost):
    """Items with balances, holds and statements, accounts with their contacts, questions: all as before the loss."""
    assert lost.done.problems == ()
    items, accounts, questions = books(lost.app.store)
    assert items == lost.truth[0]
    assert accounts == lost.truth[1]
    assert questions == lost.truth[2]
    assert lost.app.store.verify() == []


def test_every_mail_that_left_is_known_as_sent(lost):
    """By its Message-ID; so no answer is ever written a second time."""
    now = {m.message_id for m in lost.app.store.outbox([OutboxState.SENT])}
    assert lost.sent <= now
    assert not [m.key for m in lost.app.store.outbox([OutboxState.CANCELLED]) if m.note.startswith("the books were")]
    assert not list(lost.app.store.outbox([OutboxState.HELD, OutboxState.SENDING]))


def test_the_operator_hears_what_was_found(lost):
    """One mail, with the counts."""
    mails = [BytesParser(policy=SMTP).parsebytes(raw) for raw in lost.town.dovecot.mails(OPERATOR)]
    told = [m for m in mails if "restored" in m.get_body(("plain",)).get_content()]
    assert len(told) == 1
    assert "0 difference" in told[0].get_body(("plain",)).get_content()


def test_the_story_goes_on_and_ends_as_it_should(lost):
    """The rest of the days over the restored books: the same end as if nothing had happened, no mail twice."""
    play(lost.stage, LOST + timedelta(days=1), LAST_DAY)
    items = {i.invoice.number: i for i in lost.app.store.items()}
    assert items["2026-0118"].state is ItemState.SETTLED
    assert items["F2026/031"].state is ItemState.SETTLED
    assert items["2026-0119"].state is ItemState.FOLLOWED
    for account in lost.app.store.states(DebtorAccount):
        days = [s.on for s in account.statements if s.state == "sent"]
        assert all((b - a).days >= 15 for a, b in itertools.pairwise(days))
    for person in PEOPLE:
        ids = [BytesParser(policy=SMTP).parsebytes(raw)["Message-ID"] for raw in lost.town.dovecot.mails(person)]
        assert len(ids) == len(set(ids)), person
