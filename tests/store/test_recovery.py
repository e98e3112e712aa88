"""What breaks beside the books: programs that seal, folders that vanish, owners, commits that cross; each is told and leaves them sound."""

import os
import shutil
from datetime import timedelta

import pytest

from agent.domain import events as ev
from agent.domain.payees import PayeeMet
from agent.errors import AgentError, ConfigError, CorruptStore, PermanentError, TemporaryError
from agent.ports import Commit
from agent.store.copies import make_copy
from agent.store.documents import DocumentFiles
from agent.store.engine import SqliteFile
from agent.store.export import export_tinydb
from agent.store.ledger_storage import LedgerDB
from agent.store.migrations import MIGRATIONS, migrate
from agent.store.notes import StoreMemory
from agent.store.records import TABLES
from agent.store.restore import restore
from agent.store.sealing import Seal, unseal
from agent.store.tinydb_store import TinyStore
from tests.store.builders import CREDITOR, NOW, contact, folded, opened, registered

BROKEN = {
    "hangs": "#!/bin/sh\nexec sleep 30\n",
    "cannot be run": "no program at all",
    "refuses": "#!/bin/sh\necho half; echo 'no such recipient' >&2; exit 1\n",
}


@pytest.fixture
def store(tmp_path):
    made = TinyStore.open(tmp_path / "state" / "relance.db")
    made.commit(folded([opened(), contact(), registered()]))
    yield made
    made.close()


