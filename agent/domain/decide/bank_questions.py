"""Questions about the money of a bank statement, and what follows from their answers: the whole movement finds its place, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.decide.bank_lines import BankLine, kept, learned, off_account, received, reopened, unlearned
from agent.domain.decide.charges import claimed_of
from agent.domain.decide.context import Context, Decision, answer_to, head, in_answer, make_id
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.payments import Reported, notice
from agent.domain.findings import Entry
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState, Ledger, OpenItem, Question
from agent.domain.letters import Letter, LetterKind
from agent.domain.matching import Match
from agent.domain.money import Money
from agent.domain.workdays import add_bank_days

PAYMENT, OVER = "bank_payment", "money_over"
BANK_TOPICS = frozenset({PAYMENT, OVER})
# What stands before the account in an answer that names the customer instead of his invoices.
PAYER = "payer:"
# The mark of a choice by which an item counts as paid though less came in.
ACCEPTED = "="
# Money that has probably come: nobody is reminded while the creditor looks for these bank days.
_PATIENCE = 3
_MOST_CHOICES = 9
_KEPT = ("keep", "refunded")


def asked_about(entry: Entry, found: Match, line: BankLine, context: Context) -> Decision:
    """The question which items a movement concerns, the candidates numbered, likeliest first; `detail` keeps the bank's line."""
    choices = tuple(dict.fromkeys((*_choices(found), "none")))
    subjects = tuple(dict.fromkeys(i for candidate in found.candidates for i in candidate))
    told = f"{entry.booked_on.isoformat()} {entry.amount} {entry.currency} {entry.counterparty_name}".strip()
    question = make_id("q", context.creditor.id, PAYMENT, entry.fingerprint or f"{told} {entry.remittance}")
    asked = _asked(question, PAYMENT, subjects, choices, line, context)
    letter = _letter(asked, context)
    because = (("because", found.reasons[0].code),) if found.reasons else ()
    words = f"{told}\n{entry.remittance} {entry.structured_reference}".strip()[:500]
    return Decision((asked,), (replace(letter, facts=because, amount=_money(line), on=entry.booked_on, words=words),))


def _choices(found: Match) -> Iterable[str]:
    """The candidates as codes, one that is a little short of its item twice: as the whole and as a part of it."""
    short = {reason.code for reason in found.reasons} & {
        "charges",
        "deduction",
        "late_discount",
        "discount",
        "currency",
    }
    for candidate in found.candidates:
        if short and len(candidate) == 1 and candidate == found.candidates[0]:
            yield candidate[0] + ACCEPTED
        yield "+".join(candidate)


def money_over(
    account: DebtorAccount, item: OpenItem, line: BankLine, amount: Decimal, because: str, context: Context
) -> Decision:
    """The question what becomes of money that was paid twice or too much: it stays on the debtor's account until it is answered."""
    question = make_id("q", context.creditor.id, OVER, account.id, line.reference)
    asked = _asked(question, OVER, (item.id,), _KEPT, replace(line, amount=amount), context)
    letter = replace(_letter(asked, context), account=account.id, facts=(("because", because),))
    return Decision((asked,), (replace(letter, amount=Money(amount, line.currency), on=line.on),))


def _asked(
    question: str, topic: str, subjects: tuple[str, ...], choices: tuple[str, ...], line: BankLine, context: Context
) -> ev.QuestionAsked:
    return ev.QuestionAsked(
        **head(context),
        question=question,
        topic=topic,
        subjects=subjects,
        choices=choices,
        to=answer_to(context)[0],
        detail=line.detail,
    )


def _letter(asked: ev.QuestionAsked, context: Context) -> Letter:
    return replace(
        in_answer(LetterKind.QUESTION, f"question:{asked.question}", context),
        code=asked.topic,
        items=asked.subjects,
        question=asked.question,
        choices=asked.choices,
    )


def _money(line: BankLine) -> Money:
    return Money(line.amount, line.currency)


def held_meanwhile(items: Iterable[OpenItem], entry: Entry, context: Context) -> tuple[ev.Event, ...]:
    """Reminders of what the money may have paid rest for some bank days, but where they rest already."""
    if entry.amount <= 0:
        return ()
    until = add_bank_days(context.today, _PATIENCE, context.creditor.country)
    chosen = {i.id: i for i in items if i.state is ItemState.FOLLOWED}
    free = (i for i in chosen.values() if not any(h.kind is HoldKind.PAUSE and h.holds(until) for h in i.holds))
    return tuple(ev.FollowUpPaused(**head(context), subject=i.id, until=until, reason=PAYMENT) for i in free)


def bank_answered(ledger: Ledger, question: Question, answer: str, context: Context) -> Decision:
    """The decision about the answer to a question about the bank's money."""
    line = BankLine.asked_about(question.detail)
    if line is None:
        return nothing_handed_over(context, "not_understood")
    closed = Decision((ev.QuestionAnswered(**head(context), question=question.id, answer=answer),))
    items = [ledger.items[s] for s in question.subjects if s in ledger.items]
    if question.topic == OVER:
        return closed + _over(ledger, items, line, answer, context)
    if answer.startswith(PAYER):
        return closed + _paid_by(ledger, answer.removeprefix(PAYER), question, line, context)
    wanted = answer.removesuffix(ACCEPTED).split("+")
    chosen = [ledger.items[i] for i in wanted if i in ledger.items]
    if answer == "none" or not chosen:
        return closed + Decision(letters=(notice("nothing_done", items, Reported(), context),))
    if line.amount < 0:
        return closed + _taken_back(ledger, chosen, line, context)
    return closed + _placed(ledger, chosen, line, answer.endswith(ACCEPTED), context)


