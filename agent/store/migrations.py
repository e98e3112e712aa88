"""The schema: a number in the books, and the ordered steps that bring older books to today's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinydb import where

from agent.domain.ledger import replay
from agent.errors import ConfigError, NewerStore
from agent.store import backup
from agent.store.engine import SqliteFile
from agent.store.journal import Journal
from agent.store.ledger_storage import LedgerDB
from agent.store.records import INDEXES, state_document, state_of

Migration = Callable[[LedgerDB], None]


def _first(db: LedgerDB) -> None:
    """Version 1: the tables with their indexes, and events that nobody can change."""
    for name, paths in INDEXES.items():
        db.rows.create(name)
        db.table(name).index(*paths)
    db.ground.append_only("events")


def _second(db: LedgerDB) -> None:
    """Version 2: a table for the layouts that corrections taught; a new file has it from the first step."""
    db.rows.create("layouts")
    db.table("layouts").index(*INDEXES["layouts"])


def _third(db: LedgerDB) -> None:
    """Version 3: a table for the accounts that creditors may be paid on."""
    db.rows.create("payees")
    db.table("payees").index(*INDEXES["payees"])


def _fourth(db: LedgerDB) -> None:
    """Version 4: items and accounts are found by what a payment says of them."""
    for name in ("items", "accounts"):
        table = db.table(name)
        for row in table.after():
            table.put(state_document(state_of(row)), where("id") == row["id"])


def _fifth(db: LedgerDB) -> None:
    """Version 5: items remember which promises were kept and broken; those of which one was made are folded anew."""
    journal, items = Journal(db.table("events"), db.table("texts"), str), db.table("items")
    made = {id_ for row in db.table("events").each(where("type") == "PromiseToPayMade") for id_ in row["about"]}
    for id_ in sorted(made):
        item = replay(entry.event for entry in journal.read(id_)).items.get(id_)
        if item is not None:
            items.put(state_document(item), where("id") == id_)


MIGRATIONS: tuple[Migration, ...] = (_first, _second, _third, _fourth, _fifth)


def restoring_mark(path: Path) -> Path:
    """The file that lies beside a store while a copy is put in its place."""
    return path.with_name(f"{path.name}.restoring")


def migrate(
    db: LedgerDB, steps: tuple[Migration, ...] = MIGRATIONS, *, keep: Callable[[str], None] | None = None
) -> None:
    """Bring the books to the newest schema, in one transaction; of older ones a copy is kept first.

    That of a file lies beside it; that of a database is written by `keep`, which is told its name. Of two workers that come at once
    one does it.

    Raises:
        NewerStore: they are of a newer schema than this program.
        ConfigError: they are of an older one and open for reading only, or no copy of the database can be kept; or a copy was put
            half in its place.
    """
    file = db.ground if isinstance(db.ground, SqliteFile) else None
    if file and restoring_mark(file.path).exists():
        raise ConfigError([f"store: restoring a copy to {file.place} was interrupted: call relance restore again"])
    found = _known(db, steps)
    if found == len(steps):
        return
    if db.ground.read_only or (found and file is None and keep is None):
        raise ConfigError(
            [f"store: {db.ground.place} is of schema {found}; start relance once to bring it to {len(steps)}"]
        )
    if file and found:
        backup.write_copy(db, file.path.with_name(f"{file.path.name}.schema-{found}"))
    elif found and keep is not None:
        keep(f"relance.db.schema-{found}")
    with db.transaction():
        missing = steps[_known(db, steps) :]
        for step in missing:
            step(db)
        if missing:
            db.ground.set_schema(len(steps))


def _known(db: LedgerDB, steps: tuple[Migration, ...]) -> int:
    found = db.ground.schema()
    if found > len(steps):
        raise NewerStore(
            f"{db.ground.place} is of schema {found}; this program knows {len(steps)} at most: install the version that wrote it, or a later one"
        )
    return found
