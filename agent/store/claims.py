"""What workers on the same books share out among themselves, and what keeps one that was given up from doing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime


class SoleClaims:
    """The claims of the only writer: everything is his. See the port."""

    shared = False

    def take(self, names: Sequence[str], most: int) -> Sequence[str]:
        """These names, at most so many."""
        return names[:most]

    def give_back(self, names: Sequence[str]) -> None:
        """Let others take them."""

    def under(self, *_: str) -> AbstractContextManager[None]:
        """A stretch of work; nobody comes between."""
        return nullcontext()

    def confirm(self) -> None:
        """Refuse a commit whose stretch lost its claims, and keep them until it is done. Belongs in its transaction."""

    def tell(self, key: str, value: str | None) -> None:
        """Remember that the work of this stretch goes by this value of a note."""

    @property
    def told(self) -> Mapping[str, str | None]:
        """The notes that this stretch goes by: another's change of them makes its commit a Conflict."""
        return {}

    def now(self) -> datetime | None:
        """The moment by the clock by which claims end; None where none do."""
        return None

    def close(self) -> None:
        """Give all of them back; never raises."""
