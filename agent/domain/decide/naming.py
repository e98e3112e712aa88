"""Which items a debtor means: by number, by the end of a number, by its place on our letter, by amount, or "the others"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from agent.domain.enclosures import EnclosureReading
from agent.domain.findings import Intent
from agent.domain.index import number_term
from agent.domain.ledger import OpenItem
from agent.domain.money import Money
from agent.domain.references import compact

_LONGEST = 2000
_DIGITS = re.compile(r"(?<![\d.,/-])\d{3,8}(?![\d/-]|[.,]\d| ?(?:€|eur|euros?|%))")
_REST = re.compile(
    r"\b(?:les autres|l'autre|le reste|le solde restant|celles? qui restent?|tout le reste|de andere|het andere|de rest|de overige|alle andere|the others?|the rest|the remaining|everything else"
    r"|all others?|die anderen?|den rest|der rest|die ubrigen|die restlichen|alle anderen|alles andere)\b"
)
_PLACES = (
    r"premi(?:er|ere)|1(?:er|ere|re)|eerste|1ste|first|1st|erste[nrs]?|1\.",
    r"deuxieme|seconde?|2(?:e|eme|nde?)|tweede|2de|second|2nd|zweite[nrs]?|2\.",
    r"troisieme|3(?:e|eme)|derde|3de|third|3rd|dritte[nrs]?|3\.",
    r"quatrieme|4(?:e|eme)|vierde|4de|fourth|4th|vierte[nrs]?|4\.",
    r"cinquieme|5(?:e|eme)|vijfde|5de|fifth|5th|funfte[nrs]?|5\.",
)
_LAST = r"dernier|derniere|laatste|last|letzte[nrs]?"
# An ordinal names a line only beside a word for one, or where the sentence goes on without a noun: not in "the second reminder".
_ORDINAL = re.compile(
    r"\b(?P<article>(?:la|le|de|het|the|die|der|das|den|uw|votre|your|ihre) )?(?P<place>"
    + "|".join((*_PLACES, _LAST))
    + r")(?!\w)(?P<noun> (?:factures?|lignes?|postes?|montants?|facturen|factuur|regels?|lijn|lijnen|posten?|bedrag|bedragen|invoices?|lines?|items?|one|ones|amounts?|rechnung(?:en)?|zeilen?|positionen|position|betrag|betrage)\b)?"
    r"(?P<bare>(?= ?(?:[,.;:!?)]|$)| (?:est|n'est|ne|n'a|a|sont|is|isn't|was|has|klopt|werd|wordt|ist|wurde|stimmt|hat|et|en|and|und|only|alleen|uniquement|nur|seulement|dans|sur|in|on|auf|op)\b))?"
)


@dataclass(frozen=True, slots=True)
class Meant:
    """The items that something is about, and whether the words themselves chose them."""

    items: tuple[OpenItem, ...]
    chosen: bool


def meant_by(
    items: Sequence[OpenItem], intent: Intent, taken: Sequence[str] = (), aside: Sequence[OpenItem] = ()
) -> Meant:
    """The items that a clause is about, of those of our letter, in its order; or of those `aside`, which only a number names.

    By their numbers in the clause, by the end of a number ("la 118"), by their place ("la deuxième"), as those that no other clause
    took ("les autres"), by their amount; else, not chosen by the words, by the numbers of the whole mail, and all of them at last.
    """
    words = _fold(intent.words)[:_LONGEST]
    rest = tuple(i for i in items if i.id not in taken)
    if _REST.search(words) and rest and len(rest) < len(items):
        return Meant(rest, chosen=True)
    chosen = (
        _by_number((*items, *aside), words)
        or _by_ending(items, words)
        or _by_ending(aside, words)
        or _by_place(items, words)
        or _by_amount(items, intent)
    )
    if chosen:
        return Meant(chosen, chosen=True)
    wanted = {number_term(n) for n in intent.numbers}
    told = tuple(i for i in (*items, *aside) if number_term(i.invoice.number) in wanted)
    return Meant(told or tuple(items), chosen=False)


def tied(items: Sequence[OpenItem], enclosure: EnclosureReading) -> tuple[OpenItem, ...]:
    """The items that an enclosed document names, by number or reference, else by an amount that only one item or all together make."""
    numbers = {number_term(n) for line in enclosure.lines for n in line.numbers}
    numbers |= {term for n in enclosure.numbers if len((term := number_term(n))[1]) >= 4}
    references = {compact(r) for r in enclosure.references}
    named = tuple(
        i
        for i in items
        if number_term(i.invoice.number) in numbers
        or (i.invoice.reference and compact(i.invoice.reference) in references)
    )
    if named or enclosure.amount is None:
        return named
    same = tuple(i for i in items if enclosure.amount in (i.balance.amount, i.invoice.total.amount))
    if len(same) == 1:
        return same
    currencies = {i.invoice.total.currency for i in items}
    whole = len(currencies) == 1 and Money.total((i.balance for i in items), min(currencies)).amount == enclosure.amount
    return tuple(items) if whole else ()


def _by_number(items: Sequence[OpenItem], words: str) -> tuple[OpenItem, ...]:
    spoken = compact(words)
    return tuple(i for i in items if len(n := number_term(i.invoice.number)[1]) >= 3 and n in spoken)


def _by_ending(items: Sequence[OpenItem], words: str) -> tuple[OpenItem, ...]:
    """The items whose number ends in figures of the words, when only one item's does."""
    found: list[OpenItem] = []
    for match in _DIGITS.finditer(words):
        ending = [i for i in items if number_term(i.invoice.number)[1].endswith(match[0])]
        found += ending if len(ending) == 1 else []
    return tuple(dict.fromkeys(found))


def _by_place(items: Sequence[OpenItem], words: str) -> tuple[OpenItem, ...]:
    found: list[OpenItem] = []
    for match in _ORDINAL.finditer(words):
        if len(items) < 2 or not (match["noun"] or (match["article"] and match["bare"] is not None)):
            continue
        place = next((n for n, p in enumerate(_PLACES) if re.fullmatch(p, match["place"])), len(items) - 1)
        found += items[place : place + 1]
    return tuple(dict.fromkeys(found))


def _by_amount(items: Sequence[OpenItem], intent: Intent) -> tuple[OpenItem, ...]:
    """The only item of this amount, whether its balance or its total is meant."""
    if intent.amount is None:
        return ()
    same = tuple(i for i in items if intent.amount in (i.balance.amount, i.invoice.total.amount))
    return same if len(same) == 1 else ()


def _fold(text: str) -> str:
    """Lower case without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
