"""`relance status` tells how the service is, also when it is down and when the books do not open."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from agent.cli import main
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import WAITS_FOR_A_WORD
from agent.ports import Commit
from agent.service.vitals import Heard, Vitals, write_vitals
from agent.store.copies import dated
from agent.store.tinydb_store import TinyStore
from tests.store.builders import mail

NOW, ME = datetime.now(UTC), os.getpid()


def signs(books, pid=ME, at=NOW, **more):
    heard = (Heard("main", at, None, at, 7, 2),)
    certificates = {"imap mail.example": NOW + timedelta(days=20, hours=1)}
    write_vitals(books.parent / "state", Vitals(at, at, pid, heard, certificates=certificates, **more))


def status(books, capsys, *more, code=0):
    assert main(["status", "--config", str(books), *more]) == code
    return capsys.readouterr().out


def test_a_running_service_is_told_with_its_mailboxes(books, capsys):
    """When each was read, what left, the disk, the newest backup, the certificates."""
    signs(books)
    (books.parent / "state/backups").mkdir()
    dated(books.parent / "state/backups", NOW).touch()
    told = status(books, capsys)
    assert f"Service: runs since {NOW:%Y-%m-%d %H:%M} UTC as process {os.getpid()}" in told
    assert f"Mailbox main: read {NOW:%Y-%m-%d %H:%M} UTC" in told
    assert "last sent not since the start" in told
    assert f"newest backup: {NOW:%Y-%m-%d %H:%M} UTC" in told
    assert "imap mail.example 20 days" in told


def test_a_service_that_is_down_is_told(books, capsys):
    """Its process is gone, or it never was."""
    assert "nothing was heard of it" in status(books, capsys)
    signs(books, pid=2**22 + 1, hindrance="the disk is full")
    told = status(books, capsys)
    assert "Service: does not run; last heard of" in told
    assert "What is due waits: the disk is full" in told
    assert json.loads(status(books, capsys, "--json"))["service"]["runs"] is False


def test_what_waits_for_a_hand_is_told(books, capsys):
    """The outbox's age, a surge, and the causes of alerts."""
    store = TinyStore.open(books.parent / "state/relance.db")
    waiting = mail("w", state=OutboxState.QUEUED, note=WAITS_FOR_A_WORD, not_before=NOW - timedelta(hours=2))
    store.commit(Commit(outgoing=(waiting,), notes={"alert:holding": '["backup"]'}))
    store.close()
    told = status(books, capsys)
    assert "mail(s) to debtors wait for your word: relance outbox release" in told
    assert "Needs a hand: backup" in told
    service = json.loads(status(books, capsys, "--json"))["service"]
    assert service["waits_for_word"] == 1
    assert service["alerts"] == ["backup"]
    assert service["due_since"]


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_books_that_do_not_open_leave_the_service_to_be_told(books, capsys, form):
    """The exit code is that of damaged books."""
    signs(books)
    (books.parent / "state/relance.db").write_bytes(b"no database" * 1000)
    told = status(books, capsys, *form, code=65)
    if form:
        service = json.loads(told)
        assert service["service"]["runs"] is True
        assert "not a database" in service["problem"]
    else:
        assert "Service: runs since" in told


def test_a_writer_locks_nobody_out(books, capsys):
    """The service holds the writer's lock while one looks."""
    store = TinyStore.open(books.parent / "state/relance.db")
    try:
        with store.db.transaction():
            assert "Outbox:" in status(books, capsys)
    finally:
        store.close()
