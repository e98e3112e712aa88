"""The values of one kind and form that a page holds, wherever they stand: what learned rules choose among."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from agent.domain import references
from agent.domain.layouts import Form, ValueKind
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers.amounts import currency_marks, find_amounts
from agent.parsers.lexers.dates import Order, find_dates
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.numbers import complete_iban, find_ibans, find_structured, find_vat_numbers, iban_begun
from agent.parsers.lexers.parties import may_be_name

Value = str | date | Decimal

KINDS = {
    "number": ValueKind.IDENTIFIER,
    "issue_date": ValueKind.DATE,
    "due_date": ValueKind.DATE,
    "delivery_date": ValueKind.DATE,
    "currency": ValueKind.CURRENCY,
    "net": ValueKind.AMOUNT,
    "vat": ValueKind.AMOUNT,
    "total": ValueKind.AMOUNT,
    "deposit": ValueKind.AMOUNT,
    "amount_due": ValueKind.AMOUNT,
    "seller_name": ValueKind.NAME,
    "seller_vat": ValueKind.VAT_NUMBER,
    "seller_iban": ValueKind.ACCOUNT,
    "buyer_name": ValueKind.NAME,
    "buyer_vat": ValueKind.VAT_NUMBER,
    "payment_reference": ValueKind.REFERENCE,
    "order_number": ValueKind.IDENTIFIER,
    "customer_number": ValueKind.IDENTIFIER,
}
_EDGES = " .:;,()[]*|-–_/"
_RUN = re.compile(r"[a-z]+|\d+|[^a-z\d]")
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Token:
    """A word made comparable: without case, accents and edges; figures as "#". `start` and `end` are places in its cell's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Held:
    """A value at its place: the characters `start` to `end` of the cell's text."""

    value: Value
    cell: Cell
    start: int
    end: int

    @property
    def part(self) -> Cell:
        """The words of the cell that hold it."""
        return self.cell.part(self.start, self.end)


def typed(field: str, text: str) -> Value | None:
    """The value that a correction of this field means; None when it cannot be one. Amounts are compared without sign."""
    text = " ".join(text.split())
    try:
        match KINDS.get(field):
            case ValueKind.DATE:
                return date.fromisoformat(text)
            case ValueKind.AMOUNT:
                return Decimal(text)
            case ValueKind.ACCOUNT:
                return references.iban(text) or _as_printed(text)
            case ValueKind.VAT_NUMBER:
                return references.vat_number(text) or _as_printed(text)
            case ValueKind.REFERENCE:
                return references.structured_communication(text) or references.creditor_reference(text) or text or None
            case None:
                return None
    except (ValueError, InvalidOperation):
        return None
    return text or None


def _as_printed(text: str) -> str | None:
    """A number whose control digits fail, compact, as the page may print it nonetheless; it stays doubtful by its check."""
    plain = "".join(c for c in text.upper() if c.isalnum())
    return plain if plain[:2].isalpha() and plain.isascii() and 8 <= len(plain) <= 34 else None


