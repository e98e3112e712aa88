"""What workers on the same books share out among themselves, and what keeps one that was given up from doing more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Stretch:
    """A stretch of work under claims: their names, and the notes as it was told them."""

    names: tuple[str, ...]
    told: dict[str, str | None] = field(default_factory=dict)


class SoleClaims:
    """The claims of the only writer: everything is his. See the port."""

    shared = False

    def __init__(self) -> None:
        self._stretch: Stretch | None = None

    def take(self, names: Sequence[str], most: int) -> Sequence[str]:
        """These names, at most so many."""
        return names[:most]

    def give_back(self, names: Sequence[str]) -> None:
        """Let others take them."""

    @contextmanager
    def under(self, *names: str) -> Iterator[None]:
        """A stretch of work; one within another asks for its own names, and knows what the outer one was told."""
        outer = self._stretch
        self._stretch = Stretch(names) if outer is None else Stretch(names, outer.told)
        try:
            yield
        finally:
            self._stretch = outer

    def confirm(self) -> None:
        """Refuse a commit whose stretch lost its claims, and keep them until it is done. Belongs in its transaction."""

    def tell(self, key: str, value: str | None) -> None:
        """Remember that the work of this stretch goes by this value of a note."""
        if self._stretch is not None:
            self._stretch.told[key] = value

    @property
    def told(self) -> Mapping[str, str | None]:
        """The notes that this stretch goes by: another's change of them makes its commit a Conflict."""
        return {} if self._stretch is None else self._stretch.told

    def now(self) -> datetime | None:
        """The moment by the clock by which claims end; None where none do."""
        return None

    def close(self) -> None:
        """Give all of them back; never raises."""
