"""Copies of the books: whole or not there, for nobody else's eyes, sealed where it is wanted, and never piling up."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import where

from agent.errors import ConfigError, PermanentError, TemporaryError
from agent.store import copies
from agent.store.copies import SECRET, TAKEN, copies_in, dated, kept, make_copy, taken_at, thin_out
from agent.store.sealing import Seal, is_sealed, unseal
from agent.store.tinydb_store import TinyStore
from tests.store.builders import NOW, contact, folded, mail, opened, record, registered

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    made = TinyStore.open(tmp_path / "state/relance.db")
    (tmp_path / "state/secret").write_bytes(b"s" * 32)
    made.commit(folded([opened(), contact(), registered()], message=record(), outgoing=(mail(),)))
    made.put_document(b"%PDF-1.7 an invoice")
    yield made
    made.close()


@pytest.fixture
def age_key(tmp_path):
    """An age identity file and its recipient."""
    if shutil.which("age-keygen") is None:
        pytest.skip("age is not installed")
    file = tmp_path / "age.key"
    subprocess.run(["age-keygen", "-o", file], check=True, capture_output=True)
    return file, file.read_text().partition("public key: ")[2].split()[0]


@pytest.fixture
def gpg_key(tmp_path, monkeypatch):
    """An OpenPGP key: the exported public file; the secret one lies in the caller's own ring."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed")
    # a socket's path must be short
    home = Path(os.path.realpath(os.environ.get("XDG_RUNTIME_DIR", "/tmp"))) / f"relance-gpg-{os.getpid()}"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    batch = ["gpg", "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback"]
    subprocess.run([*batch, "--quick-generate-key", "ops@agency.example", "default", "default"], check=True)
    file = tmp_path / "backup.asc"
    file.write_bytes(subprocess.run(["gpg", "--armor", "--export"], check=True, capture_output=True).stdout)
    yield file
    subprocess.run(["gpgconf", "--kill", "all"], check=False)
    shutil.rmtree(home)


def test_a_copy_is_whole_and_nobody_else_can_read_it(store, tmp_path):
    """Books, documents and the secret of the reply tokens; it says when it was taken, and nothing is left beside it."""
    folder = tmp_path / "copies"
    written, problems = make_copy(store, dated(folder, NOW), NOW)
    assert problems == ()
    assert taken_at(written) == NOW.replace(microsecond=0)
    copy = TinyStore.open(written, read_only=True)
    assert copy.verify() == []
    assert [e.digest for e in copy.events()] == [e.digest for e in store.events()]
    assert (copy.note(TAKEN), copy.note(SECRET)) == (NOW.isoformat(), (b"s" * 32).hex())
    assert next(iter(copy.documents.names())) == next(iter(store.documents.names()))
    copy.close()
    assert store.note(SECRET) is None
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in folder.rglob("*"))
    assert {path.name for path in folder.iterdir()} == {written.name, "documents"}


def test_a_copy_is_written_while_others_commit(store, tmp_path):
    """What comes meanwhile is in the next copy."""
    reader = TinyStore.open(tmp_path / "state/relance.db", read_only=True)
    first, _ = make_copy(reader, tmp_path / "copies/a.db", NOW)
    store.commit(folded([opened("acme-d2", name="Martin")]))
    second, _ = make_copy(reader, tmp_path / "copies/b.db", NOW)
    reader.close()
    counts = []
    for path in (first, second):
        copy = TinyStore.open(path, read_only=True)
        counts.append(sum(1 for _ in copy.events()))
        copy.close()
    assert counts == [3, 4]


def test_books_that_do_not_verify_are_copied_as_they_are_and_told(store, tmp_path):
    """A copy of doubtful books is better than none; who asked for it hears of it."""
    item = next(store.db.table("items").after())
    store.db.table("items").put({**item, "version": 99}, where("id") == item["id"])
    written, problems = make_copy(store, tmp_path / "copies/a.db", NOW)
    assert written.exists()
    assert problems


def test_two_copies_at_once_are_refused(store, tmp_path):
    """Neither takes the other's draft for its own."""
    (tmp_path / "copies").mkdir()
    with copies._workshop(tmp_path / "copies"), pytest.raises(TemporaryError, match="another copy"):
        make_copy(store, tmp_path / "copies/a.db", NOW)
    make_copy(store, tmp_path / "copies/a.db", NOW)


