"""What a creditor owes his debtor: credit notes and money on account, what they lessen, and from which day.

A credit note lessens the invoice that it names from that invoice's own day: what is credited was never owed, so that no interest is
asked for it. That is a convention in the debtor's favour, not a rule of law. What names nothing lessens the account as a whole: it
is deducted on statements, and from what interest is reckoned on, the oldest debt first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from agent.domain.credit_folds import CREDIT_NOTE
from agent.domain.index import number_term
from agent.domain.invoices import Invoice
from agent.domain.money import Money
from agent.domain.states import OWED, DebtorAccount, ItemState, OpenItem

_COUNTED = (ItemState.FOLLOWED, ItemState.SETTLED)

ByDay = tuple[tuple[date, Decimal], ...]


def credits_of(items: Iterable[OpenItem], currency: str, account: DebtorAccount | None = None) -> Money:
    """What the creditor owes the debtor in this currency (zero or negative): open credit notes, overpayments, money on account."""
    mine = (i for i in items if i.invoice.total.currency == currency and i.state in _COUNTED)
    noted = Money.total((i.balance for i in mine if i.balance.amount < 0), currency)
    return noted - account.on_account(currency) if account is not None else noted


def owed_by(account: DebtorAccount, items: Iterable[OpenItem], currency: str) -> Money:
    """What is owed on an account in this currency: all balances less all credits; negative when the creditor owes."""
    held = list(items)
    owed = (
        i.balance for i in held if i.invoice.total.currency == currency and i.state in OWED and i.balance.amount > 0
    )
    return Money.total(owed, currency) + credits_of(held, currency, account)


def credited_on(item: OpenItem) -> Money:
    """What credit notes took off an item; no money came in for it."""
    noted = (p.amount for p in item.payments if p.evidence == CREDIT_NOTE)
    return Money.total(noted, item.invoice.total.currency)


def left_on(note: OpenItem) -> Money:
    """What a credit note has left to give; nothing for anything else, and while a person must look at it."""
    usable = note.invoice.credit_note and note.state is ItemState.FOLLOWED and note.balance.amount < 0
    return -note.balance if usable else Money.zero(note.balance.currency)


def names(note: Invoice, invoice: Invoice) -> bool:
    """Whether a credit note names this invoice: by its number, or by the reference under which it is paid."""
    if invoice.credit_note or invoice.debtor != note.debtor or invoice.total.currency != note.total.currency:
        return False
    numbers = {number_term(number) for number in note.corrects}
    return number_term(invoice.number) in numbers or bool(note.reference and note.reference == invoice.reference)


def named_by(note: OpenItem, items: Iterable[OpenItem]) -> tuple[OpenItem, ...]:
    """The invoices that a credit note names."""
    return tuple(i for i in items if i.id != note.id and names(note.invoice, i.invoice))


def payments_by_day(item: OpenItem) -> ByDay:
    """What lessened an item, by the day from which it counts: money when it came, a credit note from the invoice's own day."""
    return tuple(
        (item.invoice.issue_date if p.evidence == CREDIT_NOTE else p.on, p.amount.amount) for p in item.payments
    )


def payments_with_credits(account: DebtorAccount | None, items: Sequence[OpenItem]) -> Mapping[str, ByDay]:
    """For each item what lessens it by day, with its part of what is open in the debtor's favour, the oldest debt first."""
    found = {item.id: list(payments_by_day(item)) for item in items}
    room = {item.id: max(item.balance.amount, Decimal(0)) for item in items if item.state in OWED}
    by_age = sorted(
        (i for i in items if i.id in room), key=lambda i: (i.invoice.due_date or date.max, i.invoice.number)
    )
    for day, currency, amount in _open_credits(account, items):
        left = amount
        for item in (i for i in by_age if i.invoice.total.currency == currency):
            part = min(left, room[item.id])
            if part > 0:
                found[item.id].append((day, part))
                room[item.id] -= part
                left -= part
    return {id_: tuple(sorted(parts)) for id_, parts in found.items()}


def _open_credits(account: DebtorAccount | None, items: Iterable[OpenItem]) -> list[tuple[date, str, Decimal]]:
    """What is open in the debtor's favour: since when, in which currency, how much; what left the account came off the latest."""
    found = [
        (
            i.invoice.issue_date if i.invoice.credit_note else max(p.on for p in i.payments),
            i.balance.currency,
            -i.balance.amount,
        )
        for i in items
        if i.state in _COUNTED and i.balance.amount < 0
    ]
    money = list(account.money) if account is not None else []
    for currency in {m.amount.currency for m in money}:
        mine = [m for m in money if m.amount.currency == currency]
        gone = -sum((m.amount.amount for m in mine if m.amount.amount < 0), Decimal(0))
        for came in sorted((m for m in mine if m.amount.amount > 0), key=lambda m: m.on, reverse=True):
            left = max(came.amount.amount - gone, Decimal(0))
            gone = max(gone - came.amount.amount, Decimal(0))
            if left:
                found.append((came.on, currency, left))
    return sorted(found)
