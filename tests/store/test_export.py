"""The export is a plain TinyDB file."""

from pathlib import Path

import pytest
from tinydb import Query, TinyDB

from agent.errors import TemporaryError
from agent.store.export import export_tinydb
from agent.store.tinydb_store import TinyStore
from tests.store.builders import folded, mail, opened, record, registered


def test_stock_tinydb_opens_the_export_and_finds_the_same_documents(tmp_path: Path) -> None:
    """Every table and document of the store is in the file, under the same ids."""
    store = TinyStore.open(tmp_path / "relance.db")
    store.commit(folded([opened(), registered("1"), registered("2")], outgoing=(mail(),), message=record()))
    export_tinydb(store, tmp_path / "out.json")
    with TinyDB(tmp_path / "out.json") as plain:
        assert plain.tables() == store.db.tables()
        for name in plain.tables():
            ours = store.db.table(name).all()
            assert [(d.doc_id, dict(d)) for d in plain.table(name)] == [(d.doc_id, dict(d)) for d in ours]
        assert plain.table("items").get(Query().invoice.number == "2")["state"] == "followed"
    store.close()


def test_an_empty_store_exports_to_an_openable_file(tmp_path: Path) -> None:
    """Before anything happened the tables are there and empty."""
    store = TinyStore.open(tmp_path / "relance.db")
    export_tinydb(store, tmp_path / "out.json")
    with TinyDB(tmp_path / "out.json") as plain:
        assert all(len(plain.table(name)) == 0 for name in plain.tables())
    store.close()


def test_an_export_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """The operator is told, and no half file stands where the export should."""
    store = TinyStore.open(tmp_path / "relance.db")
    (tmp_path / "out.json").mkdir()
    (tmp_path / "out.json" / "in the way").touch()
    with pytest.raises(TemporaryError):
        export_tinydb(store, tmp_path / "out.json")
    assert not (tmp_path / ".out.json.tmp").exists()
    store.close()
