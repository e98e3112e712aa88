"""What only a database does: a server that dies or goes away, a writer that lost its connection, a role that may see one creditor."""

import os
import signal
import time
from contextlib import closing

import psycopg
import pytest
from tinydb import where
from tinydb.table import Document

from agent.errors import ConfigError, CorruptStore, NewerStore, PermanentError, TemporaryError
from agent.ports import Commit
from agent.store.tinydb_store import TinyStore
from tests.servers.postgres import Postgres
from tests.store.builders import CREDITOR, contact, folded, mail, opened, record, registered


@pytest.fixture
def place(postgres):
    """The address of a new empty store."""
    return postgres.schema()


def backend(store):
    """The process of the server that serves this store."""
    ((pid,),) = store.db.ground.execute("SELECT pg_backend_pid()")
    return pid


def test_a_lost_connection_is_made_again(place):
    """The commit that meets the loss fails and nothing of it is there; the same commit succeeds next."""
    store = TinyStore.open(place)
    commit = folded([opened(), registered()], message=record())
    with psycopg.connect(place, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (backend(store),))
    with pytest.raises(TemporaryError):
        store.commit(commit)
    for _ in range(50):
        try:
            store.commit(commit)
            break
        except TemporaryError:  # the old connection's lock lives a moment longer
            time.sleep(0.05)
    assert store.seen("m1") == record()
    assert store.verify() == []
    store.close()


def test_who_lost_his_place_to_another_writes_no_more(place):
    """A worker whose connection was cut while it slept finds the other one writing, and changes nothing."""
    sleeper = TinyStore.open(place)
    with psycopg.connect(place, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (backend(sleeper),))
    time.sleep(0.2)
    heir = TinyStore.open(place)
    heir.commit(folded([opened(), registered()]))
    for _ in range(2):
        with pytest.raises(TemporaryError):
            sleeper.commit(Commit(notes={"a": "sleeper"}))
    assert heir.note("a") is None
    heir.close()
    sleeper.commit(Commit(notes={"a": "later"}))
    assert sleeper.note("a") == "later"
    sleeper.close()


def test_a_transaction_of_a_paused_worker_ends_without_it(place):
    """Who stops in the middle of a commit keeps nobody waiting for ever: the server takes it back, and nothing of it is there."""
    store = TinyStore.open(place)
    store.db.ground.execute("SET idle_in_transaction_session_timeout = '200ms'")

    def paused():
        with store.db.transaction():
            store.db.table("notes").insert({"key": "half", "value": "done"})
            time.sleep(0.5)
            store.db.table("notes").insert({"key": "other", "value": "half"})

    with pytest.raises(TemporaryError):
        paused()
    assert store.note("half") is None
    store.close()


