"""What follows from a bank statement: movements settle, part-pay or reopen items, or are asked about. Paid is never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, answer_to, head, in_answer, make_id
from agent.domain.decide.questions import close_moot
from agent.domain.findings import BankStatementReading, Entry
from agent.domain.ledger import ItemState, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.matching import (
    Allocation,
    Book,
    Effect,
    Match,
    Policy,
    Receipt,
    book_item,
    match,
    payment_reference,
)
from agent.domain.money import Money

# Questions that one statement may raise; what is left over is listed and waits for the next look.
_MOST_QUESTIONS = 10
# What its answer shows: first what a person must know of.
_MOST_LINES, _MOST_PROBLEMS = 40, 5
_ORDER = ("reopen", "ask", "partial", "paid", "nothing")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The decision about a statement, and the fingerprints of all movements that are dealt with by it: booked or asked about."""

    decision: Decision
    fingerprints: tuple[str, ...] = ()


def bank_statement(
    ledger: Ledger, readings: Sequence[BankStatementReading], book: Book, known: frozenset[str], context: Context
) -> Reconciled:
    """The decision about the movements of these statements.

    `ledger` and `book` hold all items of the creditor; `known` are the fingerprints of movements dealt with before, so that the
    same file, an overlapping period or another format of it counts once. While a statement's control totals do not tie,
    nothing is booked by itself: what would be is asked about.
    """
    work = _Work(ledger, book, context)
    seen = set(known)
    dealt_with: list[str] = []
    for reading in readings:
        policy = Policy(automatic=not reading.problems, by_amount=False)
        for entry in reading.payments():
            if entry.fingerprint and entry.fingerprint in seen:
                work.counts["known"] += 1
                continue
            seen.add(entry.fingerprint)
            if work.take(entry, match(entry, book, policy)):
                dealt_with.append(entry.fingerprint)
    letters = (*work.questions, _report(readings, work, context))
    decision = close_moot(ledger, Decision(tuple(work.events), letters), context)
    return Reconciled(decision, tuple(f for f in dealt_with if f))


class _Work:
    """The events of one statement as they add up."""

    def __init__(self, ledger: Ledger, book: Book, context: Context) -> None:
        self.ledger, self.book, self.context = ledger, book, context
        self.events: list[ev.Event] = []
        self.questions: list[Letter] = []
        self.counts = {"paid": 0, "partial": 0, "reopen": 0, "ask": 0, "nothing": 0, "known": 0}
        self.touched: list[str] = []
        self.left_over: list[str] = []
        self.lines: list[str] = []

    def take(self, entry: Entry, found: Match) -> bool:
        """Book what is certain, ask about the rest; whether the movement is dealt with, or may still find its invoice."""
        self.counts[found.decision.value] += 1
        self._tell(entry, found)
        if found.allocations:
            self._book(entry, found)
            return True
        return found.decision.value == "ask" and self._ask(entry, found)

    def _tell(self, entry: Entry, found: Match) -> None:
        """One line of the report: what became of the movement, its day, sum, invoices and name; money that left is only counted."""
        if found.decision.value == "nothing" and entry.amount <= 0:
            return
        items = [self.ledger.items[a.item].invoice.number for a in found.allocations]
        told = (
            found.decision.value,
            entry.booked_on.isoformat(),
            str(entry.amount),
            entry.currency,
            ", ".join(dict.fromkeys(items)),
            entry.counterparty_name or entry.remittance[:60],
        )
        self.lines.append("|".join(part.replace("|", "/") for part in told))

    def _book(self, entry: Entry, found: Match) -> None:
        because = tuple(reason.code for reason in found.reasons)
        for allocation in found.allocations:
            item = self.ledger.items[allocation.item]
            if allocation.effect is Effect.REOPEN:
                self._happened(item, _reopened(item, entry, allocation.amount, self.context))
            else:
                self._happened(item, _received(item, entry, allocation, because, self.context))
        if found.surplus > 0:
            item = self.ledger.items[found.allocations[-1].item]
            surplus = replace(found.allocations[-1], amount=found.surplus, effect=Effect.PARTIAL)
            paid = _received(item, entry, surplus, ("surplus",), self.context)
            self._happened(item, paid)
        self.book.put_receipt(Receipt(entry, found.allocations))

    def _happened(self, item: OpenItem, events: tuple[ev.Event, ...]) -> None:
        self.ledger = Decision(events).after(self.ledger)
        self.events += events
        self.touched.append(item.id)
        self.book.put(book_item(self.ledger.items[item.id]))

    def _ask(self, entry: Entry, found: Match) -> bool:
        told = f"{entry.booked_on.isoformat()} {entry.amount} {entry.currency} {entry.counterparty_name}".strip()
        if not found.candidates or len(self.questions) >= _MOST_QUESTIONS:
            self.left_over.append(told)
            return False
        asked, letter = _question(entry, found, told, self.context)
        self.events.append(asked)
        self.questions.append(letter)
        return True


