"""How long reminders rest. A rest never shortens a longer one that is there already, and who asked for that one is kept."""

from __future__ import annotations

from datetime import date

from agent.domain import events as ev
from agent.domain.decide.context import Context, head
from agent.domain.ledger import DebtorAccount, HoldKind
from agent.domain.workdays import add_working_days

# Working days for which reminders rest so that a person can answer what Relance cannot.
DEFER_DAYS = 5
# Why an account rests until its creditor has said where to write to.
CONTACT_ASKED = "contact_asked"


def rest(account: DebtorAccount, until: date | None, reason: str, context: Context) -> tuple[ev.Event, ...]:
    """The rest of a whole account through this day (None: until a person ends it); nothing when it rests as long already."""
    for hold in account.holds:
        if hold.kind is HoldKind.PAUSE and (hold.until is None or (until is not None and hold.until >= until)):
            return ()
    return (ev.FollowUpPaused(**head(context), subject=account.id, until=until, reason=reason),)


def deferred(account: DebtorAccount, reason: str, context: Context, days: int = DEFER_DAYS) -> tuple[ev.Event, ...]:
    """A rest of some working days of the creditor's country."""
    return rest(account, add_working_days(context.today, days, context.creditor.country), reason, context)


def stopped(account: DebtorAccount, reason: str, context: Context) -> tuple[ev.Event, ...]:
    """A rest until a person ends it, for this reason; it stands in for any other one."""
    if any(h.kind is HoldKind.PAUSE and h.until is None and h.reason == reason for h in account.holds):
        return ()
    return (ev.FollowUpPaused(**head(context), subject=account.id, until=None, reason=reason),)
