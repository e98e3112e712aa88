"""Bank movements against the books: what a statement settles, part-pays, reopens or asks about, ready to be committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from agent.domain import events as ev
from agent.domain.decide import Context, Decision, bank_statement
from agent.domain.decide.questions import close_moot
from agent.domain.findings import BankStatementReading
from agent.domain.index import Term
from agent.domain.index import terms as index_terms
from agent.domain.ledger import Ledger
from agent.domain.matching import LedgerBook
from agent.domain.parties import Creditor
from agent.ports import Store
from agent.service import waiting
from agent.service.app import App
from agent.service.conclude import Outcome
from agent.service.movements import Sorted, sorted_out

_EMPTY = Ledger()
_AHEAD = timedelta(days=5)
_NOTHING_YET = (_EMPTY, Decision())


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The decision, the slice of the ledger that it looked at, and the notes that make each movement count once."""

    decision: Decision
    ledger: Ledger
    notes: dict[str, str | None] = field(default_factory=dict)


def reconcile(
    app: App,
    creditor: Creditor,
    readings: Sequence[BankStatementReading],
    context: Context,
    before: tuple[Ledger, Decision] = _NOTHING_YET,
) -> Reconciliation:
    """What the movements of these statements do to this creditor's books; the accounts are his own, checked by the caller.

    Only what the movements may concern is read, by index: no statement costs a scan of the books. `before` is what else the same mail
    decides, with the slice that it looked at: invoices handed over beside their payment.
    """
    notice = all(reading.format == "notice" for reading in readings)
    readings = [_up_to_today(reading, context.today) for reading in readings]
    movements = sorted_out(app.store, creditor.id, readings, notice=notice)
    known = movements.known | _known_parts(app, creditor, movements)
    earlier = before[1].after(before[0])
    book = book_for(app, creditor, context, earlier)
    done = bank_statement(movements.readings, book, known, context)
    changed = {id_ for event in before[1].events for id_ in event.about()}
    ledger = Ledger.of(s for s in done.ledger.states() if s.id not in changed).having(before[0].states())
    ledger = ledger.having(app.store.ledger(_questions_about(app, done.decision)).questions.values())
    notes = movements.notes(creditor.id, done.fingerprints, context.source)
    notes |= waiting.note(app.store, creditor, done.waiting, done.fingerprints, context.today)
    looked_at_again = all(reading.format == waiting.FORMAT for reading in readings)
    astray = () if looked_at_again else waiting.meant_for_others(app, creditor, done.waiting)
    decision = before[1] + done.decision + Decision(letters=astray)
    return Reconciliation(close_moot(ledger, decision, context), ledger, notes)


def _up_to_today(reading: BankStatementReading, today: date) -> BankStatementReading:
    """The reading in which money of a day to come is only announced, whatever the file says; that speaks against the whole file.

    Banks date what they book at a weekend or before holidays by the next working day.
    """
    last = min(today, date.max - _AHEAD) + _AHEAD
    entries = tuple(
        replace(
            entry,
            value_date=entry.value_date if entry.value_date and entry.value_date <= last else None,
            pending=entry.pending or entry.booked_on > last,
        )
        for entry in reading.entries
    )
    early = [entry.booked_on for entry in reading.entries if entry.booked_on > last and not entry.pending]
    problems = (*reading.problems, f"{max(early)} > {today}") if early else reading.problems
    return replace(reading, entries=entries, problems=problems)


def with_waiting_money(app: App, creditor: Creditor, outcome: Outcome) -> Outcome:
    """The outcome of a handover, with the money that came before its invoices: what waited is looked at again."""
    context = outcome.context
    registered = any(isinstance(event, ev.InvoiceRegistered) for event in outcome.decision.events)
    kept = waiting.readings(app.store, creditor) if registered else ()
    if not kept or context is None:
        return outcome
    done = reconcile(app, creditor, kept, context, (outcome.ledger, outcome.decision))
    if len(done.decision.events) == len(outcome.decision.events):
        return outcome
    return replace(outcome, decision=done.decision, ledger=done.ledger, notes={**outcome.notes, **done.notes})


def _known_parts(app: App, creditor: Creditor, movements: Sorted) -> frozenset[str]:
    """The payments of known batches that were dealt with: one by one, or all of them where another format gave the batch as a whole."""
    batches = [e for r in movements.readings for e in r.entries if e.parts and e.fingerprint in movements.known]
    whole = {e.fingerprint for e in batches if app.store.note(f"movement:{creditor.id}:{e.fingerprint}")}
    parts = ((e, p.fingerprint) for e in batches for p in e.parts)
    return frozenset(f for e, f in parts if e.fingerprint in whole or app.store.note(f"movement:{creditor.id}:{f}"))


def book_for(app: App, creditor: Creditor, context: Context, earlier: Ledger = _EMPTY) -> LedgerBook:
    """The creditor's book, filled from the store as it is asked; `earlier` are states that the same mail changes before."""
    payers = {entry.name: entry.payers for entry in context.book if entry.payers}
    shelf = _Shelf(app.store, earlier) if earlier.states() else app.store
    return LedgerBook(shelf, creditor.id, creditor.ibans, creditor.sister_companies, payers)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The store, with states over it that are not committed yet."""

    store: Store
    over: Ledger

    def find(self, terms: Iterable[Term], creditor: str | None = None) -> Mapping[Term, tuple[str, ...]]:
        """State ids by index term."""
        wanted = set(terms)
        found = dict(self.store.find(wanted, creditor))
        for state in self.over.states():
            for term in index_terms(state) & wanted:
                found[term] = tuple(dict.fromkeys((*found.get(term, ()), state.id)))
        return found

    def ledger(self, ids: Iterable[str]) -> Ledger:
        """These states, as they will be."""
        wanted = set(ids)
        return self.store.ledger(wanted).having(s for s in self.over.states() if s.id in wanted)


def _questions_about(app: App, decision: Decision) -> Iterable[str]:
    """The open questions whose object this decision may take away."""
    touched = {id_ for event in decision.events for id_ in event.about()}
    found = app.store.find([("subject", id_) for id_ in touched]) if touched else {}
    return {id_ for ids in found.values() for id_ in ids}
