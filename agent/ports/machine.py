"""The doors to the machine: its time, and what reads pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...


class Ocr(Protocol):
    """Reads the text of a page picture."""

    def words(
        self, picture: bytes, languages: tuple[str, ...], *, way: str = "blocks"
    ) -> Sequence[tuple[str, float, tuple[float, float, float, float]]]:
        """Words of a PNG or PGM with confidence (0 to 1) and box in pixels; `way` is "blocks", "words" or "grey" (see `OcrPort`)."""
        ...
