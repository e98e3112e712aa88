"""A claim that is late, and what the creditor's terms claim for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.money import Money


class PaysFirst(StrEnum):
    """What a part payment is set against."""

    PRINCIPAL = "principal"
    INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """What the creditor's terms claim for late payment.

    Attributes:
        interest, indemnity: switched on by the creditor; both are off by default.
        contract_rate: agreed rate in percent a year, instead of the law's; a consumer's only up to the law's cap.
        contract_indemnity: agreed share of the principal, in percent.
        agreed_with_consumers: the consumer's contract provides for interest and indemnity.
        small_creditor: an SME in the sense of Belgian law: interest may count from the day after the reminder.
        pays_first: what part payments are set against.
        confirmed: facts from memory that the operator vouches for ("lu-lump-sum", "de-lump-sum", "fr-consumer").
    """

    interest: bool = False
    indemnity: bool = False
    contract_rate: Decimal | None = None
    contract_indemnity: Decimal | None = None
    agreed_with_consumers: bool = False
    small_creditor: bool = False
    pays_first: PaysFirst = PaysFirst.PRINCIPAL
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Overdue:
    """A claim that is late, as far as charges depend on it.

    Attributes:
        principal: including VAT, when it fell due. payments: what came in since, by day; negative when taken back.
        country: of the applicable law (ISO 3166). consumer: None while not known; then nothing is claimed.
        reminded_on: day of the free first reminder or 14-day letter by e-mail. notice_on: day of a formal notice.
        received_on: day on which the invoice was received, where the law counts from it.
        announced: the invoice came within a month and says that interest will be claimed (Luxembourg consumers).
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


def balance_on(overdue: Overdue, day: date) -> Decimal:
    """What of the principal is owed at the end of this day; never below nothing."""
    paid = sum((amount for when, amount in overdue.payments if when <= day), Decimal(0))
    return max(overdue.principal.amount - paid, Decimal(0))
