"""The books of one creditor as an index: numbers, references, amounts, accounts and names lead to items and debtors without a scan."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from agent.domain import references
from agent.domain.findings import Entry
from agent.domain.matching import names
from agent.domain.matching.model import Allocation, BookDebtor, BookItem, Receipt

_Place = tuple[date, str, str]
# An amount that so many debtors owe is a subscription: it proposes nobody.
_USUAL = 50


def _place(item: BookItem) -> _Place:
    return item.issued_on, item.number, item.id


class Book:
    """Items, debtors and earlier receipts of one creditor. Building and `put` cost one item's work; a query costs its answer.

    It is filled from outside and never changed by matching.
    """

    def __init__(self, own_ibans: Iterable[str] = (), sister_companies: Iterable[str] = ()) -> None:
        self.own_ibans = frozenset(references.compact(i) for i in own_ibans)
        self.sisters = tuple(" ".join(names.words(n)) for n in sister_companies)
        self.items: dict[str, BookItem] = {}
        self.debtors: dict[str, BookDebtor] = {}
        self._numbers: dict[str, set[str]] = defaultdict(set)
        self._digits: dict[str, set[str]] = defaultdict(set)
        self._without_zeros: dict[tuple[int, ...], set[str]] = defaultdict(set)
        self._references: dict[str, set[str]] = defaultdict(set)
        self._amounts: dict[tuple[str, Decimal], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._by_debtor: dict[str, set[str]] = defaultdict(set)
        self._open_by_debtor: dict[str, list[_Place]] = defaultdict(list)
        self._ibans: dict[str, set[str]] = defaultdict(set)
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._name_words: dict[str, set[str]] = defaultdict(set)
        self._fingerprints: set[str] = set()
        self._bank_references: dict[str, list[Entry]] = defaultdict(list)
        self._end_to_end: dict[str, list[Receipt]] = defaultdict(list)
        self._received: dict[tuple[str, Decimal], list[Receipt]] = defaultdict(list)
        self._received_for: dict[str, list[tuple[Receipt, Allocation]]] = defaultdict(list)

    @classmethod
    def of(
        cls,
        items: Iterable[BookItem],
        debtors: Iterable[BookDebtor],
        own_ibans: Iterable[str] = (),
        sister_companies: Iterable[str] = (),
    ) -> Book:
        """The book of these items and debtors."""
        book = cls(own_ibans, sister_companies)
        for debtor in debtors:
            book.put_debtor(debtor)
        for item in items:
            book.put(item)
        return book

    def put_debtor(self, debtor: BookDebtor) -> None:
        """Add a debtor, or further names and accounts of one."""
        self.debtors[debtor.id] = debtor
        for iban in debtor.ibans:
            self._ibans[references.compact(iban)].add(debtor.id)
        for name in (debtor.name, *debtor.aliases):
            for spelling in names.spellings(name):
                self._keys[names.key(spelling)].add(debtor.id)
                for word in names.core(spelling):
                    self._name_words[word].add(debtor.id)

    def put(self, item: BookItem) -> None:
        """Add an item, or put it in the place of its older state."""
        old = self.items.get(item.id)
        if old is not None:
            self._take_out(old)
        self.items[item.id] = item
        for ids in self._written(item):
            ids.add(item.id)
        self._by_debtor[item.debtor].add(item.id)
        if item.open:
            self._amounts[item.currency, item.open][item.debtor].add(item.id)
            insort(self._open_by_debtor[item.debtor], _place(item))

    def _take_out(self, item: BookItem) -> None:
        for ids in self._written(item):
            ids.discard(item.id)
        self._by_debtor[item.debtor].discard(item.id)
        if item.open:
            same = self._amounts[item.currency, item.open]
            same[item.debtor].discard(item.id)
            if not same[item.debtor]:
                del same[item.debtor]
            owed = self._open_by_debtor[item.debtor]
            del owed[bisect_left(owed, _place(item))]

    def _written(self, item: BookItem) -> Iterator[set[str]]:
        """The places in the index that this item's number and references lead to."""
        yield self._numbers[names.plain(references.compact(item.number))]
        yield self._digits[digits_of(item.number)]
        yield self._without_zeros[counts_of(item.number)]
        for reference in item.references:
            yield self._references[references.compact(reference)]

    def put_receipt(self, receipt: Receipt) -> None:
        """Remember a movement that was dealt with, so that it is known when it comes again or is taken back."""
        entry = receipt.entry
        if entry.fingerprint:
            self._fingerprints.add(entry.fingerprint)
        if _tells(entry.bank_reference):
            self._bank_references[entry.bank_reference].append(entry)
        if _tells(entry.end_to_end) and entry.amount > 0:
            self._end_to_end[entry.end_to_end].append(receipt)
        if entry.amount > 0:
            self._received[entry.currency, entry.amount].append(receipt)
        for allocation in receipt.allocations:
            self._received_for[allocation.item].append((receipt, allocation))

    def numbered(self, compact: str, day: date) -> tuple[BookItem, ...]:
        """The items of this number, written as a whole, that existed on this day."""
        return self._existing(self._numbers.get(compact, ()), day)

    def with_digits(self, digits: str, day: date) -> tuple[BookItem, ...]:
        """The items whose number has these digits, whatever its letters."""
        return self._existing(self._digits.get(digits, ()), day)

    def with_counts(self, written: str, day: date) -> tuple[BookItem, ...]:
        """The items whose number this is when leading zeros and letters do not count: 2027-44 for F2027-0044."""
        return self._existing(self._without_zeros.get(counts_of(written), ()), day)

    def referenced(self, reference: str, day: date) -> tuple[BookItem, ...]:
        """The items of this structured communication or RF reference."""
        return self._existing(self._references.get(reference, ()), day)

    def open_with(self, amount: Decimal, currency: str, day: date, debtors: Iterable[str]) -> tuple[BookItem, ...]:
        """The items of these debtors of which exactly this amount is open."""
        same = self._amounts.get((currency, amount), {})
        return self._existing((i for debtor in debtors for i in same.get(debtor, ())), day)

    def is_open(self, amount: Decimal, currency: str, day: date) -> bool:
        """Whether exactly this amount is open on an item of anybody."""
        same = self._amounts.get((currency, amount), {})
        return any(self.items[i].issued_on <= day for ids in same.values() for i in ids)

    def few_with(self, amount: Decimal, currency: str, day: date) -> tuple[BookItem, ...]:
        """The items of anybody of which exactly this amount is open; nothing when the amount is too usual to tell anything."""
        same = self._amounts.get((currency, amount), {})
        return self.open_with(amount, currency, day, same) if len(same) <= _USUAL else ()

    def open_of(self, debtor: str, currency: str, day: date) -> tuple[BookItem, ...]:
        """The open items of a debtor, oldest first."""
        places = self._open_by_debtor.get(debtor, ())
        found = (self.items[id_] for issued_on, _, id_ in places if issued_on <= day)
        return tuple(item for item in found if item.currency == currency)

    def all_of(self, debtor: str) -> tuple[BookItem, ...]:
        """All items of a debtor, settled ones too."""
        return self._existing(self._by_debtor.get(debtor, ()), date.max)

    def _existing(self, ids: Iterable[str], day: date) -> tuple[BookItem, ...]:
        found = (self.items[i] for i in ids)
        return tuple(sorted((i for i in found if i.issued_on <= day), key=lambda i: (i.issued_on, i.number, i.id)))

    def at_account(self, iban: str) -> frozenset[str]:
        """The debtors to whom this account was confirmed."""
        return frozenset(self._ibans.get(references.compact(iban), ())) if iban else frozenset()

    def named(self, name: str) -> frozenset[str]:
        """The debtors of exactly this name or alias, legal form aside. Where several share it, only the form tells them apart."""
        found = frozenset(self._keys.get(names.key(name), ())) if name.strip() else frozenset()
        if len(found) < 2:
            return found
        full = names.full_key(name)
        return frozenset(d for d in found if any(names.full_key(n) == full for n in self._all_names(d)))

    def resembling(self, name: str, limit: int = 8) -> tuple[str, ...]:
        """Debtors whose name resembles this one (cut off, or most words the same), best first; good for proposals only."""
        wanted = names.core(name)
        votes = Counter(debtor for word in wanted for debtor in self._bearers(word))
        most = max(votes.values(), default=0)
        best = sorted(debtor for debtor, common in votes.items() if common == most)
        best += sorted(debtor for debtor, common in votes.items() if common == most - 1) if len(best) < limit else []
        return tuple(d for d in best[: 2 * limit] if self._alike(name, wanted, d, votes[d]))[:limit]

    def _bearers(self, word: str) -> set[str]:
        """The debtors with this word in their name; a word that hundreds bear tells nothing."""
        found = self._name_words.get(word, set())
        return found if len(found) <= 300 else set()

    def _alike(self, name: str, wanted: tuple[str, ...], debtor: str, common: int) -> bool:
        cut = any(names.begins(name, own) for own in self._all_names(debtor))
        whole = any(set(names.core(own)) <= set(wanted) for own in self._all_names(debtor))
        return (
            cut or whole or any(2 * common > max(len(wanted), len(names.core(own))) for own in self._all_names(debtor))
        )

    def _all_names(self, debtor: str) -> Iterator[str]:
        known = self.debtors[debtor]
        yield known.name
        yield from known.aliases

    def mentioned(self, text: str) -> frozenset[str]:
        """The debtors whose whole name, two words or more without the legal form, stands in a text."""
        found = names.words(text)
        result: set[str] = set()
        for start in range(min(len(found), 60)):
            for end in range(min(len(found), start + 6), start + 1, -1):
                hit = self._keys.get("".join(names.core(" ".join(found[start:end]))))
                if hit:
                    result |= hit
                    break
        return frozenset(result)

    @staticmethod
    def keys_in(text: str) -> frozenset[str]:
        """The keys of all names that might stand in a text."""
        found = names.words(text)
        spans = (
            (start, end)
            for start in range(min(len(found), 60))
            for end in range(start + 2, min(len(found), start + 6) + 1)
        )
        return frozenset("".join(names.core(" ".join(found[start:end]))) for start, end in spans)

    def is_known(self, entry: Entry) -> bool:
        """Whether this movement was dealt with before, by its fingerprint or by the bank's own reference."""
        if entry.fingerprint and entry.fingerprint in self._fingerprints:
            return True
        same = self._bank_references.get(entry.bank_reference, ())
        return any((e.amount, e.booked_on, e.currency) == (entry.amount, entry.booked_on, entry.currency) for e in same)

    def receipts_of(self, end_to_end: str) -> tuple[Receipt, ...]:
        """The earlier receipts with this end-to-end reference."""
        return tuple(self._end_to_end.get(end_to_end, ()))

    def receipts_over(self, amount: Decimal, currency: str) -> tuple[Receipt, ...]:
        """The earlier receipts of exactly this amount."""
        found = self._received.get((currency, amount), ())
        return tuple(sorted(found, key=lambda r: (r.entry.booked_on, r.entry.fingerprint)))

    def receipts_on(self, amount: Decimal, currency: str, day: date) -> tuple[Receipt, ...]:
        """The earlier receipts of exactly this amount on this day."""
        return tuple(r for r in self._received.get((currency, amount), ()) if r.entry.booked_on == day)

    def received_for(self, item: str) -> tuple[tuple[Receipt, Allocation], ...]:
        """What came in for an item, as far as it is remembered."""
        return tuple(self._received_for.get(item, ()))


def _tells(reference: str) -> bool:
    """Whether a reference is one: banks fill the place with NOTPROVIDED, NONREF or a dash."""
    return sum(c.isdecimal() for c in reference) >= 3


def counts_of(number: str) -> tuple[int, ...]:
    """The runs of digits of a number by their value, so that leading zeros do not count."""
    return tuple(int(run) for run in re.findall(r"\d{1,18}", number))


def digits_of(number: str) -> str:
    """The digits of an invoice number."""
    return re.sub(r"\D", "", number)
