"""Documents as rows of an SQLite file: one SQL table per TinyDB table, and one hidden index over the paths that were declared for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from agent.store.codec import Document, Json, dumps
from agent.store.engine import Row, SqliteFile
from agent.store.ground import CHUNK, Value
from agent.store.indexing import entries, word
from agent.store.pushdown import Lookup, Path

_HIDDEN = (
    """CREATE TABLE IF NOT EXISTS "@paths" (
    slot INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, UNIQUE (name, path))""",
    """CREATE TABLE IF NOT EXISTS "@index" (
    slot INTEGER NOT NULL, value TEXT NOT NULL, doc_id INTEGER NOT NULL, PRIMARY KEY (slot, value, doc_id)) WITHOUT ROWID""",
)


class SqliteRows:
    """The rows of one SQLite file.

    The paths stand in the file itself, so that whoever opens it keeps them up.
    """

    def __init__(self, file: SqliteFile) -> None:
        self.file = file
        self._slots: dict[str, dict[Path, int]] | None = None
        self._known: set[str] = set()
        self._next: dict[str, int] = {}
        self._as_of = file.undone
        if not file.read_only:
            file.script(_HIDDEN)

    def tables(self) -> list[str]:
        """The names of all tables that were written to."""
        found = self.file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        return [str(name) for (name,) in found if not str(name).startswith(("@", "sqlite_"))]

    def has(self, table: str) -> bool:
        """Whether this table exists."""
        self._forget_what_was_undone()
        if table in self._known:
            return True
        found = bool(self.file.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)))
        if found and not self.file.read_only:  # the one writer knows; a reader asks each time
            self._known.add(table)
        return found

    def create(self, table: str) -> None:
        """Make the table if there is none.

        Raises:
            ValueError: a name that is reserved, or differs from an existing one by upper and lower case only.
        """
        if self.has(table):
            return
        taken = {name.lower() for name in self.tables()}
        if table.startswith(("@", "sqlite_")) or table.lower() in taken or "\0" in table:
            raise ValueError(f"not a name for a table here: {table!r}")
        self.file.execute(f"CREATE TABLE {_quoted(table)} (doc_id INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    def drop(self, table: str) -> None:
        """Take the table away with its documents; its indexed paths stay declared."""
        self._forget(table)
        self._next.pop(table, None)
        self._known.discard(table)
        self.file.execute(f"DROP TABLE IF EXISTS {_quoted(table)}")

    def clear(self, table: str) -> None:
        """Take all documents away."""
        self._forget(table)
        self._next.pop(table, None)
        self.file.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608 - the name is quoted

    def count(self, table: str) -> int:
        """How many documents it holds."""
        return _number(self._select(table, "count(*)", "")[0][0])

    def last_id(self, table: str) -> int:
        """The highest id in it, 0 when it is empty."""
        found = self._select(table, "max(doc_id)", "")
        return _number(found[0][0]) if found and found[0][0] is not None else 0

    def next_id(self, table: str) -> int:
        """An id above all that were given, also by a transaction that was taken back."""
        self._next[table] = max(self._next.get(table, 0), self.last_id(table)) + 1
        return self._next[table]

    def claim(self, table: str) -> None:
        """Nothing to do: the one writer is alone."""

    def body(self, table: str, doc_id: int) -> str | None:
        """The text of one document."""
        found = self._select(table, "body", "WHERE doc_id = ?", (doc_id,))
        return str(found[0][0]) if found else None

    def get(self, table: str, doc_id: int) -> Document | None:
        """One document, as a copy of its own."""
        body = self.body(table, doc_id)
        return None if body is None else _loads(body)

    def scan(self, table: str, after: int | None = None, *, descending: bool = False) -> Iterator[tuple[int, Document]]:
        """All documents in the order of their ids, from behind `after`; the table may change meanwhile."""
        sign, order = ("<", "DESC") if descending else (">", "ASC")
        while True:
            where, values = ("", ()) if after is None else (f"WHERE doc_id {sign} ?", (after,))
            found = self._select(table, "doc_id, body", f"{where} ORDER BY doc_id {order} LIMIT {CHUNK}", values)
            yield from ((_number(doc_id), _loads(str(body))) for doc_id, body in found)
            if len(found) < CHUNK:
                return
            after = _number(found[-1][0])

    def ids(self, table: str) -> list[int]:
        """All ids, ascending."""
        return [_number(doc_id) for (doc_id,) in self._select(table, "doc_id", "ORDER BY doc_id")]

    def put(self, table: str, doc_id: int, document: Mapping[str, Json]) -> None:
        """Write this document under this id, over an older one."""
        body = dumps(document, ordered=False)
        old = self.body(table, doc_id)
        if body == old:
            return
        self._reindex(table, doc_id, {} if old is None else _loads(old), _loads(body))
        self.file.execute(
            f"INSERT INTO {_quoted(table)} (doc_id, body) VALUES (?, ?)"  # noqa: S608 - the name is quoted
            " ON CONFLICT (doc_id) DO UPDATE SET body = excluded.body",
            (doc_id, body),
        )

    def fill(self, table: str, documents: Iterable[tuple[int, Document]]) -> int:
        """Write these documents under ids that nothing has; how many there were. Belongs in a transaction."""
        slots, count = self.paths(table), 0
        for doc_id, document in documents:
            self.file.execute(
                f"INSERT INTO {_quoted(table)} VALUES (?, ?)",  # noqa: S608 - the name is quoted
                (doc_id, dumps(document, ordered=False)),
            )
            self._index(doc_id, entries(document, slots), set())
            count += 1
        return count

    def remove(self, table: str, doc_id: int) -> None:
        """Take one document away, if it is there."""
        old = self.get(table, doc_id)
        if old is not None:
            self._reindex(table, doc_id, old, {})
            self.file.execute(f"DELETE FROM {_quoted(table)} WHERE doc_id = ?", (doc_id,))  # noqa: S608 - quoted

    def paths(self, table: str) -> Mapping[Path, int]:
        """The indexed paths of this table, with the number under which each stands in the index."""
        self._forget_what_was_undone()
        if self._slots is None:
            self._slots = {}
            if self.has("@paths"):
                for slot, name, path in self.file.execute('SELECT slot, name, path FROM "@paths"'):
                    self._slots.setdefault(str(name), {})[tuple(json.loads(str(path)))] = _number(slot)
        return self._slots.get(table, {})

    def declare(self, table: str, paths: Sequence[Path]) -> None:
        """Keep an index over these paths of the table from now on; what is there already is indexed at once."""
        new = [path for path in paths if path not in self.paths(table)]
        if not new:
            return
        with self.file.transaction():
            for path in new:
                self.file.execute('INSERT INTO "@paths" (name, path) VALUES (?, ?)', (table, json.dumps(path)))
            self._slots = None
            slots = {path: slot for path, slot in self.paths(table).items() if path in new}
            for doc_id, document in self.scan(table):
                self._index(doc_id, entries(document, slots), set())

    def matching(self, table: str, lookup: Lookup, *, descending: bool = False) -> Iterator[tuple[int, Document]]:
        """Documents that the index names: for values by id, for a range in the order of the values."""
        ids = self._found(table, lookup, descending=descending)
        return ((doc_id, document) for doc_id in ids if (document := self.get(table, doc_id)) is not None)

    def _found(self, table: str, lookup: Lookup, *, descending: bool) -> Iterator[int]:
        slot = self.paths(table)[lookup.path]
        if lookup.exact:
            marks = ",".join("?" * len(lookup.values))
            rows = self.file.execute(
                f'SELECT DISTINCT doc_id FROM "@index" WHERE slot = ? AND value IN ({marks})'  # noqa: S608 - marks only
                f" ORDER BY doc_id {'DESC' if descending else 'ASC'}",
                (slot, *map(word, lookup.values)),
            )
            return (_number(doc_id) for (doc_id,) in rows)
        return self._range(slot, lookup, descending=descending)

    def bearers(
        self,
        table: str,
        path: Path,
        values: Sequence[str],
        fields: Sequence[str],
        within: tuple[Path, str] | None = None,
        most: int | None = None,
    ) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """Each of these values that stands in the index, with the named fields of a document that bears it, by id.

        Nothing but the fields is read of a document, so that a value borne by thousands stays cheap; `within` leaves out, by the
        index alone, the documents that do not bear this other value at its own path; `most` is a bound for each value.
        """
        slot = self.paths(table).get(path)
        if slot is None or not self.has(table):
            return
        what = ", ".join(f"json_extract(body, '$.{field}')" for field in fields)
        besides, mine = self._within(table, within)
        size, bound = (
            (CHUNK, -1) if most is None else (1, most)
        )  # a negative bound is none (sqlite.org/lang_select.html)
        for first in range(0, len(values), size):
            part = [word(value) for value in values[first : first + size]]
            rows = self.file.execute(
                f'SELECT value, {what} FROM "@index" JOIN {_quoted(table)} USING (doc_id)'  # noqa: S608 - our own names
                f" WHERE slot = ? AND value IN ({','.join('?' * len(part))}){besides} ORDER BY doc_id LIMIT ?",
                (slot, *part, *mine, bound),
            )
            yield from ((str(row[0]), tuple(row[1:])) for row in rows)

    def between(
        self, table: str, path: Path, low: str, high: str, fields: Sequence[str]
    ) -> Iterator[tuple[Value, ...]]:
        """The named fields of the documents whose value at this indexed path lies in the range, in the order of the values."""
        slot = self.paths(table).get(path)
        if slot is None or not self.has(table):
            return iter(())
        what = ", ".join(f"json_extract(body, '$.{field}')" for field in fields)
        rows = self.file.execute(
            f'SELECT {what} FROM "@index" JOIN {_quoted(table)} USING (doc_id)'  # noqa: S608 - our own names
            " WHERE slot = ? AND value >= ? AND value <= ? ORDER BY value, doc_id",
            (slot, word(low), word(high)),
        )
        return (tuple(row) for row in rows)

    def borne(self, table: str, path: Path, low: str, high: str) -> int:
        """How many values in this range the index of this path knows."""
        slot = self.paths(table).get(path)
        sql = 'SELECT count(*) FROM "@index" WHERE slot = ? AND value >= ? AND value <= ?'
        return 0 if slot is None else _number(self.file.execute(sql, (slot, word(low), word(high)))[0][0])

    def _within(self, table: str, within: tuple[Path, str] | None) -> tuple[str, tuple[Value, ...]]:
        slot = self.paths(table).get(within[0]) if within is not None else None
        if within is None or slot is None:
            return "", ()
        exists = ' AND EXISTS (SELECT 1 FROM "@index" AS own WHERE own.slot = ? AND own.value = ? AND own.doc_id = "@index".doc_id)'
        return exists, (slot, word(within[1]))

    def _range(self, slot: int, lookup: Lookup, *, descending: bool) -> Iterator[int]:
        sign, order = ("<", "DESC") if descending else (">", "ASC")
        clauses = ["slot = ?", "value >= ?"]
        values: list[Value] = [slot, word(lookup.low)]
        if lookup.high is not None:
            clauses.append("value <= ?")
            values.append(word(lookup.high))
        last: Row = ()
        while True:
            where = " AND ".join(clauses + ([f"(value, doc_id) {sign} (?, ?)"] if last else []))
            rows = self.file.execute(
                f'SELECT value, doc_id FROM "@index" WHERE {where}'  # noqa: S608 - fixed clauses
                f" ORDER BY value {order}, doc_id {order} LIMIT {CHUNK}",
                (*values, *last),
            )
            yield from (_number(doc_id) for _, doc_id in rows)
            if len(rows) < CHUNK:
                return
            last = rows[-1]

    def _select(self, table: str, what: str, rest: str, values: Sequence[Value] = ()) -> list[Row]:
        if not self.has(table):
            return [(0,)] if what == "count(*)" else []
        return self.file.execute(f"SELECT {what} FROM {_quoted(table)} {rest}", values)  # noqa: S608 - quoted

    def _reindex(self, table: str, doc_id: int, old: Document, new: Document) -> None:
        slots = self.paths(table)
        if slots:
            before, after = entries(old, slots), entries(new, slots)
            self._index(doc_id, after - before, before - after)

    def _index(self, doc_id: int, more: set[tuple[int, str]], less: set[tuple[int, str]]) -> None:
        for slot, value in less:
            self.file.execute('DELETE FROM "@index" WHERE slot = ? AND value = ? AND doc_id = ?', (slot, value, doc_id))
        for slot, value in sorted(more):
            self.file.execute('INSERT OR IGNORE INTO "@index" VALUES (?, ?, ?)', (slot, value, doc_id))

    def _forget_what_was_undone(self) -> None:
        if self._as_of != self.file.undone:
            self._as_of = self.file.undone
            self._slots, self._known = None, set()

    def _forget(self, table: str) -> None:
        for slot in self.paths(table).values():
            self.file.execute('DELETE FROM "@index" WHERE slot = ?', (slot,))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _number(value: Value) -> int:
    assert isinstance(value, int)
    return value


def _loads(body: str) -> Document:
    document: Document = json.loads(body)
    return document
