"""The page of a fee statement: its sheets with the debtors' names, and the workbook beside it."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.letters import Letter
from agent.mail.outgoing import Part
from agent.outbox.cleaning import cleaned
from agent.outbox.facts import Facts
from agent.outbox.views import Page
from agent.reports.fee_statement import fee_sheet, fee_workbook
from agent.reports.words import word
from agent.reports.workbook import WORKBOOK_TYPE

# Rows that the mail itself shows; the workbook has them all.
_SHOWN = 40


def fee_page(page: Page, letter: Letter, facts: Facts) -> tuple[Page, tuple[Part, ...]]:
    """The page with its figures, and the workbook to attach."""
    names = {account.id: account.name for account in facts.ledger.accounts.values()}
    sheets = tuple(cleaned(fee_sheet(statement, names)) for statement in letter.fees)
    book = fee_workbook(page.creditor.name, sheets, page.language)
    month = f"-{sheets[0].start:%Y-%m}" if sheets else ""
    name = f"{word('sheet_fees', page.language)}{month}.xlsx"
    shown = tuple(replace(sheet, rows=sheet.rows[:_SHOWN]) for sheet in sheets)
    count = sum(len(sheet.rows) for sheet in shown)
    left_out = sum(len(sheet.rows) for sheet in sheets) - count
    page = replace(page, fees=shown, fees_shown=count, fees_left_out=left_out, attachments=(name,))
    return page, (Part(name, WORKBOOK_TYPE, facts.keep(book), len(book)),)
