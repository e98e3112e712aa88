"""The operator's week: figures of the whole service, once a week, and nobody's words."""

from datetime import date
from pathlib import Path

import pytest

from agent.config import load
from agent.mail.outgoing import OutboxState
from agent.service.tick import set_timers
from tests.service.world import DEBTOR, World


@pytest.fixture
def world(tmp_path: Path):
    stage = World.built(tmp_path)
    set_timers(stage.app)
    yield stage
    stage.close()


def weeks(world: World) -> list[str]:
    """The texts of the operator's weeks, in order."""
    sent = [m for m in world.app.store.outbox([OutboxState.SENT]) if m.key.startswith("operator:week:")]
    assert {m.to for m in sent} <= {(world.app.settings.agency.operator,)}
    return [m.text for m in sent]


def go_to(world: World, day: date, hour: int = 9) -> None:
    world.at(day, hour)
    world.work()


def test_it_comes_with_the_digests_once_a_week(world: World) -> None:
    """However often the service restarts; after a standstill one is enough."""
    go_to(world, date(2026, 3, 16), 7)
    assert not weeks(world)
    for _ in range(2):
        go_to(world, date(2026, 3, 16))
        set_timers(world.app)
        world.work()
    assert len(weeks(world)) == 1
    go_to(world, date(2026, 4, 9))
    assert len(weeks(world)) == 2


def test_it_counts_what_came_and_what_left(world: World) -> None:
    """With what lies aside, who has not answered since when, and that there is no backup."""
    world.hand_over("2026-501")
    world.write("X <x@mallory.example>", "Hello")
    go_to(world, date(2026, 3, 16))
    (text,) = weeks(world)
    rows = dict(line.strip().split(": ", 1) for line in text.splitlines() if ": " in line)
    assert rows["Mails received"] == "2"
    assert rows["of which set aside (Quarantine)"] == "1"
    assert int(rows["Mails sent"]) >= 1
    assert rows["Latest backup"] == "none is found"
    assert "Held, to be decided" not in rows


def test_it_holds_no_word_of_a_debtor(world: World) -> None:
    """Neither what he wrote nor who he is."""
    world.hand_over("2026-501")
    go_to(world, date(2026, 3, 12))
    world.write(DEBTOR, "Geheimnis: wir zahlen nie. 2026-501", proved=True)
    go_to(world, date(2026, 3, 16))
    (text,) = weeks(world)
    assert "Geheimnis" not in text
    assert "Batiplus" not in text
    assert "2026-501" not in text


def test_who_wants_none_says_so(world: World, tmp_path: Path) -> None:
    """`service_week = false` ends it with the next reading of the configuration."""
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n[reporting]\nservice_week = false\n")
    world.app = world.app.with_settings(load(tmp_path / "config.toml"))
    go_to(world, date(2026, 3, 16))
    assert not weeks(world)
