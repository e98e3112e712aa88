"""Everything that Relance holds about one person, by his mail address, as files that anybody can read (GDPR articles 15 and 20).

What concerns his account is his: the account with its invoices, what happened, which mails went to and fro, the documents. Of the
creditors' people it is what the configuration says of them and the mails to and from them, without the cases those mails were about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from agent.config import Settings
from agent.domain.ledger import DebtorAccount, Question
from agent.errors import PermanentError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.assemble import assemble
from agent.ports import MessageRecord, StoredEvent
from agent.store.codec import Document, encode_fields
from agent.store.originals import kept_mails, original_of
from agent.store.tinydb_store import TinyStore


def held_about(store: TinyStore, settings: Settings, address: str) -> Mapping[str, bytes]:
    """The files by name, `person.json` first; empty when nothing is held about him."""
    address = address.strip().lower()
    accounts = tuple(_accounts(store, address))
    ids = {a.id for a in accounts} | {i.id for a in accounts for i in store.items(debtor=a.id)}
    questions = [q for q in store.states(Question) if isinstance(q, Question) and ids & set(q.subjects)]
    mails = [m for m in store.outbox(list(OutboxState)) if address in (*m.to, *m.cc)]
    received = [m for m in store.messages() if m.sender.lower() == address or ids & set(m.about)]
    told = {
        "address": [{"address": address}],
        "accounts": [encode_fields(a) for a in accounts],
        "invoices": [encode_fields(i) for a in accounts for i in store.items(debtor=a.id)],
        "questions": [encode_fields(q) for q in questions],
        "events": [_event(entry) for entry in _events(store, ids)],
        "mails_sent": [_sent(mail) for mail in mails],
        "mails_received": [_received(record) for record in received],
        "configuration": list(_configured(settings, address)),
        "contact_book": list(_booked(settings, address)),
    }
    if not any(values for name, values in told.items() if name != "address"):
        return {}
    files = {"person.json": json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode(errors="replace")}
    for mail in mails:
        raw = _assembled(mail, store)
        if raw is not None:
            files[f"sent/{mail.queued_at:%Y-%m-%d}-{mail.id}.eml"] = raw
    files.update(_originals(store, accounts))
    files.update(_documents(store, accounts))
    return files


def _accounts(store: TinyStore, address: str) -> Iterator[DebtorAccount]:
    """The accounts that ever had this address."""
    found = {id_ for ids in store.find([("address", address)]).values() for id_ in ids}
    for account in store.states(DebtorAccount):
        assert isinstance(account, DebtorAccount)
        if account.id in found or any(c.address == address for c in account.contacts):
            yield account


def _events(store: TinyStore, ids: Iterable[str]) -> list[StoredEvent]:
    entries = {entry.seq: entry for id_ in ids for entry in store.events(about=id_)}
    return [entries[seq] for seq in sorted(entries)]


def _event(entry: StoredEvent) -> Document:
    return {"number": entry.seq, "what": type(entry.event).__name__, **encode_fields(entry.event)}


def _sent(mail: OutgoingMail) -> Document:
    """A mail without the addresses of others and without what only sending it needs."""
    return {
        "kind": mail.kind,
        "subject": mail.subject,
        "state": mail.state.value,
        "written": mail.queued_at.isoformat(),
        "sent": mail.sent_at.isoformat() if mail.sent_at else "",
        "message_id": mail.message_id,
    }


def _received(record: MessageRecord) -> Document:
    return {
        "received": record.received_at.isoformat(),
        "from": record.sender,
        "subject": record.subject,
        "read_as": record.kind,
        "because": record.because,
        "lies_in": record.box.value,
        "message_id": record.message_id,
    }


def _configured(settings: Settings, address: str) -> Iterator[Document]:
    for creditor in settings.creditors:
        for person in creditor.people:
            if person.address == address:
                yield {"creditor": creditor.id, **encode_fields(person)}
    if settings.agency.operator == address:
        yield {"operator": address}


def _booked(settings: Settings, address: str) -> Iterator[Document]:
    for entry in settings.contacts:
        if address in entry.addresses:
            yield {"creditor": entry.creditor, "name": entry.name, "number": entry.number, "language": entry.language}


def _assembled(mail: OutgoingMail, store: TinyStore) -> bytes | None:
    try:
        return assemble(replace(mail, sent_at=None), store.document)
    except (PermanentError, ValueError, LookupError):
        return None


def _originals(store: TinyStore, accounts: Iterable[DebtorAccount]) -> Iterator[tuple[str, bytes]]:
    """His own mails and those to him, byte for byte; not those that are about others too."""
    for account in accounts:
        for kept in kept_mails(store, account.id):
            raw = None if kept.shared or kept.way != "in" else original_of(store, kept)
            if raw is not None:
                yield f"received/{kept.document[:16]}.eml", raw


def _documents(store: TinyStore, accounts: Iterable[DebtorAccount]) -> Iterator[tuple[str, bytes]]:
    for account in accounts:
        for item in store.items(debtor=account.id):
            for sha256 in filter(None, (item.invoice.document, *item.invoice.other_documents)):
                content = store.document(sha256)
                if content is not None:
                    ending = ".pdf" if b"%PDF-" in content[:1024] else ".xml"
                    yield f"invoices/{sha256[:16]}{ending}", content
