"""What is looked up in large books costs what one creditor has of it, not what all of them have together."""

from datetime import UTC, datetime

import pytest

from agent.domain import events as ev
from agent.domain.ledger import replay
from agent.ports import Commit
from agent.store.engine import SqliteFile
from agent.store.tinydb_store import TinyStore

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALIKE, EACH = [("stem", "gara")], 30


@pytest.fixture
def store(tmp_path):
    """Ten creditors, each with thirty debtors who all bear one word in their names."""
    store = TinyStore.open(tmp_path / "relance.db")
    opened = [
        ev.DebtorOpened(at=NOW, source=f"s{n}", creditor=f"c{n % 10}", debtor=f"d{n:03}", name=f"Garage Nummer{n}")
        for n in range(10 * EACH)
    ]
    store.commit(Commit(events=tuple(opened), states=tuple(replay(opened).accounts.values())))
    yield store
    store.close()


@pytest.fixture
def rows_read(monkeypatch):
    """How many rows each statement gave."""
    read, execute = [], SqliteFile.execute

    def counted(self, sql, values=()):
        rows = execute(self, sql, values)
        read.append(len(rows))
        return rows

    monkeypatch.setattr(SqliteFile, "execute", counted)
    return read


def test_a_word_that_everybodys_debtors_bear_is_looked_up_for_one_creditor_alone(store, rows_read):
    """All of his are found and nobody else's, without their documents being read."""
    found = store.find(ALIKE, "c3")[ALIKE[0]]
    assert found == tuple(f"d{n:03}" for n in range(3, 10 * EACH, 10))
    assert sum(rows_read) <= EACH + 20


def test_a_word_that_thousands_bear_is_looked_up_as_far_as_it_takes(store, rows_read):
    """A bound for each word: the first of them, as without it."""
    every = store.find(ALIKE)[ALIKE[0]]
    assert len(every) == 10 * EACH
    rows_read.clear()
    assert store.find([*ALIKE, ("stem", "nobody")], most=5) == {ALIKE[0]: every[:5], ("stem", "nobody"): ()}
    assert sum(rows_read) <= 25
