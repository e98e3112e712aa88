"""The figures for monitoring: in Prometheus' format, true, and never in the way of the work."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.cli import main
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import WAITS_FOR_A_WORD
from agent.ports import Commit
from agent.service.daemon import Daemon
from agent.service.gauges import HELP, Machine, gauges
from agent.service.vitals import Heard, Vitals, read_vitals, write_vitals
from agent.service.work import once
from agent.store.copies import dated
from tests.service.world import World
from tests.store.builders import mail

LITTLE = Machine(12345)
WHEN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path)
    yield made
    made.close()


def figures(text):
    """The samples as a map, as Prometheus' own reader understands them; each has its help and its type."""
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type in ("gauge", "counter") for family in families)
    names = {sample.name for family in families for sample in family.samples}
    assert names <= HELP.keys()
    assert all(family.type == "counter" for family in families for s in family.samples if s.name.endswith("_total"))
    return {
        s.name + "".join(f" {v}" for _, v in sorted(s.labels.items())): s.value for f in families for s in f.samples
    }


def shown(world, *heard, machine=LITTLE, **more):
    now = world.clock.now()
    return figures(gauges(world.app.store, Vitals(now, now - timedelta(hours=3), 1, heard, **more), machine))


def test_they_say_what_waits_and_what_fails(world):
    """Held mail, due mail with its age, what waits for a word, open questions, when the inbox was empty."""
    world.hand_over()
    now = world.clock.now()
    waiting = replace(mail("w"), not_before=now - timedelta(minutes=90), note=WAITS_FOR_A_WORD)
    held = replace(mail("h"), state=OutboxState.HELD)
    world.app.store.commit(
        Commit(outgoing=(waiting, held), notes={"channel:demo:mailbox": '["x", "2026-03-01", false]'})
    )
    told = shown(world, Heard("demo", now, None, now, 7, 2))
    assert told["relance_outbox_mails held"] == 1
    assert told["relance_surge_held_mails"] == 1
    assert told["relance_outbox_oldest_due_seconds"] == 5400
    assert told["relance_channel_fails demo mailbox"] == 1
    assert told["relance_channel_fails demo outgoing"] == 0
    assert told["relance_inbox_empty_timestamp_seconds demo"] == pytest.approx(now.timestamp())
    assert told["relance_fetched_timestamp_seconds demo"] == pytest.approx(now.timestamp())
    assert told["relance_mails_handled_total demo"] == 7
    assert "relance_sent_timestamp_seconds demo" not in told
    assert told["relance_disk_free_bytes"] == 12345
    assert told["relance_restored_not_compared"] == told["relance_store_damaged"] == told["relance_hindered"] == 0
    world.app.store.commit(Commit(notes={"restored": "{}"}))
    assert shown(world)["relance_restored_not_compared"] == 1


def test_the_oldest_unhandled_mail_is_no_older_than_told(world):
    """None when the last look found the inbox empty; else what came since it was; since the start when it never was."""
    now, hour = world.clock.now(), timedelta(hours=1)
    assert shown(world, Heard("a", now - hour, None, now - hour))["relance_unhandled_oldest_seconds a"] == 0
    assert shown(world, Heard("a", now - hour, None, now))["relance_unhandled_oldest_seconds a"] == 3600
    assert shown(world, Heard("a", None, None, None))["relance_unhandled_oldest_seconds a"] == 3 * 3600


def test_they_tell_of_certificates_backups_rights_and_alerts(world):
    """What monitoring calls somebody for before it hurts."""
    now = world.clock.now()
    world.app.store.commit(Commit(notes={"alert:holding": '["backup", "certificate:imap a"]'}))
    told = shown(
        world,
        machine=Machine(1, now, ("limits", "seccomp")),
        certificates={"imap a": now},
        hindrance="the disk is full",
    )
    assert told["relance_certificate_expiry_timestamp_seconds imap a"] == pytest.approx(now.timestamp())
    assert told["relance_backup_timestamp_seconds"] == pytest.approx(now.timestamp())
    assert told["relance_sandbox_measure seccomp"] == told["relance_alert backup"] == told["relance_hindered"] == 1


def test_the_service_writes_them_whole_and_for_everybody(world, tmp_path):
    """After each round, where the configuration says; the vital signs lie in the state folder for their owner alone."""
    once(world.app)
    target = tmp_path / "relance.prom"
    settings = replace(world.app.settings, metrics=target)
    settings.backup_dir.mkdir()
    dated(settings.backup_dir, world.clock.now()).touch()
    app = replace(world.app, settings=settings)
    daemon = Daemon(app, lambda: app.settings)
    daemon.turn()
    show(daemon)
    told = figures(target.read_text())
    assert told["relance_written_timestamp_seconds"] == pytest.approx(world.clock.now().timestamp())
    assert told["relance_backup_timestamp_seconds"] == pytest.approx(world.clock.now().timestamp())
    assert target.stat().st_mode & 0o777 == 0o644
    assert not list(tmp_path.glob(".relance.prom*"))
    vitals = read_vitals(settings.state_dir)
    assert (vitals.pid, vitals.at, vitals.is_alive) == (os.getpid(), world.clock.now(), True)
    assert vitals.heard[0].fetched_at == world.clock.now()
    assert (settings.state_dir / "vitals.json").stat().st_mode & 0o777 == 0o600


def show(daemon):
    daemon._display.show(daemon.app, [line.heard() for line in daemon._lines], daemon._hindrance)


def test_a_folder_that_cannot_be_written_stops_nothing(world, tmp_path, caplog):
    """It is said once."""
    app = replace(world.app, settings=replace(world.app.settings, metrics=tmp_path / "nowhere/relance.prom"))
    daemon = Daemon(app, lambda: app.settings)
    show(daemon)
    show(daemon)
    assert [r.message for r in caplog.records if "monitoring" in r.message] != []
    assert len([r for r in caplog.records if "monitoring" in r.message]) == 1


def test_vital_signs_that_nobody_can_read_are_none(tmp_path):
    """A file that was cut off, or of another version."""
    assert read_vitals(tmp_path) is None
    for text in ("", "[]", "{}", '{"at": "x"}', '{"heard": 1}'):
        (tmp_path / "vitals.json").write_text(text)
        assert read_vitals(tmp_path) is None
    write_vitals(tmp_path, Vitals(*[WHEN] * 2, 1, (Heard("é", WHEN),), "voilà"))
    assert read_vitals(tmp_path) == Vitals(*[WHEN] * 2, 1, (Heard("é", WHEN),), "voilà")


def test_damaged_books_are_told_by_exit_code_log_and_monitoring(tmp_path, capsys):
    """No mail can be written then."""
    sections = "".join(f'[mailboxes.{s}]\nbackend = "maildir"\npath = "mail"\n' for s in ("inbox", "outgoing"))
    (tmp_path / "config.toml").write_text(
        '[agency]\nname = "Agency"\naddress = "relance@agency.example"\noperator = "ops@agency.example"\n'
        f'[paths]\nstate_dir = "state"\nmetrics = "relance.prom"\n[[mailboxes]]\nname = "main"\n{sections}'
    )
    (tmp_path / "creditors").mkdir()
    (tmp_path / "state").mkdir()
    (tmp_path / "state/relance.db").write_bytes(b"no database, and long enough to be none" * 200)
    assert main(["once", "--config", str(tmp_path / "config.toml")]) == 65
    assert "the store is damaged" in capsys.readouterr().err
    assert figures((tmp_path / "relance.prom").read_text()) == {"relance_store_damaged": 1}
