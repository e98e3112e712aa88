"""Payment terms of structured invoices: due date, instalments, discounts for early payment, clauses about late payment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.domain.invoice_parts import Clause, Discount, Instalment
from agent.domain.terms import read_terms
from agent.parsers.lexers.clauses import find_cession, find_indemnity, find_late_interest
from agent.parsers.lexers.dates import Order, find_dates
from agent.parsers.lexers.discounts import DISCOUNT, find_discounts
from agent.parsers.lexers.folding import fold

_DERIVED = 0.97
_WORDED = 0.95
_DOUBTED = 0.85
_COUNTED_APART = 3
_CLAUSE = re.compile(r"[,;]\s|\.\s(?=[A-Z\u00c0-\u00dd])|\n")
_PAY = re.compile(
    r"pai|pay|regl|betal|betaa|zahl|echeance|verval|fallig|voldo|solde|\bdue\b|virement|overschr|uberweis|net|until|\bbis\b|avant|voor|\bby\b"
)
_CENT = Decimal("0.01")
# XRechnung BR-DE-18: "#SKONTO#TAGE=14#PROZENT=2.00#", with BASISBETRAG when not the whole is discounted; VERZUG likewise.
_CODED = re.compile(r"#(?P<kind>SKONTO|VERZUG)(?P<parts>(?:#(?:TAGE|PROZENT|BASISBETRAG)=-?[0-9.,]{1,15}){1,3})#[ \t]*")
_PART = re.compile(r"(TAGE|PROZENT|BASISBETRAG)=(-?[0-9.,]{1,15})")


@dataclass(frozen=True, slots=True)
class Term:
    """One set of terms as the document states it. `percent` and `within` (days) or `until` belong to a discount."""

    words: Found[str] | None = None
    due: Found[date] | None = None
    amount: Found[Decimal] | None = None
    percent: Decimal | None = None
    within: int | None = None
    until: date | None = None
    basis: Decimal | None = None
    late_percent: Found[Decimal] | None = None


def with_terms(reading: InvoiceReading, terms: Sequence[Term], head: Found[date] | None = None) -> InvoiceReading:
    """The reading with everything that its terms say; `head` is a due date that stands outside of them."""
    in_words = [t.words for t in (*(t for t in terms if t.percent is None), *terms) if t.words is not None]
    plain = (_without_codes(words) for words in in_words)
    reading = replace(reading, terms=next((words for words in plain if words is not None), None))
    reading = _with_discounts(reading, terms, in_words)
    reading = _with_clauses(reading, terms)
    return _with_due(reading, [t for t in terms if t.due is not None and t.percent is None], terms, head)


def _without_codes(words: Found[str] | None) -> Found[str] | None:
    text = _CODED.sub("", words.value).strip() if words is not None else ""
    return replace(words, value=text) if words is not None and text else None


def _with_due(
    reading: InvoiceReading, dated: Sequence[Term], terms: Sequence[Term], head: Found[date] | None
) -> InvoiceReading:
    days = {t.due.value: t.due for t in dated if t.due is not None}
    parts = tuple(Instalment(t.due.value, t.amount.value) for t in dated if t.due is not None and t.amount is not None)
    if len(days) > 1 and (head is None or len(parts) > 1):
        return replace(reading, instalments=parts, uncertain=(*reading.uncertain, "due_date"))
    if head is not None or days:
        return replace(reading, due_date=head or next(iter(days.values())))
    only = [t.due for t in terms if t.due is not None]
    if only and reading.terms is None:
        # Only a discount's day is told: it is shown, and asked about.
        return replace(reading, due_date=replace(only[-1], confidence=0.6))
    return derive_due_date(reading)


def derive_due_date(reading: InvoiceReading) -> InvoiceReading:
    """The reading with the due date that its terms print or give, when it names none itself."""
    if reading.due_date is not None or reading.terms is None or reading.kind.value is not DocumentKind.INVOICE:
        return reading
    meaning = read_terms(reading.terms.value)
    where = replace(reading.terms.where, label=reading.terms.value[:80])
    printed = _printed_day(reading.terms.value)
    counted = meaning.due(reading.issue_date.value) if meaning is not None and reading.issue_date is not None else None
    if printed is not None:
        # "30 days, until 4 July": suppliers count from the day itself or the next one; what is printed binds.
        sure = _DERIVED if counted is None or abs((counted - printed).days) <= _COUNTED_APART else _DOUBTED
        return replace(reading, due_date=Found(printed, sure, replace(where, rule="day in the terms")))
    if meaning is None or counted is None or reading.issue_date is None:
        return reading
    sure = min(_DERIVED, reading.terms.confidence, reading.issue_date.confidence)
    return replace(reading, due_date=Found(counted, sure, replace(where, rule=meaning.rule)))


def _printed_day(words: str) -> date | None:
    """The one day that terms print, but for the day of a discount; None when there is none or several."""
    parts = (part for part in _CLAUSE.split(words) if not DISCOUNT.search(fold(part)) and _PAY.search(fold(part)))
    days = {day.value for part in parts for day in find_dates(part, Order.DAY_FIRST)}
    return days.pop() if len(days) == 1 else None


def _with_discounts(reading: InvoiceReading, terms: Sequence[Term], words: Sequence[Found[str]]) -> InvoiceReading:
    issued = reading.issue_date.value if reading.issue_date is not None else None
    total = reading.total.value if reading.total is not None else None
    found = [d for t in terms if (d := _stated(t, issued, total)) is not None]
    for text in dict.fromkeys(w.value for w in words):
        if not found:
            coded = (_coded(*part, issued, total) for part in _codes(text, "SKONTO"))
            found = [d for d in coded if d is not None]
        if not found:
            found = [d for d, _ in find_discounts(text, Order.DAY_FIRST, issued, total)]
    return replace(reading, discount=found[0] if found else None, discounts=tuple(found))


def _stated(term: Term, issued: date | None, total: Decimal | None) -> Discount | None:
    if term.percent is None or not 0 < term.percent < 100:
        return None
    counted = issued + timedelta(days=term.within) if issued is not None and term.within is not None else None
    until = counted or term.until or (term.due.value if term.due is not None else None)
    return Discount(until, _less(total, term.basis, term.percent), term.percent) if until is not None else None


def _codes(text: str, kind: str) -> list[tuple[int, Decimal, Decimal | None]]:
    found = []
    for match in _CODED.finditer(text):
        parts = {name: Decimal(figure) for name, raw in _PART.findall(match["parts"]) if (figure := _figure(raw))}
        if match["kind"] == kind and "PROZENT" in parts and 0 <= parts.get("TAGE", Decimal(0)) <= 400:
            found.append((int(parts.get("TAGE", Decimal(0))), parts["PROZENT"], parts.get("BASISBETRAG")))
    return found


def _figure(raw: str) -> str:
    plain = raw.replace(",", ".")
    return plain if re.fullmatch(r"-?\d{1,12}(?:\.\d{1,4})?", plain) else ""


def _coded(
    days: int, percent: Decimal, basis: Decimal | None, issued: date | None, total: Decimal | None
) -> Discount | None:
    if issued is None or not 0 < percent < 100:
        return None
    return Discount(issued + timedelta(days=days), _less(total, basis, percent), percent)


def _less(total: Decimal | None, basis: Decimal | None, percent: Decimal) -> Decimal | None:
    """What remains to be paid: the total less the discount on its basis, rounded half up to the cent."""
    if total is None:
        return None
    return total - ((basis if basis is not None else total) * percent / 100).quantize(_CENT, ROUND_HALF_UP)


def _with_clauses(reading: InvoiceReading, terms: Sequence[Term]) -> InvoiceReading:
    """The reading with the clauses about late payment of its terms and notes, and a cession of the claim."""
    late = next((t.late_percent for t in terms if t.late_percent is not None), None)
    if late is not None:
        reading = replace(reading, late_interest=Found(Clause("", late.value), late.confidence, late.where))
    for text in (*(t.words for t in terms), reading.notes):
        if text is None:
            continue
        coded = _codes(text.value, "VERZUG")
        if coded and reading.late_interest is None:
            reading = replace(reading, late_interest=Found(Clause("", coded[0][1]), _WORDED, text.where))
        reading = _from_words(reading, text.value, text.where)
    return reading


def _from_words(reading: InvoiceReading, text: str, where: Where) -> InvoiceReading:
    interest, indemnity, cession = find_late_interest(text), find_indemnity(text), find_cession(text)
    if interest is not None and reading.late_interest is None:
        reading = replace(reading, late_interest=Found(interest[0], _WORDED, where))
    if indemnity is not None and reading.indemnity is None:
        reading = replace(reading, indemnity=Found(indemnity[0], _WORDED, where))
    if cession is not None and reading.cession is None:
        reading = replace(reading, cession=Found(cession[0], _WORDED, where))
    return reading


def days_of(text: str) -> int | None:
    """A small number of days; None when the text is none."""
    plain = text.strip().removesuffix(".00").removesuffix(".0")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 3 else None
