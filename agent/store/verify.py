"""Does the store hold what its events say? Every state is folded anew, the chain, the outbox and the documents are checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tinydb import where

from agent.domain.ledger import replay
from agent.errors import CorruptStore
from agent.mail.outgoing import OutboxState
from agent.store.index_check import index_problems
from agent.store.indexed_rows import IndexedRows
from agent.store.named import EXPIRED
from agent.store.originals import named_originals
from agent.store.records import INDEXES, TABLES, mail_document, mail_of, state_document, state_of

if TYPE_CHECKING:
    from agent.store.tinydb_store import TinyStore


def problems(store: TinyStore) -> Iterator[str]:
    """One line for each thing that is wrong. It holds one state at a time in memory, and changes nothing."""
    for damage in store.db.ground.problems():
        yield f"the file is damaged: {damage!r}"
        return
    rows = store.db.rows
    assert isinstance(rows, IndexedRows)
    yield from index_problems(rows, store.db.rows.tables())
    yield from store.journal.problems()
    yield from _states(store)
    yield from _missing_states(store)
    yield from _mails(store)
    yield from _documents(store)


def _states(store: TinyStore) -> Iterator[str]:
    for kind, table in TABLES.items():
        for row in store.db.table(table).after():
            id_ = str(row["id"])
            try:
                stored = state_of(row)
                folded = replay(entry.event for entry in store.events(about=id_)).get(id_)
            except (CorruptStore, ValueError, AttributeError, TypeError) as error:
                yield f"{kind.__name__} {id_} cannot be folded: {error}"
                continue
            if folded != stored:
                yield f"{kind.__name__} {id_} is not what its events say"
            elif _is_stale(table, row, state_document(stored)):
                yield f"{kind.__name__} {id_} is indexed wrongly"


def _is_stale(table: str, row: Mapping[str, object], today: Mapping[str, object]) -> bool:
    """Whether a row says something else than today's version would write, or is not found by what it would be found by.

    A field that an older version did not know may be absent: it has its default.
    """
    told = (name for name in today if name in row or name in INDEXES[table])
    return not row.keys() <= today.keys() or any(row.get(name) != today[name] for name in told)


def _missing_states(store: TinyStore) -> Iterator[str]:
    opening = where("type").one_of(["DebtorOpened", "InvoiceRegistered", "QuestionAsked", "LayoutMet", "PayeeMet"])
    for row in store.db.table("events").each(opening):
        for id_ in row["about"]:
            if all(store.db.table(table).get(where("id") == id_) is None for table in TABLES.values()):
                yield f"event {row.doc_id} opens {id_}, which is not there"


def _mails(store: TinyStore) -> Iterator[str]:
    keys: set[str] = set()
    ids: set[str] = set()
    for row in store.db.table("outbox").after():
        try:
            mail = mail_of(row)
        except CorruptStore as error:
            yield f"outgoing mail {row.doc_id} cannot be read: {error}"
            continue
        if mail.key in keys or mail.message_id in ids:
            yield f"the outgoing mail {mail.key} is there twice"
        if mail.state is OutboxState.SENT and mail.sent_at is None:
            yield f"the outgoing mail {mail.key} is sent and says not when"
        if _is_stale("outbox", row, mail_document(mail)):
            yield f"the outgoing mail {mail.key} is indexed wrongly"
        keys.add(mail.key)
        ids.add(mail.message_id)


def _documents(store: TinyStore) -> Iterator[str]:
    yield from store.documents.problems()
    kept = set(store.documents.names())
    for owner, sha256 in _named_documents(store):
        if sha256 and sha256 not in kept and store.note(f"{EXPIRED}{sha256}") is None:
            yield f"the document {sha256} of {owner} is missing"


def _named_documents(store: TinyStore) -> Iterator[tuple[str, str]]:
    yield from named_originals(store)
    for row in store.db.table("items").after():
        invoice = row.get("invoice", {})
        for sha256 in (invoice.get("document", ""), *invoice.get("other_documents", ())):
            yield str(row.get("id")), sha256
    for row in store.db.table("outbox").after():
        yield from ((f"the mail {row.get('key')}", part["sha256"]) for part in row.get("parts", ()))
