"""What the events about payment plans say, in English, for `relance explain`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from agent.domain import plan_events as pe

PLAN_WORDS: Mapping[type[Any], Callable[[Any], str]] = {
    pe.PlanProposed: lambda e: (
        f"a payment plan was asked for; reminders rest until {e.hold_until or 'the creditor answers'}"
        + (f": “{e.words}”" if e.words else "")
    ),
    pe.PlanRefused: lambda e: f"the creditor refused a payment plan{_rest(e.hold_until)}",
    pe.PlanAgreed: lambda e: f"payment plan of {e.plan.total} in {len(e.plan.instalments)} instalments agreed",
    pe.PlanChanged: lambda e: f"the payment plan has {len(e.instalments)} instalments now",
    pe.InstalmentMissed: lambda e: f"instalment {e.number} of the payment plan, due {e.on}, was missed",
    pe.PlanEnded: lambda e: f"the payment plan ended: {e.outcome.value}{_rest(e.hold_until)}",
    pe.PlanLetterQueued: lambda e: f"letter about the payment plan ({e.code}) written",
    pe.PlanLetterSent: lambda e: f"letter about the payment plan ({e.code}) sent",
    pe.PlanLetterCancelled: lambda e: f"letter about the payment plan ({e.code}) not sent: {e.reason}",
}


def _rest(until: date | None) -> str:
    return f"; reminders rest until {until}" if until else ""
