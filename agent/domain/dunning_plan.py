"""The dunning plan: how often, how far apart and when statements of account go out."""

from dataclasses import dataclass, fields, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DunningPlan:
    """When a debtor is written to.

    Attributes:
        statements: how many statements an item is listed on before the creditor is asked what to do.
        spacing_days: calendar days between two statements to one debtor.
        grace_days: calendar days after the due date before an item first counts as due for a statement.
        minimum_interval_days: the least number of days between two statements, also after downtime.
        tolerance: an open balance up to this amount is not chased (in the item's currency).
        window_start, window_end: local hours of the debtor's country between which mail leaves (9 means 09:00).
        friday_afternoon: whether mail leaves in the afternoon before two or more days off (domain.send_window).
        promise_grace_days: calendar days after a promised date before the promise counts as broken.
        claim_hold_days: bank working days for which "already paid" holds the reminders.
        notice_days: calendar days that a formal notice gives, within the bounds of agent.domain.formal_notices.
    """

    statements: int = 3
    spacing_days: int = 15
    grace_days: int = 5
    minimum_interval_days: int = 7
    tolerance: Decimal = Decimal("1.00")
    window_start: int = 9
    window_end: int = 17
    friday_afternoon: bool = False
    promise_grace_days: int = 3
    claim_hold_days: int = 5
    notice_days: int = 15

    def changed(self, change: "PlanChange") -> "DunningPlan":
        """This plan with what a nearer one (creditor, debtor, invoice) says differently."""
        return replace(self, **{f.name: v for f in fields(change) if (v := getattr(change, f.name)) is not None})


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What a creditor, a debtor or an invoice changes of the plan above it; None leaves it as it is."""

    statements: int | None = None
    spacing_days: int | None = None
    grace_days: int | None = None
    minimum_interval_days: int | None = None
    tolerance: Decimal | None = None
    window_start: int | None = None
    window_end: int | None = None
    friday_afternoon: bool | None = None
    promise_grace_days: int | None = None
    claim_hold_days: int | None = None
    notice_days: int | None = None
