"""Bank movements against the books: what a statement settles, part-pays, reopens or asks about, ready to be committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.domain.decide import Context, Decision, bank_statement
from agent.domain.decide.questions import close_moot
from agent.domain.findings import BankStatementReading
from agent.domain.ledger import Ledger
from agent.domain.matching import LedgerBook
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
    """What the movements of these statements do to this creditor's books; the accounts are his own, checked by the caller.

    Only what the movements may concern is read, by index: no statement costs a scan of the books.
    """
    movements = {e.fingerprint for r in readings for e in r.payments() if e.fingerprint}
    known = frozenset(f for f in movements if app.store.note(f"movement:{creditor.id}:{f}"))
    done = bank_statement(readings, book_for(app, creditor, context), known, context)
    ledger = done.ledger.having(app.store.ledger(_questions_about(app, done.decision)).questions.values())
    notes: dict[str, str | None] = {f"movement:{creditor.id}:{f}": context.source for f in done.fingerprints}
    return Reconciliation(close_moot(ledger, done.decision, context), ledger, notes)


def book_for(app: App, creditor: Creditor, context: Context) -> LedgerBook:
    """The creditor's book, filled from the store as it is asked."""
    payers = {entry.name: entry.payers for entry in context.book if entry.payers}
    return LedgerBook(app.store, creditor.id, creditor.ibans, creditor.sister_companies, payers)


def _questions_about(app: App, decision: Decision) -> Iterable[str]:
    """The open questions whose object this decision may take away."""
    touched = {id_ for event in decision.events for id_ in event.about()}
    found = app.store.find([("subject", id_) for id_ in touched]) if touched else {}
    return {id_ for ids in found.values() for id_ in ids}
