"""Claims: what one worker has no other gets, what a lost one had ends, and nothing is committed under a claim that ended."""

import threading
import time

import pytest

from agent.errors import ConfigError, TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import AlreadyDone, ClaimLost, Commit, Conflict
from agent.store.tinydb_store import TinyStore
from tests.store.builders import folded, mail, opened, record, registered

LEASE = 2.0


@pytest.fixture
def workers(postgres):
    """Makes workers on the same books; `lease` in seconds."""
    place, made = postgres.schema(), []

    def worker(lease=LEASE):
        made.append(TinyStore.open(place, lease=lease))
        return made[-1]

    yield worker
    for store in made:
        store.close()


def stopped(store):
    """This worker is not heard of any more, as one that the system paused."""
    store.claims._over.set()
    store.claims._beating.join()


def test_a_name_is_one_workers_until_he_gives_it_back(workers):
    """In the order asked for, about as many as asked for; what is ours is told again."""
    one, two = workers().claims, workers().claims
    assert one.take(["a", "b", "c"], 2) == ["a", "b"]
    assert two.take(["a", "b", "c", "d"], 10) == ["c", "d"]
    assert one.take(["b", "c"], 5) == ["b"]
    one.give_back(["a", "z"])
    assert two.take(["b", "a"], 5) == ["a"]


def test_what_a_living_worker_has_outlasts_the_lease(workers):
    """He is heard of while his loop is busy with something else."""
    one, two = workers().claims, workers().claims
    one.take(["a"], 1)
    time.sleep(1.5 * LEASE)
    assert two.take(["a"], 1) == []


def test_what_a_lost_worker_had_is_free_after_the_lease(workers):
    """And what he commits under it then is refused, whole; under nothing he may."""
    one, two = workers(), workers()
    one.claims.take(["a"], 1)
    stopped(one)
    assert two.claims.take(["a"], 1) == []
    end = time.monotonic() + 30
    while (taken := two.claims.take(["a"], 1)) == [] and time.monotonic() < end:
        time.sleep(0.1)
    assert taken == ["a"]
    with one.claims.under("a"):
        with pytest.raises(ClaimLost, match="a"):
            one.commit(folded([opened(), registered()], message=record()))
        with pytest.raises(ClaimLost):
            one.claims.confirm()
        with one.claims.under():
            one.commit(Commit(notes={"fact": "kept"}))
    assert two.seen("m1") is None
    assert list(two.events()) == []
    assert two.note("fact") == "kept"
    with two.claims.under("a"):
        two.commit(folded([opened(), registered()], message=record()))
    assert two.verify() == []


def test_a_claim_that_went_through_other_hands_is_not_ours_again(workers):
    """Taken, given back and free meanwhile: the paused one who returns holds nothing, though nobody else does either."""
    one, two = workers(0.8), workers(0.8)
    one.claims.take(["a"], 1)
    stopped(one)
    time.sleep(1.0)
    two.claims.take(["a"], 1)
    two.claims.give_back(["a"])
    with one.claims.under("a"), pytest.raises(ClaimLost):
        one.commit(Commit(notes={"late": "yes"}))
    one.claims.give_back(["a"])
    assert one.claims.take(["a"], 1) == ["a"]


def test_what_is_kept_for_long_is_not_ours_when_another_took_it(workers):
    """One who keeps a claim over many rounds, and was paused in between, learns it when he asks again."""
    one, two = workers(0.8), workers()
    one.claims.take(["watch"], 1)
    stopped(one)
    time.sleep(1.0)
    assert two.claims.take(["watch"], 1) == ["watch"]
    assert one.claims.take(["watch"], 1) == []


