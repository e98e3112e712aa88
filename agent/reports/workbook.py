"""The tracking sheet as an Excel workbook: what the creditor keeps beside his books."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from agent.domain.dunning_plan import DunningPlan
from agent.domain.ledger import DebtorAccount, OpenItem, Payment
from agent.domain.money import Money
from agent.domain.parties import Creditor
from agent.reports import formats
from agent.reports.calling import Debtor
from agent.reports.plain import one_line
from agent.reports.plans import PlanView, plans_of
from agent.reports.sheets import Looks, add_sheets
from agent.reports.statement import HELD, Standing, standing_of
from agent.reports.tables import BORN
from agent.reports.words import word

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "col_debtor",
    "col_number",
    "col_issue_date",
    "col_due_date",
    "col_amount",
    "col_deposit",
    "col_surcharge",
    "col_reminders",
    "col_reminder_dates",
    "col_state",
)
_WIDTHS = (34, 18, 14, 14, 16, 16, 14, 12, 30, 24)
_DATE_FORMATS = {"de": "dd.mm.yyyy"}
_FILLS = {
    "due": ("#fde8e4", "#9c2a10"),
    "held": ("#fff4d6", "#7a5600"),
    "settled": ("#e4f3e7", "#1f6b34"),
    "review": ("#e6eefb", "#1f4e79"),
    "plain": ("", "#333333"),
}
_GROUPS = {
    Standing.DUE: "due",
    Standing.REMINDED: "due",
    Standing.NOTICED: "due",
    Standing.ESCALATED: "due",
    Standing.SETTLED: "settled",
    Standing.REVIEW: "review",
} | dict.fromkeys(HELD, "held")


def tracking_workbook(  # noqa: PLR0913, PLR0917 - a sheet's own facts, each by name
    creditor: Creditor,
    items: Iterable[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    today: date,
    language: str,
    plan: DunningPlan | None = None,
    surcharges: Mapping[str, Money] = MappingProxyType({}),
    debtors: Sequence[Debtor] | None = None,
) -> bytes:
    """The bytes of an .xlsx with one row an item, sorted by invoice date, then money on account, in the creditor's language.

    `surcharges` is what is claimed beside the balance, by item; `debtors` adds the sheets of ageing, debtors, payments and events. Text is never taken for a formula or a link, wherever it came from.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": one_line(creditor.name, 100), "created": BORN})
        sheet = book.add_worksheet(word("sheet_tracking", language))
        formats_ = _Formats(book, language)
        _head(sheet, formats_, language)
        rows = sorted(items, key=lambda i: (i.invoice.issue_date, i.invoice.number))
        for row, item in enumerate(rows, 1):
            account = accounts.get(item.invoice.debtor)
            standing = standing_of(item, plan or DunningPlan(), today, account)
            _row(sheet, row, item, account.name if account else "", standing, formats_, surcharges.get(item.id))
        kept = list(_on_account(accounts))
        for row, (account, money) in enumerate(kept, len(rows) + 1):
            _kept_row(sheet, row, account, money, formats_)
        sheet.autofilter(0, 0, max(len(rows) + len(kept), 1), len(COLUMNS) - 1)
        if debtors is not None:
            add_sheets(book, Looks(book, formats_.head, formats_.day), rows, accounts, debtors, today, language)
        _plans(book, plans_of(accounts, rows, today), formats_)
    return out.getvalue()


