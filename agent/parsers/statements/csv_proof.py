"""Tables without headings: read only when their own arithmetic proves which column is the amount and which the balance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from agent.domain import references
from agent.parsers.statements import csv_values
from agent.parsers.statements.csv_columns import Columns, Role, side

_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d{2}-\d{2}|20\d{6}")
_FIGURE = re.compile(r"[+-]?\d{1,3}(?:[., ]?\d{3}){0,4}[.,]\d{2}")
_WIDEST = 60
_CURRENCY = re.compile(r"[A-Z]{3}")

Cells = tuple[str, ...]


def proved(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of a table whose every row starts from the balance that the one before left; None when nothing proves them.

    Rows must be at least two, all of one width. The amount is signed by itself or by a column that says debit or credit; the
    balance stands before or after the movement. Two ways to read a table that both add up prove nothing.
    """
    width = len(rows[0]) if rows else 0
    if len(rows) < 2 or width > _WIDEST or any(len(row) != width for row in rows):
        return None
    table = [tuple(row[i].strip() for row in rows) for i in range(width)]
    days = [i for i, cells in enumerate(table) if all(map(_DAY.fullmatch, cells))]
    figures = [i for i, cells in enumerate(table) if all(map(_FIGURE.fullmatch, cells))]
    signs = [i for i, cells in enumerate(table) if all(map(side, cells)) and len(set(cells)) <= 2]
    found = {_reading(table, days[0], *pair) for pair in _pairs(table, figures, signs)} if days else set()
    return found.pop() if len(found) == 1 else None


def _pairs(table: Sequence[Cells], figures: Sequence[int], signs: Sequence[int]) -> list[tuple[int, int]]:
    """Each column of amounts that a balance proves, with the column of its signs (-1: it bears its own)."""
    parsed = {i: [csv_values.amount(cell, ",") for cell in table[i]] for i in figures}
    found: set[tuple[int, int]] = set()
    for amount in figures:
        for sign in (-1, *signs):
            signed = _signed(parsed[amount], table[sign] if sign >= 0 else ())
            if signed is None or (len(set(map(abs, signed))) < 2 and len(signed) > 2):
                continue
            if any(_carried(signed, parsed[balance]) for balance in figures if balance != amount):
                found.add((amount, sign))
    return sorted(found)


def _signed(values: Sequence[Decimal | None], signs: Sequence[str]) -> list[Decimal] | None:
    known = [v for v in values if v is not None]
    if len(known) != len(values):
        return None
    if not signs:
        return known
    if any(v < 0 for v in known):
        return None
    return [v * side(s) for v, s in zip(known, signs, strict=True)]


def _carried(amounts: Sequence[Decimal], balances: Sequence[Decimal | None]) -> bool:
    known = [b for b in balances if b is not None]
    if len(known) != len(amounts) or len(set(known)) == 1:
        return False
    return csv_values.chained(list(zip(amounts, known, strict=True)))


def _reading(table: Sequence[Cells], day: int, amount: int, sign: int) -> Columns:
    """The roles: beside what is proved, accounts by their check digits, the own one by being always the same, texts by being words."""
    roles = [Role.OTHER] * len(table)
    roles[day], roles[amount] = Role.DATE, Role.AMOUNT
    if sign >= 0:
        roles[sign] = Role.SIGN
    free = [i for i, role in enumerate(roles) if role is Role.OTHER]
    accounts = [i for i in free if _accounts(table[i])]
    own = next((i for i in accounts if len(set(table[i])) == 1), None)
    other = next((i for i in accounts if i != own), None)
    if own is not None:
        roles[own] = Role.ACCOUNT
    elif other is None and all(len(set(table[i])) == 1 and table[i][0].isdecimal() for i in free[:1]):
        roles[free[0]] = Role.ACCOUNT
    if other is not None:
        roles[other] = Role.IBAN
    currency = next((i for i in free if all(map(_CURRENCY.fullmatch, table[i]))), None)
    if currency is not None:
        roles[currency] = Role.CURRENCY
    words = [i for i in free if roles[i] is Role.OTHER and any(re.search(r"[a-z]{3}|[A-Z]{4}", c) for c in table[i])]
    _name_texts(roles, words, other)
    return Columns(tuple(roles))


def _name_texts(roles: list[Role], words: Sequence[int], other: int | None) -> None:
    """The name stands beside the other party's account; what else has words is the description."""
    beside = [i for i in words if other is not None and abs(i - other) == 1]
    for column in words:
        roles[column] = Role.NAME if beside and column == beside[-1] else Role.LABEL


def _accounts(cells: Cells) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(references.iban(cell) for cell in filled)
