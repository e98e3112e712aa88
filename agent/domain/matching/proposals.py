"""What a question proposes: sets of items that a movement may mean, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from agent.domain.matching import numbers, subsets
from agent.domain.matching.case import Case
from agent.domain.matching.model import BookItem, Decision, Match, Reason

Proposal = tuple[BookItem, ...]


def ask(case: Case, code: str, words: str, *first: Proposal) -> Match:
    """A person decides. `first` are the proposals that the rule itself has; others follow by likelihood."""
    ids = [tuple(i.id for i in proposal) for proposal in (*first, *propose(case)) if proposal]
    unique: dict[frozenset[str], tuple[str, ...]] = {}
    for candidate in ids:
        unique.setdefault(frozenset(candidate), candidate)
    candidates = tuple(unique.values())
    return Match(Decision.ASK, candidates=candidates[: case.policy.most_candidates], reasons=(Reason(code, words),))


def propose(case: Case) -> Iterator[Proposal]:
    """Sets of items, the likeliest first; the same set may come twice."""
    yield from _named(case)
    likely = case.payer.likely
    own = list(case.fitting(likely))
    written = [i for i in own if any(numbers.resembles(s, i.number) for s in case.numbers.strange)]
    yield from ((i,) for i in written)
    yield from ((i,) for i in _in_month(case, own))
    yield from ((i,) for i in own)
    yield from _sets(case)
    yield from _resembling(case)
    anybody = case.book.few_with(case.amount, case.entry.currency, case.entry.booked_on)
    yield from ((i,) for i in anybody[:4])
    yield from _discounted(case)
    yield from _parts(case)


def _named(case: Case) -> Iterator[Proposal]:
    opened = case.open_named
    if opened:
        yield opened
        if len(opened) > 1:
            exact = tuple(i for i in opened if i.open == case.amount)
            yield exact[:1]
        fits = [s for s in subsets.small(opened, case.amount) if s] if len(opened) <= 12 else []
        yield from fits


def _in_month(case: Case, items: list[BookItem]) -> list[BookItem]:
    return [i for i in items if i.issued_on.month in case.reading.months]


def _sets(case: Case) -> Iterator[Proposal]:
    """Everything that a likely payer owes, then sets of a few of his items."""
    policy = case.policy
    for debtor in case.payer.likely[:3]:
        owed = case.open_of((debtor,))
        if len(owed) < 2:
            continue
        if sum((i.open for i in owed), Decimal(0)) == case.amount:
            yield owed
        if len(owed) <= policy.subset_items:
            yield from subsets.search(owed, case.amount, policy.subset_nodes, solutions=6).found


def _resembling(case: Case) -> Iterator[Proposal]:
    """Items of likely payers whose number the text may have meant, whatever the amount."""
    if case.numbers.strange:
        for item in case.open_of(case.payer.likely[:3])[:50]:
            if any(numbers.resembles(s, item.number) for s in case.numbers.strange):
                yield (item,)


def _discounted(case: Case) -> Iterator[Proposal]:
    """Items of likely payers that a small deduction would make fit."""
    policy = case.policy
    for item in case.open_of(case.payer.likely[:3])[:50]:
        short = item.open - case.amount
        if item.open > 0 and 0 < short <= max(policy.charges, item.open * Decimal("0.05")):
            yield (item,)


def _parts(case: Case) -> Iterator[Proposal]:
    """Single items that the money could be a part of, the oldest first."""
    for item in case.open_of(case.payer.likely[:2])[:6]:
        if item.open > case.amount:
            yield (item,)
