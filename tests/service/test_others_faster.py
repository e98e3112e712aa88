"""Another worker was faster, or the store went away between two steps: the daemon goes on, wherever in its loop that happens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.errors import TemporaryError
from agent.outbox.copies import owed_by
from agent.ports import AlreadyDone, Box, ClaimLost, Commit, Conflict
from agent.service import daemon as loop
from agent.service.clock import SystemClock
from agent.service.daemon import Daemon
from agent.store.restore import RESTORED
from tests.service.world import World

OTHERS = (Conflict("another worker was faster"), AlreadyDone("it was done before"), ClaimLost("another took over"))


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def failing(*errors, then=lambda *_: None):
    """What raises these errors, one at each call, and does its work afterwards."""
    left = list(errors)

    def do(*args, **more):
        if left:
            raise left.pop(0)
        return then(*args, **more)

    return do


def away(*_, **__):
    raise TemporaryError("the store cannot be reached now")


@pytest.mark.parametrize("error", OTHERS)
def test_a_round_in_which_others_were_faster_is_no_reason_to_end_or_to_wait(world, monkeypatch, error):
    """It is logged, and the next round begins at once."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    monkeypatch.setattr(loop, "honour_requests", failing(error))
    daemon.turn()
    assert daemon._hindrance == ""
    assert daemon._next_work() > world.clock.now()


def test_what_follows_from_a_new_configuration_waits_for_a_store_that_is_away(world, monkeypatch):
    """Read again while the books could not be written: the timers are set as soon as they can."""
    daemon, done = Daemon(world.app, lambda: world.app.settings), []
    monkeypatch.setattr(loop, "set_timers", failing(TemporaryError("away"), then=done.append))
    daemon._reloading = True
    daemon.turn()
    assert (done, daemon._hindrance) == ([], "away")
    daemon.turn()
    daemon.turn()
    assert len(done) == 1


def test_books_that_were_restored_while_a_worker_was_away_are_compared_first(world, monkeypatch):
    """It comes back to books with the note of a restoration, and handles no mail before the comparison is done."""
    daemon, compared = Daemon(world.app, lambda: world.app.settings), []
    world.app.store.commit(Commit(notes={RESTORED: world.clock.now().isoformat()}))

    def catch_up(app, _):
        compared.append(world.lying_in(Box.INBOX))
        app.store.commit(Commit(notes={RESTORED: None}))

    monkeypatch.setattr(loop, "catch_up", catch_up)
    world.app.channels[0].mailbox.deliver(b"From: a@b.example\r\n\r\nhello\r\n")
    daemon.turn()
    daemon.turn()
    assert compared == [1]
    assert world.lying_in(Box.INBOX) == 0


def test_a_life_after_a_death_reads_ahead_again_once_every_mail_was_handled(world):
    """One mail at a time is for those that a death left."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    daemon._ahead = False
    world.app.channels[0].mailbox.deliver(b"From: a@b.example\r\n\r\nhello\r\n")
    for _ in range(3):
        daemon.turn()
    assert daemon._ahead


def test_timers_are_set_however_often_others_come_between(world, monkeypatch):
    """Workers that start at once on an empty database set them one after the other."""
    daemon, done = Daemon(world.app, lambda: world.app.settings), []
    monkeypatch.setattr(loop, "_ASK_AGAIN", 0.0)
    monkeypatch.setattr(loop, "set_timers", failing(*OTHERS, then=done.append))
    daemon._set_timers()
    assert done == [daemon.app]


def test_restored_books_are_compared_however_often_others_come_between(world, monkeypatch):
    """What another worker found meanwhile ends the comparison here, and it is begun again."""
    world.app.store.commit(Commit(notes={RESTORED: "{}"}))

    def compared(app, _):
        app.store.commit(Commit(notes={RESTORED: None}))

    monkeypatch.setattr(loop, "_SLICE", 0.0)
    monkeypatch.setattr(loop, "catch_up", failing(*OTHERS, then=compared))
    Daemon(world.app, lambda: world.app.settings)._compare_restored()
    assert world.app.store.note(RESTORED) is None


def test_a_store_that_goes_away_between_two_rounds_is_waited_for(world, monkeypatch):
    """The wait asks it when the next work is due, and the figures how much waits: neither ends the service."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    daemon.turn()
    daemon._reloading = True  # so that the wait is over at once
    for name in ("next_timer", "queue", "note", "count", "commit"):
        monkeypatch.setattr(world.app.store, name, away)
    daemon._wait()
    assert daemon._hindrance


def test_a_store_that_is_away_at_the_end_ends_nothing_early(world, monkeypatch):
    """A mail that is just being handed over is not heard out then; the next life looks for it in Sent."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    monkeypatch.setattr(loop, "deliver", away)
    monkeypatch.setattr(type(daemon._lines[0].transport), "busy", property(lambda _: True))
    daemon._hear_last_words()


def test_a_clock_that_runs_away_from_the_others_stops_the_round(world, monkeypatch):
    """Nothing is handled, due or sent by a clock that is off that of the database; it goes on when the clock is right again."""
    daemon, clock, rounds = Daemon(world.app, lambda: world.app.settings), SystemClock(), []
    daemon._impatient = replace(world.app, clock=clock)
    monkeypatch.setattr(loop, "run_due", rounds.append)
    monkeypatch.setattr(world.app.store.claims, "now", lambda: clock.now() - timedelta(minutes=2))
    daemon.turn()
    assert "off that of the database by 0:0" in daemon._hindrance
    assert not rounds
    monkeypatch.setattr(world.app.store.claims, "now", lambda: clock.now() - timedelta(seconds=50))
    daemon.turn()
    assert rounds
    assert not daemon._hindrance


def test_a_copy_that_is_owed_to_sent_does_not_wait_for_the_next_poll(world):
    """Whoever sent the mail lost its claim before Sent had the copy: the next round comes within a minute, and pays."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    daemon.turn()
    owed = owed_by(world.app.channels[0].name)
    far = daemon._next_work()
    world.app.store.commit(Commit(notes={owed: "a-mail"}))
    assert daemon._next_work() == world.clock.now() + timedelta(minutes=1) < far
    daemon.turn()
    assert world.app.store.note(owed) is None
    assert daemon._next_work() == far
