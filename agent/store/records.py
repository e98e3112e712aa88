"""The documents that the store keeps: states, outgoing mails and message records, each with what it is looked up by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from agent.domain.index import Term, terms
from agent.domain.layouts import KnownLayout
from agent.domain.ledger import DebtorAccount, OpenItem, Question, State
from agent.domain.payees import PayeeAccount
from agent.errors import CorruptStore
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import MessageRecord, Queued
from agent.store.codec import Document, decode, encode_fields
from agent.store.upgrade import upgraded, version_of

T = TypeVar("T")

# The table of each kind of state.
TABLES: Mapping[type[State], str] = MappingProxyType(
    {
        OpenItem: "items",
        DebtorAccount: "accounts",
        Question: "questions",
        KnownLayout: "layouts",
        PayeeAccount: "payees",
    }
)
# What each table is looked up by, as dotted paths of its documents.
INDEXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "items": ("id", "creditor", "terms", "open"),
        "accounts": ("id", "creditor", "terms"),
        "questions": ("id", "creditor", "terms"),
        "layouts": ("id", "creditor", "terms"),
        "payees": ("id", "creditor", "terms"),
        "events": ("about",),
        "texts": (),
        "messages": ("key", "box"),
        "outbox": ("id", "key", "message_id", "token", "line"),
        "timers": ("subject", "at"),
        "notes": ("key",),
        "attempts": ("key",),
    }
)
_KINDS: Mapping[str, type[State]] = MappingProxyType({kind.__name__: kind for kind in TABLES})


def instant(at: datetime) -> str:
    """A moment as text that sorts as time does: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat()


def headed(kind: str, document: Document) -> Document:
    """This document with its type and version in front."""
    return {"type": kind, "v": version_of(kind), **document}


def term_text(term: Term) -> str:
    """An index term as it stands in the documents."""
    return ":".join(term)


def state_document(state: State) -> Document:
    """A state as a document: its fields, and beside them `id`, `creditor`, its index terms, and `open` (the creditor) for items."""
    beside: Document = {
        "id": state.id,
        "creditor": state.creditor,
        "terms": [term_text(term) for term in sorted(terms(state))],
    }
    if isinstance(state, OpenItem) and state.is_open:
        beside["open"] = state.creditor
    return headed(type(state).__name__, {**beside, **encode_fields(state)})


def state_of(document: Document) -> State:
    """The state that this document holds. Raises CorruptStore when it holds none."""
    today = upgraded(document)
    kind = _KINDS.get(str(today["type"]))
    if kind is None:
        raise CorruptStore(f"no kind of state: {today['type']!r}")
    return _read(kind, today)


@lru_cache(maxsize=1000)
def state_in(text: str) -> State:
    """The state in the text of a document, read once while texts say the same. Raises CorruptStore when it holds none."""
    return state_of(json.loads(text))


def mail_document(mail: OutgoingMail) -> Document:
    """An outgoing mail as a document; `line` orders the mails of one state by the time at which they may leave."""
    line = mail_line(mail.state, instant(mail.not_before))
    return headed("OutgoingMail", {**encode_fields(mail), "line": line})


def mail_line(state: OutboxState, moment: str = "") -> str:
    """Where a mail stands in the line of its state."""
    return f"{state.value} {moment}"


def mail_of(document: Document) -> OutgoingMail:
    """The outgoing mail that this document holds."""
    return _read(OutgoingMail, upgraded(document))


QUEUED_FIELDS = ("id", "kind", "creditor", "channel", "not_before", "note", "to", "cc")


def queued_of(fields: Sequence[object]) -> Queued:
    """The place in the line of a mail whose `QUEUED_FIELDS` these are, its addresses as JSON lists."""
    id_, kind, creditor, channel, not_before, note, *lists = ("" if value is None else str(value) for value in fields)
    to = tuple(str(address) for text in lists if text for address in json.loads(text))
    return Queued(id_, kind, creditor, channel, to, datetime.fromisoformat(not_before), note)


def message_document(record: MessageRecord) -> Document:
    """A message record as a document."""
    return headed("MessageRecord", encode_fields(record))


def message_of(document: Document) -> MessageRecord:
    """The message record that this document holds."""
    return _read(MessageRecord, upgraded(document))


def _read(kind: type[T], document: Document) -> T:
    try:
        return decode(kind, document)
    except (ValueError, TypeError, KeyError) as error:
        raise CorruptStore(f"a document is no {kind.__name__}: {error}") from error
