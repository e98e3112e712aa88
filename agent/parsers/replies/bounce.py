"""Reports about mails of ours: bounces (RFC 3464 and free-form), delays, receipts, complaints (RFC 5965), read receipts (RFC 8098)."""

import re
from dataclasses import replace

from agent.domain.findings import BounceReading, FailedRecipient, ReportKind
from agent.mail.charsets import decode
from agent.mail.forwards import forwarded
from agent.mail.headers import message_ids
from agent.mail.message import Message, parse_message
from agent.parsers.replies.bounce_body import Failure, failures, split_returned, without_fields
from agent.parsers.replies.bounce_fields import RecipientGroup, recipient_groups, report_text, status_parts
from agent.parsers.replies.bounce_notification import read_notification
from agent.parsers.replies.bounce_returned import MAX_BODY, from_headers, returned_mail
from agent.parsers.replies.bounce_rules import judged, phrases, reason_of, squeeze, status_in

_SENDERS = phrases("envelope", "senders")
_NAMES = phrases("envelope", "names")
_SUBJECTS = phrases("envelope", "subjects")
_FAILED = phrases("phrases", "failed")
_DELAYED = phrases("phrases", "delayed")
_GIVEN_UP = phrases("phrases", "given_up")
_DELIVERED_ACTIONS = frozenset({"delivered", "relayed", "expanded", "deliverable"})
_OTHERS = phrases("envelope", "others")
_OWNERS = phrases("envelope", "owners")
_LOST_BOUNDARY = re.compile(r"^--([^\s\"]{4,200})[ \t]*\nContent-[A-Z]", re.MULTILINE | re.IGNORECASE)
_ABOUT_MAIL = re.compile(
    r"\b(?:your|the|this|following|e-?) ?(?:message|mail|e-?mail|email)\b|\b(?:votre|le|ce) (?:message|courriel|mail)\b|\bihre (?:nachricht|e-?mail)\b|\buw (?:bericht|e-?mail)\b|\b(?:su|el) (?:mensaje|correo)\b|\b(?:il|suo) messaggio\b"
)
_ADDRESS = re.compile(r"[^\s<>\"(),:;\[\]']{1,100}@[^\s<>\"(),:;\[\]']{1,150}")
_COMPLAINT_FIELDS = re.compile(
    r"^(?:Original-Rcpt-To|Removal-Recipient|Original-Recipient)\s?:\s*(.*)$", re.MULTILINE | re.IGNORECASE
)


def read_bounce(message: Message) -> BounceReading | None:
    """What a delivery report says about a mail of ours; None when this mail is none.

    To be asked before `read_autoreply`: most bounces bear the marks of an automatic answer as well.
    """
    message = _remade(message)
    for reader in (
        _complaint,
        read_notification,
        _read_receipt,
        _delivery_report,
        _free_form,
        _within,
        _forwarded_report,
    ):
        if found := reader(message):
            return found
    return None


def _remade(message: Message) -> Message:
    """The message with the parts that stand in its text, where a system lost the header that tells of them."""
    boundary = _LOST_BOUNDARY.search(message.text[:20_000])
    if message.attachments or not boundary or not _is_robot(message):
        return message
    if boundary.start() > len(split_returned(message.text[:MAX_BODY])[0]) + 2:
        return message  # it belongs to the copy of our mail
    head = f'Content-Type: multipart/mixed; boundary="{boundary[1]}"\n\n'
    inner = parse_message(f"{head}{message.text[: 5 * MAX_BODY]}".encode())
    return (
        replace(message, text=inner.text, attachments=inner.attachments)
        if inner.text.strip() or inner.attachments
        else message
    )


def _complaint(message: Message) -> BounceReading | None:
    """A recipient called our mail spam (RFC 5965)."""
    report = next((file for file in message.attachments if file.media_type == "message/feedback-report"), None)
    if report is None:
        return None
    returned = returned_mail(message, robot=_is_robot(message))
    named = [
        found[0].lower()
        for field in _COMPLAINT_FIELDS.findall(decode(report.content[:MAX_BODY]))
        if (found := _ADDRESS.search(field))
    ]
    people = dict.fromkeys(named or returned.recipients)
    recipients = tuple(FailedRecipient(address, reason="complaint") for address in people)
    return BounceReading(ReportKind.COMPLAINT, recipients, returned.message_id, "message/feedback-report")


