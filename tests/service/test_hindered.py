"""A store or a disk that cannot be written for a while, and a mail that cannot even be put away: none of them ends the daemon."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.errors import TemporaryError
from agent.ports import Box, Conflict
from agent.service import handle, work
from agent.service.daemon import Daemon
from agent.service.requests import leave_request, requested
from agent.service.work import handle_waiting
from agent.store.claims import SoleClaims
from tests.service.world import BRUNO, World
from tests.walks.invoices import ubl


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def _post(world):
    """A mail with an invoice lies in the inbox, and nobody has looked yet."""
    mail = mails.letter(world.pen(BRUNO), AGENCY, "Facture", "À suivre.")
    mail.add_attachment(ubl("2026-900"), maintype="application", subtype="xml", filename="f.xml")
    world.deliver(mail.as_bytes())


def test_a_full_disk_hinders_the_daemon_and_does_not_end_it(world, monkeypatch):
    """Whatever it wants to write down fails; when there is room again the mail that waited is handled."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    _post(world)
    with monkeypatch.context() as broken:
        broken.setattr(world.app.store, "commit", _full)
        broken.setattr(world.app.store, "attempts", _full)
        leave_request(world.app.settings.state_dir, "mail-1")
        for _ in range(3):
            daemon.turn()
    assert not list(world.app.store.items())
    world.clock.advance(timedelta(minutes=10))
    for _ in range(20):
        daemon.turn()
        if list(world.app.store.items()):
            break
        world.clock.advance(timedelta(minutes=10))
    assert len(list(world.app.store.items())) == 1


def test_a_store_that_is_away_for_a_moment_is_asked_again_soon_and_then_less_and_less(world, monkeypatch):
    """A database that fails over is back within seconds: what is due does not wait for minutes. One that stays away is left alone."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    with monkeypatch.context() as broken:
        broken.setattr(world.app.store, "next_timer", _full)
        waits = []
        for _ in range(9):
            daemon.turn()
            waits.append((daemon._next_work() - world.clock.now()).total_seconds())
            world.clock.advance(timedelta(seconds=waits[-1]))
    assert waits[:3] == [2, 4, 8]
    assert max(waits) == waits[-1] == 300
    daemon.turn()
    monkeypatch.setattr(world.app.store, "next_timer", _full)
    daemon.turn()
    assert (daemon._next_work() - world.clock.now()).total_seconds() == 2


def test_a_mark_that_cannot_be_written_is_no_reason_to_die(world, monkeypatch):
    """The disk is full before the mail is even begun: it waits."""
    _post(world)
    monkeypatch.setattr(Path, "write_bytes", _no_room)
    with pytest.raises(TemporaryError):
        handle_waiting(world.app, world.app.channels[0])


def test_a_mark_that_cannot_be_taken_away_is_no_reason_to_die(world, monkeypatch):
    """A disk that became read-only keeps it; the mail was handled."""
    _post(world)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", _no_room)
        assert handle_waiting(world.app, world.app.channels[0]) == 1
    assert work.count_crash(world.app)


def test_a_request_that_cannot_be_taken_away_is_tried_again(world, monkeypatch):
    """On a read-only disk it stays, and the round ends as one that is hindered."""
    leave_request(world.app.settings.state_dir, "mail-1")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", _no_room)
        Daemon(world.app, lambda: world.app.settings).turn()
    assert requested(world.app)


def test_a_mail_leaves_inbox_even_when_nobody_can_be_told(world, monkeypatch):
    """The operator's mail about a poisonous one cannot be written: it lies in Quarantine all the same, and the next is handled."""
    plain = handle.conclude

    def failing(app, outcome):
        if outcome.decision.letters:
            raise LookupError("a text is missing")
        return plain(app, outcome)

    monkeypatch.setattr(handle, "conclude", failing)
    _post(world)
    for _ in range(world.app.settings.limits.handling_attempts):
        handle_waiting(world.app, world.app.channels[0])
    assert not world.app.channels[0].mailbox.unhandled()
    assert len(list(world.app.channels[0].mailbox.contents(Box.QUARANTINE))) == 1


def _full(*_args, **_words):
    raise TemporaryError("the store cannot write now: database or disk is full")


def _no_room(*_args, **_words):
    raise OSError(28, "No space left on device")


def test_a_mail_that_meets_others_changes_is_not_overtaken_by_the_next_of_its_writer(world, monkeypatch):
    """What others change just now is waited for: the rest of the stretch waits with it, and then all come in their order."""
    monkeypatch.setattr(SoleClaims, "shared", True)
    for number in ("2026-901", "2026-902"):
        mail = mails.letter(world.pen(BRUNO), AGENCY, "Facture", "À suivre.")
        mail.add_attachment(ubl(number), maintype="application", subtype="xml", filename="f.xml")
        world.deliver(mail.as_bytes())
    plain, tried = work.handle_message, []

    def changed_by_others(app, shelf, arrived):
        tried.append(arrived.message.key)
        if len(tried) == 1:
            raise Conflict("met other changes")
        return plain(app, shelf, arrived)

    monkeypatch.setattr(work, "handle_message", changed_by_others)
    handle_waiting(world.app, world.app.channels[0])
    assert not list(world.app.store.items())
    handle_waiting(world.app, world.app.channels[0])
    assert [item.invoice.number for item in world.app.store.items()] == ["2026-901", "2026-902"]
    assert tried[0] == tried[1] != tried[2]


def test_a_clock_that_was_a_month_ahead_makes_no_reminder_late(world):
    """What was put off to the next opening by the wrong clock is due at the next opening by the right one."""
    world.clock.advance(timedelta(hours=13))
    world.hand_over()
    daemon = Daemon(world.app, lambda: world.app.settings)
    daemon.turn()
    world.clock.advance(timedelta(days=35))
    daemon.turn()
    assert "statement" not in world.sent()
    world.clock.advance(timedelta(days=-35))
    daemon.turn()
    assert world.app.store.next_timer() < world.app.clock.now() + timedelta(days=2)
    world.clock.advance(timedelta(hours=15))
    for _ in range(3):
        daemon.turn()
    assert "statement" in world.sent()
