"""Does the index find what the documents say? What it does not find, no letter is stopped by and no mail is answered with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.store.indexed_rows import IndexedRows, loads
from agent.store.indexing import entries
from agent.store.pushdown import Path
from agent.store.records import INDEXES

_LARGEST = 2**61 - 1


@dataclass(slots=True)
class _Sum:
    """What came less what went, whatever the order: nothing when the same came as went."""

    count: int = 0
    mixed: int = 0

    def take(self, entry: tuple[int, str, int], sign: int) -> None:
        """One more (1) or one less (-1)."""
        self.count += sign
        self.mixed = (self.mixed + sign * hash(entry)) % _LARGEST


def index_problems(rows: IndexedRows, tables: Iterable[str]) -> Iterator[str]:
    """One line for each path of these tables that the index does not know as the documents are, and for what else stands beside them.

    Nothing of it is held in memory; each entry is met twice, and both meetings take each other away.
    """
    sums: defaultdict[int, _Sum] = defaultdict(_Sum)
    for entry in rows.index():
        sums[entry[0]].take(entry, 1)
    names: dict[int, str] = {}
    for table in tables:
        slots = rows.paths(table)
        names |= {slot: f"{table} by {'.'.join(path)}" for path, slot in slots.items()}
        yield from _unindexed(table, set(slots))
        for doc_id, text in rows.texts(table):
            for slot, value in entries(loads(text), slots):
                sums[slot].take((slot, value, doc_id), -1)
        yield from (f"{table} {doc_id} stands under another name than its own" for doc_id in rows.aside(table))
    for slot, left in sorted(sums.items()):
        if left.count or left.mixed:
            yield f"the index of {names.get(slot, 'nothing')} is not what the documents say"


def _unindexed(table: str, known: set[Path]) -> Iterator[str]:
    yield from (f"{table} are not indexed by {name}" for name in INDEXES.get(table, ()) if (name,) not in known)
