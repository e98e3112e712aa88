"""What the creditor's people tell of money that came in: settled where the words leave no doubt, else asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain.decide.context import Context, Decision
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.payments import Reported, ask_which, settle
from agent.domain.decide.targets import certain, of_amount
from agent.domain.findings import Instruction
from agent.domain.index import number_term
from agent.domain.ledger import Ledger, OpenItem


def of_this_sum(ledger: Ledger, instruction: Instruction, context: Context) -> Decision:
    """The question about a payment that was told by its sum alone: it is put even when only one item is of that sum."""
    items = of_amount(ledger, instruction, context)
    if not items:
        return nothing_handed_over(context, "which_invoice")
    return ask_which(items, Reported(instruction.amount, instruction.on, instruction.words), context)


def told_paid(items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The decision about a payment of these items; where one debtor was named and several of his are open, which ones is asked."""
    reported = Reported(instruction.amount, instruction.on, instruction.words)
    open_items = [i for i in items if i.is_open and i.balance.amount > 0]
    if instruction.kind == "part_paid" and instruction.amount is None:
        return ask_which(open_items or items, reported, context, topic="payment_amount")
    if len({number_term(i.invoice.number) for i in items}) < len(items):
        return ask_which(open_items or items, reported, context)
    if len(open_items) <= 1:
        return settle(items, reported, context)
    exact = [i for i in open_items if i.balance.amount == instruction.amount]
    total = sum((i.balance.amount for i in open_items), Decimal(0))
    if len(exact) == 1 and instruction.amount != total and not instruction.numbers:
        return settle(exact, reported, context)
    sure, unsure = certain(open_items, instruction)
    settled = settle(sure, reported, context) if sure else Decision()
    return settled + ask_which(unsure, reported, context) if unsure else settled


def told_credited(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The decision about a credit note told in words: it lessens one item by its sum; without a sum the document is asked for."""
    open_items = [i for i in items if i.is_open and i.balance.amount > 0]
    if len(open_items) != 1 or instruction.amount is None or instruction.amount > open_items[0].balance.amount:
        return nothing_handed_over(context, "send_credit_note")
    done = settle(open_items, Reported(instruction.amount, instruction.on, instruction.words), context)
    return Decision(done.events, tuple(replace(letter, code="credited") for letter in done.letters))
