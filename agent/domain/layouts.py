"""What was learned from corrections: how a maker's pages look, and where on them a field stands.

A rule names labels, places and forms of writing, never the value of one invoice. What belongs to the maker himself (his name,
his account, the currency, the days until payment) may be kept as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ValueKind(StrEnum):
    """What kind of value a field holds."""

    DATE = "date"
    AMOUNT = "amount"
    ACCOUNT = "account"
    REFERENCE = "reference"
    IDENTIFIER = "identifier"
    NAME = "name"
    CURRENCY = "currency"
    VAT_NUMBER = "VAT number"


@dataclass(frozen=True, slots=True)
class Sign:
    """Fixed words of a layout and where they begin, in thousandths of the page's width."""

    words: str
    across: int


@dataclass(frozen=True, slots=True)
class Form:
    """How the value is written.

    Attributes:
        order: of a date in figures, "dd/mm" or "mm/dd"; "" when the page itself decides.
        shape: of an identifier, its runs of digits and letters ("9-9", "A9"); "" when it has none.
        words: how many words an identifier has.
        after: the word that ends the value inside a longer text; "" when it runs to the end of its text.
    """

    kind: ValueKind
    order: str = ""
    shape: str = ""
    words: int = 1
    after: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """The value follows these words, in the same text (`inline`) or in the next one to the right. "#" stands for figures."""

    words: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Under:
    """The value stands below these words, as the `step`th value of its kind in their column (-1: the last)."""

    words: str
    step: int


@dataclass(frozen=True, slots=True)
class Place:
    """The value begins (or, `right`, ends) here: page from 1 or, from the end, from -1; thousandths of width and height."""

    page: int
    across: int
    down: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class Rank:
    """The value is the `count`th of its kind and form in the document; -1 is the last one, 0 the largest."""

    count: int


@dataclass(frozen=True, slots=True)
class Constant:
    """The value belongs to the maker and stays; `printed` when the page shows it, which is then checked."""

    text: str
    printed: bool


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The value follows from another field: the same, or so many months and days later, perhaps to the end of that month."""

    base: str
    days: int = 0
    months: int = 0
    month_end: bool = False


@dataclass(frozen=True, slots=True)
class Misreading:
    """What the ordinary reading had done wrong: its rule and label; no rule when it had found nothing."""

    rule: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """All ways that led to the corrected value of one field (a name of InvoiceReading); at use they vote."""

    field: str
    form: Form
    beside: tuple[Beside, ...] = ()
    under: tuple[Under, ...] = ()
    places: tuple[Place, ...] = ()
    ranks: tuple[Rank, ...] = ()
    constant: Constant | None = None
    reckoned: Reckoned | None = None
    instead_of: Misreading = Misreading()

    @property
    def ways(self) -> int:
        """How many ways it knows."""
        lists = (self.beside, self.under, self.places, self.ranks)
        return sum(map(len, lists)) + (self.constant is not None) + (self.reckoned is not None)


@dataclass(frozen=True, slots=True)
class KnownLayout:
    """One layout of one creditor with the rules learned on it. `document` is the file on which it was met (SHA-256)."""

    id: str
    creditor: str
    signs: tuple[Sign, ...]
    document: str
    learned_at: datetime
    rules: tuple[FieldRule, ...] = ()
    forgotten: bool = False
    version: int = 1

    def rule(self, field: str) -> FieldRule | None:
        """The rule of this field."""
        return next((rule for rule in self.rules if rule.field == field), None)


def words_of(rule: FieldRule) -> tuple[str, ...]:
    """The ways of a rule in words, the most telling first."""
    told = [f"{'after' if way.inline else 'right of'} «{way.words}»" for way in rule.beside]
    told += [f"under «{way.words}», {_ordinal(way.step)} value" for way in rule.under]
    if rule.constant is not None:
        told.append(f"always {rule.constant.text}")
    if rule.reckoned is not None:
        told.append(reckoning(rule.reckoned))
    told += [
        f"page {way.page if way.page > 0 else 'last'}, {way.across / 10:g} % across and {way.down / 10:g} % down"
        for way in rule.places
    ]
    told += [f"{_ordinal(way.count)} {rule.form.kind} of this form" for way in rule.ranks]
    return tuple(told)


def reckoning(way: Reckoned) -> str:
    """What is reckoned, in words: "30 days after issue_date, end of month"."""
    parts = [f"{way.months} months"] if way.months else []
    parts += [f"{way.days} days"] if way.days else []
    length = " and ".join(parts)
    end = ", end of month" if way.month_end else ""
    return f"{length} after {way.base}{end}" if length or end else f"same as {way.base}"


def _ordinal(count: int) -> str:
    if count == 0:
        return "largest"
    if count < 0:
        return "last" if count == -1 else f"{-count}th from the end"
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(count, f"{count}th")
