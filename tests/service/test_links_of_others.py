"""Root repairs and restores what lies in the state folder; a link that the service's user put there leads root nowhere else."""

import os
import stat
from datetime import UTC, datetime

import pytest

from agent.errors import ConfigError
from agent.service.doctor.examine import repaired
from agent.service.doctor.finding import Premises
from agent.service.doctor.folder import folder
from agent.store.copies import make_copy
from agent.store.restore import restore
from agent.store.tinydb_store import TinyStore

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HIS, OLD = 1234, datetime(2026, 3, 1, tzinfo=UTC).timestamp()
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")


@pytest.fixture
def state(tmp_path):
    """A state folder of another user, beside a folder of root's."""
    made, roots = tmp_path / "state", tmp_path / "roots"
    for path in (made, roots):
        path.mkdir(mode=0o700)
    for name in ("shadow", ".draft.tmp"):
        (roots / name).write_text("x" * 40)
        (roots / name).chmod(0o644)
        os.utime(roots / name, (OLD, OLD))
    os.chown(made, HIS, HIS)
    return made


def untouched(state):
    """Whether nothing of root's was given away, shut or deleted."""
    found = [path.stat() for path in (state.parent / "roots" / name for name in ("shadow", ".draft.tmp"))]
    return all(one.st_uid == 0 and stat.S_IMODE(one.st_mode) == 0o644 for one in found)


@pytest.mark.parametrize("name", ["documents", "requests", "relance.db", "secret", "documents/ab"])
def test_the_doctor_repairs_nothing_behind_a_link(state, name):
    """Neither owner nor mode nor drafts, whatever stands in the place of a folder or file."""
    link = state / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(state.parent / "roots" / ("" if name[0] == "d" or name == "requests" else "shadow"))
    for found in folder(Premises(state / "config.toml", state, NOW)):
        repaired(found)
    assert untouched(state)


@pytest.mark.parametrize("name", ["documents/ab", "requests", "requests/00", "relance.db.lock", "secret", "documents"])
def test_restoring_gives_nothing_away_that_lies_behind_a_link(state, name):
    """Neither the thing itself, nor a copy of it among what is set aside."""
    TinyStore.open(state / "relance.db").close()
    store = TinyStore.open(state / "relance.db")
    copy, _ = make_copy(store, state.parent / "copies" / "relance-20260309T024000.db", NOW)
    store.close()
    link = state / name
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(state.parent / "roots" / ("" if name in ("requests", "documents") else "shadow"))
    restore(copy, state, NOW, force=True)
    assert untouched(state)
    told = [p for p in state.rglob("*") if p.is_file() and not p.is_symlink() and p.read_bytes() == b"x" * 40]
    assert told == []


@pytest.mark.parametrize("name", ["relance.db", "relance.db.lock"])
@pytest.mark.parametrize("there", ["shadow", "new"])
def test_opening_the_books_follows_no_link_of_another(state, name, there):
    """A command of root's that writes (`outbox resend`, `forget`) makes, shuts and changes nothing elsewhere."""
    link, target = state / name, state.parent / "roots" / there
    link.symlink_to(target)
    os.lchown(link, HIS, HIS)
    with pytest.raises(ConfigError, match="a link that another user made"):
        TinyStore.open(state / "relance.db")
    assert untouched(state)
    assert not (state.parent / "roots" / "new").exists()


def test_a_link_that_root_made_is_followed(state):
    """The books may lie on another disk."""
    (state / "relance.db").symlink_to(state.parent / "roots" / "books.db")
    TinyStore.open(state / "relance.db").close()
    assert (state.parent / "roots" / "books.db").stat().st_size


def test_a_copy_takes_no_secret_along_that_lies_behind_a_link_of_another(state):
    """Restoring gives the secret to the service's user: it would get to read whatever he linked to."""
    store = TinyStore.open(state / "relance.db")
    (state / "secret").symlink_to(state.parent / "roots" / "shadow")
    os.lchown(state / "secret", HIS, HIS)
    with pytest.raises(ConfigError, match="a link that another user made"):
        make_copy(store, state.parent / "copies" / "relance-20260309T024000.db", NOW)
    store.close()
