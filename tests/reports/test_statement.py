from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.demo.samples.books import NOW, sample_ledger
from agent.domain.dunning import statement_due
from agent.domain.dunning_plan import DunningPlan
from agent.domain.ledger import Hold, HoldKind, ItemState, Payment
from agent.domain.money import Money
from agent.reports.statement import Standing, days_late, standing_of, statement_of

PLAN = DunningPlan()
TODAY = date(2027, 4, 12)
LEDGER = sample_ledger("fr")
ACCOUNT = LEDGER.accounts["d1"]
ITEMS = LEDGER.of_account("d1")


def test_what_is_due_comes_first_and_in_time() -> None:
    """The lines due are chronological; what is promised or not yet due stands apart; what is in review is not shown."""
    statement = statement_of(ITEMS, ACCOUNT, PLAN, TODAY)
    assert [line.number for line in statement.due] == ["2027-041", "2027-058"]
    assert [line.number for line in statement.credits] == ["NC-2027-004"]
    assert [(line.number, line.standing) for line in statement.others] == [
        ("2027-066", Standing.PROMISE),
        ("2027-097", Standing.NOT_DUE),
    ]


def test_deposits_payments_and_credits_are_deducted() -> None:
    """1,850 less a deposit of 250 less 400 paid, plus 642.51, less a credit note of 96.80."""
    statement = statement_of(ITEMS, ACCOUNT, PLAN, TODAY)
    assert str(statement.due[0].balance) == "1200.00 EUR"
    assert str(statement.due_total("EUR")) == "1745.71 EUR"


def test_it_agrees_with_the_decision() -> None:
    """What the statement lists as due is what the schedule decided to write about, in the same tone."""
    decided = statement_due(ACCOUNT, ITEMS, "EUR", PLAN, TODAY)
    statement = statement_of(ITEMS, ACCOUNT, PLAN, TODAY)
    assert decided is not None
    assert [line.item for line in statement.due] == [item.id for item in decided.items]
    assert statement.level == decided.level == "last"


def test_a_decided_statement_lists_what_was_decided() -> None:
    """Named items are due also when the statement itself was counted already; all others stand apart."""
    counted = tuple(replace(item, statements=(*item.statements, TODAY)) for item in ITEMS)
    statement = statement_of(counted, ACCOUNT, PLAN, TODAY, listed=("i1",))
    assert [line.item for line in statement.due] == ["i1"]
    assert "i2" in [line.item for line in statement.others]


def test_currencies_never_mix() -> None:
    """Each currency is a statement of its own."""
    dollar = replace(
        ITEMS[0],
        invoice=replace(ITEMS[0].invoice, id="u", total=Money.of("10", "USD"), deposit=Money.zero("USD")),
        payments=(),
    )
    statement = statement_of((*ITEMS, dollar), ACCOUNT, PLAN, TODAY)
    assert statement.currencies == ("EUR", "USD")
    assert [line.item for line in statement.in_currency("USD").due] == ["u"]
    assert str(statement.due_total("USD")) == "10.00 USD"


@given(st.decimals("0.01", "10000", places=2), st.decimals("0", "20000", places=2))
def test_the_total_is_never_below_zero(owed: Decimal, credit: Decimal) -> None:
    """Credits that outweigh what is due leave nothing to pay, never a negative demand."""
    due = replace(ITEMS[0], invoice=replace(ITEMS[0].invoice, total=Money(owed + 250, "EUR")), payments=())
    note = replace(LEDGER.items["i3"], invoice=replace(LEDGER.items["i3"].invoice, total=Money(-credit, "EUR")))
    total = statement_of((due, note), ACCOUNT, PLAN, TODAY).due_total("EUR")
    assert total.amount == max(owed - credit, Decimal(0)) or owed <= PLAN.tolerance


def test_standings() -> None:
    """Every end and every hold has its own standing."""
    item = LEDGER.items["i2"]
    hold = Hold(HoldKind.DISPUTE, None, NOW)
    assert standing_of(replace(item, holds=(hold,)), PLAN, TODAY) is Standing.DISPUTE
    assert standing_of(replace(item, statements=(TODAY,) * 3), PLAN, TODAY) is Standing.REMINDED
    assert standing_of(replace(item, state=ItemState.WRITTEN_OFF), PLAN, TODAY) is Standing.WRITTEN_OFF
    assert standing_of(LEDGER.items["i6"], PLAN, TODAY) is Standing.REVIEW
    paid = Payment(Money.of("700", "EUR"), TODAY, "bank")
    assert standing_of(replace(item, payments=(paid,), state=ItemState.SETTLED), PLAN, TODAY) is Standing.CREDIT


def test_days_late_start_the_day_after() -> None:
    """Nothing is late on its due date, and a credit note never is."""
    item = LEDGER.items["i2"]
    assert days_late(item, date(2027, 3, 17)) == 0
    assert days_late(item, date(2027, 3, 18)) == 1
    assert days_late(LEDGER.items["i3"], TODAY) == 0
