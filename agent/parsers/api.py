"""What every reader of documents takes and gives: bytes in, a value out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from agent.domain.findings import InvoiceReading, Unreadable
from agent.domain.layouts import KnownLayout

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was handed over. The media type is only a claim; readers look at the bytes."""

    filename: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal."""
        return sha256(self.content).hexdigest()


class OcrPort(Protocol):
    """Whoever reads the words of a page picture (the shape of `ports.Ocr`, which lies above this room)."""

    def words(
        self, picture: bytes, languages: tuple[str, ...], *, way: str = "blocks"
    ) -> Sequence[tuple[str, float, Box]]:
        """Words of a picture (PNG or PGM) with confidence (0 to 1) and box in pixels.

        `way`: "blocks" for a page whose text stands in blocks, "words" for words wherever they stand, "grey" for these on a picture
        with many shades.
        """
        ...


class Witness(Protocol):
    """Whoever looks on while pages are read."""

    def see(self, pages: object, reading: InvoiceReading) -> None:
        """Take note of the pages of one invoice (a `layout.Layout`) and of what was read on them."""


@dataclass(frozen=True, slots=True)
class ParserContext:
    """What a reader may know beforehand.

    Attributes:
        language, country: of the creditor, when known; a mild hint ("fr", "BE").
        names, numbers, ibans: the known creditor's own, so that the seller is told from the buyer; empty when not known.
        ocr: reads page pictures; None when there is nobody to do it.
        threshold: a field less sure than this is named in `uncertain`.
        max_pages, max_bytes: more is not read at all.
        second_look: whether a doubtful page is read once more by other means, which takes several times as long.
        layouts: what the known creditor's corrections taught about his own layouts; never another creditor's.
        witness: is shown the pages of each invoice, as they were read (whoever learns from a correction); None when nobody looks on.
    """

    language: str = ""
    country: str = ""
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()
    ocr: OcrPort | None = None
    threshold: float = 0.9
    max_pages: int = 20
    max_bytes: int = 20_000_000
    second_look: bool = True
    layouts: tuple[KnownLayout, ...] = ()
    witness: Witness | None = None


Readings = tuple[InvoiceReading | Unreadable, ...]


class Parser(Protocol):
    """A reader of one kind of document. It keeps no state, opens nothing and never raises for what a document holds."""

    name: str

    def recognises(self, document: Document) -> int | None:
        """How well this reader fits (more is better), None when it does not."""
        ...

    def read(self, document: Document, context: ParserContext) -> Readings:
        """What the document says: one reading for each invoice in it, or why it cannot be read."""
        ...
