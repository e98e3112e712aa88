"""What a reader may say about a document or a text. Findings are values: a doubt is part of the answer, never an exception."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from agent.domain.invoice_parts import Account, Clause, Difference, Discount, Instalment, PaymentCode, VatLine
from agent.domain.plans import PlanWish

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Where:
    """The place a value was read from.

    Attributes:
        rule: the name of the rule that read it, always given.
        page: 1 for the first page; None when the source has no pages.
        box: left, top, right, bottom in points from the page's upper left corner.
        label: the words that named the value ("Date d'échéance").
        path: the element of an XML document, by local names.
    """

    rule: str
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    label: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value with how sure the reader is (0 to 1) and where it stood."""

    value: T
    confidence: float
    where: Where


class DocumentKind(StrEnum):
    """What a document is. Only the first three are ever followed or deducted."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    CORRECTION = "correction"
    RECEIPT = "receipt"
    QUOTE = "quote"
    ORDER = "order"
    DELIVERY_NOTE = "delivery_note"
    STATEMENT = "statement"
    REMINDER = "reminder"
    PROFORMA = "proforma"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class InvoiceReading:
    """What was read on one invoice, credit note or other commercial document.

    Amounts are plain decimals in `currency`. IBANs, VAT and enterprise numbers are compact upper case. `payment_reference` is
    a structured communication (12 digits) or a creditor reference (RF…) without separators, else the text to quote.
    `uncertain` names the fields that a person must look at (below the threshold, or failing a check); `missing` those that
    were not found at all; `checks` says which control sums held and which did not, in words; `differences` what another place
    says of a field.
    `document` is the SHA-256 of the file that was read and `filename` its name; `part` numbers the invoices of one file from 1. `copy`
    is the SHA-256 of the PDF that an invoice in XML carries for people to read.

    `period_start` and `period_end` are the first and last day of the service. A registration is "scheme:number" (ISO 6523, 0208 for
    the Belgian register). `payee_name` is to be paid instead of the seller; `cession` holds the words by which the claim passed to a
    factor. `payment_means`: transfer, direct_debit, card, cheque, cash, compensation. `exemption` holds the words that explain why no
    VAT is charged. `discount` is the first of `discounts`.
    """

    kind: Found[DocumentKind]
    document: str = ""
    filename: str = ""
    part: int = 1
    copy: str = ""
    language: str = ""
    number: Found[str] | None = None
    issue_date: Found[date] | None = None
    due_date: Found[date] | None = None
    terms: Found[str] | None = None
    currency: Found[str] | None = None
    net: Found[Decimal] | None = None
    vat: Found[Decimal] | None = None
    total: Found[Decimal] | None = None
    deposit: Found[Decimal] | None = None
    amount_due: Found[Decimal] | None = None
    seller_name: Found[str] | None = None
    seller_vat: Found[str] | None = None
    seller_enterprise: Found[str] | None = None
    seller_iban: Found[str] | None = None
    seller_bic: Found[str] | None = None
    seller_email: Found[str] | None = None
    seller_address: Found[str] | None = None
    buyer_name: Found[str] | None = None
    buyer_vat: Found[str] | None = None
    buyer_enterprise: Found[str] | None = None
    buyer_email: Found[str] | None = None
    buyer_address: Found[str] | None = None
    buyer_country: Found[str] | None = None
    payment_reference: Found[str] | None = None
    order_number: Found[str] | None = None
    customer_number: Found[str] | None = None
    delivery_date: Found[date] | None = None
    preceding_invoice: Found[str] | None = None
    paid: Found[bool] | None = None
    direct_debit: Found[bool] | None = None
    consumer: Found[bool] | None = None
    period_start: Found[date] | None = None
    period_end: Found[date] | None = None
    rounding: Found[Decimal] | None = None
    seller_country: Found[str] | None = None
    seller_registration: Found[str] | None = None
    buyer_registration: Found[str] | None = None
    buyer_reference: Found[str] | None = None
    payee_name: Found[str] | None = None
    cession: Found[str] | None = None
    payment_means: Found[str] | None = None
    mandate: Found[str] | None = None
    creditor_identifier: Found[str] | None = None
    exemption: Found[str] | None = None
    notes: Found[str] | None = None
    late_interest: Found[Clause] | None = None
    indemnity: Found[Clause] | None = None
    payment_code: Found[PaymentCode] | None = None
    instalments: tuple[Instalment, ...] = ()
    discount: Discount | None = None
    discounts: tuple[Discount, ...] = ()
    accounts: tuple[Account, ...] = ()
    vat_lines: tuple[VatLine, ...] = ()
    other_ibans: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    def found(self) -> Iterator[tuple[str, Found[object]]]:
        """Every field that was found, by its name."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, Found):
                yield entry.name, value


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that gave nothing. `problem` is a code: encrypted, too_large, broken, too_many_pages, timeout, no_text, not_invoice, hostile."""

    problem: str
    detail: str = ""
    document: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of a bank account; credits are positive, debits and reversed credits negative.

    `fingerprint` is the same for the same movement in every file and format that reports it.
    `parts` are the single payments of a batch that was booked as one movement, when they sum to it.
    """

    amount: Decimal
    currency: str
    booked_on: date
    value_date: date | None = None
    counterparty_name: str = ""
    counterparty_iban: str = ""
    remittance: str = ""
    structured_reference: str = ""
    end_to_end: str = ""
    bank_reference: str = ""
    pending: bool = False
    reversal: bool = False
    return_reason: str = ""
    fingerprint: str = ""
    parts: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class BankStatementReading:
    """A bank statement: its movements, and what did not tie.

    `ask` holds the question when a person must map the columns, its code before a colon. Beside it stand `layout`, which knows
    files of this heading again, the `headings` with a `sample` row, and the `proposals`: answers as "date=1 amount=4".
    """

    format: str
    account: str = ""
    currency: str = "EUR"
    entries: tuple[Entry, ...] = ()
    opening: Decimal | None = None
    closing: Decimal | None = None
    problems: tuple[str, ...] = ()
    ask: str = ""
    document: str = ""
    layout: str = ""
    headings: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    filename: str = ""

    def payments(self) -> Iterator[Entry]:
        """The booked movements, with batches taken apart; pending ones are left out."""
        for entry in self.entries:
            if not entry.pending:
                yield from entry.parts or (entry,)


