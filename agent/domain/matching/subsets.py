"""Sets of items that make an amount to the cent: exact, bounded, no solver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, islice

from agent.domain.matching.model import BookItem


@dataclass(frozen=True, slots=True)
class Subsets:
    """The sets found, at most as many as asked for. `complete` is False when the search was given up."""

    found: tuple[tuple[BookItem, ...], ...]
    complete: bool


def small(items: Sequence[BookItem], amount: Decimal, largest: int = 3) -> tuple[tuple[BookItem, ...], ...]:
    """All sets of at most `largest` (1 to 3) of these items that make the amount."""
    hits = _walk([_cents(i.open) for i in items], _cents(amount), largest)
    return tuple(tuple(items[p] for p in chosen) for chosen in hits if chosen is not None)


def search(items: Sequence[BookItem], amount: Decimal, nodes: int, solutions: int = 2, largest: int = 6) -> Subsets:
    """The first sets of at most `largest` items that make the amount, the smallest first; given up after so many nodes."""
    found: list[tuple[BookItem, ...]] = []
    walk = _walk([_cents(i.open) for i in items], _cents(amount), largest)
    for chosen in islice(walk, nodes):
        if chosen is not None:
            found.append(tuple(items[p] for p in chosen))
            if len(found) == solutions:
                return Subsets(tuple(found), complete=True)
    return Subsets(tuple(found), next(walk, _END) is _END)


_END = (-1,)


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _walk(cents: Sequence[int], target: int, largest: int) -> Iterator[tuple[int, ...] | None]:
    """Every choice of all items but one, by size; yields the positions when one more item completes it, else None.

    The completing item stands behind the others, so that each set comes once. Sizes whose least or most cannot meet the target are
    passed over.
    """
    places: dict[int, list[int]] = {}
    for position, value in enumerate(cents):
        places.setdefault(value, []).append(position)
    rising = sorted(cents)
    for size in range(min(largest, len(cents))):
        if not sum(rising[: size + 1]) <= target <= sum(rising[len(rising) - size - 1 :]):
            continue
        for chosen in combinations(range(len(cents)), size):
            rest = target
            for position in chosen:
                rest -= cents[position]
            behind = chosen[-1] if chosen else -1
            hits = [p for p in places.get(rest, ()) if p > behind]
            if not hits:
                yield None
            for last in hits:
                yield (*chosen, last)
