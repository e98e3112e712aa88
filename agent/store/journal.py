"""The journal: every event in order, chained by hashes, with personal text beside it so that it can be erased.

An event's row holds a salted digest in the place of a personal text; text and salt lie in the table `texts` under the event's
number. The chain runs over the rows, so it still verifies after a text was erased, and without the salt nobody can guess it.
"""

from __future__ import annotations

import hashlib
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import islice

from tinydb import where
from tinydb.table import Document as Row

from agent.domain import events as ev
from agent.errors import CorruptStore
from agent.ports import StoredEvent
from agent.store.codec import Document, decode, encode_fields
from agent.store.ledger_storage import LedgerTable
from agent.store.links import Link, chained
from agent.store.records import headed
from agent.store.upgrade import upgraded

_KINDS: Mapping[str, type[ev.Event]] = {kind.__name__: kind for kind in typing.get_args(ev.Event)}
_PERSONAL: Mapping[type[ev.Event], tuple[str, ...]] = {
    kind: tuple(f.name for f in fields(kind) if f.metadata.get("personal")) for kind in _KINDS.values()
}


class Journal:
    """The events of the store: `events` holds the rows, `texts` the personal text; `salt` makes a new unguessable text."""

    def __init__(self, events: LedgerTable, texts: LedgerTable, salt: Callable[[], str]) -> None:
        self._events = events
        self._texts = texts
        self._salt = salt

    @property
    def last(self) -> int:
        """The number of the last event, 0 when there is none."""
        return self._events.last_id

    def append(self, events: Iterable[ev.Event]) -> Callable[[], int]:
        """Write these events at the end; what tells the number of the last one when the transaction has ended. Belongs in one."""
        return self._events.link(self._texts, [self._split(event) for event in events])

    def read(self, about: str | None = None, since: int = 0, limit: int | None = None) -> Iterator[StoredEvent]:
        """Events after number `since`, of one state or of all, at most `limit`."""
        if about is None:
            rows = self._events.after(since)
        else:
            rows = (row for row in self._events.each(where("about").any([about])) if row.doc_id > since)
        return (StoredEvent(row.doc_id, self._event(row), str(row["digest"])) for row in islice(rows, limit))

    def problems(self) -> Iterator[str]:
        """What is wrong with the chain: numbers left out, rows changed, texts that are not those of the event."""
        previous, expected = "", 1
        for row in self._events.after(0):
            if row.doc_id != expected:
                yield f"events {expected} to {row.doc_id - 1} are missing"
            if row.get("seq") != row.doc_id or row.get("digest") != chained(previous, row):
                yield f"event {row.doc_id} does not fit the chain"
            yield from self._foreign_texts(row)
            previous, expected = str(row.get("digest")), row.doc_id + 1

    def erase(self, seqs: Iterable[int]) -> int:
        """Take the personal texts of these events away for good; how many events had any. Belongs in a transaction."""
        return len(self._texts.remove(doc_ids=list(seqs)))

    def _split(self, event: ev.Event) -> Link:
        document: Document = {
            "about": list(dict.fromkeys(event.about())),
            **headed(type(event).__name__, encode_fields(event)),
        }
        salt = ""
        texts: Document = {}
        for name in _PERSONAL[type(event)]:
            text = document[name]
            if isinstance(text, str) and text:
                salt = salt or self._salt()
                texts |= {"salt": salt, name: text}
                document[name] = {"sha256": _salted(salt, name, text)}
        return Link(document, texts)

    def _event(self, row: Row) -> ev.Event:
        document = upgraded(dict(row))
        kind = _KINDS.get(str(document["type"]))
        if kind is None:
            raise CorruptStore(f"event {row.doc_id} is of the unknown type {document['type']!r}")
        hidden = [name for name in _PERSONAL[kind] if isinstance(document.get(name), dict)]
        texts = (self._texts.get(doc_id=row.doc_id) or {}) if hidden else {}
        try:
            return decode(kind, {**document, **{name: texts.get(name, "") for name in hidden}})
        except (ValueError, TypeError, KeyError) as error:
            raise CorruptStore(f"event {row.doc_id} cannot be read: {error}") from error

    def _foreign_texts(self, row: Row) -> Iterator[str]:
        hidden = {name: part["sha256"] for name, part in row.items() if isinstance(part, dict) and "sha256" in part}
        texts = (self._texts.get(doc_id=row.doc_id) or {}) if hidden else {}
        for name, digest in hidden.items():
            if texts and _salted(str(texts.get("salt")), name, str(texts.get(name))) != digest:
                yield f"the text {name} of event {row.doc_id} is not the one that was written"


def _salted(salt: str, name: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\n{name}\n{text}".encode(errors="surrogatepass")).hexdigest()
