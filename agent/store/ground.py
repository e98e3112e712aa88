"""What documents can stand on: a transactional ground, and on it rows with an index. SQLite and PostgreSQL are two such grounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path as FilePath
from typing import Protocol

from agent.store.codec import Document, Json
from agent.store.links import Link
from agent.store.pushdown import Lookup, Path

Value = str | int | bytes | None
Row = tuple[Value, ...]
CHUNK = 500  # rows held in memory at a time, whatever the size of a table


class Ground(Protocol):
    """Where rows are durable.

    Raises, from every method: TemporaryError (nothing was changed, or what was changed is met as done when it is tried again),
    CorruptStore (damaged, or nobody knows what reached the disk), Conflict (another worker was faster).
    """

    read_only: bool
    undone: int  # transactions that were taken back; who remembers what is held must look again

    @property
    def place(self) -> str:
        """Where it is, to show to a person; without a password."""
        ...

    @property
    def folder(self) -> FilePath | None:
        """The folder that its files lie in; None when it is not a file."""
        ...

    def transaction(self, *, alone: bool = True) -> AbstractContextManager[None]:
        """A stretch whose changes become durable together when it ends well, none of them when it raises. It may be nested.

        `alone` while nobody else writes; else others may write other rows meanwhile.
        """
        ...

    def together(self) -> AbstractContextManager[None]:
        """A stretch whose transactions, each done or taken back for itself, are durable at its end at the latest.

        When it raises, none of them was done, but on a ground that makes each durable at once.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """A stretch of reading that sees everything as it is now, whatever others commit meanwhile."""
        ...

    def checkpoint(self) -> bool:
        """Put what was written where it stays, and let what was erased be gone; False when it cannot now."""
        ...

    def schema(self) -> int:
        """The number of the schema, 0 when there is none."""
        ...

    def set_schema(self, number: int) -> None:
        """Remember the number of the schema. Belongs in a transaction."""

    def append_only(self, table: str) -> None:
        """From now on no row of this table can be changed or taken away."""

    def problems(self) -> Sequence[str]:
        """What the ground itself finds wrong with its pages or rows."""
        ...

    def close(self) -> None:
        """Let go; never raises."""


class Rows(Protocol):
    """Reads and writes single documents; every write keeps the index in step."""

    def tables(self) -> list[str]:
        """The names of all tables that were written to."""
        ...

    def create(self, table: str) -> None:
        """Make the table if there is none. Raises ValueError for a name that cannot be one."""

    def drop(self, table: str) -> None:
        """Take the table away with its documents; its indexed paths stay declared."""

    def clear(self, table: str) -> None:
        """Take all documents away."""

    def count(self, table: str) -> int:
        """How many documents it holds."""
        ...

    def last_id(self, table: str) -> int:
        """The highest id in it, 0 when it is empty."""
        ...

    def next_id(self, table: str) -> int:
        """An id above all that were given."""
        ...

    def link(self, table: str, beside: str, links: Sequence[Link]) -> Callable[[], int]:
        """Write these at the end of the chain in `table`, and their texts under the same numbers in `beside`, which no index covers.

        What it gives tells the last number of the chain once the transaction has ended. Belongs in a transaction; from here to its
        end nobody else writes to the chain, so it comes last.
        """
        ...

    def expect(self, wanted: Iterable[tuple[str, Path, Sequence[str]]]) -> None:
        """Say beforehand which values a transaction will look up in which tables, so that they are asked for together."""

    def get(self, table: str, doc_id: int) -> Document | None:
        """One document, as a copy of its own."""
        ...

    def scan(self, table: str, after: int | None = None, *, descending: bool = False) -> Iterator[tuple[int, Document]]:
        """All documents in the order of their ids, from behind `after`; the table may change meanwhile."""
        ...

    def texts(self, table: str) -> Iterator[tuple[int, str]]:
        """The same documents as the texts that they are stored as."""
        ...

    def ids(self, table: str) -> list[int]:
        """All ids, ascending."""
        ...

    def add(self, table: str, document: Document) -> None:
        """Write this document under a new id."""

    def put(self, table: str, doc_id: int, document: Mapping[str, Json]) -> None:
        """Write this document under this id, over an older one."""

    def fill(self, table: str, texts: Iterable[tuple[int, str]]) -> int:
        """Write documents of these texts under ids that nothing has, in one go; how many there were. Belongs in a transaction."""
        ...

    def remove(self, table: str, doc_id: int) -> None:
        """Take one document away, if it is there."""

    def paths(self, table: str) -> Mapping[Path, int]:
        """The indexed paths of this table, with the number under which each stands in the index."""
        ...

    def declare(self, table: str, paths: Sequence[Path]) -> None:
        """Keep an index over these paths of the table from now on; what is there already is indexed at once."""

    def matching(self, table: str, lookup: Lookup, *, descending: bool = False) -> Iterator[tuple[int, Document]]:
        """Documents that the index names: for values by id, for a range in the order of the values.

        In a transaction those found by values stay as they are until it ends.
        """
        ...

    def bodies(
        self, table: str, path: Path, values: Sequence[str], *, descending: bool = False
    ) -> Iterator[tuple[int, str]]:
        """The texts of the documents that the index names for one of these values, by id; as `matching` in a transaction."""
        ...

    def bearing(self, tables: Sequence[str], path: Path, values: Sequence[str]) -> list[str]:
        """Those of the tables that hold a document with one of these values at the indexed path."""
        ...

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

        Nothing but the fields is kept of a document, so that a value borne by thousands stays cheap; `within` leaves out, by the
        index alone, the documents that do not bear this other value at its own path; `most` is a bound for each value.
        """
        ...

    def between(
        self, table: str, path: Path, low: str, high: str, fields: Sequence[str]
    ) -> Iterator[tuple[Value, ...]]:
        """The named fields of the documents whose value at this indexed path lies in the range, in the order of the values."""
        ...

    def borne(self, table: str, path: Path, low: str, high: str) -> int:
        """How many values in this range the index of this path knows."""
        ...


class Documents(Protocol):
    """Bytes named by their SHA-256: written once, durable, never changed. Raises as `Ground` does."""

    def put(self, content: bytes) -> str:
        """Keep these bytes; their SHA-256. Durable when it returns."""
        ...

    def begin(self, content: bytes) -> str:
        """Keep these bytes from now on; their SHA-256. They are durable when `settle` returns."""
        ...

    def settle(self) -> None:
        """Wait until all that was begun is durable; when it raises, none of it is."""

    def get(self, sha256: str) -> bytes | None:
        """The bytes of this SHA-256; None when they are not here."""
        ...

    def forget(self, sha256: str) -> None:
        """Take the document of this SHA-256 away for good; nothing when it is not here."""

    def names(self) -> Iterator[str]:
        """The SHA-256 of every document that is kept."""
        ...

    def problems(self) -> Iterator[str]:
        """Documents whose bytes are not those of their name any more."""
        ...

    def differs(self, name: str) -> bool:
        """Whether the bytes of this document are not those of its name any more."""
        ...

    def copy_to(self, other: Documents) -> None:
        """Keep all documents there as well."""
