"""The dates of a printed page: issued, due (printed or by the terms), delivered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from agent.domain.alternatives import any_of
from agent.domain.findings import Found
from agent.domain.terms import AT_ONCE, Terms, read_terms
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.page_number import number_of_day
from agent.parsers.invoices.sheet import Named, Sheet, Spot, where
from agent.parsers.lexers.amounts import currency_marks
from agent.parsers.lexers.dates import Day, Order, find_dates, proven_order
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.kinds import title_of
from agent.parsers.lexers.labels import find_labels

_PLACE_DATE = re.compile(r"^[^\W\d][\w .'’()-]{1,40}, ?(?:le |den |the |am |op |il |el |de |a )?$", re.IGNORECASE)
_APART = re.compile(r"\s*[–—|·•/]\s|\s-\s|\s*[.,;]?\s+[A-ZÀ-Þ][\w.]*")
_OF = re.compile(r"^(?:du|le|vom|van|of|dated|d\.d\.|del|de fecha|data) ?:? ?$")
_NUMBERED_OF = re.compile(
    r"^[\s:]*(?:\([^)]{0,30}\)\s*){0,2}(?:n°|nr\.?|no?\.?)?[\s:]*(?:[\w./-]*\d[\w./ -]{0,30})?\s(?:du|vom|van|of|dated|d\.d\.|del|de fecha|z dnia)\s*:?\s*$"
)
_MADE_ON = re.compile(
    r"(?:^|[ ,])(?:facture|etablie?|emise?|fait(?:e)?|dresse|creee?|opgemaakt|uitgereikt|gefactureerd|ausgestellt|erstellt|issued|invoiced|emessa|emitida)"
    r"(?: (?:a|te|in|at|en) [\w' -]{2,30}?,?)? (?:le|op|de|am|on|il|el)(?: dato)? ?:? ?$"
)
_LATE_WORDS = re.compile(r"plus tard|uiterlijk|at the latest|spatestens")
_REQUEST = any_of(
    r"\bvers(?:er|ement|ez)|\bvire[rz]\b|\bpa(?:yer|iement|yez)|\bregl(?:er|ement)|\bvirement|over te (?:schrijven|maken|boeken)|overschrijv|overmak|te storten|storten|te betalen|betaling|te voldoen|\bpay\b|\bpayment|\btransfer|\bremit|\bsettle|uberweis|begleich|zu zahlen|\bzahl(?:en|ung|bar)|fallig|\bpag(?:are|amento|ar|o)\b|bonific|transferencia|\babon"
)
_UNTIL = any_of(
    r"(?:\bavant(?: le)?|\bpour(?: le)?|\bjusqu'au|plus tard(?: le)?|\bvoor|\buiterlijk(?: op)?|\btegen|\btot|\bby|\bbefore|\bno later than|\bbis(?: zum)?|\bspatestens(?: am| bis| zum)*|on or before|entro(?: e non oltre)?(?: il)?|antes del?|hasta el|a mas tardar el)\s*$"
)
_PAYING = any_of(
    r"pai|pay|regl|betal|betaa|zahl|echeance|verval|fallig|voldo|solde|\bdue\b|virement|overschr|uberweis|termijn|terms|\bvers(?:er|ez|ement)|over te maken|overm|\bstort|\bremit|\bpaga|\bpago|\bbonific|\btransferencia|conditions|\bnet(?:to)?\b|begleich"
)
_NO_TERMS = re.compile(
    r"retard|verzug|laat|verwijl|reclam|contest|protest|klacht|mahn|rappel|offre|devis|geldig|valable|livraison|lever|rucklastschrift|einwand"
)


@dataclass(frozen=True, slots=True)
class _Dated:
    day: Day
    weight: float
    cell: Cell
    label: str
    rule: str


def order_of(sheet: Sheet, country: str) -> tuple[Order, bool]:
    """How this page's dates in figures are read, and whether that is proved by one of them or the page's country makes it sure.

    Day first, but for pages in US dollars that prove nothing else.
    """
    proven = proven_order(cell.text for cell in sheet.cells)
    if proven is not None:
        return proven, True
    english = bool(re.search(r"\binvoice\b", sheet.text[:4000], re.IGNORECASE))
    if english and any(mark in {"USD", "CAD"} for cell in sheet.cells for mark in currency_marks(cell.text)):
        return Order.MONTH_FIRST, False
    return Order.DAY_FIRST, not english or country not in {"", "US", "CA"}


def read_issue_date(sheet: Sheet, order: Order, sure_order: bool) -> Found[date] | None:
    """The day on which the invoice was made out."""
    candidates = [
        *_labelled(sheet, "issue_date", order),
        *_beside_number(sheet, order),
        *_made_on(sheet, order),
        *_place_and_date(sheet, order),
    ]
    if not candidates:
        candidates = list(_lone(sheet, order))
    if not candidates:
        return None
    best = max(candidates, key=lambda c: (round(c.weight, 2), -c.cell.line))
    rivals = [c for c in candidates if c.day.value != best.day.value and c.weight > best.weight - 0.05]
    sure = min(0.985 if best.weight >= 0.9 else 0.955 if best.weight >= 0.8 else 0.85, best.cell.sure)
    if rivals:
        sure = min(sure, 0.7)
    return _found(best, sure, sure_order)


def read_due_date(sheet: Sheet, order: Order, sure_order: bool) -> Found[date] | None:
    """The day on which payment is due, where the page prints it."""
    candidates = [*_labelled(sheet, "due_date", order), *_asked_by(sheet, order)]
    candidates = [c for c in candidates if not _about_discount(sheet, c.cell)]
    if not candidates:
        return None
    best = max(candidates, key=lambda c: (round(c.weight, 2), -c.cell.line))
    rivals = [c for c in candidates if c.day.value != best.day.value and c.weight > best.weight - 0.15]
    sure = min(0.98 if best.weight >= 0.85 else 0.85, best.cell.sure)
    return _found(best, min(sure, 0.7) if rivals else sure, sure_order)


def _found(best: _Dated, sure: float, sure_order: bool) -> Found[date]:
    if best.day.ambiguous and not sure_order:
        sure = min(sure, 0.85)
    return Found(best.day.value, sure, where(best.rule, best.cell, best.label))


def _labelled(sheet: Sheet, field: str, order: Order) -> Iterator[_Dated]:
    for named in sheet.named(field):
        weight = _label_weight(named, field)
        for spot in sheet.spots(named):
            days = find_dates(spot.text, order) or _broken_date(sheet, spot, order)
            if days and not (spot.relation != "inline" and _other_label(spot.cell.text, field)):
                near = {"inline": 1.0, "wrapped": 0.98, "right": 0.98, "below": 0.97}[spot.relation]
                yield _Dated(days[0], weight * near, spot.cell, named.words, f"{field} by label")
                break
            if (
                spot.relation == "right"
                and not days
                and any(c.isdigit() for c in spot.text)
                and not find_labels(spot.text)
            ):
                break
        else:
            before = find_dates(named.cell.text[: named.label.start], order)
            if (
                field == "due_date"
                and before
                and _LATE_WORDS.search(fold(named.words) + fold(named.cell.text[named.label.start :]))
            ):
                yield _Dated(before[-1], 0.9, named.cell, named.words, "date before its label")


def _broken_date(sheet: Sheet, spot: Spot, order: Order) -> list[Day]:
    """The date that a narrow column breaks: "20. September" with "2026" below it."""
    if spot.relation not in {"inline", "right"} or not any(c.isdigit() for c in spot.text):
        return []
    rest = sheet.next_line(spot.cell)
    if rest is None or len(rest.words) > 3 or spot.end < len(spot.cell.text):
        return []
    days = find_dates(f"{spot.text} {rest.text}", order)
    return [day for day in days[:1] if day.start < len(spot.text) and not day.ambiguous]


def _asked_by(sheet: Sheet, order: Order) -> Iterator[_Dated]:
    """A request to pay until a day: "Nous vous prions de verser … avant le 14 février", "please transfer … by 30 April"."""
    for line in sheet.lines:
        for cell in line.cells:
            text = _continued(sheet, cell, cell.text)
            days = find_dates(text, order)
            folded = fold(text) if days else ""
            if not _REQUEST.search(folded):
                continue
            for day in days:
                if _UNTIL.search(folded[: day.start]):
                    yield _Dated(day, 0.97, cell, text[: day.start][-30:].strip(), "asked to pay by a day")


def _label_weight(named: Named, field: str) -> float:
    words = fold(named.words)
    if field == "issue_date":
        plain = words.strip() in {"date", "datum", "date:", "dated", "issued"}
        sentence = named.cell.text[: named.label.start].count(" ") >= 3
        return (0.9 if plain else 1.0) - (0.3 if sentence else 0)
    if words in {
        "avant",
        "before",
        "payable",
        "due",
        "zahlbar",
        "plus tard",
        "bis zum",
        "spatestens",
        "valuta",
        "date de paiement",
        "date paiement",
        "uiterlijk",
    }:
        return 0.86
    return 1.0


def _other_label(text: str, field: str) -> bool:
    """Whether the cell names something else itself: then its date is not ours."""
    labels = find_labels(text)
    return bool(labels) and all(label.field != field for label in labels) and labels[0].start == 0


def _about_discount(sheet: Sheet, cell: Cell) -> bool:
    line = fold(sheet.line_of(cell).text)
    before = sheet.lines[max(0, cell.line - sheet.lines[0].number - 1)]
    wraps = fold(before.text) if cell.x0 < 0.25 * 600 and before.page == cell.page and len(before.text) > 60 else ""
    return bool(re.search(r"escompte|skonto|korting|discount", line + " " + wraps)) and not re.search(
        r"netto bis|sans escompte|pas d'escompte", line
    )


def _beside_number(sheet: Sheet, order: Order) -> Iterator[_Dated]:
    """The date behind the number, as in "Facture n° 12 du 2 juillet 2015" or "Rechnung Nr. 7 vom 15.11.2024"."""
    for named in sheet.named("number"):
        if named.label.words == 1 and not named.words.isalpha():
            continue
        for day in find_dates(named.cell.text, order):
            before = fold(named.cell.text[named.label.end : day.start])
            if day.start >= named.label.end and len(before) < 50 and _NUMBERED_OF.match(before):
                sentence = named.cell.text[: named.label.start].count(" ") >= 3
                yield _Dated(day, 0.6 if sentence else 0.95, named.cell, named.words, "date beside the number")
    for line in sheet.lines[:40]:
        for cell in line.cells:
            days = find_dates(cell.text, order)
            before = fold(cell.text[: days[0].start]) if days else ""
            title = title_of(cell.text)
            numbered = number_of_day(cell.text) is not None or (
                title is not None and _NUMBERED_OF.match(before[title[1] :])
            )
            if days and (_OF.match(before) or numbered):
                yield _Dated(
                    days[0], 0.96 if title is not None else 0.9, cell, before.strip(), "date beside the number"
                )


def _made_on(sheet: Sheet, order: Order) -> Iterator[_Dated]:
    """The date behind a verb, as in "Facturé le 30/04/2025" or "Ausgestellt am: 3. März 2026", in the same cell or the next one."""
    for line in sheet.lines[:60]:
        for cell in line.cells:
            days = find_dates(cell.text, order)
            before = fold(cell.text[: days[0].start] if days else cell.text).rstrip(" :.")
            if not _MADE_ON.search(before):
                continue
            beside = [(other, find_dates(other.text, order)) for other in sheet.right_of(cell)[:1] if not days]
            for place, found in [(cell, days), *beside]:
                if found and (place is cell or found[0].start == 0):
                    yield _Dated(found[0], 0.95, place, before[-40:].strip(), "date behind its verb")


def _place_and_date(sheet: Sheet, order: Order) -> Iterator[_Dated]:
    """The date behind a place, as in "Amiens, le 9 février 2026", in the upper part; also with the date in the next cell."""
    for line in sheet.lines[:40]:
        for cell in line.cells:
            days = find_dates(cell.text, order)
            if days and _ends(cell.text[days[-1].end :]) and _PLACE_DATE.match(cell.text[: days[-1].start]):
                yield _Dated(days[-1], 0.88, cell, cell.text[: days[-1].start].strip(), "place and date")
            elif cell.text.endswith((", den", ", le")):
                for other in [*sheet.right_of(cell)[:1], *sheet.below(cell, cell)[:2]]:
                    below = find_dates(other.text, order)
                    if below and below[0].start == 0:
                        yield _Dated(below[0], 0.86, other, cell.text, "place and date")


def _ends(rest: str) -> bool:
    """Whether nothing follows, or something of its own: "Altdorf, 12.02.2026 – Objekt 0417"."""
    return len(rest.strip(" .,")) == 0 or bool(_APART.match(rest))


def _lone(sheet: Sheet, order: Order) -> Iterator[_Dated]:
    """A date that stands alone in its cell near the top."""
    for line in sheet.lines[:25]:
        for cell in line.cells:
            days = find_dates(cell.text, order)
            if len(days) == 1 and days[0].end - days[0].start >= len(cell.text) - 2:
                yield _Dated(days[0], 0.75, cell, "", "lone date near the top")


def read_delivery_date(sheet: Sheet, order: Order) -> Found[date] | None:
    """The day of delivery or service."""
    candidates = [
        c
        for c in _labelled(sheet, "delivery_date", order)
        if re.search("li[ev]|lev|prest|deliv|supply|leistung", fold(c.label))
    ]
    best = max(candidates, key=lambda c: c.weight, default=None)
    return _found(best, 0.92, True) if best is not None else None


def read_payment_terms(sheet: Sheet) -> tuple[Found[str], Terms] | None:
    """The terms of payment, in the page's words and as they are meant."""
    found = [(text, cell, sure) for text, cell, sure in _terms_places(sheet)]
    counted: tuple[Found[str], Terms] | None = None
    at_once: tuple[Found[str], Terms] | None = None
    for text, cell, sure in found:
        terms = read_terms(text)
        if terms is None:
            continue
        reading = (Found(" ".join(text.split())[:200], min(sure, cell.sure), where("terms of payment", cell)), terms)
        if terms == AT_ONCE:
            at_once = at_once or reading
        elif counted is None or (counted[1] != terms and counted[0].confidence < sure):
            counted = reading
    return counted or at_once


def _terms_places(sheet: Sheet) -> Iterator[tuple[str, Cell, float]]:
    for named in sheet.named("terms"):
        for spot in sheet.spots(named):
            sentence = spot.relation == "inline" and named.label.start > 2
            yield _continued(sheet, spot.cell, spot.cell.text if sentence else spot.text), spot.cell, 0.97
    for line in sheet.lines:
        for cell in line.cells:
            folded = fold(cell.text)
            if _PAYING.search(folded) and not _NO_TERMS.search(folded):
                yield _continued(sheet, cell, cell.text), cell, 0.96


def _continued(sheet: Sheet, cell: Cell, text: str) -> str:
    """The text with the line below, where a sentence runs on to it."""
    if (cell.x1 - cell.x0 < 250 and not _UNTIL.search(fold(text))) or text.rstrip().endswith("."):
        return text
    below = [other for other in sheet.below(cell, cell) if abs(other.x0 - cell.x0) < 3]
    return f"{text} {below[0].text}" if below else text
