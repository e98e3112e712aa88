"""Ten million timers in a database, as the store keeps them, and beside them in a plain table; filled by the server itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.store.codec import dumps
from agent.store.tinydb_store import TinyStore
from tests.servers.postgres import Postgres

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = 525_600  # of the year that the timers are spread over
# So that sorting and indexing ten million rows takes minutes; the store that is measured asks for none of it.
SETTINGS = {"fsync": "off", "max_wal_size": "8GB", "maintenance_work_mem": "512MB", "shared_buffers": "4GB"}
_STRIDE = 7_919  # a prime: neighbours in the table are due far apart
_ROWS = f"""SELECT n, 'account:debtor-' || lpad(n::text, 9, '0') AS subject,
    to_char(timestamp '2026-01-01' + (n::bigint * {_STRIDE} % {MINUTES}) * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') AS due
    FROM generate_series(1, {{timers}}) AS n"""
_FILL = (
    'ALTER TABLE "@index" DROP CONSTRAINT "@index_pkey"',
    """INSERT INTO timers (doc_id, own, body)
    SELECT n, subject, '{{"subject":"' || subject || '","at":"' || due || '"}}' FROM ({rows}) AS made""",
    'INSERT INTO "@index" SELECT {subject}, subject, n FROM ({rows}) AS made',
    'INSERT INTO "@index" SELECT {at}, due, n FROM ({rows}) AS made',
    'ALTER TABLE "@index" ADD PRIMARY KEY (slot, value, doc_id)',
    "CREATE TABLE plain AS SELECT subject, due::timestamptz AS due FROM ({rows}) AS made",
    "CREATE INDEX ON plain (due)",
    "ANALYZE",
)


@dataclass(frozen=True)
class Statements:
    """What is asked of the plain table, and how those that were found are taken away from both."""

    plain: str
    timers_done: str
    plain_done: str


IN_DATABASE = Statements(
    "SELECT subject, due FROM plain WHERE due <= %s ORDER BY due LIMIT %s",
    'DELETE FROM "@index" WHERE slot = %s AND value <= %s',
    "DELETE FROM plain WHERE due <= %s",
)
IN_FILE = Statements(
    'SELECT subject, due FROM "@plain" WHERE due <= ? ORDER BY due LIMIT ?',
    'DELETE FROM "@index" WHERE slot = ? AND value <= ?',
    'DELETE FROM "@plain" WHERE due <= ?',
)


def fill(server: Postgres, address: str, timers: int) -> None:
    """Fill the empty store at this address with so many timers of accounts, and a table `plain` with the same."""
    store = TinyStore.open(address)
    store.db.rows.create("timers")
    slots = {path[-1]: slot for path, slot in store.db.rows.paths("timers").items()}
    store.close()
    schema = address.rpartition("%3D")[2]
    for statement in _FILL:
        rows = _ROWS.format(timers=timers)
        server.ask(f"SET work_mem = '256MB'; SET search_path = {schema}; {statement.format(rows=rows, **slots)}")


def fill_file(store: TinyStore, timers: int) -> None:
    """Fill the empty store in a file with so many timers, and a table `@plain` with the same."""
    file = store.db.file
    with file.transaction():
        store.db.rows.create("timers")
        store.db.rows.fill(
            "timers",
            ((number, dumps({"subject": _subject(number), "at": _at(number)})) for number in range(1, timers + 1)),
        )
        file.execute('CREATE TABLE "@plain" (subject TEXT, due TEXT)')
        for number in range(1, timers + 1):
            file.execute('INSERT INTO "@plain" VALUES (?, ?)', (_subject(number), _at(number)))
        file.execute('CREATE INDEX "@due" ON "@plain" (due)')


def _subject(number: int) -> str:
    return f"account:debtor-{number:09}"


def _at(number: int) -> str:
    return (START + timedelta(minutes=number * _STRIDE % MINUTES)).isoformat()
