"""The process dies before each single step of each operation, one after the other: the store is as it was, or as it shall be."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tinydb import where

from agent.domain import events as ev
from agent.mail.outgoing import OutboxState
from agent.ports import Commit, Timer
from agent.store import migrations
from agent.store.engine import SqliteFile
from agent.store.erase import erase
from agent.store.export import export_tinydb
from agent.store.ledger_storage import LedgerDB
from agent.store.tinydb_store import TinyStore
from tests.store.builders import CREDITOR, DEBTOR, NOW, contact, folded, mail, opened, promised, record, registered

ITEM = "acme-2026-118"


def dying(path, operation, step):
    """Run the operation on this store in a process that dies before its n-th step; whether it came to its end before that."""
    child = os.fork()
    if child == 0:
        code = 2
        try:
            die_before(step)
            operation(path)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert status in (0, 9), f"the operation failed by itself: {status}"
    return status == 0


def die_before(step):
    """Count statements, syncs and renames from here on, and kill this process before the n-th."""
    left = [step]

    def counted(function):
        def call(*args, **kwargs):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), 9)
            return function(*args, **kwargs)

        return call

    SqliteFile.execute = counted(SqliteFile.execute)
    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)


def with_store(act):
    def operation(path):
        store = TinyStore.open(path)
        act(store)
        store.close()

    return operation


def fill(path):
    store = TinyStore.open(path)
    store.commit(folded([opened(), contact(), registered()], outgoing=(mail(),), message=record()))
    store.close()


def settled(path):
    fill(path)
    store = TinyStore.open(path)
    event = ev.InvoiceSettled(at=NOW, source="m5", creditor=CREDITOR, item=ITEM)
    store.commit(folded([event], store.ledger([ITEM])))
    store.close()


def commit(store):
    claimed = replace(mail(), state=OutboxState.SENDING, attempts=1)
    store.commit(
        folded(
            [promised(ITEM)],
            store.ledger([ITEM]),
            outgoing=(mail("k2"), claimed),
            message=record("m2"),
            timers=(Timer(ITEM, NOW),),
            notes={"n": "1"},
        )
    )


def seen_after_commit(store):
    """What a commit changes, each part on its own; a half commit mixes old and new."""
    return (
        len(list(store.events())),
        len(store.ledger([ITEM]).items[ITEM].holds),
        store.mail("k2") is not None,
        store.mail("ack:m1").state,
        store.seen("m2") is not None,
        store.next_timer(),
        store.note("n"),
    )


def test_a_commit_is_whole_whatever_step_is_the_last(tmp_path):
    """Before its COMMIT nothing of it is there, after it everything is."""
    found = walk_through(tmp_path, fill, with_store(commit), seen_after_commit)
    assert found == [
        (3, 0, False, OutboxState.QUEUED, False, None, None),
        (4, 1, True, OutboxState.SENDING, True, NOW, "1"),
    ]


def test_a_store_is_made_whole_or_made_again(tmp_path):
    """A first start that was cut off is finished by the next one."""
    walk_through(tmp_path, lambda path: path.parent.mkdir(), lambda path: TinyStore.open(path).close(), len_of_tables)


def len_of_tables(store):
    return sorted(store.db.tables())


def test_a_migration_is_whole_or_done_again(tmp_path, monkeypatch):
    """Killed while it brings the file forward, it starts over, and the copy made before is a store."""

    def further(db):
        db.table("notes").insert({"key": "migrated", "value": "yes"})
        db.table("accounts").index("name")

    old = tmp_path / "old" / "relance.db"
    fill(old)
    steps = (*migrations.MIGRATIONS, further)
    monkeypatch.setattr("agent.store.tinydb_store.migrate", lambda db: migrations.migrate(db, steps))
    found = walk_through(
        tmp_path,
        lambda path: shutil.copytree(old.parent, path.parent),
        lambda path: TinyStore.open(path).close(),
        len_of_tables,
        schema_of,
    )
    before = len(migrations.MIGRATIONS)
    assert found == [(before, 0, False), (before + 1, 1, True)]


def schema_of(path):
    """What the file says of itself before anybody brings it forward."""
    with LedgerDB(path) as db:
        ((version,),) = db.file.execute("PRAGMA user_version")
        return version, db.table("notes").count(where("key") == "migrated"), ("name",) in db.rows.paths("accounts")


def test_forgetting_is_whole_or_done_again(tmp_path):
    """A person is not forgotten by halves in what the store says."""
    found = walk_through(
        tmp_path,
        settled,
        with_store(lambda store: erase(store, DEBTOR)),
        lambda store: (store.ledger([DEBTOR]).accounts[DEBTOR].name, next(store.events(DEBTOR)).event.name),
    )
    assert found == [("Durand SA", "Durand SA"), ("", "")]


def test_a_document_is_whole_or_not_there(tmp_path):
    """Its name never stands for half of it."""
    found = walk_through(
        tmp_path,
        fill,
        with_store(lambda store: store.put_document(b"pdf" * 1000)),
        lambda store: [len(store.document(name)) for name in store.documents.names()],
    )
    assert found == [[], [3000]]


def test_a_backup_is_whole_or_not_there(tmp_path):
    """A copy that has its name is a store that verifies, with its documents."""

    def judge(store):
        copy = store.db.file.path.parent / "copies" / "a.db"
        if not copy.exists():
            return "none"
        backup = TinyStore.open(copy)
        problems = backup.verify()
        backup.close()
        return problems

    found = walk_through(
        tmp_path, fill, with_store(lambda s: s.backup(s.db.file.path.parent / "copies" / "a.db")), judge
    )
    assert found == ["none", []]


def test_an_export_is_whole_or_not_there(tmp_path):
    """Half an export has no name."""

    def judge(store):
        target = store.db.file.path.parent / "out.json"
        return target.exists() and target.read_text().endswith("}}")

    found = walk_through(
        tmp_path, fill, with_store(lambda s: export_tinydb(s, s.db.file.path.parent / "out.json")), judge
    )
    assert found == [False, True]


def test_a_failed_attempt_is_counted_once_or_not(tmp_path):
    """The count never jumps."""
    found = walk_through(
        tmp_path, fill, with_store(lambda s: s.attempts("m9", failed=True)), lambda store: store.attempts("m9")
    )
    assert found == [0, 1]


def walk_through(folder, prepare, operation, look, look_first=None):
    """Die before step 1, 2, 3 … until the operation comes through; what was seen afterwards, without repetitions.

    After each death the store opens and verifies. `look_first` looks at the file instead, before the store is opened.
    """
    seen = []
    prepare(folder / "first" / "relance.db")
    for step in range(1, 500):
        path = folder / "next" / "relance.db"
        shutil.copytree(folder / "first", path.parent)
        through = dying(path, operation, step)
        first = look_first and look_first(path)
        store = TinyStore.open(path)
        assert store.verify() == []
        sight = first or look(store)
        store.close()
        shutil.rmtree(path.parent)
        if sight not in seen:
            seen.append(sight)
        if through:
            return seen
    pytest.fail("the operation never came to its end")


def test_a_conflict_leaves_no_open_transaction(tmp_path):
    """After a refused commit the next one begins afresh."""
    path = tmp_path / "relance.db"
    fill(path)
    store = TinyStore.open(path)
    with pytest.raises(ValueError, match="leaves its state out"):
        store.commit(Commit(events=(promised(ITEM),)))
    commit(store)
    assert store.verify() == []
    store.close()