class _Formats:
    """The cell formats of one workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook, language: str) -> None:
        self._book = book
        self._made: dict[tuple[str, str, str], Format] = {}
        self.day = _DATE_FORMATS.get(language, "dd/mm/yyyy")
        self.language = language
        self.head = book.add_format(
            {
                "bold": True,
                "bg_color": "#1f4e79",
                "font_color": "#ffffff",
                "valign": "vcenter",
                "text_wrap": True,
                "border": 1,
            }
        )

    def of(self, kind: str, group: str = "plain", *, currency: str = "") -> Format:
        """The format of a text, date or amount cell; `group` colours it."""
        key = (kind, group, currency)
        if key not in self._made:
            fill, ink = _FILLS[group]
            look: dict[str, object] = {"font_color": ink, "valign": "top", "bottom": 1, "bottom_color": "#dddddd"}
            if fill:
                look |= {"bg_color": fill, "bold": True}
            if kind == "date":
                look |= {"num_format": self.day, "align": "left"}
            if kind == "amount":
                look["num_format"] = f'#,##0.00 "{currency}"'
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _head(sheet: Worksheet, formats_: _Formats, language: str) -> None:
    sheet.set_row(0, 32)
    for column, (code, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, word(code, language), formats_.head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)


def _row(  # noqa: PLR0913, PLR0917 - one cell each
    sheet: Worksheet,
    row: int,
    item: OpenItem,
    debtor: str,
    standing: Standing,
    formats_: _Formats,
    surcharge: Money | None,
) -> None:
    invoice, language = item.invoice, formats_.language
    group = _GROUPS.get(standing, "plain")
    owed = group if group == "due" else "plain"
    currency = invoice.total.currency
    sheet.write_string(row, 0, one_line(debtor), formats_.of("text"))
    sheet.write_string(row, 1, one_line(invoice.number), formats_.of("text"))
    sheet.write_datetime(row, 2, _at_midnight(invoice.issue_date), formats_.of("date"))
    if invoice.due_date is None:
        sheet.write_string(row, 3, "", formats_.of("text"))
    else:
        sheet.write_datetime(row, 3, _at_midnight(invoice.due_date), formats_.of("date", owed))
    for column, amount, colour in (
        (4, invoice.total.amount, owed),
        (5, invoice.deposit.amount, "plain"),
        (6, surcharge.amount if surcharge else Decimal(0), "plain"),
    ):
        sheet.write_number(row, column, float(amount), formats_.of("amount", colour, currency=currency))
    sheet.write_number(row, 7, len(item.statements), formats_.of("text"))
    days = ", ".join(formats.day(day, language) for day in item.statements)
    sheet.write_string(row, 8, days, formats_.of("text"))
    sheet.write_string(row, 9, word(standing.value, language), formats_.of("text", group))


def _on_account(accounts: Mapping[str, DebtorAccount]) -> Iterator[tuple[DebtorAccount, Payment]]:
    """Money that belongs to no invoice, one sum for each debtor and currency, with the day of the last change."""
    for account in sorted(accounts.values(), key=lambda a: (a.name, a.id)):
        for currency in sorted({m.amount.currency for m in account.money}):
            day = max(m.on for m in account.money if m.amount.currency == currency)
            if account.on_account(currency):
                yield account, Payment(-account.on_account(currency), day, "")


def _kept_row(sheet: Worksheet, row: int, account: DebtorAccount, money: Payment, formats_: _Formats) -> None:
    sheet.write_string(row, 0, one_line(account.name), formats_.of("text"))
    sheet.write_string(row, 1, word("on_account", formats_.language), formats_.of("text"))
    sheet.write_datetime(row, 2, _at_midnight(money.on), formats_.of("date"))
    amount = formats_.of("amount", currency=money.amount.currency)
    sheet.write_number(row, 4, float(money.amount.amount), amount)
    sheet.write_string(row, 9, word(Standing.CREDIT.value, formats_.language), formats_.of("text"))


def _plans(book: xlsxwriter.Workbook, plans: Sequence[PlanView], formats_: _Formats) -> None:
    """A sheet of its own for the running payment plans, a row for each instalment."""
    if not plans:
        return
    language = formats_.language
    sheet = book.add_worksheet(word("sheet_plans", language))
    heads = ("col_debtor", "invoices", "instalment", "due_date", "amount", "balance", "state")
    for column, (code, width) in enumerate(zip(heads, (28, 28, 12, 14, 14, 14, 20), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, word(code, language), formats_.head)
    sheet.freeze_panes(1, 0)
    lines = [(view, part) for view in plans for part in view.rows]
    for row, (plan, part) in enumerate(lines, 1):
        group = {"late": "due", "paid": "settled"}.get(part.state, "plain")
        sheet.write_string(row, 0, one_line(plan.debtor), formats_.of("text"))
        sheet.write_string(row, 1, one_line(plan.numbers), formats_.of("text"))
        sheet.write_number(row, 2, part.number, formats_.of("text"))
        sheet.write_datetime(row, 3, _at_midnight(part.due_date), formats_.of("date", group))
        for column, money in ((4, part.amount), (5, part.open)):
            sheet.write_number(row, column, float(money.amount), formats_.of("amount", group, currency=money.currency))
        state = word("plan" if part.state == "open" else f"instalment_{part.state}", language)
        sheet.write_string(row, 6, state, formats_.of("text", group))


def _at_midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a spreadsheet's dates know no zone
