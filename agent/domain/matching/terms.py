"""The index terms by which a payment finds items and accounts, and by which an item finds the movements that paid it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.matching import names
from agent.domain.matching.book import counts_of, digits_of
from agent.domain.matching.from_ledger import book_debtor, movement_of

Term = tuple[str, str]


def of_item(item: OpenItem) -> set[Term]:
    """The terms of an item: `digits` and `counts` of its number, `owes` while something is open, and for each bank movement on it
    `movement` (its fingerprint), `e2e`, `received` (its sum) and `received_on` (its sum and day).
    """
    own, number, balance = Scope(item.creditor), item.invoice.number, item.balance
    found: set[Term] = {own.digits(digits_of(number)), own.counts(number)}
    if item.is_open and balance.amount:
        found.add(own.owes(balance.amount, balance.currency))
    for payment in item.payments:
        entry = movement_of(payment)
        if entry is not None:
            found |= {own.movement(entry.fingerprint), own.end_to_end(entry.end_to_end)}
            found.add(own.received(entry.amount, entry.currency))
            found.add(own.received_on(entry.amount, entry.currency, entry.booked_on))
    return found


def of_account(account: DebtorAccount) -> set[Term]:
    """The terms of an account: `payer` (a whole name of it or of who pays for it), `word` (of such a name) and `iban`."""
    own, debtor = Scope(account.creditor), book_debtor(account)
    found: set[Term] = {own.iban(iban) for iban in debtor.ibans}
    for name in (debtor.name, *debtor.aliases):
        for spelling in names.spellings(name):
            found.add(own.payer(names.key(spelling)))
            found |= {own.word(word) for word in names.core(spelling)}
    return found


@dataclass(frozen=True, slots=True)
class Scope:
    """Makes the terms of one creditor: amounts, names and short numbers are shared by many creditors, and each asks for his own.

    A term of nothing is ("", "").
    """

    creditor: str

    def _term(self, kind: str, value: str) -> Term:
        return (kind, f"{self.creditor} {value}") if value else ("", "")

    def digits(self, digits: str) -> Term:
        """The digits of a number."""
        return self._term("digits", digits)

    def counts(self, number: str) -> Term:
        """A number when letters and leading zeros do not count."""
        return self._term("counts", ".".join(map(str, counts_of(number))))

    def owes(self, amount: Decimal, currency: str) -> Term:
        """What is open of an item."""
        return self._term("owes", f"{currency} {amount.normalize():f}")

    def movement(self, fingerprint: str) -> Term:
        """A movement that paid an item."""
        return self._term("movement", fingerprint)

    def end_to_end(self, reference: str) -> Term:
        """The end-to-end reference of such a movement."""
        return self._term("e2e", reference)

    def received(self, amount: Decimal, currency: str) -> Term:
        """The sum of such a movement, whatever part of it was for the item."""
        return self._term("received", f"{currency} {amount.normalize():f}")

    def received_on(self, amount: Decimal, currency: str, day: date) -> Term:
        """Its sum and day."""
        return self._term("received_on", f"{currency} {amount.normalize():f} {day}")

    def iban(self, iban: str) -> Term:
        """The account of who pays for a debtor."""
        return self._term("iban", iban)

    def payer(self, key: str) -> Term:
        """The whole name of a debtor, or of who pays for him, as its key."""
        return self._term("payer", key)

    def word(self, word: str) -> Term:
        """A word of such a name."""
        return self._term("word", word)
