"""What became of a mail, told in one word, from what the books say happened and from the mails that were written."""

from __future__ import annotations

from agent.domain import events as ev
from agent.domain.plan_events import PlanProposed
from tests.roles.book import Opened
from tests.roles.powers import Power

# What a debtor's word may do at most: reminders rest, and the creditor is asked.
_HOLDING = (
    ev.PromiseToPayMade,
    ev.PaymentClaimed,
    ev.DisputeRaised,
    ev.FollowUpPaused,
    ev.QuestionAsked,
    PlanProposed,
)
_WORDS = {"proof": "asked", "refusal": "refused", "action_notice": "shown", "operator": "operator"}


def outcome(opened: Opened, power: Power) -> str:
    """The word of the matrix for what followed: does, holds, shown, asked, refused, silence; else the kinds of what happened."""
    if power.done(opened):
        return "does"
    events = opened.events()
    if events and all(event.creditor != power.house.creditor for event in events):
        return "own"
    if any(not isinstance(event, _HOLDING) for event in events):
        return "+".join(type(event).__name__ for event in events)
    if any(getattr(event, "reason", "") != "unproved_mail" for event in events):
        return "holds"
    kinds = sorted({mail.kind for mail in opened.fresh()})
    return "+".join(_WORDS.get(kind, kind) for kind in kinds) or "silence"
