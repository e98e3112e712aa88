"""What needs a hand is told once a day for as long as it lasts, and once when it is over: by cause, in the operator's language."""

import ast
import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.backends import certificates
from agent.demo.cast import OPERATOR
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import resend
from agent.ports import Box, Commit
from agent.reports.alarm_words import CAUSES, COMMANDS
from agent.reports.words import has_word
from agent.service import alerts
from agent.service.alerts import Watch, note_start, note_stop
from agent.service.company import RUNNING, STARTS
from agent.service.handle import park
from agent.store.copies import dated
from tests.service.world import BRUNO, World
from tests.store.builders import mail, record

ROOT = Path(__file__).parents[2]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Disk(NamedTuple):
    """What shutil tells of a disk."""

    total: int
    used: int
    free: int


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path)
    yield made
    made.close()


def alerts_of(world):
    """The codes of the mails to the operator about causes, oldest first."""
    queued = sorted(world.app.store.outbox(list(OutboxState)), key=lambda m: m.queued_at)
    return [
        m for m in queued if m.kind == "operator" and m.key.startswith(("operator:alarm", "poison:", "operator:held"))
    ]


def pass_hours(world, hours, watch=None, each=lambda: None):
    """Hours go by with a look in each; a new life begins every five hours."""
    for hour in range(hours):
        watch = Watch() if watch is None or hour % 5 == 0 else watch
        each()
        watch.look(world.app)
        world.clock.advance(HOUR)
    return watch


def disk(world, monkeypatch):
    monkeypatch.setattr(alerts.shutil, "disk_usage", lambda _: Disk(10**9, 10**9, 10**6))
    return lambda: monkeypatch.setattr(alerts.shutil, "disk_usage", lambda _: Disk(10**12, 0, 10**12))


def certificate(world, monkeypatch):
    ends = {"imap mail.example": world.clock.now() + timedelta(days=10)}
    monkeypatch.setattr(alerts, "met", lambda: ends)
    return lambda: ends.update({"imap mail.example": world.clock.now() + timedelta(days=90)})


def backup(world, monkeypatch):
    world.hand_over()
    world.work()
    world.clock.advance(3 * DAY)
    folder = world.app.settings.backup_dir
    folder.mkdir()
    return lambda: dated(folder, world.clock.now()).touch()


@pytest.mark.parametrize(
    ("language", "none"), [("fr", "aucune dans"), ("nl", "geen in"), ("en", "none in"), ("de", "keine in")]
)
def test_a_backup_that_was_never_made_is_said_to_be_none(world, monkeypatch, language, none):
    """In the operator's language, with the folder where one should be."""
    agency = replace(world.app.settings.agency, language=language)
    world.app = world.app.with_settings(replace(world.app.settings, agency=agency))
    backup(world, monkeypatch)
    (trouble,) = alerts._backup(world.app, world.clock.now())
    assert trouble.found == f"{none} {world.app.settings.backup_dir}"


def quarantined(world, kind, count):
    now = world.clock.now()
    for number in range(count):
        aside = record(f"{kind}{number}{now}", kind=kind, received_at=now, box=Box.QUARANTINE, sender="x@x.example")
        world.app.store.commit(Commit(message=aside))


def held(world, monkeypatch):
    world.app.store.commit(Commit(outgoing=(mail("h", state=OutboxState.HELD, attempts=1),)))
    return lambda: resend(world.app.store, "h")


def restarts(world, monkeypatch):
    def again():
        starts = [(world.clock.now() - HOUR * n).isoformat() for n in range(3)]
        world.app.store.commit(Commit(notes={STARTS: json.dumps(starts)}))

    return again


STEADY = {"disk": disk, "certificate": certificate, "backup": backup, "held": held}
COMING = {
    "poison": lambda world: quarantined(world, "poison", 1),
    "flood": lambda world: quarantined(world, "stranger", 1),
    "restarts": lambda world: restarts(world, None)(),
    "proof": lambda world: [
        world.app.store.commit(
            Commit(
                message=record(
                    f"{world.clock.now()}{n}",
                    kind="unproved",
                    sender="bruno@atelier-bruno.example",
                    received_at=world.clock.now(),
                    box=Box.REVIEW,
                )
            )
        )
        for n in range(5)
    ],
}


@pytest.mark.parametrize("cause", STEADY)
def test_a_lasting_cause_is_one_mail_a_day_and_one_at_its_end(world, monkeypatch, cause):
    """Three days with a restart every five hours: three mails, the later ones say how often; then the all-clear, and nothing more."""
    mend = STEADY[cause](world, monkeypatch)
    pass_hours(world, 71)
    told = alerts_of(world)
    assert [m.key.split(":")[2] for m in told] == [cause] * 3
    assert [b.queued_at - a.queued_at for a, b in pairwise(told)] == [DAY, DAY]
    mend()
    pass_hours(world, 30)
    after = alerts_of(world)[3:]
    assert [m.key.split(":")[1] for m in after] == ["alarm_over"]


@pytest.mark.parametrize("cause", COMING)
def test_a_cause_made_of_many_events_is_one_mail_a_day(world, monkeypatch, cause):
    """However many of them there are in three days; when a day passed without any, it is over."""
    monkeypatch.setattr(alerts, "_FLOOD", 10)
    pass_hours(world, 71, each=lambda: COMING[cause](world))
    told = [m for m in alerts_of(world) if m.key.split(":")[2] == cause]
    assert len(told) in (2, 3)
    assert all(b.queued_at - a.queued_at >= DAY for a, b in pairwise(told))
    pass_hours(world, 26)
    ends = [m for m in alerts_of(world) if m.key.startswith(f"operator:alarm_over:{cause}:")]
    assert len(ends) == 1


