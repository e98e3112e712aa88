"""A claim that is late, and what the creditor's terms claim for it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.money import Money


class PaysFirst(StrEnum):
    """What a payment is set against."""

    PRINCIPAL = "principal"
    INTEREST = "interest"


class AfterPayment(StrEnum):
    """What becomes of the charges that are left when the invoice itself is paid."""

    DROP = "drop"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """What the creditor's terms claim for late payment.

    Attributes:
        interest, indemnity: switched on by the creditor; both are off by default.
        contract_rate: agreed rate in percent a year, instead of the law's; a consumer's only up to the law's cap.
        contract_indemnity: agreed share of the principal, in percent.
        agreed_with_consumers: the consumer's contract provides for interest and indemnity.
        small_creditor: an SME in the sense of Belgian law: interest may count from the day after the reminder.
        announced: the invoices come within a month and say that interest will be claimed (Luxembourg consumers).
        reminder_cost: agreed with Belgian consumers for each reminder after the free ones, at most 7.50; postage included.
        recurring: regular supplies in the sense of Belgian law: the reminders of three unpaid due dates a year are free.
        applies_from: the terms hold for invoices of this day and later; None: for all.
        law: country whose law the contracts with businesses name; "" leaves it to the creditor's country.
        pays_first: what payments are set against.
        after_payment: whether charges that are left are still shown to the debtor once the invoice is paid.
        ask_with_principal: whether the amount to pay, its form and its payment code include the charges.
        confirmed: facts from memory that the operator vouches for ("lu-lump-sum", "de-lump-sum", "fr-consumer").
    """

    interest: bool = False
    indemnity: bool = False
    contract_rate: Decimal | None = None
    contract_indemnity: Decimal | None = None
    agreed_with_consumers: bool = False
    small_creditor: bool = False
    announced: bool = False
    reminder_cost: Decimal | None = None
    recurring: bool = False
    applies_from: date | None = None
    law: str = ""
    pays_first: PaysFirst = PaysFirst.PRINCIPAL
    after_payment: AfterPayment = AfterPayment.DROP
    ask_with_principal: bool = False
    confirmed: frozenset[str] = frozenset()

    @property
    def on(self) -> bool:
        """Whether anything is claimed at all."""
        return self.interest or self.indemnity or self.reminder_cost is not None

    def changed(self, change: ChargeChange) -> ChargeTerms:
        """These terms with what nearer ones (of a creditor, of a debtor) say differently."""
        return replace(self, **{f.name: v for f in fields(change) if (v := getattr(change, f.name)) is not None})


@dataclass(frozen=True, slots=True)
class ChargeChange:
    """What a creditor or a debtor changes of the terms above; None leaves it as it is."""

    interest: bool | None = None
    indemnity: bool | None = None
    contract_rate: Decimal | None = None
    contract_indemnity: Decimal | None = None
    agreed_with_consumers: bool | None = None
    small_creditor: bool | None = None
    announced: bool | None = None
    reminder_cost: Decimal | None = None
    recurring: bool | None = None
    applies_from: date | None = None
    law: str | None = None
    pays_first: PaysFirst | None = None
    after_payment: AfterPayment | None = None
    ask_with_principal: bool | None = None


@dataclass(frozen=True, slots=True)
class ChargePart:
    """The part of a day's payments on an item that counts for its charges; negative when it was taken back."""

    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is not claimed. `code` is one of reports.claims.WHY_NOT; the rest fills its sentence."""

    code: str
    what: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """A claim that is late, as far as charges depend on it.

    Attributes:
        principal: including VAT, when it fell due. payments: what came in on it since, by day; negative when taken back.
        country: of the applicable law (ISO 3166). consumer: None while not known; then nothing is claimed.
        reminded_on: day of the free first reminder or 14-day letter by e-mail. notice_on: day of a formal notice.
        received_on: day on which the invoice was received, where the law counts from it.
        announced: the invoice came within a month and says that interest will be claimed (Luxembourg consumers).
        reminders: how many reminders were sent for it that may cost something.
    """

    principal: Money
    due_date: date
    country: str
    consumer: bool | None = None
    payments: tuple[tuple[date, Decimal], ...] = ()
    reminded_on: date | None = None
    notice_on: date | None = None
    received_on: date | None = None
    announced: bool = False
    reminders: int = 0


def balance_on(overdue: Overdue, day: date) -> Decimal:
    """What of the principal is owed at the end of this day: never below nothing, never more than it was."""
    paid = sum((amount for when, amount in overdue.payments if when <= day), Decimal(0))
    return max(overdue.principal.amount - max(paid, Decimal(0)), Decimal(0))
