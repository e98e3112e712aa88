"""`verify` sees what was written into the books past the program: rows of the index, names beside documents, numbers in the chain."""

import json
import sqlite3

import psycopg
import pytest

from agent.store.links import chained
from agent.store.tinydb_store import TinyStore
from tests.store.builders import contact, folded, mail, opened, promised, record, registered

SLOT = """(SELECT slot FROM "@paths" WHERE name = '{}' AND path = '["{}"]')"""
BY_HAND = {
    "a row of the index that is gone": (
        f"DELETE FROM \"@index\" WHERE slot = {SLOT.format('items', 'terms')} AND value LIKE 'open:%'",
        "the index of items by terms",
    ),
    "a row of the index that says something else": (
        f"UPDATE \"@index\" SET value = 'other' WHERE slot = {SLOT.format('items', 'creditor')}",
        "the index of items by creditor",
    ),
    "a row of the index too many": (
        f"INSERT INTO \"@index\" (slot, value, doc_id) SELECT {SLOT.format('accounts', 'terms')}, 'address:evil@x.example', 1",
        "the index of accounts by terms",
    ),
    "two rows that changed places": (
        f'UPDATE "@index" SET doc_id = 3 - doc_id + 1000 WHERE slot = {SLOT.format("items", "id")}',
        "the index of items by id",
    ),
    "a path that is forgotten": ("DELETE FROM \"@paths\" WHERE name = 'messages'", "messages are not indexed by key"),
}


def filled(place):
    """Books with something in each of the tables that matter here."""
    store = TinyStore.open(place)
    events = [opened(), contact(), registered(), registered("2026-119")]
    store.commit(folded(events, outgoing=(mail(),), message=record()))
    store.commit(folded([promised("acme-2026-118")], store.ledger(["acme-2026-118"])))
    store.close()
    return place


def problems(place):
    """What is found in the books there."""
    store = TinyStore.open(place, read_only=True)
    found = list(store.verify())
    store.close()
    return found


@pytest.fixture
def file(tmp_path):
    """Books in a file."""
    return filled(tmp_path / "relance.db")


@pytest.fixture
def database(postgres):
    """Books in a database."""
    return filled(postgres.schema())


def test_books_that_nobody_touched_are_well(file, database):
    """On both grounds, after changes of what had been indexed."""
    assert problems(file) == problems(database) == []


@pytest.mark.parametrize("kind", BY_HAND)
def test_what_was_done_to_the_index_of_a_file_is_found(file, kind):
    """With the table and the path in which it lies."""
    order, told = BY_HAND[kind]
    with sqlite3.connect(file) as connection:
        connection.execute(order)
    connection.close()
    assert any(line.startswith(told) for line in problems(file))


@pytest.mark.parametrize("kind", BY_HAND)
def test_what_was_done_to_the_index_of_a_database_is_found(database, kind):
    """With the same words."""
    order, told = BY_HAND[kind]
    with psycopg.connect(database) as connection:
        connection.execute(order.encode())
    assert any(line.startswith(told) for line in problems(database))


@pytest.mark.parametrize("column", ["own", "creditor"])
def test_a_name_beside_a_document_that_is_not_its_own_is_found(database, column):
    """A role would see another creditor's invoice by it, and a search within one creditor find it."""
    with psycopg.connect(database) as connection:
        connection.execute(f"UPDATE items SET {column} = 'other' WHERE doc_id = 1".encode())
    assert problems(database) == ["items 1 stands under another name than its own"]


def test_an_event_that_was_written_by_hand_and_fits_the_chain_is_found(database):
    """It changes an invoice for whoever reads the events, and no look-up led to it."""
    with psycopg.connect(database) as connection:
        append(connection)
    assert problems(database) == ["the index of events by about is not what the documents say"]


def test_an_event_that_bears_another_number_than_its_row_is_found(database):
    """Whatever its digest."""
    with psycopg.connect(database) as connection:
        append(connection, seq=4)
    assert "event 6 does not fit the chain" in problems(database)


def append(connection, **changes):
    """The last event once more, as a further one."""
    last, body = connection.execute("SELECT doc_id, body FROM events ORDER BY doc_id DESC LIMIT 1").fetchone()
    row = {**json.loads(body), "seq": last + 1, **changes}
    row["digest"] = chained(json.loads(body)["digest"], row)
    connection.execute(
        "INSERT INTO events (doc_id, creditor, body) VALUES (%s, 'acme', %s)", (last + 1, json.dumps(row))
    )
