"""Payment terms: what "30 jours fin de mois le 10" means, and which day follows from it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from agent.domain.alternatives import any_of
from agent.domain.months import last_of, months_after

MAX_TEXT = 400
_MAX_DAYS = 366


class MonthEnd(StrEnum):
    """Whether the end of a month counts, and on which side of the days."""

    NONE = "none"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Terms:
    """When an invoice is due, counted from its date: months and days, the end of the month, a day of the month after that.

    `MonthEnd.AFTER` counts the days and then goes to the end of that month ("30 jours fin de mois", the reading that French
    commercial practice gives to article L441-10 of the Code de commerce); `BEFORE` goes to the end of the month and counts then.
    """

    days: int = 0
    months: int = 0
    month_end: MonthEnd = MonthEnd.NONE
    day_of_month: int | None = None

    def due(self, issued: date) -> date:
        """The day on which an invoice of this date is due."""
        day = last_of(issued) if self.month_end is MonthEnd.BEFORE else issued
        day = months_after(day, self.months) + timedelta(days=self.days)
        if self.month_end is MonthEnd.AFTER:
            day = last_of(day)
        if self.day_of_month is None:
            return day
        if day.day < self.day_of_month and self.month_end is MonthEnd.NONE:
            return _on_day(day, self.day_of_month)
        return _on_day(months_after(day.replace(day=1), 1), self.day_of_month)

    @property
    def rule(self) -> str:
        """The name of the rule, as a reading's `Where` gives it."""
        if self == Terms():
            return "terms: at once"
        parts = [f"{self.months} months"] if self.months else []
        parts += [f"{self.days} days"] if self.days else []
        if self.month_end is MonthEnd.AFTER:
            parts.append("end of month")
        elif self.month_end is MonthEnd.BEFORE:
            parts.insert(0, "end of month")
        if self.day_of_month is not None:
            parts.append(f"on day {self.day_of_month}")
        return "terms: " + ", ".join(parts)


AT_ONCE = Terms()

_NUMBER_WORDS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "sept": 7, "huit": 8, "dix": 10, "quatorze": 14, "quinze": 15, "vingt": 20,
    "trente": 30, "quarante-cinq": 45, "soixante": 60,
    "een": 1, "twee": 2, "drie": 3, "zeven": 7, "acht": 8, "tien": 10, "veertien": 14, "vijftien": 15, "twintig": 20,
    "dertig": 30, "vijfenveertig": 45, "zestig": 60,
    "one": 1, "two": 2, "three": 3, "seven": 7, "eight": 8, "ten": 10, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty-five": 45, "sixty": 60,
    "ein": 1, "einem": 1, "eines": 1, "zwei": 2, "drei": 3, "sieben": 7, "zehn": 10, "vierzehn": 14, "zwanzig": 20,
    "dreissig": 30, "funfundvierzig": 45, "sechzig": 60,
}  # fmt: skip
_NUMBER = r"(?P<n>\d{1,3}|" + "|".join(sorted(map(re.escape, _NUMBER_WORDS), key=len, reverse=True)) + r")"
_DAY_WORD = r"(?:jours?|jrs?|j|dagen|dgn|dag|days?|tagen?|tg|giorni|gg|dias?|dni)\b"
_DAYS = re.compile(
    rf"\b{_NUMBER}(?:\s?\((?:\w{{1,12}})\))?[ -]?(?:(?:calend\w{{1,10}}|kalender|full|net|netto|nets|volle) )?(?:kalender)?{_DAY_WORD}"
)
_NET = re.compile(r"\bnett?o? (?P<n>\d{1,3})\b(?! ?[%.,]?\d)")
_WEEKS = re.compile(rf"\b{_NUMBER} (?:semaines?|weken|week|weeks?|wochen?)\b")
_MONTHS = re.compile(rf"\b{_NUMBER} (?:mois|maand(?:en)?|months?|monate?n?s?)\b")
_MONTH_END = any_of(
    r"\bfin (?:de |du )?mois\b|\bfdm\b|\bf\.d\.m\b|\b(?:einde|eind)(?: van de| v/d| der)? ?maand\b|\bend of (?:the )?month\b|\beom\b"
    r"|\bfine mese\b|\bfin de mes\b|\bd\.?f\.?f\.?m\b|\bmonatsende\b|\b(?:zum )?ende des monats\b|\bmonatsultimo\b"
)
_DAY_OF_MONTH = re.compile(
    r"(?:\ble|\bde|\bden|\bthe|\bam|\bau|\bop de|\bon the) (?P<d>\d{1,2})(?:e|er|eme|th|st|nd|rd|ste|de|\.)?\b(?! ?(?:jours|dagen|days|tage|%|[/.,]\d))"
)
_AT_ONCE = re.compile(
    r"\bcomptant\b|\b(?:a|des|sur) (?:la )?reception\b|\bcontant(?:e)?\b|\bbij ontvangst\b|\b(?:up)?on receipt\b|\bupon reception\b"
    r"|\bsofort\b|\b(?:nach|bei) (?:rechnungs)?erhalt\b|\bpayment on delivery\b|\bbij levering\b|\ba la livraison\b|\bimmediate(?:ly)?\b"
    r"|\bimmediat(?:ement)?\b|\bonmiddellijk\b|\bper direct\b|\bcash\b|\bpayable today\b|\bdirect (?:te betalen|betaalbaar)\b"
    r"|\bohne zahlungsziel\b|\bimmediate payment\b|\bal contado\b|\ba(?:lla)? vista\b|\bvista fattura\b|\bpagamento immediato\b"
)
_OTHER_MATTER = any_of(
    r"%|\bskonto\b|\bescompte\b|\bkorting\b|\bdiscount\b|\bremise\b|\bretard|\bverzug|\blate\b|\bverwijl|\bte late\b|\bmahn"
    r"|\breclam|\bcontest|\bklacht|\bprotest|\bcomplain|\bbeanstand|\bretract|\bherroep|\bwiderruf|\bgaranti|\bwaarborg|\bwarrant"
    r"|\bdispute|\bbezwaar|\bbetwist|\brembours|\bretour|\bvalable|\bvalid\b|\bgeldig|\bgultig|\bmise en demeure|\bingebreke|\bdelai de livraison"
    r"|\blevertijd|\bdelivery time|\blieferzeit|\bpenalit|\binteret|\binterest|\bzins|\bau-dela|\bapres echeance|\bna vervaldag"
)
_NO_CLAUSE_END = re.compile(r"(?<=\bj)\.|(?<=\bjrs)\.|(?<=\bdgn)\.|,(?= (?:le|den|de|the|am|au|fin|einde|end) )")
_CLAUSE = any_of(
    r"[;,!?\n]|\.(?=\s|$)|\bsinon\b|\bof wel\b|\boder\b|\bou\b|\bor\b|\bof(?= binnen| netto)|\bsonst\b|\botherwise\b|\bpuis\b| - "
)


