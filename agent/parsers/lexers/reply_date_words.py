"""The words of dates in replies, in French, Dutch, English and German, folded, and the arithmetic of days that they need."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from agent.parsers.lexers.dates import FIRST_YEAR, LAST_YEAR

DAY = timedelta(days=1)

# First and last day that words may mean, and their reading as a past day; None when they are no date after all.
Days = tuple[date, date, date | None] | None
Handler = Callable[[re.Match[str], date], Days]
Rule = tuple[re.Pattern[str], Handler]


def collector(rules: list[Rule]) -> Callable[[str], Callable[[Handler], Handler]]:
    """A decorator that adds a pattern, standing on its own in the text, and its handler to the rules."""

    def rule(pattern: str) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            rules.append((re.compile(rf"(?<![\w/.-]){pattern}(?!\w)"), handler))
            return handler

        return keep

    return rule


WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi lun maandag maand monday montag mon",
            "mardi dinsdag dinsd tuesday tues tue dienstag dins",
            "mercredi merc woensdag woensd wednesday weds wed mittwoch woens",
            "jeudi jeu donderdag donderd thursday thurs thur thu donnerstag donner",
            "vendredi vend ven vrijdag vrijd vrij friday fri freitag vrydag",
            "samedi sam zaterdag saturday samstag sonnabend",
            "dimanche dim zondag sunday sonntag",
        )
    )
    for name in names.split()
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january januari januar janner jan",
            "fevrier fevr fev february februari februar feber feb",
            "mars march maart mrt marz maerz mar mrz",
            "avril avr april apr",
            "mai may mei",
            "juin june juni jun",
            "juillet juil july juli jul",
            "aout august augustus aug",
            "septembre september sept sep",
            "octobre october oktober oct okt",
            "novembre november nov",
            "decembre december dezember dec dez",
        ),
        1,
    )
    for name in names.split()
}
NUMBERS = {
    name: number
    for number, names in {
        1: "un une een a an one ein eine einem einer einen",
        2: "deux twee two zwei a_couple_of couple",
        3: "trois drie three drei",
        4: "quatre vier four",
        5: "cinq vijf five funf fuenf",
        6: "six zes sechs",
        7: "sept zeven seven sieben",
        8: "huit acht eight",
        9: "neuf negen nine neun",
        10: "dix tien ten zehn",
        12: "douze twaalf twelve zwolf",
        14: "quatorze veertien fourteen vierzehn",
        15: "quinze vijftien fifteen funfzehn",
        20: "vingt twintig twenty zwanzig",
        21: "eenentwintig",
        30: "trente dertig thirty dreissig",
    }.items()
    for name in names.split()
}


def either(words: dict[str, int]) -> str:
    """The alternation of these words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


# "lun", "jeu", "mon", "sam", "dim", "ven" are words of their own: as weekdays they need a dot or a preposition before them.
RISKY = {"lun", "jeu", "mon", "sam", "dim", "ven", "maand", "donner", "sun", "dins", "merc"}
WD = either({name: n for name, n in WEEKDAYS.items() if name not in RISKY})
MO = either(MONTHS)
N = rf"(\d{{1,3}}|{either(NUMBERS)})"
NEXT = (
    r"(?:prochaine?s?|suivante?|qui vient|qui suit|a venir|volgende?|komende?|aanstaande?|aankomende?|eerstkomende?"
    r"|eerstvolgende?|toekomende?|next|coming|upcoming|following|nachste[nrms]?|naechste[nrms]?|kommende[nrms]?|folgende[nrms]?)"
)
LAST = (
    r"(?:derniere?|passee?|ecoulee?|precedente?|vorige[nrms]?|vorig|afgelopen|verleden|voorbije|jongstleden|jl|last|previous"
    r"|letzte[nrms]?|vergangene[nrms]?)"
)
THIS = r"(?:cet|cette|ce|la|deze|dit|de|this|the|diese[nrms]?|der|die)"
END = r"(?:la fin|fin|eind|einde|het einde|the end|end|ende|ultimo|close)"
EARLY = (
    r"(?:le debut|debut|courant debut|begin|het begin|the beginning|beginning|early|start|the start|anfang|tout debut)"
)
MIDDLE = r"(?:le milieu|milieu|mi|mid|midden|het midden|half|medio|halverwege|the middle|middle|mitte|courant)"
OF = r"(?:[ -](?:de|du|des|van|of|the|la|le|l|d|der|von|dem|vom|deze|dit|ce|cette|this|diese[nrms]?|in))*"
WEEK = r"(?:semaine|sem|week|wk|woche|weekje)"
MONTH = r"(?:mois|maand|month|monats?|monat)"


