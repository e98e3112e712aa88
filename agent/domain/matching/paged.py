"""The book of a creditor's ledger as a payment needs it: items and debtors come in by index term when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from agent.domain import references
from agent.domain.findings import Entry
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem
from agent.domain.matching import labels, names
from agent.domain.matching.book import Book, digits_of
from agent.domain.matching.from_ledger import book_debtor, book_item, receipts_of
from agent.domain.matching.model import Allocation, BookDebtor, BookItem, Receipt
from agent.domain.matching.reading import read
from agent.domain.matching.terms import Term, counts_term, owes_term, received_term

# Words of a payer's name that are looked up; the rest of a longer one tells nothing more.
_MOST_WORDS = 12
_LONGEST = 8


class Shelf(Protocol):
    """Where the ledger is kept: the part of the store that a book reads."""

    def find(self, terms: Iterable[Term], creditor: str | None = None) -> Mapping[Term, tuple[str, ...]]:
        """State ids by index term."""
        ...

    def ledger(self, ids: Iterable[str]) -> Ledger:
        """These states."""
        ...


class LedgerBook(Book):
    """The same answers as the book of all items and debtors, from what the index names; nothing is read twice.

    `payers` are names of others who pay for a debtor, by the debtor's own name, as the contact book has them. Without a look-ahead
    (`prepare`) every new question costs a look-up of its own.
    """

    def __init__(
        self,
        shelf: Shelf,
        creditor: str,
        own_ibans: Iterable[str] = (),
        sister_companies: Iterable[str] = (),
        payers: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(own_ibans, sister_companies)
        self._shelf, self._creditor = shelf, creditor
        self._payers = {names.key(owner): others for owner, others in (payers or {}).items()}
        self._owners = {names.key(other): owner for owner, others in self._payers.items() for other in others}
        self._asked: set[Term] = set()
        self._states: dict[str, OpenItem | DebtorAccount] = {}
        self._told: set[str] = set()
        self._movements: set[str] = set()

    @property
    def read_so_far(self) -> Ledger:
        """The states that were read, as they stood in the ledger."""
        return Ledger.of(self._states.values())

    def state(self, id_: str) -> OpenItem | DebtorAccount | None:
        """An item or account that was read, as it stood in the ledger."""
        return self._states.get(id_)

    def prepare(self, entries: Iterable[Entry]) -> None:
        """Read what these movements will ask for, in a few large look-ups instead of many small ones."""
        entries = tuple(entries)
        self._need(term for entry in entries for term in _terms(entry))
        likely = [d for entry in entries for d in self._likely(entry)]
        self._need(("open", debtor) for debtor in likely)

    def _likely(self, entry: Entry) -> tuple[str, ...]:
        """The debtors whose open items the rules may look at: the payers, and those of the items that the text may name."""
        name = entry.counterparty_name or labels.take_apart(labels.message_of(entry.remittance))[0]
        found = super().at_account(entry.counterparty_iban) | super().named(name)
        return tuple(found or super().resembling(name))

    def _need(self, terms: Iterable[Term]) -> None:
        wanted = {term for term in terms if term[1]}
        wanted |= {("payer", self._owners[key]) for kind, key in wanted if kind == "payer" and key in self._owners}
        missing = wanted - self._asked
        if not missing:
            return
        self._asked |= missing
        ids = {id_ for found in self._shelf.find(missing, self._creditor).values() for id_ in found}
        self._take(self._shelf.ledger(sorted(ids - self._states.keys())))

    def _take(self, ledger: Ledger) -> None:
        accounts = dict(ledger.accounts)
        wanted = {i.invoice.debtor for i in ledger.items.values()} - self._states.keys() - accounts.keys()
        accounts |= self._shelf.ledger(sorted(d for d in wanted if d)).accounts if any(wanted) else {}
        self._states |= {**accounts, **ledger.items}
        for account in accounts.values():
            self.put_debtor(book_debtor(account, self._payers.get(names.key(account.name), ())))
        for item in ledger.items.values():
            if item.invoice.debtor not in self.debtors:
                self.put_debtor(BookDebtor(item.invoice.debtor, ""))
            super().put(book_item(item))

    def numbered(self, compact: str, day: date) -> tuple[BookItem, ...]:
        self._need([("number", compact)])
        return super().numbered(compact, day)

    def with_digits(self, digits: str, day: date) -> tuple[BookItem, ...]:
        self._need([("digits", digits)])
        return super().with_digits(digits, day)

    def with_counts(self, written: str, day: date) -> tuple[BookItem, ...]:
        self._need([counts_term(written)])
        return super().with_counts(written, day)

    def referenced(self, reference: str, day: date) -> tuple[BookItem, ...]:
        self._need([("reference", reference)])
        return super().referenced(reference, day)

    def open_with(self, amount: Decimal, currency: str, day: date, debtors: Iterable[str]) -> tuple[BookItem, ...]:
        self._need([owes_term(amount, currency)])
        return super().open_with(amount, currency, day, debtors)

    def is_open(self, amount: Decimal, currency: str, day: date) -> bool:
        self._need([owes_term(amount, currency)])
        return super().is_open(amount, currency, day)

    def few_with(self, amount: Decimal, currency: str, day: date) -> tuple[BookItem, ...]:
        self._need([owes_term(amount, currency)])
        return super().few_with(amount, currency, day)

    def open_of(self, debtor: str, currency: str, day: date) -> tuple[BookItem, ...]:
        self._need([("open", debtor)])
        return super().open_of(debtor, currency, day)

    def all_of(self, debtor: str) -> tuple[BookItem, ...]:
        self._need([("debtor", debtor)])
        return super().all_of(debtor)

    def at_account(self, iban: str) -> frozenset[str]:
        self._need([("iban", references.compact(iban))])
        return super().at_account(iban)

    def named(self, name: str) -> frozenset[str]:
        self._need([("payer", names.key(name))])
        return super().named(name)

    def resembling(self, name: str, limit: int = 8) -> tuple[str, ...]:
        self._need(("word", word) for word in names.core(name)[:_MOST_WORDS])
        return super().resembling(name, limit)

    def mentioned(self, text: str) -> frozenset[str]:
        self._need(("payer", key) for key in self.keys_in(text))
        return super().mentioned(text)

    def is_known(self, entry: Entry) -> bool:
        self._receipts([("movement", entry.fingerprint)])
        return super().is_known(entry)

    def receipts_of(self, end_to_end: str) -> tuple[Receipt, ...]:
        self._receipts([("e2e", end_to_end)])
        return super().receipts_of(end_to_end)

    def receipts_over(self, amount: Decimal, currency: str) -> tuple[Receipt, ...]:
        self._receipts([received_term(amount, currency)])
        return super().receipts_over(amount, currency)

    def received_for(self, item: str) -> tuple[tuple[Receipt, Allocation], ...]:
        self._receipts([])
        return super().received_for(item)

    def _receipts(self, terms: Iterable[Term]) -> None:
        """The receipts of the movements that the items read so far were paid by, each with all the items it paid."""
        self._need(terms)
        while True:
            items = [s for s in self._states.values() if isinstance(s, OpenItem) and s.id not in self._told]
            if not items:
                return
            self._told |= {i.id for i in items}
            told = {p.reference for i in items for p in i.payments if p.reference.startswith("bank ")} - self._movements
            self._movements |= told
            self._need(("movement", reference.split()[1].strip("-")) for reference in told)
            whole = [s for s in self._states.values() if isinstance(s, OpenItem)]
            for receipt in receipts_of(whole, told):
                self.put_receipt(receipt)


def _terms(entry: Entry) -> Iterable[Term]:
    """What a movement's amount, account, name and text may be found by."""
    name, message = entry.counterparty_name, labels.message_of(entry.remittance)
    if not name:
        name, message = labels.take_apart(message)
    reading = read(message, entry.structured_reference)
    yield owes_term(abs(entry.amount), entry.currency)
    yield ("iban", references.compact(entry.counterparty_iban))
    yield ("payer", names.key(name))
    yield from (("word", word) for word in names.core(name)[:_MOST_WORDS])
    yield from (("payer", key) for key in Book.keys_in(message))
    yield from (("reference", reference) for reference in reading.structured)
    tokens = [t.text for t in reading.tokens]
    for start, token in enumerate(reading.tokens):
        for end in range(start + 1, min(len(tokens), start + _LONGEST) + 1) if token.kind != "mark" else ():
            written = "".join(t.text for t in reading.tokens[start:end] if t.kind != "mark")
            digits = digits_of(written)
            if len(digits) >= 2 and reading.tokens[end - 1].kind != "mark":
                yield ("number", written)
                yield ("digits", digits)
