"""The fee statement of a month for the creditor: rows that each lead to the proof of a payment, and the same as a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from agent.domain.fees import FeeLine, FeeStatement
from agent.domain.money import Money
from agent.domain.phases import Phase
from agent.reports.plain import one_line
from agent.reports.tables import BORN
from agent.reports.words import word

_COLUMNS = (
    ("invoice", 18),
    ("debtor", 32),
    ("fee_paid_on", 13),
    ("fee_known_on", 13),
    ("amount", 16),
    ("fee_phase", 15),
    ("fee_rate", 9),
    ("fee", 14),
    ("fee_proof", 26),
    ("fee_movement", 26),
    ("fee_message", 44),
)
_DATE_FORMATS = {"de": "dd.mm.yyyy"}


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One payment with its fee. `returned`: it was taken back; `percent` None: no rate was agreed."""

    number: str
    debtor: str
    on: date
    recorded: date
    amount: Money
    phase: str
    percent: Decimal | None
    fee: Money
    proof: str
    reference: str
    evidence: str
    returned: bool


@dataclass(frozen=True, slots=True)
class FeeSheet:
    """The fees of a month in one currency. `parts`: a word's code and the fees of each phase that has any."""

    start: date
    end: date
    rows: tuple[FeeRow, ...]
    collected: Money
    parts: tuple[tuple[str, Money], ...]
    net: Money
    vat: Money
    total: Money
    vat_percent: Decimal | None
    vat_note: str


def fee_sheet(statement: FeeStatement, names: Mapping[str, str]) -> FeeSheet:
    """The statement with its debtors by name."""
    phases = dict.fromkeys(line.phase for line in statement.lines)
    return FeeSheet(
        start=statement.start,
        end=statement.end,
        rows=tuple(_row(line, names) for line in statement.lines),
        collected=statement.collected,
        parts=tuple((f"fee_{phase.value}", statement.net_in(phase)) for phase in Phase if phase in phases),
        net=statement.net,
        vat=statement.vat,
        total=statement.total,
        vat_percent=statement.vat_percent,
        vat_note=one_line(statement.vat_note, 300),
    )


def _row(line: FeeLine, names: Mapping[str, str]) -> FeeRow:
    one = line.collected
    return FeeRow(
        number=one_line(one.number, 80) or "?",
        debtor=one_line(names.get(one.debtor, "")),
        on=one.on,
        recorded=one.recorded,
        amount=one.amount,
        phase=f"phase_{line.phase.value}",
        percent=line.percent,
        fee=line.fee,
        proof=f"proof_{one.proof}",
        reference=one_line(one.reference, 80),
        evidence=one_line(one.evidence, 120),
        returned=bool(one.of),
    )


def fee_workbook(title: str, sheets: Sequence[FeeSheet], language: str) -> bytes:
    """The bytes of an .xlsx with one sheet a currency. Text is never taken for a formula or a link, wherever it came from."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": one_line(title, 100), "created": BORN})
        for sheet in sheets:
            name = f"{word('sheet_fees', language)} {sheet.total.currency}"[:31]
            _write(book.add_worksheet(name), sheet, _Looks(book, language, sheet.total.currency), language)
    return out.getvalue()


class _Looks:
    """The cell formats of one sheet."""

    def __init__(self, book: xlsxwriter.Workbook, language: str, currency: str) -> None:
        amount = f'#,##0.00 "{currency}"'
        self.head: Format = book.add_format(
            {"bold": True, "bg_color": "#1f4e79", "font_color": "#ffffff", "text_wrap": True, "valign": "vcenter"}
        )
        self.text: Format = book.add_format({"valign": "top"})
        self.day: Format = book.add_format(
            {"num_format": _DATE_FORMATS.get(language, "dd/mm/yyyy"), "align": "left", "valign": "top"}
        )
        self.amount: Format = book.add_format({"num_format": amount, "valign": "top"})
        self.rate: Format = book.add_format({"num_format": '0.00" %"', "valign": "top"})
        self.sum: Format = book.add_format({"num_format": amount, "bold": True, "top": 1})
        self.label: Format = book.add_format({"bold": True, "top": 1})


def _write(page: Worksheet, sheet: FeeSheet, looks: _Looks, language: str) -> None:
    page.set_row(0, 30)
    for column, (code, width) in enumerate(_COLUMNS):
        page.set_column(column, column, width)
        page.write_string(0, column, word(code, language), looks.head)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    for place, row in enumerate(sheet.rows, 1):
        _write_row(page, place, row, looks, language)
    place = len(sheet.rows) + 2
    for label, amount in sums(sheet, language):
        page.write_string(place, 1, label, looks.label)
        page.write_number(place, 7, float(amount.amount), looks.sum)
        place += 1
    if sheet.vat_note:
        page.write_string(place, 1, sheet.vat_note, looks.text)


def _write_row(page: Worksheet, place: int, row: FeeRow, looks: _Looks, language: str) -> None:
    page.write_string(place, 0, row.number, looks.text)
    page.write_string(place, 1, row.debtor, looks.text)
    for column, day in ((2, row.on), (3, row.recorded)):
        page.write_datetime(place, column, datetime(day.year, day.month, day.day), looks.day)  # noqa: DTZ001 - a spreadsheet's dates know no zone
    page.write_number(place, 4, float(row.amount.amount), looks.amount)
    page.write_string(place, 5, word(row.phase, language), looks.text)
    if row.percent is None:
        page.write_string(place, 6, "–", looks.text)
    else:
        page.write_number(place, 6, float(row.percent), looks.rate)
    page.write_number(place, 7, float(row.fee.amount), looks.amount)
    page.write_string(place, 8, word(row.proof, language), looks.text)
    page.write_string(place, 9, row.reference, looks.text)
    page.write_string(place, 10, row.evidence, looks.text)


def sums(sheet: FeeSheet, language: str) -> tuple[tuple[str, Money], ...]:
    """The sums below the rows with their labels: the fees of each phase where there are two, net, VAT, total."""
    parts = sheet.parts if len(sheet.parts) > 1 else ()
    rows = [(word(code, language), amount) for code, amount in parts]
    rows.append((word("fee_net", language), sheet.net))
    if sheet.vat_percent:
        rows.append((f"{word('fee_vat', language)} {sheet.vat_percent.normalize():f} %", sheet.vat))
    return (*rows, (word("fee_total", language), sheet.total))
