"""A consistent copy of the books, as one file, while they are in use."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import CorruptStore, TemporaryError
from agent.store.documents import sync_folder
from agent.store.engine import SqliteFile
from agent.store.ledger_storage import LedgerDB
from agent.store.moving import move_rows


def write_copy(db: LedgerDB, target: Path, ready: Callable[[], None] = lambda: None) -> None:
    """Write the copy, make it durable, check it, wait until what belongs to it is `ready`, and only then give it its name.

    Raises:
        TemporaryError: there is no room for it.
        CorruptStore: the copy does not pass SQLite's check.
    """
    draft = target.with_name(f".{target.name}.tmp")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
    except OSError as error:
        raise TemporaryError(f"no copy can be written to {target}: {error.strerror}") from error
    try:
        write_draft(db, draft)
        ready()
        draft.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise TemporaryError(f"no copy could be written to {target}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def write_draft(db: LedgerDB, draft: Path) -> None:
    """Write what the store holds now into a new file, which nobody else may read, make it durable and check it."""
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if isinstance(db.ground, SqliteFile):
        db.ground.execute("VACUUM INTO ?", (str(draft),))
    else:
        _write_rows(db, draft)
    _sync(draft)
    check_file(draft)


def _write_rows(db: LedgerDB, draft: Path) -> None:
    with opened_alone(draft) as copy:
        move_rows(db, copy)


@contextmanager
def opened_alone(path: Path) -> Iterator[LedgerDB]:
    """A store's file opened for a change that leaves one file behind: no log, no lock."""
    try:
        with LedgerDB(path) as db:
            yield db
            db.file.execute("PRAGMA journal_mode=DELETE")
    finally:  # also where it could not even be opened for want of room
        for beside in (".lock", "-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
    _sync(path)


def _sync(path: Path) -> None:
    with path.open("rb") as copy:
        os.fsync(copy.fileno())


def check_file(path: Path) -> None:
    """Return when SQLite finds nothing wrong in this file. Raises CorruptStore."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        answer = connection.execute("PRAGMA quick_check").fetchall()
    except sqlite3.Error as error:
        raise CorruptStore(f"the copy {path} cannot be read: {error}") from error
    finally:
        connection.close()
    if answer != [("ok",)]:
        raise CorruptStore(f"the copy {path} is damaged: {answer[0][0]}")
