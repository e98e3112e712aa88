"""What digest and report say of calls, promises and trends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from agent.domain.dunning_plan import DunningPlan
from agent.domain.money import Money
from agent.domain.parties import BookEntry
from agent.domain.states import ItemState, Payment, Promise
from agent.reports.calling import debtors_of
from agent.reports.digest import digest_of
from agent.reports.monthly import receivables_report
from agent.reports.trends import Trend
from agent.reports.week import week_of
from agent.reports.words import trend_rows
from tests.builders import account, item

TODAY = date(2026, 4, 1)


def test_a_call_has_its_number_and_its_opening_words() -> None:
    """Who broke his word is asked for the day, who cannot be written to for an address."""
    late = replace(item("i1"), statements=(TODAY, TODAY), broken_promises=1)
    lost = item("i2", debtor="d2")
    accounts = {"d1": account(), "d2": account("d2", name="Perdu SPRL", contacts=())}
    book = (BookEntry("acme", "Client et Fils SA", phone="+32 2 555 01 02"),)
    calls = week_of((late, lost), debtors_of((late, lost), accounts, book, "EUR", TODAY), TODAY).calls
    assert [(c.name, c.phone, c.script) for c in calls] == [
        ("Perdu SPRL", "", "script_address"),
        ("Client et Fils SA", "+32 2 555 01 02", "script_promise"),
    ]


def test_promises_count_where_their_day_lies() -> None:
    """In the week for the digest, in the month for the report."""
    days = (TODAY - timedelta(days=2), TODAY - timedelta(days=20), TODAY - timedelta(days=40))
    one = replace(item("i1"), promises=tuple(Promise(day, kept=day == days[0]) for day in days))
    week = week_of((one,), (), TODAY)
    assert (week.promises_kept, week.promises_broken) == (1, 0)
    part = receivables_report((one,), {"d1": account()}, (), DunningPlan(), TODAY).currencies[0]
    assert (part.promises_kept, part.promises_broken) == (1, 1)


def test_key_figures_stand_beside_those_of_the_month_before() -> None:
    """What came in more is good, what is overdue more is not."""
    paid = Payment(Money.of("500.00", "EUR"), date(2026, 3, 20), "bank")
    settled = replace(item("i1", total="500.00"), state=ItemState.SETTLED, payments=(paid,))
    newly = replace(item("i2", due=date(2026, 3, 20)), registered_at=item("i2").registered_at.replace(month=2))
    trends = {
        t.code: t for t in receivables_report((settled, newly), {}, (), DunningPlan(), TODAY).currencies[0].trends
    }
    assert (trends["collected"].direction, trends["collected"].verdict) == (1, 1)
    assert (trends["overdue"].now, trends["overdue"].before) == (Money.of("1000.00", "EUR"), Money.of("0", "EUR"))
    assert trends["overdue"].verdict == -1


def test_a_figure_without_a_month_before_has_no_trend() -> None:
    """It neither rose nor fell."""
    (row,) = trend_rows([Trend("dso", Decimal("41.5"), None, -1)], "en")
    assert row == ("Days sales outstanding (DSO)", "41.5\u00a0days", "–", "–", "")


def test_the_week_has_its_key_figures() -> None:
    """By hand: 600 of 1,000 came ten days late; of what was due in a year 60.0 % came; 400 is owed of 1,000 sold in 90 days."""
    paid = Payment(Money.of("600.00", "EUR"), date(2026, 3, 25), "bank")
    one = replace(
        item("i1", due=date(2026, 3, 15), total="600.00", issue_date=date(2026, 3, 1)),
        state=ItemState.SETTLED,
        payments=(paid,),
        registered_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
    )
    two = replace(
        item("i2", due=date(2026, 3, 20), total="400.00", issue_date=date(2026, 3, 1)),
        registered_at=datetime(2026, 3, 28, 9, tzinfo=UTC),
    )
    figures = digest_of((one, two), {"d1": account()}, (), DunningPlan(), TODAY).currencies
    week = week_of((one, two), (), TODAY, figures)
    now = {trend.code: trend.now for trend in week.trends["EUR"]}
    assert now == {
        "overdue": Money.of("400.00", "EUR"),
        "recovery_rate": Decimal("60.0"),
        # 1 April: one day of April without sales, then 400 of March's 1,000: 31 × 0.4 days
        "dso": Decimal("13.4"),
        "average_delay_month": Decimal("10.0"),
    }
    assert week.handover_days == 27
