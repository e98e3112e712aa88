"""What follows from the answers of the creditor's people to numbered questions of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.decide import accounts_guard
from agent.domain.decide.acts import ACTS, pause, resume, withdraw, write_off
from agent.domain.decide.bank_questions import BANK_TOPICS, bank_answered
from agent.domain.decide.claimed import AGAIN
from agent.domain.decide.contacts import CONTACT_CHOICES, contact_answered, may_answer
from agent.domain.decide.context import Context, Decision, head
from agent.domain.decide.corrections import confirm, same_debtor, use_address
from agent.domain.decide.credit_notes import CREDIT_ANSWERS
from agent.domain.decide.formal_notices import NOTICE, TOPICS, ordered
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.payments import Reported, notice, settle
from agent.domain.decide.phases import escalate
from agent.domain.decide.plans import PLAN_TOPICS, plan_answered
from agent.domain.decide.plans import TOPIC as PLAN_TOPIC
from agent.domain.findings import Instruction
from agent.domain.ledger import Ledger, OpenItem, Question

YES_NO: Mapping[str, tuple[str, str]] = {
    **CONTACT_CHOICES,
    "same_debtor": ("same", "different"),
    "address_mismatch": ("use_address", "other_address"),
    "fields": ("confirm", "refused"),
}


def yes_no(question: Question) -> tuple[str, str] | None:
    """What "yes" and "no" choose of this question; None when it takes neither."""
    if question.topic == PLAN_TOPIC:
        return question.choices[0], question.choices[-1]
    return YES_NO.get(question.topic)


def answered(ledger: Ledger, question: Question, answer: str, context: Context) -> Decision:
    """The decision about a question that was answered by this code."""
    if question.topic in CONTACT_CHOICES:
        allowed = may_answer(question, answer, context.role)
        return (
            contact_answered(ledger, question, answer, context)
            if allowed
            else nothing_handed_over(context, "not_allowed")
        )
    if question.topic == accounts_guard.TOPIC:
        return accounts_guard.account_answered(ledger, question, answer, context)
    if question.topic in PLAN_TOPICS:
        return plan_answered(ledger, question, answer, context)
    if question.topic in BANK_TOPICS:
        return bank_answered(ledger, question, answer, context)
    if question.topic in CREDIT_ANSWERS:
        return CREDIT_ANSWERS[question.topic](ledger, question, answer, context)
    items = [ledger.items[s] for s in question.subjects if s in ledger.items]
    if not items:
        return nothing_handed_over(context, "not_understood")
    if question.topic in ("same_debtor", "address_mismatch", "fields"):
        return _review_answer(ledger, items[0], question, answer, context)
    closed = Decision((ev.QuestionAnswered(**head(context), question=question.id, answer=answer),))
    if question.topic in TOPICS:
        return _after_last(ledger, items, answer, closed, context)
    if question.topic == AGAIN:
        act = pause if answer == "wait" else resume
        return closed + act(ledger, items, Instruction("pause", ""), context)
    return closed + _which(ledger, items, question, answer, context)


def _review_answer(ledger: Ledger, item: OpenItem, question: Question, answer: str, context: Context) -> Decision:
    """`detail` holds the lookalike's account and the address in doubt, whichever there is."""
    parts = question.detail.split()
    lookalike = next((p for p in parts if "@" not in p), "")
    address = next((p for p in parts if "@" in p), "")
    match answer:
        case "same" | "different":
            return same_debtor(ledger, item, lookalike, same=answer == "same", context=context)
        case "use_address" if address:
            return use_address(ledger, item, address, context)
        case "confirm":
            return confirm(ledger, item, context)
    return nothing_handed_over(context, "say_address" if answer == "other_address" else "not_understood")


def _after_last(ledger: Ledger, items: Sequence[OpenItem], answer: str, closed: Decision, context: Context) -> Decision:
    """What follows the last statement or a formal notice. A notice closes the question itself, once it can be written."""
    if answer == NOTICE:
        return ordered(ledger, items, Instruction(NOTICE, ""), context)
    return closed + _next_step(ledger, items, answer, context)


def _next_step(ledger: Ledger, items: Sequence[OpenItem], answer: str, context: Context) -> Decision:
    open_items = [i for i in items if i.is_open]
    match answer:
        case "one_more" if open_items:
            return _one_more(ledger, open_items, context)
        case "wait":
            return pause(ledger, open_items, Instruction("pause", ""), context)
        case "escalate":
            return escalate(ledger, open_items, Instruction("escalate", ""), context)
        case "write_off":
            return write_off(ledger, open_items, Instruction("write_off", ""), context)
    return withdraw(ledger, open_items, Instruction("withdraw", ""), context)


def _one_more(_: Ledger, items: Sequence[OpenItem], context: Context) -> Decision:
    events = []
    for item in items:
        plan = replace(item.invoice.plan, statements=len(item.statements) + 1)
        invoice = replace(item.invoice, plan=plan)
        events.append(
            ev.InvoiceCorrected(**head(context), item=item.id, before=item.invoice, invoice=invoice, doubts=item.doubts)
        )
    return Decision(tuple(events), (notice("one_more", items, Reported(), context),))


def _which(ledger: Ledger, items: Sequence[OpenItem], question: Question, answer: str, context: Context) -> Decision:
    told = question.detail.split(maxsplit=3)
    kind, amount, on, reference = (*told, *("-", "-", "-", "")[len(told) :])
    chosen = [i for i in items if answer == "all" or i.id in answer.split("+")]
    if answer == "none" or not chosen:
        return Decision(letters=(notice("nothing_done", items, Reported(), context),))
    day = date.fromisoformat(on) if on != "-" else None
    if kind != "paid":
        return ACTS[kind](ledger, chosen, Instruction(kind, ""), context)
    paid = Decimal(amount) if amount != "-" else None
    if question.topic == "payment_amount" or paid is None or paid > sum(i.balance.amount for i in chosen):
        paid = None
    return settle(chosen, Reported(paid, day, reference=reference), context)
