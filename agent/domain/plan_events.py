"""What happened to payment plans: proposed, refused, agreed, changed by rule, missed, ended, and the letters about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from agent.domain.happenings import PERSONAL, AccountEvent
from agent.domain.invoice_parts import Instalment
from agent.domain.plans import PaymentPlan, PlanState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEvent(AccountEvent):
    """An event of a payment plan over these items of one debtor."""

    items: tuple[str, ...]

    def about(self) -> tuple[str, ...]:
        return (self.debtor, *self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProposed(PlanEvent):
    """A plan was asked for, and its schedule proposed to the creditor. Reminders rest until `hold_until` (None: until he answers)."""

    hold_until: date | None
    words: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRefused(PlanEvent):
    """The creditor refused what was proposed. Reminders rest until `hold_until`, so that his answer reaches the debtor first."""

    hold_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAgreed(PlanEvent):
    """The creditor agreed to this plan, or to its running again; its items are followed through it from now on."""

    plan: PaymentPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged(PlanEvent):
    """What the plan pays changed (an invoice withdrawn, credited or corrected), and its instalments by rule."""

    plan: str
    instalments: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentMissed(AccountEvent):
    """Instalment `number` of the plan was not paid within its grace. `reversals` counts the payments taken back by then."""

    plan: str
    number: int
    on: date
    reversals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEnded(PlanEvent):
    """The plan ended: kept, revoked, replaced by another one, or cancelled. Reminders rest until `hold_until` besides."""

    plan: str
    outcome: PlanState
    hold_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLetterEvent(AccountEvent):
    """An event of one letter to the debtor about a plan; `number` is the instalment's, 0 where it is about none."""

    plan: str
    code: str
    mail: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLetterQueued(PlanLetterEvent):
    """The letter was written and waits in the outbox."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLetterSent(PlanLetterEvent):
    """The debtor's mail system accepted the letter."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLetterCancelled(PlanLetterEvent):
    """The letter never left; it does not count."""

    reason: str = ""
