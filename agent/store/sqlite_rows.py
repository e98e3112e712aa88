"""Documents as rows of an SQLite file: one SQL table per TinyDB table, and one hidden index over the paths that were declared for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from agent.store.codec import Document, Json, dumps
from agent.store.engine import SqliteFile
from agent.store.ground import CHUNK, Row, Value
from agent.store.indexed_rows import IndexedRows, identifier, loads, number
from agent.store.indexing import entries, word
from agent.store.links import Link
from agent.store.pushdown import Path

_HIDDEN = (
    """CREATE TABLE IF NOT EXISTS "@paths" (
    slot INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, UNIQUE (name, path))""",
    """CREATE TABLE IF NOT EXISTS "@index" (
    slot INTEGER NOT NULL, value TEXT NOT NULL, doc_id INTEGER NOT NULL, PRIMARY KEY (slot, value, doc_id)) WITHOUT ROWID""",
)


class SqliteRows(IndexedRows):
    """The rows of one SQLite file.

    The paths stand in the file itself, so that whoever opens it keeps them up.
    """

    mark = "?"

    def __init__(self, file: SqliteFile) -> None:
        super().__init__(file)
        self._file = file
        self._next: dict[str, int] = {}
        if not file.read_only:
            file.script(_HIDDEN)

    def tables(self) -> list[str]:
        """The names of all tables that were written to."""
        found = self._file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        return [str(name) for (name,) in found if not str(name).startswith(("@", "sqlite_"))]

    def has(self, table: str) -> bool:
        """Whether this table exists."""
        self._forget_what_was_undone()
        if table in self._known:
            return True
        found = bool(self._file.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)))
        if found and not self._file.read_only:  # the one writer knows; a reader asks each time
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
        self._file.execute(f"CREATE TABLE {identifier(table)} (doc_id INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    def drop(self, table: str) -> None:
        """Take the table away with its documents; its indexed paths stay declared."""
        self._forget(table)
        self._next.pop(table, None)
        self._known.discard(table)
        self._file.execute(f"DROP TABLE IF EXISTS {identifier(table)}")

    def clear(self, table: str) -> None:
        """Take all documents away."""
        self._forget(table)
        self._next.pop(table, None)
        self._file.execute(f"DELETE FROM {identifier(table)}")  # noqa: S608 - the name is quoted

    def next_id(self, table: str) -> int:
        """An id above all that were given, also by a transaction that was taken back."""
        self._next[table] = max(self._next.get(table, 0), self.last_id(table)) + 1
        return self._next[table]

    def link(self, table: str, beside: str, links: Sequence[Link]) -> Callable[[], int]:
        """Write these at the end of the chain and their texts beside them; the last number of the chain."""
        last = self.last_id(table)
        tail = self.get(table, last) if links and last else None
        digest = "" if tail is None else str(tail["digest"])
        rows, hidden = [], []
        for seq, link in enumerate(links, last + 1):
            row = link.placed(seq, digest)
            digest = str(row["digest"])
            rows.append((seq, row))
            if link.texts:
                hidden.append((seq, link.texts))
        for name, documents in ((beside, hidden), (table, rows)):
            if documents:
                self.create(name)
                self.fill(name, ((seq, dumps(document, ordered=False)) for seq, document in documents))
        return lambda: last + len(links)

    def expect(self, wanted: Iterable[tuple[str, Path, Sequence[str]]]) -> None:
        """Nothing to do: asking costs no way."""

    def body(self, table: str, doc_id: int) -> str | None:
        """The text of one document."""
        found = self._select(table, "body", "WHERE doc_id = ?", (doc_id,))
        return str(found[0][0]) if found else None

    def add(self, table: str, document: Document) -> None:
        """Write this document under a new id."""
        self.create(table)
        self._write(table, self.next_id(table), {}, document, dumps(document, ordered=False))

    def put(self, table: str, doc_id: int, document: Mapping[str, Json]) -> None:
        """Write this document under this id, over an older one."""
        body = dumps(document, ordered=False)
        old = self.body(table, doc_id)
        if body != old:
            self._write(table, doc_id, {} if old is None else loads(old), document, body)

    def _write(self, table: str, doc_id: int, old: Document, new: Mapping[str, Json], body: str) -> None:
        self._reindex(table, doc_id, old, new)
        self._file.execute(
            f"INSERT INTO {identifier(table)} (doc_id, body) VALUES (?, ?)"  # noqa: S608 - the name is quoted
            " ON CONFLICT (doc_id) DO UPDATE SET body = excluded.body",
            (doc_id, body),
        )

    def fill(self, table: str, texts: Iterable[tuple[int, str]]) -> int:
        """Write documents of these texts under ids that nothing has; how many there were. Belongs in a transaction."""
        slots, count, rows = self.paths(table), 0, iter(texts)
        insert = f"INSERT INTO {identifier(table)} VALUES (?, ?)"  # noqa: S608 - the name is quoted
        while chunk := tuple(islice(rows, CHUNK)):
            count += len(chunk)
            self._file.execute_all(insert, chunk)
            found = ((slot, value, doc_id) for doc_id, text in chunk for slot, value in entries(loads(text), slots))
            if slots:
                self._file.execute_all('INSERT OR IGNORE INTO "@index" VALUES (?, ?, ?)', sorted(found))
        return count

    def remove(self, table: str, doc_id: int) -> None:
        """Take one document away, if it is there."""
        old = self.get(table, doc_id)
        if old is not None:
            self._reindex(table, doc_id, old, {})
            self._file.execute(f"DELETE FROM {identifier(table)} WHERE doc_id = ?", (doc_id,))  # noqa: S608 - quoted

    def bodies(
        self, table: str, path: Path, values: Sequence[str], *, descending: bool = False
    ) -> Iterator[tuple[int, str]]:
        """The texts of the documents that the index names for one of these values, by id."""
        if not self.has(table):
            return iter(())
        marks = ",".join("?" * len(values))
        ids = self._file.execute(
            f'SELECT DISTINCT doc_id FROM "@index" WHERE slot = ? AND value IN ({marks})'  # noqa: S608 - marks only
            f" ORDER BY doc_id {'DESC' if descending else 'ASC'}",
            (self.paths(table)[path], *map(word, values)),
        )
        return self._of(table, [number(doc_id) for (doc_id,) in ids])

    def _of(self, table: str, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
        """The texts of those of these documents that are there, in this order."""
        for first in range(0, len(ids), CHUNK):
            part = ids[first : first + CHUNK]
            rows = self._select(table, "doc_id, body", f"WHERE doc_id IN ({','.join('?' * len(part))})", part)
            bodies = {doc_id: str(body) for doc_id, body in rows}
            yield from ((doc_id, bodies[doc_id]) for doc_id in part if doc_id in bodies)

    def _index(self, doc_id: int, more: set[tuple[int, str]], less: set[tuple[int, str]]) -> None:
        for slot, value in less:
            self._file.execute(
                'DELETE FROM "@index" WHERE slot = ? AND value = ? AND doc_id = ?', (slot, value, doc_id)
            )
        added = sorted(more)
        for first in range(0, len(added), CHUNK):
            part = added[first : first + CHUNK]
            marks = ",".join(["(?,?,?)"] * len(part))
            values = [value for slot, word in part for value in (slot, word, doc_id)]
            self._file.execute(f'INSERT OR IGNORE INTO "@index" VALUES {marks}', values)  # noqa: S608 - marks only

    def _told(self, fields: Sequence[str]) -> tuple[str, Callable[[Row], tuple[Value, ...]]]:
        return ", ".join(f"json_extract(t.body, '$.{field}')" for field in fields), tuple
