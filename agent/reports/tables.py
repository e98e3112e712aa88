"""Plain tables as a workbook or as CSV: text of others is never taken for a formula, and the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | date | None
# The last four are the wide forms, which Excel takes for the others where Japanese is written.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# A fixed birth date of workbooks keeps the bytes the same for the same figures.
BORN = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Table:
    """A named table with its headings; each row has a cell for each."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def safe_text(value: str) -> str:
    """Text of others, made safe: a spreadsheet would take a leading = for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as CSV in UTF-8 with its mark, days in ISO 8601, figures with a point."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return safe_text(cell) if isinstance(cell, str) else str(cell)


def as_workbook(tables: Sequence[Table]) -> bytes:
    """One sheet a table, its headings kept in sight."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": BORN})
        head = book.add_format({"bold": True, "bg_color": "#1f4e79", "font_color": "#ffffff"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        figure = book.add_format({"num_format": "#,##0.00"})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            for column, name in enumerate(table.heads):
                sheet.set_column(column, column, _width(table, column))
                sheet.write_string(0, column, name, head)
            for place, row in enumerate(table.rows, 1):
                for column, cell in enumerate(row):
                    _write(sheet, (place, column), cell, day, figure)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.heads) - 1)
    return out.getvalue()


def _width(table: Table, column: int) -> int:
    longest = max((len(str(row[column])) for row in table.rows if row[column] is not None), default=0)
    return min(max(longest, len(table.heads[column])) + 3, _WIDEST)


def _write(sheet: Worksheet, at: tuple[int, int], cell: Cell, day: Format, figure: Format) -> None:
    row, column = at
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell), figure)
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a spreadsheet's dates know no zone
