"""The report on a creditor's receivables as one HTML file: figures, bars and tables, with nothing from outside in it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from agent.domain.parties import Creditor
from agent.outbox.cleaning import cleaned
from agent.outbox.pages import accent_of, question_rows
from agent.outbox.templates import document, found
from agent.reports import formats
from agent.reports.monthly import ReceivablesReport
from agent.reports.plain import one_line


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What the template of the report sees; `script_hash` lets a browser run this script and no other."""

    language: str
    creditor: str
    accent: str
    report: ReceivablesReport
    questions: tuple[tuple[str, str], ...]
    script: Markup
    script_hash: str

    @property
    def kind(self) -> str:
        """It tells what a monthly report tells."""
        return "monthly_report"

    def every(self, name: str) -> tuple[str, ...]:
        """The further facts of this name, as a mail's page has them: what invoices lack."""
        return self.report.lacks if name == "lacking" else ()

    @property
    def colon(self) -> str:
        """The colon as this language sets it."""
        return formats.colon(self.language)


def report_page(creditor: Creditor, report: ReceivablesReport, language: str, templates_dir: Path | None = None) -> str:
    """The page of this report, in this language; it needs no server and reads the same without its script."""
    script = found("report.js").read_text(encoding="utf-8")
    page = ReportPage(
        language=language,
        creditor=one_line(creditor.name),
        accent=accent_of(creditor),
        report=cleaned(report),
        questions=question_rows(cleaned(report.questions), language),
        script=Markup(script),  # noqa: S704 - our own file, without a word from outside
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return document("report.html.j2", page, templates_dir)
