"""A copy put back: checked before, what lay there kept, and whatever interrupts it, no half books that open."""

import json
import os
import shutil
import signal
import sqlite3
import stat
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from agent.errors import AgentError, ConfigError, CorruptStore, TemporaryError
from agent.ports import Commit
from agent.store import restore as restoring
from agent.store.copies import SECRET, make_copy
from agent.store.migrations import restoring_mark
from agent.store.restore import RESTORED, WORKERS, restore
from agent.store.sealing import Seal
from agent.store.tinydb_store import TinyStore
from tests.store.builders import NOW, contact, folded, opened, registered
from tests.store.test_copies import age_key, gpg_key  # noqa: F401 - fixtures

LATER = NOW + timedelta(days=30)
PAPER = b"%PDF-1.7 an invoice"


@pytest.fixture
def state(tmp_path):
    """A state folder with books, a document and a secret; nobody has it open."""
    folder = tmp_path / "state"
    store = TinyStore.open(folder / "relance.db")
    (folder / "secret").write_bytes(b"s" * 32)
    store.commit(folded([opened(), contact(), registered()]))
    store.put_document(PAPER)
    store.close()
    return folder


@pytest.fixture
def copy(state, tmp_path):
    """A copy of these books; afterwards one more debtor came into them."""
    store = TinyStore.open(state / "relance.db")
    written, _ = make_copy(store, tmp_path / "copies/relance-20260301T020000.db", NOW)
    store.commit(folded([opened("acme-d2", name="Martin")]))
    store.close()
    return written


def events(path):
    store = TinyStore.open(path, read_only=True)
    try:
        return sum(1 for _ in store.events())
    finally:
        store.close()


def test_an_empty_folder_gets_the_books_the_documents_and_the_secret(copy, tmp_path):
    """Everything as it was when the copy was taken, for nobody else's eyes, with the mark that it must be compared."""
    new = tmp_path / "new"
    done = restore(copy, new, LATER)
    assert (done.taken, done.aside, done.problems) == (NOW, None, ())
    store = TinyStore.open(new / "relance.db")
    assert store.verify() == []
    assert store.document(next(iter(store.documents.names()))) == PAPER
    assert json.loads(store.note(RESTORED)) == {"taken": NOW.isoformat(), "restored": LATER.isoformat()}
    assert store.note(SECRET) is None
    store.close()
    assert (new / "secret").read_bytes() == b"s" * 32
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in new.rglob("*"))
    assert sorted(path.name for path in new.iterdir()) == ["documents", "relance.db", "relance.db.lock", "secret"]


def test_books_that_lie_there_are_never_written_over(copy, state):
    """Without force nothing changes; with it they lie beside, whole, and open."""
    with pytest.raises(AgentError, match="--force"):
        restore(copy, state, LATER)
    assert events(state / "relance.db") == 4
    done = restore(copy, state, LATER, force=True)
    assert events(state / "relance.db") == 3
    assert events(done.aside / "relance.db") == 4
    assert (done.aside / "secret").read_bytes() == b"s" * 32


def test_damaged_books_are_set_aside_with_their_log(copy, state):
    """The log of the lost books must not be played into the restored ones."""
    (state / "relance.db").write_bytes(b"no database at all")
    (state / "relance.db-wal").write_bytes(b"a log")
    done = restore(copy, state, LATER, force=True)
    assert (done.aside / "relance.db-wal").read_bytes() == b"a log"
    assert events(state / "relance.db") == 3


def test_a_running_service_is_not_robbed_of_its_books(copy, state):
    """Whoever holds the books keeps them."""
    held = TinyStore.open(state / "relance.db")
    with pytest.raises(TemporaryError, match="another process"):
        restore(copy, state, LATER, force=True)
    held.close()


def test_a_copy_that_is_none_or_damaged_or_of_a_newer_version_changes_nothing(copy, state, tmp_path):
    """Said before anything is moved."""
    with pytest.raises(AgentError, match="no copy"):
        restore(tmp_path / "nowhere.db", state, LATER, force=True)
    torn = tmp_path / "torn.db"
    torn.write_bytes(copy.read_bytes()[:5000])
    with pytest.raises(CorruptStore):
        restore(torn, state, LATER, force=True)
    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(CorruptStore, match="schema 999"):
        restore(copy, state, LATER, force=True)
    assert events(state / "relance.db") == 4


def test_a_copy_whose_chain_is_broken_is_refused(copy, state):
    """Somebody changed an event in it."""
    connection = sqlite3.connect(copy)
    connection.execute('DROP TRIGGER "@no_update"')
    connection.execute("""UPDATE events SET body = replace(body, 'Durand', 'Durant')""")
    connection.execute("""UPDATE events SET body = replace(body, '1250.00', '1.00')""")
    connection.commit()
    connection.close()
    with pytest.raises(CorruptStore, match="damaged"):
        restore(copy, state, LATER, force=True)
    assert events(state / "relance.db") == 4


