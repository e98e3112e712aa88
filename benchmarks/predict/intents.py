"""The intents of a folder of mails (*.jsonl): only the received date, the subject, the sender's role and the body are read."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from agent.domain.findings import Intent, ReplyReading
from agent.mail.quoting import own_text_of
from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.intent import OURS, read_reply
from agent.parsers.replies.model import second_opinion

_DATES = {
    "promise_to_pay": "promise_date",
    "claims_paid": "paid_date",
    "payment_notice": "paid_date",
    "payment_advice": "paid_date",
    "payment_plan_request": "start_date",
}
_AMOUNTS = {
    "promise_to_pay": "promise_amount",
    "claims_paid": "paid_amount",
    "payment_notice": "paid_amount",
    "payment_advice": "paid_amount",
    "credit_note": "credit_amount",
    "payment_plan_request": "instalment_amount",
    "dispute": "disputed_amount",
}
_REASONS = {"dispute": "dispute_reason", "insolvency": "insolvency_kind", "payment_plan_request": "frequency"}
_UNTIL = {"delay_request": "delay_until", "out_of_office": "return_date", "pause": "pause_until"}


def predict(directory: Path) -> Iterator[dict[str, object]]:
    """One prediction a mail, in the shape of the folder's score.py."""
    for path in sorted(directory.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            mail = json.loads(line)
            role = mail["from_role"]
            reading = read_reply(
                own_words(mail["body"], mail["subject"], role),
                role=role,
                received=date.fromisoformat(mail["received_date"]),
                subject=mail["subject"],
                opinion=second_opinion(),
            )
            yield row(mail["id"], reading, date.fromisoformat(mail["received_date"]))


_FORWARD = re.compile(r"\s*(?:fwd?|tr|wg|doorst|doorgest\w*|wtr)\s*:", re.IGNORECASE)


def own_words(body: str, subject: str, role: str) -> str:
    """What the writer wrote now; the whole body when it is a bank's, when our own side forwards it, or when nothing else is left."""
    own = own_text_of(body)
    forwarded = role in OURS and (_FORWARD.match(subject) or len(own.spoken.split()) < 2)
    if role == "bank" or forwarded:
        return body
    return own.spoken or own.signature or body


def row(mail_id: str, reading: ReplyReading, received: date) -> dict[str, object]:
    """The reading as labels and slots by the corpus' names."""
    slots: dict[str, object] = {}
    for intent in reading.intents:
        slots |= _slots(intent)
        if intent.label == "correction":
            slots |= _corrected(reading.own_text, received)
    return {
        "id": mail_id,
        "labels": [intent.label for intent in reading.intents],
        "slots": {name: value for name, value in slots.items() if value not in (None, "", [])},
        "confidence": max((intent.confidence for intent in reading.intents), default=0.0),
        "needs_human": reading.needs_human,
    }


_CORRECTED = {
    "due_date": "corrected_due_date",
    "issue_date": "corrected_issue_date",
    "total": "corrected_amount",
    "debtor_email": "corrected_email",
    "buyer_name": "corrected_name",
    "number": "corrected_number",
}


def _corrected(text: str, received: date) -> dict[str, object]:
    """The fields that our own side corrects, as the instructions give them."""
    told = [one for one in read_instructions(text, received=received).instructions if one.kind == "correct"]
    return {
        _CORRECTED[one.field]: float(one.value) if one.field == "total" else one.value
        for one in told
        if one.field in _CORRECTED
    }


def _slots(intent: Intent) -> dict[str, object]:
    label = intent.label
    slots: dict[str, object] = {
        "invoice_numbers": list(intent.numbers),
        "partial": intent.partial or None,
        "payment_reference": intent.reference,
        "new_contact_name": intent.contact_name,
        _DATES.get(label, ""): intent.on,
        _UNTIL.get(label, ""): intent.until,
        _AMOUNTS.get(label, ""): None if intent.amount is None else float(intent.amount),
        _REASONS.get(label, ""): intent.reason,
    }
    more: dict[str, dict[str, object]] = {
        "conditional_promise": {"condition": intent.condition},
        "needs_info": {"info_type": intent.about.split(",")},
        "approve": {"about": intent.about},
        "refuse": {"about": intent.about},
        "change_of_contact": {"new_contact_email": intent.contact},
        "payment_plan_request": {"instalments": intent.instalments},
    }
    slots |= more.get(label, {})
    return {name: value for name, value in slots.items() if name}
