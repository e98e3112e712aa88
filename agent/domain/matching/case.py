"""One movement laid out for the rules: its reading, its payer, the items that it names and those that its amount fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from agent.domain.findings import Entry
from agent.domain.matching import names, numbers, subsets
from agent.domain.matching.book import Book
from agent.domain.matching.model import Allocation, BookItem, Decision, Effect, Match, Policy, Reason, Receipt
from agent.domain.matching.numbers import Numbers
from agent.domain.matching.payer import Payer, identify
from agent.domain.matching.reading import Sense, TextReading, read

_SMALL = 60
# Nobody is billed by chance in multiples of this: such money may be a part payment.
_ROUND = 50
# A set of a few items is looked for this far where its existence alone makes a question.
_NODES = 2_000


@dataclass(frozen=True, slots=True)
class Case:
    """A movement with all that the rules look at.

    Attributes:
        by_reference: items of the structured references; `foreign_references` are valid ones of nobody here.
        written: items of the numbers in the text, one for each number, references not counted.
        ambiguous: a number in the text stands for several items.
        fits: exactly this amount is open on an item of anybody.
    """

    entry: Entry
    book: Book
    policy: Policy
    reading: TextReading
    payer: Payer
    numbers: Numbers
    by_reference: tuple[BookItem, ...]
    foreign_references: tuple[str, ...]
    written: tuple[BookItem, ...]
    ambiguous: bool
    fits: bool

    def fitting(self, debtors: Iterable[str]) -> tuple[BookItem, ...]:
        """The open items of these debtors of exactly this amount."""
        return self.book.open_with(self.amount, self.entry.currency, self.entry.booked_on, debtors)

    @property
    def amount(self) -> Decimal:
        """The amount, without its sign."""
        return abs(self.entry.amount)

    @property
    def named(self) -> tuple[BookItem, ...]:
        """The items named, by reference or number, each once."""
        return tuple({i.id: i for i in (*self.by_reference, *self.written)}.values())

    @property
    def open_named(self) -> tuple[BookItem, ...]:
        """The named items of which something is open."""
        return tuple(i for i in self.named if i.open)

    @property
    def settled_named(self) -> tuple[BookItem, ...]:
        """The named items that were settled before."""
        return tuple(i for i in self.named if not i.open)

    def says(self, *senses: Sense) -> bool:
        """Whether the text has words of one of these senses."""
        return any(sense in self.reading.senses for sense in senses)

    def confirmed(self, items: Iterable[BookItem]) -> bool:
        """Whether the payer certainly is the debtor of all these items."""
        return all(self.payer.confirmed(i.debtor) for i in items)

    def open_of(self, debtors: Iterable[str]) -> tuple[BookItem, ...]:
        """The open items of these debtors in the movement's currency."""
        day, currency = self.entry.booked_on, self.entry.currency
        return tuple(i for d in sorted(debtors) for i in self.book.open_of(d, currency, day))

    def small_sets(self, items: tuple[BookItem, ...]) -> tuple[tuple[BookItem, ...], ...] | None:
        """The sets of up to three of these items that make the amount; None when there are too many items to look."""
        return subsets.small(items, self.amount) if len(items) <= _SMALL else None

    @property
    def repeated(self) -> bool:
        """Whether the very same movement (day, amount, party, text) was booked before: a record of an overlapping statement?"""
        return any(r.allocations and _same(r.entry, self.entry) for r in self._before())

    def _before(self) -> tuple[Receipt, ...]:
        return self.book.receipts_on(self.entry.amount, self.entry.currency, self.entry.booked_on)

    def fits_something(self) -> bool:
        """Whether the amount is that of an open item, or of some or all that a likely payer owes."""
        return self.fits or any(self._fits(debtor) for debtor in self.payer.likely[:5])

    def may_be_part(self) -> bool:
        """Whether a certain payer may have paid a round part of something that he owes."""
        return not self.amount % _ROUND and any(i.open > self.amount for i in self.open_of(self.payer.certain))

    def _fits(self, debtor: str) -> bool:
        owed = self.open_of((debtor,))
        if sum((i.open for i in owed), Decimal(0)) == self.amount:
            return True
        return len(owed) <= self.policy.subset_items and bool(subsets.search(owed, self.amount, _NODES, 1).found)


def _same(one: Entry, other: Entry) -> bool:
    """Whether two records may be one movement; two references of the bank's own tell them apart."""
    if one.bank_reference and other.bank_reference and one.bank_reference != other.bank_reference:
        return False
    parts = ("booked_on", "counterparty_iban", "counterparty_name", "remittance", "structured_reference", "end_to_end")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def lay_out(entry: Entry, book: Book, policy: Policy) -> Case:
    """The case of a movement."""
    payer = identify(entry, book)
    day = entry.booked_on
    reading = read(payer.message, entry.structured_reference, lambda written: numbers.is_whole(written, book, day))
    found = numbers.find(reading, book, day)
    if not found.hits and not reading.structured:
        found = numbers.with_bare(found, reading, book, entry)
    groups = [book.referenced(r, entry.booked_on) for r in reading.structured]
    foreign = tuple(r for r, items in zip(reading.structured, groups, strict=True) if not items)
    hits = [_preferred(hit.items, payer) for hit in (*found.hits, *found.tails)]
    return Case(
        entry,
        book,
        policy,
        reading,
        payer,
        found,
        tuple({i.id: i for items in groups for i in items}.values()),
        foreign,
        tuple({i.id: i for items in hits for i in items[:1]}.values()),
        any(len(items) > 1 for items in hits),
        book.is_open(abs(entry.amount), entry.currency, entry.booked_on),
    )


def _preferred(items: tuple[BookItem, ...], payer: Payer) -> tuple[BookItem, ...]:
    """Of several items that share a written number, the payer's own when they are his alone; else invoices before credit notes."""
    own = tuple(i for i in items if i.debtor in payer.certain)
    kept = own or items
    invoices = tuple(i for i in kept if i.amount > 0)
    return invoices or kept


def sister_named(case: Case) -> bool:
    """Whether the text names a sister company of the creditor, whose invoices are not ours."""
    text = " ".join(names.words(case.payer.message))
    return any(f" {name} " in f" {text} " for name in case.book.sisters if name)


def paid(case: Case, items: Iterable[BookItem], *reasons: Reason, surplus: Decimal = Decimal(0)) -> Match:
    """All these items are settled in full; with one item that was shortened (discount, cents) the cash received counts."""
    chosen = tuple(items)
    allocations = tuple(Allocation(i.id, i.open, Effect.PAID) for i in chosen)
    if len(chosen) == 1 and not surplus:
        allocations = (Allocation(chosen[0].id, case.amount, Effect.PAID),)
    return Match(Decision.PAID, allocations, reasons=reasons, surplus=surplus)


def nothing(code: str, words: str) -> Match:
    """It is certain that no item is concerned."""
    return Match(Decision.NOTHING, reasons=(Reason(code, words),))
