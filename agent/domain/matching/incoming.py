"""Money that comes in: the order of evidence, from the structured reference down to the amount alone."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from agent.domain.matching import labels, numbers
from agent.domain.matching.book import digits_of
from agent.domain.matching.case import Case, nothing, paid, sister_named
from agent.domain.matching.differences import single
from agent.domain.matching.model import Allocation, BookItem, Decision, Effect, Match, Reason
from agent.domain.matching.proposals import ask
from agent.domain.matching.reading import Sense

_DIGITS = re.compile(r"\d+")


def decide(case: Case) -> Match:
    """The verdict on a credit."""
    if case.entry.return_reason or case.entry.reversal:
        return ask(
            case, "returned_credit", "a payment of the creditor's own that came back, or a correction of the bank"
        )
    if sister_named(case):
        return nothing("sister_company", "the text names a sister company of the creditor")
    if case.open_named:
        return _named(case)
    if case.says(Sense.COLLECTED) or (
        labels.collects(case.payer.name) and not case.says(Sense.ELSEWHERE, Sense.CHARGES)
    ):
        return ask(case, "collected", "a card acquirer or payment service pays for several buyers, its fees deducted")
    if case.settled_named:
        return _settled(case)
    if case.numbers.strange or case.foreign_references:
        return _strange(case)
    return _unnamed(case)


def _named(case: Case) -> Match:
    """Open items are named, by structured reference or by full number."""
    items = case.open_named
    if any(i.currency != case.entry.currency for i in items) or case.reading.currencies - {case.entry.currency}:
        return ask(case, "currency", "the amount or the item is in another currency", items)
    if case.ambiguous:
        return ask(case, "ambiguous_number", "the number stands for several items", items)
    if case.by_reference and case.written and not set(case.written) <= set(case.by_reference):
        return _two_ways(case)
    if case.repeated:
        return ask(
            case, "repeated", "the same payment was booked before, on the same day and with the same text", items
        )
    if case.settled_named:
        return _partly_settled(case)
    for chosen, reason in _exact(case):
        if _another_payer(case, chosen):
            return ask(
                case, "other_payer", "another debtor pays, and this amount is open on an item of his own", chosen
            )
        return paid(case, chosen, reason)
    if _shares(case):
        return _shared(case)
    if len(items) == 1 and not case.numbers.tails:
        return single(case, items[0])
    return ask(case, "sum", "the named items do not make the amount", items)


def _exact(case: Case) -> list[tuple[tuple[BookItem, ...], Reason]]:
    """The ways in which the named items make the amount exactly, surest first."""
    found: list[tuple[tuple[BookItem, ...], Reason]] = []
    items, total = case.open_named, _sum(case.open_named)
    full = not case.numbers.tails
    if total == case.amount and (full or case.confirmed(items)):
        code = "reference" if case.by_reference else "number" if full else "number_tails"
        found.append((items, Reason(code, f"{', '.join(i.number for i in items)}: named, and the exact amount")))
    if full and case.by_reference and not case.written and len(items) == 1:
        return found
    for first, last in case.numbers.ranges:
        chosen = _in_range(case, first, last)
        if _sum(chosen) == case.amount and len(chosen) > 1:
            found.append((chosen, Reason("range", f"{first.number} to {last.number}: the open items make the amount")))
    return found


def _in_range(case: Case, first: BookItem, last: BookItem) -> tuple[BookItem, ...]:
    """The open items of the range's debtor from the first number to the last, with other numbers that are named beside it."""
    low, high = sorted((_order(first), _order(last)))
    if first.debtor != last.debtor or low[0] != high[0] or not _one_count_apart(first, last):
        return ()
    own = case.open_of((first.debtor,))
    inside = {i.id: i for i in own if low <= _order(i) <= high and _one_count_apart(first, i)}
    return tuple({**inside, **{i.id: i for i in case.open_named}}.values())


def _one_count_apart(one: BookItem, other: BookItem) -> bool:
    """Whether two numbers differ in one run of digits at the most: nobody counts across years or branches without saying how."""
    counts = [_DIGITS.findall(item.number) for item in (one, other)]
    return len(counts[0]) == len(counts[1]) and sum(a != b for a, b in zip(*counts, strict=True)) <= 1


