"""What happened, in the past tense. The ledger is the fold of these records; they are never changed afterwards.

Every event says when (`at`, aware UTC), from what (`source`: the key of the mail, or `tick:…` for the clock's work) and whose
case it is (`creditor`). `about()` names the states that it changes. Text that names or quotes a person is marked PERSONAL: the
store keeps it apart, so that it can be erased while the chain of events still verifies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from agent.domain.credit_events import (
    CreditRefunded,
    CreditSetOff,
    MoneyPutOnAccount,
    MoneyTakenFromAccount,
    PaymentProofAsked,
    RemittanceAdvised,
)
from agent.domain.happenings import PERSONAL, AccountEvent, Happening, ItemEvent, QuestionEvent
from agent.domain.invoices import Invoice
from agent.domain.layout_events import LayoutForgotten, LayoutMet, LayoutRuleDropped, LayoutRuleLearned
from agent.domain.money import Money
from agent.domain.notice_events import NoticeCancelled, NoticeHappening, NoticeQueued, NoticeSent, PostalAddressMet
from agent.domain.overdue import ChargePart
from agent.domain.payees import PayeeConfirmed, PayeeMet, PayeeRefused
from agent.domain.payment_events import PayerForgotten, PayerLearned, PaymentReceived, PaymentReversed
from agent.domain.phases import Phase
from agent.domain.plan_events import (
    InstalmentMissed,
    PlanAgreed,
    PlanChanged,
    PlanEnded,
    PlanLetterCancelled,
    PlanLetterQueued,
    PlanLetterSent,
    PlanProposed,
    PlanRefused,
)
from agent.domain.release_events import StatementApproved, StatementListed
from agent.domain.statement_events import StatementCancelled, StatementEvent, StatementQueued, StatementSent

# Every event of the ledger is an attribute of this module, whichever module defines it.
__all__ = [
    "CreditRefunded",
    "CreditSetOff",
    "InstalmentMissed",
    "LayoutForgotten",
    "LayoutMet",
    "LayoutRuleDropped",
    "LayoutRuleLearned",
    "MoneyPutOnAccount",
    "MoneyTakenFromAccount",
    "NoticeCancelled",
    "NoticeQueued",
    "NoticeSent",
    "PayeeConfirmed",
    "PayeeMet",
    "PayeeRefused",
    "PayerForgotten",
    "PayerLearned",
    "PaymentProofAsked",
    "PaymentReceived",
    "PaymentReversed",
    "PlanAgreed",
    "PlanChanged",
    "PlanEnded",
    "PlanLetterCancelled",
    "PlanLetterQueued",
    "PlanLetterSent",
    "PlanProposed",
    "PlanRefused",
    "PostalAddressMet",
    "RemittanceAdvised",
    "StatementApproved",
    "StatementCancelled",
    "StatementEvent",
    "StatementListed",
    "StatementQueued",
    "StatementSent",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorOpened(AccountEvent):
    """A debtor of this creditor was met for the first time. `number`: VAT or enterprise number, compact; "" when unknown."""

    name: str = field(metadata=PERSONAL)
    number: str = ""
    country: str = ""
    language: str = ""
    consumer: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorKindTold(AccountEvent):
    """The creditor said whether this debtor is a consumer; None when that was taken back."""

    consumer: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAdded(AccountEvent):
    """An address for this debtor was confirmed. The newest one comes first."""

    address: str = field(metadata=PERSONAL)
    name: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFailed(AccountEvent):
    """Mail to this address cannot be delivered (permanent), or was reported as unwanted; it is not written to any more."""

    address: str = field(metadata=PERSONAL)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRemoved(AccountEvent):
    """The creditor took this address away."""

    address: str = field(metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRegistered(ItemEvent):
    """An invoice was handed over. With `doubts` (field names) it waits for the creditor's answer, without it is followed.

    `named` are the things it lacks (domain.completeness) that the creditor is told of for the first time.
    """

    invoice: Invoice
    doubts: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCorrected(ItemEvent):
    """The creditor corrected fields. `before` is what stood there, `invoice` what stands now; `doubts` are those still open."""

    before: Invoice
    invoice: Invoice
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsAllocated(ItemEvent):
    """All the parts of an item's payments that count for its interest and indemnities; the rest counts for the invoice."""

    parts: tuple[ChargePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentClaimed(ItemEvent):
    """The debtor says that he paid. It holds reminders until `hold_until`; it never settles."""

    hold_until: date
    on: date | None = None
    words: str = field(default="", metadata=PERSONAL)
    proof: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseToPayMade(ItemEvent):
    """The debtor promised to pay on this day. Reminders are held until `hold_until`."""

    pay_on: date
    hold_until: date
    words: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken(ItemEvent):
    """The promised day and its grace passed without payment."""

    pay_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRaised(ItemEvent):
    """The debtor contests this item. `reason` is a code of docs/spec/replies.md."""

    reason: str = "other"
    words: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSettled(ItemEvent):
    """The creditor says that the dispute is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPaused(Happening):
    """Reminders rest until this day (None: until somebody resumes) for an item or a whole account."""

    subject: str
    until: date | None
    reason: str

    def about(self) -> tuple[str, ...]:
        return (self.subject,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpResumed(Happening):
    """Every hold of this item or account ended, but for those whose reason is kept apart (a dispute ends with DisputeSettled)."""

    subject: str

    def about(self) -> tuple[str, ...]:
        return (self.subject,)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSettled(ItemEvent):
    """Nothing is open any more on this item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceReopened(ItemEvent):
    """A settled item is open again: a payment was reversed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceWithdrawn(ItemEvent):
    """The creditor took the item back, or it should never have been followed."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceWrittenOff(ItemEvent):
    """The creditor gave the claim up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceEscalated(ItemEvent):
    """The creditor approved a formal notice or a hand-over; no friendly statement lists it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEntered(ItemEvent):
    """From this day the item is collected in this phase. `age` is its days overdue then, `debt` what was open.

    `mandate` names the creditor's mandate, `document` is its SHA-256 when it came along; `history` is what he told of reminders.
    """

    phase: Phase
    on: date
    age: int = 0
    debt: Money | None = None
    mandate: str = ""
    document: str = ""
    history: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(QuestionEvent):
    """A person was asked. `choices` are codes, in the order in which they are numbered; `subjects` what it is about."""

    topic: str
    subjects: tuple[str, ...]
    choices: tuple[str, ...] = ()
    to: str = field(default="", metadata=PERSONAL)
    detail: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(QuestionEvent):
    """The question was answered, or went away by itself. `answer` is the code of the choice, or `words` for free text."""

    answer: str


Event = (
    DebtorOpened
    | DebtorKindTold
    | ContactAdded
    | ContactFailed
    | ContactRemoved
    | InvoiceRegistered
    | InvoiceCorrected
    | PaymentReceived
    | PaymentReversed
    | PaymentsAllocated
    | PaymentClaimed
    | PromiseToPayMade
    | PromiseBroken
    | DisputeRaised
    | DisputeSettled
    | FollowUpPaused
    | FollowUpResumed
    | InvoiceSettled
    | InvoiceReopened
    | InvoiceWithdrawn
    | InvoiceWrittenOff
    | InvoiceEscalated
    | PhaseEntered
    | StatementQueued
    | StatementSent
    | StatementCancelled
    | QuestionAsked
    | QuestionAnswered
    | LayoutMet
    | LayoutRuleLearned
    | LayoutRuleDropped
    | LayoutForgotten
    | CreditSetOff
    | CreditRefunded
    | MoneyPutOnAccount
    | MoneyTakenFromAccount
    | PaymentProofAsked
    | RemittanceAdvised
    | PayeeMet
    | PayeeConfirmed
    | PayeeRefused
    | PlanProposed
    | PlanRefused
    | PlanAgreed
    | PlanChanged
    | InstalmentMissed
    | PlanEnded
    | PlanLetterQueued
    | PlanLetterSent
    | PlanLetterCancelled
    | PayerLearned
    | PayerForgotten
    | StatementApproved
    | StatementListed
    | NoticeHappening
)
