"""Clauses of an invoice in four languages: late interest, fixed indemnity, a claim that passed to a factor, why no VAT is charged."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from agent.domain.alternatives import any_of
from agent.domain.invoice_parts import Clause
from agent.parsers.lexers.amounts import Amount, find_amounts
from agent.parsers.lexers.folding import fold

MAX_TEXT = 4000
# So many paragraphs are kept for a while: each reader of clauses asks for those of the same page.
_PARAGRAPHS = 128
_MAX_WORDS = 300
_ABBREVIATIONS = ("art", "Art", "no", "Nr", "nr", "bijv", "min", "max", "Abs", "et")
# Looked behind only where a sentence may end: before every letter it would take most of the time.
_ABBREVIATED = "".join(rf"(?<!\b{word}[.!?;])" for word in _ABBREVIATIONS) + "(?<! C[.!?;])"
_SENTENCE = re.compile(rf"[.!?;]{_ABBREVIATED}\s+(?=[^\W_a-z])|\s[•·|]\s")
_LATE = any_of(
    r"retard|tardi|verwijl|laattijdig|te laat|niet[- ](?:tijdig|betal)|nalatig|verzug|\blate\b|overdue|non[- ]paie|defaut de (?:paie|regle)"
    r"|apres (?:l'|la date d')?echeance|a (?:son |l')echeance|na (?:de )?vervaldag|op (?:de )?vervaldag|unpaid|impaye|moratoir|past due|nach falligkeit"
    r"|recouvrement|invordering|incasso|recovery|collection|clause penale|schadebeding|mahn|beitreibung"
)
_INTEREST = any_of(
    r"inter[eê]ts?\b|interest\w{0,3}|\bin?trest\w{0,3}|\brente\b|penalit\w{1,3}|\w{0,14}zins(?:en|satz)?\b|verwijlint\w{1,10}|late fee"
)
_INDEMNITY = re.compile(
    r"indemnit\w{1,4}|clause penale|dommages|schadebeding|schadevergoeding|vergoeding|strafbeding|frais de (?:recouvrement|rappel|dossier)|\bforfait\b"
    r"|(?:invorderings|incasso|aanmanings|administratie)kost\w{0,2}|(?:recovery|collection|reminder) (?:costs?|fees?|charges?)|\bcompensation|\bpauschale|\w{1,12}pauschale"
    r"|mahn(?:kosten|gebuhr\w{0,2}|spesen)|lump sum|fixed sum|damages|penalty clause|schadensersatz"
)
_DISCOUNT = re.compile(r"escompte|skonto|korting|discount")
_POINTS_BEFORE = re.compile(
    r"(?:majore\w{0,2}|augmente\w{0,2}|verhoogd|vermeerderd|increased|plus|\+)\s?(?:de|met|by|von)?\s?$"
)
_POINTS_AFTER = re.compile(
    r"^\s?%?\s?(?:points?|punten|procentpunt\w{0,2}|prozentpunkt\w{0,2}|percentage points?|(?:uber|above|over|boven)\b)"
)
_MONTHLY = re.compile(r"^\s?%?\s?(?:d'\w{1,8} )?(?:par|per|pro|im|/|a) ?(?:mois|maand|month|monat)")
_JOINED = re.compile(r"\s?%?\s?(?:de |d'|van |von |of |an )?$")
_CESSION = any_of(
    r"(?:creance|facture|vordering|factuur|forderung|claim|debt|invoice|receivable|rechnung)\w{0,2}\b[^.]{0,80}\b(?:cede\w{0,2}|cession|subrog\w{1,8}|overgedragen|gecedeerd|verpand|abgetreten|assigned)"
    r"|(?:cession|cede|assignment|abtretung|overdracht)\w{0,2}\b[^.]{0,60}\b(?:creance|vordering|forderung|receivable|claim)"
    r"|subrogation|subroge\w{0,2}|(?:liberatoire|bevrijdend\w?|schuldbefreiend\w{0,3}|valid discharge)\b|\baffacturage|\bfactoring"
)
_NO_CESSION = any_of(
    r"retard|defaut|niet[- ]betal|recouvrement|incasso|verzug|\blate\b|inkasso|auteur|propriete|eigendom|eigentum|\bif\b|\bfalls\b|\bindien\b|en cas de"
)
_EXEMPTION = re.compile(
    r"franchise (?:de|en base|des|de la taxe)|regime de la franchise|tva non applicable|art(?:icle|\.)? ?(?:293 ?b|56 ?bis|39 ?bis|44|283|138|259|262|196|21)\b|autoliquidation|auto-liquidation"
    r"|non (?:assujetti|soumis)\w{0,2}|exoner\w{1,3}|exempt\w{0,4}|cocontractant|reverse[- ]charge|btw verlegd|verlegd|medecontractant|vrijgesteld|vrijstelling\w{0,10}|kleine ?ondernem\w{1,10}"
    r"|niet btw-plichtig|intra-?comm?unaut\w{1,6}|intra-?community|intracommunautair\w{0,2}|steuerfrei\w{0,2}|steuerbefrei\w{1,4}|kleinunternehm\w{1,12}|§ ?(?:19|4|13b) ?u?stg?|§ ?(?:19|13b)\b"
    r"|steuerschuldnerschaft|innergemeinschaftlich\w{0,2}|differenzbesteuer\w{1,4}|regime (?:particulier )?de la marge|margeregeling|margin scheme|outside the scope"
)  # fmt: skip


@lru_cache(maxsize=_PARAGRAPHS)
def sentences(text: str) -> tuple[tuple[str, int], ...]:
    """The sentences of a text, each with its place; at most the first 4,000 characters are read."""
    found: list[tuple[str, int]] = []
    start = 0
    for match in _SENTENCE.finditer(text[:MAX_TEXT]):
        found.append((text[start : match.end()].strip(), start))
        start = match.end()
    return (*found, (text[start:MAX_TEXT].strip(), start))


def find_late_interest(text: str) -> tuple[Clause, int] | None:
    """The clause about interest for late payment with its place in the text; None when there is none."""
    return _clause(text, "interest")


def find_indemnity(text: str) -> tuple[Clause, int] | None:
    """The clause about a fixed charge for late payment with its place in the text; None when there is none."""
    return _clause(text, "indemnity")


def find_cession(text: str) -> tuple[str, int] | None:
    """The words by which the claim passed to somebody else, who is to be paid; None where nothing says so."""
    for sentence, place in sentences(text):
        folded = fold(sentence)
        if _CESSION.search(folded) and not _NO_CESSION.search(folded):
            return sentence[:_MAX_WORDS], place
    return None


def find_exemption(text: str) -> tuple[str, int] | None:
    """The words that say why no VAT is charged; None where nothing says so."""
    for sentence, place in sentences(text):
        if _EXEMPTION.search(fold(sentence)):
            return sentence[:_MAX_WORDS], place
    return None


def _clause(text: str, kind: str) -> tuple[Clause, int] | None:
    for sentence, place in _about_late_payment(text):
        folded = fold(sentence)
        topics = _topics(folded)
        if not any(name == kind for name, _, _ in topics):
            continue
        rate, amount, monthly = _figures(sentence, folded, topics, kind)
        return Clause(" ".join(sentence.split())[:_MAX_WORDS], rate, amount, monthly), place
    return None


@lru_cache(maxsize=_PARAGRAPHS)
def _about_late_payment(text: str) -> tuple[tuple[str, int], ...]:
    """The sentences about paying late, and those right behind them that are not about paying early."""
    found: list[tuple[str, int]] = []
    after_late = False
    for sentence, place in sentences(text):
        folded = fold(sentence)
        late = bool(_LATE.search(folded))
        if late or (after_late and not _DISCOUNT.search(folded)):
            found.append((sentence, place))
        after_late = late
    return tuple(found)


def _topics(folded: str) -> list[tuple[str, int, int]]:
    patterns = (("interest", _INTEREST), ("indemnity", _INDEMNITY), ("discount", _DISCOUNT))
    return [(name, match.start(), match.end()) for name, pattern in patterns for match in pattern.finditer(folded)]


def _figures(
    sentence: str, folded: str, topics: list[tuple[str, int, int]], kind: str
) -> tuple[Decimal | None, Decimal | None, bool]:
    rate: Decimal | None = None
    amount: Decimal | None = None
    monthly = False
    for figure in find_amounts(sentence):
        if _topic_of(figure, folded, topics) != kind:
            continue
        if figure.percent and rate is None and not _relative(folded, figure) and 0 < figure.value <= 100:
            rate, monthly = figure.value, bool(_MONTHLY.search(folded[figure.end :]))
        elif figure.currency and amount is None and figure.value > 0:
            amount = figure.value
    return rate, amount, monthly


def _topic_of(figure: Amount, folded: str, topics: list[tuple[str, int, int]]) -> str:
    """What a figure is about: the word right behind it, else the last one before, else the next one."""
    follows = min((t for t in topics if 0 <= t[1] - figure.end <= 12), key=lambda t: t[1], default=None)
    precedes = max((t for t in topics if t[2] <= figure.start), key=lambda t: t[2], default=None)
    later = min((t for t in topics if t[1] >= figure.end), key=lambda t: t[1], default=None)
    close = follows is not None and _JOINED.match(folded[figure.end : follows[1]])
    chosen = (follows if figure.percent and close else None) or precedes or later
    return chosen[0] if chosen is not None else ""


def _relative(folded: str, figure: Amount) -> bool:
    """Whether this rate is counted above another one, which changes."""
    before, after = folded[max(0, figure.start - 25) : figure.start], folded[figure.end : figure.end + 30]
    return bool(_POINTS_BEFORE.search(before) or _POINTS_AFTER.search(after))
