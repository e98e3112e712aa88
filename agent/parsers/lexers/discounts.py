"""Discounts for early payment in words: "2 % Skonto innerhalb von 10 Tagen", "escompte de 3 % avant le 12 mai"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.invoice_parts import Discount
from agent.domain.terms import read_terms
from agent.parsers.lexers.amounts import Amount, find_amounts
from agent.parsers.lexers.clauses import sentences
from agent.parsers.lexers.dates import Order, find_dates
from agent.parsers.lexers.folding import fold

DISCOUNT = re.compile(r"escompte|skonto|korting|discount")
_NONE = re.compile(
    r"(?:sans|pas d'|aucun|ni) ?escompte|escompte[^.]{0,40}(?:neant|aucun|: ?0)|(?:ohne|kein\w?) (?:abzug von )?skonto|geen (?:\w+ )?korting|no (?:\w+ )?discount|remise|kwantum"
)
_DAYS = re.compile(r"(\d{1,3}) ?(?:jours?|dagen|days?|tagen?)\b")
_NET_BEFORE = re.compile(
    r"(?:netto?|net|danach|sonst|sinon|puis|ensuite|otherwise|daarna|rein netto)[ :]*(?:in|binnen|innerhalb|within|a|sous)?\s*$"
)
_NET_AFTER = re.compile(r"^ ?(?:netto?\b|nets?\b|rein netto|ohne abzug|zonder korting)")
_HIGHEST = 10


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    until: date


def find_discounts(
    text: str, order: Order, issued: date | None, total: Decimal | None
) -> tuple[tuple[Discount, int], ...]:
    """The discounts that a text grants, each with its place: last day printed or counted from the invoice's date."""
    found: list[tuple[Discount, int]] = []
    for sentence, place in sentences(text):
        folded = fold(sentence)
        if DISCOUNT.search(folded) and not _NONE.search(folded):
            found += [(discount, place) for discount in _granted(sentence, folded, order, issued, total)]
    return tuple(found)


def _granted(sentence: str, folded: str, order: Order, issued: date | None, total: Decimal | None) -> list[Discount]:
    figures = list(find_amounts(sentence))
    percents = [f for f in figures if f.percent and 0 < f.value <= _HIGHEST]
    mentions = _mentions(sentence, folded, order, issued)
    if not percents or not mentions:
        return []
    behind = any(m.start >= percents[-1].end for m in mentions)
    granted = []
    for index, percent in enumerate(percents):
        start = percents[index - 1].end if index else 0
        stop = percents[index + 1].start if index + 1 < len(percents) else len(sentence)
        mention = _nearest(mentions, percent, (start, stop), behind=behind)
        if mention is not None:
            granted.append(Discount(mention.until, _reduced(figures, percent, total), percent.value))
    return granted


def _nearest(mentions: list[_Mention], percent: Amount, within: tuple[int, int], *, behind: bool) -> _Mention | None:
    if behind:
        return next((m for m in mentions if percent.end <= m.start < within[1]), None)
    return next((m for m in reversed(mentions) if within[0] <= m.start < percent.start), None)


def _mentions(sentence: str, folded: str, order: Order, issued: date | None) -> list[_Mention]:
    """The days that the sentence names, but for the one on which the whole is due; a printed day goes before a counted one beside it."""
    dates = [_Mention(day.start, day.end, day.value) for day in find_dates(sentence, order)]
    counted = [
        _Mention(match.start(), match.end(), terms.due(issued))
        for match in _DAYS.finditer(folded)
        if issued is not None and (terms := read_terms(f"{match[1]} days")) is not None
    ]
    counted = [m for m in counted if not any(0 <= d.start - m.end <= 25 for d in dates)]
    found = sorted((*dates, *counted), key=lambda m: m.start)
    return [m for m in found if not _NET_BEFORE.search(folded[: m.start]) and not _NET_AFTER.search(folded[m.end :])]


def _reduced(figures: list[Amount], percent: Amount, total: Decimal | None) -> Decimal | None:
    """The amount printed that is the total less about this discount; None when none is."""
    if total is None:
        return None
    least = total * (100 - percent.value - 1) / 100
    return next((f.value for f in figures if f.money and least < f.value < total), None)
