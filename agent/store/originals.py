"""Which originals are kept of each account's mails: a note an account, naming documents; so that they can be forgotten with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinydb import where

from agent.mail.packing import unpacked
from agent.ports import Store

if TYPE_CHECKING:
    from agent.store.tinydb_store import TinyStore

_PREFIX = "mails:"


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail of an account. `ref` is the key of a received one, the id of a sent one; `document` holds it packed.

    `document` is "" when another account that it was about too was forgotten. `shared`: it is about other accounts too, and is shown
    to nobody as a whole.
    """

    way: str
    ref: str
    document: str
    shared: bool = False


def note_of(account: str) -> str:
    """The key of the note that names this account's mails."""
    return f"{_PREFIX}{account}"


def listed(value: str | None) -> tuple[KeptMail, ...]:
    """The mails that such a note names, in the order in which they came and went."""
    return tuple(KeptMail(*row) for row in json.loads(value or "[]"))


def as_note(mails: tuple[KeptMail, ...]) -> str:
    """The note that names these mails."""
    return json.dumps([[m.way, m.ref, m.document, m.shared] for m in mails])


def kept_mails(store: Store, account: str) -> tuple[KeptMail, ...]:
    """The mails of this account whose originals are kept, in the order in which they came and went."""
    return listed(store.note(note_of(account)))


def original_of(store: Store, kept: KeptMail) -> bytes | None:
    """The mail byte for byte; None when it is not here any more."""
    content = store.document(kept.document)
    return unpacked(content, store.document) if content is not None else None


def named_originals(store: TinyStore) -> Iterator[tuple[str, str]]:
    """Each note with the SHA-256 of every original that it names."""
    for row in store.db.table("notes").after():
        if str(row["key"]).startswith(_PREFIX):
            yield from ((str(row["key"]), kept.document) for kept in listed(str(row["value"])) if kept.document)


def forget_originals(store: TinyStore, account: str) -> frozenset[str]:
    """Take the account's list of mails out of the notes; the documents that may go. Belongs in a transaction."""
    notes = store.db.table("notes")
    gone = frozenset(kept.document for kept in listed(store.note(note_of(account))) if kept.document)
    notes.remove(where("key") == note_of(account))
    for row in list(notes.after()) if gone else ():
        if not str(row["key"]).startswith(_PREFIX):
            continue
        left = tuple(
            KeptMail(k.way, k.ref, "", shared=k.shared) if k.document in gone else k for k in listed(str(row["value"]))
        )
        if left != listed(str(row["value"])):
            notes.put({"key": row["key"], "value": as_note(left)}, where("key") == row["key"])
    return gone