def day_of(year: int, month: int, day: int) -> date | None:
    """This day; two-digit years are of this century; None when there is no such day, or none that business is done on."""
    year = year + 2000 if year < 100 else year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def exactly(day: date | None) -> Days:
    """One day and no other."""
    return (day, day, day) if day else None


def yearless(month: int, day: int, received: date) -> Days:
    """The day in the year that puts it nearest after the mail, and nearest before it for the past reading."""
    years = [day_of(received.year + step, month, day) for step in (-1, 0, 1)]
    days = [one for one in years if one]
    ahead = next((one for one in days if one >= received), None)
    behind = next((one for one in reversed(days) if one <= received), None)
    if ahead is None or behind is None:
        return exactly(ahead or behind)
    # A day more than nine months ahead is rather one that has just passed: "le 12/12" in a mail of January.
    return (behind, behind, behind) if (ahead - received).days > 270 else (ahead, ahead, behind)


def monday_of(received: date, weeks: int = 0) -> date:
    """The Monday of the week so many weeks ahead."""
    return received - received.weekday() * DAY + weeks * 7 * DAY


def month_span(received: date, ahead: int = 0) -> tuple[date, date]:
    """The first and last day of the month so many months ahead."""
    index = received.year * 12 + received.month - 1 + ahead
    year, month = divmod(index, 12)
    return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def count_of(word: str) -> int:
    """The number that figures or a word mean."""
    return int(word) if word.isdigit() else NUMBERS[word]


def working_day(received: date, days: int) -> date:
    """The day so many working days (Monday to Friday) ahead."""
    day = received
    for _ in range(min(days, 120)):
        day += DAY
        while day.weekday() > 4:
            day += DAY
    return day


def shifted(received: date, count: int, unit: str, *, back: bool = False) -> date:
    """The day so many hours, days, weeks or months ahead, or back."""
    count = min(count, 400)
    if unit.startswith(("mo", "maan")):
        first, last = month_span(received, -count if back else count)
        return first + (min(received.day, last.day) - 1) * DAY
    days = count * (7 if unit.startswith(("se", "we", "wo", "wk")) and not unit.startswith(("wer", "wor")) else 1)
    if unit.startswith(("h", "u", "st")):
        days = -(-count // 24)
    return received + (-days if back else days) * DAY


def coming_day(day: int, received: date) -> Days:
    """The next day of this number, and the last one that has passed."""
    ahead = behind = None
    for months in (0, 1, 2):
        first, last = month_span(received, months)
        if day <= last.day and first + (day - 1) * DAY > received:
            ahead = first + (day - 1) * DAY
            break
    for months in (0, -1, -2):
        first, last = month_span(received, months)
        if day <= last.day and first + (day - 1) * DAY <= received:
            behind = first + (day - 1) * DAY
            break
    return (ahead, ahead, behind) if ahead else None


def weekday_before(weekday: int, received: date) -> date:
    """The last such weekday before the mail."""
    return received - DAY * ((received.weekday() - weekday - 1) % 7 + 1)


def weekday_number(weekday: int, day: int, received: date) -> date | None:
    """The nearest date that is this weekday and this day of the month ("mardi 14")."""
    near = []
    for months in (-1, 0, 1, 2):
        first, last = month_span(received, months)
        if 1 <= day <= last.day and (first + (day - 1) * DAY).weekday() == weekday:
            near.append(first + (day - 1) * DAY)
    return min(near, key=lambda one: abs((one - received).days - 10)) if near else None
