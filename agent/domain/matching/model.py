"""What matching talks about: items and debtors of one creditor as far as payments concern them, receipts, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.findings import Entry


@dataclass(frozen=True, slots=True)
class EarlyDiscount:
    """A discount for early payment: this percentage of the amount, through this day."""

    percent: Decimal
    until: date


@dataclass(frozen=True, slots=True)
class BookItem:
    """An invoice (amount above zero) or credit note (below), and what is still open of it.

    `references` are the structured communication and the RF reference, compact. An item exists from `issued_on` on.
    `closed`: it was withdrawn or written off, so that nothing is open, though nobody paid.
    """

    id: str
    debtor: str
    number: str
    issued_on: date
    currency: str
    amount: Decimal
    open: Decimal
    references: tuple[str, ...] = ()
    discount: EarlyDiscount | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class BookDebtor:
    """Who owes. `ibans` are only those that the creditor confirmed; two debtors may share one."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()


class Effect(StrEnum):
    """What an allocation does to its item."""

    PAID = "paid"
    PARTIAL = "partial"
    REOPEN = "reopen"


class Decision(StrEnum):
    """The verdict on a movement. NOTHING: it is certain that no item is concerned. ASK: a person decides."""

    PAID = "paid"
    PARTIAL = "partial"
    REOPEN = "reopen"
    NOTHING = "nothing"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Money on one item: the cash received for it (negative for a credit note used up), or taken back when reopened."""

    item: str
    amount: Decimal
    effect: Effect


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: a code for machines, words for people."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A movement that was dealt with before, and what was booked for it."""

    entry: Entry
    allocations: tuple[Allocation, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the creditor's terms allow matching to do.

    Attributes:
        rounding: a difference up to this much is no difference when item and payer are certain.
        charges: a shortfall up to this much, and up to `charges_share` of what is open, may be bank charges or another deduction and
            is asked about, never taken as a part payment.
        automatic: book what is certain; when False (control totals that do not tie) it is only proposed.
        by_amount: settle a payment that names nothing, from a confirmed account, whose amount fits one open item only.
        subset_items, subset_nodes: limits of the search for sets of items that make an amount.
        most_candidates: proposals in a question.
    """

    rounding: Decimal = Decimal("0.05")
    charges: Decimal = Decimal(30)
    charges_share: Decimal = Decimal("0.5")
    automatic: bool = True
    by_amount: bool = True
    subset_items: int = 24
    subset_nodes: int = 6_000
    most_candidates: int = 9


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on one movement, with its evidence.

    `surplus` is what is left over the paid items: a credit of the debtor. `candidates` are sets of item ids, best first, in the
    order in which a question numbers them. `named` are settled items that it names and that nothing is open on.
    """

    decision: Decision
    allocations: tuple[Allocation, ...] = ()
    candidates: tuple[tuple[str, ...], ...] = ()
    reasons: tuple[Reason, ...] = field(default=())
    surplus: Decimal = Decimal(0)
    named: tuple[str, ...] = ()
