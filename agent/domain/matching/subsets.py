"""Sets of items that make an amount to the cent: exact, bounded, no solver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from agent.domain.matching.model import BookItem


@dataclass(frozen=True, slots=True)
class Subsets:
    """The sets found, at most as many as asked for. `complete` is False when the search was given up."""

    found: tuple[tuple[BookItem, ...], ...]
    complete: bool


def small(items: Sequence[BookItem], amount: Decimal, largest: int = 3) -> tuple[tuple[BookItem, ...], ...]:
    """All sets of at most `largest` (1 to 3) of these items that make the amount."""
    by_amount: dict[Decimal, list[int]] = {}
    for position, item in enumerate(items):
        by_amount.setdefault(item.open, []).append(position)
    found: list[tuple[BookItem, ...]] = []
    for size in range(largest):
        for chosen in combinations(range(len(items)), size):
            rest = amount - sum((items[i].open for i in chosen), Decimal(0))
            last = chosen[-1] if chosen else -1
            found.extend((*(items[i] for i in chosen), items[p]) for p in by_amount.get(rest, ()) if p > last)
    return tuple(found)


def search(items: Sequence[BookItem], amount: Decimal, nodes: int, solutions: int = 2, largest: int = 6) -> Subsets:
    """The first sets of at most `largest` items that make the amount; given up after so many nodes."""
    order = sorted(items, key=lambda i: -abs(i.open))
    cents = [int(i.open.scaleb(2)) for i in order]
    target = int(amount.scaleb(2))
    found: list[tuple[BookItem, ...]] = []
    budget = nodes
    for chosen in _walk(cents, target, largest):
        budget -= 1
        if chosen is not None:
            found.append(tuple(order[i] for i in chosen))
        if budget <= 0 or len(found) >= solutions:
            return Subsets(tuple(found), budget > 0)
    return Subsets(tuple(found), True)


def _walk(cents: Sequence[int], target: int, largest: int) -> Iterator[tuple[int, ...] | None]:
    """Depth first over "take it or leave it"; yields each node, with the positions when they make the target."""
    highest, lowest = [0] * (len(cents) + 1), [0] * (len(cents) + 1)
    for i in range(len(cents) - 1, -1, -1):
        highest[i] = highest[i + 1] + max(cents[i], 0)
        lowest[i] = lowest[i + 1] + min(cents[i], 0)
    stack: list[tuple[int, int, tuple[int, ...]]] = [(0, target, ())]
    while stack:
        position, rest, chosen = stack.pop()
        if rest == 0 and chosen:
            yield chosen
            continue
        yield None
        if position == len(cents) or len(chosen) == largest or not lowest[position] <= rest <= highest[position]:
            continue
        stack.append((position + 1, rest, chosen))
        stack.append((position + 1, rest - cents[position], (*chosen, position)))
