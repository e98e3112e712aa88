"""Bank statements as tables (CSV, spreadsheets): found by their headings, read only when the columns are certain, else asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.domain import references
from agent.domain.findings import BankStatementReading, Unreadable
from agent.parsers.statements import csv_asking, csv_labels, csv_proof, csv_tables, csv_values, normal
from agent.parsers.statements.csv_choices import columns
from agent.parsers.statements.csv_columns import Columns, Role, is_english
from agent.parsers.statements.csv_rows import accounts
from agent.parsers.statements.csv_tables import Row

_MAX_ROWS = 200_000
_EURO = re.compile(r"\b(?:EUR|euros?)\b|€", re.IGNORECASE)
_OWN_NUMBER = re.compile(r"(?:compte|rekening|account|n°|num[ée]ro)[^\d]{0,40}(\d[\d ]{6,24}\w{0,3})", re.IGNORECASE)


def read(content: bytes, answer: str = "") -> tuple[BankStatementReading, ...] | Unreadable:
    """One reading for each account in the file; a single one with `ask` when a person must say what the columns hold.

    `answer` is what a person said before about a file of this heading, as "date=1 amount=4 text=2" (columns from 1).
    """
    text = csv_tables.decoded(content)
    if text is None:
        return Unreadable("broken", "not a text")
    return read_tables(csv_tables.tables(text), answer)


def read_tables(tables: Sequence[list[Row]], answer: str = "") -> tuple[BankStatementReading, ...] | Unreadable:
    """What `read` says, of rows that were cut into cells in one way or in several."""
    if any(len(rows) > _MAX_ROWS for rows in tables):
        return Unreadable("too_large", f"more than {_MAX_ROWS} rows")
    if answer:
        return _answered(tables, answer)
    found = next(((rows, i) for rows in tables if (i := csv_tables.header_row(rows)) is not None), None)
    if found is None:
        return _unknown_layout(tables)
    return _sections(*found)


def _unknown_layout(tables: Sequence[list[Row]]) -> tuple[BankStatementReading, ...] | Unreadable:
    """A table of days and amounts without known headings is asked about; anything else is no statement.

    It is asked about even when its own balances prove its columns: nobody has said yet that it is a statement.
    """
    for rows in tables:
        body = [row for row in rows if len(row) > 2]
        found = csv_proof.proved(body) or Columns.told(csv_tables.guess(body))
        if found is not None:
            header = body[0] if not any(csv_values.day(cell, "dmy") for cell in body[0]) else []
            reading = BankStatementReading("csv", ask="columns: the columns are not known")
            return (csv_asking.asked(reading, header, body[bool(header) :], found),)
    return Unreadable("not_statement", "no table of movements")


def _answered(tables: Sequence[list[Row]], answer: str) -> tuple[BankStatementReading, ...] | Unreadable:
    """The file read with the columns that a person named: from the first row with a day on."""
    found = Columns.told(answer)
    if found is None:
        return Unreadable("not_statement", "the answer names no day or no amount")
    day, width = found.first(Role.DATE), len(found.roles)
    assert day is not None
    for rows in tables:
        start = next((i for i, row in enumerate(rows) if len(row) >= width and csv_values.day(row[day], "dmy")), None)
        if start is None:
            continue
        header = rows[start - 1] if start else []
        body = [row for row in rows[start:] if len(row) >= width]
        readings = tuple(accounts(body, found, english=is_english(header), own=_own_account(rows[:start])))
        doubtful = next((r for r in readings if r.ask), None)
        return (csv_asking.asked(doubtful, header, body, found),) if doubtful else readings
    return Unreadable("not_statement", "the file has no such columns")


def _sections(rows: list[Row], header: int) -> tuple[BankStatementReading, ...]:
    """The tables of a file: exports of several accounts repeat the heading for each."""
    starts = [i for i in range(header, len(rows)) if rows[i] == rows[header]]
    readings: list[BankStatementReading] = []
    before = 0
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        body = [row for row in rows[start + 1 : end] if any(row)]
        own = _own_account(rows[before:start])
        found = columns(rows[header], body, own)
        american = is_english(rows[header]) and not _in_euro(rows[header], body, found)
        doubt = BankStatementReading("csv", own, ask=found.doubt)
        section = (doubt,) if found.doubt else tuple(accounts(body, found, english=american, own=own))
        doubtful = next((r for r in section if r.ask), None)
        if doubtful is not None:
            return (csv_asking.asked(doubtful, rows[header], body, found),)
        readings.extend(section)
        before = start + 1
    return tuple(readings)


def _in_euro(header: Row, rows: Sequence[Row], found: Columns) -> bool:
    """Whether the movements are in euro, or an IBAN stands among the cells: then days are written in the European order."""
    column = found.first(Role.CURRENCY)
    filled = {csv_tables.at(row, column).upper() for row in rows} - {""}
    ibans = (csv_tables.at(row, c) for c in (*found.every(Role.IBAN), *found.every(Role.ACCOUNT)) for row in rows[:200])
    return (
        filled == {"EUR"} or any(_EURO.search(cell) for cell in header) or any(references.iban(cell) for cell in ibans)
    )


def _own_account(preamble: Sequence[Row]) -> str:
    text = "\n".join(";".join(row) for row in preamble[-20:])
    found = _OWN_NUMBER.search(text)
    return csv_labels.first_iban(text) or (normal.account(found[1]) if found else "")
