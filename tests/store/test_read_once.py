"""What is read once and kept says what the books say now; one document is found by its key whatever its letters."""

from contextlib import suppress

import pytest
from tinydb import where

from agent.store.ledger_storage import LedgerDB
from agent.store.tinydb_store import TinyStore
from tests.store.builders import DEBTOR, contact, folded, opened, registered

ODD = ("plain", "what?", "what\0", "what\ud800", "")


@pytest.fixture
def store(tmp_path):
    """Books with one account."""
    found = TinyStore.open(tmp_path / "relance.db", salt=lambda: "salt")
    found.commit(folded([opened()]))
    yield found
    found.close()


def test_what_did_not_change_is_read_once(store):
    """Two looks at an account that nobody changed give the very same value."""
    assert store.ledger([DEBTOR]).accounts[DEBTOR] is store.ledger([DEBTOR]).accounts[DEBTOR]


def test_what_changed_is_read_anew(store):
    """A look behind a commit sees what it did, and one behind a commit that was taken back sees nothing of it."""
    before = store.ledger([DEBTOR])
    with suppress(RuntimeError), store.together():
        store.commit(folded([contact()], before))
        assert store.ledger([DEBTOR]).accounts[DEBTOR].contacts
        raise RuntimeError
    assert store.ledger([DEBTOR]).accounts == before.accounts
    store.commit(folded([contact()], before))
    assert store.ledger([DEBTOR]).accounts[DEBTOR].contacts


def test_another_programs_change_is_read(store, tmp_path):
    """Who only reads sees what the one writer changed since he last looked."""
    reader = TinyStore.open(tmp_path / "relance.db", read_only=True)
    try:
        known = reader.ledger([DEBTOR])
        store.commit(folded([contact(), registered()], known))
        assert reader.ledger([DEBTOR]).accounts == store.ledger([DEBTOR]).accounts != known.accounts
    finally:
        reader.close()


@pytest.mark.parametrize("key", ODD)
def test_one_is_found_as_by_the_query(tmp_path, key):
    """A document is the one that the query finds, also where the index holds another text in the place of its key."""
    db = LedgerDB(tmp_path / "relance.db")
    table = db.table("notes")
    table.index("key")
    for number, one in enumerate(ODD):
        table.put({"key": one, "value": number}, where("key") == one)
    assert table.one("key", key) == table.get(where("key") == key) == {"key": key, "value": ODD.index(key)}
    assert table.one("key", key + "!") is None
    db.close()