def plain(text: str) -> str:
    """Lower case without accents, one space between words: how labels and terms are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def read_terms(text: str) -> Terms | None:
    """The payment terms that a text states in French, Dutch, English, German, Italian or Spanish; None when it states none.

    Clauses about a discount, late payment, complaints or guarantees are not terms, whatever days they name.
    """
    joined = _NO_CLAUSE_END.sub(" ", plain(text[:MAX_TEXT]))
    clauses = [c for c in _CLAUSE.split(joined) if c.strip() and not _OTHER_MATTER.search(c)]
    counted = next((found for clause in clauses if (found := _counted(clause)) is not None), None)
    if counted is not None:
        return counted
    return AT_ONCE if any(_AT_ONCE.search(clause) for clause in clauses) else None


def _counted(clause: str) -> Terms | None:
    days, months, place = _length(clause)
    end = _MONTH_END.search(clause)
    if place is None and end is None:
        return None
    month_end = MonthEnd.NONE
    if end is not None:
        month_end = MonthEnd.BEFORE if place is not None and end.start() < place else MonthEnd.AFTER
    tail = clause[end.end() :] if end is not None else ""
    on_day = _DAY_OF_MONTH.search(tail)
    day = int(on_day["d"]) if on_day and 1 <= int(on_day["d"]) <= 31 else None
    return Terms(days, months, month_end, day)


def _length(clause: str) -> tuple[int, int, int | None]:
    """Days, months and where they stand in the clause (None when it counts nothing)."""
    for pattern, unit in ((_DAYS, 1), (_NET, 1), (_WEEKS, 7)):
        found = pattern.search(clause)
        if found and (days := _number(found["n"]) * unit) <= _MAX_DAYS:
            return days, 0, found.start()
    found = _MONTHS.search(clause)
    if found and _number(found["n"]) <= 12:
        return 0, _number(found["n"]), found.start()
    return 0, 0, None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBER_WORDS[text]


def _on_day(day: date, number: int) -> date:
    return day.replace(day=min(number, last_of(day).day))
