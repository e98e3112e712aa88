"""A clock that ran ahead: whatever it put off comes in time once it is set right, whoever was alive then."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.demo.cast import OPERATOR
from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState
from agent.outbox.deliver import OUTAGE, PACE
from agent.outbox.pacing import Outage, Pace
from agent.outbox.rules import DeliveryReport
from agent.ports import Commit, Timer
from agent.service.alarm import Alarm, Place
from agent.service.daemon import Daemon
from agent.service.timekeeping import SEEN, Timekeeper
from agent.service.work import once
from tests.service.world import DEBTOR, World

# From the Tuesday of the play to a Saturday.
AHEAD = timedelta(days=32)


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def life(world, turns=3):
    """A daemon that begins, works a little and dies without a word."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    for _ in range(turns):
        daemon.turn()


def keeper(world):
    """The clock of a life that begins now."""
    return Timekeeper(world.app.clock, world.app.store)


def waits(world):
    return [m for m in world.app.store.outbox([OutboxState.QUEUED]) if m.kind == "statement"]


def alerts(world):
    return [mail for mail in world.mails(OPERATOR) if "clock" in mail["Subject"] or "horloge" in mail["Subject"]]


def ahead(world, moment=AHEAD):
    """A life whose clock runs ahead, and which ends before it is set right."""
    world.clock.advance(moment)
    life(world)
    world.clock.advance(-moment)


def test_the_next_life_makes_no_reminder_late(world):
    """The daemon whose clock ran ahead is killed; the one after it asks the debtor on the right day."""
    world.clock.advance(timedelta(hours=13))
    world.hand_over()
    ahead(world)
    life(world)
    assert world.app.store.next_timer() < world.app.clock.now() + timedelta(days=2)
    world.clock.advance(timedelta(hours=15))
    life(world)
    assert "statement" in world.sent()


def test_the_operator_is_told_once(world):
    """However many lives begin afterwards; what the clock told and tells stands in the mail."""
    ahead(world)
    told = world.clock.now()
    for _ in range(3):
        life(world)
        world.clock.advance(timedelta(minutes=20))
    (mail,) = alerts(world)
    text = mail.get_body(("plain",)).get_content()
    assert f"{told:%Y-%m-%d %H}" in text
    assert f"{told + AHEAD:%Y-%m-%d}" in text


def test_once_notices_too(world):
    """`relance once` begins every time, and looks at what the run before saw."""
    world.clock.advance(timedelta(hours=13))
    world.hand_over()
    world.clock.advance(AHEAD)
    keeper(world).was_set_back(world.app)
    once(world.app)
    world.clock.advance(-AHEAD)
    assert keeper(world).was_set_back(world.app)
    assert not keeper(world).was_set_back(world.app)
    assert world.app.store.next_timer() < world.app.clock.now() + timedelta(days=2)


def test_a_statement_that_bears_a_coming_day_is_written_anew(world, monkeypatch):
    """It was written while the clock was ahead and had not left: it never does, and the one that does bears today."""
    world.clock.set(world.clock.now().replace(hour=9) + timedelta(days=1))
    with monkeypatch.context() as away:
        for place in ("daemon", "work"):
            away.setattr(f"agent.service.{place}.deliver", lambda *_: DeliveryReport())
        world.clock.advance(timedelta(days=28))
        world.hand_over()
        assert len(waits(world)) == 1
        life(world)
        world.clock.advance(-timedelta(days=28))
    for _ in range(3):
        life(world)
        world.clock.advance(timedelta(minutes=2))
    (left,) = (m for m in world.app.store.outbox([OutboxState.SENT]) if m.kind == "statement")
    (gone,) = (m for m in world.app.store.outbox([OutboxState.CANCELLED]) if m.kind == "statement")
    assert left.sent_at.date() == left.queued_at.date() == world.clock.now().date()
    assert "clock" in gone.note
    assert len(world.received(DEBTOR)) == 1


def _nothing_leaves(*_args, **_words):
    raise TemporaryError("held up")


