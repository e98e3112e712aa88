"""Which documents are followed at all: the creditor's own invoices, to debtors he wants followed, not known already."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from agent.domain.decide.context import Context
from agent.domain.decide.debtors import Buyer
from agent.domain.findings import DocumentKind, Found, InvoiceReading
from agent.domain.index import number_term
from agent.domain.ledger import OpenItem
from agent.domain.names import fold_name
from agent.domain.references import party_number

_FOLLOWED_KINDS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.CORRECTION)
_SAME_NAME = 85


def refusal(reading: InvoiceReading, context: Context) -> str:
    """Why this document is not followed, as a code; "" when it is."""
    if reading.kind.value is DocumentKind.RECEIPT or (reading.paid is not None and reading.paid.value):
        return "already_paid"
    if reading.kind.value not in _FOLLOWED_KINDS:
        return f"not_an_invoice_{reading.kind.value.value}"
    if _is_creditor(reading.buyer_name, (reading.buyer_vat, reading.buyer_enterprise), context):
        return "purchase"
    if not _is_sellers(reading, context):
        return "not_our_invoice"
    if reading.direct_debit is not None and reading.direct_debit.value:
        return "direct_debit"
    return "already_paid" if reading.amount_due is not None and not reading.amount_due.value and reading.total else ""


def _is_sellers(reading: InvoiceReading, context: Context) -> bool:
    """Whether the creditor issued this: his number decides where one is read, else his account, else his name.

    A seller that could not be read at all passes; it is then a doubt.
    """
    read = {party_number(f.value) for f in (reading.seller_vat, reading.seller_enterprise) if f is not None} - {None}
    own = {party_number(n) for n in context.creditor.enterprise_numbers} - {None}
    if read and own:
        return bool(read & own)
    if reading.seller_iban is not None and reading.seller_iban.value in context.creditor.ibans:
        return True
    return reading.seller_name is None or _is_creditor(reading.seller_name, (), context)


def _is_creditor(name: Found[str] | None, numbers: Iterable[Found[str] | None], context: Context) -> bool:
    own = {party_number(n) for n in context.creditor.enterprise_numbers} - {None}
    read = {party_number(f.value) for f in numbers if f is not None} - {None}
    if read and own:
        return bool(read & own)
    names = [fold_name(n) for n in (context.creditor.name, *context.creditor.aliases)]
    return name is not None and any(fuzz.token_sort_ratio(fold_name(name.value), n) >= _SAME_NAME for n in names)


def is_wanted(buyer: Buyer, context: Context) -> bool:
    """Whether the creditor wants this debtor followed: named in `only_debtors` (when given) and not in `excluded_debtors`."""
    marks = {fold_name(buyer.name), buyer.number.casefold(), buyer.email, buyer.email.rpartition("@")[2]}
    marks |= {h.address for h in context.hints} | {h.address.rpartition("@")[2] for h in context.hints}

    def named(entries: tuple[str, ...]) -> bool:
        return any(e.casefold() in marks or fold_name(e) in marks for e in entries)

    only = context.creditor.only_debtors
    return (not only or named(only)) and not named(context.creditor.excluded_debtors)


def same_file(item: OpenItem, group: list[InvoiceReading], context: Context) -> bool:
    """Whether the item was made of one of these files."""
    mine = item.creditor == context.creditor.id
    held = {item.invoice.document, *item.invoice.other_documents}
    number = number_term(group[0].number.value) if group[0].number else None
    return (
        mine
        and any(r.document in held and r.document for r in group)
        and number in (None, number_term(item.invoice.number))
    )


def same_number(item: OpenItem, reading: InvoiceReading, account: str, context: Context) -> bool:
    """Whether the item bears the number of this reading, on the same account and of the same kind."""
    if item.creditor != context.creditor.id or reading.number is None or item.invoice.debtor != account:
        return False
    same_kind = item.invoice.credit_note == (reading.kind.value is DocumentKind.CREDIT_NOTE)
    return same_kind and number_term(item.invoice.number) == number_term(reading.number.value)
