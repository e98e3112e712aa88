"""Choosing the reader of a document: the built-in ones in their order, and those that other packages bring along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from agent.parsers.api import Document, Parser

GROUP = "relance.parsers"


@dataclass(frozen=True, slots=True)
class BrokenPlugin:
    """A reader from another package that could not be used, and why."""

    name: str
    problem: str


def load(points: Iterable[EntryPoint]) -> tuple[tuple[Parser, ...], tuple[BrokenPlugin, ...]]:
    """The readers that these entry points name, and those that are broken; a broken one never stops the others."""
    parsers: list[Parser] = []
    broken: list[BrokenPlugin] = []
    for point in points:
        try:
            made = point.load()
            parser = made() if isinstance(made, type) else made
        except Exception as error:  # noqa: BLE001  foreign code may raise anything while it is imported
            broken.append(BrokenPlugin(point.name, f"{type(error).__name__}: {error}"))
            continue
        if _is_parser(parser):
            parsers.append(parser)
        else:
            broken.append(BrokenPlugin(point.name, "it has no name, recognises and read"))
    return tuple(parsers), tuple(broken)


@cache
def plugins() -> tuple[tuple[Parser, ...], tuple[BrokenPlugin, ...]]:
    """The installed readers of other packages, by the entry-point group "relance.parsers"."""
    return load(entry_points(group=GROUP))


def choose(parsers: Iterable[Parser], document: Document) -> Parser | None:
    """The reader that fits best; of equals the first. None when all decline."""
    best: Parser | None = None
    best_score = -1
    for parser in parsers:
        score = _score(parser, document)
        if score is not None and score > best_score:
            best, best_score = parser, score
    return best


def _score(parser: Parser, document: Document) -> int | None:
    try:
        return parser.recognises(document)
    except Exception:  # noqa: BLE001  a foreign reader that stumbles over a document declines it
        return None


def _is_parser(candidate: object) -> bool:
    return isinstance(getattr(candidate, "name", None), str) and all(
        callable(getattr(candidate, method, None)) for method in ("recognises", "read")
    )
