"""A list of open invoices or of customers, row by row, from CSV or a workbook; nothing in it is guessed over a mistake."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from agent.domain.findings import DocumentKind, Unreadable
from agent.domain.index import number_term
from agent.parsers.enclosures.workbook import is_workbook, workbook_rows
from agent.parsers.listings.columns import columns, header_row, is_english
from agent.parsers.listings.model import Field, ListedRow, Listing, ListKind
from agent.parsers.listings.rows import Page, Row, read_row
from agent.parsers.replies.clauses import fold
from agent.parsers.statements.csv_tables import decoded, tables
from agent.parsers.statements.csv_values import amount, day_order, decimal_mark

MOST_ROWS = 5000
# The workbook's reader gives no more; a longer sheet would be cut in silence.
_MOST_SHEET_ROWS = 3000
_SUMS = re.compile(r"^(?:sous )?(?:total|totaal|totaux|summe|som|gesamt|grand total|eindtotaal)\b")
# A day that is none in any order tells nothing about the others.
_IMPOSSIBLE = re.compile(r" ?(?:1[3-9]|[2-9]\d)[./-](?:1[3-9]|[2-9]\d)[./-]")
_MONEY = (Field.TOTAL, Field.OPEN, Field.PAID, Field.NET, Field.VAT)
_DAYS = (Field.ISSUED, Field.DUE)


def read_listing(content: bytes, *, seller: str, country: str = "BE", currency: str = "EUR") -> Listing:
    """The list in this file. `seller` is the creditor's name: the list is his own.

    `country` is that of numbers without one, `currency` is meant where no column names one.
    """
    document = hashlib.sha256(content).hexdigest()
    found = _best_table(content)
    if isinstance(found, str):
        return Listing(problem=found, document=document)
    rows, head = found
    named = columns(rows[head])
    kind = _kind(named)
    if kind is ListKind.CONTACTS and Field.PARTY not in named and Field.NUMBER in named:
        named[Field.PARTY] = named.pop(Field.NUMBER)
    heads = tuple((cell.strip(), _field_at(named, place)) for place, cell in enumerate(rows[head]) if cell.strip())
    listing = Listing(kind, heads, document=document)
    body = [(n, row) for n, row in enumerate(rows[head + 1 :], head + 2) if any(cell.strip() for cell in row)]
    problem = _lacking(kind, named) or ("too_long" if len(body) > MOST_ROWS else "")
    if problem:
        return replace(listing, problem=problem)
    habits = _habits(named, rows[head], [row for _, row in body])
    page = Page(named, *habits, seller, country, currency)
    problem = _undecided(page, [row for _, row in body])
    if problem:
        return replace(listing, problem=problem)
    read = [read_row(page, kind, n, row) for n, row in body if row != rows[head] and not _is_sum(page, row)]
    return replace(listing, rows=tuple(_without_twins(read) if kind is ListKind.INVOICES else read))


def _best_table(content: bytes) -> tuple[list[Row], int] | str:
    """The rows and the place of their headings, or the problem."""
    if is_workbook(content):
        found = workbook_rows(content)
        if isinstance(found, Unreadable):
            return "broken"
        if len(found) >= _MOST_SHEET_ROWS:
            return "too_long"
        candidates: list[list[Row]] = [list(found)]
    else:
        text = decoded(content)
        if text is None:
            return "broken"
        candidates = [list(rows) for rows in tables(text)]
    headed = [(rows, head) for rows in candidates if (head := header_row(rows)) is not None]
    if not headed:
        return "no_header"
    return max(headed, key=lambda pair: len(columns(pair[0][pair[1]])))


def _field_at(named: dict[Field, int], place: int) -> Field:
    return next((field for field, column in named.items() if column == place), Field.OTHER)


def _kind(named: dict[Field, int]) -> ListKind:
    money = named.keys() & {Field.TOTAL, Field.OPEN, Field.NET}
    return ListKind.INVOICES if money else ListKind.CONTACTS


def _lacking(kind: ListKind, named: dict[Field, int]) -> str:
    if Field.NAME not in named:
        return "no_name"
    if kind is ListKind.CONTACTS:
        return "" if named.keys() & {Field.EMAIL, Field.PARTY} else "no_number"
    if Field.NUMBER not in named:
        return "no_number"
    full = Field.TOTAL in named or Field.OPEN in named or {Field.NET, Field.VAT} <= named.keys()
    return "" if full else "no_total"


def _habits(named: dict[Field, int], head: Row, body: Sequence[Row]) -> tuple[str, str]:
    """The decimal mark and the order of days of this list."""
    money = [row[named[f]] for f in _MONEY if f in named for row in body if named[f] < len(row)]
    days = [row[named[f]] for f in _DAYS if f in named for row in body if named[f] < len(row)]
    days = [cell for cell in days if not _IMPOSSIBLE.match(cell)]
    mark = decimal_mark(money)
    return mark, day_order(days, european=mark == "," or not is_english(head))


def _undecided(page: Page, body: Sequence[Row]) -> str:
    sums = [page.cell(row, f) for f in _MONEY for row in body if page.cell(row, f)]
    if not page.mark and any(amount(cell, "") is None for cell in sums):
        return "no_decimal_mark"
    days = [page.cell(row, f) for f in _DAYS for row in body if page.cell(row, f)]
    return "no_day_order" if days and not page.order else ""


def _is_sum(page: Page, row: Row) -> bool:
    """Whether a row only sums up the others."""
    first = next((fold(cell) for cell in row if cell.strip()), "")
    return bool(_SUMS.match(first)) and not (page.cell(row, Field.NUMBER) and page.cell(row, Field.NAME))


def _without_twins(rows: Sequence[ListedRow]) -> list[ListedRow]:
    """The rows; one whose number stands before it for another sum or customer has a mistake, a mere repetition is left out."""
    kept: dict[tuple[str, bool], ListedRow] = {}
    result: list[ListedRow] = []
    for row in rows:
        reading = row.reading
        if reading is None or reading.number is None:
            result.append(row)
            continue
        key = (number_term(reading.number.value)[1], reading.kind.value is DocumentKind.CREDIT_NOTE)
        first = kept.setdefault(key, row)
        if first is row:
            result.append(row)
        elif first.cells != row.cells:
            result.append(replace(row, errors=(*row.errors, f"twice:{first.line}")))
    return result


def read_list(content: bytes, seller: str, country: str) -> Listing:
    """The same by place, as the sandbox calls it."""
    return read_listing(content, seller=seller, country=country)
