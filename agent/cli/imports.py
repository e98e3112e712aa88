"""`relance import FILE --creditor ID`: take over open invoices or customers out of an accounting program."""

from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.errors import AgentError, TemporaryError
from agent.parsers.listings import ListedRow, Listing
from agent.parsers.listings.reading import MOST_ROWS
from agent.service.bootstrap import build, close
from agent.service.clock import SystemClock
from agent.service.imports import Plan, import_list, plan_import, request_of
from agent.service.requests import IMPORT, leave_request

_SHOWN, _MOST_TOLD = 5, 50
_LATER = "The service is running: it takes the list over in its next round."
_PROBLEMS = {
    "broken": "it is no CSV and no .xlsx file; save it as one of them",
    "too_long": f"it has more than {MOST_ROWS} rows (3000 in a workbook); split it",
    "no_header": "no row of headings was recognised; the first row should name number, customer, date, due date and amount",
    "no_number": "no column holds the invoices' numbers (or the customers' addresses or VAT numbers)",
    "no_name": "no column holds the customers' names",
    "no_total": "no column holds the amounts with VAT, or the open amounts",
    "no_decimal_mark": "it cannot be told whether 1.234 is a thousand or one; write amounts with two decimals",
    "no_day_order": "it cannot be told whether 03/04 is in March or April; write days as 2026-04-03",
}
_MISTAKES = {
    "no_name": "the customer's name is missing: fill it in",
    "no_number": "the invoice's number is missing: fill it in",
    "no_amount": "the amount is missing: fill it in, with VAT",
    "bad_amount": "{} is no amount: write it like 1250.00",
    "bad_date": "{} is no day: write it like 2026-03-31",
    "bad_email": "{} is no mail address: correct it, or leave it empty",
    "bad_party": "{} is no valid VAT or enterprise number: correct it, or leave it empty",
    "bad_consumer": "{} is neither yes nor no",
    "bad_currency": "{} is no currency: write it like EUR",
    "due_before_issue": "the due date {} is before the invoice's own: correct one of them",
    "open_above_total": "more is open ({}) than the whole amount: correct one of them",
    "twice": "the number stands on row {} already, for another sum or customer: leave one of them",
}
_CODES = {
    "registered": "followed",
    "review": "followed once its question is answered",
    "known": "known, nothing changes",
    "conflict": "known with other figures, nothing changes",
    "opened": "new customer",
    "added": "address added to a known customer",
    "lookalike": "left out: nearly the name of a known customer",
    "already_paid": "left out: nothing is open on it",
    "excluded": "left out: a debtor who is not followed",
    "purchase": "left out: the creditor himself is the customer",
}


def run(arguments: Namespace, screen: Screen) -> int:
    """Show what was understood and what would happen; do it unless it is a rehearsal. 1 when rows have mistakes."""
    content = _content(arguments.file)
    with opened(arguments) as (settings, store):
        creditor = settings.creditor(arguments.creditor)
        if creditor is None:
            raise AgentError(f"there is no creditor {arguments.creditor!r}")
        plan = plan_import(store, settings, creditor, content, SystemClock().now())
    if plan.listing.problem:
        _columns(plan.listing, screen)
        raise AgentError(f"{arguments.file}: {_PROBLEMS[plan.listing.problem]}")
    _preview(plan, screen)
    if plan.listing.bad and not arguments.skip_bad_rows:
        screen.line()
        screen.line("Nothing was taken over. Correct these rows, or leave them out with --skip-bad-rows.")
        return 1
    if arguments.dry_run:
        screen.line()
        screen.line("A rehearsal: nothing was taken over.")
        return 0
    screen.line()
    try:
        app = build(settings)
    except TemporaryError:
        leave_request(settings.state_dir, plan.listing.document, IMPORT, request_of(creditor.id, content))
        screen.line(_LATER)
        return 0
    try:
        done = import_list(app, creditor, content)
    finally:
        close(app)
    changed = len(done.decided.decision.events)
    screen.line("Taken over." if changed else "Nothing was new: the books stay as they are.")
    return 0


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AgentError(f"{path} cannot be read: {error.strerror}") from error


def _columns(listing: Listing, screen: Screen) -> None:
    if listing.columns:
        screen.heading("Columns")
        screen.table(("heading", "read as"), [(head, field.value or "not read") for head, field in listing.columns])


def _preview(plan: Plan, screen: Screen) -> None:
    listing = plan.listing
    _columns(listing, screen)
    screen.line()
    screen.heading(f"The first of {len(listing.rows)} rows")
    shown = ("row", "number", "customer", "date", "due", "amount", "open", "address", "what becomes of it")
    screen.table(shown, [_row(row, plan) for row in listing.rows[:_SHOWN]], right=("amount", "open"))
    screen.line()
    for code, count in sorted(plan.counts.items()):
        screen.line(f"{count} × {_CODES.get(code, f'left out: {code}')}")
    _told(
        screen,
        "Known with other figures (books / list); correct them by mail, or write the list's rows off the books first",
        ((r.line, "; ".join(r.notes)) for r in plan.decided.rows if r.code in ("conflict", "lookalike")),
    )
    _told(
        screen,
        "Asked about in one mail to the owner",
        ((r.line, ", ".join(r.notes)) for r in plan.decided.rows if r.code == "review"),
    )
    _told(
        screen,
        "Rows with mistakes",
        ((row.line, "; ".join(map(_mistake, row.errors))) for row in listing.bad),
    )


def _told(screen: Screen, title: str, lines: Iterable[tuple[int, str]]) -> None:
    found: Sequence[tuple[int, str]] = list(lines)
    if not found:
        return
    screen.line()
    screen.heading(f"{title}: {len(found)}")
    for line, words in found[:_MOST_TOLD]:
        screen.line(f"row {line}: {words}")
    if len(found) > _MOST_TOLD:
        screen.line(f"… and {len(found) - _MOST_TOLD} more")


def _mistake(error: str) -> str:
    code, _, cell = error.partition(":")
    return _MISTAKES[code].format(repr(cell) if code != "twice" else cell)


def _row(row: ListedRow, plan: Plan) -> tuple[str, ...]:
    reading, told = row.reading, plan.told.get(row.line)
    if reading is None:
        return (str(row.line), *("" for _ in range(7)), "mistakes")
    values = (
        reading.number,
        reading.buyer_name,
        reading.issue_date,
        reading.due_date,
        reading.total,
        reading.amount_due,
    )
    cells = [str(found.value) if found is not None else "" for found in (*values, reading.buyer_email)]
    return (str(row.line), *cells, "mistakes" if row.errors else _CODES.get(told.code, told.code) if told else "")
