"""Bank files of the creditor's people: the banks' own formats, tables as text, and spreadsheets with the same table."""

import io
import zipfile

import pytest
import xlsxwriter

from agent.domain.findings import Unreadable
from agent.intake.bank_files import read_bank_file

HEAD = ("Date", "Montant", "Communication")
LINES = (("2026-03-02", "1210,00", "2026-118"), ("2026-03-03", "-5,00", "frais"))
COLUMNS = "date=1 amount=2 text=3"


def workbook(rows):
    """An .xlsx file of these rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


def amounts(result):
    """What the movements of all statements come to, one by one."""
    assert not isinstance(result, Unreadable), result
    return [str(entry.amount) for reading in result for entry in reading.entries]


def test_a_spreadsheet_says_what_the_same_table_of_commas_says():
    """The way in which the bank's site exports it makes no difference."""
    table = "\n".join(";".join(row) for row in (HEAD, *LINES)).encode()
    assert amounts(read_bank_file(table, "export.csv", COLUMNS)) == ["1210.00", "-5.00"]
    assert amounts(read_bank_file(workbook((HEAD, *LINES)), "export.xlsx", COLUMNS)) == ["1210.00", "-5.00"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_a_person_answered_about_the_columns_is_heeded(kind):
    """Without headings nobody knows the columns; with the answer they are read."""
    rows = [("02/03/2026", "x", "1210,00", "2026-118"), ("03/03/2026", "y", "605,00", "2026-125")]
    table = "\n".join(";".join(row) for row in rows).encode()
    content = table if kind == "csv" else workbook(rows)
    asked = read_bank_file(content, f"export.{kind}")
    assert isinstance(asked, Unreadable) or any(reading.ask for reading in asked)
    assert amounts(read_bank_file(content, f"export.{kind}", "date=1 amount=3 text=4")) == ["1210.00", "605.00"]


def test_a_spreadsheet_that_may_go_on_is_not_read_in_part():
    """Of three thousand rows nobody knows whether there are more; one less is read whole."""
    rows = [HEAD, *(LINES[0] for _ in range(2998))]
    assert len(amounts(read_bank_file(workbook(rows), "export.xlsx", COLUMNS))) == 2998
    refused = read_bank_file(workbook([*rows, LINES[1]]), "export.xlsx", COLUMNS)
    assert refused == Unreadable("too_large", "3000 rows or more", filename="export.xlsx")


def damaged():
    """A workbook of which a sheet's compressed bytes are broken."""
    content = bytearray(workbook((HEAD, *LINES)))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[place + 60 : place + 90] = b"\xff" * 30
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (damaged(), "broken"),
        (workbook([("only", "words"), ("no", "movement")]), "not_statement"),
        (b"%PDF-1.7", "not_statement"),
    ],
    ids=["damaged", "no movements", "no table"],
)
def test_what_cannot_be_read_is_named_by_its_file(content, problem):
    """A person must know which of his files it was."""
    result = read_bank_file(content, "mars.xlsx")
    assert isinstance(result, Unreadable)
    assert (result.problem, result.filename) == (problem, "mars.xlsx")
