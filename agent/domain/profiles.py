"""How a debtor pays: his habit, his present arrears, and how risky he is, from nothing but his own history with this creditor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from agent.domain.indicators import days_late_when_paid, paid_on
from agent.domain.money import Money
from agent.domain.states import DebtorAccount, HoldKind, ItemState, OpenItem

# A habit needs a few paid invoices, and is that of the last two years.
_LEAST_PAID = 3
_LATE_PAYER = 15
# So many statements without effect call for a voice.
_MANY_REMINDERS = 2
_LOOKED_AT = timedelta(days=730)
_STOPPED = frozenset({"insolvency", "ceased_or_deceased"})
_ANGRY = frozenset({"hostile", "legal_threat", "stop_contact"})


class Status(StrEnum):
    """How a debtor stands today, the whole of what he owes looked at."""

    CURRENT = "status_current"
    OVERDUE = "status_overdue"
    REMINDED = "status_reminded"
    NOTICED = "status_noticed"
    PROMISED = "status_promised"
    CLAIMED = "status_claimed"
    PLAN = "status_plan"
    PAUSED = "status_paused"
    DISPUTED = "status_disputed"
    STOPPED = "status_stopped"


_RESTS: Mapping[HoldKind, Status] = {
    HoldKind.PLAN: Status.PLAN,
    HoldKind.PROMISE: Status.PROMISED,
    HoldKind.CLAIM: Status.CLAIMED,
    HoldKind.PAUSE: Status.PAUSED,
}


class Risk(StrEnum):
    """How much care a debtor needs."""

    LOW = "risk_low"
    MEDIUM = "risk_medium"
    HIGH = "risk_high"


class Advice(StrEnum):
    """What his history suggests to do next."""

    NOTHING = "advice_nothing"
    FOLLOW = "advice_follow"
    WAIT = "advice_wait"
    ANSWER = "advice_answer"
    DECLARE = "advice_declare"
    CLARIFY = "advice_clarify"
    ADDRESS = "advice_address"
    PHONE = "advice_phone"
    SHORTER_TERMS = "advice_shorter_terms"
    HAND_OVER = "advice_hand_over"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a debtor is judged so: a code, its points, and the figure behind it (days, a count)."""

    code: str
    points: int
    figure: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """One debtor in one currency on a day.

    `habit` is the median of days after the due date over his paid invoices, None without three of them; `trend` how much later the
    newer half of them was paid than the older half. `resting` is the part of what is overdue whose reminders rest: promised,
    reported as paid, contested, paused, paid by instalments.
    """

    debtor: str
    currency: str
    open: Money
    overdue: Money
    oldest: int
    paid: int
    habit: int | None
    trend: int | None
    broken_promises: int
    disputes: int
    reminders: int
    reachable: bool
    risk: Risk
    reasons: tuple[Reason, ...]
    advice: Advice
    status: Status
    resting: Money


def profile(account: DebtorAccount, items: Iterable[OpenItem], currency: str, today: date) -> Profile:
    """How this debtor stands with these items of his."""
    mine = [i for i in items if i.invoice.total.currency == currency]
    owed = [i for i in mine if i.state in (ItemState.FOLLOWED, ItemState.ESCALATED) and i.balance.amount > 0]
    late = [i for i in owed if i.invoice.due_date is not None and i.invoice.due_date < today]
    habits = _habits(mine, today)
    oldest = max((days_late_when_paid(i, today) for i in late), default=0)
    broken = sum(i.broken_promises for i in mine)
    disputes = sum(any(h.kind is HoldKind.DISPUTE for h in i.holds) for i in owed)
    reminders = max((len(i.statements) for i in owed), default=0)
    habit = round(median(habits)) if len(habits) >= _LEAST_PAID else None
    trend = _trend(habits)
    reasons = (*_urged(late, reminders), *_reasons(account, habit, trend, oldest, broken, today))
    risk = _risk(reasons)
    hold = account.hold(today)
    resting = late if hold is not None else [i for i in late if i.plan or i.hold(today)]
    status = _status(owed, late, resting, disputes, today) if hold is None else _of_hold(hold.reason)
    return Profile(
        debtor=account.id,
        currency=currency,
        open=Money.total((i.balance for i in owed), currency),
        overdue=Money.total((i.balance for i in late), currency),
        oldest=oldest,
        paid=len(habits),
        habit=habit,
        trend=trend,
        broken_promises=broken,
        disputes=disputes,
        reminders=reminders,
        reachable=account.contact is not None,
        risk=risk,
        reasons=reasons,
        advice=_ruled(status, hold.reason if hold else "", late, resting)
        or _advice(account, risk, habit, bool(late), reminders),
        status=status,
        resting=Money.total((i.balance for i in resting), currency),
    )


