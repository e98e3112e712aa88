"""The book of a creditor's ledger as a payment needs it: items and debtors come in by index term when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from agent.domain.matching.reading import TextReading, read
from agent.domain.matching.terms import Scope, Term

# Words of a payer's name that are looked up; the rest of a longer one tells nothing more.
_MOST_WORDS = 12
_LONGEST, _DIGITS = 8, 2
# A word, a sum, that more states bear than this tells nothing; they are not read for it.
_MOST = 300


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
        self._own = Scope(creditor)
        self._payers = {names.key(owner): others for owner, others in (payers or {}).items()}
        self._owners = {
            self._own.payer(names.key(other)): self._own.payer(owner)
            for owner, others in self._payers.items()
            for other in others
        }
        self._usual: set[Term] = set()
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
        self._need(term for entry in entries for term in self._foreseen(entry))
        self._need(("open", debtor) for entry in entries for debtor in self._payers_of(entry))

    def _payers_of(self, entry: Entry) -> frozenset[str]:
        """The debtors whose open items the rules will look at."""
        name = entry.counterparty_name or labels.take_apart(labels.message_of(entry.remittance))[0]
        return super().at_account(entry.counterparty_iban) | super().named(name)

    def _foreseen(self, entry: Entry) -> Iterable[Term]:
        """What a movement's amount, account, name and text may be found by."""
        own = self._own
        name, message = entry.counterparty_name, labels.message_of(entry.remittance)
        if not name:
            name, message = labels.take_apart(message)
        reading = read(message, entry.structured_reference)
        yield from (own.movement(entry.fingerprint), own.end_to_end(entry.end_to_end))
        yield own.received_on(entry.amount, entry.currency, entry.booked_on)
        yield own.iban(references.compact(entry.counterparty_iban))
        yield from (own.payer(key) for key in (names.key(name), *self.keys_in(message)))
        yield from (("reference", reference) for reference in reading.structured)
        for written in spans(reading):
            yield ("number", written)
            yield own.digits(digits_of(written))

    def _need(self, terms: Iterable[Term], most: int = 0) -> bool:
        """Read the states of these terms; with `most` only when there are no more than so many, and whether that is so."""
        wanted = {term for term in terms if term[1]}
        wanted |= {self._owners[term] for term in wanted if term in self._owners}
        missing = wanted - self._asked
        if missing:
            self._asked |= missing
            found = self._shelf.find(missing, self._creditor)
            self._usual |= {term for term, ids in found.items() if most and len(ids) > most}
            ids = {id_ for term, ids in found.items() if term not in self._usual for id_ in ids}
            self._take(self._shelf.ledger(sorted(ids - self._states.keys())))
        return not wanted & self._usual

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
        self._need([self._own.digits(digits)])
        return super().with_digits(digits, day)

    def with_counts(self, written: str, day: date) -> tuple[BookItem, ...]:
        self._need([self._own.counts(written)])
        return super().with_counts(written, day)

    def referenced(self, reference: str, day: date) -> tuple[BookItem, ...]:
        self._need([("reference", reference)])
        return super().referenced(reference, day)

    def open_with(self, amount: Decimal, currency: str, day: date, debtors: Iterable[str]) -> tuple[BookItem, ...]:
        debtors = tuple(debtors)
        self._need(("open", debtor) for debtor in debtors)
        return super().open_with(amount, currency, day, debtors)

    def is_open(self, amount: Decimal, currency: str, day: date) -> bool:
        """As the whole book, but that an amount which hundreds owe is taken to be open on some day before."""
        return not self._need([self._own.owes(amount, currency)], _MOST) or super().is_open(amount, currency, day)

    def few_with(self, amount: Decimal, currency: str, day: date) -> tuple[BookItem, ...]:
        few = self._need([self._own.owes(amount, currency)], _MOST)
        return super().few_with(amount, currency, day) if few else ()

    def open_of(self, debtor: str, currency: str, day: date) -> tuple[BookItem, ...]:
        self._need([("open", debtor)])
        return super().open_of(debtor, currency, day)

    def all_of(self, debtor: str) -> tuple[BookItem, ...]:
        self._need([("debtor", debtor)])
        return super().all_of(debtor)

    def at_account(self, iban: str) -> frozenset[str]:
        self._need([self._own.iban(references.compact(iban))])
        return super().at_account(iban)

    def named(self, name: str) -> frozenset[str]:
        self._need([self._own.payer(names.key(name))])
        return super().named(name)

    def resembling(self, name: str, limit: int = 8) -> tuple[str, ...]:
        for word in names.core(name)[:_MOST_WORDS]:
            self._need([self._own.word(word)], _MOST)
        return super().resembling(name, limit)

    def mentioned(self, text: str) -> frozenset[str]:
        self._need(self._own.payer(key) for key in self.keys_in(text))
        return super().mentioned(text)

    def is_known(self, entry: Entry) -> bool:
        self._receipts([self._own.movement(entry.fingerprint)])
        return super().is_known(entry)

    def receipts_of(self, end_to_end: str) -> tuple[Receipt, ...]:
        self._receipts([self._own.end_to_end(end_to_end)])
        return super().receipts_of(end_to_end)

    def receipts_over(self, amount: Decimal, currency: str) -> tuple[Receipt, ...]:
        """As the whole book; an amount that came in hundreds of times names no payment."""
        if not self._need([self._own.received(amount, currency)], _MOST):
            return ()
        self._receipts([])
        return super().receipts_over(amount, currency)

    def receipts_on(self, amount: Decimal, currency: str, day: date) -> tuple[Receipt, ...]:
        self._receipts([self._own.received_on(amount, currency, day)])
        return super().receipts_on(amount, currency, day)

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
            self._need(self._own.movement(reference.split()[1].strip("-")) for reference in told)
            whole = [s for s in self._states.values() if isinstance(s, OpenItem)]
            for receipt in receipts_of(whole, told):
                self.put_receipt(receipt)


def spans(reading: TextReading) -> Iterator[str]:
    """Everything in a text that may be a number: runs of tokens without the marks between them."""
    tokens = reading.tokens
    for start, token in enumerate(tokens):
        for end in range(start + 1, min(len(tokens), start + _LONGEST) + 1) if token.kind != "mark" else ():
            written = "".join(t.text for t in tokens[start:end] if t.kind != "mark")
            if tokens[end - 1].kind != "mark" and len(digits_of(written)) >= _DIGITS:
                yield written


def numbers_in(text: str) -> frozenset[str]:
    """Everything in a text that may be an invoice number, compact."""
    return frozenset(spans(read(text)))
