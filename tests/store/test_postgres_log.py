"""Books whose server was succeeded by one that may lack the last commits are compared with the mailbox before anything is sent."""

import shutil
import time
from contextlib import suppress

import psycopg
import pytest

from agent.errors import TemporaryError
from agent.ports import Commit
from agent.service.restored import is_pending
from agent.store.tinydb_store import TinyStore
from tests.servers.postgres import Postgres
from tests.store.builders import folded, opened
from tests.workers.pair import Standby


@pytest.fixture
def place(postgres):
    """The address of a new empty store."""
    return postgres.schema()


def written_in(place, **other):
    """Let the books have been written in another log last."""
    with psycopg.connect(place, autocommit=True) as connection:
        for column, value in other.items():
            connection.execute(f'UPDATE "@log" SET {column} = %s'.encode(), (value,))


def pending_with(place, **other):
    """Whether a worker that comes afterwards holds everything back."""
    TinyStore.open(place).close()
    written_in(place, **other)
    store = TinyStore.open(place)
    store.close()
    return is_pending(store)


def test_new_books_and_books_on_the_same_server_are_not_compared(place):
    """However often they are opened."""
    for _ in range(3):
        store = TinyStore.open(place)
        assert not is_pending(store)
        store.close()


def test_a_server_that_took_over_from_one_that_waited_for_it_has_everything(place):
    """The commits of the older one were on its standby before anybody heard of them."""
    assert not pending_with(place, timeline="0000000F", waits=True)


def test_a_server_that_took_over_from_one_that_waited_for_nobody_may_lack_something(place):
    """Nothing is sent, until the mailbox was asked."""
    assert pending_with(place, timeline="0000000F", waits=False)


def test_books_that_were_put_into_another_server_may_be_old(place):
    """A dump that was read in, also where the older server waited for its standby."""
    assert pending_with(place, server="1", waits=True)


def test_who_goes_on_over_a_new_connection_looks_before_he_does_anything(place):
    """The books went back while he was connected; his next question is answered after that was noticed, and it is noticed once."""
    store = TinyStore.open(place)
    store.commit(folded([opened()]))
    written_in(place, timeline="0000000F", waits=False)
    with psycopg.connect(place, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    with pytest.raises(TemporaryError):
        store.commit(Commit(notes={"a": "1"}))
    for _ in range(100):
        with suppress(TemporaryError):  # the older connection's lock lives a moment longer
            assert is_pending(store)
            break
        time.sleep(0.05)
    store.commit(Commit(notes={"restored": None}))
    store.close()
    store = TinyStore.open(place)
    assert not is_pending(store)
    store.close()


def test_a_server_that_does_not_say_which_log_it_writes_is_served_as_before(postgres, place):
    """Whoever rents it out took the right to ask away."""
    who, schema = "tenant", place.rpartition("%3D")[2]
    postgres.ask("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    postgres.ask(f"CREATE ROLE {who} LOGIN; ALTER SCHEMA {schema} OWNER TO {who}")
    try:
        store = TinyStore.open(place.replace("relance@", f"{who}@"))
        store.commit(folded([opened()]))
        assert not is_pending(store)
        store.close()
    finally:
        postgres.ask("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC")
        postgres.ask(f"DROP OWNED BY {who} CASCADE; DROP ROLE {who}")


@pytest.mark.kill
def test_a_standby_that_lost_the_last_commits_is_noticed():
    """It followed without being waited for: what was acknowledged is gone when it takes over, and the books know that this may be."""
    with Postgres() as primary:
        store = TinyStore.open(primary.address)
        store.commit(Commit(notes={"early": "1"}))
        standby = Standby(primary)
        with standby:
            caught_up(primary)
            standby.ask("ALTER SYSTEM SET primary_conninfo = ''")
            standby.ask("SELECT pg_reload_conf()")
            while primary.ask("SELECT count(*) FROM pg_stat_replication") != "0":
                time.sleep(0.05)
            store.commit(Commit(notes={"sending": "1"}))
            primary.stop("immediate")
            shutil.rmtree(primary.data)
            standby.promote()
            heir = TinyStore.open(standby.address)
            assert (heir.note("early"), heir.note("sending")) == ("1", None)
            assert is_pending(heir)
            heir.close()
        store.close()


def caught_up(primary):
    """Wait until the standby has everything."""
    behind = "SELECT bool_and(replay_lsn = pg_current_wal_lsn()) FROM pg_stat_replication"
    while primary.ask(behind) != "t":
        time.sleep(0.05)
