"""A mail that meets others' changes of what it is about: it waits its turn, and is set aside only when that goes on for minutes."""

from datetime import timedelta

import pytest

from agent.domain import events as ev
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.service import handle
from agent.service.work import handle_waiting
from agent.store.tinydb_store import TinyStore
from tests.service.crew import crew_at
from tests.service.test_company import posted
from tests.service.world import BRUNO
from tests.store.builders import folded

NUMBER = "2026-501"


@pytest.fixture
def crew(tmp_path, postgres):
    with crew_at(tmp_path, postgres) as crew:
        crew.world.hand_over(NUMBER)
        crew.other = crew.beside("two").store
        posted(crew, BRUNO, f"payé {NUMBER}")
        yield crew


def raced_by(store: TinyStore, monkeypatch, times: int):
    """Have another store commit something on the invoice between the reading of the books and the commit, so many times."""
    real, done = handle.conclude, []

    def conclude(app, outcome):
        if outcome.decision.events and len(done) < times:
            (item,) = store.items()
            done.append(item.version)
            told = {"at": app.clock.now(), "source": f"raced {len(done)}", "creditor": item.creditor}
            event = ev.FollowUpPaused(**told, subject=item.id, until=app.clock.now().date(), reason="raced")
            store.commit(folded([event], store.ledger([item.id])))
        return real(app, outcome)

    monkeypatch.setattr(handle, "conclude", conclude)
    return done


def rounds(crew, count, pause=timedelta(seconds=1)):
    for _ in range(count):
        handle_waiting(crew.world.app, crew.world.app.channels[0])
        crew.clock.advance(pause)


def test_who_only_races_with_another_comes_through(crew, monkeypatch):
    """However often the other is faster within some seconds, nothing counts as a failure."""
    done = raced_by(crew.other, monkeypatch, 40)
    rounds(crew, 10)
    assert len(done) == 40
    assert crew.world.lying_in(Box.INBOX) == 0
    assert crew.world.lying_in(Box.HANDLED) == 2
    assert crew.world.lying_in(Box.QUARANTINE) == 0


def test_a_mail_that_meets_others_changes_for_minutes_is_set_aside_and_told(crew, monkeypatch):
    """After as many counted tries as one that fails by itself; the next mail of its writer is handled then."""
    raced_by(crew.other, monkeypatch, 10**6)
    rounds(crew, 50)
    assert crew.world.lying_in(Box.INBOX) == 1
    rounds(crew, 14, timedelta(seconds=15))
    assert crew.world.lying_in(Box.QUARANTINE) == 1
    assert crew.world.lying_in(Box.INBOX) == 0
    (told,) = (m for m in crew.other.outbox([OutboxState.QUEUED]) if m.kind == "operator")
    assert "Conflict" in told.text
