"""The further sheets of a creditor's workbook: ageing and what came in with their charts, debtors, payments and events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import xlsxwriter
from xlsxwriter.format import Format

from agent.domain.aging import Age, aged_balance
from agent.domain.credit_folds import LEFT
from agent.domain.indicators import collected, money_in, new_money
from agent.domain.money import Money
from agent.domain.months import last_of, months_before
from agent.domain.states import DebtorAccount, OpenItem
from agent.reports.calling import Debtor
from agent.reports.formats import month
from agent.reports.plain import one_line
from agent.reports.words import reasons, word

Cell = str | int | Money | date
# Payments and events of the last year, so many of the newest; the ledger export has them all.
_SHOWN, _MOST = timedelta(days=366), 10_000
_CHARTED = 12
# A chart stands below a table of so many rows, where it prints well, and beside a longer one, where it is seen.
_SHORT = 24
_LONG = frozenset({"reasons", "advice", "state"})
# The headings of the sheets, as codes of reports.words.
_DEBTOR = (
    *("debtor", "currency", "open", "overdue", "days_late", "reminders"),
    *("state", "habit", "risk", "reasons", "advice", "col_phone"),
)
_PAYMENT = ("col_day", "debtor", "invoice", "amount", "col_evidence", "reference")
_EVENT = ("col_day", "debtor", "invoice", "col_event", "amount")


class Looks:
    """How the cells of these sheets look: a heading, a day, and an amount of each currency."""

    def __init__(self, book: xlsxwriter.Workbook, head: Format, day: str) -> None:
        self._book = book
        self._amounts: dict[str, Format] = {}
        self.head = head
        self.day = book.add_format({"num_format": day, "align": "left", "valign": "top"})
        self.count = book.add_format({"align": "right", "valign": "top"})
        self.text = book.add_format({"align": "left", "indent": 1, "valign": "top"})
        self.first = book.add_format({"valign": "top"})
        self.long = book.add_format({"align": "left", "indent": 1, "valign": "top", "text_wrap": True})

    def amount(self, currency: str) -> Format:
        """The format of an amount in this currency."""
        if currency not in self._amounts:
            self._amounts[currency] = self._book.add_format({"num_format": f'#,##0.00 "{currency}"', "valign": "top"})
        return self._amounts[currency]


def add_sheets(  # noqa: PLR0913, PLR0917 - the books, and how they are written
    book: xlsxwriter.Workbook,
    looks: Looks,
    items: Sequence[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    debtors: Sequence[Debtor],
    today: date,
    language: str,
) -> None:
    """Write them behind the tracking sheet; a sheet without a line has its headings alone."""
    names = {account.id: one_line(account.name) for account in accounts.values()}
    _ageing(book, looks, items, names, today, language)
    _by_month(book, looks, items, accounts, today, language)
    _sheet(book, looks, "debtors", _DEBTOR, (_debtor(d, language) for d in debtors), language)
    _sheet(book, looks, "sheet_payments", _PAYMENT, _payments(items, accounts, names, today, language), language)
    _sheet(book, looks, "sheet_events", _EVENT, _events(items, names, today, language), language)


def _ageing(
    book: xlsxwriter.Workbook,
    looks: Looks,
    items: Sequence[OpenItem],
    names: Mapping[str, str],
    today: date,
    language: str,
) -> None:
    balances = sorted(aged_balance(items, today), key=lambda row: (row.currency, -row.total.amount, row.debtor))
    heads = ("debtor", "currency", *Age, "credits", "open")
    rows: Iterable[tuple[Cell, ...]] = (
        (names.get(row.debtor, ""), row.currency, *row.amounts, row.credits, row.total) for row in balances
    )
    name = _sheet(book, looks, "by_age", heads, rows, language)
    first = [row for row in balances if row.currency == balances[0].currency][:_CHARTED]
    if first:
        beside = (1, len(heads) + 1)
        _chart(book, name, len(first), language, (len(balances) + 2, 0) if len(balances) <= _SHORT else beside)


def _chart(book: xlsxwriter.Workbook, name: str, rows: int, language: str, at: tuple[int, int]) -> None:
    """The ages of the largest debtors of the first currency, stacked."""
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    colours = ("#4f8a5b", "#d9a521", "#e07b39", "#c8502f", "#8f2d3b")
    for column, (age, colour) in enumerate(zip(Age, colours, strict=True), 2):
        chart.add_series(
            {
                "name": word(age, language),
                "categories": [name, 1, 0, rows, 0],
                "values": [name, 1, column, rows, column],
                "fill": {"color": colour},
            }
        )
    chart.set_title({"name": word("by_age", language), "name_font": {"size": 13}})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#dddddd"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 760, "height": 140 + 26 * rows})
    book.get_worksheet_by_name(name).insert_chart(*at, chart)


def _by_month(
    book: xlsxwriter.Workbook,
    looks: Looks,
    items: Sequence[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    today: date,
    language: str,
) -> None:
    """What came in during the last twelve months, this one included, by currency; the first currency as columns of a chart."""
    months = [months_before(today.replace(day=1), n) for n in range(11, -1, -1)]
    rows: list[tuple[Cell, ...]] = []
    for currency in sorted({i.invoice.total.currency for i in items}):
        money = tuple(new_money(items, accounts.values(), currency))
        rows += [(month(m, language), currency, collected(money, currency, m, last_of(m))) for m in months]
    name = _sheet(book, looks, "collected_by_month", ("month", "currency", "collected"), rows, language)
    if not rows:
        return
    chart = book.add_chart({"type": "column"})
    places = {"categories": [name, 1, 0, 12, 0], "values": [name, 1, 2, 12, 2]}
    chart.add_series({"name": rows[0][1], **places, "fill": {"color": "#1f4e79"}, "gap": 60})
    chart.set_title({"name": word("collected_by_month", language), "name_font": {"size": 13}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#dddddd"}}})
    chart.set_size({"width": 760, "height": 360})
    book.get_worksheet_by_name(name).insert_chart(1, 4, chart)


def _debtor(debtor: Debtor, language: str) -> tuple[Cell, ...]:
    p = debtor.profile
    habit = word("habit_unknown", language) if p.habit is None else p.habit
    risk, advice = word(p.risk.value, language), word(p.advice.value, language)
    return (
        debtor.name,
        p.currency,
        p.open,
        p.overdue,
        p.oldest,
        p.reminders,
        word(p.status.value, language),
        habit,
        risk,
        reasons(p, language),
        advice,
        debtor.phone,
    )


def _payments(
    items: Iterable[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    names: Mapping[str, str],
    today: date,
    language: str,
) -> Iterator[tuple[Cell, ...]]:
    """What came in on invoices, and on debtors' accounts without one; what left an account for an invoice stands there once."""
    found = [(p.on, i.invoice.number, names.get(i.invoice.debtor, ""), p) for i in items for p in money_in(i)]
    kept = word("on_account", language)
    found += [(m.on, kept, names[a.id], m) for a in accounts.values() for m in a.money]
    for day, number, name, payment in sorted(found, key=lambda row: row[:3], reverse=True):
        if day > today - _SHOWN:
            known = payment.evidence if payment.evidence in ("bank", "on_account", *LEFT) else "told"
            yield day, name, number, payment.amount, word(f"evidence_{known}", language), payment.reference