def test_an_age_recipient_alone_can_read_a_sealed_copy(store, tmp_path, age_key):
    """No plain byte of the books or of a document is left in the folder; with the key it opens again."""
    identity, recipient = age_key
    folder = tmp_path / "copies"
    written, _ = make_copy(store, dated(folder, NOW), NOW, Seal("age", recipient))
    assert is_sealed(written)
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert all(word not in everything for word in (b"Durand", b"%PDF", b"SQLite"))
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in folder.rglob("*"))
    assert not list((tmp_path / "state").glob(".copying"))
    unseal(written, tmp_path / "back.db", identity)
    copy = TinyStore.open(tmp_path / "back.db", read_only=True)
    assert sum(1 for _ in copy.events()) == 3
    copy.close()
    with pytest.raises(ConfigError, match="--identity"):
        unseal(written, tmp_path / "other.db", None)
    subprocess.run(["age-keygen", "-o", tmp_path / "wrong.key"], check=True, capture_output=True)
    with pytest.raises(PermanentError, match="age refused"):
        unseal(written, tmp_path / "other.db", tmp_path / "wrong.key")
    assert not (tmp_path / "other.db").exists()


def test_an_openpgp_key_alone_can_read_a_sealed_copy(store, tmp_path, gpg_key):
    """The public key is enough to write it; the ring of whoever calls gpg opens it."""
    written, _ = make_copy(store, dated(tmp_path / "copies", NOW), NOW, Seal("gpg", str(gpg_key)))
    assert b"Durand" not in written.read_bytes()
    unseal(written, tmp_path / "back.db", None)
    copy = TinyStore.open(tmp_path / "back.db", read_only=True)
    assert sum(1 for _ in copy.events()) == 3
    copy.close()


def test_what_cannot_be_sealed_is_not_written_plain(store, tmp_path, monkeypatch):
    """No program, no key file, no such recipient: a clear word, and nothing under the copy's name."""
    target = tmp_path / "copies/a.db"
    with pytest.raises(ConfigError, match="gpg_key_file"):
        make_copy(store, target, NOW, Seal("gpg", str(tmp_path / "nowhere.asc")))
    if shutil.which("age"):
        with pytest.raises(PermanentError, match="age refused"):
            make_copy(store, target, NOW, Seal("age", "age1nonsense"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="age is not installed"):
        make_copy(store, target, NOW, Seal("age", "age1x"))
    with pytest.raises(ConfigError, match="gpg is not installed"):
        unseal(tmp_path / "a.db.gpg", tmp_path / "b", None)
    assert not [path for path in (tmp_path / "copies").glob("*") if "a.db" in path.name]


def test_a_killed_copy_is_none(store, tmp_path):
    """SIGKILL at each step leaves nothing under the copy's name, and the next one works."""
    code = (
        "import os, sys, signal\n"
        "from pathlib import Path\n"
        "from agent.store import copies\n"
        "from agent.store.tinydb_store import TinyStore\n"
        "from tests.store.builders import NOW\n"
        "at, left = sys.argv[1], int(sys.argv[2])\n"
        "real = getattr(copies, at) if hasattr(copies, at) else None\n"
        "def die(*a, **k):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "setattr(copies, at, die)\n"
        "store = TinyStore.open(Path(sys.argv[3]), read_only=True)\n"
        "copies.make_copy(store, Path(sys.argv[4]), NOW)\n"
    )
    for step in ("write_draft", "_label", "_keep_documents", "_problems"):
        target = tmp_path / "copies" / f"{step}.db"
        arguments = [step, "0", tmp_path / "state/relance.db", target]
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)], check=False, cwd=Path(__file__).parents[2]
        )
        assert done.returncode == -signal.SIGKILL
        assert not target.exists()
        assert make_copy(store, target, NOW) == (target, ())
        assert {p.name for p in target.parent.iterdir()} >= {target.name, "documents"}
        assert not list(target.parent.glob(".*"))


def test_thinning_takes_what_only_old_copies_needed(store, tmp_path):
    """A document that the books gave up goes with the last copy that was made before."""
    folder = tmp_path / "copies"
    now = datetime.now(UTC)
    make_copy(store, dated(folder, now - 2 * DAY), now - 2 * DAY)
    (name,) = store.documents.names()
    (store.documents.root / name[:2] / name).unlink()
    make_copy(store, dated(folder, now - DAY), now - DAY)
    assert thin_out(folder, 7, 0, 0) == ()
    assert (folder / "documents" / name[:2] / name).exists()
    make_copy(store, dated(folder, now + DAY), now + DAY)
    assert len(thin_out(folder, 1, 0, 0)) == 2
    assert len(copies_in(folder)) == 1
    assert not list((folder / "documents" / name[:2]).iterdir())


@given(st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)), min_size=1, max_size=60), st.integers(1, 9))
def test_the_newest_of_each_period_stays(moments, count):
    """Never more than asked for, always the newest, and one copy a day of the last days that have any."""
    moments = [moment.replace(tzinfo=UTC) for moment in moments]
    stay = kept(moments, count, count, count)
    assert max(moments) in stay
    assert stay <= set(moments)
    assert len(stay) <= 3 * count
    days = sorted({m.date() for m in moments}, reverse=True)[:count]
    assert {max(m for m in moments if m.date() == day) for day in days} <= stay
    assert kept(stay, count, count, count) == stay
