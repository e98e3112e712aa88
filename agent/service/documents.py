"""Reads a document in the sandbox: without any program first, and once more with OCR where the page turns out to be a picture."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Self

from agent.backends.tesseract import Tesseract
from agent.domain.enclosures import EnclosureKind, EnclosureReading
from agent.domain.findings import Unreadable
from agent.parsers import enclosures
from agent.parsers.api import Document, ParserContext, Readings
from agent.parsers.invoices import read_document, wants_ocr
from agent.parsers.invoices.learning import Lesson
from agent.parsers.invoices.lesson import learn_from
from agent.service.sandbox import PRELOAD, Failure, Limits, Problem, Result, Sandbox

# OCR takes seconds a page, and several times as much on a small machine.
_PATIENCE = 4.0
_LEAST_MEMORY = 1 << 30
# A reader that was killed for its memory, or brought down, met something that no invoice holds.
_TOLD = {Problem.TIMEOUT: "timeout", Problem.ERROR: "broken"}


class Rooms:
    """Where documents are read: `plain` for all of them, `scans` for pages that are pictures (None: OCR is not installed).

    Only in `scans` programs may run, with more time; its child is not started before the first such page.
    """

    def __init__(self, plain: Sandbox, scans: Sandbox | None = None) -> None:
        self.plain = plain
        self.scans = scans

    @classmethod
    def of(cls, limits: Limits = Limits()) -> Self:  # noqa: B008 - frozen
        """Rooms with these limits; OCR has more where it is installed."""
        return cls(Sandbox(limits), _scan_room(limits) if Tesseract.available() else None)

    def read(self, document: Document, context: ParserContext) -> Result[Readings] | Failure:
        """What the document says. One on which OCR breaks out of its limits keeps what was read without it."""
        first = self.plain.run(read_document, document, context)
        if self.scans is None or isinstance(first, Failure) or not wants_ocr(first.value):
            return first
        again = self.scans.run(read_document, document, replace(context, ocr=Tesseract()))
        if isinstance(again, Result):
            return again
        problem = "timeout" if again.problem is Problem.TIMEOUT else "no_text"
        told = Unreadable(problem, f"OCR: {again.detail}", document.digest, document.filename)
        return Result(tuple(told if isinstance(r, Unreadable) else r for r in first.value))

    def enclosure(self, document: Document, context: ParserContext) -> EnclosureReading:
        """What a debtor's enclosure says, with OCR where it shows no text; one that breaks out of its limits says nothing."""
        first = self.plain.run(enclosures.read_enclosure, document, context)
        if isinstance(first, Result) and (self.scans is None or not enclosures.wants_ocr(first.value)):
            return first.value
        again = first
        if self.scans is not None and isinstance(first, Result):
            again = self.scans.run(enclosures.read_enclosure, document, replace(context, ocr=Tesseract()))
        if isinstance(again, Result):
            return again.value
        problem = unreadable(again).problem
        return EnclosureReading(EnclosureKind.OTHER, document.digest, document.filename, problem=problem)

    def learn(
        self, document: Document, context: ParserContext, corrections: tuple[tuple[str, str], ...], number: str
    ) -> Result[Lesson | None] | Failure:
        """What corrections of a document teach about its layout, with OCR where its text gives nothing."""
        first = self.plain.run(learn_from, document, context, corrections, number)
        if self.scans is None or isinstance(first, Failure) or first.value is not None:
            return first
        return self.scans.run(learn_from, document, replace(context, ocr=Tesseract()), corrections, number)

    def warm(self) -> None:
        """Start the child for all documents now, so that the first one need not wait."""
        self.plain.warm()

    def close(self) -> None:
        """End all children."""
        self.plain.close()
        if self.scans is not None:
            self.scans.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def unreadable(failure: Failure, digest: str = "", filename: str = "") -> Unreadable:
    """What the sender is told of a document whose reader was stopped: it took too long, is not safe to open, or is broken."""
    problem = _TOLD.get(failure.problem, "hostile")
    return Unreadable(problem, f"{failure.problem}: {failure.detail}", digest, filename)


def _scan_room(limits: Limits) -> Sandbox:
    wall = _PATIENCE * limits.wall
    memory = max(limits.memory, _LEAST_MEMORY)
    widened = replace(limits, wall=wall, processor=round(wall), memory=memory, programs=True)
    return Sandbox(widened, preload=(*PRELOAD, "agent.backends.tesseract"))
