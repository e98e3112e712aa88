"""What was read on documents, field by field, and what of it is doubtful: for acknowledgements and corrections."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.credit_folds import CREDIT_NOTE
from agent.domain.credits import left_on
from agent.domain.decide.accounts_guard import named_accounts
from agent.domain.dunning import ready_on
from agent.domain.findings import DocumentKind, Found, InvoiceReading
from agent.domain.ledger import OpenItem
from agent.domain.letters import Letter
from agent.domain.money import Money
from agent.domain.references import format_iban, format_structured_communication, structured_communication
from agent.outbox.facts import Facts
from agent.outbox.views import Change, ItemView, ReadDocument, ReadField
from agent.reports import formats, words
from agent.reports.plain import one_line

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AMOUNT = re.compile(r"-?\d{1,12}(?:\.\d{1,4})? [A-Z]{3}")
# What an acknowledgement lists, in the order in which an invoice is checked by eye.
_READ_FIELDS = (
    "kind",
    "number",
    "issue_date",
    "due_date",
    "terms",
    "total",
    "deposit",
    "amount_due",
    "buyer_name",
    "buyer_vat",
    "debtor_email",
    "payment_reference",
    "seller_iban",
)
_SAME_DOUBT = {"iban": "seller_iban", "reference": "payment_reference", "currency": "total"}
_TYPED_AS = {read: doubt for doubt, read in _SAME_DOUBT.items() if doubt != "currency"}
_AMOUNTS = frozenset({"total", "deposit", "amount_due"})
_ADDRESS_DOUBTS = frozenset({"address_mismatch", "debtor_email"})


def read_documents(letter: Letter, facts: Facts, items: tuple[ItemView, ...], language: str) -> Iterable[ReadDocument]:
    """What was read on each document of this letter, in its order."""
    views = {view.id: view for view in items}
    for position, reading in enumerate(letter.readings):
        id_ = letter.items[position] if position < len(letter.items) else ""
        item = facts.ledger.items.get(id_)
        document = _read_document(reading, item, views.get(id_), letter, language)
        yield _as_it_stands(document, item, facts) if item else document


def _as_it_stands(document: ReadDocument, item: OpenItem, facts: Facts) -> ReadDocument:
    """The document with what follows from it: when it may be listed, what was credited, what a credit note has left."""
    found = []
    for payment in item.payments:
        other = facts.ledger.items.get(payment.reference) if payment.evidence == CREDIT_NOTE else None
        if other is not None:
            note, bill = (item, other) if item.invoice.credit_note else (other, item)
            note_number, number = (one_line(one.invoice.number, 80) for one in (note, bill))
            found.append((note_number, number, abs(payment.amount), bill.balance))
    credit = left_on(item) if item.invoice.credit_note and not item.doubts else None
    return replace(document, first_on=_first_on(item, facts), credited=tuple(found), credit=credit or None)


def _first_on(item: OpenItem, facts: Facts) -> date | None:
    return None if item.statements else ready_on(item, facts.plan.changed(item.invoice.plan))


def _read_document(
    reading: InvoiceReading, item: OpenItem | None, view: ItemView | None, letter: Letter, language: str
) -> ReadDocument:
    doubts = {_SAME_DOUBT.get(d, d) for d in (item.doubts if item else reading.uncertain)}
    proposed = dict(letter.facts).get("proposed_due", "")
    found: list[ReadField] = []
    for name in _READ_FIELDS:
        plain = name not in doubts and _goes_without_saying(name, reading)
        value = "" if plain else _value_text(name, reading, item, view, language)
        doubt = ("uncertain" if value else "missing") if name in doubts or _asks_for_address(name, doubts) else ""
        if value or doubt:
            label, others = (_label(name, reading), _others(name, reading, language)) if doubt else ("", ())
            example = words.example(_TYPED_AS.get(name, name), language)
            if name == "seller_iban" and doubt and (asked := _owners(letter, reading)):
                doubt, example = asked, "" if asked == "account_asked" else example
            found.append(ReadField(name, value, doubt, example, label, others))
    number = item.invoice.number if item else reading.number.value if reading.number else ""
    title = one_line(number or reading.filename, 80) or "?"
    rest = tuple(
        ReadField(name, _value_text(name, reading, item, view, language), "uncertain")
        for name in sorted(doubts - set(_READ_FIELDS) - _ADDRESS_DOUBTS)
    )
    doubtful = (*(f for f in found if f.doubt), *rest)
    if proposed and view and view.due_date is None:
        doubtful = tuple(_with_proposal(f, proposed, language) for f in doubtful)
    return ReadDocument(title, reading.kind.value.value, doubtful, tuple(found))


def _owners(letter: Letter, reading: InvoiceReading) -> str:
    """Whether the owner is asked about an account of this document (account_asked) or has refused it; "" when neither."""
    named = {named.iban for named in named_accounts((reading,))}
    return next((code for code, text in letter.facts if code.startswith("account_") and text in named), "")


def _label(name: str, reading: InvoiceReading) -> str:
    """The words beside which a doubtful field was read; "" where none stood there."""
    found = getattr(reading, name, None)
    return one_line(found.where.label, 60).strip(" :") if isinstance(found, Found) else ""


def _others(name: str, reading: InvoiceReading, language: str) -> tuple[tuple[str, str], ...]:
    """What other places say of this field; of a due date, the days of all parts."""
    currency = reading.currency.value if reading.currency else "EUR"
    said = [
        (said.source, _text(name, said.other, currency, language)) for said in reading.differences if said.field == name
    ]
    if name == "seller_iban" and reading.cession is not None:
        said.append(("cession", reading.cession.value))
    if name == "due_date" and reading.instalments:
        parts = sorted(reading.instalments, key=lambda part: part.due_date)
        days = (f"{formats.day(p.due_date, language)} {_text('total', p.amount, currency, language)}" for p in parts)
        said.append(("plan", ", ".join(days)))
    return tuple((words.word(f"by_{source}", language), one_line(text)) for source, text in said)


def _goes_without_saying(name: str, reading: InvoiceReading) -> bool:
    """Whether this field tells the creditor nothing that the others do not: what is read stays in the ledger all the same."""
    match name:
        case "kind":
            return reading.kind.value is DocumentKind.INVOICE
        case "terms":
            return reading.due_date is not None
        case "deposit":
            return reading.deposit is not None and not reading.deposit.value
        case "amount_due":
            return _same(reading.amount_due, reading.total)
        case _:
            return False


def _same(one: Found[Decimal] | None, other: Found[Decimal] | None) -> bool:
    return one is not None and other is not None and one.value == other.value


def _asks_for_address(name: str, doubts: set[str]) -> bool:
    return name == "debtor_email" and bool(doubts & _ADDRESS_DOUBTS)


def _with_proposal(field: ReadField, proposed: str, language: str) -> ReadField:
    if field.name != "due_date":
        return field
    try:
        day = date.fromisoformat(proposed)
    except ValueError:
        return field
    kept = words.example("due_date", language).rsplit(" ", 1)[0]
    return replace(field, example=f"{kept} {formats.day(day, language)}")


def _value_text(name: str, reading: InvoiceReading, item: OpenItem | None, view: ItemView | None, language: str) -> str:
    """The value as text: what the ledger holds where it holds it, else what was read."""
    if name == "debtor_email":
        return view.debtor.address if view else ""
    if item is not None and name == "due_date":
        return formats.day(item.invoice.due_date, language) if item.invoice.due_date else ""
    found = getattr(reading, name, None)
    if not isinstance(found, Found):
        return ""
    currency = reading.currency.value if reading.currency else "EUR"
    return one_line(_text(name, found.value, currency, language))


def _text(name: str, value: object, currency: str, language: str) -> str:
    match value:
        case DocumentKind():
            return words.word("statement_of_account" if value is DocumentKind.STATEMENT else value.value, language)
        case Decimal() if name in _AMOUNTS and re.fullmatch("[A-Z]{3}", currency):
            return formats.money(Money(value, currency), language)
        case date():
            return formats.day(value, language)
        case str() if name == "seller_iban":
            return format_iban(value)
        case str() if name == "payment_reference" and (digits := structured_communication(value)):
            return format_structured_communication(digits)
        case _:
            return str(value)


def open_doubts(letter: Letter, facts: Facts, language: str) -> tuple[ReadField, ...]:
    """What is still doubtful about the items of this letter, each field once."""
    items = [facts.ledger.items[id_] for id_ in letter.items if id_ in facts.ledger.items]
    names = dict.fromkeys(doubt for item in items for doubt in item.doubts)
    held = {name: _held(name, items[0], facts, language) for name in names} if len(items) == 1 else {}
    return tuple(
        ReadField(one_line(name, 40), held.get(name, ""), "uncertain", words.example(name, language)) for name in names
    )


def _held(name: str, item: OpenItem, facts: Facts, language: str) -> str:
    """What the ledger holds of this field."""
    invoice, debtor = item.invoice, facts.ledger.accounts.get(item.invoice.debtor)
    text = {
        "number": invoice.number,
        "issue_date": formats.day(invoice.issue_date, language),
        "due_date": formats.day(invoice.due_date, language) if invoice.due_date else "",
        "total": formats.money(invoice.total, language),
        "iban": format_iban(invoice.iban),
        "buyer_name": debtor.name if debtor else "",
    }
    return one_line(text.get(name, ""))


def change_of(row: tuple[str, str, str], language: str) -> Change:
    """A corrected field (name, before, after) as the reader writes it."""
    name, before, after = row
    return Change(
        words.word(one_line(name, 40), language),
        _plain_value(name, one_line(before), language),
        _plain_value(name, one_line(after), language),
    )


def _plain_value(name: str, text: str, language: str) -> str:
    """A value of the ledger's own plain form (2027-03-15, 1250.00 EUR) as the reader writes it; other text as it is."""
    if name == "iban":
        return format_iban(text)
    if name == "consumer" and text:
        return words.word(text, language)
    if name == "reference" and (digits := structured_communication(text)):
        return format_structured_communication(digits)
    try:
        if _DAY.fullmatch(text):
            return formats.day(date.fromisoformat(text), language)
        if _AMOUNT.fullmatch(text):
            return formats.money(Money.of(*text.split()), language)
    except ValueError:
        return text
    return text
