"""The further sheets of the workbook: tables that open without a question, with true values and harmless text."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest

from agent.demo.samples.letters import creditor
from agent.domain.money import Money
from agent.domain.parties import LANGUAGES, BookEntry
from agent.domain.states import ItemState, Payment, Promise
from agent.reports.calling import debtors_of
from agent.reports.workbook import tracking_workbook
from tests.builders import account, item

TODAY = date(2026, 3, 10)
HOSTILE = "=cmd|' /C calc'!A0"


def bytes_of(language: str = "en", name: str = "Client et Fils SA", **more) -> bytes:
    late = item("i1", due=TODAY - timedelta(days=70), total="1234.50", **more)
    late = replace(late, promises=(Promise(TODAY - timedelta(days=9), kept=False),), statements=(TODAY,))
    paid = Payment(Money.of("500.00", "EUR"), TODAY - timedelta(days=3), "bank", "+++090/9337/55493+++")
    settled = replace(item("i2", total="500.00"), state=ItemState.SETTLED, payments=(paid,))
    credit = item("i3", total="-100.00", credit_note=True)
    items, accounts = (late, settled, credit), {"d1": account(name=name)}
    book = (BookEntry("acme", name, phone="+32 2 555 01 02"),)
    debtors = debtors_of(items, accounts, book, "EUR", TODAY)
    return tracking_workbook(creditor("en"), items, accounts, TODAY, language, debtors=debtors)


def rows(content: bytes, sheet: int) -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet].iter_rows(min_row=2, values_only=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_six_sheets_with_tables_filters_and_frozen_heads(language: str) -> None:
    """Each heading stands once in its table, as the table's own list of columns says it: else a repair is asked for."""
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(language)))
    assert len(book.worksheets) == 6
    names = [table.name for sheet in book.worksheets[1:] for table in sheet.tables.values()]
    assert len(set(names)) == 5
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        heads = [cell.value for cell in sheet[1]][: len(table.tableColumns)]
        assert [column.name for column in table.tableColumns] == heads
        assert len({head.lower() for head in heads}) == len(heads)
        assert all("_" not in head for head in heads)
        assert table.autoFilter.ref == table.ref
        assert sheet.freeze_panes == "A2"
    assert [len(sheet._charts) for sheet in book.worksheets] == [0, 1, 1, 0, 0, 0]


def test_the_aged_balance_sums_up_to_what_is_owed() -> None:
    """By debtor: ages, credits apart, the rest."""
    (row,) = rows(bytes_of(), 1)
    assert row == ("Client et Fils SA", "EUR", 0, 0, 0, 1234.5, 0, -100, 1134.5)


def test_payments_and_events_are_dated_values() -> None:
    """The newest first, with how a payment became known and what became of a promise."""
    content = bytes_of()
    (payment,) = rows(content, 4)
    assert payment[0].date() == TODAY - timedelta(days=3)
    assert payment[3:6] == (500, "bank statement", "+++090/9337/55493+++")
    assert "promise not kept" in {row[3] for row in rows(content, 5)}
    assert rows(content, 3)[0][-1] == "+32 2 555 01 02"


def test_what_came_in_by_month_ends_with_this_one() -> None:
    """Twelve months of each currency, the money of each in its own."""
    months = rows(bytes_of(), 2)
    assert [row[0] for row in months][-2:] == ["February 2026", "March 2026"]
    assert [row[2] for row in months] == [0] * 11 + [500]


def test_money_on_account_is_among_the_payments() -> None:
    """With a word for where it lies, and for where it went."""
    kept = (Payment(Money.of("300.00", "EUR"), TODAY, "bank"), Payment(Money.of("-100.00", "EUR"), TODAY, "set_off"))
    accounts = {"d1": account(money=kept)}
    content = tracking_workbook(creditor("en"), (item("i1"),), accounts, TODAY, "en", debtors=())
    assert sorted((row[3], row[4]) for row in rows(content, 4)) == [
        (-100, "set off against an invoice"),
        (300, "bank statement"),
    ]


def test_no_text_becomes_a_formula_or_a_link() -> None:
    """On no sheet, whatever debtors and invoices are called."""
    content = bytes_of(name=HOSTILE, number=HOSTILE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)
                assert b"<hyperlink" not in archive.read(name)
    assert rows(content, 3)[0][0] == HOSTILE


def test_books_without_anything_open_give_headings_alone() -> None:
    """A table has at least one empty row."""
    content = tracking_workbook(creditor("en"), (), {}, TODAY, "en", debtors=())
    assert all(sheet.max_row <= 2 for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets)
