"""Whether the books still stand in the log that they were last written in: a server that took over may lack the last commits.

What was acknowledged may then have been done in the world (a mail sent, a mail filed away) and be unknown to the books, as after a copy
was put back: they are compared with the mailbox before anything is sent (decision 13). Trusted is only a successor of a server
whose commits waited for a standby.
"""

from __future__ import annotations

import json
import logging

from agent.errors import CorruptStore, PermanentError
from agent.store.postgres import PostgresDatabase
from agent.store.postgres_rows import PostgresRows
from agent.store.restore import RESTORED

_LOG = logging.getLogger("relance.store")
_MADE = 'CREATE TABLE IF NOT EXISTS "@log" (server text NOT NULL, timeline text NOT NULL, waits boolean NOT NULL)'
# A log is one server's, and its name begins with its timeline, which is new with each server that takes over or goes back
# (PostgreSQL, 26.3 and 25.3.6). All of it may be asked by every role.
_HERE = """
SELECT system_identifier::text, left(pg_walfile_name(pg_current_wal_lsn()), 8),
    current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') <> 'local'
FROM pg_control_system()"""
_KNOWN = 'SELECT server, timeline, waits FROM "@log"'
_WRITTEN = 'INSERT INTO "@log" VALUES (%s, %s, %s)'


def watch_log(database: PostgresDatabase, rows: PostgresRows) -> None:
    """Look now, with each new connection, and when there is nothing else to do."""
    if database.execute("SELECT to_regclass('\"@log\"')") == [(None,)]:
        with database.first_transaction():
            database.execute(_MADE)
    database.look_back = lambda: look_back(database, rows)
    look_back(database, rows)


def look_back(database: PostgresDatabase, rows: PostgresRows) -> None:
    """Remember in which log the books are written, and that they must be compared when they may have lost what was in another."""
    try:
        told = database.execute(_HERE)
    except (PermanentError, CorruptStore) as error:
        _LOG.debug("the server does not say which log it writes: %s", error)  # some who rent out servers do not let it
        return
    if told == database.execute(_KNOWN):
        return
    with database.transaction():
        (here,), known = database.execute(_HERE), database.execute(_KNOWN)
        if any(
            (server, timeline) != here[:2] and not (server == here[0] and waits) for server, timeline, waits in known
        ):
            _LOG.error("another server holds the books, and may lack what was committed last: the mailbox is compared")
            _to_be_compared(database, rows)
        database.execute('DELETE FROM "@log"')
        database.execute(_WRITTEN, here)


def _to_be_compared(database: PostgresDatabase, rows: PostgresRows) -> None:
    if not rows.has("notes") or rows.bearing(["notes"], ("key",), [RESTORED]):
        return
    _, last = next(rows.scan("events", descending=True), (0, {}))
    ((now,),) = database.execute('SELECT to_char(now(), \'YYYY-MM-DD"T"HH24:MI:SS"+00:00"\')')
    told = {"taken": str(last.get("at", "")), "restored": str(now)}
    rows.add("notes", {"key": RESTORED, "value": json.dumps(told)})
