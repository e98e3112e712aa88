"""What else a page says about when and whom to pay: instalments, discounts for paying early, the period, the small print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.alternatives import any_of
from agent.domain.findings import InvoiceReading
from agent.domain.invoice_parts import Discount, Instalment
from agent.parsers.invoices.page_amounts import money
from agent.parsers.invoices.page_clauses import with_clauses
from agent.parsers.invoices.page_period import with_period
from agent.parsers.invoices.page_text import Paragraph, paragraphs
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers.dates import Order, find_dates
from agent.parsers.lexers.discounts import DISCOUNT, find_discounts
from agent.parsers.lexers.folding import fold

_CLOSE = Decimal("0.05")
_RECEIVED = any_of(r"\brecus?\b|ontvangen|erhalten|received|\bpayee?\b|betaald|bezahlt|\bpaid\b")


def with_plan(reading: InvoiceReading, sheet: Sheet, order: Order) -> InvoiceReading:
    """The reading with all of this; with instalments there is no single due date, and that is asked about."""
    texts = tuple(paragraphs(sheet))
    parts = instalments(sheet, order, reading)
    discounts = tuple(_discounts(sheet, texts, order, reading))
    reading = replace(reading, instalments=parts, discount=discounts[0] if discounts else None, discounts=discounts)
    reading = with_clauses(with_period(reading, sheet, order), texts)
    return replace(reading, due_date=None, uncertain=(*reading.uncertain, "due_date")) if parts else reading


def instalments(sheet: Sheet, order: Order, reading: InvoiceReading) -> tuple[Instalment, ...]:
    """The parts of a payment plan: dates with amounts, on lines of their own or along one line, that together make what is owed.

    None of them lies before the invoice's own date: what does is a list of past services or payments.
    """
    wanted = [found.value for found in (reading.amount_due, reading.total) if found is not None and found.value > 0]
    issued = reading.issue_date.value if reading.issue_date is not None else None
    run: list[Instalment] = []
    for line in sheet.lines:
        found = _parts(line.text, order, issued)
        if not found:
            run = run if not line.text.strip() else []
            continue
        run.extend(found)
        if len(run) > 1 and len({part.due_date for part in run}) > 1 and _makes(run, wanted):
            return tuple(run)
    return ()


def _parts(text: str, order: Order, issued: date | None) -> list[Instalment]:
    days, amounts = find_dates(text, order), money(text)
    if not days or len(days) != len(amounts) or _RECEIVED.search(fold(text)):
        return []
    if issued is not None and any(day.value < issued for day in days):
        return []
    return [Instalment(day.value, amount.value) for day, amount in zip(days, amounts, strict=True)]


def _makes(run: Sequence[Instalment], wanted: Sequence[Decimal]) -> bool:
    made = sum((part.amount for part in run), Decimal(0))
    return any(abs(made - total) <= _CLOSE for total in wanted)


def _discounts(sheet: Sheet, texts: Sequence[Paragraph], order: Order, reading: InvoiceReading) -> Iterator[Discount]:
    """The discounts for early payment with their last day, printed or counted from the invoice's date; each rate once."""
    issued = reading.issue_date.value if reading.issue_date is not None else None
    total = reading.total.value if reading.total is not None else None
    rates: set[Decimal | None] = set()
    sources = [*(text.text for text in texts), *(line.text for line in sheet.lines)]
    for text in sources:
        if not DISCOUNT.search(fold(text)):
            continue
        for discount, _ in find_discounts(text, order, issued, total):
            if discount.percent not in rates:
                rates.add(discount.percent)
                yield discount
