"""What a debtor may enclose with his answer, and what it says. An enclosure shows and holds; it never settles anything."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class EnclosureKind(StrEnum):
    """What an enclosed document is."""

    PAYMENT_PROOF = "payment_proof"
    REMITTANCE = "remittance"
    CREDIT_NOTE = "credit_note"
    COUNTER_CLAIM = "counter_claim"
    ORDER = "order"
    INSOLVENCY = "insolvency"
    BANK_DETAILS = "bank_details"
    INVOICE = "invoice"
    OTHER = "other"


class Standing(StrEnum):
    """How far a payment has come, as its document says."""

    UNTOLD = ""
    EXECUTED = "executed"
    PLANNED = "planned"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One line of a payment: what may be the invoice's number, and what is paid on it."""

    numbers: tuple[str, ...]
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EnclosureReading:
    """What was read on an enclosed document.

    `amount` is the sum paid, credited or claimed, in `currency` ("" when none is printed); `on` the day of payment, else that of the
    document. `numbers` are all that may be invoice numbers, `references` structured communications and creditor references,
    `accounts` the IBANs that it names. `sum_holds` says whether the lines make the amount (None when that cannot be told). `problem`
    says why it could not be read.
    """

    kind: EnclosureKind
    document: str = ""
    filename: str = ""
    on: date | None = None
    amount: Decimal | None = None
    currency: str = ""
    standing: Standing = Standing.UNTOLD
    numbers: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    lines: tuple[RemittanceLine, ...] = ()
    sum_holds: bool | None = None
    because: str = ""
    problem: str = ""
