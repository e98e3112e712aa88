"""The lines of a payment: which invoice numbers stand beside which amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.domain.enclosures import RemittanceLine
from agent.parsers.enclosures.marks import AMOUNT_HEAD, GROSS_HEAD, NET_HEAD, NUMBER_HEAD, TOTAL_LINE
from agent.parsers.enclosures.rows import Sheet
from agent.parsers.lexers.amounts import figure, find_amounts
from agent.parsers.lexers.dates import find_dates
from agent.parsers.lexers.folding import fold

_MOST_LINES = 400
_HEAD_WITHIN = 60
_NUMBER = re.compile(
    r"(?<![\w/.,-])(?P<prefix>[A-Z]{1,6} )?(?P<number>(?:[A-Za-z]{1,6}[-/.]?)?\d[\w/-]{0,24}(?:\.\d[\w/-]{0,12})?)(?![\w/-]|[.,]\d)"
)
_FIGURE = re.compile(r"[-−+(]? ?(?:€|EUR)? ?\d[\d.,' \u00a0\u202f]{0,20} ?(?:€|EUR)?\)?-?")


@dataclass(frozen=True, slots=True)
class Heads:
    """The row of headings, and the places of the number and the amount in it."""

    row: int
    number: int
    amount: int


def numbers_in(text: str, most: int = 200) -> tuple[str, ...]:
    """Everything in a text that may be an invoice number, days and amounts left out."""
    found: list[str] = []
    for line in text.splitlines():
        found += _numbers(line)
        if len(found) >= most:
            break
    return tuple(dict.fromkeys(found))[:most]


def read_lines(sheet: Sheet) -> tuple[RemittanceLine, ...]:
    """The lines that say how much is paid on which invoice, in their order; totals are left out."""
    heads = find_heads(sheet)
    body = sheet.rows[heads.row + 1 :] if heads is not None else sheet.rows
    found: list[RemittanceLine] = []
    for row in body:
        if TOTAL_LINE.match(fold(next((cell for cell in row if cell), ""))):
            continue
        line = _in_columns(row, heads) if heads is not None and sheet.table else _in_print(row)
        if line is not None:
            found.append(line)
        if len(found) >= _MOST_LINES:
            break
    return tuple(found)


def find_heads(sheet: Sheet) -> Heads | None:
    """The first row whose cells head a number and an amount; of several amounts the one that says what is paid, else the last."""
    for index, row in enumerate(sheet.rows[:_HEAD_WITHIN]):
        cells = [fold(cell).strip(" :*") for cell in row]
        if sum(1 for cell in cells if cell and not any(c.isdigit() for c in cell)) < 2:
            continue
        number = next((i for i, cell in enumerate(cells) if NUMBER_HEAD.fullmatch(cell)), None)
        amounts = [i for i, c in enumerate(cells) if i != number and AMOUNT_HEAD.fullmatch(c) and "dat" not in c]
        if number is None or not amounts:
            continue
        clean = [i for i in amounts if not GROSS_HEAD.fullmatch(cells[i])] or amounts
        paid = [i for i in clean if NET_HEAD.fullmatch(cells[i])] or clean
        return Heads(index, number, paid[-1])
    return None


def _in_columns(row: Sequence[str], heads: Heads) -> RemittanceLine | None:
    if max(heads.number, heads.amount) >= len(row) or not row[heads.number]:
        return None
    cell = row[heads.number]
    numbers = tuple(dict.fromkeys((cell[:40], *_numbers(cell))))
    amount = money_of(row[heads.amount])
    return RemittanceLine(numbers, amount) if amount is not None and any(c.isdigit() for c in cell) else None


def _in_print(row: Sequence[str]) -> RemittanceLine | None:
    """A printed line: its last amount, and the numbers that stand before it."""
    text = "  ".join(row)
    money = [a for a in find_amounts(text) if a.money]
    if not money:
        return None
    numbers = tuple(_numbers(text[: money[0].start]))
    return RemittanceLine(numbers, money[-1].value) if numbers else None


def money_of(cell: str) -> Decimal | None:
    """The amount that a cell holds and nothing else: "1.210,00 €", "-35.50", "1210"; None for anything else."""
    text = cell.strip()
    if not text or len(text) > 30 or _FIGURE.fullmatch(text) is None:
        return None
    negative = text.startswith(("-", "−", "(")) or text.endswith("-")
    value = figure(re.sub(r"[^\d.,]", "", text).strip(".,"))[0]
    return -value if negative else value


def _numbers(text: str) -> list[str]:
    """What may be numbers in one line: at least three digits, no day and no amount; "RE 2026-050" may be one with its letters or without."""
    taken = [(day.start, day.end) for day in find_dates(text)]
    taken += [(a.start, a.end) for a in find_amounts(text) if a.money or a.percent]
    found = []
    for match in _NUMBER.finditer(text[:2000]):
        inside = any(match.start() < end and start < match.end() for start, end in taken)
        if not inside and sum(c.isdigit() for c in match[0]) >= 3:
            found.append(match["number"].strip(".-/"))
            found += [match[0].strip(" .-/")] if match["prefix"] else []
    return found
