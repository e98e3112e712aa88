"""One SQLite file as the ground under the store: opened once for writing, durable at every commit, its errors in our words."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import stat
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from agent.errors import AgentError, ConfigError, CorruptStore, NoStore, PermanentError, StoreAway, TemporaryError
from agent.store.ground import Row, Value

# WAL with FULL syncs the log at every commit; secure_delete overwrites what was erased.
_WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "journal_size_limit=16777216",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "temp_store=MEMORY",
)
_READER_PRAGMAS = ("trusted_schema=OFF",)
# One transaction among several that become durable together (sqlite.org/lang_savepoint.html).
_SAVE, _RELEASE = "SAVEPOINT one", "RELEASE one"
_TAKE_BACK = ("ROLLBACK TO one", _RELEASE)
# Primary result codes of SQLite (sqlite.org/rescode.html) after which the same handle may go on.
_PASSING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
# Extended codes for the index of the log, which is made anew at each start: a full disk has no room for it. Nothing was written.
_NO_ROOM = {sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP}
# What a disk answers that is full, over its quota, or mounted for reading only after an error: a person mends it, and it passes.
_DISK_CANNOT_NOW = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def translated(error: sqlite3.Error) -> AgentError:
    """The error of ours that says what happens next.

    A full disk or a busy file passes: nothing was done, and it may be tried again. Everything else that the file reports
    (input or output failed, a failed fsync among it, or the bytes are damaged) ends the process: after a failed fsync nobody
    knows which pages reached the disk, so the same handle is never tried again.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and (code & 0xFF in _PASSING or code in _NO_ROOM):
        return StoreAway(f"the store cannot write now: {error}")
    if code is not None and code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
        return PermanentError(f"the store refuses: {error}")
    return CorruptStore(f"the store failed: {error}")


