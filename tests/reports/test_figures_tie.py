"""Whatever the books hold, the figures of digest, report and workbook tie with each other."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.domain.aging import aged_balance
from agent.domain.dunning_plan import DunningPlan
from agent.domain.money import Money
from agent.domain.states import Hold, HoldKind, ItemState, OpenItem, Payment
from agent.reports.calling import debtors_of
from agent.reports.digest import digest_of
from agent.reports.monthly import receivables_report
from agent.reports.week import week_of
from agent.reports.workbook import tracking_workbook
from tests.builders import CREDITOR, account, item

TODAY = date(2026, 9, 10)
ACCOUNTS = {f"d{n}": account(f"d{n}", name=f"Client {n} SA") for n in range(3)}
_HOLDS = (None, HoldKind.PROMISE, HoldKind.DISPUTE, HoldKind.PAUSE)


@st.composite
def books(draw: st.DrawFn) -> list[OpenItem]:
    """A handful of invoices and credit notes in two currencies: open, partly paid, overpaid, settled, contested, withdrawn."""
    found = []
    for n in range(draw(st.integers(0, 8))):
        cents, late = draw(st.integers(1, 500_000)), draw(st.integers(-40, 150))
        currency, credit = draw(st.sampled_from(("EUR", "GBP"))), draw(st.booleans()) and draw(st.booleans())
        total = f"{'-' if credit else ''}{cents / 100:.2f}"
        debtor, due = f"d{draw(st.integers(0, 2))}", TODAY - timedelta(days=late)
        made = item(f"i{n}", due=due, total=total, currency=currency, debtor=debtor, credit_note=credit)
        made = replace(made, registered_at=datetime(2026, 4, 1, 9, tzinfo=UTC))
        share, day = draw(st.sampled_from((0, 0, 40, 100, 130))), TODAY - timedelta(days=draw(st.integers(0, 60)))
        if share and not credit:
            money = Money.of(f"{cents * share // 100 / 100:.2f}", currency)
            made = replace(
                made, payments=(Payment(money, day, draw(st.sampled_from(("bank", "owner", "on_account")))),)
            )
        state = (
            ItemState.SETTLED if not made.balance else draw(st.sampled_from((ItemState.FOLLOWED, ItemState.ESCALATED)))
        )
        kind = draw(st.sampled_from(_HOLDS))
        holds = (Hold(kind, None, made.registered_at),) if kind else ()
        found.append(replace(made, state=draw(st.sampled_from((state, state, ItemState.WITHDRAWN))), holds=holds))
    return found


@given(books())
@settings(max_examples=60, deadline=None)
def test_buckets_and_parts_sum_to_the_total(items: list[OpenItem]) -> None:
    """By currency: the ages are what is owed before credits, all shares a hundred; disputes are part of what rests."""
    for part in digest_of(items, ACCOUNTS, (), DunningPlan(), TODAY).currencies:
        ages = Money.total((b.amount for b in part.buckets), part.currency)
        assert ages + part.credits == part.open
        assert part.buckets[0].amount == part.not_overdue
        assert sum(b.share for b in part.buckets) == (100 if ages else 0)
        assert part.overdue + part.not_overdue == ages
        assert sum(b.count for b in part.buckets) == part.open_count - part.credit_count
        assert part.disputed_count <= part.held_count
        assert part.due_soon.amount <= part.not_overdue.amount
        rows = [row for row in aged_balance(items, TODAY) if row.currency == part.currency]
        assert Money.total((row.total for row in rows), part.currency) == part.open


@given(books())
@settings(max_examples=40, deadline=None)
def test_digest_and_report_say_the_same(items: list[OpenItem]) -> None:
    """What is overdue today, and what came in during a week that lies in one month."""
    report = receivables_report(items, ACCOUNTS, (), DunningPlan(), TODAY)
    digest = digest_of(items, ACCOUNTS, (), DunningPlan(), TODAY)
    week = week_of(items, (), TODAY, digest.currencies)
    assert [part.standing for part in report.currencies] == list(digest.currencies)
    for part in report.currencies:
        now = {trend.code: trend.now for trend in part.trends}
        weekly = {trend.code: trend.now for trend in week.trends[part.currency]}
        assert weekly["overdue"] == now["overdue"] == part.standing.overdue
        assert weekly.get("dso") == now.get("dso") == part.dso
        assert part.months[-1].collected == part.collected


@given(books())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_workbook_holds_the_same_sums(items: list[OpenItem]) -> None:
    """Its sheet of ages adds up to what the digest says is open, currency by currency."""
    currencies = {i.invoice.total.currency for i in items}
    debtors = [d for c in sorted(currencies) for d in debtors_of(items, ACCOUNTS, (), c, TODAY)]
    content = tracking_workbook(CREDITOR, items, ACCOUNTS, TODAY, "en", debtors=debtors)
    ageing = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    told: dict[str, int] = {}
    for row in ageing.iter_rows(min_row=2, values_only=True):
        if row[1]:
            told[row[1]] = told.get(row[1], 0) + round(row[-1] * 100)
    for part in digest_of(items, ACCOUNTS, (), DunningPlan(), TODAY).currencies:
        assert told.get(part.currency, 0) == part.open.amount * 100
