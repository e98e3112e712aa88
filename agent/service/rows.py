"""What readers found, as plain JSON values: the keys are those that people score and compare readings by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass

from agent.domain.findings import (
    AutoReplyReading,
    BankStatementReading,
    BounceReading,
    DocumentKind,
    Entry,
    Found,
    InstructionReading,
    Intent,
    InvoiceReading,
    ReplyReading,
    Unreadable,
    Where,
)
from agent.mail.message import Message

Row = dict[str, object]

_FIELDS = {
    "number": "invoice_number",
    "issue_date": "issue_date",
    "due_date": "due_date",
    "terms": "payment_terms_text",
    "currency": "currency",
    "net": "net_total",
    "vat": "vat_total",
    "total": "total_gross",
    "deposit": "prepaid",
    "amount_due": "amount_due",
    "seller_name": "seller_name",
    "seller_vat": "seller_vat",
    "seller_enterprise": "seller_enterprise",
    "seller_iban": "seller_iban",
    "buyer_name": "buyer_name",
    "buyer_vat": "buyer_vat",
    "buyer_email": "buyer_email",
    "payment_reference": "payment_reference",
    "paid": "paid",
}
_LISTS = ("copy", "instalments", "discounts", "accounts", "vat_lines")
_REPORTS = {"complaint": "feedback"}


def invoice_rows(readings: Sequence[InvoiceReading | Unreadable]) -> Row:
    """One document; several invoices in it stand under `documents`."""
    found = [reading for reading in readings if isinstance(reading, InvoiceReading)]
    if not found:
        reasons = [f"{r.problem}: {r.detail}".rstrip(": ") for r in readings if isinstance(r, Unreadable)]
        return {"doc_type": "none", "uncertain": [], "because": reasons}
    if len(found) == 1:
        return invoice_row(found[0])
    return {"doc_type": _kind(found[0]), "documents": [invoice_row(reading) for reading in found]}


def invoice_row(reading: InvoiceReading) -> Row:
    """One invoice: its fields, how sure each is, and where it was read."""
    known = {_FIELDS.get(name, name): found for name, found in reading.found() if name != "kind"}
    return {
        "doc_type": _kind(reading),
        **{name: _plain(found.value) for name, found in known.items()},
        **{name: _plain(value) for name in _LISTS if (value := getattr(reading, name))},
        "uncertain": [_FIELDS.get(name, name) for name in reading.uncertain],
        "missing": [_FIELDS.get(name, name) for name in reading.missing],
        "confidence": {name: round(found.confidence, 3) for name, found in known.items()},
        "checks": list(reading.checks),
        "because": {name: where_text(found.where) for name, found in known.items()},
        "evidence": {_FIELDS.get(name, name): _evidence(found) for name, found in reading.found() if name != "kind"},
    }


def _evidence(found: Found[object]) -> Row:
    """Where a value stands and by which rule it was read, as far as there is something to say."""
    where = found.where
    told: Row = {
        "value": _plain(found.value),
        "confidence": round(found.confidence, 3),
        "page": where.page,
        "box": list(where.box) if where.box else None,
        "label": where.label,
        "rule": where.rule,
        "path": where.path,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def where_text(where: Where) -> str:
    """The place of a value in words: the rule, the page, the label or the element."""
    page = f"page {where.page}" if where.page else ""
    label = f"«{where.label}»" if where.label else ""
    return ", ".join(part for part in (where.rule, page, label, where.path) if part)


def _plain(value: object) -> object:
    """A value as JSON has it: records as objects without their empty fields, days and amounts as text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value):
        parts = ((entry.name, getattr(value, entry.name)) for entry in fields(value))
        return {name: _plain(part) for name, part in parts if part not in (None, "", False)}
    return str(value)


def _kind(reading: InvoiceReading) -> str:
    return "none" if reading.kind.value is DocumentKind.OTHER else reading.kind.value.value


def statement_row(readings: Iterable[BankStatementReading] | Unreadable) -> Row:
    """A bank file: its movements, or why it is refused, or what must be asked."""
    if isinstance(readings, Unreadable):
        return {
            "error": f"{readings.problem}: {readings.detail}".rstrip(": "),
            "uncertain": [],
            "because": [readings.problem],
        }
    found = list(readings)
    ask = next((reading.ask for reading in found if reading.ask), "")
    row: Row = {"format": ", ".join(dict.fromkeys(reading.format for reading in found))}
    if ask:
        return row | {"ask": ask, "uncertain": ["columns"], "because": ["the columns are not named"]}
    return row | {
        "account": next((reading.account for reading in found if reading.account), ""),
        "entries": [_entry(entry) for reading in found for entry in reading.entries],
        "uncertain": [],
        "because": [problem for reading in found for problem in reading.problems],
    }


