"""The file itself: rights, locks, schema, damage, full disks, and what the check finds."""

import errno
import os
import sqlite3
import stat
import threading
from dataclasses import replace

import pytest
from tinydb import where

from agent.domain import events as ev
from agent.errors import ConfigError, CorruptStore, PermanentError, TemporaryError
from agent.mail.outgoing import Part
from agent.ports import Commit
from agent.store import documents, engine, migrations
from agent.store.documents import DocumentFiles
from agent.store.engine import SqliteFile
from agent.store.journal import Journal
from agent.store.ledger_storage import LedgerDB
from agent.store.tinydb_store import TinyStore
from tests.store.builders import contact, folded, invoice, mail, opened, paid, promised, record, registered

ITEM = "acme-2026-118"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "relance.db"


@pytest.fixture
def store(path):
    made = TinyStore.open(path)
    made.commit(folded([opened(), contact(), registered()], outgoing=(mail(),), message=record()))
    yield made
    made.close()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_read(store, path):
    """The file, its log, its lock and every document are for the owner alone, whatever the umask."""
    previous = os.umask(0)
    try:
        name = store.put_document(b"pdf")
        store.commit(Commit(notes={"a": "1"}))
    finally:
        os.umask(previous)
    assert mode(path.parent) == 0o700
    assert {mode(entry) for entry in path.parent.iterdir() if entry.is_file()} == {0o600}
    assert mode(path.parent / "documents" / name[:2]) == 0o700
    assert mode(path.parent / "documents" / name[:2] / name) == 0o600


def test_rights_that_were_too_wide_are_narrowed(store, path):
    """A file that somebody opened up is closed again."""
    store.close()
    path.chmod(0o644)
    TinyStore.open(path).close()
    assert mode(path) == 0o600


def test_every_commit_waits_for_the_disk(store):
    """Write-ahead log, synced in full, erased bytes overwritten."""
    ask = store.db.file.execute
    assert ask("PRAGMA journal_mode") == [("wal",)]
    assert ask("PRAGMA synchronous") == [(2,)]
    assert ask("PRAGMA secure_delete") == [(1,)]


def test_a_reader_sees_commits_and_writes_nothing(store, path):
    """Beside the daemon others may look on, and only that."""
    reader = TinyStore.open(path, read_only=True)
    store.commit(Commit(notes={"a": "1"}))
    assert reader.note("a") == "1"
    assert reader.verify() == []
    for write in (lambda: reader.commit(Commit(notes={"a": "2"})), lambda: reader.put_document(b"x")):
        with pytest.raises(PermanentError):
            write()
    with pytest.raises(PermanentError):
        reader.attempts("m", failed=True)
    assert not reader.checkpoint()
    reader.close()


def test_a_check_sees_one_moment(store, path, monkeypatch):
    """Commits that fall into the middle of a check or an export by another process do not look like damage."""
    reader = TinyStore.open(path, read_only=True)
    read = Journal.problems

    def with_a_commit_behind(journal):
        yield from read(journal)
        store.commit(folded([promised(ITEM)], store.ledger([ITEM])))

    monkeypatch.setattr(Journal, "problems", with_a_commit_behind)
    assert reader.verify() == []
    with reader.db.file.snapshot(), reader.db.file.snapshot():
        before = reader.ledger([ITEM])
        store.commit(folded([paid(ITEM)], store.ledger([ITEM])))
        assert reader.ledger([ITEM]) == before
    assert reader.ledger([ITEM]) == store.ledger([ITEM])
    reader.close()


def test_a_reader_of_nothing_is_told(path):
    """There is no store to look at, and none is made."""
    with pytest.raises(ConfigError):
        TinyStore.open(path, read_only=True)
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_a_configuration_error(path, monkeypatch):
    """The operator is told which folder."""

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(engine.os, "open", refuse)
    with pytest.raises(ConfigError, match="state"):
        TinyStore.open(path)


def test_the_lock_is_free_after_close(store, path):
    """Closing twice is closing once; the next writer gets in."""
    store.close()
    store.close()
    TinyStore.open(path).close()


def test_a_closed_store_says_so(store):
    """Nothing is done after the end."""
    store.close()
    with pytest.raises(CorruptStore):
        store.note("a")


def test_a_file_that_is_no_store_is_refused(path):
    """Other bytes are left as they are."""
    path.parent.mkdir(parents=True)
    path.write_bytes(b"SQLite format 3\0" + b"rubbish" * 1000)
    with pytest.raises(CorruptStore):
        TinyStore.open(path)
    assert path.read_bytes().startswith(b"SQLite format 3\0rubbish")


