"""Schedules of payment plans: what follows from a wish, and how money counts towards it.

A schedule sums to the cent to what it pays; its last instalment takes the rest. Money counts towards the earliest instalment that is
open, in whatever order and parts it came.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from agent.domain.invoice_parts import Instalment
from agent.domain.money import Money
from agent.domain.plans import MOST_INSTALMENTS, Every, InstalmentStanding, PlanTerms, PlanWish, WishedPart
from agent.domain.workdays import add_working_days, next_working_day

_DAY = timedelta(days=1)
# "Now" leaves the creditor time to answer, and the debtor's bank time to pay.
_NOW_DAYS = 5


def schedule(wish: PlanWish, total: Money, terms: PlanTerms, today: date, country: str) -> tuple[Instalment, ...]:
    """The schedule that a wish means for this sum, its days moved to working days; empty when it means none.

    What it leaves open is filled from the terms: the first day, and the number of instalments.
    """
    if total.amount <= 0 or (wish.count or 0) > MOST_INSTALMENTS:
        return ()
    start = max(wish.first, today) if wish.first else today + timedelta(days=terms.first_days)
    if wish.parts:
        soon = today + timedelta(days=_NOW_DAYS)
        parts = [(max(part.on or soon, today), _part(part, total)) for part in wish.parts]
        return _filled(sorted(parts, key=lambda p: p[0]), total, country)
    count, each = _steps(wish, total, terms)
    if not 1 <= count <= MOST_INSTALMENTS:
        return ()
    days = [_later(start, n, wish.every) for n in range(count)]
    return _filled([*((day, each) for day in days[:-1]), (days[-1], None)], total, country)


def suggestion(wish: PlanWish, total: Money, terms: PlanTerms, today: date, country: str) -> tuple[Instalment, ...]:
    """The nearest schedule to a wish that the terms allow."""
    latest = today + timedelta(days=terms.latest_first_days)
    first = wish.first if wish.first and today <= wish.first <= latest else None
    most = min(
        terms.max_instalments, max(int(total.amount // terms.min_amount), 1) if terms.min_amount else MOST_INSTALMENTS
    )
    wanted, _ = _steps(replace(wish, parts=(), count=wish.count or len(wish.parts) or None), total, terms)
    last_day = _later(today, terms.max_months, Every.MONTH)
    for count in range(min(wanted, most), 0, -1):
        found = schedule(PlanWish(count, None, first, wish.every), total, terms, today, country)
        if found and found[-1].due_date <= last_day:
            return found
    return ()


def within(found: Sequence[Instalment], terms: PlanTerms, today: date) -> bool:
    """Whether a schedule stays within what the creditor allows; only the last instalment may be smaller than the least amount."""
    if not found or len(found) > terms.max_instalments:
        return False
    small = any(part.amount < terms.min_amount for part in found[:-1])
    late = found[0].due_date > today + timedelta(days=terms.latest_first_days)
    return not small and not late and found[-1].due_date <= _later(today, terms.max_months, Every.MONTH)


def _steps(wish: PlanWish, total: Money, terms: PlanTerms) -> tuple[int, Decimal]:
    """How many instalments, and how much each but the last one."""
    if wish.each and wish.each > 0:
        needed = int(-(-total.amount // wish.each))
        # who says how many and how much, and leaves more than two of them over, meant the amount
        fits = wish.count is not None and total.amount <= (wish.count + 1) * wish.each
        return max(min(needed, wish.count if fits and wish.count else needed), 1), min(wish.each, total.amount)
    least = max(int(total.amount // terms.min_amount), 1) if terms.min_amount else terms.max_instalments
    count = wish.count or max(min(3, terms.max_instalments, least), 1)
    return count, _down(total.amount / count, total.currency)


def _part(part: WishedPart, total: Money) -> Decimal | None:
    if part.amount is not None:
        return part.amount
    return _down(total.amount * part.share, total.currency) if part.share is not None else None


def _filled(parts: Sequence[tuple[date, Decimal | None]], total: Money, country: str) -> tuple[Instalment, ...]:
    """The parts on working days, those of one day together, the last one taking the rest; empty when nothing is left for it."""
    found: list[Instalment] = []
    left = total.amount
    for place, (day, amount) in enumerate(parts):
        on = next_working_day(day, country)
        own = left if place == len(parts) - 1 or amount is None else amount
        own = _down(own, total.currency) if own != left else own
        if own <= 0 or own > left:
            return ()
        left -= own
        if found and found[-1].due_date >= on:
            found[-1] = replace(found[-1], amount=found[-1].amount + own)
        else:
            found.append(Instalment(on, own))
        if not left:
            break
    return tuple(found) if not left else ()


def _later(day: date, steps: int, every: Every) -> date:
    if every is not Every.MONTH:
        return day + timedelta(days=steps * (7 if every is Every.WEEK else 14))
    month = day.month - 1 + steps
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _down(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Money.zero(currency).rounded().amount, rounding=ROUND_DOWN)


def trimmed(parts: Sequence[Instalment], claim: Decimal) -> tuple[Instalment, ...]:
    """The schedule for what is claimed now: what was given up or credited shortens it from its end, what was added goes to its last part."""
    found: list[Instalment] = []
    left = claim
    for part in parts:
        amount = min(part.amount, left)
        if amount > 0:
            found.append(replace(part, amount=amount))
            left -= amount
    if left > 0 and found:
        found[-1] = replace(found[-1], amount=found[-1].amount + left)
    return tuple(found)


def standings(parts: Sequence[Instalment], claim: Decimal, paid: Decimal) -> tuple[InstalmentStanding, ...]:
    """Each instalment with what of it is open: the sum paid counts towards the earliest, however many payments it came in."""
    found, left = [], max(paid, Decimal(0))
    for number, part in enumerate(trimmed(parts, claim), 1):
        covered = min(left, part.amount)
        left -= covered
        found.append(InstalmentStanding(number, part.due_date, part.amount, part.amount - covered))
    return tuple(found)


def courtesy_day(due: date, days: int, country: str) -> date:
    """The day of the friendly word: so many working days before the instalment's own."""
    day = due
    while add_working_days(day, days, country) > due:
        day -= _DAY
    return day


def open_sum(parts: Iterable[InstalmentStanding]) -> Decimal:
    """What is open of these instalments together."""
    return sum((part.open for part in parts), Decimal(0))
