"""What a debtor's remittance advice is worth: it tells how a sum is made up, and settles nothing until that very sum has come.

A movement that would be asked about is explained by an advice when the sum is the same to the cent, the days fit, one advice only
fits, its writer was proved when it came, and every line names an invoice of his that is open for just that amount. Then the money is
booked as the advice says if the bank shows this debtor, and nobody else, as its payer; else the set is proposed first: who announces
a usual sum must not get what another one pays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain import credit_events as ce
from agent.domain.decide.context import Context, head
from agent.domain.enclosures import EnclosureKind, EnclosureReading, RemittanceLine, Standing
from agent.domain.findings import Entry
from agent.domain.index import number_term
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.matching import Allocation, Effect, Match, Reason
from agent.domain.matching import Decision as Verdict
from agent.domain.money import Money
from agent.domain.states import Remittance, RemittanceShare

REASON = "remittance"
# Money comes so long after the day that was told, or so little before it.
_LATEST, _EARLIEST = timedelta(days=21), timedelta(days=4)
# What neither an advice nor a plan outweighs: a number that is not ours, and money that no debtor sends himself.
_OUTWEIGHS = frozenset({"strange_number", "paid_twice", "returned_credit", "collected"})


def advised(
    account: DebtorAccount, items: Sequence[OpenItem], papers: Iterable[EnclosureReading], context: Context
) -> tuple[ce.RemittanceAdvised, ...]:
    """What the remittance advices of a proved debtor tell, when each of their lines is an invoice of his and they make the sum."""
    found = []
    for paper in papers:
        if paper.kind is not EnclosureKind.REMITTANCE or paper.standing is Standing.REFUSED or not paper.lines:
            continue
        shares = _shares(paper.lines, items)
        total = sum((share.amount.amount for share in shares), Decimal(0))
        whole = len(shares) == len(paper.lines) and len({s.amount.currency for s in shares}) == 1
        if whole and total > 0 and paper.amount in (None, total):
            found.append(
                ce.RemittanceAdvised(
                    **head(context),
                    debtor=account.id,
                    amount=Money(total, shares[0].amount.currency),
                    on=paper.on or context.today,
                    shares=shares,
                    document=paper.document,
                )
            )
    return tuple(found)


def _shares(lines: Iterable[RemittanceLine], items: Sequence[OpenItem]) -> tuple[RemittanceShare, ...]:
    """The lines that name one item each, with what is paid on it; its balance when the line names no sum."""
    found: dict[str, RemittanceShare] = {}
    for line in lines:
        terms = {number_term(number) for number in line.numbers}
        named = [i for i in items if number_term(i.invoice.number) in terms]
        if len(named) == 1 and named[0].id not in found:
            amount = named[0].balance if line.amount is None else Money(line.amount, named[0].balance.currency)
            found[named[0].id] = RemittanceShare(named[0].id, amount)
    return tuple(found.values())


def may_be_explained(found: Match) -> bool:
    """Whether what a debtor said or agreed before may tell what money is for: matching asks, and nothing on the movement outweighs it."""
    return found.decision is Verdict.ASK and _OUTWEIGHS.isdisjoint(reason.code for reason in found.reasons)


def explained(
    found: Match,
    entry: Entry,
    accounts: Iterable[DebtorAccount],
    item: Callable[[str], OpenItem | None],
    payers: frozenset[str],
) -> Match:
    """The verdict on a movement, with what the debtors' advices say of it; `payers` are those whom the payer's name or account shows."""
    if not may_be_explained(found):
        return found
    fitting = [(a, r) for a in {a.id: a for a in accounts}.values() for r in a.remittances if _fits(r, entry)]
    if len(fitting) != 1:
        return found
    account, advice = fitting[0]
    ids = tuple(share.item for share in advice.shares)
    reason = Reason(REASON, f"the debtor's remittance advice of {advice.on} makes up this sum")
    others = tuple(c for c in found.candidates if set(c) != set(ids))
    held = [(share, state) for share in advice.shares if (state := item(share.item)) is not None]
    exact = len(held) == len(ids) and all(s.is_open and s.balance == share.amount for share, s in held)
    if exact and payers == {account.id}:
        parts = tuple(Allocation(share.item, share.amount.amount, Effect.PAID) for share in advice.shares)
        return Match(Verdict.PAID, parts, reasons=(reason, *found.reasons))
    if not all(state.is_open for _, state in held) or len(held) < len(ids):
        return found
    return replace(found, candidates=(ids, *others), reasons=(reason, *found.reasons))


def _fits(advice: Remittance, entry: Entry) -> bool:
    came: date = entry.booked_on
    same = advice.amount == Money(entry.amount, entry.currency)
    return same and advice.on - _EARLIEST <= came <= advice.on + _LATEST
