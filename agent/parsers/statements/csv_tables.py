"""The table in a CSV file: its text, its rows, the row of headings, and a proposal where there are none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence

from agent.parsers.statements import csv_values
from agent.parsers.statements.csv_columns import Role, is_header, role_of

_DELIMITERS = ";,\t|"
_HEADER_WITHIN = 60
_WIDEST = 500

Row = list[str]


def decoded(content: bytes) -> str | None:
    """The text: Unicode by its mark or its validity, else Windows-1252; None for binary files."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\x00" in content[:4000]:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def tables(text: str) -> tuple[list[Row], ...]:
    """The rows of the text by each delimiter that occurs in it; what would make more columns than any bank has delimits nothing."""
    lines = text.splitlines()
    fitting = (d for d in _DELIMITERS if d in text and max(line.count(d) for line in lines) <= _WIDEST)
    return tuple(_rows(text, delimiter) for delimiter in fitting)


def _rows(text: str, delimiter: str) -> list[Row]:
    """The cells of each row. A quotation mark that is never closed would swallow rows: then marks are read as plain characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        reader = csv.reader(io.StringIO(lines), delimiter=delimiter, quoting=quoting, skipinitialspace=True)
        try:
            rows = [[_cell(cell) for cell in row] for row in reader]
        except csv.Error:
            continue
        if quoting == csv.QUOTE_NONE or all(cell.count("\n") < 12 for row in rows for cell in row):
            return rows
    return []


def _cell(cell: str) -> str:
    """The cell without padding and without the ="…" that keeps spreadsheets from reading a number."""
    value = cell.strip()
    return value[2:-1] if value.startswith('="') and value.endswith('"') else value


def at(row: Row, column: int | None) -> str:
    """The cell of this column, "" when the row has none."""
    return row[column] if column is not None and column < len(row) else ""


def header_row(rows: Sequence[Row]) -> int | None:
    """The position of the row of headings: the first of those that say most; None when no row heads a table of movements."""
    candidates = [i for i, row in enumerate(rows[:_HEADER_WITHIN]) if len(row) > 2 and is_header(row)]
    return max(candidates, key=lambda i: (_known(rows[i]), -i), default=None)


def _known(row: Row) -> int:
    return len({role_of(cell) for cell in row} - {Role.OTHER})


def guess(rows: Sequence[Row]) -> str:
    """A proposal for columns without headings: the first that holds days, and the amounts that are negative or last."""
    body = rows[1:] or rows
    width = max((len(row) for row in body), default=0)
    dates = [c for c in range(width) if _share(body, c, lambda x: csv_values.day(x, "dmy") is not None) > 0.6]
    amounts = [
        c
        for c in range(width)
        if c not in dates and _share(body, c, lambda x: bool(re.search(r"\d[.,]\d{2}$", x))) > 0.6
    ]
    if not dates or not amounts:
        return ""
    signed = [c for c in amounts if any(row[c].startswith(("-", "+")) for row in body if c < len(row))]
    return f"date={dates[0] + 1} amount={(signed or amounts)[0] + 1}"


def _share(rows: Sequence[Row], column: int, test: Callable[[str], bool]) -> float:
    cells = [row[column] for row in rows if column < len(row)]
    return sum(1 for cell in cells if test(cell)) / len(rows) if cells else 0.0
