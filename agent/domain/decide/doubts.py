"""What a person must look at before an invoice is followed: fields read with doubt, implausible ones, contradictions between files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from agent.domain.decide.accounts_guard import foreign_accounts
from agent.domain.decide.context import Context
from agent.domain.findings import InvoiceReading
from agent.domain.index import number_term
from agent.domain.invoice_parts import Difference
from agent.domain.invoices import Invoice
from agent.domain.ledger import Ledger

# An issue date further off than this is a misreading until somebody says otherwise.
_OLDEST, _LATEST = timedelta(days=5 * 366), timedelta(days=60)
_LONGEST = 400


def doubts_about(invoice: Invoice, group: list[InvoiceReading], ledger: Ledger, context: Context) -> list[str]:
    """The fields that a person must look at before this invoice is followed, each by its name."""
    reading = group[0]
    needed = ["number", "total", "currency", "buyer_name"]
    if not invoice.credit_note:
        needed += ["issue_date", "due_date"]
    known = {"due_date"} if invoice.due_date is not None and "terms" not in reading.uncertain else set()
    found = [f for f in needed if (getattr(reading, f) is None and f not in known) or f in reading.uncertain]
    found += [f for f in ("deposit", "amount_due") if f in reading.uncertain]
    if _doubtful_seller(reading, context):
        found.append("seller_name")
    found += _implausible(invoice, context)
    contradicted = {said.field for said in reading.differences}
    if not invoice.credit_note and (_doubtful_account(group, context) or "seller_iban" in contradicted):
        found.append("iban")
    if "payment_reference" in contradicted:
        found.append("reference")
    found += ["iban" if said.field == "seller_iban" else said.field for said in said_otherwise(group)]
    same = (i for i in ledger.items.values() if i.creditor == invoice.creditor and i.invoice.debtor != invoice.debtor)
    if invoice.number and any(number_term(i.invoice.number) == number_term(invoice.number) for i in same):
        found.append("number")
    return list(dict.fromkeys(found))


def _doubtful_seller(reading: InvoiceReading, context: Context) -> bool:
    """Whether it is not sure that the creditor issued this. Money goes to nobody's account but the seller's own, which tells him."""
    account = reading.seller_iban
    if account is not None and account.value in context.creditor.ibans and "seller_iban" not in reading.uncertain:
        return False
    return "seller_name" in reading.uncertain or (reading.seller_name is None and reading.seller_vat is None)


def _doubtful_account(group: Sequence[InvoiceReading], context: Context) -> bool:
    """Whether an account that is named to be paid is not known as the creditor's, fails its check, or was passed to a factor."""
    account = group[0].seller_iban
    misread = account is not None and account.value not in context.creditor.ibans
    return misread or bool(foreign_accounts(group, context)) or any(r.cession is not None for r in group)


def _implausible(invoice: Invoice, context: Context) -> list[str]:
    found = []
    if not invoice.credit_note and invoice.total.amount <= 0:
        found.append("total")
    if not context.today - _OLDEST <= invoice.issue_date <= context.today + _LATEST:
        found.append("issue_date")
    if invoice.due_date is not None and not 0 <= (invoice.due_date - invoice.issue_date).days <= _LONGEST:
        found.append("due_date")
    return found


def said_otherwise(group: Sequence[InvoiceReading]) -> Iterator[Difference]:
    """What the further files of the same invoice say otherwise than the first."""
    for other in group[1:]:
        for field in ("total", "due_date", "issue_date", "currency", "seller_iban"):
            ours, theirs = getattr(group[0], field), getattr(other, field)
            if ours is not None and theirs is not None and ours.value != theirs.value:
                yield Difference(field, theirs.value, "other_file")
