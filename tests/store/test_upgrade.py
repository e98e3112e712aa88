"""Books that older versions wrote, recorded from them: today's version opens each on either ground, and no kill on the way harms one."""

import gzip
import os
import sqlite3
from pathlib import Path

import pytest

from agent.errors import ConfigError, CorruptStore, NewerStore
from agent.store.ledger_storage import LedgerDB
from agent.store.migrations import MIGRATIONS
from agent.store.moving import move_rows
from agent.store.places import is_address
from agent.store.restore import restore
from agent.store.tinydb_store import TinyStore
from tests.store.builders import NOW
from tests.store.grounds import Databases, Files, dying, kept_in, opened_again

RECORDED = sorted((Path(__file__).parents[1] / "data/stores").glob("schema-*.sql.gz"))
BOOKS = {
    "2026-0118": ("settled", "0.00 EUR"),
    "2026-0119": ("followed", "1391.50 EUR"),
    "2026-0121": ("followed", "6349.00 EUR"),
    "2026-0124": ("followed", "943.80 EUR"),
    "F2026/031": ("followed", "2287.50 EUR"),
    "F2026/032": ("followed", "3896.20 EUR"),
    "NG-2026-007": ("followed", "4797.00 EUR"),
    "NG-2026-009": ("followed", "2749.50 EUR"),
}


def built(recorded, path):
    """The store's file as that version left it; the number of its schema."""
    connection = sqlite3.connect(path)
    connection.executescript(gzip.decompress(recorded.read_bytes()).decode())
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return schema


def moved(path, place):
    """The same books, of the same schema, in a database."""
    with LedgerDB(path, read_only=True) as source, LedgerDB(place) as target:
        move_rows(source, target)
    return place


def schema_of(path):
    if is_address(path):
        with LedgerDB(path, read_only=True) as db:
            return db.ground.schema()
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


def wrong_in(store):
    """What does not verify, the documents aside, which were not recorded."""
    return [line for line in store.verify() if not (line.startswith("the document") and line.endswith("missing"))]


@pytest.fixture(params=RECORDED, ids=lambda recorded: recorded.name.split(".")[0])
def old(request, tmp_path):
    """The path of an older version's books."""
    path = tmp_path / "state/relance.db"
    path.parent.mkdir(mode=0o700)
    built(request.param, path)
    return path


@pytest.fixture(params=["file", "database"])
def ground(request, tmp_path):
    """Each ground in turn."""
    return Files(tmp_path) if request.param == "file" else Databases(request.getfixturevalue("postgres"), tmp_path)


@pytest.fixture
def older(old, ground):
    """Where an older version's books are, on each ground, and where a copy of them is kept."""
    place = old if ground.name == "file" else moved(old, ground.new())
    return place, ground.folder_of(place)


def test_every_older_schema_is_recorded():
    """Whoever adds a migration records the books of the version before: tests/store/recording.py."""
    assert {recorded.name for recorded in RECORDED} >= {f"schema-{n}.sql.gz" for n in range(1, len(MIGRATIONS))}


def test_older_books_are_brought_to_today_and_verify(older):
    """Every state is what its events give in today's words; the chain is untouched; a copy of before is kept."""
    place, folder = older
    before = schema_of(place)
    with LedgerDB(place, read_only=True) as db:
        last = next(iter(db.table("events").after(descending=True)))["digest"]
    store = TinyStore.open(place, keep=kept_in(folder))
    assert wrong_in(store) == []
    assert {i.invoice.number: (i.state.value, str(i.balance)) for i in store.items()} == BOOKS
    assert list(store.events())[-1].digest == last
    store.close()
    assert schema_of(place) == len(MIGRATIONS)
    assert schema_of(folder / f"relance.db.schema-{before}") == before
    again = TinyStore.open(place)
    again.close()


def test_the_copy_of_before_is_restored(older, tmp_path):
    """It holds the documents beside it and the books of then, which today's version brings forward once more."""
    place, folder = older
    before = schema_of(place)
    TinyStore.open(place, keep=kept_in(folder)).close()
    done = restore(folder / f"relance.db.schema-{before}", tmp_path / "back", NOW)
    assert [line for line in done.problems if not line.endswith("missing")] == []
    store = TinyStore.open(tmp_path / "back/relance.db")
    assert {i.invoice.number: (i.state.value, str(i.balance)) for i in store.items()} == BOOKS
    store.close()


