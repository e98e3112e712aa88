"""Stretches of time as people say them in replies: weeks, months, and so many days from now or ago."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from agent.parsers.lexers.reply_date_words import (
    DAY,
    EARLY,
    END,
    LAST,
    MIDDLE,
    MO,
    MONTH,
    MONTHS,
    NEXT,
    OF,
    WEEK,
    Days,
    N,
    Rule,
    collector,
    count_of,
    exactly,
    monday_of,
    month_span,
    shifted,
    working_day,
)

PERIOD_RULES: list[Rule] = []
_rule = collector(PERIOD_RULES)


@_rule(rf"{WEEK} (?:n[or]?\.? ?)?(\d{{1,2}})(?![\d/])|(?:kw|cw|s|w) ?(\d{{2}})(?![\d/.,-])")
def _iso_week(m: re.Match[str], received: date) -> Days:
    week = int(m[1] or m[2])
    if not 1 <= week <= 53:
        return None
    for year in (received.year, received.year + 1):
        try:
            monday = date.fromisocalendar(year, week, 1)
        except ValueError:
            continue
        if monday + 6 * DAY >= received - 60 * DAY:
            return monday, monday + 6 * DAY, monday
    return None


@_rule(rf"(?:(?:{EARLY}){OF} (?:{NEXT} {WEEK}|{WEEK} {NEXT}))|(?:early {NEXT} week)")
def _early_next_week(_: re.Match[str], received: date) -> Days:
    monday = monday_of(received, 1)
    return monday, monday + 2 * DAY, None


@_rule(rf"(?:{END}{OF} (?:{NEXT} {WEEK}|{WEEK} {NEXT}))|(?:late next week)")
def _end_next_week(_: re.Match[str], received: date) -> Days:
    monday = monday_of(received, 1)
    return monday + 3 * DAY, monday + 4 * DAY, None


@_rule(rf"(?:{MIDDLE}{OF} (?:{NEXT} {WEEK}|{WEEK} {NEXT}))")
def _mid_next_week(_: re.Match[str], received: date) -> Days:
    monday = monday_of(received, 1)
    return monday + DAY, monday + 3 * DAY, None


@_rule(
    rf"(?:{END}{OF} (?:{WEEK})(?: en cours|-ci)?|weekeinde|wochenende|le week ?end|het weekend|the weekend|{WEEK}einde)"
)
def _end_week(_: re.Match[str], received: date) -> Days:
    friday = monday_of(received) + 4 * DAY
    if friday < received:
        friday += 2 * DAY
    return friday, max(friday, received), None


@_rule(rf"(?:{NEXT} {WEEK}|{WEEK} {NEXT}|nxt (?:week|wk)|volg\.? week)")
def _next_week(_: re.Match[str], received: date) -> Days:
    monday = monday_of(received, 1)
    return monday, monday + 6 * DAY, None


@_rule(rf"(?:{LAST} {WEEK}|{WEEK} {LAST})")
def _last_week(_: re.Match[str], received: date) -> Days:
    monday = monday_of(received, -1)
    return monday, monday + 6 * DAY, monday + 4 * DAY


@_rule(
    r"(?:cette semaine|deze week|dees week|van de week|this week|diese[rn]? woche|courant de la semaine|in de loop van de week|courant semaine)"
)
def _this_week(_: re.Match[str], received: date) -> Days:
    monday = monday_of(received)
    return max(monday, received), max(monday + 4 * DAY, received), received


@_rule(rf"(?:{END}{OF} (?:{NEXT} {MONTH}|{MONTH} {NEXT}))")
def _end_next_month(_: re.Match[str], received: date) -> Days:
    last = month_span(received, 1)[1]
    return last, last, None


@_rule(
    rf"(?:{EARLY}{OF} (?:{NEXT} {MONTH}|{MONTH} {NEXT})|debut du mois|debut de mois|begin van de maand|begin maand|anfang des monats)"
)
def _early_next_month(_: re.Match[str], received: date) -> Days:
    first = month_span(received, 1)[0]
    return first, first + 9 * DAY, None


@_rule(rf"(?:{MIDDLE}{OF} (?:{NEXT} {MONTH}|{MONTH} {NEXT}))")
def _mid_next_month(_: re.Match[str], received: date) -> Days:
    first = month_span(received, 1)[0]
    return first + 9 * DAY, first + 19 * DAY, None


@_rule(
    rf"(?:{END}{OF} {MONTH}(?:-ci| en cours)?|fin mois|month[ -]?end|monatsende|zum monatsletzten|maandeinde|eindemaand|eom|ultimo)"
)
def _end_month(_: re.Match[str], received: date) -> Days:
    last = month_span(received)[1]
    return last, last, None


@_rule(rf"(?:{MIDDLE}{OF} {MONTH}|mi[ -]mois|mid[ -]?month|monatsmitte)")
def _mid_month(_: re.Match[str], received: date) -> Days:
    ahead = 0 if received.day <= 18 else 1
    first = month_span(received, ahead)[0]
    return max(first + 9 * DAY, received), first + 19 * DAY, None


@_rule(rf"(?:{NEXT} {MONTH}|{MONTH} {NEXT})")
def _next_month(_: re.Match[str], received: date) -> Days:
    first, last = month_span(received, 1)
    return first, last, None


@_rule(rf"(?:{LAST} {MONTH}|{MONTH} {LAST})")
def _last_month(_: re.Match[str], received: date) -> Days:
    first, last = month_span(received, -1)
    return first, last, last


@_rule(r"(?:ce mois|ce mois-ci|deze maand|this month|diesen monat|in diesem monat)(?!\w)")
def _in_month(_: re.Match[str], received: date) -> Days:
    last = month_span(received)[1]
    return received, last, received


@_rule(rf"(?:({END})|({EARLY})|({MIDDLE})){OF}[ -]({MO})(?: (20\d\d))?")
def _part_of_month(m: re.Match[str], received: date) -> Days:
    month = MONTHS[m[4]]
    year = int(m[5]) if m[5] else received.year + (month < received.month - 2)
    start, length = date(year, month, 1), monthrange(year, month)[1]
    if m[1]:
        return start + (length - 1) * DAY, start + (length - 1) * DAY, start + (length - 1) * DAY
    first, last = (0, 9) if m[2] else (9, 19)
    return start + first * DAY, start + last * DAY, start + first * DAY


@_rule(
    rf"(?:en|in|im|courant|au mois de?|in de maand|during|pour|tegen|by|d ici|voor|for|bis|jusqu en) ({MO})(?: (20\d\d))?(?! \d)"
)
def _whole_month(m: re.Match[str], received: date) -> Days:
    month = MONTHS[m[1]]
    year = int(m[2]) if m[2] else received.year + (month < received.month - 2)
    last = monthrange(year, month)[1]
    return date(year, month, 1), date(year, month, last), date(year, month, last)


@_rule(
    r"(?:fin (?:de )?l ?annee|fin d ?annee|fin de cette annee|eind(?:e)?(?: van)?(?: het| dit)? jaar|(?:by )?(?:the )?end of (?:the |this )?year|year end|jahresende|ende des jahres)"
)
def _end_year(_: re.Match[str], received: date) -> Days:
    return date(received.year, 12, 31), date(received.year, 12, 31), None


_UNIT = r"(jours?|j|dagen|dag|days?|tage?n?|semaines?|sem|weken|week|weeks?|wochen?|mois|maanden|maand|months?|monate?n?|heures?|h|uur|uren|hours?|hrs|stunden?|werkdagen|werkdag|arbeitstage?n?|werktage?n?)"
_WORK = r"(?: (ouvrables?|ouvres?|working|business|francs))?"


@_rule(
    rf"(?:il y a|ca fait|voici|depuis|vor|seit|for)(?: environ| ongeveer| about| etwa| plus de| deja)? {N} ?{_UNIT}(?: deja)?"
)
def _ago_before(m: re.Match[str], received: date) -> Days:
    return exactly(shifted(received, count_of(m[1]), m[2], back=True))


@_rule(rf"{N} {_UNIT} (?:geleden|ago|her|terug|back|plus tot|eerder)")
def _ago_after(m: re.Match[str], received: date) -> Days:
    return exactly(shifted(received, count_of(m[1]), m[2], back=True))


@_rule(
    r"(?:sous|dans la|d ici(?: a| une)?|endeans|binnen) (huitaine|quinzaine)|(?:dans|d ici) (?:une )?(huitaine|quinzaine)(?: de jours)?|(?:within |in )?a (fortnight)"
)
def _huitaine(m: re.Match[str], received: date) -> Days:
    word = m[1] or m[2] or m[3]
    first, last = {"huitaine": (7, 8), "quinzaine": (14, 15), "fortnight": (14, 14)}[word]
    return received + first * DAY, received + last * DAY, None


@_rule(
    r"(?:dans|sous|d ici|d'ici|endeans|binnen|over|within|in|innerhalb|binnen|after|apres|nach|na|encore)"
    rf"(?: (?:les|de|the|von|maximum|max|max\.|environ|ongeveer|about|ca|circa|uiterlijk|nog|next|komende|prochaines?|prochains|nachsten|von|een|a|another))* {N}"
    rf"(?: of| tot| a| to| bis| ou)?(?: \d{{1,2}})? ?(?:prochains |volle |hele |full |coming |working |business |werk)?-?{_UNIT}{_WORK}"
)
def _in_units(m: re.Match[str], received: date) -> Days:
    count, unit = count_of(m[1]), m[2]
    if m[3] or re.search(r"working|business|werkdag|arbeitstag|werktag|ouvr", m[0]):
        found = working_day(received, count)
    else:
        found = shifted(received, count, unit)
    return found, found, None
