"""Which of a creditor's known layouts a page has: by its labels and where they begin, whatever values stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.domain.layouts import KnownLayout, Sign
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers.folding import fold

_MOST = 80
# In thousandths of the page's width: so far may a label move (a scan lies askew, a right-aligned label grows).
_MOVED = 25
# So large a part of the labels of both must be the same at the same place.
ALIKE = 0.4
# A page with fewer labels than this is known by nothing.
_FEWEST = 3


def signs_of(sheet: Sheet) -> tuple[Sign, ...]:
    """The labels of the pages with their places, each once; only words of the lexicon, so never a person's."""
    widths = {page.number: page.width or 1.0 for page in sheet.layout.pages}
    found: dict[tuple[str, int], Sign] = {}
    for named in sheet.labels:
        part = named.cell.part(named.label.start, named.label.end)
        across = round(1000 * part.x0 / widths[part.page])
        words = " ".join(fold(named.words).split())
        found.setdefault((words, across // _MOVED), Sign(words, across))
    return tuple(found.values())[:_MOST]


def likeness(one: Sequence[Sign], other: Sequence[Sign]) -> float:
    """How much of two layouts is the same, from 0 to 1 (Dice's measure over the labels that meet)."""
    if len(one) < _FEWEST or len(other) < _FEWEST:
        return 0.0
    places: dict[str, list[int]] = {}
    for sign in other:
        places.setdefault(sign.words, []).append(sign.across)
    met = 0
    for sign in one:
        near = [across for across in places.get(sign.words, ()) if abs(across - sign.across) <= _MOVED]
        if near:
            met += 1
            places[sign.words].remove(min(near, key=lambda across: abs(across - sign.across)))
    return 2 * met / (len(one) + len(other))


def recognised(sheet: Sheet, layouts: Iterable[KnownLayout]) -> KnownLayout | None:
    """The known layout that these pages have; None when they have none of them."""
    known = [layout for layout in layouts if not layout.forgotten]
    if not known:
        return None
    signs = signs_of(sheet)
    best = max(known, key=lambda layout: likeness(layout.signs, signs))
    return best if likeness(best.signs, signs) >= ALIKE else None