def test_a_reader_does_not_upgrade(older):
    """Looking changes nothing; it says what to do."""
    place, folder = older
    before = schema_of(place)
    with pytest.raises(ConfigError, match="start relance once"):
        TinyStore.open(place, read_only=True, keep=kept_in(folder))
    assert schema_of(place) == before


def test_a_database_of_which_no_copy_can_be_kept_stays_as_it_is(old, postgres):
    """Who opens it without saying where the copy goes is turned away."""
    place = moved(old, postgres.schema())
    before = schema_of(place)
    with pytest.raises(ConfigError, match="start relance once"):
        TinyStore.open(place)
    assert schema_of(place) == before


def test_an_upgrade_is_only_made_beside_a_sound_copy(older, monkeypatch):
    """When the copy cannot be written or is damaged, the books stay of the older schema."""
    place, folder = older

    def damaged(_path):
        raise CorruptStore("the copy is damaged")

    before = schema_of(place)
    with monkeypatch.context() as patch:
        patch.setattr("agent.store.backup.check_file", damaged)
        with pytest.raises(CorruptStore, match="copy"):
            TinyStore.open(place, keep=kept_in(folder))
    assert schema_of(place) == before
    TinyStore.open(place, keep=kept_in(folder)).close()


def test_a_newer_schema_is_refused_on_every_ground(older):
    """By whoever opens it; nothing is called damaged, and nothing is changed."""
    place, folder = older
    with LedgerDB(place) as db, db.transaction():
        db.ground.set_schema(99)
    for read_only in (False, True):
        with pytest.raises(NewerStore, match="install the version that wrote it"):
            TinyStore.open(place, read_only=read_only, keep=kept_in(folder))
    assert schema_of(place) == 99
    assert not (folder / "relance.db.schema-99").exists()


def test_of_two_workers_that_start_at_once_one_migrates(postgres, tmp_path):
    """The other waits or comes again, and finds the newer books: each step was done once."""
    built(RECORDED[0], tmp_path / "relance.db")
    place = moved(tmp_path / "relance.db", postgres.schema())
    children = [begun(place, tmp_path / f"copies-{n}") for n in range(3)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    with LedgerDB(place) as db:
        assert db.ground.execute('SELECT number FROM "@schema" ORDER BY 1') == [(1,), (len(MIGRATIONS),)]
    store = TinyStore.open(place)
    assert wrong_in(store) == []
    store.close()


def begun(place, folder):
    """A worker that opens the books, as often as it takes."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            opened_again(place, kept_in(folder)).close()
            status = 0
        finally:
            os._exit(status)
    return child


def test_a_copy_of_an_older_version_is_restored(old, tmp_path):
    """It is upgraded before it takes its place; the copy itself stays as it was."""
    before = schema_of(old)
    done = restore(old, tmp_path / "new", NOW)
    assert [line for line in done.problems if not line.endswith("missing")] == []
    assert schema_of(tmp_path / "new/relance.db") == len(MIGRATIONS)
    assert schema_of(old) == before


def test_a_killed_upgrade_is_done_again(ground, tmp_path):
    """SIGKILL at many of its steps, from the copy to the commit: the next start finds the old books or the new ones."""
    recorded = tmp_path / "recorded.db"
    built(RECORDED[0], recorded)

    def older(place):
        if ground.name == "database":
            moved(recorded, place)
        else:
            place.parent.mkdir()
            place.write_bytes(recorded.read_bytes())

    def upgraded(place):
        opened_again(place, kept_in(ground.folder_of(place))).close()

    kills, after = 0, 1
    for place in ground.again(older):
        if dying(ground, place, upgraded, after):
            break
        kills += 1
        store = opened_again(place, kept_in(ground.folder_of(place)))
        assert {i.invoice.number: (i.state.value, str(i.balance)) for i in store.items()} == BOOKS
        assert kills % 5 or wrong_in(store) == []
        store.close()
        assert schema_of(place) == len(MIGRATIONS)
        after += max(1, after // (6 if ground.name == "file" else 2))
    assert kills > 12
