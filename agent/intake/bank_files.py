"""A file of one of the creditor's people as a bank file: the banks' own formats, tables as text, and spreadsheets."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.findings import BankStatementReading, Unreadable
from agent.parsers.enclosures.workbook import is_workbook, workbook_rows
from agent.parsers.statements import read_rows, read_statement

# A workbook is read to this row; one that goes on would be read in part.
_MOST_ROWS = 3000


def read_bank_file(
    content: bytes, filename: str = "", columns: str = ""
) -> tuple[BankStatementReading, ...] | Unreadable:
    """The statements in a bank file, as `read_statement` gives them, also of an .xlsx export of up to 3,000 rows."""
    if not is_workbook(content):
        return read_statement(content, filename, columns)
    result = _read_workbook(content, columns)
    return replace(result, filename=filename) if isinstance(result, Unreadable) else result


def _read_workbook(content: bytes, columns: str) -> tuple[BankStatementReading, ...] | Unreadable:
    rows = workbook_rows(content)
    if isinstance(rows, Unreadable):
        return rows
    if len(rows) >= _MOST_ROWS:
        return Unreadable("too_large", f"{_MOST_ROWS} rows or more")
    return read_rows(rows, content, columns)
