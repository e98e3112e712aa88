"""The whole store as one plain TinyDB file, which stock `TinyDB('out.json')` opens."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from agent.errors import TemporaryError
from agent.store.documents import sync_folder
from agent.store.tinydb_store import TinyStore


def export_tinydb(store: TinyStore, target: Path) -> None:
    """Write every table with its documents as TinyDB's own JSON, one document in memory at a time; then give it its name.

    Raises:
        TemporaryError: there is no room for it.
    """
    draft = target.with_name(f".{target.name}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with store.db.ground.snapshot(), open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
            file.writelines(_json(store))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise TemporaryError(f"no export could be written to {target}: {error.strerror}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _json(store: TinyStore) -> Iterator[str]:
    for number, table in enumerate(sorted(store.db.tables())):
        yield f"{', ' if number else '{'}{json.dumps(table)}: {{"
        for row_number, row in enumerate(store.db.table(table).after()):
            yield f"{', ' if row_number else ''}{json.dumps(str(row.doc_id))}: {json.dumps(row)}"
        yield "}"
    yield "}"
