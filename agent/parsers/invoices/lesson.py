"""From a corrected document to what it teaches: the file is read once more, without any rule, and the corrections laid over it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from agent.domain.findings import InvoiceReading
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.learned_values import same
from agent.parsers.invoices.learning import Lesson, learn
from agent.parsers.invoices.sheet import Sheet


def learn_from(
    document: Document, context: ParserContext, corrections: tuple[tuple[str, str], ...], number: str = ""
) -> Lesson | None:
    """What these corrections (field of InvoiceReading and right value) of one document teach; None when nothing can be learned.

    Dates in ISO 8601, amounts as plain decimals. Of a file that holds several invoices, `number` says which one is meant. XML has
    no layout, and where a PDF carries XML, that is what counts.
    """
    pupil = Pupil()
    found = read_document(document, replace(context, layouts=(), witness=pupil))
    readings = [reading for reading in found if isinstance(reading, InvoiceReading) and not is_structured(reading)]
    if len(readings) > 1:
        readings = [r for r in readings if r.number is not None and same(r.number.value, number)]
    if len(readings) != 1:
        return None
    seen = pupil.pages_of(readings[0])
    return learn(Sheet(seen), readings[0], dict(corrections), context.layouts) if seen is not None else None


@dataclass(slots=True)
class Pupil:
    """Looks on while a document is read: which pages led to which reading."""

    seen: list[tuple[Layout, InvoiceReading]] = field(default_factory=list)

    def see(self, pages: object, reading: InvoiceReading) -> None:
        """Take note."""
        if isinstance(pages, Layout):
            self.seen.append((pages, reading))

    def pages_of(self, reading: InvoiceReading) -> Layout | None:
        """The pages that led to this reading; a document may have been looked at twice, the later look counts."""
        alike = [pages for pages, other in self.seen if _likeness(reading, other)]
        return alike[-1] if alike else None


def _likeness(one: InvoiceReading, other: InvoiceReading) -> bool:
    """Whether most of what was found on both is the same."""
    found, others = dict(one.found()), dict(other.found())
    shared = [name for name in found if name in others]
    alike = sum(found[name].value == others[name].value for name in shared)
    return 2 * alike >= max(len(found), len(others), 1)


def is_structured(reading: InvoiceReading) -> bool:
    """Whether this was read from XML."""
    return bool(reading.kind.where.path) or any(found.where.path for _, found in reading.found())
