"""Payment plans as records: what a creditor allows, what was wished, what was agreed; agent/domain/schedules.py reckons with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.invoice_parts import Instalment
from agent.domain.money import Money

# A longer schedule is no plan but a rent.
MOST_INSTALMENTS = 60


class AfterMissed(StrEnum):
    """What a missed instalment brings: the creditor is asked, the plan ends, or only this instalment is reminded of."""

    ASK = "ask"
    REVOKE = "revoke"
    KEEP = "keep"


class Every(StrEnum):
    """How far two instalments lie apart."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a creditor lets his debtors have, and how a plan is followed.

    Attributes:
        max_instalments, max_months, min_amount: the most instalments, the most months from today to the last one, the least amount
            of one (in the plan's currency) that we suggest; the creditor himself may grant more.
        first_days: days from today to the first instalment when none is wished; latest_first_days: the most that we suggest.
        grace_days: calendar days after an instalment's date before it counts as missed.
        courtesy_days: working days before each instalment at which the debtor gets a friendly word; 0: none.
        proposal_days: calendar days for which reminders rest while the creditor has not answered a proposal.
        after_missed: what a missed instalment brings.
        thanks: whether the debtor is thanked when the last one is paid.
    """

    max_instalments: int = 6
    max_months: int = 6
    min_amount: Decimal = Decimal("50.00")
    first_days: int = 10
    latest_first_days: int = 60
    grace_days: int = 4
    courtesy_days: int = 0
    proposal_days: int = 7
    after_missed: AfterMissed = AfterMissed.ASK
    thanks: bool = True


@dataclass(frozen=True, slots=True)
class WishedPart:
    """One part of a wish: an amount, or a share of the whole, or neither (the rest); None as its day means as soon as possible."""

    amount: Decimal | None = None
    share: Decimal | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanWish:
    """A plan as somebody said it, as far as he said it: how many times, how much each, from when, how often, or part by part."""

    count: int | None = None
    each: Decimal | None = None
    first: date | None = None
    every: Every = Every.MONTH
    parts: tuple[WishedPart, ...] = ()

    @property
    def says_how(self) -> bool:
        """Whether a schedule follows from it without our adding to it."""
        return bool(self.count or self.each or self.parts)


class PlanState(StrEnum):
    """Where an agreed plan stands. KEPT: everything was paid; a payment that is taken back makes it run again."""

    RUNNING = "running"
    KEPT = "kept"
    REVOKED = "revoked"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PlanShare:
    """An item of a plan, and what had been paid on it before (the deposit not included)."""

    item: str
    paid_before: Money


@dataclass(frozen=True, slots=True)
class PlanLetter:
    """A letter to the debtor about a plan. `code`: agreed, courtesy, missed, revoked, cancelled, thanks; `number` is the instalment's, 0 for none.

    `state`: queued, sent, cancelled.
    """

    code: str
    number: int
    on: date
    mail: str
    state: str = "queued"


@dataclass(frozen=True, slots=True)
class Missed:
    """Instalment `number` was reported as missed when so many payments had been taken back (`reversals`) on the plan's items."""

    number: int
    on: date
    reversals: int = 0


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """A plan that was agreed, or is proposed. `instalments` are in the order of their dates and in the plan's currency.

    `grace_days`, `courtesy_days` and `after_missed` are those that were agreed, whatever the settings say later.
    """

    id: str
    currency: str
    instalments: tuple[Instalment, ...]
    shares: tuple[PlanShare, ...]
    agreed_on: date
    grace_days: int
    courtesy_days: int = 0
    after_missed: AfterMissed = AfterMissed.ASK
    state: PlanState = PlanState.RUNNING
    letters: tuple[PlanLetter, ...] = ()
    missed: tuple[Missed, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of the items that it pays."""
        return tuple(share.item for share in self.shares)

    @property
    def total(self) -> Money:
        """What it pays."""
        return Money(sum((i.amount for i in self.instalments), Decimal(0)), self.currency)

    @property
    def is_alive(self) -> bool:
        """Whether its items are followed through it."""
        return self.state in (PlanState.RUNNING, PlanState.KEPT)

    def letter(self, code: str, number: int = 0) -> PlanLetter | None:
        """The letter of this code about this instalment that was not cancelled."""
        found = (x for x in self.letters if (x.code, x.number) == (code, number) and x.state != "cancelled")
        return next(found, None)


@dataclass(frozen=True, slots=True)
class InstalmentStanding:
    """One instalment and what of it is open. `number` counts from 1."""

    number: int
    due_date: date
    amount: Decimal
    open: Decimal
