import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image

from agent.demo.samples.books import sample_ledger
from agent.domain.aging import Age, age_after
from agent.domain.dunning_plan import DunningPlan
from agent.domain.ledger import ItemState
from agent.domain.money import Money
from agent.reports.charts import ageing_chart
from agent.reports.digest import digest_of

TODAY = date(2027, 4, 12)
LEDGER = sample_ledger("fr")


def figures():
    return digest_of(LEDGER.items.values(), LEDGER.accounts, LEDGER.questions.values(), DunningPlan(), TODAY)


def test_the_figures_tie() -> None:
    """Overdue, not yet due and credits add up to the outstanding total; the buckets to what is owed before credits."""
    part = figures().currencies[0]
    assert part.overdue + part.not_overdue + part.credits == part.open
    assert part.overdue_count + part.not_overdue_count + part.credit_count == part.open_count
    assert Money.total((b.amount for b in part.buckets), "EUR") == part.open - part.credits
    assert str(part.open) == "3439.71 EUR"
    assert str(part.settled) == "400.00 EUR"
    assert str(part.held) == "484.00 EUR"


def test_what_waits_for_the_creditor_is_named() -> None:
    """Invoices in review and open questions are told apart from what is followed."""
    digest = figures()
    assert digest.unchecked == 1
    assert [(q.topic, q.about) for q in digest.questions] == [
        ("fields", ("2027-118",)),
        ("after_last_statement", ("2027-041",)),
    ]


def test_an_empty_week_is_quiet() -> None:
    """Nothing open gives nothing to tell."""
    assert digest_of((), {}, (), DunningPlan(), TODAY).quiet


@pytest.mark.parametrize(
    ("late", "index"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)]
)
def test_buckets(late: int, index: int) -> None:
    """A bucket ends on its last day."""
    assert age_after(late) is list(Age)[index]


def test_settled_items_are_not_outstanding() -> None:
    """A settled item counts by the money of the week only."""
    settled = [replace(i, state=ItemState.SETTLED) for i in LEDGER.items.values()]
    digest = digest_of(settled, LEDGER.accounts, (), DunningPlan(), TODAY)
    assert not digest.currencies[0].open
    later = digest_of(settled, LEDGER.accounts, (), DunningPlan(), TODAY + timedelta(days=30))
    assert later.currencies == ()


def test_the_chart_is_a_small_picture() -> None:
    """The chart is a PNG that a mail can carry, the same each time."""
    png = ageing_chart(figures().currencies[0])
    assert png == ageing_chart(figures().currencies[0])
    assert len(png) < 20_000
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.width == 1056


def test_the_week_begins_with_the_day_of_the_last_digest() -> None:
    """Money of that day came after its digest was written in the morning; every day counts in one digest and no more."""
    items, accounts = LEDGER.items.values(), LEDGER.accounts
    (on,) = {p.on for i in items for p in i.payments if p.amount.amount > 0 and p.evidence != "credit_note"}
    told = {
        days: digest_of(items, accounts, (), DunningPlan(), on + timedelta(days=days)).currencies[0].settled_count
        for days in (0, 1, 7, 8)
    }
    assert told == {0: 0, 1: told[7], 7: told[7], 8: 0}
    assert told[7] > 0
