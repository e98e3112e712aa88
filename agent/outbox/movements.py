"""The movements of a bank statement as its answer lists them, and what the columns of a file are called in the question about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from agent.domain.money import Money


@dataclass(frozen=True, slots=True)
class MovementView:
    """One movement: what became of it (paid, partial, reopen, ask, nothing), its day and sum, the invoices, who or what it names."""

    what: str
    on: date
    amount: Money
    numbers: str
    name: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A proposal in an answer's order: pairs of what a column holds and which it is; the same for the file as a whole."""

    position: int
    columns: tuple[tuple[str, str], ...]
    whole: tuple[tuple[str, str], ...]


def movements_of(lines: Iterable[str]) -> tuple[MovementView, ...]:
    """The movements that these lines of a report tell of: what|day|sum|currency|invoices|name; a line of another make is left out."""
    found = []
    for line in lines:
        parts = line.split("|", 5)
        try:
            what, day, amount, currency, numbers, name = parts
            found.append(MovementView(what, date.fromisoformat(day), Money(Decimal(amount), currency), numbers, name))
        except (ValueError, InvalidOperation):
            continue
    return tuple(found)


def column_choices(lines: Iterable[str]) -> tuple[ColumnChoice, ...]:
    """The proposals of a question about columns, numbered from 1: "date 1 Datum | amount 4 Bedrag | order dmy"."""
    found = []
    for position, line in enumerate(lines, 1):
        pairs = [tuple(part.strip().split(" ", 1)) for part in line.split("|")]
        named = [(p[0], p[1]) for p in pairs if len(p) == 2]
        columns = tuple((name, text) for name, text in named if text[0].isdecimal())
        found.append(ColumnChoice(position, columns, tuple(p for p in named if p not in columns)))
    return tuple(found)
