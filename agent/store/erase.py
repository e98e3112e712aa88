"""Forgetting a person: the texts go, the figures and the chain of events stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tinydb import where

from agent.domain import events as ev
from agent.domain.ledger import Question, replay
from agent.errors import PermanentError, TemporaryError
from agent.store.examples import is_example_of
from agent.store.originals import forget_originals
from agent.store.records import TABLES, mail_document, mail_of, message_document, message_of
from agent.store.tinydb_store import TinyStore
from agent.store.writing import write_state

_GONE = ""
_DOSSIER = "dossier"


@dataclass(frozen=True, slots=True)
class Erasure:
    """How many events, outgoing mails and message records lost their personal text."""

    events: int
    mails: int
    messages: int


def erase(store: TinyStore, account: str) -> Erasure:
    """Take every personal text about this debtor's account, its items and questions out of the store, for good.

    Amounts, dates, numbers and codes stay, since accounts must be kept, and the chain still verifies. Deleted bytes are
    overwritten and the log is emptied; copies made before must be let expire by whoever keeps them.

    Raises:
        PermanentError: there is no such account, or something is still open on it.
        TemporaryError: a reader keeps the log from being emptied; doing it again later finishes it.
    """
    debtor = store.ledger([account]).accounts.get(account)
    if debtor is None:
        raise PermanentError(f"there is no account {account}")
    if any(True for _ in store.items(debtor=account, open_only=True)):
        raise PermanentError(f"something is still open on {account}")
    ids = {account, *(item.id for item in store.items(debtor=account))}
    ids |= {q.id for q in store.states(Question) if isinstance(q, Question) and ids & set(q.subjects)}
    about = _Person(frozenset(ids), frozenset(_addresses(store, account)), debtor.name)
    with store.db.transaction():
        papers = forget_originals(store, account) | _dossiers(store, about)
        _notes(store, about)
        done = Erasure(_events(store, about), _mails(store, about), _messages(store, about))
    for paper in papers:
        store.documents.forget(paper)
    if not store.checkpoint():
        raise TemporaryError(
            "the texts are gone, but their bytes lie in the log while somebody reads: erase once more later"
        )
    return done


@dataclass(frozen=True, slots=True)
class _Person:
    """Whom it is about: the ids of his states, every address that he ever had, and his name."""

    ids: frozenset[str]
    addresses: frozenset[str]
    name: str

    def named_in(self, text: str) -> bool:
        """Whether a text names him."""
        plain = text.lower()
        return bool(self.name and self.name.lower() in plain) or any(address in plain for address in self.addresses)


def _addresses(store: TinyStore, account: str) -> Iterator[str]:
    for entry in store.events(about=account):
        if isinstance(entry.event, ev.ContactAdded | ev.ContactFailed | ev.ContactRemoved) and entry.event.address:
            yield entry.event.address.lower()


def _events(store: TinyStore, person: _Person) -> int:
    erased = store.journal.erase({entry.seq for id_ in person.ids for entry in store.events(about=id_)})
    for id_ in person.ids:
        state = replay(entry.event for entry in store.events(about=id_)).get(id_)
        if state is not None:
            write_state(store.db.table(TABLES[type(state)]), state)
    return erased


def _dossiers(store: TinyStore, person: _Person) -> frozenset[str]:
    """The files on this person that were made for his creditor."""
    mails = (mail_of(row) for row in store.db.table("outbox").after() if row["kind"] == _DOSSIER)
    return frozenset(part.sha256 for mail in mails if person.ids & {*mail.about} for part in mail.parts if not part.cid)


def _mails(store: TinyStore, person: _Person) -> int:
    table = store.db.table("outbox")
    count = 0
    for row in table.after():
        mail = mail_of(row)
        words = " ".join((*mail.to, *mail.cc, mail.subject, mail.text, mail.html))
        if person.ids & {mail.debtor, *mail.about} or person.named_in(words):
            count += 1
            blank = replace(mail, to=(), cc=(), subject=_GONE, text=_GONE, html=_GONE, note=_GONE, remaining=())
            blank = replace(blank, parts=() if mail.kind == _DOSSIER else mail.parts)
            table.put(mail_document(blank), where("key") == mail.key)
    return count


def _messages(store: TinyStore, person: _Person) -> int:
    table = store.db.table("messages")
    count = 0
    for row in table.after():
        record = message_of(row)
        if person.ids & set(record.about) or person.named_in(f"{record.sender} {record.subject}"):
            count += 1
            table.put(message_document(replace(record, sender=_GONE, subject=_GONE)), where("key") == record.key)
    return count


def _notes(store: TinyStore, person: _Person) -> None:
    store.db.table("notes").remove(
        lambda row: (
            is_example_of(str(row["key"]), person.ids)
            or any(a in f"{row['key']} {row['value']}".lower() for a in person.addresses)
            or (str(row["key"]).startswith("waiting:") and person.named_in(str(row["value"])))
        )
    )