@pytest.fixture(params=BROKEN)
def broken_age(request, tmp_path, monkeypatch):
    """An `age` on the path that does not do its work."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "age").write_text(BROKEN[request.param])
    (programs / "age").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setattr("agent.store.sealing._LONGEST", 0.3)
    return request.param


def test_a_copy_that_cannot_be_sealed_is_none(store, tmp_path, broken_age):
    """Neither in the clear nor half sealed does anything lie beside the copies; the books go on."""
    folder = tmp_path / "copies"
    with pytest.raises(PermanentError, match="age"):
        make_copy(store, folder / "relance-20260302T090000.db", NOW, Seal("age", "age1x"))
    assert [p for p in folder.rglob("*") if p.is_file()] == []
    assert not (tmp_path / "state" / ".copying").exists()
    store.commit(Commit(notes={"goes": "on"}))
    assert store.verify() == []


def test_a_sealed_copy_that_cannot_be_opened_changes_nothing(store, tmp_path, broken_age):
    """The books lie there as before."""
    store.close()
    copy = tmp_path / "relance-20260302T090000.db.age"
    copy.write_bytes(b"sealed")
    before = (tmp_path / "state" / "relance.db").read_bytes()
    with pytest.raises(PermanentError, match="age"):
        restore(copy, tmp_path / "state", NOW, force=True, identity=tmp_path / "key")
    assert (tmp_path / "state" / "relance.db").read_bytes() == before
    again = TinyStore.open(tmp_path / "state" / "relance.db")
    assert again.verify() == []
    again.close()


def test_a_sealed_copy_asks_for_its_program_and_its_key(tmp_path, monkeypatch):
    """Before anything is touched."""
    with pytest.raises(ConfigError, match="identity" if shutil.which("age") else "not installed"):
        unseal(tmp_path / "x.age", tmp_path / "plain", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    for seal in (Seal("age", "age1x"), Seal("gpg", str(tmp_path / "key"))):
        with pytest.raises(ConfigError, match="not installed"):
            seal.check()
    with pytest.raises(ConfigError, match="not installed"):
        unseal(tmp_path / "x.gpg", tmp_path / "plain", None)
    assert not (tmp_path / "plain").exists()


def test_what_lay_there_is_kept_with_its_requests(store, tmp_path):
    """A folder of waiting requests is set aside as a whole, and belongs to no restored books."""
    copy, _ = make_copy(store, tmp_path / "copies" / "relance-20260302T090000.db", NOW)
    store.close()
    state = tmp_path / "state"
    (state / "requests").mkdir()
    (state / "requests" / "one").write_text("read again")
    (state / "at-hand").write_text("m1")
    done = restore(copy, state, NOW, force=True)
    assert done.aside is not None
    assert (done.aside / "requests" / "one").read_text() == "read again"
    assert (done.aside / "at-hand").read_text() == "m1"
    assert not (state / "requests").exists()
    assert not (state / "at-hand").exists()


@pytest.mark.parametrize(("user", "given"), [(0, True), (1000, False)])
def test_only_root_gives_what_it_restored_to_the_folders_owner(store, tmp_path, monkeypatch, user, given):
    """Whoever else restores owns it already."""
    copy, _ = make_copy(store, tmp_path / "copies" / "relance-20260302T090000.db", NOW)
    store.put_document(b"pdf")
    store.close()
    told = []
    monkeypatch.setattr("agent.store.restore.os.geteuid", lambda: user)
    monkeypatch.setattr("agent.store.restore.os.chown", lambda path, uid, gid, **_: told.append(path.name))
    restore(copy, tmp_path / "state", NOW, force=True)
    assert ({"relance.db", "relance.db.lock", "documents"} <= set(told)) is given
    assert bool(told) is given


def test_a_copy_that_is_not_there_or_would_replace_books_is_refused(store, tmp_path):
    """Nothing is replaced by a slip."""
    copy, _ = make_copy(store, tmp_path / "copies" / "relance-20260302T090000.db", NOW)
    store.close()
    with pytest.raises(AgentError, match="no copy"):
        restore(tmp_path / "nothing.db", tmp_path / "state", NOW, force=True)
    with pytest.raises(AgentError, match="--force"):
        restore(copy, tmp_path / "state", NOW)
    assert not (tmp_path / "state" / ".restoring").exists()


def test_a_document_that_cannot_be_read_is_told_and_the_others_are_checked(tmp_path):
    """A folder where a file should be, as a damaged file system may show it."""
    files = DocumentFiles(tmp_path)
    lost, changed = files.put(b"lost"), files.put(b"changed")
    (tmp_path / lost[:2] / lost).unlink()
    (tmp_path / lost[:2] / lost).mkdir()
    (tmp_path / changed[:2] / changed).write_bytes(b"x")
    told = sorted(files.problems())
    assert told == sorted([f"document {changed} was changed", f"document {lost} cannot be read now: Is a directory"])
    with pytest.raises(TemporaryError):
        files.forget(lost)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "x" * 64, "AB" * 32])
def test_only_a_sha256_names_a_document(tmp_path, name):
    """Nothing else is read or taken away, wherever it points."""
    files = DocumentFiles(tmp_path)
    assert files.get(name) is None
    files.forget(name)
    assert list(tmp_path.iterdir()) == []


def test_books_that_are_read_only_keep_and_forget_no_document(tmp_path):
    """Whoever only looks changes nothing."""
    name = DocumentFiles(tmp_path).put(b"pdf")
    reader = DocumentFiles(tmp_path, read_only=True)
    with pytest.raises(PermanentError):
        reader.put(b"new")
    reader.forget(name)
    assert reader.get(name) == b"pdf"


def test_closing_twice_is_closing_once(tmp_path):
    """And whoever asks afterwards is told."""
    file = SqliteFile(tmp_path / "a.db")
    file.close()
    file.close()
    with pytest.raises(CorruptStore, match="closed"):
        file.execute("SELECT 1")
    SqliteFile(tmp_path / "a.db").close()


def test_what_a_mailbox_keeps_while_it_is_written_down_is_not_lost(store):
    """A newer value waits for the next time; what cannot be written now goes on waiting."""
    memory = StoreMemory(store)
    memory.keep("a", "1")
    commit, store.commit = store.commit, lambda _: (_ for _ in ()).throw(TemporaryError("full"))
    memory.write_down()
    assert memory.recall("a") == "1"

    def crossed(what):
        memory.keep("a", "2")
        return commit(what)

    store.commit = crossed
    memory.write_down()
    assert (store.note("mailbox: a"), memory.recall("a")) == ("1", "2")
    store.commit = commit
    memory.write_down()
    memory.write_down()
    assert (store.note("mailbox: a"), memory.recall("b")) == ("2", None)


def test_an_event_about_nothing_that_is_kept_is_kept_itself(store):
    """Only a state that is stored, and that the commit leaves out, is refused."""
    about_nobody = contact(debtor="acme-nobody")
    last = store.commit(Commit(events=(about_nobody,)))
    assert [entry.event for entry in store.events("acme-nobody")] == [about_nobody]
    with pytest.raises(ValueError, match="leaves its state out"):
        store.commit(Commit(events=(contact(),)))
    assert store.journal.last == last


def test_a_promise_without_an_invoice_stops_no_migration(store, tmp_path):
    """What an older version wrote about an item that is not there is passed over."""
    day = NOW.date() + timedelta(days=3)
    lost = ev.PromiseToPayMade(
        at=NOW, source="m1", creditor=CREDITOR, item="gone", pay_on=day, hold_until=day, words=""
    )
    store.commit(Commit(events=(lost,)))
    store.db.file.execute("PRAGMA user_version = 4")
    store.close()
    again = TinyStore.open(tmp_path / "state" / "relance.db")
    assert again.verify() == []
    again.close()


def test_a_path_without_an_index_finds_nobody(tmp_path):
    """Neither does a table that was never made."""
    with LedgerDB(tmp_path / "a.db") as db:
        db.table("t").insert({"a": ["x"]})
        assert list(db.table("t").bearers("a", ["x"], ["a"])) == []
        assert list(db.table("nothing").bearers("a", ["x"], ["a"])) == []
        db.table("t").index("a")
        assert [value for value, _ in db.table("t").bearers("a", ["x", "y"], ["a"])] == ["x"]


def test_a_file_of_todays_schema_is_left_alone(tmp_path):
    """No copy is put beside it."""
    TinyStore.open(tmp_path / "relance.db").close()
    with LedgerDB(tmp_path / "relance.db") as db:
        migrate(db, MIGRATIONS)
    assert list(tmp_path.glob("*schema*")) == []


def opening_events():
    """One event of each kind that opens a state."""
    head = {"at": NOW, "source": "m1", "creditor": CREDITOR}
    return (
        opened(),
        registered(),
        ev.QuestionAsked(**head, question="q1", topic="x", subjects=()),
        ev.LayoutMet(**head, layout="l1", signs=(), document="ab" * 32),
        PayeeMet(**head, payee="p1", iban="BE83363012345615", place="m1"),
    )


@pytest.mark.parametrize("number", range(5))
def test_the_check_names_every_kind_of_state_that_vanished(tmp_path, number):
    """An account that a creditor confirmed or refused to be paid on no less than an invoice."""
    store = TinyStore.open(tmp_path / "relance.db")
    store.commit(folded(opening_events()))
    assert store.verify() == []
    table = list(TABLES.values())[number]
    (row,) = store.db.table(table).after()
    store.db.table(table).remove(doc_ids=[row.doc_id])
    assert any(f"opens {row['id']}, which is not there" in problem for problem in store.verify())
    store.close()


@pytest.mark.parametrize("work", ["backup", "copy", "export"])
def test_a_name_that_cannot_be_taken_is_told_and_leaves_no_draft(store, tmp_path, work):
    """A folder bears it already: the last step of all fails, the books and what lies there stay."""
    folder = tmp_path / "beside"
    target = folder / "relance-20260302T090000.db"
    (target / "inside").mkdir(parents=True)
    works = {
        "backup": lambda: store.backup(target),
        "copy": lambda: make_copy(store, target, NOW),
        "export": lambda: export_tinydb(store, target),
    }
    with pytest.raises(TemporaryError):
        works[work]()
    assert [p.name for p in folder.iterdir()] == [target.name]
    assert store.verify() == []


def test_a_folder_that_vanishes_under_a_copy_is_made_again(store, tmp_path):
    """The next copy is whole, with every document."""
    name = store.put_document(b"pdf")
    folder = tmp_path / "copies"
    first, _ = make_copy(store, folder / "relance-20260302T090000.db", NOW)
    shutil.rmtree(folder)
    second, problems = make_copy(store, folder / "relance-20260303T090000.db", NOW)
    assert (first.exists(), second.exists(), problems) == (False, True, ())
    assert DocumentFiles(folder / "documents").get(name) == b"pdf"
