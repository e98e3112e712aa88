"""Books that move between a file and a database are the same books: every number, hash, text and document."""

import pytest

from agent.errors import PermanentError, TemporaryError
from agent.ports import Commit
from agent.store.copies import make_copy
from agent.store.moving import fingerprint, move_rows
from agent.store.restore import RESTORED, restore_into
from agent.store.tinydb_store import TinyStore
from tests.store.builders import NOW, contact, folded, mail, opened, promised, record, registered

ODD = "broken \ud83d half, a NUL \0 and a ☃"


def filled(store):
    """These books with a bit of everything, an odd text among it."""
    store.commit(folded([opened(), contact(), registered()], outgoing=(mail(text=ODD),), message=record(subject=ODD)))
    store.commit(folded([promised("acme-2026-118")], store.ledger(["acme-2026-118"]), notes={ODD: ODD}))
    store.put_document(b"%PDF-1.7 an invoice")
    return store


@pytest.fixture
def file(tmp_path):
    made = filled(TinyStore.open(tmp_path / "state/relance.db"))
    yield made
    made.close()


@pytest.fixture
def database(postgres):
    made = TinyStore.open(postgres.schema())
    yield made
    made.close()


def test_there_and_back_the_books_are_the_same(file, database, tmp_path):
    """A file's rows in the database, and those in another file: one fingerprint, whole chains, and both go on being written to."""
    move_rows(file.db, database.db)
    back = TinyStore.open(tmp_path / "back/relance.db")
    move_rows(database.db, back.db)
    assert fingerprint(file.db) == fingerprint(database.db) == fingerprint(back.db)
    assert list(file.events()) == list(database.events())
    for store in (database, back):
        file.documents.copy_to(store.documents)
        assert store.verify() == []
        store.commit(folded([opened("acme-d2", name="Martin")], outgoing=(mail("later"),), message=record("m9")))
        assert store.verify() == []
        assert store.note(ODD) == ODD
    back.close()


def test_what_holds_books_takes_no_others(file, database):
    """Nothing is mixed: a target that is not empty is refused and stays as it was."""
    database.commit(Commit(notes={"mine": "1"}))
    with pytest.raises(PermanentError, match="holds books already"):
        move_rows(file.db, database.db)
    assert list(database.events()) == []


def test_a_move_that_is_broken_off_leaves_nothing(file, database, monkeypatch):
    """The target is as empty as before, and takes the books at the second attempt."""
    fill = type(database.db.rows).fill

    def torn(rows, table, documents):
        if table == "outbox":
            raise TemporaryError("the line was cut")
        return fill(rows, table, documents)

    monkeypatch.setattr(type(database.db.rows), "fill", torn)
    with pytest.raises(TemporaryError):
        move_rows(file.db, database.db)
    monkeypatch.undo()
    assert list(database.events()) == []
    assert move_rows(file.db, database.db) > 0
    assert database.verify() == []


def test_a_database_is_backed_up_into_a_file_and_restored_from_it(database, postgres, tmp_path):
    """The dated copy of a database is a file like any other; it goes back into an empty database, marked to be compared."""
    filled(database)
    state = tmp_path / "state"
    state.mkdir()
    copy, problems = make_copy(database, tmp_path / "copies/relance-20260301T020000.db", NOW)
    assert problems == ()
    other = TinyStore.open(postgres.schema())
    done = restore_into(other, copy, state, NOW)
    assert done.problems == ()
    assert list(other.events()) == list(database.events())
    assert other.note(RESTORED)
    assert set(other.documents.names()) == set(database.documents.names())
    assert list(state.iterdir()) == []
    other.close()
