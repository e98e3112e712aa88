"""The intents of a folder of mails (*.jsonl): only the received date, the subject, the sender's role and the body are read."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from agent.domain.findings import Intent, ReplyReading
from agent.mail.quoting import own_text_of
from agent.parsers.replies.intent import OURS, read_reply
from agent.parsers.replies.model import second_opinion

_DATES = {
    "promise_to_pay": "promise_date",
    "claims_paid": "paid_date",
    "payment_notice": "paid_date",
    "payment_advice": "paid_date",
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
_UNTIL = {"delay_request": "delay_until", "out_of_office": "return_date", "pause": "pause_until"}


def predict(directory: Path) -> Iterator[dict[str, object]]:
    """One prediction a mail, in the shape of the folder's score.py."""
    for path in sorted(directory.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            mail = json.loads(line)
            role = mail["from_role"]
            text = mail["body"] if role in OURS | {"bank"} else own_words(mail["body"])
            reading = read_reply(
                text, role=role, received=date.fromisoformat(mail["received_date"]), subject=mail["subject"]
            )
            yield row(mail["id"], reading)


def own_words(body: str) -> str:
    """What the writer wrote now; the whole body when nothing of his own is left."""
    own = own_text_of(body)
    return own.spoken or own.signature or body


def row(mail_id: str, reading: ReplyReading) -> dict[str, object]:
    """The reading as labels and slots by the corpus' names."""
    slots: dict[str, object] = {}
    for intent in reading.intents:
        slots |= _slots(intent)
    return {
        "id": mail_id,
        "labels": [intent.label for intent in reading.intents],
        "slots": {name: value for name, value in slots.items() if value not in (None, "", [])},
        "confidence": max((intent.confidence for intent in reading.intents), default=0.0),
        "needs_human": reading.needs_human,
    }


def _slots(intent: Intent) -> dict[str, object]:
    label = intent.label
    slots: dict[str, object] = {"invoice_numbers": list(intent.numbers)}
    if label in _DATES:
        slots[_DATES[label]] = intent.on
    if label in _UNTIL:
        slots[_UNTIL[label]] = intent.until
    if label in _AMOUNTS and intent.amount is not None:
        slots[_AMOUNTS[label]] = float(intent.amount)
    if intent.partial:
        slots["partial"] = True
    if label == "dispute":
        slots["dispute_reason"] = intent.reason
    if label == "insolvency":
        slots["insolvency_kind"] = intent.reason
    if label == "conditional_promise":
        slots["condition"] = intent.condition
    if label == "needs_info":
        slots["info_type"] = intent.about.split(",")
    if label in {"approve", "refuse"}:
        slots["about"] = intent.about
    if label == "change_of_contact":
        slots["new_contact_email"] = intent.contact
    slots |= {"payment_reference": intent.reference, "new_contact_name": intent.contact_name}
    if label == "payment_plan_request":
        slots |= {"instalments": intent.instalments, "frequency": intent.reason, "start_date": intent.on}
    return slots
