"""Single days as people say them in replies: full and short dates, weekdays, tomorrow and yesterday."""

from __future__ import annotations

import re
from datetime import date

from agent.parsers.lexers.reply_date_words import (
    DAY,
    LAST,
    MO,
    MONTH,
    MONTHS,
    NEXT,
    THIS,
    WD,
    WEEK,
    WEEKDAYS,
    Days,
    Rule,
    collector,
    coming_day,
    day_of,
    exactly,
    monday_of,
    month_span,
    weekday_before,
    weekday_number,
    yearless,
)

DAY_RULES: list[Rule] = []
_rule = collector(DAY_RULES)


def _day(year: str, month: int, day: int) -> date | None:
    """The day; a year of four figures is meant as it is written, 0000 and 0026 too."""
    return None if len(year) == 4 and int(year) < 100 else day_of(int(year), month, day)


@_rule(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
def _iso(m: re.Match[str], _: date) -> Days:
    return exactly(_day(m[1], int(m[2]), int(m[3])))


@_rule(r"(\d{1,2}) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{4}|\d{2})(?![,.]\d)")
def _numeric(m: re.Match[str], _: date) -> Days:
    day, month = int(m[1]), int(m[2])
    if month > 12 >= day:
        day, month = month, day
    return exactly(_day(m[3], month, day))


@_rule(
    rf"(?:(?:{WD})\.? )?(?:le |de |the |den |am |on )?(\d{{1,2}})(?:er|e|eme|ste|de|st|nd|rd|th|\.)?,? ?(?:of |de )?"
    rf"({MO})\b\.?,?(?: (20\d\d))?"
)
def _named(m: re.Match[str], received: date) -> Days:
    month, day = MONTHS[m[2]], int(m[1])
    return exactly(day_of(int(m[3]), month, day)) if m[3] else yearless(month, day, received)


@_rule(rf"({MO})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,/:]\d)(?:,? (20\d\d))?(?! ?(?:€|eur|%))")
def _named_us(m: re.Match[str], received: date) -> Days:
    month, day = MONTHS[m[1]], int(m[2])
    return exactly(day_of(int(m[3]), month, day)) if m[3] else yearless(month, day, received)


_SHORT_DAY = rf"(?:(?:{WD}|ma|di|wo|do|vr|za|zo|mo|mi|fr|lu|me|je|ve)\.? )?"
_NO_AMOUNT = r"(?![\d.,/]*\d)(?! ?(?:€|eur|%|h\b|uur|uhr))"


@_rule(rf"{_SHORT_DAY}(\d{{1,2}})/(\d{{1,2}})\.?{_NO_AMOUNT}")
@_rule(rf"{_SHORT_DAY}(\d{{1,2}})\.(\d{{1,2}}\.|0\d|1[0-2]){_NO_AMOUNT}")
@_rule(rf"(?:am|le|op|den|zum|bis|vom|on|by) (\d{{1,2}})\.(\d{{1,2}}){_NO_AMOUNT}")
def _short(m: re.Match[str], received: date) -> Days:
    day, month = int(m[1]), int(m[2].rstrip("."))
    if month > 12 >= day:
        day, month = month, day
    always = m[0] == "24/7"
    return yearless(month, day, received) if 1 <= month <= 12 and 1 <= day <= 31 and not always else None


@_rule(
    r"(?:op|le|on|tegen|voor|by|am|vanaf|pour|bis|zum|du|vom|van|from|au|before|avant|until|tot) (\d{1,2})-(\d{1,2})(?![\d-])"
)
def _dashed(m: re.Match[str], received: date) -> Days:
    day, month = int(m[1]), int(m[2])
    return yearless(month, day, received) if 1 <= month <= 12 and 1 <= day <= 31 else None


@_rule(
    rf"(?:le |de |the |den |am |on |op )?(\d{{1,2}})(?:er|e|ste|de|st|nd|rd|th|\.)? (?:(?:du|of|van|des)(?: the| de)? )?(?:{MONTH} )?{NEXT}(?: {MONTH})?"
)
def _nth_next(m: re.Match[str], received: date) -> Days:
    day = int(m[1])
    if not 1 <= day <= 31:
        return None
    if re.search(MONTH, m[0]):
        first, last = month_span(received, 1)
        found = first + (min(day, last.day) - 1) * DAY
        return found, found, None
    return coming_day(day, received)


@_rule(
    r"(?:le |de |the |den |am |on |op )?(\d{1,2})(?:er|e|ste|de|st|nd|rd|th|\.)? "
    r"(?:courant|ct|dezer|deze maand|van deze maand|du mois(?: en cours)?|de ce mois(?:-ci)?|of this month|van de maand|of the month|dieses monats|d\.? ?m)"
)
def _this_month(m: re.Match[str], received: date) -> Days:
    first, last = month_span(received)
    day = int(m[1])
    if not 1 <= day <= last.day:
        return None
    found = first + (day - 1) * DAY
    return found, found, found


@_rule(
    rf"(?:de |van |la |the |der |in |en |le |of |du )*{NEXT} ?{WEEK} ((?:op |le |on |am )?(?:{WD}))|((?:{WD})),? (?:van |de |la |of |in |der |die )*(?:{NEXT} {WEEK}|{WEEK} {NEXT})"
)
def _day_of_next_week(m: re.Match[str], received: date) -> Days:
    name = (m[1] or m[2]).split()[-1]
    found = monday_of(received, 1) + WEEKDAYS[name] * DAY
    return found, found, None


@_rule(
    rf"({WD})(?: prochain)? (?:en huit|over (?:een|1) week|over acht dagen|week|in einer woche|in acht tagen)(?! \d)"
)
def _in_eight(m: re.Match[str], received: date) -> Days:
    found = monday_of(received, 1) + WEEKDAYS[m[1]] * DAY
    return found, found, None


@_rule(
    rf"({WD}) (?:en quinze|over (?:twee|2|veertien|14) (?:weken|dagen)|in (?:zwei|2) wochen|fortnight)|a week on ({WD})"
)
def _in_fifteen(m: re.Match[str], received: date) -> Days:
    weeks = 1 if m[2] else 2
    found = monday_of(received, weeks) + WEEKDAYS[m[1] or m[2]] * DAY
    return found, found, None


@_rule(rf"(?:{LAST} ({WD})|({WD})(?: \d{{1,2}})? {LAST})")
def _last_weekday(m: re.Match[str], received: date) -> Days:
    found = weekday_before(WEEKDAYS[m[1] or m[2]], received)
    return found, found, found


@_rule(
    rf"(?:(?:{NEXT}|{THIS}|op|on|by|le|am|pour|voor|tegen|bis|until|avant|before|von|for|tot) )*({WD})\.?(?: (?:{NEXT}|eerstdaags|as))?"
    rf"(?: (?:le |the |de )?(\d{{1,2}})(?:er|e|ste|de|st|nd|rd|th)?(?![\d/.:h]|[ -]?(?:jours|dagen|days|uur|h\b|€|eur)))?"
)
def _weekday(m: re.Match[str], received: date) -> Days:
    weekday = WEEKDAYS[m[1]]
    ahead = received + DAY * ((weekday - received.weekday() - 1) % 7 + 1)
    if m[2]:
        named = weekday_number(weekday, int(m[2]), received)
        if named:
            return named, named, named
    return ahead, ahead, weekday_before(weekday, received)


@_rule(r"(?:on|by|this|next|avant|pour|le|ce|op|lundi ou) (lun|jeu|mon|sam|dim|ven|sun|dins|merc)\b\.?(?! \w*able)")
def _short_weekday(m: re.Match[str], received: date) -> Days:
    weekday = WEEKDAYS.get(m[1], 6)
    ahead = received + DAY * ((weekday - received.weekday() - 1) % 7 + 1)
    return ahead, ahead, weekday_before(weekday, received)


@_rule(r"(?:apres[ -]demain|overmorgen|the day after tomorrow|day after tomorrow|ubermorgen|uebermorgen)")
def _after_tomorrow(_: re.Match[str], received: date) -> Days:
    return received + 2 * DAY, received + 2 * DAY, None


@_rule(r"(?:avant[ -]hier|eergisteren|the day before yesterday|day before yesterday|vorgestern)")
def _before_yesterday(_: re.Match[str], received: date) -> Days:
    return exactly(received - 2 * DAY)


@_rule(
    r"(?:hier(?! is| ist| bei| in| zu| sind| die| der| das| kan| heb| ben| op| een| wir| ein| ook| nog| mit)|gisteren|gister|gisteravond|yesterday|gestern)"
)
def _yesterday(_: re.Match[str], received: date) -> Days:
    return exactly(received - DAY)


@_rule(
    r"(?:demain|(?<!goede )(?<!goeie )(?<!guten )(?<!heute )(?<!gisteren )(?<!gestern )(?<!deze )(?<!een )morgen(?:vroeg|ochtend|namiddag|avond)?"
    r"|tomorrow|tomorow|tommorow|tommorrow|tmrw|tmr|2moro|2morrow)"
)
def _tomorrow(_: re.Match[str], received: date) -> Days:
    return received + DAY, received + DAY, None


@_rule(
    r"(?:aujourd ?hui|aujourd'hui|ce jour|ce soir|ce matin|cet apres[ -]midi|cet aprem|tantot|vandaag|vanavond|vanmiddag|vanmorgen"
    r"|vanochtend|deze ochtend|deze morgen|deze namiddag|vannamiddag|heden|today|tonight|this (?:morning|afternoon|evening)|heute(?: morgen| abend| frueh| fruh)?"
    r"|by (?:cob|eod|end of (?:the )?day|close of business)|eod|cob|dans la journee|in de loop van de dag|im laufe des tages)"
)
def _today(_: re.Match[str], received: date) -> Days:
    return exactly(received)
