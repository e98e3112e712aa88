"""`relance report`: one creditor's receivables as an HTML page that needs no server."""

from argparse import Namespace
from zoneinfo import ZoneInfo

from agent.cli.books import asked_month, chosen_creditor, opened, written
from agent.cli.screen import Screen
from agent.domain.payees import PayeeAccount
from agent.domain.states import DebtorAccount, Question
from agent.outbox.dashboard import report_page
from agent.reports.monthly import receivables_report
from agent.service.clock import SystemClock


def run(arguments: Namespace, screen: Screen) -> int:
    """Write the page; it appears whole or not at all."""
    with opened(arguments) as (settings, store):
        creditor = chosen_creditor(arguments, settings)
        accounts = {a.id: a for a in store.states(DebtorAccount, creditor.id) if isinstance(a, DebtorAccount)}
        questions = [q for q in store.states(Question, creditor.id) if isinstance(q, Question)]
        report = receivables_report(
            tuple(store.items(creditor.id)),
            accounts,
            questions,
            settings.plan.changed(creditor.plan),
            SystemClock().now().astimezone(ZoneInfo(creditor.timezone)).date(),
            asked_month(arguments.month) if arguments.month is not None else None,
            tuple(entry for entry in settings.contacts if entry.creditor == creditor.id),
            [p for p in store.states(PayeeAccount, creditor.id) if isinstance(p, PayeeAccount)],
        )
        page = report_page(creditor, report, arguments.lang or creditor.language, settings.templates_dir)
    written(arguments.html, page.encode())
    screen.line(f"Written: {arguments.html}")
    return 0