def test_mails_that_wait_for_another_attempt_do_not_wait_a_month(world):
    """An acknowledgement that was refused for now while the clock was ahead leaves as soon as it is right."""
    world.hand_over()
    store = world.app.store
    life(world)
    mail = next(m for m in store.outbox([OutboxState.SENT]) if m.kind == "acknowledgement")
    later = world.clock.now() + AHEAD
    again = replace(
        mail, id="again", key="again", message_id="<again@relance.example>", state=OutboxState.QUEUED,
        attempts=0, sent_at=None, queued_at=later, not_before=later + timedelta(hours=1), first_tried_at=None,
    )  # fmt: skip
    store.commit(Commit(outgoing=(again,), notes={SEEN: later.isoformat()}))
    life(world)
    assert store.mail("again").state is OutboxState.SENT


def test_pace_and_pauses_begin_afresh(world):
    """What was sent and refused at moments that have not come keeps nothing back."""
    now = world.clock.now() + AHEAD
    pace, name = Pace(), world.app.channels[0].name
    for _ in range(2_000):
        pace = pace.after(now, ["compta@batiplus.example"])
    notes = {f"{PACE}:{name}": str(pace), f"{OUTAGE}:{name}": str(Outage(3, now)), SEEN: now.isoformat()}
    world.app.store.commit(Commit(notes=notes))
    assert keeper(world).was_set_back(world.app)
    assert world.app.store.note(f"{PACE}:{name}") is None
    assert world.app.store.note(f"{OUTAGE}:{name}") is None


def test_timers_that_nothing_else_sets_come_earlier_by_what_the_clock_was_ahead(world):
    """And those that were set before stay."""
    store, now = world.app.store, world.clock.now()
    latest = now + AHEAD
    mine = (Timer("thanks:a", latest + timedelta(days=1)), Timer("payee:b", now + timedelta(days=3)))
    store.commit(Commit(timers=mine, notes={SEEN: latest.isoformat()}))
    assert keeper(world).was_set_back(world.app)
    timers = {timer.subject: timer.at for timer in store.timers(latest + AHEAD, 100)}
    assert timers["thanks:a"] == now + timedelta(days=1)
    assert timers["payee:b"] == now + timedelta(days=3)
    assert timers["retention:all"] < now + timedelta(days=1, minutes=1)
    assert timers["service:week"] < now + timedelta(days=8)


def test_a_reminder_after_one_that_bears_a_coming_day_comes_later_never_sooner(world):
    """The statement left while the clock was ahead: its day counts, however wrong it is."""
    world.clock.set(world.clock.now().replace(hour=9) + timedelta(days=1))
    world.clock.advance(timedelta(days=28))
    world.hand_over()
    life(world)
    assert world.sent().count("statement") == 1
    world.clock.advance(-timedelta(days=28))
    for _ in range(28 + 14):
        life(world)
        assert world.sent().count("statement") == 1
        world.clock.advance(timedelta(days=1))
    for _ in range(6):
        world.clock.advance(timedelta(days=1))
        life(world)
    assert world.sent().count("statement") == 2


def test_a_broken_off_reckoning_is_begun_again(world, monkeypatch):
    """The disk is full in the middle of it: the next look does it all, and the operator hears of it once."""
    ahead(world)
    with monkeypatch.context() as full:
        full.setattr("agent.service.timekeeping.set_timers", _nothing_leaves)
        with pytest.raises(TemporaryError):
            keeper(world).was_set_back(world.app)
    life(world)
    life(world)
    assert len(alerts(world)) == 1


def test_looking_at_the_clock_writes_seldom(world, monkeypatch):
    """Once an hour; a store that cannot write stops nothing."""
    watch, written = keeper(world), []
    plain = world.app.store.commit
    monkeypatch.setattr(world.app.store, "commit", lambda commit: written.append(commit) or plain(commit))
    for _ in range(120):
        assert not watch.was_set_back(world.app)
        world.clock.advance(timedelta(minutes=1))
    assert len(written) == 2
    monkeypatch.setattr(world.app.store, "commit", _nothing_leaves)
    world.clock.advance(timedelta(hours=2))
    assert not watch.was_set_back(world.app)


