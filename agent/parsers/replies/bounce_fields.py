"""The machine-readable part of delivery reports: the recipient groups of RFC 3464 §2.3, also where MIME got lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.mail.charsets import decode
from agent.mail.message import Attachment, Message

MAX_REPORT = 500_000
MAX_GROUPS = 500
_FIELD = re.compile(r"^\s{0,2}([A-Za-z][A-Za-z-]{2,40})\s?:\s*(.*)$")
_ADDRESS = re.compile(r"[^\s<>\"(),:;\[\]']{1,100}@[^\s<>\"(),:;\[\]']{1,150}")
_RECIPIENT_FIELDS = ("final-recipient", "original-recipient", "x-actual-recipient")


@dataclass(frozen=True, slots=True)
class RecipientGroup:
    """What a report says about one recipient; addresses in lower case, "" where a field is missing."""

    final: str
    original: str
    action: str
    status: str
    diagnostic: str

    @property
    def address(self) -> str:
        """The address that failed; where only a local name is told, the one we wrote."""
        local = "." not in self.final.rpartition("@")[2] or self.final.startswith("/")
        return self.original if local and "@" in self.original else self.final or self.original


def status_parts(message: Message) -> tuple[Attachment, ...]:
    """The parts that carry the fields of a delivery report, of this mail itself and not of one within it."""
    return tuple(
        file
        for file in message.attachments
        if "delivery-status" in file.media_type or file.media_type == "message/delivery-report"
    )


def recipient_groups(text: str) -> tuple[RecipientGroup, ...]:
    """The recipient groups in the text of a report."""
    found: list[RecipientGroup] = []
    for group in _groups(text[:MAX_REPORT]):
        if len(found) < MAX_GROUPS and any(name in group for name in _RECIPIENT_FIELDS):
            found.append(_recipient(group))
    return tuple(found)


def report_text(message: Message) -> str:
    """The machine-readable text of a report: its own parts, or what stands in the body of one whose MIME is broken."""
    parts = status_parts(message)
    if parts:
        return "\n\n".join(decode(part.content) for part in parts)
    text = message.text[:MAX_REPORT]
    return (
        text
        if re.search(r"^\s{0,2}(?:Final-Recipient|Original-Recipient)\s?:", text, re.MULTILINE | re.IGNORECASE)
        else ""
    )


def _groups(text: str) -> Iterator[dict[str, str]]:
    """The groups of fields; an empty line or a second recipient begins the next."""
    group: dict[str, str] = {}
    last = ""
    for line in text.replace("\r", "").split("\n"):
        field = _FIELD.match(line)
        if not line.strip():
            yield group
            group, last = {}, ""
        elif line[:1] in " \t" and last and not (field and field[1].lower() in _RECIPIENT_FIELDS):
            group[last] = f"{group[last]} {line.strip()}"[:5_000]
        elif field:
            last = field[1].lower()
            if last == "final-recipient" and last in group:
                yield group
                group = {}
            group.setdefault(last, field[2].strip()[:5_000])
    yield group


def _recipient(group: dict[str, str]) -> RecipientGroup:
    def address(name: str) -> str:
        typed = group.get(name, "")
        value = typed.rpartition(";")[2] if ";" in typed else typed
        found = _ADDRESS.search(value) or _ADDRESS.search(typed)
        return found[0].rstrip(".").lower() if found else value.strip(" <>\"'").lower()

    return RecipientGroup(
        final=address("final-recipient") or address("x-actual-recipient"),
        original=address("original-recipient"),
        action=group.get("action", "").split("(")[0].split(";")[0].strip().lower(),
        status=group.get("status", "").split("(")[0].strip(),
        diagnostic=re.sub(r"^[\w.-]{1,20}\s*;\s*", "", group.get("diagnostic-code", "")),
    )
