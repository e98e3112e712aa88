"""A database that failed over to a standby without the last commits: what left is not sent again, and what came is handled again."""

from dataclasses import replace

import psycopg
import pytest

from agent.demo.cast import write_configuration
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.service.bootstrap import build, close
from agent.service.restored import is_pending
from agent.service.work import once
from agent.store.moving import move_rows
from agent.store.tinydb_store import TinyStore
from tests.service.world import BRUNO, World

DEBTORS_ADDRESS = "compta@batiplus.example"


@pytest.fixture
def world(tmp_path, postgres):
    """The program with its books in a database."""
    settings = write_configuration(tmp_path)
    made = World.of(replace(settings, store=replace(settings.store, address=postgres.schema())))
    yield made
    made.close()


def moved(world, place):
    """The books as they are, in another server to which commits go without waiting."""
    behind = TinyStore.open(place)
    move_rows(world.app.store.db, behind.db)
    world.app.store.documents.copy_to(behind.documents)
    behind.close()
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute("UPDATE \"@log\" SET timeline = '0000000F', waits = false")


def test_what_the_standby_did_not_hear_of_is_lived_again(world, postgres):
    """A statement that left and a payment that was told, both lost: no mail leaves twice, and the payment counts."""
    standby = postgres.schema()
    world.hand_over()
    moved(world, standby)
    world.days(40)
    world.write(BRUNO, "payé 2026-501")
    world.days(1)
    sent = len(world.mails(DEBTORS_ADDRESS))
    truth = {n: (i.state, i.statements) for n, i in world.items().items()}
    assert sent
    close(world.app)
    settings = world.app.settings
    world.app = build(
        replace(settings, store=replace(settings.store, address=standby)), clock=world.clock, rehearsal=True
    )
    assert is_pending(world.app.store)
    once(world.app)
    world.days(3)
    assert not is_pending(world.app.store)
    assert len(world.mails(DEBTORS_ADDRESS)) == sent
    assert {n: (i.state, i.statements) for n, i in world.items().items()} == truth
    assert world.app.store.verify() == []
    assert world.app.store.count(OutboxState.SENDING) == world.app.store.count(Box.QUARANTINE) == 0
