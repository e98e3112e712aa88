"""The report as a page: whole without a server, harmless whatever names hold, and one creditor's own figures."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from agent.domain.dunning_plan import DunningPlan
from agent.domain.money import Money
from agent.domain.parties import LANGUAGES
from agent.domain.states import ItemState, Payment
from agent.outbox.dashboard import report_page
from agent.reports.monthly import ReceivablesReport, receivables_report
from tests.builders import CREDITOR, account, item

TODAY = date(2026, 9, 10)
HOSTILE = "</script><img src=x onerror=alert(1)>{{ 7*7 }}\"'\u202e"


def report(name: str = "Client et Fils SA", number: str = "N-1") -> ReceivablesReport:
    late = item("i1", due=TODAY - timedelta(days=70), number=number, total="1234.50")
    late = replace(late, statements=(TODAY, TODAY), broken_promises=1)
    soon = item("i2", due=TODAY + timedelta(days=9), number="N-2", total="80.00")
    paid = item("i3", due=date(2026, 8, 1), number="N-3", total="500.00")
    money = Payment(Money.of("500.00", "EUR"), date(2026, 8, 15), "bank")
    paid = replace(paid, state=ItemState.SETTLED, payments=(money,))
    return receivables_report(
        (late, soon, paid), {"d1": account(name=name)}, (), DunningPlan(), TODAY, date(2026, 8, 1)
    )


def test_the_figures_of_a_month() -> None:
    """What came in during August, two weeks late; what is owed on the day itself."""
    part = report().currencies[0]
    assert part.collected == Money.of("500.00", "EUR")
    assert part.delay is not None
    assert part.delay.days == 14
    assert part.standing.overdue == Money.of("1234.50", "EUR")
    assert [row.number for row in part.invoices] == ["N-1", "N-2"]
    assert [line.name for line in part.to_phone] == ["Client et Fils SA"]
    assert [month.share for month in part.months[-2:]] == [0, 100]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_every_language(language: str) -> None:
    """No word is missing, nothing is fetched, and the one script is the one that is allowed."""
    page = report_page(CREDITOR, report(), language)
    tree = LexborHTMLParser(page)
    text = tree.body.text() if tree.body else ""
    assert f'<html lang="{language}"' in page
    assert not re.search(r"https?:|url\(|@import|<link|<iframe|javascript:", page)
    assert not re.search(r"because_|advice_|risk_|report_|odd_|\{\}|None|Undefined", text)
    script = tree.css("script")[0].text()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert all(head.attributes.get("scope") == "col" for head in tree.css("thead th"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_invoices_lack_is_told(language: str) -> None:
    """In the sentences of the monthly report, also without the mail that brought the page."""
    lacking = replace(report(), lacks=("clause", "account"))
    tree = LexborHTMLParser(report_page(CREDITOR, lacking, language))
    assert "2002" in (tree.body.text() if tree.body else "")
    assert "IBAN" in (tree.body.text() if tree.body else "")


def test_a_hostile_name_stays_text() -> None:
    """Whatever a debtor or a number is called, there is one script and no picture."""
    tree = LexborHTMLParser(report_page(CREDITOR, report(HOSTILE, HOSTILE), "en"))
    assert len(tree.css("script")) == 1
    assert not tree.css("img")
    assert "onerror=alert(1)" in (tree.body.text() if tree.body else "")
    assert "\u202e" not in tree.html


def test_nothing_open_is_said() -> None:
    """An empty book is no empty page."""
    page = report_page(CREDITOR, receivables_report((), {}, (), DunningPlan(), TODAY), "fr")
    assert "Rien n’est ouvert." in page
