"""Money of bank statements keeps its sum: whatever order, however often, nothing is placed twice and nothing is lost."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.domain import events as ev
from agent.domain.decide import bank_statement
from agent.domain.decide.context import Context
from agent.domain.dunning_plan import DunningPlan
from agent.domain.findings import BankStatementReading
from agent.domain.index import terms
from agent.domain.invoices import Invoice
from agent.domain.ledger import Ledger, replay
from agent.domain.matching import LedgerBook
from agent.domain.money import Money
from agent.domain.parties import Creditor, Person, Role
from benchmarks.payment_named import by_number, by_reference
from benchmarks.payment_score import played
from benchmarks.payment_world import make

NOW = datetime(2027, 4, 1, 9, tzinfo=UTC)
HEAD = {"at": NOW, "source": "mail-1", "creditor": "c"}
OWNER = Creditor("c", "Atelier", (Person("owner@atelier.example", Role.OWNER),), settle_by_amount=True)
CONTEXT = Context(NOW, NOW.date(), "mail-2", OWNER, DunningPlan(), "owner@atelier.example", Role.OWNER)


class Shelf:
    """A ledger as the store shows it."""

    def __init__(self, ledger):
        self.kept = ledger

    def find(self, wanted, creditor=None):
        wanted = set(wanted)
        found = {term: [] for term in wanted}
        for state in self.kept.states():
            for term in terms(state) & wanted:
                found[term].append(state.id)
        return {term: tuple(ids) for term, ids in found.items()}

    def ledger(self, ids):
        return Ledger.of(s for id_ in ids if (s := self.kept.get(id_)) is not None)


def books(world):
    """The world's debtors and items as a ledger."""
    events = []
    for debtor in world.book.debtors.values():
        events.append(ev.DebtorOpened(**HEAD, debtor=debtor.id, name=debtor.name))
        events += [ev.PayerLearned(**HEAD, debtor=debtor.id, iban=iban) for iban in debtor.ibans]
    for item in world.book.items.values():
        reference = item.references[0] if item.references else ""
        total, none = Money(item.amount, item.currency), Money.zero(item.currency)
        invoice = Invoice(
            item.id,
            "c",
            item.number,
            item.issued_on,
            None,
            total,
            none,
            item.debtor,
            item.amount < 0,
            reference=reference,
        )
        events.append(ev.InvoiceRegistered(**HEAD, item=item.id, invoice=invoice))
    return replay(events)


def take(ledger, entries, known=frozenset()):
    """What a statement of these movements does, and the ledger after it."""
    reading = BankStatementReading("camt", entries=tuple(entries))
    book = LedgerBook(Shelf(ledger), "c")
    done = bank_statement([reading], book, known, CONTEXT)
    return done, done.decision.after(ledger)


def movements(seed, count):
    """Movements of all habits of one world, each with a fingerprint of its own."""
    world = make(seed)
    ledger = books(world)
    found = []
    for n, (paid, _, _) in enumerate(played(world, count)):
        found.append(replace(paid.entry, fingerprint=paid.entry.bank_reference or f"f{n}"))
    return ledger, found


def placed(events):
    """What was placed of each movement, with its sign."""
    sums = Counter()
    for e in events:
        if isinstance(e, ev.PaymentReceived | ev.MoneyPutOnAccount) and e.reference:
            sums[e.reference] += e.amount.amount
        elif isinstance(e, ev.PaymentReversed | ev.MoneyTakenFromAccount) and e.reference:
            sums[e.reference] -= e.amount.amount
    return sums


@pytest.mark.parametrize("seed", range(40, 48))
def test_what_is_placed_is_the_movement(seed):
    """Each movement that is booked is used up to the cent: on invoices, and what is over on the debtor's account."""
    ledger, entries = movements(seed, 60)
    done, _ = take(ledger, entries)
    for reference, total in placed(done.decision.events).items():
        amount = Decimal(reference.split("amount=")[1].split()[0])
        assert 0 < abs(total) <= abs(amount)
        assert total == amount or amount < 0


@pytest.mark.parametrize("seed", range(40, 44))
def test_a_statement_counts_once(seed):
    """Taken again, a statement changes nothing of what was dealt with; and its events, folded anew, give the same books."""
    ledger, entries = movements(seed, 40)
    done, after = take(ledger, entries)
    again, _ = take(after, entries, frozenset(done.fingerprints))
    booked = (ev.PaymentReceived, ev.PaymentReversed, ev.MoneyPutOnAccount)
    dealt_with = set(placed(done.decision.events))
    assert not [e for e in again.decision.events if isinstance(e, booked) and e.reference in dealt_with]
    assert replay(done.decision.events, ledger) == after


@pytest.mark.parametrize("seed", range(40, 44))
def test_what_is_only_announced_settles_nothing(seed):
    """A statement of pending movements has no events at all."""
    ledger, entries = movements(seed, 30)
    done, after = take(ledger, [replace(e, pending=True) for e in entries])
    assert not done.decision.events
    assert after == ledger


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(50, 58), st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(seed, rng):
    """Named payments of different invoices give the same balances in any order, in one file or in many."""
    world = make(seed)
    ledger = books(world)
    paid = [p for _ in range(12) for habit in (by_number, by_reference) if (p := habit(world)) is not None]
    first = {item: p for p in paid for item in p.truth}
    entries = [replace(p.entry, fingerprint=f"f{n}") for n, p in enumerate(first.values())]
    _, together = take(ledger, entries)
    shuffled = entries[:]
    rng.shuffle(shuffled)
    apart = ledger
    for entry in shuffled:
        _, apart = take(apart, [entry])
    balances = {i.id: (i.state, i.balance) for i in together.items.values()}
    assert balances == {i.id: (i.state, i.balance) for i in apart.items.values()}