def test_minutes_back_are_the_hand_of_time_synchronisation(world):
    """Nothing is reckoned anew, and nobody is told."""
    watch = keeper(world)
    watch.was_set_back(world.app)
    world.clock.advance(-timedelta(minutes=9))
    assert not watch.was_set_back(world.app)
    assert not keeper(world).was_set_back(world.app)


def test_books_without_a_note_are_judged_by_their_latest_mail(world):
    """Those of an earlier version: mail that was handled a month ahead tells as much."""
    world.clock.advance(AHEAD)
    world.hand_over()
    world.app.store.commit(Commit(notes={SEEN: None}))
    world.clock.advance(-AHEAD)
    assert keeper(world).was_set_back(world.app)


def test_what_failed_by_the_wrong_clock_is_told_by_the_right_one(world):
    """A mailbox that failed while the clock was ahead, and fails still, is told within the hour, not after a month."""
    place, patience = Place("main", "mailbox"), timedelta(minutes=world.app.settings.limits.alert_minutes)
    alarm = Alarm()
    world.clock.advance(AHEAD)
    alarm.troubled(world.app, place, "refused")
    world.clock.advance(-AHEAD)
    alarm.troubled(world.app, place, "refused")
    world.clock.advance(patience)
    alarm.tell(world.app)
    assert any("main" in m.subject for m in world.app.store.outbox([OutboxState.QUEUED]))


def test_a_clock_that_is_ahead_for_a_moment_is_noticed_too(world):
    """It jumps and is set right while one mail is being handled: what was told that the month ahead is today waits for nothing."""
    watch = keeper(world)
    watch.was_set_back(world.app)
    world.clock.advance(AHEAD)
    watch.now()
    world.clock.advance(-AHEAD)
    assert watch.was_set_back(world.app)
    assert not watch.was_set_back(world.app)


def test_a_life_that_died_in_the_middle_of_a_mail_left_traces(world):
    """It never looked at its clock again: the mail that it handled and the answer that waits tell what it took for now, once."""
    life(world)
    world.clock.advance(AHEAD)
    world.hand_over()
    world.clock.advance(-AHEAD)
    life(world)
    life(world)
    assert len(alerts(world)) == 1


def test_a_life_that_died_as_soon_as_it_was_ahead_is_told_from_the_one_before(world):
    """It read its clock once and wrote nothing else, and so did a later one at nearly the same wrong moment: noticed both times."""
    for _ in range(2):
        watch = keeper(world)
        assert not watch.was_set_back(world.app)
        world.clock.advance(AHEAD)
        watch.now()
        world.clock.advance(timedelta(minutes=1) - AHEAD)
        assert keeper(world).was_set_back(world.app)


def test_reading_a_clock_that_is_right_again_forgets_nothing(world):
    """The next life reads it before it looks back: what the life before saw stays known until then."""
    watch = keeper(world)
    watch.was_set_back(world.app)
    world.clock.advance(AHEAD)
    watch.now()
    world.clock.advance(-AHEAD)
    later = keeper(world)
    later.now()
    assert later.was_set_back(world.app)


def test_a_clock_set_back_while_nothing_is_to_be_done_ends_the_wait(world, monkeypatch):
    """The daemon that waits for a moment a month ahead looks at its clock again, although no mail comes."""
    monkeypatch.setattr("agent.service.daemon._SLICE", 0.01)
    daemon = Daemon(world.app, lambda: world.app.settings)
    world.clock.advance(AHEAD)
    daemon.turn()
    waiting = threading.Thread(target=daemon._wait, daemon=True)
    waiting.start()
    time.sleep(0.1)
    assert waiting.is_alive()
    world.clock.advance(-AHEAD)
    waiting.join(timeout=20)
    assert not waiting.is_alive()
