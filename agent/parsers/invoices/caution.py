"""What a scan's reading owes to OCR alone is doubted: a digit that is misread in silence costs more than a question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.domain.findings import Found, InvoiceReading
from agent.parsers.invoices.layout import Layout
from agent.parsers.lexers.amounts import find_amounts

# Below every threshold by which a field is shown to a person.
_DOUBTED = 0.85


def cautious(reading: InvoiceReading, layout: Layout) -> InvoiceReading:
    """The reading with its total in doubt, unless the page bears it out: by sums that agree to the cent, or by printing it twice.

    A name that begins with neither letter nor digit is a piece of something else.
    """
    doubts: dict[str, Found[Decimal] | Found[str]] = {}
    total, name = reading.total, reading.seller_name
    if total is not None and not _adds_up(reading) and _printed(total.value, layout) < 2:
        doubts["total"] = replace(total, confidence=min(total.confidence, _DOUBTED))
        due = reading.amount_due
        if due is not None and due.value == total.value:
            doubts["amount_due"] = replace(due, confidence=min(due.confidence, _DOUBTED))
    if name is not None and not name.value[:1].isalnum():
        doubts["seller_name"] = replace(name, confidence=min(name.confidence, _DOUBTED))
    changed = replace(reading, **doubts)  # type: ignore[arg-type]  # each field keeps its own type
    return replace(changed, uncertain=tuple(sorted({*reading.uncertain, *doubts})))


def _adds_up(reading: InvoiceReading) -> bool:
    net, vat, total = reading.net, reading.vat, reading.total
    if net is None or vat is None or total is None:
        return total is not None and "sums agree" in total.where.rule
    return net.value + vat.value == total.value


def _printed(value: Decimal, layout: Layout) -> int:
    """How often the page prints this amount."""
    return sum(found.value == value for cell in layout.cells for found in find_amounts(cell.text))
