"""The secret that makes reply tokens: made whole or not at all, known again by the books, and never used when others could know it."""

import os

import pytest

from agent.errors import ConfigError
from agent.ports import Commit
from agent.service import token_secret
from agent.service.token_secret import KNOWN, forget_secret, secret_of
from agent.store.tinydb_store import TinyStore


@pytest.fixture(params=["file", "database"])
def place(request, tmp_path):
    """Where the books are, on each ground."""
    return tmp_path / "books/relance.db" if request.param == "file" else request.getfixturevalue("postgres").schema()


@pytest.fixture
def store(place):
    made = TinyStore.open(place)
    yield made
    made.close()


@pytest.fixture
def state(tmp_path):
    """The state folder of the first machine."""
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


def test_the_secret_is_made_once_for_its_owner_alone(state, store):
    """The first start makes it, every later one finds the same; what the books know of it tells nobody the secret."""
    made = secret_of(state, store)
    assert len(made) == 32
    assert secret_of(state, store) == made
    assert [(p.name, p.stat().st_mode & 0o777) for p in state.iterdir()] == [("secret", 0o600)]
    assert made.hex() not in (store.note(KNOWN) or made.hex())


def test_a_start_that_is_cut_short_leaves_no_empty_secret(state, store, monkeypatch):
    """Anybody could make tokens with an empty one; the next start makes a whole one."""

    def cut_short(path, content):
        path.write_bytes(content[:5])
        raise OSError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(token_secret, "write_durably", cut_short)
        with pytest.raises(OSError, match="power"):
            secret_of(state, store)
    assert not (state / "secret").exists()
    assert len(secret_of(state, store)) == 32


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_secret_that_could_be_guessed_is_refused(state, store, content):
    """Empty or cut short, as a restored folder may hold it: the answer names the file and the way out."""
    (state / "secret").write_bytes(content)
    (state / "secret").chmod(0o600)
    with pytest.raises(ConfigError, match=f"{state / 'secret'} is (empty|cut short)"):
        secret_of(state, store)


def test_a_secret_that_others_can_read_is_refused(state, store):
    """Who can read it can answer in anybody's name."""
    made = secret_of(state, store)
    (state / "secret").chmod(0o644)
    with pytest.raises(ConfigError, match=r"mode 0644\); run: chmod 600"):
        secret_of(state, store)
    os.chmod(state / "secret", 0o600)
    assert secret_of(state, store) == made


def test_a_lost_secret_is_not_made_anew_in_silence(state, store, place):
    """A later start without it refuses and says what to do; who was told to, makes a new one."""
    made = secret_of(state, store)
    (state / "secret").unlink()
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"secret is gone; .*doctor --repair"):
            secret_of(state, store)
        assert not (state / "secret").exists()
    store.close()
    forget_secret(place)
    again = TinyStore.open(place)
    assert secret_of(state, again) != made
    again.close()


def test_a_worker_with_another_secret_does_not_start(state, store, tmp_path):
    """Each machine has the file of the first one: tokens that one writes, the other reads."""
    made = secret_of(state, store)
    second = tmp_path / "second"
    second.mkdir()
    with pytest.raises(ConfigError, match="is gone"):
        secret_of(second, store)
    (second / "secret").write_bytes(bytes(32))
    (second / "secret").chmod(0o600)
    with pytest.raises(ConfigError, match="not the one that these books were begun with"):
        secret_of(second, store)
    (second / "secret").write_bytes(made)
    assert secret_of(second, store) == made


def test_books_of_before_learn_their_secret(state, store):
    """An older program left the file and no mark of it: the next start takes the file as it is."""
    made = secret_of(state, store)
    store.commit(Commit(notes={KNOWN: None}))
    assert secret_of(state, store) == made
    assert store.note(KNOWN) == token_secret.mark_of(made)


def test_of_two_workers_that_begin_one_makes_the_secret(postgres, tmp_path):
    """What the way out says of a database is to copy the file."""
    store = TinyStore.open(postgres.schema())
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    secret_of(tmp_path / "one", store)
    with pytest.raises(ConfigError, match="copy the file from a machine that has it"):
        secret_of(tmp_path / "two", store)
    assert not (tmp_path / "two/secret").exists()
    store.close()
