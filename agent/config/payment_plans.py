"""`[payment_plans]`: what debtors may have when they ask to pay in instalments, and how a plan is followed."""

from dataclasses import asdict, dataclass, replace
from typing import Annotated

from pydantic import Field

from agent.config.fields import STRICT_KEYS, Amount, Count, Days, Switch
from agent.domain.plans import MOST_INSTALMENTS, AfterMissed, PlanTerms


@dataclass(frozen=True, slots=True)
class PaymentPlansTable:
    """The terms of payment plans as they are written: what is left out is taken from the table above it."""

    __pydantic_config__ = STRICT_KEYS
    max_instalments: Annotated[Count, Field(le=MOST_INSTALMENTS)] | None = None
    max_months: Annotated[Count, Field(le=60)] | None = None
    min_amount: Amount | None = None
    first_days: Days | None = None
    latest_first_days: Days | None = None
    grace_days: Annotated[Days, Field(le=60)] | None = None
    courtesy_days: Annotated[Days, Field(le=15)] | None = None
    proposal_days: Annotated[Days, Field(ge=1, le=60)] | None = None
    after_missed: AfterMissed | None = None
    thanks: Switch | None = None

    def terms(self, above: PlanTerms) -> PlanTerms:
        """The terms above with what this table says differently."""
        return replace(above, **{name: value for name, value in asdict(self).items() if value is not None})
