"""A payment that another worker is just reading of stops the reminder, and is read first when that worker is lost."""

import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from agent.domain.ledger import ItemState
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Commit, Timer
from agent.service import dispatch, handle
from agent.service.sharing import meet_others
from agent.service.work import handle_waiting
from tests.service.crew import crew_at, daemon_of
from tests.service.test_company import posted, reminded
from tests.service.world import BRUNO

LEASE, NUMBER = 2, "2026-501"


@pytest.fixture
def crew(tmp_path, postgres):
    with crew_at(tmp_path, postgres, lease=LEASE) as crew:
        crew.world.hand_over(NUMBER)
        yield crew


@contextmanager
def in_the_middle(crew, app, monkeypatch):
    """This worker has claimed and read the mail that waits, and stands before its commit; gives what kills it."""
    reached, released, real = threading.Event(), threading.Event(), handle.conclude

    def conclude(by, outcome):
        if by.store is app.store:
            reached.set()
            assert released.wait(60)
        return real(by, outcome)

    def dies():
        app.store.claims._over.set()
        app.store.claims._beating.join()

    monkeypatch.setattr(handle, "conclude", conclude)
    thread = threading.Thread(target=handle_waiting, args=(app, app.channels[0]), kwargs={"ahead": False})
    thread.start()
    try:
        assert reached.wait(60)
        yield dies
    finally:
        # one that was only paused comes back, long after others took over
        released.set()
        thread.join()


def until_handled(crew, daemon):
    """Rounds of a living worker, each as soon as it asks again, until the mail of the lost one is done."""
    end = time.monotonic() + 20 * LEASE
    while crew.world.lying_in(Box.INBOX):
        assert time.monotonic() < end
        time.sleep(0.2)
        crew.clock.advance(timedelta(seconds=2))
        daemon.turn()


@pytest.mark.parametrize("queued", [False, True], ids=["due", "queued"])
def test_no_reminder_leaves_while_another_reads_of_the_payment_nor_after_his_death(crew, monkeypatch, queued):
    """Whether it was still to be written or waited in the outbox already."""
    other, daemon = crew.beside("two"), daemon_of(crew.world.app)
    meet_others(other)
    if queued:
        crew.clock.advance(timedelta(hours=4))
        with monkeypatch.context() as kept:
            kept.setattr(dispatch, "recheck", lambda *_: dispatch.Postpone(crew.clock.now(), "not yet"))
            daemon.turn()
        assert [m.kind for m in other.store.outbox([OutboxState.QUEUED])] == ["statement"]
    posted(crew, BRUNO, f"payé {NUMBER}")
    with in_the_middle(crew, other, monkeypatch) as dies:
        crew.clock.advance(timedelta(hours=4))
        for _ in range(10):
            daemon.turn()
            crew.clock.advance(timedelta(minutes=5))
        assert crew.world.lying_in(Box.INBOX) == 1
        assert not reminded(crew)
        dies()
        until_handled(crew, daemon)
    assert crew.world.items()[NUMBER].state is ItemState.SETTLED
    (item,) = other.store.items()
    other.store.commit(Commit(timers=(Timer(f"account:{item.invoice.debtor}", crew.clock.now()),)))
    for _ in range(10):
        daemon.turn()
        crew.clock.advance(timedelta(minutes=30))
    assert not reminded(crew)
    assert [r.kind for r in other.store.messages()] == ["instruction", "handover"]
    assert not list(other.store.outbox([OutboxState.HELD, OutboxState.SENDING]))
    assert other.store.verify() == []
