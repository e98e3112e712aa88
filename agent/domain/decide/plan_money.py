"""What an agreed plan says of money that would be asked about: just what its next instalments come to, from its own debtor.

Nothing else is concluded: the sum must be the next open instalment, or several of them in their order, to the cent, and nothing
that the movement may pay lies outside the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from agent.domain.decide.announced import may_be_explained
from agent.domain.decide.context import Context, Decision
from agent.domain.decide.payments import Reported, booked
from agent.domain.findings import Entry, Instruction
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem
from agent.domain.matching import Allocation, Effect, Match, Reason
from agent.domain.matching import Decision as Verdict
from agent.domain.plan_progress import items_of, progress, running
from agent.domain.plans import PaymentPlan

REASON = "instalment"
# Where nothing is named, what is proposed was found by its amount, which shows nobody.
_UNNAMED = frozenset({"unnamed", "month", "elsewhere"})


def planned(
    found: Match,
    entry: Entry,
    accounts: Iterable[DebtorAccount],
    item: Callable[[str], OpenItem | None],
    payers: frozenset[str],
) -> Match:
    """The verdict on a movement, with what the debtors' plans say of it; `payers` are those whom the payer's name or account shows."""
    if not may_be_explained(found):
        return found
    named = {id_ for candidate in found.candidates for id_ in candidate}
    fitting = [
        (account, plan, items)
        for account in {a.id: a for a in accounts}.values()
        for plan in running(account)
        if (items := _items(plan, item)) and _fits(plan, items, entry)
    ]
    if len(fitting) != 1:
        return found
    account, plan, items = fitting[0]
    shown = bool(payers) or not _UNNAMED & {reason.code for reason in found.reasons}
    its_own = bool(named) and named <= set(plan.items) and payers <= {account.id} and shown
    if not its_own and not (payers == {account.id} and not named):
        return found
    parts = tuple(_allocated(items, entry.amount))
    last = Verdict.PAID if all(part.effect is Effect.PAID for part in parts) else Verdict.PARTIAL
    reason = Reason(REASON, "the sum is the next instalment of an agreed plan")
    return Match(last, parts, reasons=(reason, *found.reasons))


def told_on_plan(
    ledger: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context
) -> Decision | None:
    """The decision about a sum that the creditor's people tell of invoices in one plan: it pays the earliest due first.

    None where it concerns no plan, is more than is open in it, or is all about one invoice: then it is booked as any other.
    """
    plans, amount = {i.plan for i in items}, instruction.amount
    if amount is None or amount <= 0 or len(plans) != 1 or "" in plans:
        return None
    if len(items) == 1 and amount <= items[0].balance.amount:
        return None
    parts = tuple(_allocated((i for i in ledger.items.values() if i.plan in plans), amount))
    if sum((part.amount for part in parts), Decimal(0)) != amount:
        return None
    reported = Reported(amount, instruction.on, instruction.words)
    return booked([(ledger.items[part.item], part.amount) for part in parts], reported, context)


def _items(plan: PaymentPlan, item: Callable[[str], OpenItem | None]) -> tuple[OpenItem, ...]:
    """All items of the plan; none when one cannot be looked at."""
    held = [state for id_ in plan.items if (state := item(id_)) is not None]
    return items_of(plan, held) if len(held) == len(plan.items) else ()


def _fits(plan: PaymentPlan, items: Iterable[OpenItem], entry: Entry) -> bool:
    if entry.amount <= 0 or entry.currency != plan.currency:
        return False
    steps = [step.open for step in progress(plan, items).standings if step.open > 0]
    return entry.amount in set(accumulate(steps))


def _allocated(items: Iterable[OpenItem], amount: Decimal) -> Iterator[Allocation]:
    """The money on the items, the earliest due first."""
    owed = [i for i in items if i.state is ItemState.FOLLOWED and i.balance.amount > 0]
    left = amount
    for item in sorted(owed, key=lambda i: (i.invoice.due_date or date.max, i.invoice.number)):
        part = min(left, item.balance.amount)
        if part > 0:
            yield Allocation(item.id, part, Effect.PAID if part == item.balance.amount else Effect.PARTIAL)
            left -= part
