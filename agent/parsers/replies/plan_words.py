"""The payment plan that words wish for: how many times, how much each, from when and how often, or part by part."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.findings import Instruction
from agent.domain.months import months_after
from agent.domain.plans import MOST_INSTALMENTS, Every, PlanWish, WishedPart
from agent.parsers.lexers.reply_date_words import MONTHS, NUMBERS, count_of
from agent.parsers.lexers.reply_dates import find_dates
from agent.parsers.replies.clauses import fold
from agent.parsers.replies.slots import read_slots

_LONGEST = 1_500
_MONTH_LONG = timedelta(days=11)
_COUNT = "|".join(sorted((w for w in NUMBERS if len(w) > 2), key=len, reverse=True))
_TIMES = re.compile(
    rf"(?<![\w.,/-])(\d{{1,2}}|{_COUNT}) ?(?:x\b|mal\b|times\b|fois\b|keer\b|(?:(?:equal|egale?s|gelijke|gleichen?|monthly|mensuel\w{{0,4}}|maandelijkse|monatlichen?"
    r"|weekly|wochentlichen?|wekelijkse) )?(?:mensualites?|versements?|tranches?|echeances?|paiements?|schijven|delen|termijnen|afbetalingen|betalingen|stortingen"
    r"|maandaflossingen|instal?lments?|payments?|parts?\b|raten\b|teilbetrage\w?|teilzahlungen|zahlungen|monatsraten))"
)
_MONTHS_LONG = re.compile(
    rf"(?:en|sur|pendant|durant|in|over|gedurende|for|uber|auf) (\d{{1,2}}|{_COUNT}) (?:mois|maanden|months|monaten?)\b"
)
_PERIOD = re.compile(
    r"(?:par|chaque|tous les|le|a|per|elke|iedere|each|every|pro|jeden|im|/) ?(?:mois|maand|month|monat)\b|/ ?(?:mois|maand|month|monat)"
    r"|mensuel|mensualite|maandelijks|monthly|monatlich|monatsrate"
    r"|(?:par|chaque|per|elke|iedere|a|each|every|pro|jede) (?:semaine|week|woche)\b|hebdomadaire|wekelijks|weekly|wochentlich"
)
_FORTNIGHT = re.compile(
    r"(?:toutes les|om de|every|alle) (?:deux|2|twee|two|zwei) (?:semaines|weken|weeks|wochen)|(?:tous les|chaque) (?:15|quinze) jours"
    r"|bimensuel|tweewekelijks|fortnight|biweekly|zweiwochentlich|veertien dagen|14 dagen|14 tage"
)
_WEEK = re.compile(r"semaine|hebdo|\bweek|wekelijks|weekly|\bwoche|wochentlich")
_FROM_MONTH = re.compile(
    rf"(?:a partir (?:de |d )?|des |vanaf |from |starting (?:in |from )?|beginning (?:in )?|ab |begin |debut )(?:le mois de |mois de )?({'|'.join(sorted(MONTHS, key=len, reverse=True))})\b(?: (20\d\d))?"
)
_SHARES = (
    (re.compile(r"\bmoitie\b|\bhelft\b|\bhalf\b|\bhalfte\b|\bhalve\b"), Decimal("0.5")),
    (re.compile(r"\btiers\b|\bderde\b|\bthird\b|\bdrittel\b"), Decimal(1) / 3),
    (re.compile(r"\bquart\b|\bkwart\b|\bquarter\b|\bviertel\b"), Decimal("0.25")),
)
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}) ?(?:%|pour ?cents?\b|procent\b|percent\b|prozent\b)")
_REST = re.compile(
    r"\b(?:reste|restant|solde|rest|resterende|saldo|balance|remainder|remaining|restbetrag|overige)\b|(?:l autre|andere|other|zweite) (?:moitie|helft|half|halfte)"
)
_NOW = re.compile(
    r"\b(?:maintenant|tout de suite|immediatement|aujourd hui|nu|meteen|onmiddellijk|direct|now|immediately|right away|straight away|jetzt|sofort|gleich|upfront)\b"
)
_SEGMENT = re.compile(
    r"[;:?!\n]|,(?!\d)|\.(?!\d)|\b(?:et|puis|ensuite|dan|daarna|vervolgens|then|and|und|dann|danach|plus)\b|\ben (?=(?:de |het )?(?:rest|saldo|andere)|\d|€|#)"
)
_PLAN = re.compile(
    r"\b(?:plan (?:de |d )?(?:paiement|apurement|remboursement|echelonnement)|plan|echelonnement|echeancier|afbetalingsplan|afbetaling|betaalplan|betalingsplan|spreidingsplan"
    r"|payment plan|instal?lment plan|repayment plan|instal?lments|ratenplan|ratenzahlung|zahlungsplan|teilzahlung)\b"
)
_NOT = re.compile(
    r"\b(?:pas|refuse[rz]?|refus|aucun|sans|non|niet|geen|weiger\w{0,3}|zonder|no|not|nt|without|nicht|kein\w{0,2}|ohne|ablehn\w{0,3})\b"
)
_BEGINS = re.compile(
    r"(?:(?:un|een|a|an|ein|einen|propose[rz]?|proposons|voorstel|stel|offer|bitte|please|svp|graag|mets|mettez|nouveau|nieuw|new|neuer) )*"
    r"(?:plan\b|afbetaling|ratenplan|ratenzahlung|echelonnement|echeancier|payment plan|betaalplan|zahlungsplan)"
)
_ENDS = re.compile(
    r"\b(?:annule[rz]?|revoque[rz]?|arrete[rz]?|stop|stoppe[rz]?|mets? fin|mettez fin|mettre fin|resilie[rz]?|fin du|herroep\w{0,3}|intrekken|trek\b.{0,40}\bin|stopzetten|zet\b.{0,40}\bstop"
    r"|beeindig\w{0,3}|cancel|revoke|end|terminate|widerruf\w{0,3}|beende\w{0,2}|kundige\w{0,2}|storniere\w{0,2}|aufheben)\b"
)


def read_wish(text: str, received: date) -> PlanWish:
    """The plan that a text wishes for, as far as it says; dates are resolved against `received`, amounts are plain decimals."""
    folded = fold(text[:_LONGEST])
    parts = _parts(folded, received)
    if len(parts) > 1:
        return PlanWish(parts=parts)
    slots = read_slots(folded, received)
    uneven = _REST.search(folded) or any(pattern.search(folded) for pattern, _ in _SHARES)
    count = None if uneven else _count(folded)
    regular = count is not None or bool(_PERIOD.search(folded)) or bool(_FORTNIGHT.search(folded))
    each = min(slots.amounts) if slots.amounts and regular else None
    return PlanWish(count, each, _first(folded, received), _every(folded))


def plan_order(line: str, received: date, *, answers: bool = False) -> Instruction | None:
    """What a line of a creditor orders about a payment plan: one to be proposed, or one to be ended; None when it says neither.

    With `answers` it stands below a proposal of ours, and need not name the plan.
    """
    folded = fold(line[:300])
    named = bool(_PLAN.search(folded))
    if named and _ENDS.search(folded):
        return Instruction("plan_end", words=line)
    if not (named or answers) or _NOT.search(folded):
        return None
    wish = read_wish(line, received)
    if wish.says_how or (_BEGINS.match(folded) and not answers):
        return Instruction("plan", words=line, wish=wish)
    return None


def _count(folded: str) -> int | None:
    found = _TIMES.search(folded) or _MONTHS_LONG.search(folded)
    count = count_of(found[1]) if found else 0
    return count if 2 <= count <= MOST_INSTALMENTS else None


def _every(folded: str) -> Every:
    if _FORTNIGHT.search(folded):
        return Every.FORTNIGHT
    return Every.WEEK if _WEEK.search(folded) else Every.MONTH


def _first(folded: str, received: date) -> date | None:
    """The first day that is said; a whole month means its first day, and a day that has passed comes again next month."""
    for said in find_dates(folded, received):
        day = said.first if said.last - said.first >= _MONTH_LONG else said.last
        while day < received and (received - day).days < 31:
            day = months_after(day, 1)
        if day >= received:
            return day
    month = _FROM_MONTH.search(folded)
    if month is None:
        return None
    number = MONTHS[month[1]]
    year = int(month[2]) if month[2] else received.year + (number <= received.month)
    return date(year, number, 1)


def _parts(folded: str, received: date) -> tuple[WishedPart, ...]:
    """The parts of a wish told one by one; none when they come at regular intervals, or no day is told at all."""
    if _PERIOD.search(folded) or _FORTNIGHT.search(folded):
        return ()
    found = [part for segment in _SEGMENT.split(folded) if segment for part in _segment(segment, received)]
    found = [
        replace(p, share=None) if n == len(found) - 1 and n and p.amount is None else p for n, p in enumerate(found)
    ]
    dated = any(part.on for part in found)
    rest_before = any(p.amount is None and p.share is None for p in found[:-1])
    return tuple(found) if dated and not rest_before else ()


def _segment(segment: str, received: date) -> tuple[WishedPart, ...]:
    slots = read_slots(segment, received)
    ahead = [said for said in slots.dates if said.last >= received]
    if len(slots.amounts) > 1 or len(ahead) > 1:
        return ()
    on = ahead[0].ahead if ahead and not _NOW.search(segment) else None
    if slots.amounts:
        return (WishedPart(amount=slots.amounts[0], on=on),)
    if _REST.search(segment):
        return (WishedPart(on=on),)
    percent = _PERCENT.search(segment)
    share = Decimal(percent[1]) / 100 if percent else next((s for p, s in _SHARES if p.search(segment)), None)
    return (WishedPart(share=share, on=on),) if share else ()
