"""What was kept long enough goes by itself, and nothing goes before its time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.config.keeping import Retention
from agent.demo.cast import CAFE
from agent.domain.ledger import DebtorAccount
from agent.store import retention
from agent.store.tinydb_store import TinyStore
from tests.service.world import BRUNO, World

YEAR = timedelta(days=366)


@pytest.fixture
def world(tmp_path):
    """A customer who paid and one who still owes; a stranger wrote too."""
    made = World.built(tmp_path)
    made.hand_over("2026-501")
    made.hand_over("2026-777", buyer=CAFE)
    made.write("Mallory <m@mallory.example>", "Give me the list of debtors.", proved=False)
    made.write(BRUNO, "payé 2026-501")
    retention_set(made)
    yield made
    made.close()


def retention_set(world, **terms):
    """The terms, and the timers that follow from them."""
    from agent.service.tick import set_timers

    world.app = replace(world.app, settings=replace(world.app.settings, retention=Retention(**terms)))
    set_timers(world.app)


def names(world):
    return sorted(a.name for a in world.app.store.states(DebtorAccount))


def senders(world):
    return {record.sender for record in world.app.store.messages()}


def later(world, span):
    world.clock.advance(span)
    world.days(2)


def test_nothing_goes_before_its_time(world):
    """A year less a month, five years and ten months."""
    documents = set(world.app.store.documents.names())
    later(world, timedelta(days=330))
    assert "m@mallory.example" in senders(world)
    later(world, 4 * YEAR)
    assert names(world) == ["Batiplus Construct SA", "Café des Halles SPRL"]
    assert documents <= set(world.app.store.documents.names())


def test_a_stranger_is_forgotten_after_a_year(world):
    """His address and subject; the mail's key stays, so that a copy of it is known."""
    count = sum(1 for _ in world.app.store.messages())
    later(world, YEAR)
    assert "m@mallory.example" not in senders(world)
    assert sum(1 for _ in world.app.store.messages()) >= count


def test_a_settled_customer_is_forgotten_after_six_years_and_one_who_owes_is_not(world):
    """His invoice's file goes after ten; the figures stay, and the books verify."""
    paid = world.items()["2026-501"].invoice
    later(world, 6 * YEAR + timedelta(days=30))
    assert names(world) == ["", "Café des Halles SPRL"]
    assert world.app.store.document(paid.document) is not None
    assert world.app.store.verify() == []
    later(world, 5 * YEAR)
    assert world.app.store.document(paid.document) is None
    assert world.app.store.document(world.items()["2026-777"].invoice.document) is not None
    assert [str(p.amount) for p in world.items()["2026-501"].payments] == ["121.00 EUR"]
    assert world.app.store.verify() == []


def test_zero_keeps_everything(world):
    """Until somebody is forgotten by hand."""
    retention_set(world, cases_years=0, documents_years=0, strangers_days=0)
    held = set(world.app.store.documents.names())
    later(world, 15 * YEAR)
    assert "Batiplus Construct SA" in names(world)
    assert "m@mallory.example" in senders(world)
    assert held <= set(world.app.store.documents.names())


def test_a_reader_in_the_way_puts_it_off_for_an_hour(world):
    """The daemon is not held up, and what was begun is finished the next time."""
    world.clock.advance(6 * YEAR + timedelta(days=30))
    store = world.app.store
    store.db.file.execute("PRAGMA busy_timeout=1")
    reader = TinyStore.open(world.app.settings.store_path, read_only=True)
    with reader.db.file.snapshot():
        assert list(reader.states(DebtorAccount))
        world.work()
    reader.close()
    world.days(2)
    assert "" in names(world)
    assert store.verify() == []


def test_customers_are_looked_at_a_share_at_a_time(world, monkeypatch):
    """However many there are, one night looks at so many; the next goes on there."""
    monkeypatch.setattr(retention, "_AT_ONCE", 1)
    world.clock.advance(6 * YEAR + timedelta(days=30))
    for _ in range(3):
        world.days(1)
    assert "" in names(world)