def test_a_role_sees_its_creditor_alone(postgres, place):
    """Row-level security: who is let look at a table sees the rows of the creditor that its role is named after."""
    store = TinyStore.open(place)
    store.commit(folded([opened(), registered()], outgoing=(mail(),)))
    store.close()
    schema = place.rpartition("%3D")[2]
    for creditor, seen in ((CREDITOR, 1), ("other", 0)):
        role = f'"creditor:{creditor}"'
        with psycopg.connect(place, autocommit=True) as admin:
            admin.execute(f"DROP ROLE IF EXISTS {role}".encode())
            admin.execute(f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA {schema} TO {role}".encode())
            admin.execute(f"GRANT SELECT ON {schema}.items TO {role}".encode())
            admin.execute(f"SET ROLE {role}".encode())
            assert admin.execute("SELECT count(*) FROM items").fetchone() == (seen,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute("SELECT * FROM outbox")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute("UPDATE items SET body = ''")
            admin.execute("RESET ROLE")
            admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())


def test_events_cannot_be_changed_in_the_database(place):
    """The journal refuses what would change or take away an event, whoever asks."""
    store = TinyStore.open(place)
    store.commit(folded([opened(), registered()]))
    for order in ("UPDATE events SET body = '{}'", "DELETE FROM events", "TRUNCATE events"):
        with pytest.raises(PermanentError, match="append-only"):
            store.db.ground.execute(order)
    assert store.verify() == []
    store.close()


def test_a_newer_schema_is_refused(place):
    """A database of a newer program is left alone."""
    store = TinyStore.open(place)
    store.db.ground.set_schema(99)
    store.close()
    with pytest.raises(CorruptStore, match="schema 99"):
        TinyStore.open(place)


def test_who_is_of_an_older_program_writes_no_more_once_the_books_are_newer(place):
    """A worker that went on running while another one brought the books forward finds out at its next commit, and does nothing."""
    store = TinyStore.open(place)
    store.commit(Commit(notes={"a": "older"}))
    with psycopg.connect(place, autocommit=True) as newer:
        newer.execute('INSERT INTO "@schema" SELECT max(number) + 1 FROM "@schema"')
    for _ in range(2):
        with pytest.raises(NewerStore, match="newer program"):
            store.commit(Commit(notes={"a": "still older"}))
    assert store.note("a") == "older"
    store.close()


def test_an_address_that_leads_nowhere_is_told(place):
    """A wrong address, a server that is not there and books that are not: each says which, and none shows the password."""
    with pytest.raises(ConfigError, match="not an address"):
        TinyStore.open("postgresql://x y?z")
    with pytest.raises(TemporaryError) as away:
        TinyStore.open("postgresql://relance:hush@127.0.0.1:1/relance")
    assert "hush" not in str(away.value)
    with pytest.raises(ConfigError, match="there is none"):
        TinyStore.open(place, read_only=True)


@pytest.mark.kill
def test_a_commit_waits_for_the_disk_though_others_go_on_before():
    """The chain is free before the disk has its end; who committed hears of it only when a server that dies at once keeps it."""
    with Postgres(wal_writer_delay="10s") as server:
        place = server.schema()
        store = TinyStore.open(place)
        store.commit(folded([opened(), registered()]))
        last = store.commit(folded([contact()], store.ledger(["acme-d1"])))
        server.stop("immediate")
        server.start()
        assert TinyStore.open(place, read_only=True).journal.last == last
        store.close()


def test_rows_with_ids_of_their_own_stand_in_nobodys_way(place):
    """A new row gets an id above one that was written under an id of its own meanwhile."""
    store = TinyStore.open(place)
    notes = store.db.table("notes")
    notes.put({"key": "first", "value": ""}, where("key") == "first")
    notes.insert(Document({"key": "own", "value": ""}, doc_id=7))
    for key in ("second", "third", "fourth"):
        notes.put({"key": key, "value": ""}, where("key") == key)
    assert [row["key"] for row in notes.all()] == ["first", "own", "second", "third", "fourth"]
    store.close()


def test_what_a_transaction_looks_up_is_what_it_wrote(place):
    """A look-up that was answered before is asked again when something that bears the value came or went."""
    store = TinyStore.open(place)
    notes = store.db.table("notes")
    key = where("key") == "a"
    with store.db.transaction():
        store.db.rows.expect([("notes", ("key",), ["a", "b"])])
        assert notes.get(key) is None
        notes.put({"key": "a", "value": "1"}, key)
        assert notes.get(key) == {"key": "a", "value": "1"}
        notes.put({"key": "a", "value": "2"}, key)
        assert notes.get(key) == {"key": "a", "value": "2"}
        notes.put({"key": "b", "value": "3"}, key)
        assert notes.get(key) is None
        notes.remove(where("key") == "b")
        assert notes.all() == []
    store.close()


@pytest.mark.kill
def test_a_killed_server_loses_no_acknowledged_commit():
    """The postmaster dies by SIGKILL between commits of a writer that goes on by itself: all that was acknowledged is there, whole."""
    with Postgres() as server:
        place = server.schema()
        store = TinyStore.open(place)
        acknowledged = []
        for number in range(60):
            if number in (20, 40):
                os.kill(backend(store), signal.SIGKILL)  # one process dies so: the server ends all others and recovers
            while True:
                try:
                    store.commit(Commit(notes={f"n{number}": "there"}))
                    break
                except TemporaryError:
                    time.sleep(0.1)
            acknowledged.append(number)
        assert [number for number in acknowledged if store.note(f"n{number}") is None] == []
        assert store.verify() == []
        store.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("sslmode=nonsense", 'invalid sslmode value: "nonsense"'),
        ("target_session_attrs=primery", 'invalid target_session_attrs value: "primery"'),
        ("port=abc", "invalid"),
        ("nonsense=1", "invalid URI query parameter"),
    ],
)
def test_an_address_that_says_what_cannot_be_is_a_mistake_and_not_waited_out(postgres, options, said):
    """No server is asked: it will not come right by itself."""
    with pytest.raises(ConfigError, match=f"^store: .*{said}"):
        TinyStore.open(f"{postgres.address}&{options}")


def test_who_finds_another_writing_hears_how_work_is_shared(postgres):
    """A worker that does not share and one that does each read what the other is."""
    place = postgres.schema()
    with closing(TinyStore.open(place)), pytest.raises(TemporaryError, match="one that does not share its work"):
        TinyStore.open(place, lease=60)
    with closing(TinyStore.open(place, lease=60)), pytest.raises(TemporaryError, match="shared = true on each"):
        TinyStore.open(place)
