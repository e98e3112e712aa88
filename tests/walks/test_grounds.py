"""The first weeks of the story, lived on a file and in a database."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config.stores import StoreTable
from agent.demo.cast import write_configuration
from agent.mail.outgoing import OutboxState
from tests.servers.postgres import Postgres
from tests.service.world import World
from tests.store.recording import BEGINS, live

pytestmark = [pytest.mark.walk, pytest.mark.timeout(300)]
# some are made from the Message-ID of a mail of the story, which is new each time
_TOKEN = re.compile(r"RL-[A-Z2-7-]+")


def lived(folder: Path, store: str = "") -> World:
    """The world after these weeks; the secret of its tokens is the same in each."""
    (folder / "state").mkdir(parents=True, mode=0o700)
    secret = folder / "state/secret"
    secret.write_bytes(b"s" * 32)
    secret.chmod(0o600)
    world = World.of(replace(write_configuration(folder), store=StoreTable(address=store)), BEGINS)
    live(world)
    return world


def test_the_same_weeks_make_the_same_books(tmp_path: Path, postgres: Postgres) -> None:
    """The same mails to the same people, the same invoices in the same state, the same number of events; both verify."""
    worlds = [lived(tmp_path / "file"), lived(tmp_path / "database", postgres.schema())]
    told = []
    for world in worlds:
        store = world.app.store
        assert store.verify() == []
        mails = [(m.kind, m.to, m.subject, _TOKEN.sub("RL", m.text), m.state) for m in store.outbox(OutboxState)]
        items = [(i.id, i.state, i.balance, i.version) for i in store.items()]
        told.append((sorted(mails, key=repr), items, sum(1 for _ in store.events())))
        world.close()
    assert told[0] == told[1]
    assert len(told[0][0]) > 20