def test_a_newer_schema_is_refused(store, path):
    """An older program never touches a newer store."""
    store.db.file.execute("PRAGMA user_version = 99")
    store.close()
    for read_only in (False, True):
        with pytest.raises(CorruptStore, match="schema 99"):
            TinyStore.open(path, read_only=read_only)


def test_a_migration_copies_first_and_happens_whole(store, path):
    """An older file is copied beside itself, then changed in one transaction, or not at all; readers are turned away."""
    store.close()

    def second(db):
        db.table("notes").insert({"key": "migrated", "value": "yes"})

    def broken(db):
        second(db)
        raise RuntimeError("half way")

    db = LedgerDB(path)
    with pytest.raises(RuntimeError):
        migrations.migrate(db, (*migrations.MIGRATIONS, broken))
    assert db.table("notes").get(where("key") == "migrated") is None
    migrations.migrate(db, (*migrations.MIGRATIONS, second))
    assert db.table("notes").count(where("key") == "migrated") == 1
    migrations.migrate(db, (*migrations.MIGRATIONS, second))
    assert db.table("notes").count(where("key") == "migrated") == 1
    db.close()
    with TinyStore.open(path.with_name(f"relance.db.schema-{len(migrations.MIGRATIONS)}")).db as before:
        assert before.table("items").count(where("id") == ITEM) == 1
    reader = LedgerDB(path, read_only=True)
    with pytest.raises(ConfigError):
        migrations.migrate(reader, (*migrations.MIGRATIONS, second, second))
    reader.close()


def test_events_can_neither_be_changed_nor_removed(store):
    """Not even by whoever holds the TinyDB in his hands."""
    table = store.db.table("events")
    for change in (lambda: table.update({"source": "x"}), lambda: table.remove(doc_ids=[1]), table.truncate):
        with pytest.raises(PermanentError, match="append-only"):
            change()
    assert store.verify() == []


def damage(store, table, doc_id, **changes):
    store.db.file.execute('DROP TRIGGER IF EXISTS "@no_update"')
    store.db.table(table).update(changes, doc_ids=[doc_id])


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda s: damage(s, "events", 2, source="forged"), "does not fit the chain"),
        (lambda s: damage(s, "texts", 2, address="other@x.example"), "is not the one that was written"),
        (lambda s: damage(s, "items", 1, state="settled"), "not what its events say"),
        (lambda s: damage(s, "items", 1, terms=[]), "indexed wrongly"),
        (lambda s: damage(s, "items", 1, state="lost"), "cannot be folded"),
        (lambda s: s.db.table("accounts").remove(doc_ids=[1]), "which is not there"),
        (lambda s: damage(s, "outbox", 1, line="x"), "indexed wrongly"),
        (lambda s: damage(s, "outbox", 1, state="sent", line="sent"), "says not when"),
        (lambda s: damage(s, "outbox", 1, queued_at="x"), "cannot be read"),
        (lambda s: s.db.table("outbox").insert(s.db.table("outbox").get(doc_id=1).copy()), "twice"),
    ],
)
def test_the_check_finds_what_was_changed_behind_its_back(store, harm, said):
    """Every kind of damage to a row is named."""
    harm(store)
    assert any(said in problem for problem in store.verify()), store.verify()


def test_the_check_finds_missing_events(store):
    """A gap in the numbers is a hole in the books."""
    store.db.file.execute('DROP TRIGGER "@no_delete"')
    store.db.table("events").remove(doc_ids=[2])
    problems = store.verify()
    assert "events 2 to 2 are missing" in problems
    assert any("event 3 does not fit" in p for p in problems)


def test_the_check_finds_missing_and_changed_documents(store, path):
    """A document that an item names must be there and be itself."""
    name = store.put_document(b"pdf")
    with_document = replace(registered("7"), invoice=invoice("7", document=name, other_documents=("ab" * 32,)))
    store.commit(folded([with_document]))
    assert store.verify() == [f"the document {'ab' * 32} of acme-7 is missing"]
    (path.parent / "documents" / name[:2] / name).write_bytes(b"changed")
    assert f"document {name} was changed" in store.verify()


@pytest.mark.parametrize("harm", [{"type": "Ghost"}, {"at": "yesterday"}, {"v": 9}])
def test_an_event_that_nobody_can_read_is_damage(store, harm):
    """It stops whoever reads it, and the check names the states that it spoils."""
    damage(store, "events", 1, **harm)
    with pytest.raises(CorruptStore):
        list(store.events())
    assert any("DebtorAccount acme-d1 cannot be folded" in problem for problem in store.verify())


