"""Late-payment interest and indemnities: what the law of the debtor's country lets a creditor claim, with its arithmetic.

Nothing is claimed unless the creditor's terms switch it on. An unknown rate, an unknown regime or a condition that is not met gives
no claim and the reason why. A claim is shown with its lines; it never becomes an invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain import regimes
from agent.domain.money import Money
from agent.domain.overdue import ChargePart, ChargeTerms, Overdue, PaysFirst, Why, balance_on
from agent.domain.rates import Gap, Rate, Rates
from agent.domain.regimes import Fixed, Regime

_DAY = timedelta(days=1)
# Percent a year of 365 days, also in leap years: docs/spec/late-payment.md.
_YEAR = Decimal(36_500)
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class InterestLine:
    """Simple interest on one balance at one rate, from `start` through `end`. `regime` names what the rate rests on."""

    start: date
    end: date
    days: int
    balance: Decimal
    percent: Decimal
    source: str
    regime: str

    @property
    def product(self) -> Decimal:
        """Balance times percent times days: exact, so that periods add up; divided by 36,500 it is the interest."""
        return self.balance * self.percent * self.days


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be claimed besides the balance, and why something is not. `basis` is what the indemnity rests on."""

    interest: Money
    indemnity: Money
    reminders: Money
    lines: tuple[InterestLine, ...] = ()
    basis: str = ""
    reasons: tuple[Why, ...] = ()

    @property
    def total(self) -> Money:
        """Interest, indemnity and the cost of reminders."""
        return self.interest + self.indemnity + self.reminders


def claim(overdue: Overdue, terms: ChargeTerms, rates: Rates, on: date) -> Claim:
    """What may be claimed on this day. Interest runs from the day after it begins through `on`, on the running balance."""
    currency = overdue.principal.currency
    reasons: list[Why] = []
    lines: tuple[InterestLine, ...] = ()
    fixed = Fixed(_NOTHING, "")
    if terms.interest:
        regime = regimes.interest_regime(overdue, terms, rates, on)
        if isinstance(regime, Why):
            reasons.append(regime)
        else:
            lines, gaps = interest_lines(overdue, regime, on, rates)
            reasons.extend(gaps)
    if terms.indemnity:
        outcome = regimes.indemnity(overdue, terms, on)
        if isinstance(outcome, Why):
            reasons.append(outcome)
        else:
            fixed = outcome
    return Claim(
        amount_of(lines, currency),
        Money(fixed.amount, currency).rounded(),
        Money(regimes.reminder_costs(overdue, terms), currency).rounded(),
        lines,
        fixed.basis,
        tuple(dict.fromkeys(reasons)),
    )


def amount_of(lines: Iterable[InterestLine], currency: str) -> Money:
    """The interest of these lines, rounded once."""
    return Money(sum((line.product for line in lines), _NOTHING) / _YEAR, currency).rounded()


def interest_lines(
    overdue: Overdue, regime: Regime, end: date, rates: Rates
) -> tuple[tuple[InterestLine, ...], tuple[Why, ...]]:
    """The lines from the regime's first day through `end`, split where the rate or the balance changes, and the gaps.

    Nothing is claimed for a period whose rate is not known. The day of a payment still counts on the balance before it.
    """
    lines: list[InterestLine] = []
    gaps: list[Why] = []
    for first, last in _pieces(overdue, regime.start, end):
        balance = balance_on(overdue, first - _DAY)
        for a, b, found in _rated(regime, first, last, rates) if balance > 0 else ():
            if isinstance(found, Gap):
                gaps.append(Why("rate_unconfirmed" if found.unconfirmed else "rate_unknown", found.regime, a, b))
            elif found.percent > 0:
                lines.append(InterestLine(a, b, (b - a).days + 1, balance, found.percent, found.source, found.regime))
    return tuple(lines), tuple(_joined(gaps))


def _pieces(overdue: Overdue, start: date, end: date) -> Iterator[tuple[date, date]]:
    """The days from start through end in pieces that end on a day with a payment."""
    day = start
    for last in (*sorted({when for when, _ in overdue.payments if start <= when < end}), end):
        if day <= last:
            yield day, last
        day = last + _DAY


def _rated(regime: Regime, start: date, end: date, rates: Rates) -> Iterator[tuple[date, date, Rate | Gap]]:
    """The days in pieces of one rate: the table's, or the contract's between its floor and the cap that must be known."""
    if isinstance(regime.rate, str):
        yield from rates.split(regime.rate, start, end)
        return
    agreed = Rate("contract", start, end, regime.rate, "V", "the contract")
    if not (regime.cap or regime.floor):
        yield start, end, agreed
        return
    for a, b, found in rates.split(regime.cap or regime.floor, start, end):
        if regime.cap:
            yield a, b, agreed if isinstance(found, Rate) else found
        elif isinstance(found, Rate) and french_floor(found.percent) > agreed.percent:
            yield a, b, replace(found, regime="fr-floor", percent=french_floor(found.percent))
        else:
            yield a, b, agreed


def french_floor(legal: Decimal) -> Decimal:
    """The least rate that a French contract between businesses may name: three times the legal one (Code de commerce L441-10)."""
    return legal * 3


def _joined(gaps: Iterable[Why]) -> Iterator[Why]:
    """The gaps, those that follow each other as one."""
    last: Why | None = None
    for gap in gaps:
        if last and last.end and (last.code, last.what, last.end + _DAY) == (gap.code, gap.what, gap.start):
            last = replace(last, end=gap.end)
            continue
        if last:
            yield last
        last = gap
    if last:
        yield last


def charge_parts(overdue: Overdue, terms: ChargeTerms, rates: Rates) -> tuple[ChargePart, ...]:
    """Which part of each day's payments counts for the charges, by what the terms say is paid first.

    The payments of `overdue` are all that came in. With the principal first it is what goes beyond it, up to the claim of that
    day; with interest first all up to that claim. What is taken back is taken from the charges only as far as the rest of the
    money no longer reaches them. The order in which the payments are named does not matter.
    """
    currency = overdue.principal.currency
    parts: list[ChargePart] = []
    covered = received = _NOTHING
    for day in sorted({when for when, _ in overdue.payments}):
        came = sum((amount for when, amount in overdue.payments if when == day), _NOTHING)
        received += came
        claimed = claim(_principal_only(overdue, parts, day), terms, rates, day).total.amount
        if terms.pays_first is PaysFirst.PRINCIPAL:
            part = min(max(received - overdue.principal.amount, _NOTHING), max(claimed, covered)) - covered
        elif came > 0:
            part = max(min(came, claimed - covered, received - covered), _NOTHING)
        else:
            part = min(covered, max(received, _NOTHING)) - covered
        if part:
            parts.append(ChargePart(day, Money(part, currency)))
            covered += part
    return tuple(parts)


def _principal_only(overdue: Overdue, parts: Iterable[ChargePart], through: date) -> Overdue:
    before = tuple((when, amount) for when, amount in overdue.payments if when <= through)
    return replace(overdue, payments=(*before, *((p.on, -p.amount.amount) for p in parts)))