def _paid_by(ledger: Ledger, debtor: str, question: Question, line: BankLine, context: Context) -> Decision:
    """The customer was named: what he owes exactly is paid; else it is asked which of his invoices are."""
    owed = [i for i in ledger.of_account(debtor) if i.is_open and i.balance.amount > 0]
    exact = [i for i in owed if i.balance.amount == line.amount]
    if sum((i.balance.amount for i in owed), Decimal(0)) == line.amount:
        return _placed(ledger, owed, line, False, context)
    if len(exact) == 1:
        return _placed(ledger, exact, line, False, context)
    account = ledger.accounts.get(debtor)
    if not owed or account is None:
        return nothing_handed_over(context, "not_understood")
    choices = tuple(i.id for i in owed[:_MOST_CHOICES])
    again = make_id("q", question.id, debtor)
    asked = _asked(again, PAYMENT, choices, (*choices, "none"), line, context)
    letter = replace(
        _letter(asked, context), amount=_money(line), on=line.on, words=f"{line.payer}\n{line.words}".strip()
    )
    return Decision((*learned(account, line, context, name=True), asked), (letter,))


def _placed(ledger: Ledger, items: Sequence[OpenItem], line: BankLine, accepted: bool, context: Context) -> Decision:
    """The movement on the chosen items, the oldest due first: what it covers is settled, what is over is the debtor's credit."""
    items = [i for i in items if i.is_open and i.balance.amount]
    if not items:
        return Decision(letters=(notice("already_settled", [], Reported(), context),))
    notes = [i for i in items if i.balance.amount < 0]
    owed = sorted((i for i in items if i.balance.amount > 0), key=lambda i: (i.invoice.due_date or line.on, i.id))
    events: list[ev.Event] = []
    left = line.amount
    for item in notes:
        events += received(item, line, item.balance.amount, ("answer",), context, settles=True)
        left -= item.balance.amount
    over = max(left - sum((i.balance.amount for i in owed), Decimal(0)), Decimal(0))
    for item in owed:
        part = min(left - over, item.balance.amount)
        settles = part == item.balance.amount or (accepted and len(owed) == 1)
        if part > 0:
            charges = min(over, claimed_of(item, ledger.accounts.get(item.invoice.debtor), line.on, context))
            events += received(item, line, part + charges, ("answer",), context, settles=settles)
            left, over = left - part - charges, over - charges
    debtors = {i.invoice.debtor for i in items}
    account = ledger.accounts.get(min(debtors)) if len(debtors) == 1 else None
    if left > 0 and account is not None:
        events += kept(account.id, line, left, "surplus", context)
    if account is not None:
        events += learned(account, line, context, name=True)
    code = "settled" if _settles(events, items) else "part_paid"
    return Decision(tuple(events), (notice(code, items, Reported(line.amount, line.on), context),))


def _settles(events: Iterable[ev.Event], items: Sequence[OpenItem]) -> bool:
    return {i.id for i in items} == {e.item for e in events if isinstance(e, ev.InvoiceSettled)}


def _taken_back(ledger: Ledger, items: Sequence[OpenItem], line: BankLine, context: Context) -> Decision:
    """The return on the chosen items: each loses what one movement had paid on it, at most what came back."""
    events: list[ev.Event] = []
    left = -line.amount
    for item in items:
        paid = [p for p in item.payments if p.amount.amount > 0 and p.evidence == "bank"]
        exact = [p for p in paid if p.amount.amount == left] or paid[-1:]
        part = min(left, exact[0].amount.amount if exact else item.paid.amount)
        if part <= 0:
            continue
        taken = {p.reference for p in exact if p.reference}
        events += reopened(item, line, part, taken, context)
        left -= part
        account = ledger.accounts.get(item.invoice.debtor)
        if account is not None:
            events += unlearned(account, taken, context)
            events += off_account(account, line, taken, left, context)
    return Decision(tuple(events), (notice("reopened", items, Reported(-line.amount, line.on), context),))


def _over(ledger: Ledger, items: Sequence[OpenItem], line: BankLine, answer: str, context: Context) -> Decision:
    """Money over stays on the account, or was paid back and leaves it."""
    account = ledger.accounts.get(items[0].invoice.debtor) if items else None
    if answer != "refunded" or account is None:
        return Decision(letters=(notice("credit_kept", items, Reported(), context),))
    amount = min(account.on_account(line.currency), _money(line))
    if amount.amount <= 0:
        return Decision(letters=(notice("nothing_done", items, Reported(), context),))
    gone = ce.MoneyTakenFromAccount(
        **head(context), debtor=account.id, amount=amount, on=context.today, reason="refunded", reference=line.reference
    )
    return Decision((gone,), (notice("credit_refunded", items, Reported(amount.amount), context),))
