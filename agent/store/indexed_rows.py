"""What the rows of every ground have in common: how they are read, and how the index over declared paths is kept."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

from agent.store.codec import Document, Json
from agent.store.ground import CHUNK, Row, Value
from agent.store.indexing import entries, word
from agent.store.pushdown import Lookup, Path


class Asked(Protocol):
    """A ground that is asked in SQL."""

    undone: int

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """All rows that this statement gives."""
        ...

    def transaction(self, *, alone: bool = True) -> AbstractContextManager[None]:
        """As `Ground.transaction`."""
        ...


class IndexedRows(ABC):
    """The part of `Rows` that is the same on every ground: one SQL table per TinyDB table with `doc_id` and `body`, the declared paths
    in `@paths`, and in `@index` what stands at them.
    """

    mark: ClassVar[str]  # of a value in a statement

    def __init__(self, ground: Asked) -> None:
        self._ground = ground
        self._slots: dict[str, dict[Path, int]] | None = None
        self._known: set[str] = set()
        self._as_of = ground.undone

    @abstractmethod
    def has(self, table: str) -> bool:
        """Whether this table exists."""

    @abstractmethod
    def body(self, table: str, doc_id: int) -> str | None:
        """The text of one document."""

    @abstractmethod
    def bodies(
        self, table: str, path: Path, values: Sequence[str], *, descending: bool = False
    ) -> Iterator[tuple[int, str]]:
        """The texts of the documents that the index names for one of these values, by id."""

    @abstractmethod
    def _index(self, doc_id: int, more: set[tuple[int, str]], less: set[tuple[int, str]]) -> None: ...

    @abstractmethod
    def _told(self, fields: Sequence[str]) -> tuple[str, Callable[[Row], tuple[Value, ...]]]:
        """What to ask of a table `t`, and how to read these fields from it."""

    def count(self, table: str) -> int:
        """How many documents it holds."""
        found = self._select(table, "count(*)", "")
        return number(found[0][0]) if found else 0

    def last_id(self, table: str) -> int:
        """The highest id in it, 0 when it is empty."""
        found = self._select(table, "max(doc_id)", "")
        return number(found[0][0]) if found and found[0][0] is not None else 0

    def get(self, table: str, doc_id: int) -> Document | None:
        """One document, as a copy of its own."""
        body = self.body(table, doc_id)
        return None if body is None else loads(body)

    def scan(self, table: str, after: int | None = None, *, descending: bool = False) -> Iterator[tuple[int, Document]]:
        """All documents in the order of their ids, from behind `after`; the table may change meanwhile."""
        return ((doc_id, loads(body)) for doc_id, body in self.texts(table, after, descending=descending))

    def texts(self, table: str, after: int | None = None, *, descending: bool = False) -> Iterator[tuple[int, str]]:
        """The same documents as the texts that they are stored as."""
        sign, order = ("<", "DESC") if descending else (">", "ASC")
        while True:
            where, values = ("", ()) if after is None else (f"WHERE doc_id {sign} {self.mark}", (after,))
            found = self._select(table, "doc_id, body", f"{where} ORDER BY doc_id {order} LIMIT {CHUNK}", values)
            yield from ((number(doc_id), str(body)) for doc_id, body in found)
            if len(found) < CHUNK:
                return
            after = number(found[-1][0])

    def ids(self, table: str) -> list[int]:
        """All ids, ascending."""
        return [number(doc_id) for (doc_id,) in self._select(table, "doc_id", "ORDER BY doc_id")]

    def paths(self, table: str) -> Mapping[Path, int]:
        """The indexed paths of this table, with the number under which each stands in the index."""
        self._forget_what_was_undone()
        if self._slots is None:
            # remembered once it is known: who fails to ask must not go on as if nothing were indexed
            slots: dict[str, dict[Path, int]] = {}
            if self.has("@paths"):
                for slot, name, path in self._ground.execute('SELECT slot, name, path FROM "@paths"'):
                    slots.setdefault(str(name), {})[tuple(json.loads(str(path)))] = number(slot)
            self._slots = slots
        return self._slots.get(table, {})

    def declare(self, table: str, paths: Sequence[Path]) -> None:
        """Keep an index over these paths of the table from now on; what is there already is indexed at once."""
        new = [path for path in paths if path not in self.paths(table)]
        if not new:
            return
        insert = f'INSERT INTO "@paths" (name, path) VALUES ({self.mark}, {self.mark})'  # noqa: S608 - marks only
        with self._ground.transaction():
            for path in new:
                self._ground.execute(insert, (table, json.dumps(path)))
            self._slots = None
            slots = {path: slot for path, slot in self.paths(table).items() if path in new}
            for doc_id, document in self.scan(table):
                self._index(doc_id, entries(document, slots), set())

    def matching(self, table: str, lookup: Lookup, *, descending: bool = False) -> Iterator[tuple[int, Document]]:
        """Documents that the index names: for values by id, for a range in the order of the values."""
        if lookup.exact:
            found = self.bodies(table, lookup.path, lookup.values, descending=descending)
            return ((doc_id, loads(body)) for doc_id, body in found)
        return self._range(table, lookup, descending=descending) if self.has(table) else iter(())

    def bearing(self, tables: Sequence[str], path: Path, values: Sequence[str]) -> list[str]:
        """Those of the tables that hold a document with one of these values at the indexed path."""
        slots = {slot: table for table in tables if (slot := self.paths(table).get(path)) is not None}
        bearing: set[str] = set()
        for first in range(0, len(values) if slots else 0, CHUNK):
            part = [word(value) for value in values[first : first + CHUNK]]
            numbers = " UNION ALL ".join(f"SELECT {slot} AS slot" for slot in slots)
            found = self._ground.execute(
                f"SELECT s.slot FROM ({numbers}) s WHERE EXISTS"  # noqa: S608 - numbers and marks only
                f' (SELECT 1 FROM "@index" i WHERE i.slot = s.slot AND i.value IN ({",".join([self.mark] * len(part))}))',
                part,
            )
            bearing |= {slots[number(slot)] for (slot,) in found}
        return [table for table in tables if table in bearing]

    def bearers(
        self,
        table: str,
        path: Path,
        values: Sequence[str],
        fields: Sequence[str],
        within: tuple[Path, str] | None = None,
        most: int | None = None,
    ) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """Each of these values that stands in the index, with the named fields of a document that bears it, by id."""
        slot = self.paths(table).get(path)
        if slot is None or not self.has(table):
            return
        what, told = self._told(fields)
        besides, mine = self._within(table, within)
        size, bound = (CHUNK, "") if most is None else (1, f" LIMIT {most}")
        for first in range(0, len(values), size):
            part = [word(value) for value in values[first : first + size]]
            marks = ",".join([self.mark] * len(part))
            rows = self._ground.execute(
                f'SELECT i.value, {what} FROM "@index" i JOIN {self._quoted(table)} t USING (doc_id)'  # noqa: S608 - quoted
                f" WHERE i.slot = {self.mark} AND i.value IN ({marks}){besides} ORDER BY doc_id{bound}",
                (slot, *part, *mine),
            )
            yield from ((str(row[0]), told(row[1:])) for row in rows)

    def between(
        self, table: str, path: Path, low: str, high: str, fields: Sequence[str]
    ) -> Iterator[tuple[Value, ...]]:
        """The named fields of the documents whose value at this indexed path lies in the range, in the order of the values."""
        slot = self.paths(table).get(path)
        if slot is None or not self.has(table):
            return iter(())
        what, told = self._told(fields)
        rows = self._ground.execute(
            f'SELECT {what} FROM "@index" i JOIN {self._quoted(table)} t USING (doc_id) WHERE {self._in_range("i.")}'  # noqa: S608 - quoted
            " ORDER BY i.value, doc_id",
            (slot, word(low), word(high)),
        )
        return map(told, rows)

    def borne(self, table: str, path: Path, low: str, high: str) -> int:
        """How many values in this range the index of this path knows."""
        slot = self.paths(table).get(path)
        if slot is None:
            return 0
        sql = f'SELECT count(*) FROM "@index" WHERE {self._in_range()}'  # noqa: S608 - fixed clauses
        return number(self._ground.execute(sql, (slot, word(low), word(high)))[0][0])

    def index(self) -> Iterator[tuple[int, str, int]]:
        """All that stands in the index: the number of the path, the text, and the id of the document that bears it."""
        last: Row = (-1, "", -1)
        while True:
            found = self._ground.execute(
                f'SELECT slot, value, doc_id FROM "@index" WHERE (slot, value, doc_id) > ({self.mark}, {self.mark}, {self.mark})'  # noqa: S608 - marks only
                f" ORDER BY slot, value, doc_id LIMIT {CHUNK}",
                last,
            )
            yield from ((number(slot), str(value), number(doc_id)) for slot, value, doc_id in found)
            if len(found) < CHUNK:
                return
            last = found[-1]

    def aside(self, table: str) -> Iterator[int]:  # noqa: ARG002 - where all of a document is in its text
        """The ids of the documents beside whose text something else stands than it says."""
        return iter(())

    def _in_range(self, of: str = "") -> str:
        return f"{of}slot = {self.mark} AND {of}value >= {self.mark} AND {of}value <= {self.mark}"

    def _within(self, table: str, within: tuple[Path, str] | None) -> tuple[str, tuple[Value, ...]]:
        """What leaves out, by the index alone, rows `i` of it whose document does not bear this value at its path."""
        slot = self.paths(table).get(within[0]) if within is not None else None
        if within is None or slot is None:
            return "", ()
        own = f"o.slot = {self.mark} AND o.value = {self.mark} AND o.doc_id = i.doc_id"
        return f' AND EXISTS (SELECT 1 FROM "@index" o WHERE {own})', (slot, word(within[1]))  # noqa: S608 - fixed clauses

    def _range(self, table: str, lookup: Lookup, *, descending: bool) -> Iterator[tuple[int, Document]]:
        """The documents whose value lies in a range, in the order of the values; it may change meanwhile."""
        sign, order = ("<", "DESC") if descending else (">", "ASC")
        ordered = f"ORDER BY i.value {order}, i.doc_id {order}"
        low, high = f"i.value >= {self.mark}", f"i.value <= {self.mark}"
        bounds = {low: word(lookup.low)} | ({} if lookup.high is None else {high: word(lookup.high)})
        behind = f"(i.value, i.doc_id) {sign} ({self.mark}, {self.mark})"
        last: Row = ()
        while True:
            if last:  # with the older bound beside it, the search would begin there and pass over all that was met
                bounds.pop(high if descending else low, None)
            where = " AND ".join([f"i.slot = {self.mark}", *bounds, *([behind] if last else [])])
            # the next ones are found by the index alone, before anything is joined: their number is known, however many follow
            found = f'SELECT i.value, i.doc_id FROM "@index" i WHERE {where} {ordered} LIMIT {CHUNK}'  # noqa: S608 - fixed clauses
            rows = self._ground.execute(
                f"SELECT i.value, i.doc_id, t.body FROM ({found}) i JOIN {self._quoted(table)} t USING (doc_id) {ordered}",  # noqa: S608 - quoted
                (self.paths(table)[lookup.path], *bounds.values(), *last),
            )
            yield from ((number(doc_id), loads(str(body))) for _, doc_id, body in rows)
            if len(rows) < CHUNK:
                return
            last = rows[-1][:2]

    def _select(self, table: str, what: str, rest: str, values: Sequence[Value] = ()) -> list[Row]:
        if not self.has(table):
            return []
        return self._ground.execute(f"SELECT {what} FROM {self._quoted(table)} {rest}", values)  # noqa: S608 - quoted

    def _reindex(self, table: str, doc_id: int, old: Document, new: Mapping[str, Json]) -> None:
        slots = self.paths(table)
        if slots:
            before, after = entries(old, slots), entries(new, slots)
            self._index(doc_id, after - before, before - after)

    def _forget(self, table: str) -> None:
        for slot in self.paths(table).values():
            self._ground.execute(f'DELETE FROM "@index" WHERE slot = {self.mark}', (slot,))  # noqa: S608 - a mark only

    def _forget_what_was_undone(self) -> None:
        if self._as_of != self._ground.undone:
            self._as_of = self._ground.undone
            self._slots, self._known = None, set()

    @staticmethod
    def _quoted(name: str) -> str:
        """The name of a table as it stands in a statement."""
        return identifier(name)


def identifier(name: str) -> str:
    """The name of a table in SQL, whatever its letters."""
    return '"' + name.replace('"', '""') + '"'


def number(value: Value) -> int:
    """What can only be a number."""
    assert isinstance(value, int)
    return value


def loads(body: str) -> Document:
    """The document of this text."""
    document: Document = json.loads(body)
    return document
