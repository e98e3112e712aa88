"""Books that older versions wrote, recorded from them: today's version opens each, and no kill on the way harms one."""

import gzip
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from agent.errors import ConfigError, CorruptStore
from agent.store.engine import SqliteFile
from agent.store.migrations import MIGRATIONS
from agent.store.restore import restore
from agent.store.tinydb_store import TinyStore
from tests.store.builders import NOW

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


def schema_of(path):
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


def test_every_older_schema_is_recorded():
    """Whoever adds a migration records the books of the version before: tests/store/recording.py."""
    assert {recorded.name for recorded in RECORDED} >= {f"schema-{n}.sql.gz" for n in range(1, len(MIGRATIONS))}


def test_older_books_are_brought_to_today_and_verify(old):
    """Every state is what its events give in today's words; the chain is untouched; a copy of before lies beside."""
    before = schema_of(old)
    connection = sqlite3.connect(old)
    last = connection.execute("SELECT body FROM events ORDER BY doc_id DESC LIMIT 1").fetchone()[0]
    connection.close()
    store = TinyStore.open(old)
    assert wrong_in(store) == []
    assert {i.invoice.number: (i.state.value, str(i.balance)) for i in store.items()} == BOOKS
    assert list(store.events())[-1].digest in last
    store.close()
    assert schema_of(old) == len(MIGRATIONS)
    assert schema_of(old.with_name(f"relance.db.schema-{before}")) == before
    again = TinyStore.open(old)
    again.close()


def test_a_reader_does_not_upgrade(old):
    """Looking changes nothing; it says what to do."""
    before = schema_of(old)
    with pytest.raises(ConfigError, match="start relance once"):
        TinyStore.open(old, read_only=True)
    assert schema_of(old) == before


def test_an_upgrade_is_only_made_beside_a_sound_copy(old, monkeypatch):
    """When the copy cannot be written or is damaged, the books stay of the older schema."""

    def damaged(_path):
        raise CorruptStore("the copy is damaged")

    before = schema_of(old)
    with monkeypatch.context() as patch:
        patch.setattr("agent.store.backup.check_file", damaged)
        with pytest.raises(CorruptStore, match="copy"):
            TinyStore.open(old)
    assert schema_of(old) == before
    TinyStore.open(old).close()


def test_a_copy_of_an_older_version_is_restored(old, tmp_path):
    """It is upgraded before it takes its place; the copy itself stays as it was."""
    before = schema_of(old)
    done = restore(old, tmp_path / "new", NOW)
    assert [line for line in done.problems if not line.endswith("missing")] == []
    assert schema_of(tmp_path / "new/relance.db") == len(MIGRATIONS)
    assert schema_of(old) == before


def opened_and_killed(path, after):
    """The exit code of a child that opens the books and is killed at its so-manieth statement; 0 when it came through."""
    child = os.fork()
    if child == 0:
        real, done = SqliteFile.execute, [0]

        def counted(self, sql, values=()):
            done[0] += 1
            if done[0] == after:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(self, sql, values)

        SqliteFile.execute = counted
        status = 1
        try:
            TinyStore.open(path).close()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_killed_upgrade_is_done_again(tmp_path):
    """SIGKILL at many of its statements, from the copy to the commit: the next start finds the old books or the new ones."""
    path, kills, after = tmp_path / "relance.db", 0, 1
    built(RECORDED[0], path)
    sound = path.read_bytes()
    while True:
        status = opened_and_killed(path, after)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        kills += 1
        assert schema_of(path) in (1, len(MIGRATIONS))
        store = TinyStore.open(path)
        assert {i.invoice.number: (i.state.value, str(i.balance)) for i in store.items()} == BOOKS
        assert kills % 5 or wrong_in(store) == []
        store.close()
        for rest in tmp_path.glob("relance.db*"):
            rest.unlink()
        path.write_bytes(sound)
        after += max(1, after // 6)
    assert kills > 20