def _read_receipt(message: Message) -> BounceReading | None:
    """The recipient, or his program, says that it was displayed or deleted (RFC 8098)."""
    part = next((file for file in message.attachments if file.media_type == "message/disposition-notification"), None)
    if part is None:
        return None
    if _is_robot(message) and any(mark in squeeze(message.text) for mark in _FAILED):
        return None  # Sieve's `reject` (RFC 5429) bounces in the form of a read receipt
    text = decode(part.content[:MAX_BODY])
    groups = recipient_groups(text)
    identifier = re.search(r"^Original-Message-ID:\s*(\S{3,500})", text, re.MULTILINE | re.IGNORECASE)
    recipients = tuple(FailedRecipient(group.address) for group in groups)
    ids = message_ids(identifier[1]) if identifier else ()
    return BounceReading(ReportKind.READ, recipients, next(iter(ids), ""), "message/disposition-notification")


def _delivery_report(message: Message) -> BounceReading | None:
    """The report that RFC 3464 describes, also when only its fields came through."""
    robot = _is_robot(message)
    if not (status_parts(message) or robot):
        return None
    groups = recipient_groups(report_text(message))
    if not groups:
        return None
    body, _ = split_returned(message.text[:MAX_BODY])
    returned = returned_mail(message, robot=_is_robot(message))
    bad = [group for group in groups if group.action not in _DELIVERED_ACTIONS]
    if not bad:
        recipients = tuple(FailedRecipient(group.address, group.status) for group in groups)
        return BounceReading(ReportKind.DELIVERED, recipients, returned.message_id, f"Action: {groups[0].action}")
    told = {failure.address: failure.text for failure in failures(body, _own(message))}
    recipients = _distinct([_from_group(group, told.get(group.address, ""), body) for group in bad])
    delayed = all(group.action == "delayed" for group in bad) and not any(mark in squeeze(body) for mark in _GIVEN_UP)
    kind = ReportKind.DELAYED if delayed else ReportKind.BOUNCE
    return BounceReading(kind, recipients, returned.message_id, f"RFC 3464, Action: {bad[0].action}")


def _from_group(group: RecipientGroup, told: str, body: str) -> FailedRecipient:
    text = group.diagnostic or told
    inner = status_in(text)
    # A general status (5.0.0), or the soft copy of a hard answer, says less than the server's own words.
    general = not group.status or group.status.endswith(".0.0")
    status = inner if inner and (general or inner[1:] == group.status[1:]) else group.status
    found = judged(group.address, status, (text, told), group.action, body)
    return replace(found, original=group.original if "@" in group.original else "")


def _distinct(recipients: list[FailedRecipient]) -> tuple[FailedRecipient, ...]:
    """Each address once, its plainest failure kept."""
    found: dict[str, FailedRecipient] = {}
    for recipient in recipients:
        if recipient.address not in found or (recipient.permanent and not found[recipient.address].permanent):
            found[recipient.address] = recipient
    return tuple(found.values())


def _free_form(message: Message) -> BounceReading | None:
    """A report in sentences, as every mail system words them its own way."""
    if not _may_be_report(message):
        return None
    body, _ = split_returned(message.text[:MAX_BODY])
    said = squeeze(body)
    because = _why_bounce(message, said)
    if not because:
        return None
    returned = returned_mail(message, robot=_is_robot(message))
    found = failures(body, _own(message))
    if not found and (inner := _within(message)):
        return inner
    named = [address.lower() for address in _ADDRESS.findall(message.header("x-failed-recipients")[:20_000])]
    plain = [failure for failure in found if failure.tier <= 2 or (failure.tier == 3 and not named)]
    if not plain and not named:
        below = failures(without_fields(message.text[:MAX_BODY]), _own(message))
        plain = [failure for failure in below if failure.tier <= 2]
    if not plain:
        plain = [Failure(address, body, 5) for address in named or returned.recipients]
    if not plain and _by_name_alone(message):
        return None  # a digest of held mails names addresses in passing
    plain = plain or list(found)
    delayed = _is_delay(message, said, plain)
    action = "delayed" if delayed else ""
    recipients = _distinct([judged(failure.address, "", (failure.text,), action, body) for failure in plain])
    return BounceReading(ReportKind.DELAYED if delayed else ReportKind.BOUNCE, recipients, returned.message_id, because)


def _is_delay(message: Message, said: str, found: list[Failure]) -> bool:
    """Whether the system goes on trying; some put that banner above refusals for good as well."""
    if any(status_in(failure.text).startswith("5") for failure in found):
        return False
    return any(phrase in said for phrase in _DELAYED) or "delay" in message.subject.lower()


def _may_be_report(message: Message) -> bool:
    """Whether the envelope alone lets this mail be a report; almost all mail ends here."""
    subject = squeeze(message.subject)
    return (
        _is_robot(message)
        or _by_program(message)
        or bool(message.header("x-failed-recipients"))
        or message.header("content-type").lower().startswith("multipart/report")
        or any(mark in subject for mark in _SUBJECTS)
    )


