"""What the digest and the monthly report print of a creditor's receivables, and the files that travel with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from agent.domain.claims import surcharges
from agent.domain.letters import Letter
from agent.domain.money import Money
from agent.mail.outgoing import Part
from agent.outbox.asked import asked_again
from agent.outbox.claimed import all_claims, summary
from agent.outbox.cleaning import cleaned
from agent.outbox.dashboard import report_page
from agent.outbox.facts import Facts
from agent.outbox.views import Page
from agent.reports.calling import Debtor, debtors_of
from agent.reports.charts import ageing_chart
from agent.reports.digest import CurrencyDigest, digest_of
from agent.reports.monthly import ReceivablesReport, receivables_report
from agent.reports.week import week_of
from agent.reports.words import word
from agent.reports.workbook import WORKBOOK_TYPE, tracking_workbook

VIEWER = "viewer"
CHART_CID = "ageing"


def digest_page(page: Page, letter: Letter, facts: Facts) -> tuple[Page, tuple[Part, ...]]:
    """The page of the digest of the week that ended, with its chart and the workbook."""
    ledger = facts.ledger
    claims = all_claims(facts, page.today)
    questions = () if letter.code == VIEWER else tuple(ledger.questions.values())
    digest = digest_of(ledger.items.values(), ledger.accounts, questions, facts.plan, page.today)
    if letter.code == VIEWER:
        digest = replace(digest, unchecked=0)
    parts = (*facts.invoice_copies, *chart_parts(facts, digest.currencies))
    cid = CHART_CID if digest.currencies else ""
    debtors = all_debtors(facts, digest.currencies, page.today)
    if facts.creditor:
        book = workbook_part(facts, page, debtors, surcharges(claims))
        parts = (*parts, book)
        page = replace(page, attachments=(*page.attachments, book.filename))
    items = tuple(ledger.items.values())
    week = cleaned(week_of(items, debtors, page.today, digest.currencies, ledger.payees.values()))
    asked = asked_again(questions, facts, page.today, page.language)
    found = summary(claims, facts, page.language)
    return replace(page, digest=cleaned(digest), week=week, chart_cid=cid, asked=asked, claims=found), parts


def monthly_page(page: Page, letter: Letter, facts: Facts) -> tuple[Page, tuple[Part, ...]]:
    """The page of the report on the month of `letter.on`, with its chart, the dashboard and the workbook."""
    items, accounts = tuple(facts.ledger.items.values()), facts.ledger.accounts
    asked = () if letter.code == VIEWER else tuple(facts.ledger.questions.values())
    report = receivables_report(
        items, accounts, asked, facts.plan, page.today, letter.on, facts.book, facts.ledger.payees.values()
    )
    if letter.code == VIEWER:
        report = replace(report, unchecked=0)
    files = _files(page, report, facts)
    chart = chart_parts(facts, [part.standing for part in report.currencies])
    page = replace(page, asked=asked_again(asked, facts, page.today, page.language))
    return _with(page, cleaned(report), tuple(part.filename for part in files)), (*chart, *files)


def _files(page: Page, report: ReceivablesReport, facts: Facts) -> tuple[Part, ...]:
    """The dashboard and the workbook."""
    if facts.creditor is None:
        return ()
    html = report_page(facts.creditor, report, page.language, facts.templates_dir).encode()
    name = f"{word('dashboard_file', page.language)}-{report.start:%Y-%m}.html"
    debtors = [debtor for part in report.currencies for debtor in part.debtors]
    book = workbook_part(facts, page, debtors, surcharges(all_claims(facts, page.today)))
    return Part(name, "text/html", facts.keep(html), len(html)), book


def _with(page: Page, report: ReceivablesReport, files: tuple[str, ...]) -> Page:
    return replace(
        page,
        report=report,
        chart_cid=CHART_CID if report.currencies else "",
        attachments=files,
        facts=tuple(("lacking", code) for code in report.lacks),
    )


def all_debtors(facts: Facts, currencies: Iterable[CurrencyDigest], today: date) -> list[Debtor]:
    """Everybody who owes something, currency by currency."""
    items, accounts = tuple(facts.ledger.items.values()), facts.ledger.accounts
    return [d for part in currencies for d in debtors_of(items, accounts, facts.book, part.currency, today)]


def chart_parts(facts: Facts, currencies: Sequence[CurrencyDigest]) -> tuple[Part, ...]:
    """The ageing chart of the largest currency, by day and by night; nothing when nothing is open."""
    if not currencies:
        return ()
    drawn = ((CHART_CID, ageing_chart(currencies[0])), (f"night-{CHART_CID}", ageing_chart(currencies[0], dark=True)))
    return tuple(Part(f"{cid}.png", "image/png", facts.keep(png), len(png), cid) for cid, png in drawn)


def workbook_part(facts: Facts, page: Page, debtors: Sequence[Debtor], surcharge: Mapping[str, Money]) -> Part:
    """The workbook of the whole books, as a file of this mail."""
    assert facts.creditor is not None
    ledger = facts.ledger
    content = tracking_workbook(
        facts.creditor,
        ledger.items.values(),
        ledger.accounts,
        page.today,
        page.language,
        facts.plan,
        surcharge,
        debtors,
    )
    name = f"{word('sheet_tracking', page.language)}-{page.today.isoformat()}.xlsx"
    return Part(name, WORKBOOK_TYPE, facts.keep(content), len(content))
