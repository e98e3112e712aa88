"""Damaged and hostile workbooks are refused with a reason, or their figures are taken as text."""

import pytest

from agent.domain.findings import Unreadable
from agent.parsers.enclosures.workbook import workbook_rows
from tests.parsers.invoices.bombs import zipped

SHEET = '<worksheet><sheetData><row><c r="A1"><v>{}</v></c></row></sheetData></worksheet>'


def workbook(value):
    return zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": SHEET.format(value).encode()})


@pytest.mark.parametrize(
    ("value", "shown"), [("12.5", "12.50"), ("1E999999999", "1E999999999"), ("9" * 60, "9" * 40), ("NaN", "NaN")]
)
def test_a_figure_beyond_all_money_is_text(value, shown):
    """No exponent is ever written out."""
    assert workbook_rows(workbook(value)) == [(shown,)]


def test_compressed_data_that_is_broken_is_a_reason():
    """Not an exception."""
    content = bytearray(workbook("".join(str(n) for n in range(3000))))
    place = content.index(b"sheet1.xml") + 200
    content[place : place + 40] = b"\xff" * 40
    assert isinstance(workbook_rows(bytes(content)), Unreadable)
