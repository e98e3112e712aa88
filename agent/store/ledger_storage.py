"""TinyDB over a transactional ground: `TinyDB(place, storage=LedgerStorage)` reads and writes as ever; nothing is half written.

Stock TinyDB reads and rewrites its whole JSON file at every call. Here a document is a row: `LedgerTable` touches only the rows
that a call is about and looks up indexed paths; several calls inside `storage.transaction()` become durable together.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table

from agent.store import pushdown
from agent.store.codec import writable
from agent.store.engine import SqliteFile
from agent.store.ground import Documents, Ground, Rows, Value
from agent.store.indexed_rows import loads
from agent.store.links import Link
from agent.store.places import opened


class LedgerStorage(Storage):
    """The storage to hand to TinyDB. Documents come back as copies, ordered by their ids.

    Raises:
        TemporaryError: the disk is full, another process writes, or the database is away; nothing was changed.
        CorruptStore: it is damaged.
    """

    def __init__(self, place: str | Path, *, read_only: bool = False, shared: bool = False) -> None:
        self.ground, self.rows, self.documents = opened(place, read_only=read_only, shared=shared)

    def read(self) -> Any:  # TinyDB wants a dict; this is a mapping that reads when it is asked
        """All tables, each read when it is looked at; None when there is none."""
        names = self.rows.tables()
        return _Tables(self.rows, names) if names else None

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Make the tables what `data` says, in one transaction; rows that did not change are not written."""
        with self.transaction():
            for name in self.rows.tables():
                if name not in data:
                    self.rows.drop(name)
            for name, rows in dict(data).items():
                if not isinstance(rows, _View):
                    self._replace(name, rows)

    def transaction(self, *, alone: bool = True) -> AbstractContextManager[None]:
        """A stretch in which all calls, on any table, become durable together or not at all; see `Ground.transaction`."""
        return self.ground.transaction(alone=alone)

    def close(self) -> None:
        """Let go of the ground; never raises."""
        self.ground.close()

    def _replace(self, name: str, documents: Mapping[str, Any]) -> None:
        self.rows.create(name)
        kept = {int(doc_id) for doc_id in documents}
        for doc_id in self.rows.ids(name):
            if doc_id not in kept:
                self.rows.remove(name, doc_id)
        for key, document in documents.items():
            self.rows.put(name, int(key), document)


class _View(Mapping[str, Any]):
    """A table as TinyDB reads it: text ids to documents, one row read at a time."""

    def __init__(self, rows: Rows, name: str) -> None:
        self._rows = rows
        self._name = name

    def __getitem__(self, key: str) -> Any:
        document = self._rows.get(self._name, int(key))
        if document is None:
            raise KeyError(key)
        return document

    def __iter__(self) -> Iterator[str]:
        return map(str, self._rows.ids(self._name))

    def __len__(self) -> int:
        return self._rows.count(self._name)

    def items(self) -> ItemsView[str, Any]:
        return _Items(self)

    def stream(self) -> Iterator[tuple[str, Any]]:
        """Ids with their documents."""
        return ((str(doc_id), document) for doc_id, document in self._rows.scan(self._name))


class _Items(ItemsView[str, Any]):
    _mapping: _View

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return self._mapping.stream()


class _Tables(dict[str, Any]):
    """All tables by name; TinyDB puts changed ones in and takes dropped ones out before it hands it to `write`."""

    def __init__(self, rows: Rows, names: Iterable[str]) -> None:
        super().__init__((name, _View(rows, name)) for name in names)