def same(one: Value, other: Value) -> bool:
    """Whether two values mean the same: amounts by size, texts by their letters and digits."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return abs(one) == abs(other)
    if isinstance(one, str) and isinstance(other, str):
        return compact(one) == compact(other)
    return one == other


def compact(text: str) -> str:
    """The letters and digits of a text, folded."""
    return "".join(c for c in fold(text) if c.isalnum())


def tokens(cell: Cell) -> tuple[Token, ...]:
    """The words of a cell, comparable; those of mere punctuation are left out."""
    found: list[Token] = []
    position = 0
    for word in cell.words:
        plain = fold(word.text).strip(_EDGES)
        if any(c.isdigit() for c in plain):
            plain = "#"
        if plain and any(c.isalnum() or c in "#°" for c in plain):
            found.append(Token(plain, position, position + len(word.text)))
        position += len(word.text) + 1
    return tuple(found)


def shape(text: str) -> str:
    """The runs of a text: "9" for digits, "A" for letters, other characters as they are: "VF2026-0042" is "A9-9"."""
    kinds = ("9" if run[0].isdigit() else "A" if run[0].isalpha() else run for run in _RUN.findall(fold(text)))
    return "".join(kinds)


def held(sheet: Sheet, cell: Cell, form: Form) -> Iterator[Held]:
    """The values of this form in a cell, from left to right."""
    text = cell.text
    match form.kind:
        case ValueKind.DATE:
            order = Order.MONTH_FIRST if form.order == Order.MONTH_FIRST.value else Order.DAY_FIRST
            yield from (Held(day.value, cell, day.start, day.end) for day in find_dates(text, order))
        case ValueKind.AMOUNT:
            found = (a for a in find_amounts(text) if a.decimals == 2 and not a.percent)
            yield from (Held(a.value, cell, a.start, a.end) for a in found)
        case ValueKind.ACCOUNT:
            yield from _accounts(sheet, cell)
        case ValueKind.VAT_NUMBER:
            yield from (Held(n.value, cell, n.start, n.end) for n in find_vat_numbers(text) if n.valid)
        case ValueKind.REFERENCE:
            yield from (Held(n.value, cell, n.start, n.end) for n in find_structured(text) if n.valid)
        case ValueKind.IDENTIFIER:
            yield from identifiers(cell, form)
        case ValueKind.NAME:
            yield from names(cell, form, 0)
        case ValueKind.CURRENCY:
            yield from (Held(mark, cell, 0, len(text)) for mark in currency_marks(text))


def _accounts(sheet: Sheet, cell: Cell) -> Iterator[Held]:
    yield from (Held(n.value, cell, n.start, n.end) for n in find_ibans(cell.text) if n.valid)
    begun = iban_begun(cell.text)
    rests = sheet.right_of(cell)[:1] + sheet.below(cell, cell)[:2] if begun else []
    whole = next((value for rest in rests if (value := complete_iban(begun, rest.text))), "")
    if whole:
        yield Held(whole, cell, max(cell.text.find(begun[:2]), 0), len(cell.text))


def identifiers(cell: Cell, form: Form) -> Iterator[Held]:
    """Runs of `form.words` words that have the shape of the identifier that was corrected, its edges cut off."""
    positions = _positions(cell)
    numbered = [(n.start, n.end) for find in (find_ibans, find_vat_numbers) for n in find(cell.text) if n.valid]
    for at in range(len(positions) - form.words + 1):
        start, end = positions[at][0], positions[at + form.words - 1][1]
        if any(begin < end and start < stop for begin, stop in numbered):
            continue
        for text in dict.fromkeys((cell.text[start:end], cell.text[start:end].strip(_EDGES))):
            if text and (not form.shape or shape(text) == form.shape) and not _is_date(text):
                yield Held(text, cell, start, end)
                break


def _is_date(text: str) -> bool:
    return any(day.end - day.start == len(text) and not day.compact for day in find_dates(text))


def names(cell: Cell, form: Form, start: int) -> Iterator[Held]:
    """The text of a cell from here to the word that ends it, if it has letters."""
    end = len(cell.text)
    if form.after:
        end = next((t.start for t in tokens(cell) if t.start > start and t.text == form.after), end)
    raw = cell.text[start:end]
    text = raw.strip(" .:;,|-–_/") + ("." if raw.rstrip().endswith(".") else "")
    if len(text) <= _LONGEST_NAME and may_be_name(text):
        begins = start + len(raw) - len(raw.lstrip(" .:;,|-–_/"))
        yield Held(text, cell, begins, end)


def runs_of(cell: Cell, wanted: str) -> Iterator[tuple[int, int, int]]:
    """Where consecutive words of a cell make this text: start, end and how many words. Letters and digits alone are compared."""
    plain = compact(wanted)
    positions = _positions(cell)
    for at, (start, _) in enumerate(positions):
        gathered = ""
        for count, (_, end) in enumerate(positions[at:], 1):
            gathered = compact(cell.text[start:end])
            if gathered == plain and plain:
                yield start, end, count
                break
            if not plain.startswith(gathered):
                break


def _positions(cell: Cell) -> Sequence[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    position = 0
    for word in cell.words:
        found.append((position, position + len(word.text)))
        position += len(word.text) + 1
    return found
