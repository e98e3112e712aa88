"""A connection to the database on the terms that the books need, whatever its server, its role or the address is set to."""

from __future__ import annotations

import re
from collections.abc import Mapping

import psycopg
from psycopg.conninfo import make_conninfo

from agent.errors import ConfigError
from agent.store.ground import Row

# Seconds. A worker that is paused in the middle of a commit must not keep the others from theirs: the server ends its transaction.
_PAUSED, _LOCKED, _STATEMENT = 15, 30, 120
_SETTINGS = (
    f"SET idle_in_transaction_session_timeout = '{_PAUSED}s'",
    f"SET lock_timeout = '{_LOCKED}s'",
    f"SET statement_timeout = '{_STATEMENT}s'",
    "SET client_encoding = 'UTF8'",
    "SET timezone = 'UTC'",
    "SET jit = off",  # it compiles for longer than these questions take
    "SET row_security = off",  # an error, and no smaller books, for a role that may see one creditor's rows alone
    # who waited for the end of the chain must see it
    "SET default_transaction_isolation = 'read committed'",
    # what is acknowledged is on the disk, also where a role or a database was told to hurry
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
# Seconds and counts by which a connection that the network cut is noticed.
_NETWORK: dict[str, str | int | None] = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30000,
}

# What no server is asked for, since the address itself is wrong (libpq, fe-connect.c).
_OF_THE_ADDRESS = re.compile(
    r"(?:invalid (?:[a-z_]+ value|port number|integer value|connection option)|could not match \d+)[^\n]{0,200}"
)


def connected(told: Mapping[str, str | int | None], *, read_only: bool) -> psycopg.Connection[Row]:
    """A new connection to what the parts of an address say.

    Raises:
        psycopg.Error: it cannot be made now.
        ConfigError: books cannot lie there, or not be reached like this.
    """
    try:
        found = psycopg.connect(make_conninfo("", **(_NETWORK | dict(told))), autocommit=True, prepare_threshold=None)
    except psycopg.OperationalError as error:
        if wrong := _OF_THE_ADDRESS.search(str(error)):
            raise ConfigError([f"store: the address says what cannot be: {wrong[0]}"]) from None
        raise
    try:
        for setting in _SETTINGS:
            found.execute(setting.encode())
        if read_only:
            found.execute(b"SET default_transaction_read_only = on")
        _refuse_what_is_unfit(found)
    except BaseException:
        found.close()
        raise
    return found


def _refuse_what_is_unfit(connection: psycopg.Connection[Row]) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise ConfigError(
            [
                f"store: the database is of encoding {encoding}, which not every name fits in: createdb -T template0 -E UTF8"
            ]
        )
    ((process,),) = connection.execute(b"SELECT pg_backend_pid()").fetchall()
    if process != connection.info.backend_pid:
        # Locks and what was prepared belong to a session of the server, and a pool gives each statement another one.
        raise ConfigError(["store: a pool of connections answers there (PgBouncer or alike): name the server itself"])