def _order(item: BookItem) -> tuple[str, int, int]:
    """Series (the letters), length and digits of a number: what a range counts along."""
    letters = "".join(c for c in item.number.upper() if c.isalpha())
    digits = digits_of(item.number)
    return letters, len(digits), int(digits or 0)


def _sum(items: tuple[BookItem, ...]) -> Decimal:
    return sum((i.open for i in items), Decimal(0))


def _billed(items: tuple[BookItem, ...]) -> Decimal:
    return sum((i.amount for i in items), Decimal(0))


def _another_payer(case: Case, items: tuple[BookItem, ...]) -> bool:
    """Whether the payer is another debtor with an open item of this very amount, and does not say for whom he pays.

    A structured reference is copied by machines, not by hand: it outranks the payer.
    """
    debtors = {i.debtor for i in items}
    if case.by_reference and not case.written:
        return False
    if debtors & (case.payer.by_account | case.payer.by_name) or debtors & case.payer.mentioned:
        return False
    others = {*case.payer.by_account, *case.payer.by_name, *case.payer.alike} - debtors
    return bool(case.fitting(others))


def _two_ways(case: Case) -> Match:
    """A reference names one item and the text another: both when they make the amount, else it is asked."""
    items = case.open_named
    if _sum(items) == case.amount:
        return paid(case, items, Reason("reference", "reference and number together make the exact amount"))
    return ask(case, "contradiction", "reference and text name different items", items)


def _partly_settled(case: Case) -> Match:
    """Some of the named items were settled before: the open ones are paid when they alone make the amount."""
    items = case.open_named
    if _sum(items) == case.amount and case.confirmed((*items, *case.settled_named)):
        return paid(case, items, Reason("number", "of the named items these are open and make the amount"))
    again = _billed(case.settled_named)
    if _sum(items) + again == case.amount and case.confirmed((*items, *case.settled_named)):
        others = tuple(i for i in case.open_of({i.debtor for i in items}) if i not in items)
        if case.small_sets(others) == () and not case.fits and not any(i.open == again for i in others):
            reason = Reason(
                "paid_twice", "of the named items one was settled before: its share is a credit of the debtor"
            )
            return paid(case, items, reason, surplus=again)
    return ask(case, "already_paid", "a named item was settled before", items)


def _shares(case: Case) -> dict[str, Decimal]:
    """The amount that stands after each named number; empty unless every number has one and they make the payment."""
    hits = case.numbers.hits
    shares: dict[str, Decimal] = {}
    for n, hit in enumerate(hits):
        start = case.reading.tokens[hit.end - 1].start
        stop = case.reading.tokens[hits[n + 1].start].start if n + 1 < len(hits) else len(case.reading.text)
        values = [value for position, value in case.reading.shares if start < position < stop]
        if len(values) != 1 or len(hit.items) != 1:
            return {}
        shares[hit.items[0].id] = values[0]
    return shares if sum(shares.values(), Decimal(0)) == case.amount else {}


def _shared(case: Case) -> Match:
    """The payer says what is for which item."""
    shares = _shares(case)
    items = case.open_named
    if set(shares) != {i.id for i in items} or not case.confirmed(items):
        return ask(case, "shares", "the payer gives shares, but who pays is not certain", items)
    if any(shares[i.id] > i.open for i in items):
        return ask(case, "shares", "a share is more than what is open", items)
    allocations = tuple(
        Allocation(i.id, shares[i.id], Effect.PAID if shares[i.id] == i.open else Effect.PARTIAL) for i in items
    )
    decision = Decision.PAID if all(a.effect is Effect.PAID for a in allocations) else Decision.PARTIAL
    return Match(decision, allocations, reasons=(Reason("shares", "the text gives the share of each number"),))


def _settled(case: Case) -> Match:
    """Only items that were settled before are named: paid twice, or an old reference used again for another item."""
    names = ", ".join(i.number for i in case.settled_named)
    if any(i.closed for i in case.settled_named):
        return ask(case, "closed_item", f"{names} was withdrawn or written off", case.settled_named)
    named = tuple(i.id for i in case.settled_named)
    if case.fits_something() or case.numbers.strange:
        return ask(case, "old_reference", f"{names} was settled before, and the amount fits another item")
    if not _paid_before(case):
        asked = ask(case, "old_reference", f"{names} was settled before, and never by this amount")
        return replace(asked, named=named)
    again = nothing("paid_twice", f"{names} was settled before: the money is to be refunded or kept")
    return replace(again, named=named)