def test_nobody_takes_over_in_the_middle_of_a_commit(workers):
    """The lease of a commit under way is renewed by it, and whoever asks meanwhile is told no at once."""
    one, two = workers(0.8), workers(0.8)
    one.claims.take(["a"], 1)
    stopped(one)
    time.sleep(1.0)
    with one.db.transaction(alone=False):
        with one.claims.under("a"):
            one.claims.confirm()
            one.db.ground.execute("SELECT 1")
        began = time.monotonic()
        assert two.claims.take(["a"], 1) == []
        assert time.monotonic() - began < 1
    assert two.claims.take(["a"], 1) == []


def test_a_note_that_another_changed_meanwhile_is_a_conflict(workers):
    """Only in a stretch that read it; after another look it may be written."""
    one, two = workers(), workers()
    with one.claims.under():
        assert one.note("lines") is None
        two.commit(Commit(notes={"lines": "[1]"}))
        with pytest.raises(Conflict):
            one.commit(Commit(notes={"lines": "[2]"}))
        assert one.note("lines") == "[1]"
        one.commit(Commit(notes={"lines": "[1, 2]"}))
        one.commit(Commit(notes={"lines": None}))
    two.commit(Commit(notes={"lines": "[3]"}))
    one.commit(Commit(notes={"lines": "[4]"}))
    assert two.note("lines") == "[4]"


def test_of_two_who_send_the_same_mail_one_gets_it(workers):
    """The state `sending` of a mail is a claim of its own."""
    one, two = workers(), workers()
    one.commit(Commit(outgoing=(mail(),)))
    sending = mail(state=OutboxState.SENDING, attempts=1)
    one.commit(Commit(outgoing=(sending,)))
    with pytest.raises(AlreadyDone):
        two.commit(Commit(outgoing=(sending,)))


def test_many_who_ask_at_once_share_all_and_nothing_twice(workers):
    """A hundred names, four workers, each asking until nothing is left."""
    got, names = [], [f"n{i}" for i in range(100)]

    def ask(claims):
        while mine := [name for name in claims.take(names, 7) if name not in seen(claims)]:
            got.extend(mine)
            mark[id(claims)].update(mine)

    def seen(claims):
        return mark[id(claims)]

    stores = [workers() for _ in range(4)]
    mark = {id(store.claims): set() for store in stores}
    threads = [threading.Thread(target=ask, args=(store.claims,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(names)


def test_a_lost_connection_loses_no_claim(workers):
    """The worker connects again within his lease and goes on."""
    one, two = workers(5.0), workers(5.0)
    one.claims.take(["a"], 1)
    ((pid,),) = one.db.ground.execute("SELECT pg_backend_pid()")
    two.db.ground.execute("SELECT pg_terminate_backend(%s)", (pid,))
    with pytest.raises(TemporaryError):
        one.note("x")
    with one.claims.under("a"):
        one.commit(Commit(notes={"x": "1"}))
    assert two.note("x") == "1"


def test_who_writes_alone_and_who_shares_keep_apart(postgres):
    """A command that wants the books for itself waits for the workers to end, and they for it."""
    place = postgres.schema()
    shared = TinyStore.open(place, lease=LEASE)
    with pytest.raises(TemporaryError, match="another process is writing"):
        TinyStore.open(place)
    shared.close()
    alone = TinyStore.open(place)
    with pytest.raises(TemporaryError, match="another process is writing"):
        TinyStore.open(place, lease=LEASE)
    alone.close()


def test_a_file_is_not_shared(tmp_path):
    """Several workers need a database, and are told so."""
    with pytest.raises(ConfigError, match="several workers need a database"):
        TinyStore.open(tmp_path / "relance.db", lease=LEASE)


def test_the_only_worker_has_everything(tmp_path):
    """On a file nothing is asked for, and nothing is refused."""
    store = TinyStore.open(tmp_path / "relance.db")
    assert not store.claims.shared
    assert store.claims.take(["a", "b", "c"], 2) == ["a", "b"]
    with store.claims.under("anything"):
        store.claims.confirm()
        store.commit(Commit(notes={"a": "1"}))
    store.claims.give_back(["a"])
    assert store.claims.now() is None
    store.close()