def test_the_check_misses_no_part_of_a_mail(store):
    """What travels with a mail must be there when it leaves."""
    store.commit(Commit(outgoing=(mail("k2", parts=(Part("a.pdf", "application/pdf", "cd" * 32, 3),)),)))
    store.commit(Commit(message=record("m2", documents=("ef" * 32,))))  # what came with a mail need not all be kept
    assert store.verify() == [f"the document {'cd' * 32} of the mail k2 is missing"]


def test_damaged_pages_are_found_before_anything_is_read(store, path):
    """SQLite's own check comes first; nothing is folded from a damaged file."""
    store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 8 : 4096 * 8 + 600] = b"\xff" * 600
    path.write_bytes(content)
    reader = TinyStore.open(path, read_only=True)
    try:
        (problem,) = reader.verify()
    except CorruptStore as error:
        problem = str(error)
    assert "damaged" in problem or "malformed" in problem
    reader.close()


class Failing:
    """A connection that fails at a statement, as SQLite would."""

    def __init__(self, connection, code, when="COMMIT"):
        self._connection, self._code, self._when = connection, code, when

    def execute(self, sql, values=()):
        if sql.startswith(self._when):
            error = sqlite3.OperationalError("simulated")
            error.sqlite_errorcode = self._code
            raise error
        return self._connection.execute(sql, values)

    def __getattr__(self, name):
        return getattr(self._connection, name)


@pytest.mark.parametrize("when", ["BEGIN", "INSERT", "COMMIT"])
def test_a_full_disk_leaves_nothing_half_done_and_goes_on(store, when):
    """The commit fails whole with TemporaryError; when there is room again the same commit succeeds."""
    file = store.db.file
    sound = file._connection
    commit = folded(
        [promised(ITEM)], store.ledger([ITEM]), outgoing=(mail("k2"),), message=record("m2"), notes={"a": "1"}
    )
    file._connection = Failing(sound, sqlite3.SQLITE_FULL, when)
    with pytest.raises(TemporaryError):
        store.commit(commit)
    file._connection = sound
    assert (store.mail("k2"), store.seen("m2"), store.note("a")) == (None, None, None)
    assert store.verify() == []
    assert store.commit(commit) == 4


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR_WRITE])
def test_a_failed_sync_ends_the_store(store, path, code):
    """After it nobody knows what reached the disk: the handle is never used again, a new start sees what is there."""
    file = store.db.file
    file._connection = Failing(file._connection, code)
    with pytest.raises(CorruptStore):
        store.commit(Commit(notes={"a": "1"}))
    with pytest.raises(CorruptStore):
        store.note("a")
    store.close()
    again = TinyStore.open(path)
    assert again.verify() == []
    again.close()


def test_a_failed_rollback_ends_the_store(store):
    """When not even taking back works, the handle is done."""
    file = store.db.file
    file._connection = Failing(file._connection, sqlite3.SQLITE_IOERR_READ, "ROLLBACK")
    with pytest.raises(CorruptStore), store.db.transaction():
        raise ValueError
    with pytest.raises(CorruptStore):
        store.note("a")


def test_what_was_undone_is_not_remembered(path):
    """A table and an index made in a transaction that was taken back can be made again."""
    with LedgerDB(path) as db:

        def undone():
            with db.transaction():
                db.table("t").index("a")
                db.table("t").insert({"a": "x"})
                raise ValueError("stop")

        with pytest.raises(ValueError, match="stop"):
            undone()
        assert db.tables() == set()
        assert db.table("t").all() == []
        db.table("t").index("a")
        db.table("t").insert({"a": "x"})
        assert db.table("t").count(where("a") == "x") == 1


@pytest.mark.parametrize("name", ["@more", "sqlite_x", "Notes", "a\0b"])
def test_reserved_names_are_no_tables(store, name):
    """A name that SQLite or the store itself needs, or that differs by case only, is refused."""
    with pytest.raises(ValueError, match="not a name"):
        store.db.table(name).insert({"a": 1})


