"""Payments tied to open items: every verdict with its evidence, never a false *paid*, and a question where the data do not decide."""

from agent.domain.findings import Entry
from agent.domain.matching import incoming, outgoing
from agent.domain.matching.book import Book
from agent.domain.matching.case import lay_out, nothing
from agent.domain.matching.from_ledger import book_item, payment_reference
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
from agent.domain.matching.paged import LedgerBook, numbers_in
from agent.domain.matching.terms import Scope

__all__ = [
    "Allocation",
    "Book",
    "BookDebtor",
    "BookItem",
    "Decision",
    "EarlyDiscount",
    "Effect",
    "LedgerBook",
    "Match",
    "Policy",
    "Reason",
    "Receipt",
    "Scope",
    "book_item",
    "match",
    "numbers_in",
    "payment_reference",
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
    terms = policy or Policy()
    case = lay_out(entry, book, terms)
    verdict = incoming.decide(case) if entry.amount > 0 else outgoing.decide(case)
    return verdict if terms.automatic else _as_question(verdict)


def _as_question(verdict: Match) -> Match:
    """The verdict as a proposal: nothing is booked while the statement it stands in does not tie."""
    if not verdict.allocations:
        return verdict
    reasons = (
        *verdict.reasons,
        Reason("not_automatic", "the statement's control totals do not tie, or a person wants to see it"),
    )
    return Match(Decision.ASK, candidates=(tuple(a.item for a in verdict.allocations),), reasons=reasons)