def _events(
    items: Iterable[OpenItem], names: Mapping[str, str], today: date, language: str
) -> Iterator[tuple[Cell, ...]]:
    since = today - _SHOWN
    found = [(*event, item) for item in items for event in _happened(item) if event[0] > since]
    found.sort(key=lambda row: (row[0], row[3].invoice.number), reverse=True)
    for day, what, amount, item in found[:_MOST]:
        yield day, names.get(item.invoice.debtor, ""), item.invoice.number, word(what, language), amount or ""


def _happened(item: OpenItem) -> Iterator[tuple[date, str, Money | None]]:
    yield item.registered_at.date(), "history_registered", item.invoice.total
    for day in item.statements:
        yield day, "history_statement", None
    for promise in item.promises:
        yield promise.on, "promise_kept" if promise.kept else "promise_missed", None
    for hold in item.holds:
        yield hold.since.date(), f"history_{hold.kind.value}", None
    if item.settled_at is not None:
        yield item.settled_at.date(), "history_settled", None


def _sheet(
    book: xlsxwriter.Workbook,
    looks: Looks,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    language: str,
) -> str:
    """The name of the sheet that was written: a table with a filter, its headings kept in sight and on every printed page."""
    name = word(title, language)[:31]
    sheet = book.add_worksheet(name)
    last = 0
    for last, row in enumerate(rows, 1):
        if (lines := _lines(heads, row)) > 1:
            sheet.set_row(last, 15 * lines)
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                look = looks.long if heads[column] in _LONG else looks.text if column else looks.first
                sheet.write_string(last, column, one_line(cell), look)
            elif isinstance(cell, Money):
                sheet.write_number(last, column, float(cell.amount), looks.amount(cell.currency))
            elif isinstance(cell, date):
                sheet.write_datetime(last, column, datetime(cell.year, cell.month, cell.day), looks.day)  # noqa: DTZ001 - a spreadsheet's dates know no zone
            else:
                sheet.write_number(last, column, cell, looks.count)
    columns = [{"header": word(code, language), "header_format": looks.head} for code in heads]
    sheet.add_table(0, 0, max(last, 1), len(heads) - 1, {"columns": columns, "style": "Table Style Light 1"})
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, code in enumerate(heads):
        sheet.set_column(column, column, _width(code))
    return name


def _lines(heads: Sequence[str], row: Sequence[Cell]) -> int:
    """How many lines the longest of the wrapped cells takes."""
    wrapped = ((code, cell) for code, cell in zip(heads, row, strict=True) if code in _LONG and isinstance(cell, str))
    return max((1 + len(cell) // (_width(code) - 4) for code, cell in wrapped), default=1)


def _width(code: str) -> int:
    return {
        "debtor": 34,
        "reasons": 44,
        "advice": 26,
        "state": 22,
        "currency": 8,
        "invoice": 18,
        "col_event": 28,
        "col_day": 12,
    }.get(code, 16)
