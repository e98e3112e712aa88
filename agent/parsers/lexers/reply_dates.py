"""Dates as people write them in answers, in French, Dutch, English and German, relative to the day the mail was received.

The text is expected folded: lower case, no accents, single spaces (`agent.parsers.replies.clauses.fold`). Conventions: a bare
weekday is the first one strictly after the mail; "next week" runs from Monday to Sunday; "week 21" is the ISO 8601 week; "fin du
mois" is the last day of the month; "mardi en huit" is the Tuesday of next week; "sous huitaine" is eight days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date that was said: its span in the text, the days it may mean (first to last), and its reading as a past day.

    `past` is None when the words can only mean the future, `first` and `last` equal `past` when they can only mean the past.
    """

    start: int
    end: int
    words: str
    first: date
    last: date
    past: date | None = None

    @property
    def ahead(self) -> date:
        """The day to wait for: the last of the range, but never a weekend day that only closes a week."""
        if self.last - self.first == timedelta(days=6):
            return self.last - 2 * _DAY
        return self.last

    @property
    def exact(self) -> bool:
        """Whether the words name one day for certain: a day of the month, today or yesterday; "Monday" or "this morning" do not."""
        return self.first == self.last and (
            any(char.isdigit() for char in self.words) or bool(_EXACT_WORDS.fullmatch(self.words))
        )


