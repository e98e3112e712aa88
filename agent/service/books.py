"""The slices of the ledger that decisions look at, loaded by index and never by scan."""

from collections.abc import Iterable

from agent.domain.decide import AddressHint, Context
from agent.domain.findings import InvoiceReading
from agent.domain.index import Term, number_term
from agent.domain.ledger import Ledger
from agent.domain.names import name_stems
from agent.domain.references import party_number
from agent.ports import Store


def accounts_slice(store: Store, accounts: Iterable[str], more: Iterable[str] = ()) -> Ledger:
    """These debtor accounts with all that is open on them, the open questions about them, and the states named in `more`."""
    ids = {a for a in accounts if a}
    wanted = set(more) | ids
    wanted |= _found(store, [("open", a) for a in ids])
    wanted |= _found(store, [("subject", w) for w in wanted])
    return store.ledger(wanted)


def letter_slice(store: Store, about: Iterable[str], creditor: str, terms: Iterable[Term] = ()) -> Ledger:
    """What an answer to a letter may concern: its subjects and the items that the words name, with their accounts."""
    ids = set(about) | _found(store, terms, creditor)
    first = store.ledger(ids)
    subjects = {s for q in first.questions.values() for s in q.subjects}
    items = {**first.items, **store.ledger(subjects).items}
    accounts = {i.invoice.debtor for i in items.values()} | set(first.accounts)
    lookalikes = {part for q in first.questions.values() for part in q.detail.split() if "@" not in part}
    return accounts_slice(store, accounts, ids | subjects | set(items) | lookalikes)


def handover_slice(store: Store, readings: Iterable[InvoiceReading], context: Context) -> Ledger:
    """What registering these invoices may meet: items of the same number or file, accounts of the same buyer or nearly so."""
    terms: set[Term] = {("address", hint.address) for hint in context.hints}
    for reading in readings:
        terms |= _terms_of(reading, context.hints)
    for entry in context.book:
        terms |= {("address", address) for address in entry.addresses}
    ids = _found(store, terms, context.creditor.id)
    ledger = store.ledger(ids)
    accounts = {item.invoice.debtor for item in ledger.items.values()} | set(ledger.accounts)
    return store.ledger(ids | {a for a in accounts if a})


def _terms_of(reading: InvoiceReading, hints: Iterable[AddressHint]) -> set[Term]:
    terms: set[Term] = {("document", reading.document), *(("address", h.address) for h in hints)}
    if reading.number is not None:
        terms.add(number_term(reading.number.value))
    for field in (reading.buyer_vat, reading.buyer_enterprise):
        number = party_number(field.value) if field is not None else None
        if number:
            terms.add(("party", number))
    if reading.buyer_email is not None:
        terms.add(("address", reading.buyer_email.value.lower()))
    if reading.buyer_name is not None:
        terms |= {("stem", stem) for stem in name_stems(reading.buyer_name.value)}
    return terms


def _found(store: Store, terms: Iterable[Term], creditor: str | None = None) -> set[str]:
    wanted = [term for term in terms if term[1]]
    if not wanted:
        return set()
    return {id_ for ids in store.find(wanted, creditor).values() for id_ in ids}
