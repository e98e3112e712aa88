"""A named item and an amount that differs: discount, cents, a part, a surplus, or something that only a person can judge."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from agent.domain.matching import subsets
from agent.domain.matching.case import Case, paid
from agent.domain.matching.model import Allocation, BookItem, Decision, Effect, Match, Reason
from agent.domain.matching.proposals import ask
from agent.domain.matching.reading import Sense

_MOST_NOTES = 30
_CENT = Decimal("0.01")
# Percentages that payers deduct by habit; a shortfall of exactly such a share is a discount taken, not a part payment.
_USUAL_RATES = tuple(Decimal(rate) for rate in ("1", "1.5", "2", "2.5", "3", "4", "5"))


def single(case: Case, item: BookItem) -> Match:
    """The verdict on one named item whose open amount is not the amount paid."""
    if item.open < 0:
        return ask(case, "credit_note", "a credit note is named alone", (item,))
    sure = case.confirmed((item,))
    short = item.open - case.amount
    if _discount_fits(case, item, short):
        if sure or case.by_reference:
            return paid(case, (item,), Reason("discount", f"{item.number} less the discount, within its days"))
        return ask(case, "discount", "a discount was taken, but who pays is not certain", (item,))
    if abs(short) <= case.policy.rounding:
        if sure:
            return paid(case, (item,), Reason("rounding", f"{item.number} is named; {abs(short)} off"))
        return ask(case, "rounding", "a few cents off, and who pays is not certain", (item,))
    return _over(case, item, -short, sure) if short < 0 else _under(case, item, short, sure)


def _discount_fits(case: Case, item: BookItem, short: Decimal) -> bool:
    """Whether the shortfall is the item's own discount, to two cents, taken by its last day."""
    if item.discount is None or case.entry.booked_on > item.discount.until:
        return False
    off = (item.amount * item.discount.percent / 100).quantize(_CENT, ROUND_HALF_UP)
    return abs(short - off) <= 2 * _CENT


def _under(case: Case, item: BookItem, short: Decimal, sure: bool) -> Match:
    policy = case.policy
    deducted = _credit_notes(case, item, short)
    if deducted is not None:
        return ask(case, "credit_note", "the shortfall is what credit notes of the debtor come to", (item, *deducted))
    if case.says(Sense.DISCOUNT, Sense.CHARGES, Sense.DEDUCTION) and not case.says(Sense.PART):
        return ask(case, "deduction", "the payer deducted something", (item,))
    rates = _USUAL_RATES if item.discount is None else (*_USUAL_RATES, item.discount.percent)
    if any(abs(short - item.amount * rate / 100) <= 2 * _CENT for rate in rates):
        return ask(case, "late_discount", "the shortfall is that of a discount that is not due", (item,))
    if short <= min(policy.charges, item.open * policy.charges_share) and not case.says(Sense.PART):
        return ask(case, "charges", "the shortfall may be bank charges", (item,))
    if not case.by_reference:
        others = tuple(i for i in case.open_of(case.payer.certain) if i.id != item.id)
        exact = [s for s in case.small_sets(others) or () if len(s) == 1 or not case.says(Sense.PART)]
        if exact:
            return ask(case, "other_item", "the amount is that of other open items of the payer", (item,), exact[0])
    if case.numbers.strange:
        return ask(case, "strange_number", "another number is named that is none of ours", (item,))
    if not (sure or case.by_reference):
        return ask(case, "part", "a part of the item, but who pays is not certain", (item,))
    reason = Reason("part", f"{item.number} is named; {short} stays open")
    return Match(Decision.PARTIAL, (Allocation(item.id, case.amount, Effect.PARTIAL),), reasons=(reason,))


def _credit_notes(case: Case, item: BookItem, short: Decimal) -> tuple[BookItem, ...] | None:
    """Open credit notes of the item's debtor that make the shortfall, alone or together, when there are any."""
    notes = tuple(i for i in case.open_of((item.debtor,)) if i.open < 0)[:_MOST_NOTES]
    found = subsets.small(notes, -short)
    return found[0] if found else None


def _over(case: Case, item: BookItem, surplus: Decimal, sure: bool) -> Match:
    """More than is open: the item is paid and the rest is a credit, unless something else explains the surplus."""
    if not sure or case.numbers.strange:
        return ask(case, "overpaid", "more than is open, and who pays or what else is meant is not certain", (item,))
    if surplus >= item.open or case.fits:
        return ask(
            case, "overpaid", "the surplus is as large as the item, or the amount is that of another one", (item,)
        )
    others = tuple(i for i in case.open_of((item.debtor,)) if i.id != item.id)
    explained = _explaining(case, others, surplus)
    if explained is not None:
        return ask(case, "overpaid", "another open item explains the surplus", (item, *explained), (item,))
    reason = Reason("overpaid", f"{item.number} is named; {surplus} more than is open is a credit of the debtor")
    return paid(case, (item,), reason, surplus=surplus)


def _explaining(case: Case, others: tuple[BookItem, ...], surplus: Decimal) -> tuple[BookItem, ...] | None:
    found = subsets.small(others, surplus, 2)
    if found:
        return found[0]
    alone = subsets.small(others, case.amount, 2)
    return alone[0] if alone else None
