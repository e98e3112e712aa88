"""`relance fees CREDITOR`: the fee statement of a month, as it was sent or as it stands by now; nothing is sent."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import date

from agent.cli.books import asked_month, opened, written
from agent.cli.screen import Screen
from agent.domain.months import month_of
from agent.domain.parties import Creditor
from agent.domain.workdays import zone
from agent.errors import AgentError
from agent.reports.fee_statement import FeeSheet, fee_sheet, fee_workbook
from agent.service.clock import SystemClock
from agent.service.fees import debtor_names, kept_statements, reckoned


def run(arguments: Namespace, screen: Screen) -> int:
    """Print it, or write the workbook; 0 also for a month without payments."""
    with opened(arguments) as (settings, store):
        if not settings.collects:
            raise AgentError('no fees are charged: operator is "creditor" ([legal] of config.toml)')
        creditor = settings.creditor(arguments.creditor)
        if creditor is None:
            raise AgentError(f"there is no creditor {arguments.creditor!r}")
        month = _month(arguments.month, creditor)
        kept = kept_statements(store, creditor.id, month)
        statements = kept or reckoned(store, settings, creditor, month)
        names = debtor_names(store, statements)
    sheets = tuple(fee_sheet(statement, names) for statement in statements)
    if arguments.xlsx:
        written(arguments.xlsx, fee_workbook(creditor.name, sheets, creditor.language))
        screen.line(f"Written: {arguments.xlsx}")
        return 0
    _show(screen, sheets, creditor, month, sent=bool(kept))
    return 0


def _month(text: str | None, creditor: Creditor) -> date:
    """The first day of the month that was asked for; the present one when none was. Raises AgentError when it is none."""
    if text is not None:
        return asked_month(text)
    return month_of(SystemClock().now().astimezone(zone("", creditor.timezone)).date())[0]


def _show(screen: Screen, sheets: Sequence[FeeSheet], creditor: Creditor, month: date, *, sent: bool) -> None:
    standing = "as sent" if sent else "not sent, as it stands now"
    screen.heading(f"{creditor.name}, {month:%Y-%m} ({standing})")
    if not sheets:
        screen.line("No payment became known in this month.")
    columns = ("invoice", "debtor", "paid on", "amount", "phase", "%", "fee", "proof", "movement", "message")
    for sheet in sheets:
        rows = [
            (
                row.number,
                row.debtor,
                row.on.isoformat(),
                str(row.amount),
                row.phase.removeprefix("phase_"),
                "no rate" if row.percent is None else f"{row.percent}",
                str(row.fee),
                row.proof.removeprefix("proof_"),
                row.reference,
                row.evidence,
            )
            for row in sheet.rows
        ]
        screen.table(columns, rows, right=("amount", "%", "fee"))
        vat = f", VAT {sheet.vat_percent} %: {sheet.vat}" if sheet.vat_percent else ""
        screen.line(f"Collected: {sheet.collected}; fees: {sheet.net}{vat}; total: {sheet.total}")
        if sheet.vat_note:
            screen.line(sheet.vat_note)
