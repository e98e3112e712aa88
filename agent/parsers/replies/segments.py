"""One sentence with several orders in it: "118 payée, 120 en pause jusqu'au 31/03"; and what an order leaves out: "tout sauf 119"."""

from __future__ import annotations

import re
from collections.abc import Callable

_JOINT = re.compile(r"\s*(?:;|,(?!\d)|\s(?:et|en|and|und|mais|maar|but|aber|puis|dan|then|dann)\s)\s*", re.IGNORECASE)
_MOST_PARTS = 12


def segments(words: str, has_order: Callable[[str], bool], has_target: Callable[[str], bool]) -> tuple[str, ...]:
    """The parts of a sentence that each give an order about something of their own; the whole sentence when there are not two."""
    groups: list[tuple[int, int, bool]] = []
    ordered = aimed = False
    for start, end in _parts(words):
        order, target = has_order(words[start:end]), has_target(words[start:end])
        if groups and ordered and aimed and target:
            groups.append((start, end, order))
            ordered, aimed = order, target
        else:
            ordered, aimed = ordered or order, aimed or target
            groups[-1:] = [(groups[-1][0] if groups else start, end, ordered)]
    joined: list[tuple[int, int]] = []
    for start, end, order in groups:
        joined[len(joined) - (not order and bool(joined)) :] = [(joined[-1][0] if joined and not order else start, end)]
    return tuple(words[start:end] for start, end in joined) if len(joined) > 1 else (words,)


def _parts(words: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for match in _JOINT.finditer(words):
        if match.start() > start:
            found.append((start, match.start()))
        start = match.end()
        if len(found) == _MOST_PARTS:
            break
    return [*found, (start, len(words))] if start < len(words) else found or [(0, len(words))]


_EXCEPT = re.compile(
    r"(?:,? )?\b(?:sauf|excepte|hormis|a l exception d[eu]|a part|behalve|uitgezonderd|op .{1,20} na|except(?: for)?|apart from|all but|everything but|but not|ausser|bis auf(?! weiteres)|mit ausnahme von)\b(?! si\b| if\b| als\b| wenn\b)"
)
_EVERY = re.compile(
    r"\b(?:tout|toutes|tous|les deux|l ensemble|alles|allemaal|alle|beide|all|everything|both|alles|samtliche|beides)\b(?! (?:de suite|a fait|va bien|of a sudden|right|the best|gute|guten|bonne))"
)


def left_out(folded: str) -> tuple[str, str]:
    """A folded sentence up to its exception, and the exception; "" when nothing is left out."""
    match = _EXCEPT.search(folded)
    if match is None or match.end() == len(folded):
        return folded, ""
    every = " all" if match[0].strip(" ,").startswith(("all", "everything")) else ""
    return folded[: match.start()] + every, folded[match.end() :]


def says_all(folded: str) -> bool:
    """Whether a folded sentence is about all that there is."""
    return bool(_EVERY.search(folded))
