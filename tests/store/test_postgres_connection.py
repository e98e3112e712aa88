"""The terms that books in a database need hold whatever server, role and address are set to; where they cannot, it is refused."""

import socket
import threading
from contextlib import suppress

import pytest

from agent.errors import ConfigError, PermanentError, TemporaryError
from agent.ports import Commit
from agent.store.postgres import PostgresDatabase
from agent.store.tinydb_store import TinyStore
from tests.servers.postgres import Postgres


@pytest.fixture
def role(postgres):
    """Sets what a role of its own begins each connection with; the address under it of a new empty schema."""
    name = "hasty"
    postgres.ask(f"CREATE ROLE {name} LOGIN SUPERUSER")

    def told(setting):
        postgres.ask(f"ALTER ROLE {name} SET {setting}")
        return postgres.schema().replace("relance@", f"{name}@")

    yield told
    postgres.ask(f"DROP OWNED BY {name}; DROP ROLE {name}")


def setting(place, name):
    """What a connection of the books goes by."""
    database = PostgresDatabase(place)
    ((value,),) = database.execute(f"SHOW {name}")
    database.close()
    return value


@pytest.mark.kill
def test_a_role_that_is_told_to_hurry_waits_for_the_disk_all_the_same():
    """`synchronous_commit` off for the role: what was acknowledged is there after the server died at once."""
    with Postgres(wal_writer_delay="10s") as server:
        server.ask("ALTER ROLE relance SET synchronous_commit = off")
        place = server.schema()
        store = TinyStore.open(place)
        store.commit(Commit(notes={"sending": "yes"}))
        server.stop("immediate")
        server.start()
        assert TinyStore.open(place, read_only=True).note("sending") == "yes"
        store.close()


@pytest.mark.parametrize("chosen", ["remote_apply", "local"])
def test_who_chose_how_long_to_wait_is_obeyed_where_it_is_not_too_short(role, chosen):
    """Only `off` is refused: whether a standby is waited for is the operator's."""
    assert setting(role(f"synchronous_commit = {chosen}"), "synchronous_commit") == chosen


def test_a_role_that_isolates_more_gets_no_conflicts_by_it(role):
    """Who waited for the end of the chain sees it: a stretch of writing sees what others committed since it began."""
    place = role("default_transaction_isolation = 'repeatable read'")
    assert setting(place, "default_transaction_isolation") == "read committed"


def test_a_database_that_not_every_name_fits_in_is_refused(postgres):
    """Its encoding is told before anything lies in it, and how to make another."""
    postgres.ask("CREATE DATABASE western ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with pytest.raises(ConfigError, match="encoding LATIN1"):
        TinyStore.open(postgres.address.replace("/postgres?", "/western?"))
    postgres.ask("DROP DATABASE western")


def pooled(server, folder):
    """A line to the server that names another process than the one that serves, as a pool of connections does."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / ".s.PGSQL.5432"))
    listening.listen()

    def serve():
        here, _ = listening.accept()
        there = socket.socket(socket.AF_UNIX)
        there.connect(str(server.folder / ".s.PGSQL.5432"))
        threading.Thread(target=hand_on, args=(here, there, bytes), daemon=True).start()
        hand_on(there, here, renamed)

    threading.Thread(target=serve, daemon=True).start()
    return listening


def renamed(answered):
    """The server's words with another number of process in them (protocol: BackendKeyData, 12 bytes behind its letter)."""
    before, key, after = answered.partition(b"K\0\0\0\x0c")
    return before + key + b"\0\0\0\x07" + after[4:] if key else answered


def hand_on(source, target, changed):
    with suppress(OSError):
        while said := source.recv(1 << 16):
            target.sendall(changed(said))
        target.shutdown(socket.SHUT_WR)


def test_a_pool_of_connections_is_refused(postgres, tmp_path_factory):
    """The lock of the only writer would be some other session's; who set it up hears of it at the start."""
    folder = tmp_path_factory.mktemp("p")
    with pooled(postgres, folder), pytest.raises(ConfigError, match="name the server itself"):
        TinyStore.open(postgres.schema().replace(str(postgres.folder), str(folder)))


def refused(database):
    """A transaction that fails before the server comes to its last question."""
    with database.transaction():
        database.do("TRUNCATE events")
        database.do("SELECT 42")


def test_what_was_to_be_prepared_in_a_transaction_that_failed_is_not_taken_for_prepared(postgres):
    """Not after the first failure of a connection, nor after a later one: the books are not said to be damaged for it."""
    store = TinyStore.open(postgres.schema())
    database = store.db.ground
    for _ in range(8):
        with pytest.raises(PermanentError, match="append-only"):
            refused(database)
        for _ in range(5):
            assert database.execute("SELECT 42") == [(42,)]
    store.close()


def test_a_server_that_forgot_what_was_prepared_is_asked_over_another_connection(postgres):
    """Somebody in between, or the server, dropped it: it passes, and is no damage."""
    place = postgres.schema()
    store = TinyStore.open(place)
    database = store.db.ground
    for _ in range(7):
        database.execute("SELECT 42")
    database.execute("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")
    with pytest.raises(TemporaryError):
        database.execute("SELECT 42")
    assert database.execute("SELECT 42") == [(42,)]
    store.close()


def test_what_the_server_has_no_room_for_is_refused_for_good(postgres):
    """A text too long for its index holds nobody up: it does not pass, and the next commit is done."""
    store = TinyStore.open(postgres.schema())
    endless = "".join(chr(0x4E00 + number) for number in range(9000))
    with pytest.raises(PermanentError, match="refuses"):
        store.commit(Commit(notes={endless: "x"}))
    with pytest.raises(PermanentError, match="refuses"):
        store.db.ground.execute("SELECT 1 WHERE %s = ''", ("\0",))
    store.commit(Commit(notes={"short": "x"}))
    assert store.note("short") == "x"
    store.close()