def test_what_comes_and_goes_is_no_storm(world, monkeypatch):
    """Full every other hour for three days: one mail and one all-clear a day."""
    free = iter([10**6, 10**12] * 100)
    monkeypatch.setattr(alerts.shutil, "disk_usage", lambda _: Disk(0, 0, next(free)))
    pass_hours(world, 71)
    keys = [m.key.split(":")[1] for m in alerts_of(world)]
    assert keys == ["alarm", "alarm_over"] * 3


def test_a_clock_that_jumps_makes_no_storm(world, monkeypatch):
    """Set back a day again and again: nothing more is told; a month ahead: once more; back from there: nothing for a day."""
    disk(world, monkeypatch)
    watch = pass_hours(world, 2)
    assert len(alerts_of(world)) == 1
    for _ in range(5):
        world.clock.advance(-DAY)
        watch = pass_hours(world, 1, watch)
    assert len(alerts_of(world)) == 1
    world.clock.advance(timedelta(days=30))
    pass_hours(world, 1)
    assert len(alerts_of(world)) == 2
    world.clock.advance(timedelta(days=-30))
    pass_hours(world, 20)
    assert len(alerts_of(world)) == 2
    pass_hours(world, 10)
    assert len(alerts_of(world)) == 3


def test_many_poison_mails_are_one_mail_at_once_and_one_the_next_day(world):
    """The first is told by itself, with its key; the others together."""
    for number in range(20):
        raw = f"From: x@x.example\nMessage-ID: <{number}@x.example>\n\n{number}".encode()
        world.deliver(raw)
    mailbox = world.app.channels[0].mailbox
    for ref, raw in list(mailbox.fetch(mailbox.unhandled())):
        park(world.app, mailbox, ref, raw, RuntimeError("broken"))
    pass_hours(world, 20)
    assert [m.key.split(":")[0] for m in alerts_of(world)] == ["poison"]
    world.clock.advance(timedelta(hours=3))
    quarantined(world, "poison", 2)
    pass_hours(world, 3)
    assert len(alerts_of(world)) == 2
    assert world.lying_in(Box.QUARANTINE) == 20


def test_starts_after_no_stop_are_counted(world):
    """A stop by hand is no failure."""
    for _ in range(5):
        note_start(world.app)
        note_stop(world.app)
    assert world.app.store.note(STARTS) is None
    for _ in range(4):
        note_start(world.app)
    assert len(json.loads(world.app.store.note(STARTS))) == 3
    assert world.app.store.note(RUNNING) is not None
    world.clock.advance(DAY * 2)
    note_stop(world.app)
    note_start(world.app)
    assert world.app.store.note(STARTS) is None


def test_one_proved_mail_says_that_not_all_is_wrong(world):
    """Somebody without DKIM is no cause for alarm."""
    COMING["proof"](world)
    world.write(BRUNO, "payé 2026-501")
    world.work()
    pass_hours(world, 1)
    assert alerts_of(world) == []


def test_a_look_that_fails_hides_no_other(world, monkeypatch, caplog):
    """A folder of backups that cannot be read is a line in the log."""
    disk(world, monkeypatch)
    monkeypatch.setitem(alerts.__dict__, "newest_at", lambda _: (_ for _ in ()).throw(PermissionError("no")))
    world.hand_over()
    world.work()
    world.clock.advance(3 * DAY)
    pass_hours(world, 1)
    assert [m.key.split(":")[2] for m in alerts_of(world)] == ["disk"]
    assert any("not looked at: backup" in r.getMessage() for r in caplog.records)


@pytest.mark.parametrize("language", ["fr", "nl", "en", "de"])
def test_the_mails_say_what_is_wrong_what_goes_on_and_what_to_type(world, language):
    """In the operator's language, with the command; the all-clear names what is settled."""
    settings = world.app.settings
    world.app = replace(world.app, settings=replace(settings, agency=replace(settings.agency, language=language)))
    for cause in COMMANDS:
        alerts._told(world.app, cause, alerts.Trouble(cause, "212 MB"), world.clock.now())
    world.work()
    letters = world.mails(OPERATOR)
    assert len(letters) == len(COMMANDS)
    for cause, command in COMMANDS.items():
        (letter,) = [m for m in letters if CAUSES[f"alarm_{cause}"][language] in m["Subject"]]
        text = " ".join(letter.get_body(("plain",)).get_content().split())
        assert command in text
        assert " ".join(CAUSES[f"alarm_{cause}_means"][language].split()) in text
        assert "212 MB" in text
        assert "alarm_" not in text
    alerts._over(world.app, "disk")
    world.work()
    assert CAUSES["alarm_disk"][language] in world.mails(OPERATOR)[-1]["Subject"]


def test_every_alert_has_its_words():
    """Each cause has its words and command; each one-line summary in the code is told in the operator's language."""
    assert set(CAUSES) == {f"alarm_{cause}{part}" for cause in COMMANDS for part in ("", "_means")}
    missing = []
    for path in (ROOT / "agent/service").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Constant):
                name, text = node.elts
                if name.value == "summary" and isinstance(text, ast.Constant) and not has_word(text.value):
                    missing.append(text.value)
    assert not missing


def test_certificates_are_remembered_by_place():
    """What is no encrypted line shows none."""
    assert certificates.valid_until(None) is None
    certificates.remember("imap nowhere.example", None)
    assert "imap nowhere.example" not in certificates.met()
