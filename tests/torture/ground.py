"""Where the books of a play lie: in a file of the state folder, or in a database on a server of the play's own, which can die too."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from agent.store.tinydb_store import TinyStore
from tests.servers.postgres import Postgres

# Seconds for which a lock may outlive who took it, on a machine that is busy with other things.
_LOCK_OUTLIVES = 20.0


class Ground:
    """The file of the state folder."""

    configured = ""

    def __init__(self, state: Path) -> None:
        self._path = state / "relance.db"

    def close(self) -> None:
        """Let go of what belongs to it."""

    def begun(self) -> bool:
        """Whether there are books, or the beginning of some."""
        return self._path.exists()

    def whole(self) -> bool:
        """Whether books were once there as a whole."""
        return self.begun() and bool(self._path.stat().st_size)

    def books(self) -> TinyStore:
        """The store, for looking."""
        return TinyStore.open(self._path, read_only=True)

    def seen_free(self) -> bool:
        """Whether nobody writes, after a child that the dead daemon was just forking had its moment; nobody holds it for long."""
        try:
            handle = os.open(self._path.with_name("relance.db.lock"), os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return True
        try:
            return _soon(lambda: _locked(handle))
        finally:
            os.close(handle)

    def make_older(self, schema: int) -> None:
        """Let the books look as if an older program had written them."""
        connection = sqlite3.connect(self._path, isolation_level=None)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version:
            connection.execute(f"PRAGMA user_version = {schema}")
        connection.close()

    def die(self) -> None:
        """Let what holds the books die and come back: of a file, nothing does but the daemon."""


class DatabaseGround(Ground):
    """A database of the play's own."""

    def __init__(self, state: Path) -> None:
        super().__init__(state)
        self._server = Postgres().__enter__()
        self._place = self._server.schema()
        self.configured = f'[store]\naddress = "{self._place}"\n'

    def close(self) -> None:
        """End the server."""
        self._server.__exit__()

    def begun(self) -> bool:
        """Whether there are books, or the beginning of some."""
        return self._ask("SELECT count(*) FROM pg_class WHERE relname = '@schema'") > 0

    def whole(self) -> bool:
        """Whether books were once there as a whole."""
        return self.begun() and self._ask('SELECT count(*) FROM "@schema"') > 0

    def books(self) -> TinyStore:
        """The store, for looking."""
        return TinyStore.open(self._place, read_only=True)

    def seen_free(self) -> bool:
        """Whether the server has noticed that whoever wrote is dead."""
        return _soon(lambda: not self._ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))

    def make_older(self, schema: int) -> None:
        """Let the books look as if an older program had written them."""
        if self.seen_free() and self.whole():
            with psycopg.connect(self._place, autocommit=True) as connection:
                connection.execute('DELETE FROM "@schema" WHERE number > %s', (schema,))
                connection.execute(
                    'INSERT INTO "@schema" SELECT %s WHERE NOT EXISTS (SELECT 1 FROM "@schema")', (schema,)
                )

    def die(self) -> None:
        """The server dies as with its machine, and is started again."""
        self._server.stop("immediate")
        self._server.start()

    def _ask(self, sql: str) -> int:
        with psycopg.connect(self._place, autocommit=True) as connection:
            found = connection.execute(sql.encode()).fetchone()
        return int(found[0]) if found else 0


def _locked(handle: int) -> bool:
    """Whether the lock was free and is ours now."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _soon(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + _LOCK_OUTLIVES
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
