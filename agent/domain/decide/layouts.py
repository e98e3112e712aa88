"""What is learned when the creditor corrects or confirms what was read: which fields of which document, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, head, make_id
from agent.domain.invoices import Invoice
from agent.domain.layouts import FieldRule, KnownLayout, Sign
from agent.domain.ledger import Ledger

# The fields of an invoice that a page shows, by the names that its reading gives them.
_READ_AS = {
    "number": "number",
    "issue_date": "issue_date",
    "due_date": "due_date",
    "currency": "currency",
    "total": "total",
    "deposit": "deposit",
    "iban": "seller_iban",
    "reference": "payment_reference",
    "buyer_name": "buyer_name",
}


@dataclass(frozen=True, slots=True)
class Taught:
    """The fields of one document that a person settled, as InvoiceReading names them, with their right values as text."""

    item: str
    document: str
    filename: str
    number: str
    fields: tuple[tuple[str, str], ...]


def taught(decision: Decision, before: Ledger) -> tuple[Taught, ...]:
    """What a decision's corrections teach: the fields that changed; where none did, the doubtful ones that were confirmed."""
    after = decision.after(before)
    found: list[Taught] = []
    for event in decision.events:
        if not isinstance(event, ev.InvoiceCorrected) or not event.invoice.document or event.item not in before.items:
            continue
        old, new = _fields(event.before, before), _fields(event.invoice, after)
        names = [name for name in _READ_AS if old[name] != new[name]]
        if not names:
            settled = {*before.items[event.item].doubts} - {*event.doubts}
            names = [name for name in _READ_AS if name in settled and name != "iban"]
        fields = tuple((_READ_AS[name], new[name]) for name in names if new[name])
        if fields:
            invoice = event.invoice
            found.append(Taught(event.item, invoice.document, invoice.filename, event.before.number, fields))
    return tuple(found)


def _fields(invoice: Invoice, ledger: Ledger) -> Mapping[str, str]:
    debtor = ledger.accounts.get(invoice.debtor)
    return {
        "number": invoice.number,
        "issue_date": invoice.issue_date.isoformat(),
        "due_date": _day(invoice.due_date),
        "currency": invoice.total.currency,
        "total": _amount(invoice.total.amount),
        "deposit": _amount(invoice.deposit.amount),
        "iban": invoice.iban,
        "reference": invoice.reference,
        "buyer_name": debtor.name if debtor else "",
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _amount(amount: object) -> str:
    text = str(amount).removeprefix("-")
    return text if text.strip("0.") else ""


def remembered(
    known: KnownLayout | None,
    signs: tuple[Sign, ...],
    rules: Iterable[FieldRule],
    dropped: Iterable[str],
    document: str,
    context: Context,
) -> tuple[ev.Event, ...]:
    """The events by which a lesson is kept: on the layout that was known, else on a new one."""
    events: list[ev.Event] = []
    layout = known.id if known is not None else make_id("l", context.creditor.id, document, context.source)
    if known is None:
        events.append(ev.LayoutMet(**head(context), layout=layout, signs=signs, document=document))
    events += [ev.LayoutRuleLearned(**head(context), layout=layout, rule=rule, document=document) for rule in rules]
    events += [ev.LayoutRuleDropped(**head(context), layout=layout, field=field) for field in dropped]
    return tuple(events)


def forgotten(layout: KnownLayout, context: Context) -> Decision:
    """The decision that a layout is taken away with its rules; nothing when it is gone already."""
    if layout.forgotten:
        return Decision()
    return Decision((ev.LayoutForgotten(**head(context), layout=layout.id),))
