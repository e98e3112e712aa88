"""Payment plans for the sample letters: one that runs, and two that are offered."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.invoice_parts import Instalment
from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money
from agent.domain.plans import PaymentPlan, PlanShare

PLAN_LETTERS = ("agreed", "changed", "courtesy", "missed", "revoked", "cancelled", "thanks", "refused")
PLAN_QUESTIONS = ("payment_plan", "own_plan", "missed_instalment")
PLAN_NOTICES = (
    "plan_agreed",
    "plan_refused",
    "plan_reminded",
    "plan_waits",
    "plan_revoked",
    "plan_kept",
    "plan_gone",
    "plan_changed",
    "instalment_missed",
)
_AFTER_MISSED = ("plan_remind", "plan_wait", "plan_revoke")
_OFFERS = ("plan_suggested", "plan_as_asked", "plan_refuse")


def _plan(id_: str, *parts: tuple[date, str], before: str = "0.00") -> PaymentPlan:
    shares = (PlanShare("i1", Money.of(before, "EUR")), PlanShare("i2", Money.of("0.00", "EUR")))
    schedule = tuple(Instalment(day, Decimal(amount)) for day, amount in parts)
    return PaymentPlan(id_, "EUR", schedule, shares, date(2027, 3, 1), grace_days=4)


RUNNING = _plan(
    "p1",
    (date(2027, 3, 15), "600.00"),
    (date(2027, 4, 15), "600.00"),
    (date(2027, 5, 17), "600.00"),
    (date(2027, 6, 15), "442.51"),
)
LATE = _plan("p2", (date(2027, 3, 15), "400.00"), (date(2027, 4, 1), "900.00"), (date(2027, 5, 3), "942.51"))
FRESH = _plan(
    "p3",
    (date(2027, 4, 26), "460.62"),
    (date(2027, 5, 26), "460.62"),
    (date(2027, 6, 28), "460.62"),
    (date(2027, 7, 26), "460.65"),
    before="400.00",
)
LONG = _plan("p4", *((date(2027, 5 + n, 3), "230.31" if n < 7 else "230.34") for n in range(8)), before="400.00")


def planned(letter: Letter, words: str) -> Letter:
    """A letter about a payment plan, with the plan or the offers that it shows."""
    amount = Money.of("1842.51", "EUR")
    late = letter.code in ("missed", "instalment_missed", "missed_instalment", "plan_reminded")
    if letter.kind is not LetterKind.PLAN_QUESTION:
        return (
            letter
            if letter.code in ("refused", "plan_refused")
            else replace(letter, plans=(LATE if late else RUNNING,))
        )
    if letter.code == "missed_instalment":
        return replace(letter, plans=(LATE,), choices=_AFTER_MISSED, question="q1", amount=Money.of("900.00", "EUR"))
    offers = (FRESH, LONG) if letter.code == "payment_plan" else (FRESH,)
    choices = _OFFERS if letter.code == "payment_plan" else ("plan_as_asked", "plan_refuse")
    said = words if letter.code == "payment_plan" else ""
    return replace(letter, plans=offers, choices=choices, question="q1", amount=amount, words=said)
