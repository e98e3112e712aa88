"""The index terms by which a payment finds items and accounts, and by which an item finds the movements that paid it."""

from __future__ import annotations

from decimal import Decimal

from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.matching import names
from agent.domain.matching.book import counts_of, digits_of
from agent.domain.matching.from_ledger import book_debtor, movement_of

Term = tuple[str, str]


def of_item(item: OpenItem) -> set[Term]:
    """The terms of an item: `digits` and `counts` of its number, `owes` while something is open, and for each bank movement on it
    `movement` (its fingerprint), `e2e` and `received`.
    """
    number, balance = item.invoice.number, item.balance
    found: set[Term] = {("digits", digits_of(number)), counts_term(number)}
    if item.is_open and balance.amount:
        found.add(owes_term(balance.amount, balance.currency))
    for payment in item.payments:
        entry = movement_of(payment)
        if entry is not None:
            found |= {("movement", entry.fingerprint), ("e2e", entry.end_to_end)}
            found.add(received_term(entry.amount, entry.currency))
    return found


def of_account(account: DebtorAccount) -> set[Term]:
    """The terms of an account: `payer` (a whole name of it or of who pays for it), `word` (of such a name) and `iban`."""
    debtor = book_debtor(account)
    found: set[Term] = {("iban", iban) for iban in debtor.ibans}
    for name in (debtor.name, *debtor.aliases):
        for spelling in names.spellings(name):
            found.add(("payer", names.key(spelling)))
            found |= {("word", word) for word in names.core(spelling)}
    return found


def owes_term(amount: Decimal, currency: str) -> Term:
    """The term of what is open of an item."""
    return "owes", f"{currency} {amount.normalize():f}"


def received_term(amount: Decimal, currency: str) -> Term:
    """The term of the whole amount of a movement that paid an item."""
    return "received", f"{currency} {amount.normalize():f}"


def counts_term(number: str) -> Term:
    """The term of a number when letters and leading zeros do not count."""
    return "counts", ".".join(map(str, counts_of(number)))