_EXACT_WORDS = re.compile(r"aujourd ?'?hui|ce jour|vandaag|heden|today|heute|hier|gisteren|yesterday|gestern")
_WEEKDAYS = {
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
_MONTHS = {
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
_NUMBERS = {
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


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# "lun", "jeu", "mon", "sam", "dim", "ven" are words of their own: as weekdays they need a dot or a preposition before them.
_RISKY = {"lun", "jeu", "mon", "sam", "dim", "ven", "maand", "donner", "sun", "dins", "merc"}
_WD = _any({name: n for name, n in _WEEKDAYS.items() if name not in _RISKY})
_MO = _any(_MONTHS)
_N = rf"(\d{{1,3}}|{_any(_NUMBERS)})"
_NEXT = (
    r"(?:prochaine?s?|suivante?|qui vient|qui suit|a venir|volgende?|komende?|aanstaande?|aankomende?|eerstkomende?"
    r"|eerstvolgende?|toekomende?|next|coming|upcoming|following|nachste[nrms]?|naechste[nrms]?|kommende[nrms]?|folgende[nrms]?)"
)
_LAST = (
    r"(?:derniere?|passee?|ecoulee?|precedente?|vorige[nrms]?|vorig|afgelopen|verleden|voorbije|jongstleden|jl|last|previous"
    r"|letzte[nrms]?|vergangene[nrms]?)"
)
_THIS = r"(?:cet|cette|ce|la|deze|dit|de|this|the|diese[nrms]?|der|die)"
_END = r"(?:la fin|fin|eind|einde|het einde|the end|end|ende|ultimo|close)"
_EARLY = (
    r"(?:le debut|debut|courant debut|begin|het begin|the beginning|beginning|early|start|the start|anfang|tout debut)"
)
_MIDDLE = r"(?:le milieu|milieu|mi|mid|midden|het midden|half|medio|halverwege|the middle|middle|mitte|courant)"
_OF = r"(?:[ -](?:de|du|des|van|of|the|la|le|l|d|der|von|dem|vom|deze|dit|ce|cette|this|diese[nrms]?|in))*"
_WEEK = r"(?:semaine|sem|week|wk|woche|weekje)"
_MONTH = r"(?:mois|maand|month|monats?|monat)"

_Handler = Callable[["re.Match[str]", date], "tuple[date, date, date | None] | None"]
_RULES: list[tuple[re.Pattern[str], _Handler]] = []


def _rule(pattern: str) -> Callable[[_Handler], _Handler]:
    def keep(handler: _Handler) -> _Handler:
        _RULES.append((re.compile(rf"(?<![\w/.-]){pattern}(?!\w)"), handler))
        return handler

    return keep


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _exactly(day: date | None) -> tuple[date, date, date | None] | None:
    return (day, day, day) if day else None


def _yearless(month: int, day: int, received: date) -> tuple[date, date, date | None] | None:
    """The day in the year that puts it nearest after the mail, and nearest before it for the past reading."""
    years = [_day(received.year + step, month, day) for step in (-1, 0, 1)]
    days = [one for one in years if one]
    ahead = next((one for one in days if one >= received), None)
    behind = next((one for one in reversed(days) if one <= received), None)
    if ahead is None or behind is None:
        return _exactly(ahead or behind)
    # A day more than nine months ahead is rather one that has just passed: "le 12/12" in a mail of January.
    return (behind, behind, behind) if (ahead - received).days > 270 else (ahead, ahead, behind)


def _monday(received: date, weeks: int = 0) -> date:
    return received - received.weekday() * _DAY + weeks * 7 * _DAY


def _month(received: date, ahead: int = 0) -> tuple[date, date]:
    index = received.year * 12 + received.month - 1 + ahead
    year, month = divmod(index, 12)
    return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def _working(received: date, days: int) -> date:
    day = received
    for _ in range(min(days, 120)):
        day += _DAY
        while day.weekday() > 4:
            day += _DAY
    return day


def _shift(received: date, count: int, unit: str, *, back: bool = False) -> date:
    count = min(count, 400)
    if unit.startswith(("mo", "maan")):
        first, last = _month(received, -count if back else count)
        return first + (min(received.day, last.day) - 1) * _DAY
    days = count * (7 if unit.startswith(("se", "we", "wo", "wk")) and not unit.startswith(("wer", "wor")) else 1)
    if unit.startswith(("h", "u", "st")):
        days = -(-count // 24)
    return received + (-days if back else days) * _DAY


@_rule(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
def _iso(m: re.Match[str], _: date) -> tuple[date, date, date | None] | None:
    return _exactly(_day(int(m[1]), int(m[2]), int(m[3])))


@_rule(r"(\d{1,2}) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{4}|\d{2})(?![,.]\d)")
def _numeric(m: re.Match[str], _: date) -> tuple[date, date, date | None] | None:
    day, month, year = int(m[1]), int(m[2]), int(m[3])
    if month > 12 >= day:
        day, month = month, day
    return _exactly(_day(year, month, day))


@_rule(
    rf"(?:(?:{_WD})\.? )?(?:le |de |the |den |am |on )?(\d{{1,2}})(?:er|e|eme|ste|de|st|nd|rd|th|\.)?,? ?(?:of |de )?"
    rf"({_MO})\b\.?,?(?: (20\d\d))?"
)
def _named(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    month, day = _MONTHS[m[2]], int(m[1])
    return _exactly(_day(int(m[3]), month, day)) if m[3] else _yearless(month, day, received)


@_rule(rf"({_MO})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,/:]\d)(?:,? (20\d\d))?(?! ?(?:€|eur|%))")
def _named_us(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    month, day = _MONTHS[m[1]], int(m[2])
    return _exactly(_day(int(m[3]), month, day)) if m[3] else _yearless(month, day, received)


_SHORT_DAY = rf"(?:(?:{_WD}|ma|di|wo|do|vr|za|zo|mo|mi|fr|lu|me|je|ve)\.? )?"
_NO_AMOUNT = r"(?![\d.,/]*\d)(?! ?(?:€|eur|%|h\b|uur|uhr))"


@_rule(rf"{_SHORT_DAY}(\d{{1,2}})/(\d{{1,2}})\.?{_NO_AMOUNT}")
@_rule(rf"{_SHORT_DAY}(\d{{1,2}})\.(\d{{1,2}}\.|0\d|1[0-2]){_NO_AMOUNT}")
@_rule(rf"(?:am|le|op|den|zum|bis|vom|on|by) (\d{{1,2}})\.(\d{{1,2}}){_NO_AMOUNT}")
def _short(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    day, month = int(m[1]), int(m[2].rstrip("."))
    if month > 12 >= day:
        day, month = month, day
    always = m[0] == "24/7"
    return _yearless(month, day, received) if 1 <= month <= 12 and 1 <= day <= 31 and not always else None


@_rule(
    r"(?:op|le|on|tegen|voor|by|am|vanaf|pour|bis|zum|du|vom|van|from|au|before|avant|until|tot) (\d{1,2})-(\d{1,2})(?![\d-])"
)
def _dashed(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    day, month = int(m[1]), int(m[2])
    return _yearless(month, day, received) if 1 <= month <= 12 and 1 <= day <= 31 else None


@_rule(
    rf"(?:le |de |the |den |am |on |op )?(\d{{1,2}})(?:er|e|ste|de|st|nd|rd|th|\.)? (?:(?:du|of|van|des)(?: the| de)? )?(?:{_MONTH} )?{_NEXT}(?: {_MONTH})?"
)
def _nth_next(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    day = int(m[1])
    if not 1 <= day <= 31:
        return None
    if re.search(_MONTH, m[0]):
        first, last = _month(received, 1)
        found = first + (min(day, last.day) - 1) * _DAY
        return found, found, None
    return _coming_day(day, received)


@_rule(
    r"(?:le |de |the |den |am |on |op )?(\d{1,2})(?:er|e|ste|de|st|nd|rd|th|\.)? "
    r"(?:courant|ct|dezer|deze maand|van deze maand|du mois(?: en cours)?|de ce mois(?:-ci)?|of this month|van de maand|of the month|dieses monats|d\.? ?m)"
)
def _this_month(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    first, last = _month(received)
    day = int(m[1])
    if not 1 <= day <= last.day:
        return None
    found = first + (day - 1) * _DAY
    return found, found, found


@_rule(
    rf"(?:de |van |la |the |der |in |en |le |of |du )*{_NEXT} ?{_WEEK} ((?:op |le |on |am )?(?:{_WD}))|((?:{_WD})),? (?:van |de |la |of |in |der |die )*(?:{_NEXT} {_WEEK}|{_WEEK} {_NEXT})"
)
def _day_of_next_week(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    name = (m[1] or m[2]).split()[-1]
    found = _monday(received, 1) + _WEEKDAYS[name] * _DAY
    return found, found, None


@_rule(
    rf"({_WD})(?: prochain)? (?:en huit|over (?:een|1) week|over acht dagen|week|in einer woche|in acht tagen)(?! \d)"
)
def _in_eight(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    found = _monday(received, 1) + _WEEKDAYS[m[1]] * _DAY
    return found, found, None


@_rule(
    rf"({_WD}) (?:en quinze|over (?:twee|2|veertien|14) (?:weken|dagen)|in (?:zwei|2) wochen|fortnight)|a week on ({_WD})"
)
def _in_fifteen(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    weeks = 1 if m[2] else 2
    found = _monday(received, weeks) + _WEEKDAYS[m[1] or m[2]] * _DAY
    return found, found, None


@_rule(rf"(?:{_LAST} ({_WD})|({_WD})(?: \d{{1,2}})? {_LAST})")
def _last_weekday(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    found = _before(_WEEKDAYS[m[1] or m[2]], received)
    return found, found, found


@_rule(
    rf"(?:(?:{_NEXT}|{_THIS}|op|on|by|le|am|pour|voor|tegen|bis|until|avant|before|von|for|tot) )*({_WD})\.?(?: (?:{_NEXT}|eerstdaags|as))?"
    rf"(?: (?:le |the |de )?(\d{{1,2}})(?:er|e|ste|de|st|nd|rd|th)?(?![\d/.:h]|[ -]?(?:jours|dagen|days|uur|h\b|€|eur)))?"
)
def _weekday(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    weekday = _WEEKDAYS[m[1]]
    ahead = received + _DAY * ((weekday - received.weekday() - 1) % 7 + 1)
    if m[2]:
        named = _weekday_number(weekday, int(m[2]), received)
        if named:
            return named, named, named
    return ahead, ahead, _before(weekday, received)


@_rule(r"(?:on|by|this|next|avant|pour|le|ce|op|lundi ou) (lun|jeu|mon|sam|dim|ven|sun|dins|merc)\b\.?(?! \w*able)")
def _short_weekday(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    weekday = _WEEKDAYS.get(m[1], 6)
    ahead = received + _DAY * ((weekday - received.weekday() - 1) % 7 + 1)
    return ahead, ahead, _before(weekday, received)


@_rule(r"(?:apres[ -]demain|overmorgen|the day after tomorrow|day after tomorrow|ubermorgen|uebermorgen)")
def _after_tomorrow(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    return received + 2 * _DAY, received + 2 * _DAY, None


@_rule(r"(?:avant[ -]hier|eergisteren|the day before yesterday|day before yesterday|vorgestern)")
def _before_yesterday(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    return _exactly(received - 2 * _DAY)


@_rule(
    r"(?:hier(?! is| ist| bei| in| zu| sind| die| der| das| kan| heb| ben| op| een| wir| ein| ook| nog| mit)|gisteren|gister|gisteravond|yesterday|gestern)"
)
def _yesterday(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    return _exactly(received - _DAY)


@_rule(
    r"(?:demain|(?<!goede )(?<!goeie )(?<!guten )(?<!heute )(?<!gisteren )(?<!gestern )(?<!deze )(?<!een )morgen(?:vroeg|ochtend|namiddag|avond)?"
    r"|tomorrow|tomorow|tommorow|tommorrow|tmrw|tmr|2moro|2morrow)"
)
def _tomorrow(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    return received + _DAY, received + _DAY, None


@_rule(
    r"(?:aujourd ?hui|aujourd'hui|ce jour|ce soir|ce matin|cet apres[ -]midi|cet aprem|tantot|vandaag|vanavond|vanmiddag|vanmorgen"
    r"|vanochtend|deze ochtend|deze morgen|deze namiddag|vannamiddag|heden|today|tonight|this (?:morning|afternoon|evening)|heute(?: morgen| abend| frueh| fruh)?"
    r"|by (?:cob|eod|end of (?:the )?day|close of business)|eod|cob|dans la journee|in de loop van de dag|im laufe des tages)"
)
def _today(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    return _exactly(received)


@_rule(rf"{_WEEK} (?:n[or]?\.? ?)?(\d{{1,2}})(?![\d/])|(?:kw|cw|s|w) ?(\d{{2}})(?![\d/.,-])")
def _iso_week(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    week = int(m[1] or m[2])
    if not 1 <= week <= 53:
        return None
    for year in (received.year, received.year + 1):
        try:
            monday = date.fromisocalendar(year, week, 1)
        except ValueError:
            continue
        if monday + 6 * _DAY >= received - 60 * _DAY:
            return monday, monday + 6 * _DAY, monday
    return None


@_rule(rf"(?:(?:{_EARLY}){_OF} (?:{_NEXT} {_WEEK}|{_WEEK} {_NEXT}))|(?:early {_NEXT} week)")
def _early_next_week(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    monday = _monday(received, 1)
    return monday, monday + 2 * _DAY, None


@_rule(rf"(?:{_END}{_OF} (?:{_NEXT} {_WEEK}|{_WEEK} {_NEXT}))|(?:late next week)")
def _end_next_week(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    monday = _monday(received, 1)
    return monday + 3 * _DAY, monday + 4 * _DAY, None


@_rule(rf"(?:{_MIDDLE}{_OF} (?:{_NEXT} {_WEEK}|{_WEEK} {_NEXT}))")
def _mid_next_week(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    monday = _monday(received, 1)
    return monday + _DAY, monday + 3 * _DAY, None


@_rule(
    rf"(?:{_END}{_OF} (?:{_WEEK})(?: en cours|-ci)?|weekeinde|wochenende|le week ?end|het weekend|the weekend|{_WEEK}einde)"
)
def _end_week(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    friday = _monday(received) + 4 * _DAY
    if friday < received:
        friday += 2 * _DAY
    return friday, max(friday, received), None


@_rule(rf"(?:{_NEXT} {_WEEK}|{_WEEK} {_NEXT}|nxt (?:week|wk)|volg\.? week)")
def _next_week(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    monday = _monday(received, 1)
    return monday, monday + 6 * _DAY, None


@_rule(rf"(?:{_LAST} {_WEEK}|{_WEEK} {_LAST})")
def _last_week(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    monday = _monday(received, -1)
    return monday, monday + 6 * _DAY, monday + 4 * _DAY


@_rule(
    r"(?:cette semaine|deze week|dees week|van de week|this week|diese[rn]? woche|courant de la semaine|in de loop van de week|courant semaine)"
)
def _this_week(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    monday = _monday(received)
    return max(monday, received), max(monday + 4 * _DAY, received), received


@_rule(rf"(?:{_END}{_OF} (?:{_NEXT} {_MONTH}|{_MONTH} {_NEXT}))")
def _end_next_month(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    last = _month(received, 1)[1]
    return last, last, None


@_rule(
    rf"(?:{_EARLY}{_OF} (?:{_NEXT} {_MONTH}|{_MONTH} {_NEXT})|debut du mois|debut de mois|begin van de maand|begin maand|anfang des monats)"
)
def _early_next_month(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    first = _month(received, 1)[0]
    return first, first + 9 * _DAY, None


@_rule(rf"(?:{_MIDDLE}{_OF} (?:{_NEXT} {_MONTH}|{_MONTH} {_NEXT}))")
def _mid_next_month(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    first = _month(received, 1)[0]
    return first + 9 * _DAY, first + 19 * _DAY, None


@_rule(
    rf"(?:{_END}{_OF} {_MONTH}(?:-ci| en cours)?|fin mois|month[ -]?end|monatsende|zum monatsletzten|maandeinde|eindemaand|eom|ultimo)"
)
def _end_month(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    last = _month(received)[1]
    return last, last, None


@_rule(rf"(?:{_MIDDLE}{_OF} {_MONTH}|mi[ -]mois|mid[ -]?month|monatsmitte)")
def _mid_month(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    ahead = 0 if received.day <= 18 else 1
    first = _month(received, ahead)[0]
    return max(first + 9 * _DAY, received), first + 19 * _DAY, None


@_rule(rf"(?:{_NEXT} {_MONTH}|{_MONTH} {_NEXT})")
def _next_month(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    first, last = _month(received, 1)
    return first, last, None


@_rule(rf"(?:{_LAST} {_MONTH}|{_MONTH} {_LAST})")
def _last_month(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    first, last = _month(received, -1)
    return first, last, last


@_rule(r"(?:ce mois|ce mois-ci|deze maand|this month|diesen monat|in diesem monat)(?!\w)")
def _in_month(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    last = _month(received)[1]
    return received, last, received


@_rule(rf"(?:({_END})|({_EARLY})|({_MIDDLE})){_OF}[ -]({_MO})(?: (20\d\d))?")
def _part_of_month(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    month = _MONTHS[m[4]]
    year = int(m[5]) if m[5] else received.year + (month < received.month - 2)
    start, length = date(year, month, 1), monthrange(year, month)[1]
    if m[1]:
        return start + (length - 1) * _DAY, start + (length - 1) * _DAY, start + (length - 1) * _DAY
    first, last = (0, 9) if m[2] else (9, 19)
    return start + first * _DAY, start + last * _DAY, start + first * _DAY


@_rule(
    rf"(?:en|in|im|courant|au mois de?|in de maand|during|pour|tegen|by|d ici|voor|for|bis|jusqu en) ({_MO})(?: (20\d\d))?(?! \d)"
)
def _whole_month(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    month = _MONTHS[m[1]]
    year = int(m[2]) if m[2] else received.year + (month < received.month - 2)
    last = monthrange(year, month)[1]
    return date(year, month, 1), date(year, month, last), date(year, month, last)


@_rule(
    r"(?:fin (?:de )?l ?annee|fin d ?annee|fin de cette annee|eind(?:e)?(?: van)?(?: het| dit)? jaar|(?:by )?(?:the )?end of (?:the |this )?year|year end|jahresende|ende des jahres)"
)
def _end_year(_: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    return date(received.year, 12, 31), date(received.year, 12, 31), None


_UNIT = r"(jours?|j|dagen|dag|days?|tage?n?|semaines?|sem|weken|week|weeks?|wochen?|mois|maanden|maand|months?|monate?n?|heures?|h|uur|uren|hours?|hrs|stunden?|werkdagen|werkdag|arbeitstage?n?|werktage?n?)"
_WORK = r"(?: (ouvrables?|ouvres?|working|business|francs))?"


@_rule(
    rf"(?:il y a|ca fait|voici|depuis|vor|seit|for)(?: environ| ongeveer| about| etwa| plus de| deja)? {_N} ?{_UNIT}(?: deja)?"
)
def _ago_before(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    return _exactly(_shift(received, _count(m[1]), m[2], back=True))


@_rule(rf"{_N} {_UNIT} (?:geleden|ago|her|terug|back|plus tot|eerder)")
def _ago_after(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    return _exactly(_shift(received, _count(m[1]), m[2], back=True))


@_rule(
    r"(?:sous|dans la|d ici(?: a| une)?|endeans|binnen) (huitaine|quinzaine)|(?:dans|d ici) (?:une )?(huitaine|quinzaine)(?: de jours)?|(?:within |in )?a (fortnight)"
)
def _huitaine(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    word = m[1] or m[2] or m[3]
    first, last = {"huitaine": (7, 8), "quinzaine": (14, 15), "fortnight": (14, 14)}[word]
    return received + first * _DAY, received + last * _DAY, None


@_rule(
    r"(?:dans|sous|d ici|d'ici|endeans|binnen|over|within|in|innerhalb|binnen|after|apres|nach|na|encore)"
    rf"(?: (?:les|de|the|von|maximum|max|max\.|environ|ongeveer|about|ca|circa|uiterlijk|nog|next|komende|prochaines?|prochains|nachsten|von|een|a|another))* {_N}"
    rf"(?: of| tot| a| to| bis| ou)?(?: \d{{1,2}})? ?(?:prochains |volle |hele |full |coming |working |business |werk)?-?{_UNIT}{_WORK}"
)
def _in_units(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    count, unit = _count(m[1]), m[2]
    if m[3] or re.search(r"working|business|werkdag|arbeitstag|werktag|ouvr", m[0]):
        found = _working(received, count)
    else:
        found = _shift(received, count, unit)
    return found, found, None


@_rule(
    r"(?:(?:pour|d ici|avant|op|tegen|on|by|before|am|bis zum|zum|voor|uiterlijk|vers|around|rond|um den|au plus tard|le|de|the|den|jusqu au|until|after|apres|na|nach dem) )+(?:le |de |the |den |dem )?(\d{1,2})(er|e|ste|de|st|nd|rd|th|\.)?(?![\d/:%€-]|[.,]\d| ?(?:h\b|jours|dagen|days|weken|weeks|semaines|mois|uur|euro|eur|€|%|fois|keer|x\b|stuks|am\b|pm\b|\d|factu|invoice|rechnung|maanden|months|tage|wochen|heures|pieces|colis|palet))"
)
def _bare_day(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    day = int(m[1])
    return _coming_day(day, received) if 1 <= day <= 31 else None


@_rule(
    r"(?:le |the |de |den )?(\d{1,2})(st|nd|rd|th|ste)(?! (?:fois|keer|time|reminder|herinnering|floor|aanmaning|one))"
)
def _ordinal_day(m: re.Match[str], received: date) -> tuple[date, date, date | None] | None:
    day = int(m[1])
    return _coming_day(day, received) if 1 <= day <= 31 else None


def _coming_day(day: int, received: date) -> tuple[date, date, date | None] | None:
    """The next day of this number, and the last one that has passed."""
    ahead = behind = None
    for months in (0, 1, 2):
        first, last = _month(received, months)
        if day <= last.day and first + (day - 1) * _DAY > received:
            ahead = first + (day - 1) * _DAY
            break
    for months in (0, -1, -2):
        first, last = _month(received, months)
        if day <= last.day and first + (day - 1) * _DAY <= received:
            behind = first + (day - 1) * _DAY
            break
    return (ahead, ahead, behind) if ahead else None


def _before(weekday: int, received: date) -> date:
    return received - _DAY * ((received.weekday() - weekday - 1) % 7 + 1)


def _weekday_number(weekday: int, day: int, received: date) -> date | None:
    """The nearest date that is this weekday and this day of the month ("mardi 14")."""
    near = []
    for months in (-1, 0, 1, 2):
        first, last = _month(received, months)
        if 1 <= day <= last.day and (first + (day - 1) * _DAY).weekday() == weekday:
            near.append(first + (day - 1) * _DAY)
    return min(near, key=lambda one: abs((one - received).days - 10)) if near else None


def find_dates(text: str, received: date) -> tuple[SaidDate, ...]:
    """The dates said in a folded text, in order, none overlapping; the more exact rule wins where two read the same words."""
    text = text[:_LONGEST]
    taken: list[SaidDate] = []
    for pattern, handler in _RULES:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in taken):
                continue
            days = handler(match, received)
            if days:
                first, last, past = days
                taken.append(SaidDate(match.start(), match.end(), match[0], first, last, past))
    return tuple(sorted(taken, key=lambda one: one.start))