def _received(
    item: OpenItem, entry: Entry, allocation: Allocation, because: tuple[str, ...], context: Context
) -> tuple[ev.Event, ...]:
    """The money on the item. What is *paid* is settled also when charges or a discount left a difference: that is booked apart."""
    money = Money(allocation.amount, item.invoice.total.currency)
    paid = ev.PaymentReceived(
        **head(context),
        item=item.id,
        amount=money,
        on=entry.value_date or entry.booked_on,
        evidence="bank",
        reference=payment_reference(entry),
        because=because,
    )
    if allocation.effect is not Effect.PAID:
        return (paid,)
    events: list[ev.Event] = [paid]
    rest = item.balance - money
    if rest.amount > 0:
        events.append(replace(paid, amount=rest, evidence="difference", reference=""))
    if item.state is not ItemState.SETTLED:
        events.append(ev.InvoiceSettled(**head(context), item=item.id))
    return tuple(events)


def _reopened(item: OpenItem, entry: Entry, amount: Decimal, context: Context) -> tuple[ev.Event, ...]:
    back = ev.PaymentReversed(
        **head(context),
        item=item.id,
        amount=Money(amount, item.invoice.total.currency),
        on=entry.value_date or entry.booked_on,
        evidence="bank",
        reference=payment_reference(entry),
    )
    if item.state is not ItemState.SETTLED:
        return (back,)
    pause = ev.FollowUpPaused(**head(context), subject=item.id, until=None, reason="payment_reversed")
    return (back, ev.InvoiceReopened(**head(context), item=item.id), pause)


def _question(entry: Entry, found: Match, told: str, context: Context) -> tuple[ev.QuestionAsked, Letter]:
    """Which items a movement pays, the candidates numbered; `detail` keeps what is booked with the answer."""
    choices = tuple(dict.fromkeys((*("+".join(c) for c in found.candidates), "none")))
    subjects = tuple(dict.fromkeys(i for candidate in found.candidates for i in candidate))
    question = make_id("q", context.creditor.id, "which_invoice", entry.fingerprint or told)
    asked = ev.QuestionAsked(
        **head(context),
        question=question,
        topic="which_invoice",
        subjects=subjects,
        choices=choices,
        to=answer_to(context)[0],
        detail=f"paid {entry.amount} {entry.booked_on.isoformat()} {payment_reference(entry)}",
    )
    letter = replace(
        in_answer(LetterKind.QUESTION, f"question:{question}", context),
        code="which_invoice",
        items=subjects,
        question=question,
        choices=choices,
        amount=Money(entry.amount, entry.currency),
        on=entry.booked_on,
        words=f"{told}\n{entry.remittance}".strip()[:500],
    )
    return asked, letter


def _report(readings: Sequence[BankStatementReading], work: _Work, context: Context) -> Letter:
    """One answer for the whole file: how many movements settled, part-paid, reopened, were asked about, concern nothing."""
    problems = [("problem", problem) for reading in readings for problem in reading.problems]
    problems += [("columns", reading.ask) for reading in readings if reading.ask]
    counts = [(name, str(count)) for name, count in work.counts.items()]
    pending = sum(1 for reading in readings for entry in reading.entries if entry.pending)
    lines = sorted(work.lines, key=lambda line: _ORDER.index(line.partition("|")[0]))
    told = [("movement", line) for line in lines[:_MOST_LINES]]
    counts += [("pending", str(pending)), ("unlisted", str(len(lines) - len(told)))]
    return replace(
        in_answer(LetterKind.BANK_STATEMENT, f"statement-read:{context.source}", context),
        items=tuple(dict.fromkeys(work.touched)),
        facts=(*counts, *problems[:_MOST_PROBLEMS], *told, *(("left_over", told) for told in work.left_over[:20])),
    )