class ReportKind(StrEnum):
    """What a delivery report says."""

    BOUNCE = "bounce"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    READ = "read"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a bounce. `permanent`: status 5.x.x; `hard`: the address itself is dead (user or host unknown, moved).

    `original` is the address as we wrote it, where the report tells it apart from the one it was resolved to.
    """

    address: str
    status: str = ""
    reason: str = ""
    permanent: bool = False
    hard: bool = False
    diagnostic: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class BounceReading:
    """A report about a mail of ours (RFC 3464, RFC 5965, or free-form). `original_message_id` is ours, in angle brackets, if told."""

    kind: ReportKind
    recipients: tuple[FailedRecipient, ...] = ()
    original_message_id: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class AutoReplyReading:
    """An automatic answer (RFC 3834, or by its text). `kind`: absence, ticket, moved, left, other."""

    kind: str
    back_on: date | None = None
    stand_in: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that the writer says, with the words it rests on.

    `label` is one of the labels of docs/spec/replies.md (promise_to_pay, claims_paid, dispute, …). Slots that do not apply
    stay empty. `on` is the promised, paid or credited date; `until` the end of a delay, pause or absence. `reference` is the
    payment reference of a claimed payment, `contact_name` the person to write to from now on, `wish` the payment plan that is wished.
    """

    label: str
    confidence: float
    words: str
    because: str
    on: date | None = None
    until: date | None = None
    amount: Decimal | None = None
    numbers: tuple[str, ...] = ()
    reason: str = ""
    condition: str = ""
    contact: str = ""
    about: str = ""
    partial: bool = False
    instalments: int | None = None
    reference: str = ""
    contact_name: str = ""
    wish: PlanWish | None = None


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """What a person wrote now: the intents of the mail's own text. `needs_human` when nothing may be concluded from it alone."""

    intents: tuple[Intent, ...] = ()
    own_text: str = ""
    language: str = ""
    needs_human: bool = False


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a creditor or his staff tells Relance to do.

    `kind`: paid, part_paid, credit_note, pause, resume, withdraw, write_off, dispute, dispute_settled, escalate, amicable, formal_notice, correct, approve,
    refuse, choose, status, contact, undo, reading, on_account, refunded, set_off, plan (with its `wish`), plan_end, dossier, certificate. `field` and `value` belong to `correct` (field names of InvoiceReading, and
    debtor_email); `value` is the label that a debtor's mail has by a `reading`. `choice` is the number that answers a question of
    ours, `choices` are several (below zero: all but this one), and `value` is "all" or "none" where a word chose. `accounts` are the
    debtors named, `excepted` the invoices left out; `every` says that all the others are meant.
    """

    kind: str
    words: str
    confidence: float = 1.0
    numbers: tuple[str, ...] = ()
    amount: Decimal | None = None
    on: date | None = None
    until: date | None = None
    field: str = ""
    value: str = ""
    choice: int | None = None
    choices: tuple[int, ...] = ()
    accounts: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    every: bool = False
    wish: PlanWish | None = None


@dataclass(frozen=True, slots=True)
class InstructionReading:
    """The instructions of one mail; empty when none was understood."""

    instructions: tuple[Instruction, ...] = ()
    own_text: str = ""
    not_understood: tuple[str, ...] = field(default=())


Finding = (
    InvoiceReading
    | Unreadable
    | BankStatementReading
    | BounceReading
    | AutoReplyReading
    | ReplyReading
    | InstructionReading
)
