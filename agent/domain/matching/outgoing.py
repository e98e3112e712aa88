"""Money that goes out: returns of payments that came in, refunds by the creditor, and expenses that are no concern of matching."""

from __future__ import annotations

from decimal import Decimal

from agent.domain.matching import names
from agent.domain.matching.case import Case, nothing
from agent.domain.matching.model import Allocation, BookItem, Decision, Effect, Match, Reason, Receipt
from agent.domain.matching.proposals import ask
from agent.domain.matching.reading import Sense


def decide(case: Case) -> Match:
    """The verdict on a debit: which items are open again, or why none is."""
    if not _is_return(case):
        return nothing("outgoing", "an outgoing payment that returns nothing")
    tied = [r for r in case.book.receipts_of(case.entry.end_to_end) if _sum(r) and r.entry.amount == case.amount]
    if len(tied) == 1:
        return _reopen(tied[0], Reason("end_to_end", "the bank's end-to-end reference of the payment that came in"))
    return _by_number(case) or _by_amount(case)


def _is_return(case: Case) -> bool:
    """A return says so by code or word, or bears the reference of a payment that came in. Refunds are the creditor's own doing."""
    entry = case.entry
    if entry.reversal or entry.return_reason:
        return True
    if any(r.entry.amount == case.amount for r in case.book.receipts_of(entry.end_to_end)):
        return True
    return case.says(Sense.RETURN) and not case.says(Sense.REFUND)


def _sum(receipt: Receipt) -> Decimal:
    return sum((abs(a.amount) for a in receipt.allocations if a.effect is not Effect.REOPEN), Decimal(0))


def _reopen(receipt: Receipt, *reasons: Reason) -> Match:
    allocations = tuple(
        Allocation(a.item, a.amount, Effect.REOPEN) for a in receipt.allocations if a.effect is not Effect.REOPEN
    )
    return Match(Decision.REOPEN, allocations, reasons=reasons)


def _by_number(case: Case) -> Match | None:
    """The return names the item: its payment of this amount is taken back, or all of it when it was settled by this amount."""
    if len(case.named) != 1 or case.ambiguous:
        return None
    item = case.named[0]
    received = [r for r, a in case.book.received_for(item.id) if a.effect is not Effect.REOPEN]
    whole = [r for r in received if r.entry.amount == case.amount]
    if len(whole) == 1:
        return _reopen(whole[0], Reason("number", f"{item.number} is named and this amount came in for it"))
    if not received and not item.open and item.amount == case.amount:
        allocation = Allocation(item.id, case.amount, Effect.REOPEN)
        return Match(
            Decision.REOPEN, (allocation,), reasons=(Reason("number", f"{item.number} is named and was settled"),)
        )
    return None


def _by_amount(case: Case) -> Match:
    """An amount that came in only once is the one that goes back, when nothing contradicts."""
    receipts = [r for r in case.book.receipts_over(case.amount, case.entry.currency) if _sum(r)]
    proposals = [tuple(case.book.items[a.item] for a in r.allocations) for r in reversed(receipts)]
    same = [r for r in receipts if _same_party(case, r)]
    if len(receipts) == 1 and len(same) == 1 and not case.named:
        return _reopen(same[0], Reason("amount_once", "this amount came in only once, from the same party"))
    if case.named:
        proposals.insert(0, case.named)
    settled = _settled_of(case)
    return ask(
        case, "return_untied", "money was taken back; the payment it belongs to is not certain", *proposals, *settled
    )


def _same_party(case: Case, receipt: Receipt) -> bool:
    ours, theirs = case.entry, receipt.entry
    if ours.counterparty_iban and theirs.counterparty_iban:
        return ours.counterparty_iban == theirs.counterparty_iban
    return bool(ours.counterparty_name) and names.key(ours.counterparty_name) == names.key(theirs.counterparty_name)


def _settled_of(case: Case) -> list[tuple[BookItem, ...]]:
    """Settled items of the party with exactly this amount."""
    parties = {*case.payer.likely, *case.book.mentioned(case.entry.remittance)}
    found = [i for d in sorted(parties)[:5] for i in case.book.all_of(d) if i.amount == case.amount and not i.open]
    return [(i,) for i in found]
