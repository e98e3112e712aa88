"""Which documents the books still name, wherever: what is named nowhere any more may be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.mail.packing import unpacked
from agent.store.codec import dumps

if TYPE_CHECKING:
    from agent.store.tinydb_store import TinyStore

# The notes that name what an erasure has still to take away: the key ends in the account.
FORGETTING = "forgetting:"
# The notes of documents whose term ended: the key ends in the SHA-256, the value is the item that named it.
EXPIRED = "expired:"
_SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def named_in(text: str) -> frozenset[str]:
    """Every SHA-256 that stands in a text."""
    return frozenset(_SHA256.findall(text))


def forget_unnamed(store: TinyStore, candidates: frozenset[str], apart: frozenset[str]) -> int:
    """Take those of these documents away that nothing names any more, but for events about the states `apart`; how many went."""
    wanted = candidates & set(store.documents.names())
    still = {name for text in _rows(store, apart) for name in named_in(text)} if wanted else set()
    for name in list(still & set(store.documents.names())) if wanted else ():
        still |= _within(store, name)
    gone = wanted - still
    for name in gone:
        store.documents.forget(name)
    return len(gone)


def _rows(store: TinyStore, apart: frozenset[str]) -> Iterator[str]:
    """Every row of every table as text; of the events only those that are not about these states."""
    for table in store.db.tables():
        for row in store.db.table(table).after():
            of_the_forgotten = table == "events" and not apart.isdisjoint(row["about"])
            if not of_the_forgotten and not str(row.get("key", "")).startswith((FORGETTING, EXPIRED)):
                yield dumps(dict(row))


def _within(store: TinyStore, name: str) -> set[str]:
    """The documents that a packed mail needs to be read again; none for any other document."""
    needed: set[str] = set()

    def noted(sha256: str) -> bytes | None:
        needed.add(sha256)
        return store.document(sha256)

    content = store.document(name)
    if content is not None:
        unpacked(content, noted)
    return needed
