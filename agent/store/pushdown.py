"""From a TinyDB query to the index: which documents can fit at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tinydb.queries import QueryLike

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Documents whose value at `path` is one of `values`, or without values lies between `low` and `high` (both included)."""

    path: Path
    values: tuple[str, ...] = ()
    low: str = ""
    high: str | None = None

    @property
    def exact(self) -> bool:
        """Whether it names values."""
        return bool(self.values)


def lookup(query: QueryLike, indexed: Collection[Path]) -> Lookup | None:
    """The narrowest look-up that finds every document this query can match; None when only a scan does.

    It reads the hash under which TinyDB itself caches a query: `('==', path, value)`, `('and', frozenset of hashes)`. That is
    no public interface, so anything unknown there means a scan, and the query is always asked again about each document.
    """
    return _plan(getattr(query, "_hash", None), indexed)


def _plan(key: object, indexed: Collection[Path]) -> Lookup | None:
    if not isinstance(key, tuple) or not key:
        return None
    if key[0] == "and" and len(key) == 2 and isinstance(key[1], frozenset):
        plans = [plan for part in key[1] if (plan := _plan(part, indexed)) is not None]
        exact = [plan for plan in plans if plan.exact]
        return min(exact, key=lambda p: (len(p.values), p.path), default=None) or _range(plans)
    if len(key) == 3 and key[1] in indexed:
        return _compare(key[0], key[1], key[2])
    return None


def _range(plans: Sequence[Lookup]) -> Lookup | None:
    if not plans:
        return None
    path = min(plan.path for plan in plans)
    same = [plan for plan in plans if plan.path == path]
    high = min((plan.high for plan in same if plan.high is not None), default=None)
    return Lookup(path, low=max(plan.low for plan in same), high=high)


def _compare(operator: object, path: Path, value: object) -> Lookup | None:
    if operator in ("any", "one_of"):
        return _among(path, value)
    if not isinstance(value, str):
        return None
    match operator:
        case "==":
            return Lookup(path, (value,))
        case "<" | "<=":
            return Lookup(path, high=value)
        case ">" | ">=":
            return Lookup(path, low=value)
    return None


def _among(path: Path, values: object) -> Lookup | None:
    if not isinstance(values, tuple | frozenset):
        return None
    texts = tuple(sorted({v for v in values if isinstance(v, str)}))
    return Lookup(path, texts) if texts and len(texts) == len(set(values)) else None
