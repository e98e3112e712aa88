"""Where a store is: the path of a file, or the address of a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import ConfigError
from agent.store.claims import SoleClaims
from agent.store.documents import DocumentFiles
from agent.store.engine import SqliteFile
from agent.store.ground import Documents, Ground, Rows
from agent.store.sqlite_rows import SqliteRows

_POSTGRES = ("postgresql://", "postgres://")


def is_address(place: str | Path) -> bool:
    """Whether this is the address of a database and no path."""
    return str(place).startswith(_POSTGRES)


def has_books(place: str | Path) -> bool:
    """Whether a store may be there; only asking a database tells more."""
    return is_address(place) or Path(place).exists()


def opened(place: str | Path, *, read_only: bool = False, shared: bool = False) -> tuple[Ground, Rows, Documents]:
    """The ground there, the rows and the documents on it; `shared` with other workers, which only a database can be.

    Raises:
        ConfigError: there is none and `read_only`; its folder cannot be written; what a database needs is not installed; or a file shall be `shared`.
        TemporaryError: another process writes to the file, or the database cannot be reached.
    """
    if is_address(place):
        return _database(str(place), read_only=read_only, shared=shared)
    if shared:
        raise ConfigError(["store: several workers need a database: give store.address, or take store.shared away"])
    path = Path(place)
    file = SqliteFile(path, read_only=read_only)
    with _closed_unless_whole(file):
        return file, SqliteRows(file), DocumentFiles(path.parent / "documents", read_only=read_only)


def _database(address: str, *, read_only: bool, shared: bool) -> tuple[Ground, Rows, Documents]:
    try:
        from agent.store.postgres import PostgresDatabase  # noqa: PLC0415 - an extra that few install
        from agent.store.postgres_documents import PostgresDocuments  # noqa: PLC0415
        from agent.store.postgres_log import watch_log  # noqa: PLC0415
        from agent.store.postgres_rows import PostgresRows  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(["store: PostgreSQL needs the extra: pip install 'relance[postgres]'"]) from error
    database = PostgresDatabase(address, read_only=read_only, shared=shared)
    with _closed_unless_whole(database):
        rows = PostgresRows(database)
        if not read_only:
            watch_log(database, rows)
        return database, rows, PostgresDocuments(database)


def claims_on(ground: Ground, lease: float | None) -> SoleClaims:
    """The claims of a worker on this ground: without a lease, of the only one."""
    if lease is None:
        return SoleClaims()
    from agent.store.postgres import PostgresDatabase  # noqa: PLC0415 - an extra that few install
    from agent.store.postgres_claims import PostgresClaims  # noqa: PLC0415

    assert isinstance(ground, PostgresDatabase)
    return PostgresClaims(ground, lease)


@contextmanager
def _closed_unless_whole(ground: Ground) -> Iterator[None]:
    """What fails holds neither the lock nor a file open."""
    try:
        yield
    except BaseException:
        ground.close()
        raise
