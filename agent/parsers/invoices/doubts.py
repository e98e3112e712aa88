"""Which of two readings of the same page leaves fewer doubts."""

from __future__ import annotations

from agent.domain.findings import InvoiceReading
from agent.parsers.invoices.reading import FOLLOWED

_CORE = ("number", "issue_date", "total", "currency")

Several = tuple[InvoiceReading, ...]


def doubtful(reading: InvoiceReading) -> bool:
    """Whether a field that matters most is missing or in doubt on a document that would be followed."""
    return reading.kind.value in FOLLOWED and clear(reading) < len(_CORE)


def clear(reading: InvoiceReading) -> int:
    """How many of the fields that matter most were read without doubt."""
    return sum(getattr(reading, name) is not None and name not in reading.uncertain for name in _CORE)


def clearer(first: Several, second: Several) -> Several:
    """Of each pair the reading with fewer doubts, the first of equals; all of the first where they tell of other invoices."""
    if len(second) != len(first):
        return first
    return tuple(max(a, b, key=clear) for a, b in zip(first, second, strict=True))
