"""When statements of account go out."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain.credits import credits_of
from agent.domain.dunning import exhausted, level, next_statement_on, ready_on, statement_due, wake_on
from agent.domain.dunning_plan import DunningPlan, PlanChange
from agent.domain.ledger import Hold, HoldKind, ItemState, Statement
from agent.domain.parties import Contact
from tests.builders import NOW, account, item, money

PLAN = DunningPlan()
DUE = date(2026, 3, 2)


def test_nothing_is_ready_before_the_due_date_and_its_grace():
    """An item is first listed on the day after its grace has passed."""
    assert ready_on(item(due=DUE), PLAN) == DUE + timedelta(days=6)


def test_without_grace_the_day_after_the_due_date_is_the_first():
    """The due date itself is never a day of reminder."""
    assert ready_on(item(due=DUE), replace(PLAN, grace_days=0)) == DUE + timedelta(days=1)


def test_a_negative_grace_cannot_bring_a_reminder_before_the_due_date():
    """Whatever a plan says, the due date stands."""
    assert ready_on(item(due=DUE), replace(PLAN, grace_days=-30)) == DUE + timedelta(days=1)


@pytest.mark.parametrize("state", [s for s in ItemState if s is not ItemState.FOLLOWED])
def test_only_followed_items_are_listed(state):
    """What is in review, settled, escalated, withdrawn or written off is not reminded."""
    assert ready_on(replace(item(due=DUE), state=state), PLAN) is None


def test_small_balances_credit_notes_and_items_without_a_due_date_are_not_chased():
    """The tolerance, the sign and the due date are looked at."""
    assert ready_on(item(due=DUE, total="1.00"), PLAN) is None
    assert ready_on(item(due=DUE, total="1.01"), PLAN) is not None
    assert ready_on(item(due=DUE, total="-20.00", credit_note=True), PLAN) is None
    assert ready_on(item(due=None), PLAN) is None


def test_an_item_rests_while_it_is_held():
    """A promise holds until its day and grace; a dispute until somebody ends it."""
    promise = Hold(HoldKind.PROMISE, DUE + timedelta(days=30), NOW)
    assert ready_on(replace(item(due=DUE), holds=(promise,)), PLAN) == DUE + timedelta(days=31)
    dispute = Hold(HoldKind.DISPUTE, None, NOW)
    assert ready_on(replace(item(due=DUE), holds=(promise, dispute)), PLAN) is None


def test_an_item_is_listed_as_often_as_its_plan_says():
    """After the last statement no further one is due."""
    listed = replace(item(due=DUE), statements=(DUE, DUE, DUE))
    assert ready_on(listed, PLAN) is None
    assert ready_on(listed, PLAN.changed(PlanChange(statements=4))) is not None


def test_the_spacing_counts_from_the_last_statement_that_left():
    """The next statement is a whole spacing away, never less than the minimum interval."""
    last = Statement("EUR", 1, DUE + timedelta(days=6), "friendly", ("i1",), "m", "sent")
    acc = account(statements=(last,), consumer=False)
    assert next_statement_on(acc, [item(due=DUE)], "EUR", PLAN) == last.on + timedelta(days=15)
    hasty = replace(PLAN, spacing_days=2)
    assert next_statement_on(acc, [item(due=DUE)], "EUR", hasty) == last.on + timedelta(days=7)


def test_what_was_announced_to_a_consumer_runs_out_before_the_next_statement():
    """Belgium fourteen days from the day after the e-mail, the Netherlands fifteen; who may be a consumer counts as one."""
    last = Statement("EUR", 1, DUE + timedelta(days=6), "friendly", ("i1",), "m", "sent")
    hasty = replace(PLAN, spacing_days=7)
    for country, consumer, days in (
        ("BE", None, 15),
        ("BE", True, 15),
        ("NL", True, 16),
        ("FR", True, 7),
        ("BE", False, 7),
    ):
        acc = account(statements=(last,), country=country, consumer=consumer)
        assert next_statement_on(acc, [item(due=DUE)], "EUR", hasty) == last.on + timedelta(days=days)


def test_while_a_statement_waits_in_the_outbox_no_second_one_is_written():
    """A queue that is stuck for weeks does not fill with reminders."""
    waiting = Statement("EUR", 1, DUE, "friendly", ("i1",), "m", "queued")
    assert next_statement_on(account(statements=(waiting,)), [item(due=DUE)], "EUR", PLAN) is None


def test_a_debtor_without_a_working_address_is_not_written_to():
    """There must be somebody to write to."""
    gone = account(contacts=(Contact("a@debtor.example", failed="user unknown"),))
    assert next_statement_on(gone, [item(due=DUE)], "EUR", PLAN) is None


def test_one_statement_lists_everything_that_is_due_oldest_first():
    """Items that are not due yet wait for the next one."""
    items = [item("i2", due=DUE + timedelta(days=3)), item("i1", due=DUE), item("i3", due=DUE + timedelta(days=40))]
    found = statement_due(account(), items, "EUR", PLAN, DUE + timedelta(days=10))
    assert found is not None
    assert [i.id for i in found.items] == ["i1", "i2"]
    assert found.level == "friendly"


def test_the_tone_follows_the_oldest_item():
    """A new invoice beside an old one does not make the statement friendly again."""
    old = replace(item("i1", due=DUE), statements=(DUE, DUE))
    found = statement_due(account(), [old, item("i2", due=DUE)], "EUR", PLAN, DUE + timedelta(days=30))
    assert found is not None
    assert found.level == "last"


def test_nobody_in_credit_is_reminded():
    """Credit notes and overpayments are deducted before anything is said to be owed."""
    credit = item("c1", due=None, total="-150.00", credit_note=True)
    day = DUE + timedelta(days=10)
    assert statement_due(account(), [item(due=DUE, total="120.00"), credit], "EUR", PLAN, day) is None
    assert statement_due(account(), [item(due=DUE, total="180.00"), credit], "EUR", PLAN, day) is not None
    assert credits_of([credit], "EUR") == money("-150.00")


def test_currencies_have_statements_of_their_own():
    """An amount in francs is no reason to write about euros."""
    francs = item("i9", due=DUE, currency="CHF")
    assert statement_due(account(), [francs], "EUR", PLAN, DUE + timedelta(days=10)) is None
    assert statement_due(account(), [francs], "CHF", PLAN, DUE + timedelta(days=10)) is not None


def test_after_the_last_statement_the_debtor_gets_the_spacing_to_answer():
    """The creditor is asked only then."""
    listed = replace(item(due=DUE), statements=(DUE, DUE, DUE + timedelta(days=40)))
    assert exhausted([listed], PLAN, DUE + timedelta(days=54)) == ()
    assert exhausted([listed], PLAN, DUE + timedelta(days=55)) == (listed,)
    assert wake_on(account(), [listed], PLAN) == DUE + timedelta(days=55)


@pytest.mark.parametrize(
    ("statements", "tones"),
    [
        (1, ["friendly"]),
        (2, ["friendly", "last"]),
        (3, ["friendly", "firm", "last"]),
        (4, ["friendly", "reminder", "firm", "last"]),
    ],
)
def test_tones_grow_firmer(statements, tones):
    """The levels are those that the templates are written for."""
    assert [level(n, statements) for n in range(statements)] == tones


def test_the_tolerance_is_in_the_items_currency():
    """It is compared with the balance, payments deducted."""
    assert ready_on(item(due=DUE, total="100.00", paid="99.00"), PLAN) is None
    assert ready_on(item(due=DUE, total="100.00", paid="98.99"), PLAN) is not None
    assert item(total="100.00", paid="98.99").balance.amount == Decimal("1.01")