def test_an_index_may_come_later(path):
    """Documents that were there before are indexed at once; declared twice is declared once."""
    with LedgerDB(path) as db:
        table = db.table("t")
        table.insert_multiple([{"a": str(n % 3)} for n in range(9)])
        table.index("a")
        table.index("a")
        assert [d.doc_id for d in table.search(where("a") == "1")] == [2, 5, 8]
        assert [d.doc_id for d in table.each(where("a") >= "1", descending=True)] == [9, 6, 3, 8, 5, 2]
        assert [d.doc_id for d in table.after(7, descending=True)] == [6, 5, 4, 3, 2, 1]


def test_long_walks_in_index_order_meet_each_once(path):
    """More than one chunk, in both directions, with many equal values."""
    with LedgerDB(path) as db:
        table = db.table("t")
        table.index("a")
        table.insert_multiple([{"a": f"{n % 7}"} for n in range(1300)])
        up = [d.doc_id for d in table.each(where("a") >= "2")]
        assert len(up) == len(set(up)) == len([n for n in range(1300) if n % 7 >= 2])
        assert [d.doc_id for d in table.each(where("a") >= "2", descending=True)] == up[::-1]


def test_threads_take_turns(store):
    """Two threads with one handle never see each other's half commits."""
    failures = []

    def work(name):
        for number in range(20):
            try:
                store.commit(Commit(notes={f"{name}": f"{number}"}))
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (store.note("a"), store.note("b")) == ("19", "19")


