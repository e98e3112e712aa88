"""What a mail is: an ordered table of named rules, the first that fits decides and is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from agent.domain.findings import AutoReplyReading, BounceReading, ReportKind
from agent.domain.parties import Role
from agent.intake.directory import Sender
from agent.mail.automatic import asks_only_silence
from agent.mail.message import Message
from agent.mail.outgoing import OutgoingMail


class MailKind(StrEnum):
    """What is done with a mail follows from its kind."""

    OWN = "own"
    REPORT = "report"
    AUTOMATIC = "automatic"
    PROOF_ANSWER = "proof_answer"
    UNPROVED = "unproved"
    HANDOVER = "handover"
    STATEMENT = "bank_statement"
    BANK_NOTICE = "bank_notice"
    UNPROVED_BANK = "unproved_bank"
    INSTRUCTION = "instruction"
    NOT_ALLOWED = "not_allowed"
    REPLY = "reply"
    UNPROVED_CASE = "unproved_case"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Classification:
    """What the mail is, and the name of the rule that said so."""

    kind: MailKind
    because: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules look at.

    `answered` is the mail of ours that this one answers, by whatever trace; `documents` counts files that may be invoices,
    `statements` those that may be bank statements; `names_case` says that its text or thread names an open case.
    """

    message: Message
    sender: Sender
    report: BounceReading | None = None
    auto_reply: AutoReplyReading | None = None
    automatic: str = ""
    answered: OutgoingMail | None = None
    documents: int = 0
    statements: int = 0
    names_case: bool = False


def classify(evidence: Evidence) -> Classification:
    """The kind of this mail."""
    for kind, rule in _TABLE:
        if rule(evidence):
            return Classification(kind, rule.__name__.strip("_"))
    return Classification(MailKind.STRANGER, "nobody we know")


def _people(e: Evidence) -> bool:
    return e.sender.role in (Role.OWNER, Role.STAFF, Role.VIEWER)


def _from_our_own_address(e: Evidence) -> bool:
    return e.sender.role is Role.OURSELVES and e.report is None


def _delivery_report(e: Evidence) -> bool:
    """Reports come before automatic answers: many bounces carry the marks of both."""
    return e.report is not None


def _proved_colleague_hands_over(e: Evidence) -> bool:
    """Before the automatic rule: invoicing software sends copies that are marked as automatic."""
    return e.sender.proved and e.sender.role in (Role.OWNER, Role.STAFF) and e.documents > 0 and e.auto_reply is None


def _bank_statement_of_a_proved_colleague(e: Evidence) -> bool:
    return e.sender.proved and e.sender.role in (Role.OWNER, Role.STAFF) and e.statements > 0 and e.auto_reply is None


def _bank_statement_of_a_proved_bank(e: Evidence) -> bool:
    return e.sender.proved and e.sender.role is Role.BANK and e.statements > 0


def _proved_bank_writes(e: Evidence) -> bool:
    """Before the automatic rule: what banks write about movements is made by machines."""
    return e.sender.proved and e.sender.role is Role.BANK


def _banks_address_without_proof(e: Evidence) -> bool:
    return e.sender.role is Role.BANK


def _automatic_mail(e: Evidence) -> bool:
    """Of people whom we know, only what is no person's: their lists and ticket systems mark their own words as bulk, too."""
    if e.auto_reply is not None or e.sender.role is Role.MAILER:
        return True
    if e.sender.role is Role.DEBTOR or e.answered is not None or e.names_case:
        return bool(e.automatic) and not asks_only_silence(e.automatic)
    generated = e.automatic.startswith("Auto-Submitted") or not asks_only_silence(e.automatic)
    return bool(e.automatic) and (generated or not _people(e))


def _answer_to_the_one_time_question(e: Evidence) -> bool:
    return _people(e) and e.answered is not None and e.answered.kind == "proof" and e.sender.address in e.answered.to


def _creditors_address_without_proof(e: Evidence) -> bool:
    return _people(e) and not e.sender.proved


def _viewer_writes(e: Evidence) -> bool:
    return e.sender.role is Role.VIEWER


def _proved_colleague_writes(e: Evidence) -> bool:
    return e.sender.role in (Role.OWNER, Role.STAFF)


def _proved_debtor(e: Evidence) -> bool:
    return e.sender.role is Role.DEBTOR and e.sender.proved


def _names_a_case_without_proof(e: Evidence) -> bool:
    return e.names_case or e.sender.role is Role.DEBTOR


_TABLE: tuple[tuple[MailKind, Callable[[Evidence], bool]], ...] = (
    (MailKind.OWN, _from_our_own_address),
    (MailKind.REPORT, _delivery_report),
    (MailKind.STATEMENT, _bank_statement_of_a_proved_colleague),
    (MailKind.HANDOVER, _proved_colleague_hands_over),
    (MailKind.STATEMENT, _bank_statement_of_a_proved_bank),
    (MailKind.BANK_NOTICE, _proved_bank_writes),
    (MailKind.UNPROVED_BANK, _banks_address_without_proof),
    (MailKind.AUTOMATIC, _automatic_mail),
    (MailKind.PROOF_ANSWER, _answer_to_the_one_time_question),
    (MailKind.UNPROVED, _creditors_address_without_proof),
    (MailKind.NOT_ALLOWED, _viewer_writes),
    (MailKind.INSTRUCTION, _proved_colleague_writes),
    (MailKind.REPLY, _proved_debtor),
    (MailKind.UNPROVED_CASE, _names_a_case_without_proof),
)


def is_bounce(report: BounceReading | None) -> bool:
    """Whether a report says that our mail did not arrive, or was unwanted."""
    return report is not None and report.kind in (ReportKind.BOUNCE, ReportKind.COMPLAINT)
