"""Payments tied to open items: every verdict with its evidence, never a false *paid*, and a question where the data do not decide."""

from agent.domain.findings import Entry
from agent.domain.matching import incoming, outgoing
from agent.domain.matching.book import Book
from agent.domain.matching.case import lay_out, nothing
from agent.domain.matching.model import (
    Allocation,
    BookDebtor,
    BookItem,
    Decision,
    EarlyDiscount,
    Effect,
    Match,
    Policy,
    Reason,
    Receipt,
)

__all__ = [
    "Allocation",
    "Book",
    "BookDebtor",
    "BookItem",
    "Decision",
    "EarlyDiscount",
    "Effect",
    "Match",
    "Policy",
    "Reason",
    "Receipt",
    "match",
]


def match(entry: Entry, book: Book, policy: Policy | None = None) -> Match:
    """The verdict on one movement of the creditor's account, with its evidence.

    The rules and their order stand in docs/spec/matching.md. Pending movements, movements dealt with before and transfers
    between the creditor's own accounts concern no item. The book is only read.
    """
    if entry.pending:
        return nothing("pending", "announced by the bank, not booked")
    if book.is_known(entry):
        return nothing("known", "this movement was dealt with before")
    if entry.counterparty_iban in book.own_ibans:
        return nothing("own_account", "a transfer between the creditor's own accounts")
    case = lay_out(entry, book, policy or Policy())
    return incoming.decide(case) if entry.amount > 0 else outgoing.decide(case)
