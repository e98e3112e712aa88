"""Bounces and complaints as mail services tell them to programs: JSON in the body (Amazon SES over SNS)."""

import json
import re

from agent.domain.findings import BounceReading, FailedRecipient, ReportKind
from agent.mail.message import Message
from agent.parsers.replies.bounce_rules import judged

MAX_BODY = 200_000


def read_notification(message: Message) -> BounceReading | None:
    """The JSON notification of a mail service (Amazon SES over SNS): bounce, complaint or delivery."""
    if '"notificationType' not in message.text[:2_000].replace("\\", "") or not message.sender.address.startswith(
        "no-reply@"
    ):
        return None
    data = _json(message.text[:MAX_BODY])
    kind = str(data.get("notificationType", "")).lower()
    rows = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients"}.get(kind)
    mail, part = data.get("mail"), data.get(kind)
    identifier = str(mail.get("messageId", "")) if isinstance(mail, dict) else ""
    listed = part.get(rows) if rows and isinstance(part, dict) else []
    recipients = (
        tuple(_notified(row, kind) for row in listed if isinstance(row, dict)) if isinstance(listed, list) else ()
    )
    report = {"bounce": ReportKind.BOUNCE, "complaint": ReportKind.COMPLAINT}.get(kind, ReportKind.DELIVERED)
    return BounceReading(
        report, recipients, f"<{identifier}>" if identifier else "", "notification of the mail service"
    )


def _json(text: str) -> dict[str, object]:
    """The JSON object that begins the text, unwrapped from the lines of the mail and from its envelope."""
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(re.sub(r"\n ?", "", text.strip()))
        inner = found.get("Message") if isinstance(found, dict) else None
        if isinstance(inner, str):
            found, _ = json.JSONDecoder(strict=False).raw_decode(inner)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _notified(row: dict[str, object], kind: str) -> FailedRecipient:
    address, status = str(row.get("emailAddress", "")).lower(), str(row.get("status", ""))
    if kind == "complaint":
        return FailedRecipient(address, reason="complaint")
    return judged(
        address, status, (str(row.get("diagnosticCode", "")),), str(row.get("action", "")).lower(), "permanent"
    )
