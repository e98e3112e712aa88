"""The two phases in which an invoice is collected for its creditor, and what was agreed with him about them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.money import Money


class Phase(StrEnum):
    """How an invoice is followed: by friendly statements, or as a debt to be recovered."""

    ENCAISSEMENT = "encaissement"
    RECOUVREMENT = "recouvrement"


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """An invoice entered a phase on this day; `age` is its days overdue then, `debt` what was open (None: all of it)."""

    phase: Phase
    on: date
    age: int = 0
    debt: Money | None = None


@dataclass(frozen=True, slots=True)
class FeeAgreement:
    """What was agreed with one creditor; None and "" leave it to what holds for all.

    Rates are percent of what is collected; `phase` is the one in which his invoices are handed over; VAT is percent of the fees.
    """

    encaissement: Decimal | None = None
    recouvrement: Decimal | None = None
    phase: Phase = Phase.ENCAISSEMENT
    vat_percent: Decimal | None = None
    vat_note: str = ""
