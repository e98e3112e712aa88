"""A key figure set against what it was a month before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agent.domain.money import Money


@dataclass(frozen=True, slots=True)
class Trend:
    """A key figure and what it was a month before. `better` says whether less of it is good (-1), or more (1)."""

    code: str
    now: Money | Decimal | None
    before: Money | Decimal | None
    better: int

    @property
    def direction(self) -> int:
        """1 when it went up, -1 when it went down, 0 when it stayed or cannot be compared."""
        now, before = _amount(self.now), _amount(self.before)
        return 0 if now is None or before is None else (now > before) - (now < before)

    @property
    def verdict(self) -> int:
        """1 when that is good for the creditor, -1 when it is bad, 0 when neither."""
        return self.direction * self.better


def _amount(figure: Money | Decimal | None) -> Decimal | None:
    return figure.amount if isinstance(figure, Money) else figure
