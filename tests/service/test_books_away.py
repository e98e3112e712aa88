"""Books that go away while a mail is being handled: the log, the status and the operator's mail name them, and no mailbox is blamed."""

import logging
from datetime import timedelta

import psycopg
import pytest

from agent.cli import main
from agent.errors import StoreAway
from agent.mail.outgoing import OutboxState
from agent.service.alarm import Place
from agent.service.daemon import Daemon
from agent.store.postgres import translated
from tests.service.world import BRUNO, World

WORDS = "the books' database db.example cannot be reached now"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def away(*_, **__):
    raise StoreAway(WORDS)


def letters(world):
    return [m.text for m in world.app.store.outbox([OutboxState.QUEUED, OutboxState.SENT]) if m.kind == "operator"]


def outage(world, monkeypatch, minutes):
    """The service, after the books were away for so long while a mail waited, and are back."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    daemon.turn()
    world.app.channels[0].mailbox.deliver(f"From: {BRUNO}\r\nSubject: x\r\n\r\nbonjour\r\n".encode())
    with monkeypatch.context() as broken:
        broken.setattr(world.app.store, "seen", away)
        for _ in range(minutes):
            daemon._lines[0].unread = True
            daemon.turn()
            assert daemon._hindrance == WORDS
            world.clock.advance(timedelta(minutes=1))
    world.clock.advance(timedelta(minutes=10))
    daemon.turn()
    return daemon


def test_no_mailbox_is_blamed_for_books_that_are_away(world, monkeypatch, caplog):
    """One line in the log for as long as it lasts; what is known of the mailbox stays as it was."""
    with caplog.at_level(logging.WARNING):
        daemon = outage(world, monkeypatch, 3)
    assert [r.getMessage() for r in caplog.records if "mailbox" in r.getMessage()] == []
    assert len([r for r in caplog.records if WORDS in r.getMessage()]) == 1
    assert world.app.store.note(Place("demo", "mailbox").key) is None
    assert daemon._hindrance == ""
    assert not letters(world)


def test_the_operator_hears_once_that_they_were_away_for_long(world, monkeypatch):
    """As soon as a mail can be written, with the words of the other side, since when and that it is over."""
    daemon = outage(world, monkeypatch, 20)
    daemon.turn()
    (told,) = letters(world)
    assert "the books could not be reached" in told
    assert WORDS in " ".join(told.split())
    assert "2026-03-10" in told


def test_the_status_names_what_the_service_waits_for(world, monkeypatch, capsys):
    """While the books do not open, too."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    monkeypatch.setattr(world.app.store, "next_timer", away)
    daemon.turn()
    daemon._reloading = True
    daemon._wait()
    world.app.store.close()
    main(["status", "--config", str(world.app.settings.path)])
    assert f"What is due waits: {WORDS}" in capsys.readouterr().out


def test_the_words_of_a_database_name_it():
    """Whatever broke between it and us."""
    told = translated(
        psycopg.OperationalError("server closed the connection unexpectedly"), "postgresql://db:5432/books"
    )
    assert isinstance(told, StoreAway)
    assert str(told) == (
        "the books' database postgresql://db:5432/books cannot be reached now: server closed the connection unexpectedly"
    )