def _entry(entry: Entry) -> Row:
    return {
        "amount": str(entry.amount),
        "currency": entry.currency,
        "date": entry.booked_on.isoformat(),
        "value_date": entry.value_date.isoformat() if entry.value_date else None,
        "counterparty": entry.counterparty_name or None,
        "counterparty_iban": entry.counterparty_iban or None,
        "remittance": entry.remittance or None,
        "structured_ref": entry.structured_reference or None,
        "pending": entry.pending,
        "reversal": entry.reversal,
    }


def mail_head(message: Message) -> Row:
    """What a mail says of itself."""
    return {
        "from": message.sender.address,
        "to": [a.address for a in message.to],
        "cc": [a.address for a in message.cc],
        "subject": message.subject,
        "date": message.date.isoformat() if message.date else None,
        "attachment_names": [a.filename for a in message.attachments],
        "n_attachments": len(message.attachments),
        "defects": list(message.defects),
    }


def bounce_row(reading: BounceReading) -> Row:
    """A delivery report and the recipients that it names."""
    recipients = [
        {"recipient": r.address, "status": r.status, "reason": r.reason, "hard": r.hard, "permanent": r.permanent}
        for r in reading.recipients
    ]
    return {
        "kind": _REPORTS.get(reading.kind.value, reading.kind.value),
        "rows": recipients,
        "original_message_id": reading.original_message_id or None,
        "autoreply": False,
        "uncertain": [],
        "because": [reading.because],
    }


def autoreply_row(reading: AutoReplyReading) -> Row:
    """An automatic answer."""
    return {
        "kind": "autoreply",
        "autoreply": True,
        "autoreply_kind": reading.kind,
        "slots": {"return_date": reading.back_on.isoformat()} if reading.back_on else {},
        "stand_in": reading.stand_in or None,
        "uncertain": [],
        "because": [reading.because],
    }


def reply_row(reading: ReplyReading) -> Row:
    """What a person writes: labels, slots, and the words that each rests on."""
    slots: Row = {}
    for intent in reading.intents:
        slots |= {name: value for name, value in _slots(intent).items() if value not in ("", None, (), False)}
    return {
        "kind": "reply",
        "language": reading.language,
        "labels": [intent.label for intent in reading.intents],
        "slots": slots,
        "confidence": {intent.label: round(intent.confidence, 3) for intent in reading.intents},
        "needs_human": reading.needs_human,
        "uncertain": ["labels"] if reading.needs_human else [],
        "because": [
            f"{intent.label}: {intent.because} «{' '.join(intent.words.split())[:200]}»" for intent in reading.intents
        ],
    }


_DATES = {
    "promise_to_pay": "promise_date",
    "claims_paid": "paid_date",
    "payment_notice": "paid_date",
    "payment_plan_request": "start_date",
}
_UNTIL = {"delay_request": "delay_until", "pause": "pause_until", "out_of_office": "return_date"}
_AMOUNTS = {
    "promise_to_pay": "promise_amount",
    "claims_paid": "paid_amount",
    "payment_notice": "paid_amount",
    "credit_note": "credit_amount",
    "dispute": "disputed_amount",
    "payment_plan_request": "instalment_amount",
}
_REASONS = {"dispute": "dispute_reason", "needs_info": "info_type", "insolvency": "insolvency_kind"}


def _slots(intent: Intent) -> Row:
    label = intent.label
    named: Row = {
        "invoice_numbers": list(intent.numbers),
        "condition": intent.condition,
        "new_contact_email": intent.contact,
        "about": intent.about,
        "partial": intent.partial,
        "instalments": intent.instalments,
    }
    for table, value in (
        (_DATES, intent.on),
        (_UNTIL, intent.until),
        (_AMOUNTS, intent.amount),
        (_REASONS, intent.reason),
    ):
        if label in table and value:
            named[table[label]] = str(value)
    return {name: value for name, value in named.items() if value}


def instruction_row(reading: InstructionReading) -> Row:
    """What a creditor or his staff tells Relance to do."""
    told = [
        {name: str(value) for name in _INSTRUCTION if (value := getattr(instruction, name)) not in ("", None, ())}
        for instruction in reading.instructions
    ]
    return {
        "kind": "instruction",
        "instructions": told,
        "uncertain": list(reading.not_understood),
        "because": [f"{instruction.kind}: «{instruction.words}»" for instruction in reading.instructions],
    }


_INSTRUCTION = ("kind", "numbers", "amount", "on", "until", "field", "value", "choice", "confidence")
