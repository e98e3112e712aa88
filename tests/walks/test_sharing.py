"""Two workers on one database and the same mailbox: each mail is handled once, each mail of ours is sent once, by whomever."""

import shutil
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.config.stores import StoreTable
from agent.demo.cast import write_configuration
from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Commit, Timer
from agent.service.alerts import note_start
from agent.service.company import RUNNING
from agent.service.daemon import Daemon
from agent.service.sharing import my_way_out, own_folder, this_worker
from agent.service.tick import run_due
from agent.service.work import handle_waiting
from tests.service.world import BRUNO, ELS, MARY, World

pytestmark = [pytest.mark.walk, pytest.mark.timeout(300)]


@pytest.fixture
def worlds(tmp_path, postgres):
    """Two workers with state folders of their own, the same secret and the same clock."""
    settings = replace(write_configuration(tmp_path), store=StoreTable(address=postgres.schema(), shared=True))
    first = World.of(settings)
    other = replace(settings, state_dir=tmp_path / "other")
    other.state_dir.mkdir(mode=0o700)
    shutil.copy(settings.state_dir / "secret", other.state_dir / "secret")
    second = World.of(other)
    second.clock = first.clock
    second.app = replace(second.app, clock=first.clock)
    yield first, second
    second.close()
    first.close()


def turns(worlds, count=4):
    """Both work at the same time, so many rounds each."""
    daemons = [Daemon(world.app, lambda world=world: world.app.settings) for world in worlds]
    threads = [threading.Thread(target=lambda d=d: [d.turn() for _ in range(count)]) for d in daemons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return daemons


def test_each_mail_is_handled_once_and_answered_once(worlds, monkeypatch):
    """Sixty mails of three creditors, two of whom hand in what is not theirs; whoever handled them, each has one record and one answer."""
    first, second = worlds
    monkeypatch.setattr(World, "work", lambda _: None)  # the daemons do it
    people = [sender.split("<")[1][:-1] for sender in (BRUNO, ELS, MARY)]
    for n in range(20):
        for sender in (BRUNO, ELS, MARY):
            first.hand_over(f"2026-{n:03}", sender)
    daemons = [daemon for _ in range(5) for daemon in turns(worlds)]
    store = first.app.store
    assert first.lying_in(Box.INBOX) == 0
    assert len(list(store.items())) == 20
    assert sum(1 for _ in store.messages()) == 60
    answers = Counter(kind for kind in first.sent() if kind in ("acknowledgement", "refusal"))
    assert answers == {"acknowledgement": 20, "refusal": 40}
    ids = [mail["Message-ID"] for address in people for mail in first.mails(address)]
    assert len(ids) == len(set(ids)) >= 60
    assert not list(store.outbox([OutboxState.HELD, OutboxState.SENDING, OutboxState.QUEUED]))
    assert store.verify() == []
    shares = [sum(line.handled for daemon in daemons[k::2] for line in daemon._lines) for k in (0, 1)]
    assert sum(shares) == 60
    assert min(shares) > 0, f"one did all the work: {shares}"
    assert second.app.store.claims.shared


def test_what_is_due_is_done_once(worlds):
    """One statement to the debtor on the day, though both looked at the clock."""
    first, _ = worlds
    first.hand_over()
    turns(worlds)
    for _ in range(8):
        turns(worlds, 2)
        first.clock.advance(timedelta(days=1))
    kinds = first.sent()
    assert kinds.count("statement") == len(first.mails("compta@batiplus.example")) >= 1
    phases = [m.key for m in first.app.store.outbox([OutboxState.SENT]) if m.kind == "statement"]
    assert len(phases) == len(set(phases))


def test_one_sends_at_a_time(worlds):
    """Pace and limits of a way out are one worker's; the other finds it taken and waits."""
    first, second = worlds
    with my_way_out(first.app, first.app.channels[0]) as mine, my_way_out(second.app, second.app.channels[0]) as theirs:
        assert (mine, theirs) == (True, False)
    with my_way_out(second.app, second.app.channels[0]) as theirs:
        assert theirs


def test_the_life_of_each_worker_is_his_own(worlds):
    """A second worker that starts is no restart of the first."""
    first, second = worlds
    names = [this_worker(world.app) for world in worlds]
    assert len(set(names)) == 2
    note_start(first.app)
    note_start(second.app)
    assert all(first.app.store.note(f"{RUNNING}:{name}") for name in names)
    assert not any(first.app.store.note(f"service:starts:{name}") for name in names)


def test_an_account_that_two_change_at_once_is_looked_at_for_both(worlds, monkeypatch):
    """While one looks at an account on which nothing is open, the other takes in an invoice: it is followed up."""
    first, second = worlds
    first.hand_over("2026-501")
    first.write(BRUNO, "La facture 2026-501 est payée.")
    account = first.items()["2026-501"].invoice.debtor
    monkeypatch.setattr(World, "work", lambda _: None)
    first.hand_over("2026-502")
    commit, others = first.app.store.commit, [second.app]
    commit(Commit(timers=(Timer(f"account:{account}", first.clock.now()),)))

    def commit_late(change):
        if others:
            app = others.pop()
            handle_waiting(app, app.channels[0])
        return commit(change)

    monkeypatch.setattr(first.app.store, "commit", commit_late)
    second.app.channels[0].mailbox.open()
    run_due(first.app)
    assert first.items()["2026-502"].is_open
    timers = {timer.subject for timer in first.app.store.timers(first.clock.now() + timedelta(days=365))}
    assert f"account:{account}" in timers


def test_each_works_in_a_folder_of_its_own(worlds):
    """What lies in a state folder is one worker's; a second one there is told so, and may begin when the first has ended."""
    first, second = worlds
    same = replace(second.app, settings=first.app.settings)
    with own_folder(first.app), own_folder(second.app), pytest.raises(TemporaryError, match="another worker works in"):
        own_folder(same).__enter__()
    with own_folder(same):
        pass