def _why_bounce(message: Message, said: str) -> str:
    """Which two independent marks make this mail a report, "" when it has not got them."""
    subject = squeeze(message.subject)
    by_subject = next((mark for mark in _SUBJECTS if mark in subject), "")
    by_body = next((mark for mark in _FAILED if mark in said), "") or next(
        (mark for mark in _DELAYED if mark in said), ""
    )
    if message.header("x-failed-recipients"):
        return "X-Failed-Recipients"
    if message.header("content-type").lower().startswith("multipart/report") and (by_subject or by_body):
        return "multipart/report"
    if _is_robot(message) and (by_subject or by_body):
        return f"robot sender, {by_subject or by_body!r}"
    if _is_robot(message) and (answer := _server_answer(message)):
        return f"robot sender, {answer!r}"
    if by_body and _names_a_failure(message, said, by_subject=bool(by_subject)):
        return f"{by_subject or by_body!r} and the address"
    return f"subject {by_subject!r} and {by_body!r}" if by_subject and by_body and _is_owner(message) else ""


def _server_answer(message: Message) -> str:
    """A server's refusal beside a foreign address, whatever the language around it; "" when there is none."""
    own = _own(message)
    plain = (
        failure
        for failure in failures(split_returned(message.text[:MAX_BODY])[0], own)
        if failure.tier <= 2 and failure.address not in own
    )
    return next((status for failure in plain if (status := status_in(failure.text))), "")


def _is_owner(message: Message) -> bool:
    """Whether a list's or scanner's own address writes."""
    return message.sender.address.partition("@")[0].endswith(_OWNERS)


def _names_a_failure(message: Message, said: str, *, by_subject: bool) -> bool:
    """Whether the text names a foreign address that failed: people write of failed deliveries too.

    Beside a subject of reports, an address on a line of its own is enough, in words about a mail or with a server's words.
    Where only the sender is a program's, both must be there.
    """
    own = _own(message)
    about_mail, by_program = bool(_ABOUT_MAIL.search(said)), _by_program(message)
    for failure in failures(split_returned(message.text[:MAX_BODY])[0], own):
        reason = reason_of("", failure.text)
        told = reason.hard or reason.name == "mailbox full" or bool(status_in(failure.text))
        if failure.address in own:
            continue
        if by_program and failure.tier <= 2 and told and about_mail:
            return True
        if by_subject and failure.tier == 1 and (told or about_mail):
            return True
    return False


def _is_robot(message: Message) -> bool:
    """Whether a mail system writes: by address, by name, or without any sender."""
    sender = message.sender.address
    paths = (path.strip(" <>").lower() for path in message.all_headers("return-path"))
    named = squeeze(message.sender.name).startswith(_NAMES)
    return not sender or named or sender.startswith(_SENDERS) or any(path.startswith("mailer-daemon") for path in paths)


def _by_name_alone(message: Message) -> bool:
    """Whether only the display name says that a mail system writes."""
    return bool(message.sender.address) and not message.sender.address.startswith(_SENDERS)


def _by_program(message: Message) -> bool:
    """Whether a program writes, of whatever kind: with the null return path of RFC 5321 §4.5.5, or from an address nobody reads."""
    null = any(not path.strip(" <>") for path in message.all_headers("return-path"))
    return null or message.sender.address.startswith(_OTHERS)


def _within(message: Message) -> BounceReading | None:
    """A report that a gateway wrapped into one of its own."""
    if not _is_robot(message):
        return None
    return next((found for file in message.attachments if file.message and (found := read_bounce(file.message))), None)


def _own(message: Message) -> frozenset[str]:
    """Addresses that the report names without their having failed: who wrote it and whom it is written to."""
    return frozenset({message.sender.address, *(one.address for one in (*message.to, *message.cc))})


def _forwarded_report(message: Message) -> BounceReading | None:
    """A bounce that a person passed on within his own mail."""
    subject = squeeze(message.subject)
    if _is_robot(message) or not any(mark in subject for mark in _SUBJECTS):
        return None
    inner = forwarded(message)
    if inner is None or not (
        inner.sender.address.startswith(_SENDERS) or squeeze(inner.sender.name).startswith(_NAMES)
    ):
        return None
    body, returned = split_returned(inner.body[:MAX_BODY])
    if not any(mark in squeeze(f"{inner.subject}\n{body}") for mark in (*_SUBJECTS, *_FAILED)):
        return None
    found = failures(body, _own(message))
    recipients = _distinct([judged(failure.address, "", (failure.text,), "", body) for failure in found])
    return (
        BounceReading(ReportKind.BOUNCE, recipients, from_headers(returned).message_id, "forwarded report")
        if recipients
        else None
    )