def to_phone(profiles: Iterable[Profile], most: int = 5) -> tuple[Profile, ...]:
    """Whom to ring up, the most urgent first: who is late and cannot be written to, broke his word, or was reminded in vain.

    Nobody who contests what he owes: that wants an answer, not a call for money. Nobody either whose promise still runs, or to whom
    nothing may be written.
    """
    urgent = [
        p
        for p in profiles
        if p.overdue.amount > p.resting.amount
        and not p.disputes
        and (not p.reachable or p.broken_promises or p.reminders >= _MANY_REMINDERS)
    ]
    urgent.sort(key=lambda p: (p.reachable, -p.overdue.amount, p.debtor))
    return tuple(urgent[:most])


def _of_hold(reason: str) -> Status:
    return Status.STOPPED if reason in _STOPPED | _ANGRY else Status.PAUSED


def _status(
    owed: Sequence[OpenItem], late: Sequence[OpenItem], resting: Sequence[OpenItem], disputes: int, today: date
) -> Status:
    """How he stands whose account does not rest as a whole."""
    if disputes:
        return Status.DISPUTED
    if len(resting) == len(late):
        kinds = {hold.kind for i in late or owed if (hold := i.hold(today)) is not None}
        kinds |= {HoldKind.PLAN for i in late or owed if i.plan}
        return next((status for kind, status in _RESTS.items() if kind in kinds), Status.CURRENT)
    if any(i.notice is not None and i.notice.sent for i in late):
        return Status.NOTICED
    return Status.REMINDED if any(i.statements for i in late) else Status.OVERDUE


def _ruled(status: Status, reason: str, late: Sequence[OpenItem], resting: Sequence[OpenItem]) -> Advice | None:
    """What is to be done whatever his history says; None when his history decides."""
    if reason in _STOPPED:
        return Advice.DECLARE if reason == "insolvency" else Advice.CLARIFY
    if status in (Status.DISPUTED, Status.STOPPED):
        return Advice.ANSWER
    return Advice.WAIT if late and len(resting) == len(late) else None


def _habits(items: Iterable[OpenItem], today: date) -> list[int]:
    """The days late of each invoice paid lately, in the order in which they were paid."""
    paid = [(day, i) for i in items if i.invoice.due_date is not None and (day := paid_on(i)) is not None]
    recent = sorted((p for p in paid if today - p[0] <= _LOOKED_AT), key=lambda p: (p[0], p[1].id))
    return [days_late_when_paid(i, day) for day, i in recent]


def _urged(late: Sequence[OpenItem], reminders: int) -> Iterable[Reason]:
    """What was written to him in vain."""
    if any(i.notice is not None and i.notice.sent for i in late):
        yield Reason("because_notice", 2)
    if late and reminders >= _MANY_REMINDERS:
        yield Reason("because_reminders", 1, reminders)


def _trend(habits: Sequence[int]) -> int | None:
    if len(habits) < 2 * _LEAST_PAID:
        return None
    half = len(habits) // 2
    return round(median(habits[half:]) - median(habits[:half]))


def _reasons(
    account: DebtorAccount, habit: int | None, trend: int | None, oldest: int, broken: int, today: date
) -> Iterable[Reason]:
    hold = account.hold(today)
    if hold is not None and hold.reason in _STOPPED:
        yield Reason(f"because_{hold.reason}", 9)
    for code, figure, steps in (
        ("because_oldest", oldest, ((90, 3), (60, 2), (30, 1))),
        ("because_habit", habit or 0, ((45, 2), (_LATE_PAYER, 1))),
        ("because_trend", trend or 0, ((10, 1),)),
        ("because_promises", broken, ((2, 2), (1, 1))),
    ):
        points = next((points for least, points in steps if figure >= least), 0)
        if points:
            yield Reason(code, points, figure)
    if account.contact is None:
        yield Reason("because_unreachable", 1)
    if habit is None:
        yield Reason("because_unknown", 0)
    elif habit <= 0:
        yield Reason("because_punctual", -1, habit)
    elif habit < _LATE_PAYER:
        yield Reason("because_habit", 0, habit)


def _risk(reasons: Sequence[Reason]) -> Risk:
    points = sum(reason.points for reason in reasons)
    if points >= 4:
        return Risk.HIGH
    return Risk.MEDIUM if points >= 2 else Risk.LOW


def _advice(account: DebtorAccount, risk: Risk, habit: int | None, late: bool, reminders: int) -> Advice:
    if late and account.contact is None:
        return Advice.ADDRESS
    if late and risk is Risk.HIGH:
        return Advice.HAND_OVER if reminders >= _MANY_REMINDERS else Advice.PHONE
    if late:
        return Advice.PHONE if risk is Risk.MEDIUM else Advice.FOLLOW
    return Advice.SHORTER_TERMS if habit is not None and habit >= _LATE_PAYER else Advice.NOTHING
