"""Which part of what was paid counts for interest and indemnities: decided together with the payment, by the creditor's terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.claims import Charging, allocation, claim_on
from agent.domain.decide.context import Context, Decision, head
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem


def allocated(decision: Decision, ledger: Ledger, context: Context) -> Decision:
    """The decision, and for each item whose payments it changes the parts that count for its charges.

    An invoice that a bank movement seemed to settle stays open where the terms set payments against interest first; the word of
    the creditor's people settles it all the same.
    """
    moved = {e.item for e in decision.events if isinstance(e, ev.PaymentReceived | ev.PaymentReversed)}
    if context.charging is None or not moved:
        return decision
    after = decision.after(ledger)
    said = {e.item for e in decision.events if isinstance(e, ev.PaymentReceived) and e.evidence in ("owner", "staff")}
    parts = tuple(
        e for id_ in sorted(moved) for e in _parts(id_, after, context.charging, context, by_word=id_ in said)
    )
    if not parts:
        return decision
    after = Decision(parts).after(after)
    reopened = {e.item for e in parts if after.items[e.item].balance.amount > context.plan.tolerance}
    kept = (e for e in decision.events if not (isinstance(e, ev.InvoiceSettled) and e.item in reopened))
    return Decision((*kept, *parts), decision.letters)


def claimed_of(item: OpenItem, account: DebtorAccount | None, on: date, context: Context) -> Decimal:
    """What is still claimed on an item on this day beside its balance, as far as the debtor was shown it by a statement."""
    if context.charging is None or account is None or not any(day <= on for day in item.statements):
        return Decimal(0)
    made = claim_on(item, account, (item,), context.charging, on)
    return made.due.amount if made else Decimal(0)


def _parts(
    id_: str, after: Ledger, charging: Charging, context: Context, *, by_word: bool
) -> tuple[ev.PaymentsAllocated, ...]:
    item = after.items.get(id_)
    account = after.accounts.get(item.invoice.debtor) if item else None
    if item is None or account is None or (by_word and item.state.value == "settled"):
        return ()
    parts = allocation(item, account, after.of_account(account.id), charging)
    return (ev.PaymentsAllocated(**head(context), item=id_, parts=parts),) if parts != item.charges else ()