def test_a_document_that_was_changed_beside_the_copy_is_left_out(copy, tmp_path):
    """It is missing then, and told; nothing false takes its place."""
    (document,) = (copy.parent / "documents").glob("??/*")
    document.write_bytes(b"%PDF forged")
    restore(copy, tmp_path / "new", LATER)
    assert not list((tmp_path / "new/documents").glob("??/*"))


def test_a_sealed_copy_is_restored_with_its_key(state, tmp_path, age_key):  # noqa: F811
    """Books and documents."""
    identity, recipient = age_key
    store = TinyStore.open(state / "relance.db")
    written, _ = make_copy(store, tmp_path / "copies/a.db", NOW, Seal("age", recipient))
    store.close()
    with pytest.raises(ConfigError, match="--identity"):
        restore(written, tmp_path / "new", LATER)
    restore(written, tmp_path / "new", LATER, identity=identity)
    store = TinyStore.open(tmp_path / "new/relance.db")
    assert store.verify() == []
    assert store.document(next(iter(store.documents.names()))) == PAPER
    store.close()


def test_a_copy_sealed_for_openpgp_is_restored_from_the_callers_ring(state, tmp_path, gpg_key):  # noqa: F811
    """The secret key lies with whoever restores."""
    store = TinyStore.open(state / "relance.db")
    written, _ = make_copy(store, tmp_path / "copies/a.db", NOW, Seal("gpg", str(gpg_key)))
    store.close()
    restore(written, tmp_path / "new", LATER)
    assert events(tmp_path / "new/relance.db") == 3
    assert len(list((tmp_path / "new/documents").glob("??/*"))) == 1


def killed(work, step):
    """The status of a child that does this and is killed before its so-manieth change on the disk."""
    child = os.fork()
    if child == 0:
        done = [0]

        def counted(real):
            def call(*arguments, **more):
                done[0] += 1
                if done[0] == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **more)

            return call

        for owner, name in [(Path, n) for n in ("replace", "unlink", "mkdir")] + [(os, n) for n in ("link", "fsync")]:
            setattr(owner, name, counted(getattr(owner, name)))
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_killed_at_any_step_the_books_open_as_before_or_not_at_all_or_as_restored(copy, state, tmp_path):
    """SIGKILL before each change on the disk: never a mixture; done again, it is restored; what was there is kept."""
    outcomes = []
    for step in range(1, 200):
        folder = tmp_path / "try"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(state, folder)
        status = killed(partial(restore, copy, folder, LATER, force=True), step)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        if restoring_mark(folder / "relance.db").exists():
            with pytest.raises(ConfigError, match="restore again"):
                TinyStore.open(folder / "relance.db")
            outcomes.append("refused")
            restore(copy, folder, LATER + timedelta(minutes=1))
        else:
            outcomes.append({4: "before", 3: "restored"}[events(folder / "relance.db")])
            if outcomes[-1] == "before":
                restore(copy, folder, LATER + timedelta(minutes=1), force=True)
        assert events(folder / "relance.db") == 3
        kept = [events(path / "relance.db") for path in folder.glob("replaced-*") if (path / "relance.db").exists()]
        assert 4 in kept
    assert set(outcomes) == {"before", "refused", "restored"}
    assert outcomes == sorted(outcomes, key=["before", "refused", "restored"].index)


def test_a_full_disk_leaves_the_books_as_they_are(copy, state, monkeypatch):
    """Told as something that may be tried again."""
    monkeypatch.setattr(restoring.shutil, "copyfile", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(TemporaryError, match="No space"):
        restore(copy, state, LATER, force=True)
    assert events(state / "relance.db") == 4


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_restores_belongs_to_the_service(copy, state):
    """Books, lock, secret, documents and what was set aside belong to the owner of the state folder."""
    os.chown(state, 4321, 4321)
    restore(copy, state, LATER, force=True)
    parts = [path for path in state.rglob("*") if "copying" not in path.name]
    assert {path.stat().st_uid for path in parts} == {4321}


def test_nobody_who_worked_on_the_books_before_is_waited_for(state, tmp_path):
    """Whoever works on restored books says so anew."""
    store = TinyStore.open(state / "relance.db")
    store.commit(Commit(notes={WORKERS: '{"gone /state": ["", "", ""]}'}))
    copy, _ = make_copy(store, tmp_path / "copies/relance-20260301T020000.db", NOW)
    store.close()
    restore(copy, tmp_path / "new", LATER)
    store = TinyStore.open(tmp_path / "new/relance.db")
    assert store.note(WORKERS) is None
    store.close()