class _Draft(MutableMapping[int, Any]):
    """The documents of a table while TinyDB changes them: read when asked for, written at the end where they changed."""

    def __init__(self, rows: Rows, name: str) -> None:
        self._rows = rows
        self._name = name
        self._touched: dict[int, Any] = {}

    def __getitem__(self, doc_id: int) -> Any:
        if doc_id not in self._touched:
            document = self._rows.get(self._name, doc_id)
            if document is None:
                raise KeyError(doc_id)
            self._touched[doc_id] = document
        return self._touched[doc_id]

    def __setitem__(self, doc_id: int, document: Any) -> None:
        self._touched[doc_id] = document

    def __delitem__(self, doc_id: int) -> None:
        self._rows.remove(self._name, doc_id)
        self._touched.pop(doc_id, None)

    def __iter__(self) -> Iterator[int]:
        stored = self._rows.ids(self._name)
        yield from stored
        yield from self._touched.keys() - set(stored)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self._touched.clear()
        self._rows.clear(self._name)

    def save(self) -> None:
        """Write what was touched."""
        for doc_id, document in self._touched.items():
            self._rows.put(self._name, doc_id, document)


class LedgerTable(Table):
    """A TinyDB table whose calls cost what they touch. Ids ascend; there is no query cache to go stale."""

    _storage: LedgerStorage

    def __init__(self, storage: LedgerStorage, name: str, cache_size: int = 0, *, persist_empty: bool = False) -> None:
        super().__init__(storage, name, cache_size=cache_size, persist_empty=persist_empty)

    def each(self, cond: QueryLike, *, descending: bool = False) -> Iterator[Document]:
        """The documents that match, one at a time: in the order of an indexed range if the query has one, else of their ids."""
        rows = self._storage.rows
        plan = pushdown.lookup(cond, rows.paths(self.name).keys())
        if plan is None:
            found = rows.scan(self.name, descending=descending)
        else:
            found = rows.matching(self.name, plan, descending=descending)
        return (Document(document, doc_id) for doc_id, document in found if cond(document))

    def texts(self, path: str, values: Sequence[str]) -> Iterator[str]:
        """The texts of the documents that the index names for one of these values at this path, by id.

        Another may be among them where a value has no form in UTF-8, or the sign that stands for one.
        """
        return (body for _, body in self._storage.rows.bodies(self.name, (path,), values))

    def one(self, path: str, value: str) -> Document | None:
        """The first document with this text at this indexed path, by id; as `get` with the query, and without the cost of one."""
        for doc_id, body in self._storage.rows.bodies(self.name, (path,), (value,)):
            document = loads(body)
            if document.get(path) == value:
                return Document(document, doc_id)
        return None

    def bearers(
        self,
        path: str,
        values: Sequence[str],
        fields: Sequence[str],
        within: tuple[str, str] | None = None,
        most: int | None = None,
    ) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """Each of these values of an indexed path that a document bears, with these fields of the document, by id.

        `within` names another indexed path and a value, which spare most documents that do not bear it there, not all of them; `most`
        is a bound for each value. A text without a form in UTF-8, or with the sign that stands for one in the index, is compared with
        the document itself.
        """
        odd = [value for value in values if is_odd(value)]
        plain = [value for value in values if value not in odd] if odd else values
        narrowed = None if within is None else ((within[0],), within[1])
        yield from self._storage.rows.bearers(self.name, (path,), plain, fields, narrowed, most)
        for value in odd:
            for row in islice(self.each(where(path).any([value])), most):
                yield value, tuple(row[field] for field in fields)

    def between(self, path: str, low: str, high: str, fields: Sequence[str]) -> Iterator[tuple[Value, ...]]:
        """These fields of the documents whose value at this indexed path lies in the range, in the order of the values."""
        return self._storage.rows.between(self.name, (path,), low, high, fields)

    def borne(self, path: str, low: str, high: str) -> int:
        """How many values in this range documents bear at this indexed path."""
        return self._storage.rows.borne(self.name, (path,), low, high)

    def after(self, doc_id: int | None = None, *, descending: bool = False) -> Iterator[Document]:
        """All documents in the order of their ids, from behind this one."""
        found = self._storage.rows.scan(self.name, doc_id, descending=descending)
        return (Document(document, one) for one, document in found)

    @property
    def last_id(self) -> int:
        """The highest id, 0 when the table is empty."""
        return self._storage.rows.last_id(self.name)

    def search(self, cond: QueryLike) -> list[Document]:
        return list(self.each(cond))

    def get(self, cond: QueryLike | None = None, doc_id: int | None = None, doc_ids: list[int] | None = None) -> Any:
        if doc_id is None and doc_ids is not None:
            return [found for one in sorted(set(doc_ids)) if (found := self.get(doc_id=one)) is not None]
        if doc_id is None and cond is not None:
            return next(self.each(cond), None)
        if doc_id is not None:
            return super().get(doc_id=doc_id)
        raise RuntimeError("get needs a query, an id or ids")

    def update(
        self,
        fields: Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        if doc_ids is None and cond is not None:
            doc_ids = [document.doc_id for document in self.each(cond)]
        return super().update(fields, None, doc_ids)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        if doc_ids is None and cond is not None:
            doc_ids = [document.doc_id for document in self.each(cond)]
        return super().remove(None, doc_ids)

    def put(self, document: Mapping[str, Any], cond: QueryLike) -> None:
        """Write this document over the first one that matches, or under a new id when none does."""
        with self._storage.transaction(alone=False):
            old = self.get(cond)
            if old is None:
                self._storage.rows.add(self.name, dict(document))
            else:
                self._storage.rows.put(self.name, old.doc_id, document)

    def index(self, *paths: str) -> None:
        """Keep an index over these dotted paths, for this table, beside its rows."""
        self._storage.rows.declare(self.name, [tuple(path.split(".")) for path in paths])

    def _read_table(self) -> Any:
        return _View(self._storage.rows, self.name)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._storage.transaction():
            self._storage.rows.create(self.name)
            draft = _Draft(self._storage.rows, self.name)
            updater(draft)
            draft.save()

    def link(self, beside: LedgerTable, links: Sequence[Link]) -> Callable[[], int]:
        """Write these at the end of the chain; see `Rows.link`. Belongs in a transaction."""
        return self._storage.rows.link(self.name, beside.name, links)

    def _get_next_id(self) -> int:
        return self._storage.rows.next_id(self.name)


def is_odd(value: str) -> bool:
    """Whether the index may hold another text in its place: it has no form in UTF-8, or the sign that stands for such a text."""
    return "?" in value or "\0" in value or not writable(value)


class LedgerDB(TinyDB):
    """TinyDB with LedgerStorage and LedgerTable: `LedgerDB(path)`, `LedgerDB("postgresql://…")`."""

    table_class: Any = LedgerTable
    default_storage_class: Any = LedgerStorage
    _storage: LedgerStorage

    @property
    def ground(self) -> Ground:
        """What it stands on."""
        return self._storage.ground

    @property
    def file(self) -> SqliteFile:
        """The SQLite file that it stands on. Raises TypeError when it is none."""
        if not isinstance(self.ground, SqliteFile):
            raise TypeError(f"{self.ground.place} is no file")
        return self.ground

    @property
    def rows(self) -> Rows:
        """The rows below."""
        return self._storage.rows

    @property
    def documents(self) -> Documents:
        """The documents beside the rows."""
        return self._storage.documents

    def transaction(self, *, alone: bool = True) -> AbstractContextManager[None]:
        """A stretch in which all calls, on any table, become durable together or not at all; see `Ground.transaction`."""
        return self._storage.transaction(alone=alone)

    def bearing(self, tables: Sequence[str], path: str, values: Sequence[str]) -> Sequence[str]:
        """Those of the tables in which a document may bear one of these values at the indexed path, asked for together."""
        odd = any(is_odd(value) for value in values)
        return tables if odd else self._storage.rows.bearing(tables, (path,), values)

    def table(self, name: str, **kwargs: Any) -> LedgerTable:
        table = super().table(name, **kwargs)
        assert isinstance(table, LedgerTable)
        return table
