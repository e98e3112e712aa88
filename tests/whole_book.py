"""The book of all items and debtors at once: what the book that reads by index is measured against."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.matching import Book, BookDebtor, book_item
from agent.domain.matching.from_ledger import book_debtor, receipts_of


def book_of(
    items: Iterable[OpenItem],
    accounts: Iterable[DebtorAccount],
    ibans: Mapping[str, Collection[str]] | None = None,
    own_ibans: Iterable[str] = (),
    sister_companies: Iterable[str] = (),
) -> Book:
    """The book of one creditor's items (settled ones too, so that they are known when named again) and debtors.

    `ibans` are the accounts that the creditor confirmed, by debtor id; `own_ibans` the creditor's own.
    """
    confirmed = ibans or {}
    book = Book(own_ibans, sister_companies)
    for account in accounts:
        known = book_debtor(account)
        book.put_debtor(replace(known, ibans=(*known.ibans, *confirmed.get(account.id, ()))))
    held = list(items)
    for item in held:
        if item.invoice.debtor not in book.debtors:
            book.put_debtor(BookDebtor(item.invoice.debtor, ""))
        book.put(book_item(item))
    for receipt in receipts_of(held):
        book.put_receipt(receipt)
    return book
