"""Forgetting a person: the texts go, the figures and the chain of events stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tinydb import where

from agent.domain import events as ev
from agent.domain.ledger import OpenItem, Question, replay
from agent.errors import PermanentError, TemporaryError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import MessageRecord
from agent.store.codec import dumps
from agent.store.examples import is_example_of
from agent.store.named import FORGETTING, forget_unnamed, named_in
from agent.store.originals import forget_originals
from agent.store.records import TABLES, mail_document, mail_of, message_document, message_of
from agent.store.tinydb_store import TinyStore
from agent.store.writing import write_state

_GONE = ""
_MAY_LEAVE = frozenset({OutboxState.QUEUED, OutboxState.HELD, OutboxState.FAILED})


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """An accounting document that stays: the invoice's number and date, and the SHA-256 under which its file is kept."""

    number: str
    issued: date | None
    document: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """How many events, outgoing mails and message records lost their personal text, how many documents went, and which stay."""

    events: int
    mails: int
    messages: int
    documents: int = 0
    kept: tuple[KeptPaper, ...] = ()


def erase(store: TinyStore, account: str) -> Erasure:
    """Take every personal text about this debtor's account, its items and questions out of the store, for good.

    With it go the documents that only his mails named: originals, printed letters, what he enclosed. Amounts, dates, numbers and
    codes stay, and the files of his invoices, since accounts must be kept; the chain still verifies. Deleted bytes are overwritten
    and the log is emptied; copies made before must be let expire by whoever keeps them. Broken off anywhere, it is done by doing it
    again.

    Raises:
        PermanentError: there is no such account, or something is still open on it.
        TemporaryError: a reader keeps the log from being emptied; doing it again later finishes it.
    """
    with store.db.transaction():  # so that nobody opens something on it meanwhile
        items, about = _settled(store, account)
        papers = _named_about(store, about) | forget_originals(store, account) | begun(store, account)
        remember(store, account, papers)
        _notes(store, about, account)
        done = Erasure(_events(store, about), _mails(store, about), _messages(store, about), kept=tuple(_papers(items)))
    gone = forget_unnamed(store, papers, about.ids)
    remember(store, account, frozenset())
    if not store.checkpoint():
        raise TemporaryError(
            "the texts are gone, but their bytes lie in the log while somebody reads: erase once more later"
        )
    return replace(done, documents=gone)


def _settled(store: TinyStore, account: str) -> tuple[tuple[OpenItem, ...], _Person]:
    """The invoices of this account, and whom it is about. Raises PermanentError when something is open on it."""
    debtor = store.ledger([account]).accounts.get(account)
    if debtor is None:
        raise PermanentError(f"there is no account {account}")
    items = tuple(store.items(debtor=account))
    if any(item.is_open for item in items):
        raise PermanentError(f"something is still open on {account}")
    ids = {account, *(item.id for item in items)}
    ids |= {q.id for q in store.states(Question) if isinstance(q, Question) and ids & set(q.subjects)}
    return items, _Person(frozenset(ids), frozenset(_addresses(store, account)), debtor.name)


def _named_about(store: TinyStore, person: _Person) -> frozenset[str]:
    """The documents that his events, the mails about him and the records of his mails name."""
    events = (row for id_ in person.ids for row in store.db.table("events").each(where("about").any([id_])))
    mails = (row for row in store.db.table("outbox").after() if person.is_about(mail_of(row)))
    records = (row for row in store.db.table("messages").after() if person.wrote(message_of(row)))
    return frozenset(name for row in (*events, *mails, *records) for name in named_in(dumps(dict(row))))


def begun(store: TinyStore, account: str) -> frozenset[str]:
    """The documents that an interrupted erasure of this account had still to take away."""
    return frozenset((store.note(f"{FORGETTING}{account}") or "").split())


def remember(store: TinyStore, account: str, papers: frozenset[str]) -> None:
    """Remember which documents are still to be taken away with this account; none when they were."""
    key = f"{FORGETTING}{account}"
    notes = store.db.table("notes")
    if papers:
        notes.put({"key": key, "value": " ".join(sorted(papers))}, where("key") == key)
    else:
        notes.remove(where("key") == key)


def _papers(items: Iterable[OpenItem]) -> Iterator[KeptPaper]:
    for item in items:
        for document in (item.invoice.document, *item.invoice.other_documents):
            if document:
                yield KeptPaper(item.invoice.number, item.invoice.issue_date, document)


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

    def is_about(self, mail: OutgoingMail) -> bool:
        """Whether a mail of ours is about him, or names him."""
        words = " ".join((*mail.to, *mail.cc, mail.subject, mail.text, mail.html))
        return bool(self.ids & {mail.debtor, *mail.about}) or self.named_in(words)

    def wrote(self, record: MessageRecord) -> bool:
        """Whether a received mail is about him, or names him."""
        return bool(self.ids & set(record.about)) or self.named_in(f"{record.sender} {record.subject}")


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


def _mails(store: TinyStore, person: _Person) -> int:
    table = store.db.table("outbox")
    count = 0
    for row in table.after():
        mail = mail_of(row)
        if person.is_about(mail):
            count += 1
            table.put(mail_document(_blank(mail)), where("key") == mail.key)
    return count


def _blank(mail: OutgoingMail) -> OutgoingMail:
    """The mail without a word of anybody's. One that waits never leaves."""
    state = OutboxState.CANCELLED if mail.state in _MAY_LEAVE else mail.state
    mail = replace(mail, state=state, to=(), cc=(), references=(), remaining=(), parts=())
    return replace(mail, subject=_GONE, text=_GONE, html=_GONE, note=_GONE, in_reply_to=_GONE)


def _messages(store: TinyStore, person: _Person) -> int:
    table = store.db.table("messages")
    count = 0
    for row in table.after():
        record = message_of(row)
        if person.wrote(record):
            count += 1
            table.put(
                message_document(replace(record, sender=_GONE, subject=_GONE, documents=())), where("key") == record.key
            )
    return count


def looks_note(account: str) -> str:
    """The note that counts, where workers share the books, the commits after which this account is looked at again."""
    return f"looks:{account}"


def _notes(store: TinyStore, person: _Person, account: str) -> None:
    store.db.table("notes").remove(
        lambda row: (
            row["key"] in (f"thread:{account}", looks_note(account))
            or is_example_of(str(row["key"]), person.ids)
            or any(a in f"{row['key']} {row['value']}".lower() for a in person.addresses)
            or (str(row["key"]).startswith("waiting:") and person.named_in(str(row["value"])))
        )
    )
