"""The further sheets of a creditor's workbook: ageing with its chart, debtors, payments and events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import xlsxwriter
from xlsxwriter.format import Format

from agent.domain.aging import Age, aged_balance
from agent.domain.indicators import money_in
from agent.domain.money import Money
from agent.domain.states import DebtorAccount, OpenItem
from agent.reports.calling import Debtor
from agent.reports.formats import number
from agent.reports.plain import one_line
from agent.reports.words import reasons, word

Cell = str | int | Money | date
# Payments and events of the last year; the ledger export has them all.
_SHOWN = timedelta(days=366)
_CHARTED = 12
# The headings of the sheets, as codes of reports.words.
_DEBTOR = (
    *("debtor", "currency", "open", "overdue", "days_late", "reminders"),
    *("habit", "risk", "reasons", "advice", "col_phone"),
)
_PAYMENT = ("col_day", "debtor", "invoice", "amount", "col_evidence", "reference")
_EVENT = ("col_day", "debtor", "invoice", "col_event", "amount")


class Looks:
    """How the cells of these sheets look: a heading, a day, and an amount of each currency."""

    def __init__(self, book: xlsxwriter.Workbook, head: Format, day: str) -> None:
        self._book = book
        self._amounts: dict[str, Format] = {}
        self.head = head
        self.day = book.add_format({"num_format": day, "align": "left"})

    def amount(self, currency: str) -> Format:
        """The format of an amount in this currency."""
        if currency not in self._amounts:
            self._amounts[currency] = self._book.add_format({"num_format": f'#,##0.00 "{currency}"'})
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
    _sheet(book, looks, "debtors", _DEBTOR, (_debtor(d, language) for d in debtors), language)
    _sheet(book, looks, "sheet_payments", _PAYMENT, _payments(items, names, today, language), language)
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
        _chart(book, name, len(first), language)


def _chart(book: xlsxwriter.Workbook, name: str, rows: int, language: str) -> None:
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
    chart.set_title({"name": word("by_age", language)})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 760, "height": 140 + 26 * rows})
    book.get_worksheet_by_name(name).insert_chart(1, 2 + len(Age) + 3, chart)


def _debtor(debtor: Debtor, language: str) -> tuple[Cell, ...]:
    p = debtor.profile
    habit = word("habit_unknown", language) if p.habit is None else number(p.habit, language)
    risk, advice = word(p.risk.value, language), word(p.advice.value, language)
    return (
        debtor.name,
        p.currency,
        p.open,
        p.overdue,
        p.oldest,
        p.reminders,
        habit,
        risk,
        reasons(p, language),
        advice,
        debtor.phone,
    )


def _payments(
    items: Iterable[OpenItem], names: Mapping[str, str], today: date, language: str
) -> Iterator[tuple[Cell, ...]]:
    found = [(p.on, i, p) for i in items for p in money_in(i) if p.on > today - _SHOWN]
    for day, item, payment in sorted(found, key=lambda row: (row[0], row[1].invoice.number), reverse=True):
        known = payment.evidence if payment.evidence in ("bank", "on_account") else "told"
        evidence = word(f"evidence_{known}", language)
        yield day, names.get(item.invoice.debtor, ""), item.invoice.number, payment.amount, evidence, payment.reference


def _events(
    items: Iterable[OpenItem], names: Mapping[str, str], today: date, language: str
) -> Iterator[tuple[Cell, ...]]:
    since = today - _SHOWN
    found = [(*event, item) for item in items for event in _happened(item) if event[0] > since]
    for day, what, amount, item in sorted(found, key=lambda row: (row[0], row[3].invoice.number), reverse=True):
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
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(last, column, one_line(cell))
            elif isinstance(cell, Money):
                sheet.write_number(last, column, float(cell.amount), looks.amount(cell.currency))
            elif isinstance(cell, date):
                sheet.write_datetime(last, column, datetime(cell.year, cell.month, cell.day), looks.day)  # noqa: DTZ001 - a spreadsheet's dates know no zone
            else:
                sheet.write_number(last, column, cell)
    columns = [{"header": word(code, language), "header_format": looks.head} for code in heads]
    sheet.add_table(0, 0, max(last, 1), len(heads) - 1, {"columns": columns, "style": "Table Style Light 1"})
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, code in enumerate(heads):
        sheet.set_column(column, column, _width(code))
    return name


def _width(code: str) -> int:
    return {
        "debtor": 34,
        "reasons": 60,
        "advice": 34,
        "currency": 8,
        "invoice": 18,
        "col_event": 28,
        "col_day": 12,
    }.get(code, 16)