def test_a_second_writer_within_sqlite_is_waited_for_and_then_told(path):
    """Whoever gets past the lock file still meets SQLite's own lock."""
    TinyStore.open(path).close()
    intruder = sqlite3.connect(path, isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    file = SqliteFile(path)
    file.execute("PRAGMA busy_timeout=1")
    with pytest.raises(TemporaryError), file.transaction():
        pass
    intruder.execute("ROLLBACK")
    intruder.close()
    file.close()


def test_the_backup_is_checked_before_it_takes_its_name(store, tmp_path, monkeypatch):
    """A copy that does not pass never replaces the last good one, and leaves no draft."""
    target = tmp_path / "copies" / "a.db"
    store.backup(target)
    good = target.read_bytes()
    monkeypatch.setattr("agent.store.backup.check_file", lambda path: (_ for _ in ()).throw(CorruptStore("bad")))
    store.commit(Commit(notes={"a": "1"}))
    with pytest.raises(CorruptStore):
        store.backup(target)
    assert target.read_bytes() == good
    assert [p.name for p in target.parent.iterdir() if p.is_file()] == ["a.db"]


def test_a_damaged_copy_is_noticed(store, tmp_path):
    """SQLite's own check is asked."""
    from agent.store.backup import check_file

    store.backup(tmp_path / "a.db")
    content = bytearray((tmp_path / "a.db").read_bytes())
    content[4096 * 2 : 4096 * 2 + 400] = b"\xff" * 400
    (tmp_path / "a.db").write_bytes(content)
    with pytest.raises(CorruptStore):
        check_file(tmp_path / "a.db")
    (tmp_path / "a.db").write_bytes(b"x" * 8192)
    with pytest.raises(CorruptStore):
        check_file(tmp_path / "a.db")


def test_a_backup_onto_a_full_disk_is_temporary(store, tmp_path):
    """A target that cannot be written is told, and the store goes on."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TemporaryError):
        store.backup(tmp_path / "file" / "copy.db")
    assert store.verify() == []


def test_a_copy_that_cannot_be_synced_is_no_copy(store, tmp_path, monkeypatch):
    """The draft goes away and the name is not taken."""

    def fail(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("agent.store.backup._sync", fail)
    with pytest.raises(TemporaryError, match="No space"):
        store.backup(tmp_path / "copies" / "a.db")
    assert list((tmp_path / "copies").iterdir()) == []


def test_documents_go_along_with_each_backup(store, tmp_path):
    """A second backup beside the first copies only what is new."""
    first = store.put_document(b"one")
    store.backup(tmp_path / "copies" / "a.db")
    second = store.put_document(b"two")
    store.backup(tmp_path / "copies" / "b.db")
    assert set(DocumentFiles(tmp_path / "copies" / "documents").names()) == {first, second}


def test_documents_survive_a_failing_disk(tmp_path, monkeypatch):
    """A full disk is temporary and leaves nothing; a failing one is fatal; what cannot be read now is temporary."""
    files = DocumentFiles(tmp_path / "documents")

    def fail(code):
        def write(path, content):
            path.write_bytes(b"half")
            raise OSError(code, os.strerror(code))

        return write

    monkeypatch.setattr(documents, "write_durably", fail(errno.ENOSPC))
    with pytest.raises(TemporaryError):
        files.put(b"pdf")
    monkeypatch.setattr(documents, "write_durably", fail(errno.EIO))
    with pytest.raises(CorruptStore):
        files.put(b"pdf")
    assert list(files.names()) == []
    assert [p for p in (tmp_path / "documents").rglob("*") if p.is_file()] == []
    monkeypatch.undo()
    name = files.put(b"pdf")
    path = tmp_path / "documents" / name[:2] / name
    path.unlink()
    path.mkdir()
    with pytest.raises(TemporaryError):
        files.get(name)


def test_half_a_document_from_a_crash_is_overwritten(tmp_path):
    """The draft that a killed process left does not stand in the way."""
    files = DocumentFiles(tmp_path)
    name = files.put(b"pdf")
    (tmp_path / name[:2] / name).rename(tmp_path / name[:2] / f".{name}.tmp")
    assert files.get(name) is None
    assert files.put(b"pdf") == name
    assert files.get(name) == b"pdf"
    assert list(files.problems()) == []


def test_an_older_file_learns_what_became_of_promises(store, path):
    """Items of which a promise was made are folded anew, so that states and events agree."""
    made = promised(ITEM)
    broken = ev.PromiseBroken(creditor=made.creditor, at=made.at, source="tick", item=ITEM, pay_on=made.pay_on)
    known = store.ledger([ITEM])
    store.commit(folded([made, broken], known))
    table = store.db.table("items")
    row = dict(table.get(where("id") == ITEM))
    row["promises"] = []
    with store.db.transaction():
        table.put(row, where("id") == ITEM)
        store.db.file.execute("PRAGMA user_version = 4")
    store.close()
    newer = TinyStore.open(path)
    assert [p.kept for p in newer.ledger([ITEM]).items[ITEM].promises] == [False]
    assert newer.verify() == []
    newer.close()


def test_commits_together_are_seen_by_nobody_before_all_are_durable(store, path):
    """One wait for the disk makes all of them durable; a document that they name is there before."""
    reader = TinyStore.open(path, read_only=True)
    with store.together():
        store.commit(Commit(notes={"a": "1"}, message=record("m2")))
        store.commit(Commit(notes={"b": "2"}))
        assert (store.note("a"), reader.note("a")) == ("1", None)
    assert (reader.note("a"), reader.note("b"), reader.seen("m2")) == ("1", "2", record("m2"))
    reader.close()


def test_commits_together_are_all_undone_when_something_is_wrong_at_the_end(store, path, monkeypatch):
    """A document that the disk does not take, or an error in between: then none was done, and the books go on."""
    monkeypatch.setattr(documents, "sync_file", _no_room)
    with pytest.raises(TemporaryError), store.together():  # noqa: PT012 - it is raised at the end
        name = store.put_document(b"pdf")
        store.commit(Commit(notes={"a": "1"}))
    assert (store.note("a"), store.document(name), list(store.documents.names())) == (None, None, [])
    with pytest.raises(KeyError), store.together():  # noqa: PT012 - it is raised within
        store.commit(Commit(notes={"a": "1"}))
        raise KeyError
    assert store.note("a") is None
    monkeypatch.undo()
    with store.together():
        name = store.put_document(b"pdf")
        store.commit(Commit(notes={"a": "2"}))
    assert (store.note("a"), store.document(name)) == ("2", b"pdf")
    assert [p for p in store.documents.root.rglob(".*") if p.is_file()] == []
    assert store.verify() == []


def _no_room(_path):
    raise OSError(errno.ENOSPC, "no room")


def test_what_a_full_disk_took_back_is_never_taken_for_durable(store):
    """SQLite takes a whole transaction back when it meets a full disk within (sqlite.org/lang_transaction.html)."""
    with pytest.raises(TemporaryError), store.together():  # noqa: PT012 - the point is what follows within
        store.commit(Commit(notes={"a": "1"}))
        store.db.file.execute("ROLLBACK")
        with pytest.raises(TemporaryError):
            store.commit(Commit(notes={"b": "2"}))
    assert (store.note("a"), store.note("b")) == (None, None)
    store.commit(Commit(notes={"c": "3"}))
    assert store.note("c") == "3"


def test_what_happens_within_others_gatherings(store):
    """One gathering within another is part of it, a look at everything sees it as it is, and nothing is carried over meanwhile."""
    with store.together(), store.together():
        store.commit(Commit(notes={"a": "1"}))
        assert store.verify() == []
        assert not store.checkpoint()
    assert store.note("a") == "1"
    assert store.checkpoint()
