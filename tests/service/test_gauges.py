"""The figures for monitoring: in Prometheus' format, true, and never in the way of the work."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.mail.outgoing import OutboxState
from agent.ports import Commit
from agent.service.daemon import Daemon
from agent.service.gauges import Heard, gauges
from agent.service.work import once
from tests.service.world import World
from tests.store.builders import mail


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path)
    yield made
    made.close()


def figures(text):
    """The lines as a map; each of them is well-formed, and each name is declared once."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?\d+(\.\d+)?', line) for line in lines)
    declared = [line.split()[2] for line in text.splitlines() if line.startswith("#")]
    assert sorted(declared) == sorted({line.partition("{")[0].split()[0] for line in lines})
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_they_say_what_waits_and_what_fails(world):
    """Held mail, due mail with its age, open questions, when the inbox was empty."""
    world.hand_over()
    now = world.clock.now()
    waiting = replace(mail("w"), not_before=now - timedelta(minutes=90))
    held = replace(mail("h"), state=OutboxState.HELD)
    world.app.store.commit(
        Commit(outgoing=(waiting, held), notes={"channel:demo:mailbox": '["x", "2026-03-01", false]'})
    )
    told = figures(gauges(world.app.store, now, [Heard("demo", now, None)], 12345))
    assert told['relance_outbox_mails{state="held"}'] == 1
    assert told["relance_outbox_oldest_due_seconds"] == 5400
    assert told['relance_channel_fails{mailbox="demo",side="mailbox"}'] == 1
    assert told['relance_channel_fails{mailbox="demo",side="outgoing"}'] == 0
    assert told['relance_inbox_empty_timestamp_seconds{mailbox="demo"}'] == pytest.approx(now.timestamp())
    assert 'relance_sent_timestamp_seconds{mailbox="demo"}' not in told
    assert told["relance_disk_free_bytes"] == 12345
    assert told["relance_restored_not_compared"] == 0
    world.app.store.commit(Commit(notes={"restored": "{}"}))
    assert figures(gauges(world.app.store, now, [], 1))["relance_restored_not_compared"] == 1


def test_the_service_writes_them_whole_and_for_everybody(world, tmp_path):
    """After each round, where the configuration says."""
    once(world.app)
    target = tmp_path / "relance.prom"
    app = replace(world.app, settings=replace(world.app.settings, metrics=target))
    daemon = Daemon(app, lambda: app.settings)
    daemon._show_figures()
    told = figures(target.read_text())
    assert told["relance_written_timestamp_seconds"] == pytest.approx(world.clock.now().timestamp())
    assert target.stat().st_mode & 0o777 == 0o644
    assert not list(tmp_path.glob(".relance.prom*"))


def test_a_folder_that_cannot_be_written_stops_nothing(world, tmp_path, caplog):
    """It is said once."""
    app = replace(world.app, settings=replace(world.app.settings, metrics=tmp_path / "nowhere/relance.prom"))
    daemon = Daemon(app, lambda: app.settings)
    daemon._show_figures()
    daemon._show_figures()
    assert [r.message for r in caplog.records if "monitoring" in r.message] != []
    assert len([r for r in caplog.records if "monitoring" in r.message]) == 1
