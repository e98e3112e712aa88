"""`relance export`: the books as a file that other programs open."""

import csv
import io
from argparse import Namespace
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.cli.books import opened, written
from agent.cli.screen import Screen
from agent.config import Settings
from agent.domain.claims import creditor_claims, surcharges
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.parties import Creditor
from agent.errors import AgentError
from agent.reports.calling import debtors_of
from agent.reports.digest import digest_of
from agent.reports.journal import beancount, hledger
from agent.reports.statement import standing_of
from agent.reports.tables import as_csv, as_workbook, safe_text
from agent.reports.workbook import tracking_workbook
from agent.service.clock import SystemClock
from agent.service.ledger_export import CONTACTS, LedgerExport
from agent.store.examples import examples
from agent.store.export import export_tinydb
from agent.store.tinydb_store import TinyStore

_COLUMNS = (
    "creditor",
    "debtor",
    "number",
    "issue_date",
    "due_date",
    "amount",
    "deposit",
    "paid",
    "balance",
    "currency",
    "reminders",
    "reminder_dates",
    "state",
)


def run(arguments: Namespace, screen: Screen) -> int:
    """Write the file; it appears whole or not at all."""
    target: Path = arguments.target
    with opened(arguments) as (settings, store):
        if arguments.form == "tinydb":
            if arguments.creditor:
                raise AgentError("--tinydb writes the whole store; --creditor is for --xlsx and --csv")
            export_tinydb(store, target)
        elif arguments.form == "examples":
            whose = frozenset(id_ for c in _chosen(arguments, settings) for id_ in _accounts(store, c))
            lines = examples(store, whose if arguments.creditor else None)
            written(target, "".join(f"{line}\n" for line in lines).encode())
        elif arguments.form in ("ledger", "contacts"):
            written(target, _whole(arguments.form, target.suffix, LedgerExport(store, _chosen(arguments, settings))))
        else:
            written(target, _sheet(arguments, settings, store, SystemClock().now()))
    screen.line(f"Written: {target}")
    return 0


def _whole(form: str, suffix: str, books: LedgerExport) -> bytes:
    """The ledger in the form that the file's name asks for, or the customers as a contact book."""
    if form == "contacts":
        return as_csv(CONTACTS, books.contacts())
    match suffix:
        case ".xlsx":
            return as_workbook(books.tables())
        case ".csv":
            return as_csv(*books.movements())
        case ".journal" | ".hledger":
            return hledger(books.journal()).encode()
        case ".beancount":
            return beancount(books.journal()).encode()
    raise AgentError(
        f"--ledger writes .xlsx, .csv, .journal (hledger) or .beancount, not {suffix or 'a file without suffix'}"
    )


def _sheet(arguments: Namespace, settings: Settings, store: TinyStore, now: datetime) -> bytes:
    creditors = _chosen(arguments, settings)
    if arguments.form == "csv":
        rows = [row for creditor in creditors for row in _rows(creditor, settings, store, now)]
        return _csv(rows)
    if len(creditors) != 1:
        raise AgentError(
            f"a workbook holds one creditor's sheet: add --creditor, one of {', '.join(c.id for c in creditors)}"
        )
    creditor = creditors[0]
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    plan = settings.plan.changed(creditor.plan)
    items, accounts = tuple(store.items(creditor.id)), _accounts(store, creditor)
    claims = creditor_claims(items, accounts, settings.charging(creditor), today)
    book = [entry for entry in settings.contacts if entry.creditor == creditor.id]
    owed = (part.currency for part in digest_of(items, accounts, (), plan, today).currencies)
    debtors = [debtor for currency in owed for debtor in debtors_of(items, accounts, book, currency, today)]
    return tracking_workbook(creditor, items, accounts, today, creditor.language, plan, surcharges(claims), debtors)


def _chosen(arguments: Namespace, settings: Settings) -> Sequence[Creditor]:
    if arguments.creditor is None:
        return settings.creditors
    creditor = settings.creditor(arguments.creditor)
    if creditor is None:
        raise AgentError(f"there is no creditor {arguments.creditor!r}")
    return (creditor,)


def _accounts(store: TinyStore, creditor: Creditor) -> dict[str, DebtorAccount]:
    return {a.id: a for a in store.states(DebtorAccount, creditor.id) if isinstance(a, DebtorAccount)}


def _rows(creditor: Creditor, settings: Settings, store: TinyStore, now: datetime) -> Iterable[Sequence[str]]:
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    plan = settings.plan.changed(creditor.plan)
    accounts = _accounts(store, creditor)
    for item in sorted(store.items(creditor.id), key=lambda i: (i.invoice.issue_date, i.invoice.number)):
        account = accounts.get(item.invoice.debtor)
        yield _row(creditor, item, account.name if account else "", standing_of(item, plan, today))


def _row(creditor: Creditor, item: OpenItem, debtor: str, state: str) -> Sequence[str]:
    invoice = item.invoice
    money = (invoice.total, invoice.deposit, item.paid, item.balance)
    return (
        safe_text(creditor.name),
        safe_text(debtor),
        safe_text(invoice.number),
        invoice.issue_date.isoformat(),
        invoice.due_date.isoformat() if invoice.due_date else "",
        *(str(amount.rounded().amount) for amount in money),
        invoice.total.currency,
        str(len(item.statements)),
        " ".join(day.isoformat() for day in item.statements),
        state,
    )


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([_COLUMNS, *rows])
    return out.getvalue().encode("utf-8-sig")
