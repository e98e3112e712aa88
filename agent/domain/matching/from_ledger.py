"""Items, debtors and payments of the ledger as matching sees them, and the line that ties a booked payment to its bank movement."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from agent.domain import ledger, references
from agent.domain.findings import Entry
from agent.domain.invoices import Invoice
from agent.domain.matching.model import Allocation, BookDebtor, BookItem, EarlyDiscount, Effect, Receipt

_LINE = re.compile(
    r"^bank (?P<fingerprint>\S{1,80})(?: amount=(?P<amount>-?\d{1,15}(?:\.\d{1,5})?))?(?: e2e=(?P<e2e>\S{0,40}))?(?: iban=(?P<iban>[A-Z0-9]{0,34}))?$"
)


def payment_reference(entry: Entry) -> str:
    """The `reference` of a PaymentReceived or PaymentReversed event booked for this movement.

    It holds the fingerprint, so that the same movement is known again, and what a return of it will quote.
    """
    end_to_end = re.sub(r"\s+", "_", entry.end_to_end)[:40]
    parts = [f"bank {entry.fingerprint or '-'}", f"amount={entry.amount}"]
    return " ".join(parts + [f"e2e={end_to_end}"] * bool(end_to_end))


def book_debtor(account: ledger.DebtorAccount, aliases: Iterable[str] = ()) -> BookDebtor:
    """A debtor of the ledger as matching sees him, with the names and accounts of those who were found to pay for him."""
    ibans = tuple(dict.fromkeys(payer.iban for payer in account.payers if payer.iban))
    others = tuple(dict.fromkeys((*aliases, *(payer.name for payer in account.payers if payer.name))))
    return BookDebtor(account.id, account.name, others, ibans)


def book_item(item: ledger.OpenItem) -> BookItem:
    """An item of the ledger as matching sees it: nothing is open of one that is settled, withdrawn or written off."""
    invoice = item.invoice
    closed = item.state in (ledger.ItemState.WITHDRAWN, ledger.ItemState.WRITTEN_OFF)
    known = references.structured_communication(invoice.reference) or references.creditor_reference(invoice.reference)
    return BookItem(
        invoice.id,
        invoice.debtor,
        invoice.number,
        invoice.issue_date,
        invoice.total.currency,
        invoice.due.amount,
        item.balance.amount if item.is_open else Decimal(0),
        (known,) if known else (),
        _discount(invoice),
        closed,
    )


def _discount(invoice: Invoice) -> EarlyDiscount | None:
    """The discount of whoever pays early; of several the one that can be taken longest, told as a share of the total."""
    last = max(invoice.discounts, key=lambda d: d.until, default=None)
    if last is None or invoice.total.amount <= 0:
        return None
    if last.percent is not None:
        return EarlyDiscount(last.percent, last.until)
    if last.amount is None or not 0 < last.amount < invoice.total.amount:
        return None
    return EarlyDiscount(100 * (invoice.total.amount - last.amount) / invoice.total.amount, last.until)


def receipts_of(items: Iterable[ledger.OpenItem], only: Collection[str] | None = None) -> Iterator[Receipt]:
    """The bank movements behind the payments of these items; a movement for several items is one receipt again.

    With `only` those of these references alone.
    """
    movements: dict[str, tuple[Entry, list[Allocation]]] = {}
    for item in sorted(items, key=lambda i: i.id):
        for payment in item.payments:
            movement = movement_of(payment) if only is None or payment.reference in only else None
            if movement is None:
                continue
            entry, allocations = movements.setdefault(payment.reference, (movement, []))
            paid = payment.amount.amount > 0 or item.invoice.credit_note
            effect = Effect.PAID if paid else Effect.REOPEN
            allocations.append(
                Allocation(item.id, abs(payment.amount.amount) if not paid else payment.amount.amount, effect)
            )
    for entry, allocations in movements.values():
        yield Receipt(entry, tuple(allocations))


def movement_of(payment: ledger.Payment) -> Entry | None:
    """The bank movement behind a payment, as far as the ledger keeps it; None when no bank told of it."""
    found = _LINE.match(payment.reference)
    if found is None:
        return None
    return Entry(
        Decimal(found["amount"]) if found["amount"] else payment.amount.amount,
        payment.amount.currency,
        payment.on,
        counterparty_name=payment.payer,
        counterparty_iban=payment.iban or found["iban"] or "",
        remittance=payment.words,
        end_to_end=found["e2e"] or "",
        fingerprint=found["fingerprint"] if found["fingerprint"] != "-" else "",
    )
