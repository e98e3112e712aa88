"""The slices of the ledger that decisions look at, loaded by index and never by scan."""

from collections import Counter
from collections.abc import Iterable, Iterator

from agent.domain.completeness import Lack
from agent.domain.decide import Context
from agent.domain.decide.accounts_guard import named_accounts, payee_id, question_id
from agent.domain.decide.credit_notes import numbers_corrected
from agent.domain.decide.debtors import account_id
from agent.domain.findings import DocumentKind, Instruction, InvoiceReading
from agent.domain.index import Term, number_term
from agent.domain.ledger import DebtorAccount, Ledger, Question, State
from agent.domain.names import name_stems
from agent.domain.payees import PayeeAccount
from agent.domain.references import iban, party_number
from agent.ports import Store

_MOST_ALIKE = 25


def accounts_slice(store: Store, accounts: Iterable[str], more: Iterable[str] = ()) -> Ledger:
    """These debtor accounts with all that is open on them, the open questions about them, and the states named in `more`."""
    ids = {a for a in accounts if a}
    wanted = set(more) | ids
    wanted |= _found(store, [("open", a) for a in ids])
    wanted |= _found(store, [("subject", w) for w in wanted])
    found = with_planned(store, store.ledger(wanted))
    foreign = {payee_id(i.creditor, account) for i in found.items.values() for account in i.invoice.foreign_ibans}
    return found.having(store.ledger(foreign).states()) if foreign else found


def with_planned(store: Store, ledger: Ledger) -> Ledger:
    """The ledger with all items of its debtors' payment plans, the paid ones too: how far a plan has come is reckoned from them."""
    plans = (plan for account in ledger.accounts.values() for plan in account.plans if plan.is_alive)
    missing = {id_ for plan in plans for id_ in plan.items if id_ not in ledger.items}
    return ledger.having(store.ledger(missing).states()) if missing else ledger


def whole_ledger(store: Store, creditor: str) -> Ledger:
    """All items, accounts, questions and met bank accounts of one creditor."""

    def states() -> Iterator[State]:
        yield from store.items(creditor)
        yield from store.states(DebtorAccount, creditor)
        yield from store.states(Question, creditor)
        yield from store.states(PayeeAccount, creditor)

    return Ledger.of(states())


def letter_slice(store: Store, about: Iterable[str], creditor: str, terms: Iterable[Term] = ()) -> Ledger:
    """What an answer to a letter may concern: its subjects and the items that the words name, with their accounts."""
    ids = set(about) | _found(store, terms, creditor)
    first = store.ledger(ids)
    subjects = {s for q in first.questions.values() for s in q.subjects}
    asked = store.ledger(subjects)
    waiting = _found(store, [("payee", p.iban) for p in asked.payees.values()], creditor)
    items = {**first.items, **asked.items, **store.ledger(waiting).items}
    accounts = {i.invoice.debtor for i in items.values()} | set(first.accounts)
    lookalikes = {part for q in first.questions.values() for part in q.detail.split() if "@" not in part}
    return accounts_slice(store, accounts, ids | subjects | set(items) | lookalikes)


def handover_slice(store: Store, readings: Iterable[InvoiceReading], context: Context) -> Ledger:
    """What registering these invoices may meet: items of the same number or file, accounts of the same buyer or nearly so.

    The items whose acknowledgements named a lack belong to it, so that none is named twice.
    """
    terms: set[Term] = {("address", hint.address) for hint in context.hints} | {("lack", lack) for lack in Lack}
    alike: set[str] = set()
    kept = tuple(readings)
    for reading in kept:
        terms |= _terms_of(reading)
        if reading.buyer_name is not None:
            alike |= _alike(store, " ".join(reading.buyer_name.value.split()), context.creditor.id)
    for entry in context.book:
        terms |= {("address", address) for address in entry.addresses}
    found = store.ledger(_found(store, terms, context.creditor.id) | alike)
    accounts = {item.invoice.debtor for item in found.items.values()} - set(found.accounts)
    if any(reading.kind.value is DocumentKind.CREDIT_NOTE for reading in kept):
        found = found.having(accounts_slice(store, [*found.accounts, *accounts]).states())
    payees = {payee_id(context.creditor.id, named.iban) for named in named_accounts(kept)}
    return found.having(store.ledger([*(a for a in accounts if a), *payees]).states())


def told_slice(store: Store, told: Iterable[Instruction], creditor: str) -> Ledger:
    """The debtors that a creditor may mean by the names that he corrects, and what is known of the bank accounts that he names."""
    values = [(i.field, i.value) for i in told if i.kind == "correct"]
    debtors = store.ledger(
        id_ for field, name in values if field == "buyer_name" for id_ in _alike(store, name, creditor)
    )
    accounts = [account for field, text in values if field == "iban" and (account := iban(text))]
    return debtors.having(letter_slice(store, [question_id(creditor, a) for a in accounts], creditor).states())


def _terms_of(reading: InvoiceReading) -> set[Term]:
    terms: set[Term] = {("document", reading.document)}
    if reading.number is not None:
        terms.add(number_term(reading.number.value))
        terms.add(("credits", number_term(reading.number.value)[1]))
    terms |= {number_term(number) for number in numbers_corrected(reading)}
    for field in (reading.buyer_vat, reading.buyer_enterprise):
        number = party_number(field.value) if field is not None else None
        if number:
            terms.add(("party", number))
    if reading.buyer_email is not None:
        terms.add(("address", reading.buyer_email.value.lower()))
    return terms


def _alike(store: Store, name: str, creditor: str) -> set[str]:
    """The accounts that share at least half of the name's words by their beginnings, those that share most first."""
    stems = name_stems(name)
    hits = Counter(id_ for ids in store.find([("stem", s) for s in stems], creditor).values() for id_ in ids)
    likely = {id_ for id_, count in hits.most_common(_MOST_ALIKE) if 2 * count >= len(stems)}
    return likely | {account_id(creditor, "", name)}


def _found(store: Store, terms: Iterable[Term], creditor: str | None = None) -> set[str]:
    wanted = [term for term in terms if term[1]]
    if not wanted:
        return set()
    return {id_ for ids in store.find(wanted, creditor).values() for id_ in ids}
