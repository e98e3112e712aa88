"""What follows from credit notes: they lessen the invoices that they name; what is left over is the creditor's to keep or pay back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.credits import left_on, named_by, owed_by
from agent.domain.decide.context import Context, Decision, head, in_answer, make_id
from agent.domain.decide.holds import deferred
from agent.domain.decide.payments import Reported, notice
from agent.domain.findings import DocumentKind, InvoiceReading
from agent.domain.index import number_term
from agent.domain.invoices import Invoice
from agent.domain.ledger import ItemState, Ledger, OpenItem, Question
from agent.domain.letters import LetterKind
from agent.domain.states import OWED

# What a person decides about money that the creditor owes.
LEFT, LEFT_CHOICES = "credit_left", ("keep", "refunded")
WHICH, ON_ACCOUNT = "which_credited", "on_account"
_MOST_CHOICES = 8
_REGISTERED = (ev.InvoiceRegistered, ev.InvoiceCorrected)


def with_set_offs(ledger: Ledger, decision: Decision, context: Context, *, told: bool = True) -> Decision:
    """The decision, with what the credit notes that it brings, or whose invoice it brings, take off what they name.

    A credit note may come before its invoice. `told` says that a notice tells of it; the acknowledgement shows it by itself.
    """
    after = decision.after(ledger)
    touched = {id_ for e in decision.events if isinstance(e, _REGISTERED) for id_ in e.about()}
    accounts = {after.items[id_].invoice.debtor for id_ in touched if id_ in after.items}
    notes = [i for account in sorted(accounts) for i in after.of_account(account) if left_on(i)]
    for note in sorted(notes, key=lambda n: (n.invoice.issue_date, n.invoice.number, n.id)):
        named = named_by(note, after.of_account(note.invoice.debtor))
        if note.id in touched or touched & {i.id for i in named}:
            events = tuple(_set_off(after.items[note.id], [after.items[i.id] for i in named], context))
            done = Decision(events) + _told(note, named, events, context) if told else Decision(events)
            after, decision = done.after(after), decision + done
        if note.id in touched:
            now = after.items[note.id]
            asked = _left(after, now, named, context)
            asked = asked if asked.events else _which(after, now, named, context)
            after, decision = asked.after(after), decision + asked
    return decision


def _set_off(note: OpenItem, named: Sequence[OpenItem], context: Context) -> Iterator[ev.Event]:
    """What a note takes off the invoices that it names, the oldest first; what has nothing left is settled."""
    left = left_on(note).amount
    for item in named:
        part = min(left, item.balance.amount)
        if item.state not in OWED or part <= 0:
            continue
        amount = replace(item.balance, amount=part)
        yield ce.CreditSetOff(**head(context), item=item.id, credit=note.id, amount=amount, on=note.invoice.issue_date)
        left -= part
        if part == item.balance.amount:
            yield ev.InvoiceSettled(**head(context), item=item.id)
    if left == 0 and left_on(note):
        yield ev.InvoiceSettled(**head(context), item=note.id)


def _told(note: OpenItem, named: Sequence[OpenItem], events: Sequence[ev.Event], context: Context) -> Decision:
    lessened = [e for e in events if isinstance(e, ce.CreditSetOff)]
    if not lessened:
        return Decision()
    ids = {e.item for e in lessened}
    whole = sum((e.amount.amount for e in lessened), Decimal(0))
    letter = notice("credited", [*(i for i in named if i.id in ids), note], Reported(whole), context)
    return Decision(letters=(letter,))


def _which(ledger: Ledger, note: OpenItem, named: Sequence[OpenItem], context: Context) -> Decision:
    """The question which invoice is cancelled by a note that names none, when there are some of just its sum."""
    left = left_on(note)
    same = [i for i in ledger.of_account(note.invoice.debtor) if i.state in OWED and i.balance == left]
    exact = [i for i in same if i.invoice.due == i.balance][:_MOST_CHOICES]
    if not left or named or not exact:
        return Decision()
    choices = (*(i.id for i in exact), ON_ACCOUNT)
    return _asked(WHICH, (note.id, *(i.id for i in exact)), choices, note, context)


def which_answered(ledger: Ledger, question: Question, answer: str, context: Context) -> Decision:
    """The decision about the answer: the note is set off against the invoice that was chosen, or stays on the account."""
    note = ledger.items.get(question.subjects[0])
    chosen = [i for id_ in answer.split("+") if (i := ledger.items.get(id_)) is not None and i.id in question.subjects]
    closed = Decision((ev.QuestionAnswered(**head(context), question=question.id, answer=answer),))
    events = tuple(_set_off(note, chosen, context)) if note is not None else ()
    if note is None or not events:
        items = [note] if note is not None else []
        return closed + Decision(letters=(notice("credit_kept", items, Reported(), context),))
    return closed + Decision(events) + _told(note, chosen, events, context)


def _asked(topic: str, items: tuple[str, ...], choices: tuple[str, ...], note: OpenItem, context: Context) -> Decision:
    """A question about what a credit note has left."""
    question = make_id("q", context.creditor.id, topic, note.id, context.source)
    asked = ev.QuestionAsked(
        **head(context),
        question=question,
        topic=topic,
        subjects=items,
        choices=choices,
        to=context.creditor.owner.address,
    )
    letter = replace(
        in_answer(LetterKind.QUESTION, f"question:{question}", context),
        code=topic,
        items=items,
        account=note.invoice.debtor,
        question=question,
        choices=choices,
        amount=left_on(note),
    )
    return Decision((asked,), (letter,))


def _left(ledger: Ledger, note: OpenItem, named: Sequence[OpenItem], context: Context) -> Decision:
    """The question what becomes of a note of which more is left than its debtor owes: it is kept for him, or paid back."""
    left, account = left_on(note), ledger.accounts.get(note.invoice.debtor)
    if not left or account is None:
        return Decision()
    paid = bool(named) and all(ledger.items[i.id].state not in (*OWED, ItemState.REVIEW) for i in named)
    items = ledger.of_account(account.id)
    waiting = any(i.state is ItemState.REVIEW for i in items)
    if not paid and (waiting or owed_by(account, items, left.currency).amount >= 0):
        return Decision()
    letters = _asked(LEFT, (note.id,), LEFT_CHOICES, note, context)
    shown = (replace(x, items=(note.id, *(i.id for i in named))) for x in letters.letters)
    return Decision(letters.events, tuple(shown))


def left_answered(ledger: Ledger, question: Question, answer: str, context: Context) -> Decision:
    """The decision about the answer: what is kept is deducted from what the debtor owes next, what was paid back is gone."""
    note = next((i for s in question.subjects if (i := ledger.items.get(s)) is not None), None)
    closed = ev.QuestionAnswered(**head(context), question=question.id, answer=answer)
    if note is None or answer != "refunded" or not left_on(note):
        items = [note] if note is not None else []
        return Decision((closed,), (notice("credit_kept", items, Reported(), context),))
    left = left_on(note)
    refunded = ce.CreditRefunded(**head(context), item=note.id, amount=left, on=context.today)
    settled = ev.InvoiceSettled(**head(context), item=note.id)
    letter = notice("credit_refunded", [note], Reported(left.amount), context)
    return Decision((closed, refunded, settled), (letter,))


def rested(ledger: Ledger, note: Invoice, context: Context) -> tuple[ev.Event, ...]:
    """While a person must look at a credit note, its debtor is left in peace for some working days."""
    account = ledger.accounts.get(note.debtor)
    return deferred(account, LEFT, context) if note.credit_note and account is not None else ()


CREDIT_ANSWERS: Mapping[str, Callable[[Ledger, Question, str, Context], Decision]] = {
    LEFT: left_answered,
    WHICH: which_answered,
}


def numbers_corrected(reading: InvoiceReading) -> tuple[str, ...]:
    """The numbers of the invoices that a credit note says it corrects (EN 16931, BT-25), one or several of them."""
    if reading.kind.value is not DocumentKind.CREDIT_NOTE or reading.preceding_invoice is None:
        return ()
    told = reading.preceding_invoice.value[:400]
    for mark in (",", ";", "&", "+", " et ", " en ", " and ", " und "):
        told = told.replace(mark, "\n")
    return tuple(dict.fromkeys(number.strip() for number in told.split("\n") if number_term(number)[1]))


def doubts_about_credit(note: Invoice, ledger: Ledger) -> tuple[str, ...]:
    """What is doubtful about a credit note: the invoice that it names is another debtor's, or in another currency."""
    if not note.credit_note:
        return ()
    numbers = {number_term(number) for number in note.corrects}
    named = [
        i.invoice
        for i in ledger.items.values()
        if i.creditor == note.creditor and not i.invoice.credit_note and number_term(i.invoice.number) in numbers
    ]
    found = []
    if named and all(i.debtor != note.debtor for i in named):
        found.append("buyer_name")
    if named and all(i.total.currency != note.total.currency for i in named):
        found.append("currency")
    return tuple(found)
