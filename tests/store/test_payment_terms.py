"""The book that is filled from the store as it is asked gives the verdicts of the book of everything."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.domain import events as ev
from agent.domain.decide.bank_lines import BankLine
from agent.domain.findings import BankStatementReading
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, OpenItem, replay
from agent.domain.matching import Effect, LedgerBook, match, payment_reference
from agent.domain.money import Money
from agent.ports import Commit
from agent.store.tinydb_store import TinyStore
from benchmarks.payment_score import played
from benchmarks.payment_world import make
from tests.whole_book import book_of

NOW = datetime(2027, 4, 1, 9, tzinfo=UTC)
HEAD = {"at": NOW, "source": "mail-1", "creditor": "c"}


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    store = TinyStore.open(tmp_path / "relance.db")
    yield store
    store.close()


def filled(store, world):
    """The world's items and debtors in the store, as events."""
    for debtor in world.book.debtors.values():
        events = [ev.DebtorOpened(**HEAD, debtor=debtor.id, name=debtor.name)]
        events += [ev.PayerLearned(**HEAD, debtor=debtor.id, iban=iban) for iban in debtor.ibans]
        events += [ev.PayerLearned(**HEAD, debtor=debtor.id, name=alias) for alias in debtor.aliases]
        store.commit(Commit(events=tuple(events), states=replay(events).states()))
    for item in world.book.items.values():
        hand_over(store, item)


def hand_over(store, item):
    total = Money(item.amount, item.currency)
    reference = item.references[0] if item.references else ""
    invoice = Invoice(
        item.id, "c", item.number, item.issued_on, None, total, Money.zero(item.currency), item.debtor,
        credit_note=item.amount < 0, reference=reference,
    )  # fmt: skip
    event = ev.InvoiceRegistered(**HEAD, item=item.id, invoice=invoice)
    store.commit(Commit(events=(event,), states=replay([event]).states()))


def pay(store, paid):
    """The truth of a movement, booked."""
    line = BankLine.of(paid.entry, BankStatementReading("camt")).fields
    ids = list(paid.truth)
    events = []
    ledger = store.ledger(ids)
    for id_, (effect, amount) in paid.truth.items():
        item = ledger.items[id_]
        money = Money(amount, item.invoice.total.currency) if amount is not None else item.balance
        kind = ev.PaymentReversed if effect is Effect.REOPEN else ev.PaymentReceived
        events.append(kind(**HEAD, **line, item=id_, amount=money, evidence="bank"))
        if effect is Effect.PAID:
            events.append(ev.InvoiceSettled(**HEAD, item=id_))
        elif effect is Effect.REOPEN and not item.is_open:
            events.append(ev.InvoiceReopened(**HEAD, item=id_))
    store.commit(Commit(events=tuple(events), states=tuple(replay(events, ledger).items.values())))


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_reading_by_index_changes_no_verdict(store, seed):
    """Payments of every habit, each against both books, while the ledger goes on."""
    world = make(seed)
    filled(store, world)
    known = set(world.book.items)
    for n, (told, _, _) in enumerate(played(world, 60)):
        paid = replace(told, entry=replace(told.entry, fingerprint=told.entry.bank_reference or f"f{n}"))
        for id_ in set(world.book.items) - known:
            hand_over(store, world.book.items[id_])
        known = set(world.book.items)
        items = [s for s in store.items("c") if isinstance(s, OpenItem)]
        accounts = [s for s in store.states(DebtorAccount, "c") if isinstance(s, DebtorAccount)]
        whole = book_of(items, accounts, own_ibans=world.book.own_ibans, sister_companies=[world.group])
        paged = LedgerBook(store, "c", world.book.own_ibans, [world.group])
        paged.prepare([paid.entry])
        assert match(paid.entry, paged) == match(paid.entry, whole), paid
        asked_singly = LedgerBook(store, "c", world.book.own_ibans, [world.group])
        assert match(paid.entry, asked_singly) == match(paid.entry, whole), paid
        if paid.truth:
            pay(store, paid)


def test_a_booked_movement_leads_to_all_that_it_paid(store):
    """The return of a payment of two invoices finds both by its reference alone."""
    world = make(21)
    filled(store, world)
    for paid, _, _ in played(world, 200):
        if len(paid.truth) == 2 and paid.entry.end_to_end and not paid.entry.pending:
            pay(store, paid)
            book = LedgerBook(store, "c")
            (receipt,) = book.receipts_of(paid.entry.end_to_end)
            assert {a.item for a in receipt.allocations} == set(paid.truth)
            assert payment_reference(paid.entry)
            return
