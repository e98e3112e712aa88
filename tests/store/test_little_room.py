"""However little room a disk has, each work of the store is done whole or not at all, says so, and can be done again."""

import shutil

import pytest

from agent.errors import TemporaryError
from agent.ports import Commit
from agent.store.copies import make_copy
from agent.store.documents import DocumentFiles
from agent.store.export import export_tinydb
from agent.store.restore import restore
from agent.store.tinydb_store import TinyStore
from tests.store.builders import NOW, contact, folded, mail, opened, record, registered

# So many pages of room are left for each try, until the work succeeds.
PAGE, PAGES = 4096, range(0, 160, 3)


@pytest.fixture
def store(small_disk):
    store = TinyStore.open(small_disk.path / "state" / "relance.db", salt=lambda: "salt")
    store.commit(folded([opened(), contact(), registered()], outgoing=(mail(),), message=record("m1")))
    store.put_document(b"%PDF-1.7" + bytes(9000))
    store.checkpoint()
    yield store
    store.close()


def until_it_fits(disk, work, sound, least=1):
    """Try the work with ever more room; whatever fails passes, leaves all sound and takes no room. How often it failed."""
    for failures, pages in enumerate(PAGES):
        disk.leave(pages * PAGE)
        try:
            work()
        except TemporaryError:
            disk.clear()
            sound()
        else:
            disk.clear()
            assert failures >= least
            return
    raise AssertionError("it never fitted")


def test_a_store_is_made_when_there_is_room(small_disk):
    """In the same process, too: what failed holds neither the lock nor a file open."""
    path = small_disk.path / "state" / "relance.db"

    def made():
        TinyStore.open(path).close()

    def sound():
        for name in ("relance.db", "relance.db-wal", "relance.db-shm"):
            path.with_name(name).unlink(missing_ok=True)

    until_it_fits(small_disk, made, sound, least=3)
    with TinyStore.open(path).db:
        pass


def test_a_commit_is_whole_or_absent(store, small_disk):
    """Events, states, mails, records and notes: the same commit succeeds as soon as there is room."""
    long = registered("9", reference="x" * 200_000)
    commit = folded([long], outgoing=(mail("k2"),), message=record("m2"), notes={"a": "1"})

    def sound():
        assert (store.mail("k2"), store.seen("m2"), store.note("a")) == (None, None, None)
        assert store.ledger([long.item]).items == {}
        assert store.verify() == []

    until_it_fits(small_disk, lambda: store.commit(commit), sound)
    assert (store.note("a"), len(store.ledger([long.item]).items)) == ("1", 1)
    assert store.verify() == []


def test_a_document_is_whole_or_absent(store, small_disk):
    """No draft is left in the folder, and none takes the room of the next try."""
    content, before = b"x" * 300_000, set(store.documents.names())

    def sound():
        assert set(store.documents.names()) == before
        assert [p for p in store.documents.root.rglob(".*") if p.is_file()] == []

    until_it_fits(small_disk, lambda: store.put_document(content), sound)
    assert store.verify() == []


@pytest.fixture
def database(postgres):
    """The same books in a database; what is written beside them lies on the small disk."""
    store = TinyStore.open(postgres.schema(), salt=lambda: "salt")
    store.commit(folded([opened(), contact(), registered()], outgoing=(mail(),), message=record("m1")))
    store.put_document(b"%PDF-1.7" + bytes(9000))
    yield store
    store.close()


@pytest.mark.parametrize("ground", ["store", "database"])
@pytest.mark.parametrize("work", ["copy", "backup", "export"])
def test_what_is_written_beside_takes_no_room_when_it_fails(request, small_disk, work, ground):
    """A copy that did not fit must not fill the disk on which the books go on."""
    store = request.getfixturevalue(ground)
    folder = small_disk.path / "beside"
    works = {
        "copy": lambda: make_copy(store, folder / "relance-20260302T090000.db", NOW),
        "backup": lambda: store.backup(folder / "a.db"),
        "export": lambda: export_tinydb(store, folder / "a.json"),
    }

    def sound():
        left = [p for p in folder.rglob("*") if p.is_file() and p.parent.parent.name != "documents"]
        assert left == []
        store.commit(Commit(notes={"goes": "on"}))

    until_it_fits(small_disk, works[work], sound)
    assert store.verify() == []


def test_a_copy_is_restored_whole_or_not_at_all(store, small_disk, tmp_path):
    """The books open as they were before, and what failed takes no room."""
    copy, _ = make_copy(store, tmp_path / "copies" / "relance-20260302T090000.db", NOW)
    store.commit(Commit(notes={"later": "yes"}))
    store.close()
    state = small_disk.path / "state"
    books = state / "relance.db"

    def sound():
        assert not (state / ".restoring").exists()
        again = TinyStore.open(books)
        assert (again.note("later"), again.verify()) == ("yes", [])
        again.close()

    until_it_fits(small_disk, lambda: restore(copy, state, NOW, force=True), sound)
    again = TinyStore.open(books)
    assert (again.note("later"), again.verify()) == (None, [])
    again.close()


def test_an_older_file_waits_for_room_to_be_brought_forward(store, small_disk):
    """The copy before, and the new schema itself: until both fit, the file stays as it was."""
    with store.db.transaction():
        store.db.file.execute("PRAGMA user_version = 3")
    store.close()
    path = small_disk.path / "state" / "relance.db"

    def sound():
        assert [p.name for p in path.parent.glob("*schema*") if not p.stat().st_size] == []

    until_it_fits(small_disk, lambda: TinyStore.open(path).close(), sound)
    again = TinyStore.open(path)
    assert again.verify() == []
    again.close()


def test_a_disk_that_can_only_be_read_is_told(small_disk, tmp_path):
    """Everything that would write there may be tried again; what lies there is read all the same."""
    store = TinyStore.open(tmp_path / "relance.db")
    files = DocumentFiles(small_disk.path / "documents")
    name = files.put(b"pdf")
    with small_disk.read_only():
        for work in (
            lambda: files.put(b"new"),
            lambda: files.forget(name),
            lambda: make_copy(store, small_disk.path / "relance-20260302T090000.db", NOW),
            lambda: export_tinydb(store, small_disk.path / "a.json"),
            lambda: store.backup(small_disk.path / "a.db"),
        ):
            with pytest.raises(TemporaryError):
                work()
        assert (files.get(name), list(files.problems())) == (b"pdf", [])
    files.forget(name)
    assert files.get(name) is None
    store.close()


def test_a_folder_of_documents_that_vanishes_is_made_again(store):
    """What was in it is missing and named; what comes is kept."""
    name = store.put_document(b"pdf")
    store.commit(folded([registered("7", document=name)]))
    shutil.rmtree(store.documents.root)
    assert store.document(name) is None
    assert store.verify() == [f"the document {name} of acme-7 is missing"]
    store.documents.forget(name)
    assert store.put_document(b"pdf") == name
    assert store.verify() == []