class SqliteFile:
    """A connection to the file, its transactions and its writer's lock.

    Raises, from every method: TemporaryError (disk full, busy; nothing was changed), CorruptStore (damaged, or a write whose
    durability is unknown; the file is closed for this process).
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self.undone = 0  # transactions that were taken back; who remembers what the file holds must look again
        self._depth = 0
        self._gathering = False
        self._guard = threading.RLock()
        self._lock_fd: int | None = None if read_only else writer_lock(path)
        try:
            self._connection: sqlite3.Connection | None = _connect(path, read_only=read_only)
        except sqlite3.Error as error:
            self._unlock()
            raise translated(error) from error
        except OSError as error:
            self._unlock()
            raise StoreAway(f"the store cannot write now: {path}: {error.strerror}") from error

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """All rows that this statement gives."""
        if self._connection is None:
            raise CorruptStore(f"{self.path} was closed")
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._judged(error) from error

    def execute_all(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Have this statement done with the values of each of these rows. Belongs in a transaction."""
        if self._connection is None:
            raise CorruptStore(f"{self.path} was closed")
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._judged(error) from error

    def script(self, statements: Sequence[str]) -> None:
        """Run these statements, all or none."""
        with self.transaction():
            for statement in statements:
                self.execute(statement)

    @property
    def place(self) -> str:
        """Where it is."""
        return str(self.path)

    @property
    def folder(self) -> Path:
        """The folder that it lies in."""
        return self.path.parent

    @contextmanager
    def transaction(self, *, alone: bool = True) -> Iterator[None]:  # noqa: ARG002 - the one writer is always alone
        """A stretch whose changes become durable together when it ends well; none of them when it raises. It may be nested."""
        if self.read_only:
            raise PermanentError(f"{self.path} is open for reading only")
        with self._guard:
            if self._depth:
                yield
                return
            self._begin()
            self._depth += 1
            try:
                yield
                self.execute(_RELEASE if self._gathering else "COMMIT")
            except BaseException:
                self.undone += 1
                self._roll_back()
                raise
            finally:
                self._depth -= 1

    @contextmanager
    def together(self) -> Iterator[None]:
        """A stretch whose transactions are done or taken back each for itself, and become durable all at once when it ends well.

        When it raises, none of them was done.
        """
        with self._guard:
            if self._depth or self._gathering:
                yield
                return
            self._begin()
            self._gathering = True
            try:
                yield
                self._still_gathering()
                self.execute("COMMIT")
            except BaseException:
                self.undone += 1
                self._gathering = False
                self._roll_back()
                raise
            finally:
                self._gathering = False

    def _begin(self) -> None:
        if self._gathering:
            self._still_gathering()
        self.execute(_SAVE if self._gathering else "BEGIN IMMEDIATE")

    def _still_gathering(self) -> None:
        """Nothing; TemporaryError when SQLite took everything back, as it does on a full disk (sqlite.org/lang_transaction.html)."""
        if self._connection is not None and not self._connection.in_transaction:
            raise StoreAway("the store cannot write now: what waited to become durable was taken back")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A stretch of reading that sees the file as it is now, whatever others commit meanwhile."""
        with self._guard:
            if self._depth or self._gathering:
                yield
                return
            self.execute("BEGIN")
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                self._roll_back()

    def checkpoint(self) -> bool:
        """Carry the log over into the file and empty it, so that erased bytes are gone and a damaged log costs nothing.

        False when a reader of the older content stood in the way; nothing is lost then, and it may be tried again.
        """
        if self.read_only or self._depth or self._gathering:
            return False
        ((busy, _, _),) = self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return busy == 0

    def schema(self) -> int:
        """The number of the schema, 0 when there is none."""
        ((number,),) = self.execute("PRAGMA user_version")
        return int(number or 0)

    def set_schema(self, number: int) -> None:
        """Remember the number of the schema."""
        self.execute(f"PRAGMA user_version = {number}")

    def append_only(self, table: str) -> None:
        """From now on no row of this table can be changed or taken away."""
        for verb in ("UPDATE", "DELETE"):
            self.execute(
                f'CREATE TRIGGER "@no_{verb.lower()}" BEFORE {verb} ON "{table}"'
                f" BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            )

    def problems(self) -> list[str]:
        """What SQLite finds wrong with the pages of the file, the first thing only."""
        return [str(found) for (found,) in self.execute("PRAGMA quick_check(1)") if found != "ok"]

    def close(self) -> None:
        """Let go of file and lock; never raises."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                if not self.read_only:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error:
                pass  # the log stays beside the file and is read at the next start
            connection.close()
        self._unlock()

    def _judged(self, error: sqlite3.Error) -> AgentError:
        ours = translated(error)
        if isinstance(ours, CorruptStore):
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()
        return ours

    def _roll_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            try:
                for statement in _TAKE_BACK if self._gathering else ("ROLLBACK",):
                    self._connection.execute(statement)
            except sqlite3.Error as error:
                raise self._judged(error) from error

    def _unlock(self) -> None:
        if self._lock_fd is not None:
            os.close(self._lock_fd)
            self._lock_fd = None


def writer_lock(path: Path) -> int:
    """The descriptor that holds the writer's lock. A file of its own: closing any descriptor of the database would drop SQLite's locks."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = opened_ours(path.with_name(path.name + ".lock"))
    except OSError as error:
        if error.errno in _DISK_CANNOT_NOW:
            raise StoreAway(f"the store cannot write now: {path.parent}: {error.strerror}") from error
        raise ConfigError([f"store: {path.parent} cannot be written: {error.strerror}"]) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise TemporaryError(f"another process is writing to {path}") from error
    return descriptor


def opened_ours(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    """A descriptor of this file of ours, which is made when it is missing unless `flags` say otherwise.

    Root that works on the books of the service's user follows no link of that user's: it would make, shut, change or show a file elsewhere.

    Raises:
        ConfigError: it is such a link.
    """
    follow = os.O_NOFOLLOW
    with suppress(FileNotFoundError):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            if found.st_uid not in {0, os.geteuid()}:
                raise ConfigError([f"store: {path} is a link that another user made"])
            follow = 0
    return os.open(path, flags | os.O_CLOEXEC | follow, 0o600)


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if read_only:
        if not path.is_file():
            raise NoStore(path)
        address = f"{path.resolve().as_uri()}?mode=ro"
    else:
        handle = opened_ours(path)
        try:
            os.fchmod(handle, 0o600)
        finally:
            os.close(handle)
        address = path.resolve().as_uri()
    connection = sqlite3.connect(address, uri=True, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _READER_PRAGMAS if read_only else _WRITER_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