def _paid_before(case: Case) -> bool:
    """Whether the amount is what was billed, or what came in, for the settled items that are named."""
    sums = {i.amount for i in case.settled_named} | {_billed(case.settled_named)}
    sums |= {r.entry.amount for i in case.settled_named for r, _ in case.book.received_for(i.id)}
    return case.amount in sums


def _strange(case: Case) -> Match:
    """The text names numbers that are none of ours as written: a slip of the pen, or somebody else's invoice."""
    own = list(case.fitting(case.payer.certain))
    alike = [i for i in own if any(numbers.resembles(s, i.number) for s in case.numbers.strange)]
    closest = [i for i in alike if any(numbers.reads_as(s, i.number) for s in case.numbers.strange)]
    alike = closest if len(closest) == 1 else alike
    read = [i for s in case.numbers.strange for i in case.book.with_counts(s, case.entry.booked_on) if i not in alike]
    other = [i for i in read if i.open or case.payer.confirmed(i.debtor)]
    if len(alike) == 1 and not other and not case.foreign_references and len(case.numbers.strange) == 1:
        item = alike[0]
        return paid(case, alike, Reason("number_slip", f"{item.number} with a slip, its debtor and the exact amount"))
    if case.fits_something():
        return ask(
            case,
            "strange_number",
            "the number is none of ours, but the amount is that of an open item",
            *((i,) for i in alike),
        )
    if any(i.open for i in other):
        return ask(case, "strange_number", "the number may be that of an open item", *((i,) for i in other))
    owed = case.open_of(case.payer.likely[:3])
    if (
        case.says(Sense.PART)
        or case.may_be_part()
        or any(numbers.resembles(s, i.number) for s in case.numbers.strange for i in owed[:200])
    ):
        return ask(case, "strange_number", "the number may be a slip for an open item, but the amount differs")
    return nothing("strange_number", "a number of another creditor or of an invoice that is not known")


def _unnamed(case: Case) -> Match:
    """No number at all: account, amount and a few words are all there is."""
    if case.says(Sense.ELSEWHERE) or (case.says(Sense.CHARGES) and not case.payer.likely):
        if case.fits_something() or case.may_be_part() or case.says(Sense.PART):
            return ask(case, "elsewhere", "the text speaks of something else, but the amount is that of an open item")
        return nothing("elsewhere", "the text speaks of something that is no invoice")
    if case.says(
        Sense.ADVANCE, Sense.PART, Sense.DISCOUNT, Sense.CHARGES, Sense.DEDUCTION
    ) or case.reading.currencies - {case.entry.currency}:
        return ask(case, "part", "the text speaks of a part or a deduction and names no item")
    if case.repeated:
        return ask(case, "repeated", "the same payment was booked before, on the same day and with the same text")
    return _by_month(case) or _by_account(case) or ask(case, "unnamed", "nothing is named that decides")


def _by_month(case: Case) -> Match | None:
    """One of several equal items, when the text names the month of its issue and the payer is certain."""
    if not case.reading.months or len(case.reading.months) > 1:
        return None
    own = list(case.fitting(case.payer.certain))
    there = [i for i in own if i.issued_on.month in case.reading.months]
    if len(there) == 1 and (len(own) > 1 or case.payer.by_account):
        return paid(
            case, there, Reason("month", f"{there[0].number} is the one of this amount issued in the named month")
        )
    return ask(case, "month", "the named month does not point to one item", *((i,) for i in there))


def _by_account(case: Case) -> Match | None:
    """The confirmed account alone: an amount that fits one open item only, or all that the account owes."""
    payer = case.payer
    if not payer.by_account or (payer.by_name and not payer.by_name & payer.by_account):
        return None
    if payer.mentioned - payer.by_account:
        return None
    owed = case.open_of(payer.by_account)
    sets = case.small_sets(owed)
    if sets is None:
        return None
    if len(payer.by_account) > 1 and len(payer.by_account & payer.by_name) != 1:
        return None
    if len(sets) == 1 and len(sets[0]) == 1 and case.policy.by_amount:
        item = sets[0][0]
        return paid(case, sets[0], Reason("amount", f"the account is known and the amount fits {item.number} only"))
    if case.says(Sense.WHOLE) and len(owed) > 1 and _sum(owed) == case.amount:
        return paid(case, owed, Reason("whole_account", "all open items of the account, and the text says so"))
    return None
