"""The books from one ground to another, row by row: numbers, hashes and salts of the chain stay what they are."""

from __future__ import annotations

import hashlib

from agent.errors import PermanentError
from agent.store.ledger_storage import LedgerDB


def move_rows(source: LedgerDB, target: LedgerDB) -> int:
    """Write every row of `source`, as it is now, into the empty `target`; how many there were. All of them, or none.

    Raises:
        PermanentError: there is something in `target` already, or it is of another schema.
    """
    found = target.ground.schema()
    if found not in (0, source.ground.schema()):
        raise PermanentError(f"{target.ground.place} is of schema {found}, and the other of {source.ground.schema()}")
    if any(target.rows.count(table) for table in target.rows.tables()):
        raise PermanentError(f"{target.ground.place} holds books already: name an empty one")
    with source.ground.snapshot(), target.transaction():
        if not found:
            _lay_out(source, target)
        return sum(target.rows.fill(table, source.rows.texts(table)) for table in source.rows.tables())


def fingerprint(db: LedgerDB) -> str:
    """A SHA-256 over every row of every table, as it is now: two grounds that hold the same books have the same one."""
    digest = hashlib.sha256()
    with db.ground.snapshot():
        for table in sorted(db.rows.tables()):
            for doc_id, text in db.rows.texts(table):
                digest.update(f"{table} {doc_id} {text}\n".encode())
    return digest.hexdigest()


def _lay_out(source: LedgerDB, target: LedgerDB) -> None:
    for table in source.rows.tables():
        target.rows.create(table)
        target.rows.declare(table, list(source.rows.paths(table)))
    target.ground.append_only("events")
    target.ground.set_schema(source.ground.schema())
