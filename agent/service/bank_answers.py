"""Answers in words to a question about the bank's money: an invoice number, or the name of the customer who paid."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decide.bank_questions import PAYER, PAYMENT
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.index import number_term
from agent.domain.ledger import Ledger, Question
from agent.domain.names import fold_name
from agent.intake.threads import number_terms

# What an answer may say that is no answer to the question.
_OTHER = frozenset({"choose", "undo", "refuse", "status", "pause", "resume", "withdraw", "write_off"})


def in_answer(ledger: Ledger, question: Question | None, reading: InstructionReading, own: str) -> InstructionReading:
    """The reading, with numbers or a customer's name taken as the answer to an open question about the bank's money."""
    if question is None or question.topic != PAYMENT or not question.is_open:
        return reading
    if any(i.kind in _OTHER for i in reading.instructions):
        return reading
    told = number_terms(own)
    items = [i.id for term in told for i in ledger.items.values() if number_term(i.invoice.number) == term]
    answer = "+".join(dict.fromkeys(items)) or _payer(ledger, reading)
    if not answer:
        return reading
    return replace(reading, instructions=(Instruction("choose", own[:200], field=PAYMENT, value=answer),))


def _payer(ledger: Ledger, reading: InstructionReading) -> str:
    """The account of the one customer who is named: as the buyer, or by his name alone."""
    names = {fold_name(i.value) for i in reading.instructions if i.kind == "correct" and i.field == "buyer_name"}
    named = {a for i in reading.instructions for a in i.accounts}
    found = [a.id for a in ledger.accounts.values() if a.id in named or fold_name(a.name) in names]
    return f"{PAYER}{found[0]}" if len(found) == 1 else ""
