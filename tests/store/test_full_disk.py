"""A disk that is full when the store is opened: that passes, and is never called damage."""

import sqlite3
from contextlib import suppress

import pytest

from agent.errors import CorruptStore, StoreAway, TemporaryError
from agent.store.engine import translated
from agent.store.tinydb_store import TinyStore


def test_a_store_on_a_full_disk_is_opened_later(small_disk):
    """The service manager tries again then; of damage, which a person must look at, nobody speaks."""
    path = small_disk.path / "relance.db"
    TinyStore.open(path).close()
    ballast = small_disk.path / "ballast"
    for size in (4096, 1):
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while file.write(bytes(size)):
                pass
    with pytest.raises(TemporaryError):
        TinyStore.open(path)
    ballast.unlink()
    store = TinyStore.open(path)
    assert store.verify() == []
    store.close()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StoreAway),
        (sqlite3.SQLITE_IOERR_SHMSIZE, StoreAway),
        (sqlite3.SQLITE_IOERR_FSYNC, CorruptStore),
        (sqlite3.SQLITE_IOERR_WRITE, CorruptStore),
        (sqlite3.SQLITE_CORRUPT, CorruptStore),
    ],
)
def test_only_a_lack_of_room_passes(code, kind):
    """What nobody knows to be on the disk ends the process."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    assert type(translated(error)) is kind
