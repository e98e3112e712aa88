"""What else a page says about when to pay: instalments with their days, and a discount for paying early."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from agent.domain.findings import Discount, Found, Instalment, InvoiceReading
from agent.domain.terms import read_terms
from agent.parsers.invoices.page_amounts import money
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers.amounts import find_amounts
from agent.parsers.lexers.dates import Order, find_dates
from agent.parsers.lexers.folding import fold

_CLOSE = Decimal("0.05")
_DISCOUNT = re.compile(r"escompte|skonto|korting|discount")
_NONE = re.compile(
    r"sans escompte|pas d'escompte|aucun escompte|ohne skonto|geen korting|no discount|ohne abzug von skonto"
)
_DAYS = re.compile(r"(\d{1,3}) ?(?:jours?|dagen|days?|tagen?)")


def with_plan(reading: InvoiceReading, sheet: Sheet, order: Order) -> InvoiceReading:
    """The reading with instalments and discount; with instalments there is no single due date, and that is asked about."""
    parts = instalments(sheet, order, reading.total or reading.amount_due)
    reading = replace(reading, instalments=parts, discount=discount(sheet, order, reading))
    return replace(reading, due_date=None, uncertain=(*reading.uncertain, "due_date")) if parts else reading


def instalments(sheet: Sheet, order: Order, total: Found[Decimal] | None) -> tuple[Instalment, ...]:
    """The parts of a payment plan: lines of one date and one amount that together make the total; empty when there is none."""
    if total is None:
        return ()
    run: list[Instalment] = []
    for line in sheet.lines:
        days, amounts = find_dates(line.text, order), money(line.text)
        if len(days) == 1 and len(amounts) == 1:
            run.append(Instalment(days[0].value, amounts[0].value))
            if len(run) > 1 and abs(sum((part.amount for part in run), Decimal(0)) - total.value) <= _CLOSE:
                return tuple(run)
        elif line.text.strip():
            run = []
    return ()


def discount(sheet: Sheet, order: Order, reading: InvoiceReading) -> Discount | None:
    """A discount for early payment with its last day, printed or counted from the invoice's date; None when none is granted."""
    for line in sheet.lines:
        folded = fold(line.text)
        if not _DISCOUNT.search(folded) or _NONE.search(folded):
            continue
        found = _one(sheet, line.number - sheet.lines[0].number, order, reading)
        if found is not None:
            return found
    return None


def _one(sheet: Sheet, at: int, order: Order, reading: InvoiceReading) -> Discount | None:
    text = " ".join(line.text for line in sheet.lines[at : at + 2])
    percent = next((amount.value for amount in find_amounts(text) if amount.percent and 0 < amount.value <= 10), None)
    days = find_dates(text, order)
    count = _DAYS.search(fold(text))
    counted = read_terms(f"{count[1]} days") if count else None
    if percent is None:
        return None
    total = reading.total.value if reading.total is not None else None
    reduced = next(
        (a.value for a in money(text) if total is not None and total * Decimal("0.85") < a.value < total), None
    )
    if days:
        return Discount(days[0].value, reduced, percent)
    if counted is not None and reading.issue_date is not None:
        return Discount(counted.due(reading.issue_date.value), reduced, percent)
    return None
