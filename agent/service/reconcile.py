"""Bank movements against the books: what a statement settles, part-pays, reopens or asks about, ready to be committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.domain.decide import Context, Decision, bank_statement
from agent.domain.findings import BankStatementReading
from agent.domain.ledger import DebtorAccount, Ledger, Question
from agent.domain.matching import book_of
from agent.domain.parties import Creditor
from agent.service.app import App


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The decision, the slice of the ledger that it looked at, and the notes that make each movement count once."""

    decision: Decision
    ledger: Ledger
    notes: dict[str, str | None] = field(default_factory=dict)


def reconcile(
    app: App, creditor: Creditor, readings: Sequence[BankStatementReading], context: Context
) -> Reconciliation:
    """What the movements of these statements do to this creditor's books; the accounts are his own, checked by the caller."""
    items = tuple(app.store.items(creditor.id))
    accounts = tuple(s for s in app.store.states(DebtorAccount, creditor.id) if isinstance(s, DebtorAccount))
    questions = (q for q in app.store.states(Question, creditor.id) if isinstance(q, Question) and q.is_open)
    ledger = Ledger.of((*items, *accounts, *questions))
    movements = {e.fingerprint for r in readings for e in r.payments() if e.fingerprint}
    known = frozenset(f for f in movements if app.store.note(f"movement:{creditor.id}:{f}"))
    book = book_of(items, accounts, own_ibans=creditor.ibans)
    done = bank_statement(ledger, readings, book, known, context)
    notes: dict[str, str | None] = {f"movement:{creditor.id}:{f}": context.source for f in done.fingerprints}
    return Reconciliation(done.decision, ledger, notes)
