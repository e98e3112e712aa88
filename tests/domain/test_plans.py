"""Payment plans as figures: schedules to the cent, money that counts in any order, and what is never asked for."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain import events as ev
from agent.domain.decide.plan_following import plans_due
from agent.domain.decide.plans import REVOKE, plan_answered, requested, revoked
from agent.domain.dunning import next_statement_on, ready_on, statement_due, wake_on
from agent.domain.dunning_plan import DunningPlan
from agent.domain.findings import Intent
from agent.domain.invoice_parts import Instalment
from agent.domain.ledger import ItemState, Ledger, OpenItem, Payment, replay
from agent.domain.money import Money
from agent.domain.parties import Role
from agent.domain.plan_progress import due_on, due_so_far, next_plan_day, progress
from agent.domain.plans import (
    AfterMissed,
    Every,
    PaymentPlan,
    PlanLetter,
    PlanShare,
    PlanState,
    PlanTerms,
    PlanWish,
    WishedPart,
)
from agent.domain.schedules import courtesy_day, schedule, standings, suggestion, trimmed, within
from agent.domain.workdays import is_working_day
from tests.builders import CREDITOR, TODAY, account, context, item, money

TERMS = PlanTerms()
cents = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)
parts = st.lists(
    st.builds(Instalment, st.dates(date(2026, 1, 1), date(2027, 1, 1)), cents), min_size=1, max_size=12
).map(lambda found: tuple(sorted(found, key=lambda p: p.due_date)))


@settings(deadline=None)
@given(cents, st.integers(1, 60), st.sampled_from(Every), st.sampled_from(["EUR", "JPY", "TND"]))
def test_a_schedule_sums_exactly(total, count, every, currency):
    """Whatever the sum and the number, to the currency's own smallest coin; its days are working days in their order."""
    whole = Money(total, currency).rounded()
    found = schedule(PlanWish(count=count, every=every), whole, TERMS, TODAY, "BE")
    if not found:
        assert whole.amount < count or not whole
        return
    assert sum(part.amount for part in found) == whole.amount
    assert all(is_working_day(part.due_date, "BE") and part.amount > 0 for part in found)
    assert [p.due_date for p in found] == sorted({p.due_date for p in found})


@settings(deadline=None)
@given(cents, cents)
def test_an_amount_each_time_pays_it_off(total, each):
    """The last one takes the rest, and is never more than two of the others."""
    found = schedule(PlanWish(each=each), Money(total, "EUR"), TERMS, TODAY, "BE")
    if found:
        assert sum(part.amount for part in found) == total
        assert found[-1].amount <= 2 * each


@settings(deadline=None)
@given(cents, st.integers(2, 60))
def test_what_we_suggest_stays_within_the_terms(total, count):
    """The most instalments, the most months, the least amount."""
    found = suggestion(PlanWish(count=count), Money(total, "EUR"), TERMS, TODAY, "BE")
    assert within(found, TERMS, TODAY)


@pytest.mark.parametrize(
    ("wish", "amounts"),
    [
        (PlanWish(parts=(WishedPart(share=Decimal("0.5")), WishedPart(on=date(2026, 4, 30)))), ["500.00", "500.00"]),
        (PlanWish(parts=(WishedPart(amount=Decimal(300)), WishedPart(on=date(2026, 4, 1)))), ["300.00", "700.00"]),
        (PlanWish(count=3), ["333.33", "333.33", "333.34"]),
        (PlanWish(count=4, each=Decimal(200)), ["200.00", "200.00", "200.00", "400.00"]),
        (PlanWish(count=2, each=Decimal(100)), ["100.00"] * 10),
        (PlanWish(parts=(WishedPart(amount=Decimal(5000)), WishedPart(on=date(2026, 4, 1)))), []),
    ],
)
def test_a_wish_becomes_amounts(wish, amounts):
    """Halves, sums and rests; more than is owed is no schedule."""
    found = schedule(wish, money("1000.00"), TERMS, TODAY, "BE")
    assert [str(part.amount) for part in found] == amounts


@given(parts, cents, st.lists(cents, max_size=6), st.randoms())
def test_the_order_of_payments_does_not_matter(found, claim, payments, chance):
    """Only their sum counts, and nothing is lost: what is open and what was covered is all that is claimed."""
    shuffled = list(payments)
    chance.shuffle(shuffled)
    now = standings(found, claim, sum(shuffled, Decimal(0)))
    assert now == standings(found, claim, sum(payments, Decimal(0)))
    assert sum(s.open for s in now) == max(claim - sum(payments, Decimal(0)), 0)
    filled = [s.open < s.amount for s in now]
    assert filled == sorted(filled, reverse=True)


@given(parts, cents)
def test_a_change_of_the_debt_changes_the_end(found, claim):
    """What is due first stays as it was."""
    after = trimmed(found, claim)
    assert sum(p.amount for p in after) == claim
    assert all(a == b for a, b in zip(after[:-1], found, strict=False))


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 15))
def test_the_friendly_word_comes_on_a_working_day_before(day, days):
    """So many working days before the instalment."""
    found = courtesy_day(day, days, "BE")
    assert found < day
    assert is_working_day(found, "BE")


def agreed_plan(*amounts: str, items=("i1",), **more) -> PaymentPlan:
    shares = tuple(PlanShare(i, money("0.00")) for i in items)
    days = (date(2026, 3, 20), date(2026, 4, 20), date(2026, 5, 20), date(2026, 6, 22))
    schedule_ = tuple(Instalment(day, Decimal(a)) for day, a in zip(days, amounts, strict=False))
    confirmed = PlanLetter("agreed", 0, TODAY, "plan:p1:agreed:0:0", "sent")
    return PaymentPlan("p1", "EUR", schedule_, shares, TODAY, grace_days=4, letters=(confirmed,), **more)


def planned(plan, *items) -> Ledger:
    followed = [replace(i, plan=plan.id) for i in items]
    return Ledger.of((account(plans=(plan,)), *followed))


def paid(found: OpenItem, *amounts: str) -> OpenItem:
    payments = tuple(Payment(money(a), TODAY, "bank") for a in amounts)
    return replace(found, payments=(*found.payments, *payments))


def test_items_of_a_plan_stand_on_no_statement():
    """Until it ends; then they are due as if there had been none."""
    plan = agreed_plan("400.00", "600.00")
    followed = replace(item("i1", total="1000.00"), plan="p1")
    assert ready_on(followed, DunningPlan()) is None
    assert statement_due(account(plans=(plan,)), [followed], "EUR", DunningPlan(), TODAY) is None
    assert wake_on(account(plans=(plan,)), [followed], DunningPlan()) == date(2026, 3, 25)


@given(st.lists(st.sampled_from(["50.00", "100.00", "399.99", "-50.00", "0.01"]), max_size=8), st.integers(0, 140))
def test_nobody_is_dunned_for_more_than_the_instalments_due(payments, days):
    """On any day, whatever came in before."""
    plan = agreed_plan("400.00", "300.00", "300.00")
    today = date(2026, 3, 10) + timedelta(days=days)
    now = progress(plan, [paid(item("i1", total="1000.00"), *payments)])
    due = sum(p.amount for p in plan.instalments if p.due_date < today)
    assert now.overdue_sum(today).amount <= due
    assert now.overdue_sum(today).amount <= max(Decimal(1000) - sum(map(Decimal, payments), Decimal(0)), 0)


def test_a_payment_taken_back_opens_its_instalment_again():
    """It is told once more, though it was told as missed before and paid since."""
    plan = agreed_plan("400.00", "600.00")
    ledger = planned(plan, item("i1", total="1000.00"))
    late = context(today=date(2026, 3, 26), role=Role.STRANGER)
    told = plans_due(ledger, ledger.accounts["d1"], late)
    ledger = told.after(ledger)
    assert [type(e).__name__ for e in told.events] == ["InstalmentMissed", "QuestionAsked"]
    assert plans_due(ledger, ledger.accounts["d1"], late).events == ()
    back = ledger.having([paid(ledger.items["i1"], "400.00", "-400.00")])
    again = plans_due(back, back.accounts["d1"], late)
    assert [type(e).__name__ for e in again.events] == ["InstalmentMissed", "QuestionAsked"]


def test_after_revocation_the_whole_balance_is_due_at_the_level_it_had():
    """And not before the minimum interval has passed."""
    plan = agreed_plan("400.00", "600.00")
    listed = replace(item("i1", total="1000.00"), statements=(date(2026, 2, 10),), plan="p1")
    ledger = Ledger.of((account(plans=(plan,)), paid(listed, "150.00")))
    decision = revoked(ledger.accounts["d1"], plan, context(today=date(2026, 3, 26)))
    after = decision.after(ledger)
    found = after.items["i1"]
    assert (found.plan, found.balance, found.statements) == ("", money("850.00"), (date(2026, 2, 10),))
    first = next_statement_on(after.accounts["d1"], [found], "EUR", DunningPlan())
    assert first == date(2026, 4, 3)
    due = statement_due(after.accounts["d1"], [found], "EUR", DunningPlan(), first)
    assert due.level == "firm"
    assert [letter.code for letter in decision.letters] == ["revoked", "plan_revoked"]


@pytest.mark.parametrize(
    ("after_missed", "codes", "state"),
    [
        (AfterMissed.KEEP, ["missed", "instalment_missed"], PlanState.RUNNING),
        (AfterMissed.REVOKE, ["revoked", "plan_revoked"], PlanState.REVOKED),
        (AfterMissed.ASK, ["missed_instalment"], PlanState.RUNNING),
    ],
)
def test_a_missed_instalment_brings_what_was_agreed(after_missed, codes, state):
    """Not before its grace, and once."""
    plan = agreed_plan("400.00", "600.00", after_missed=after_missed)
    ledger = planned(plan, item("i1", total="1000.00"))
    early, late = context(today=date(2026, 3, 24)), context(today=date(2026, 3, 25))
    assert plans_due(ledger, ledger.accounts["d1"], early).events == ()
    decision = plans_due(ledger, ledger.accounts["d1"], late)
    assert [letter.code for letter in decision.letters] == codes
    after = decision.after(ledger)
    assert after.accounts["d1"].plans[0].state is state
    assert plans_due(after, after.accounts["d1"], late).letters == ()


def test_the_friendly_word_is_written_once_and_not_when_it_was_paid():
    """On its day, and only while the instalment is open."""
    plan = agreed_plan("400.00", "600.00", courtesy_days=3)
    ledger = planned(plan, item("i1", total="1000.00"))
    assert next_plan_day(ledger.accounts["d1"], ledger.of_account("d1"), DunningPlan()) == date(2026, 3, 17)
    day = context(today=date(2026, 3, 17))
    decision = plans_due(ledger, ledger.accounts["d1"], day)
    assert [letter.code for letter in decision.letters] == ["courtesy"]
    after = decision.after(ledger)
    assert plans_due(after, after.accounts["d1"], day).letters == ()
    settled = ledger.having([paid(ledger.items["i1"], "400.00")])
    assert plans_due(settled, settled.accounts["d1"], day).letters == ()


def test_two_currencies_are_two_plans():
    """Each with its own question; a sum that is wished can be meant for one of them only."""
    items = [item("i1", total="1000.00"), item("i2", total="500.00", currency="USD")]
    ledger = Ledger.of((account(), *items))
    wish = PlanWish(each=Decimal(100))
    intent = Intent("payment_plan_request", 0.9, "100 par mois", "test")
    decision = requested(
        ledger, account(), items, (wish, intent), context(role=Role.DEBTOR, sender="compta@client.example")
    )
    asked = [e for e in decision.events if isinstance(e, ev.QuestionAsked)]
    assert [q.subjects for q in asked] == [("i1",), ("i2",)]
    assert all(q.choices[0] == "plan_suggested" for q in asked)


def test_what_is_contested_belongs_to_no_plan():
    """The rest does."""
    disputed = ev.DisputeRaised(at=context().now, source="m", creditor="acme", item="i1")
    ledger = replay([disputed], Ledger.of((account(), item("i1"), item("i2"))))
    intent = Intent("payment_plan_request", 0.9, "en 3 fois", "test", instalments=3)
    found = requested(ledger, account(), ledger.of_account("d1"), (PlanWish(3), intent), context(role=Role.DEBTOR))
    assert [e.subjects for e in found.events if isinstance(e, ev.QuestionAsked)] == [("i2",)]


def test_a_belgian_consumer_who_asks_is_left_alone_until_the_owner_answers():
    """A plan that is asked for stops the waiting period; a business waits for some days."""
    intent = Intent("payment_plan_request", 0.9, "en 3 fois", "test", instalments=3)
    for consumer, until in ((True, None), (None, None), (False, TODAY + timedelta(days=TERMS.proposal_days))):
        ledger = Ledger.of((account(consumer=consumer), item("i1")))
        found = requested(
            ledger,
            account(consumer=consumer),
            ledger.of_account("d1"),
            (PlanWish(3), intent),
            context(role=Role.DEBTOR),
        )
        assert found.after(ledger).items["i1"].holds[-1].until == until


def test_only_the_owner_answers():
    """Neither staff nor anybody else ends or grants a plan."""
    plan = agreed_plan("400.00", "600.00")
    ledger = planned(plan, item("i1", total="1000.00"))
    told = plans_due(ledger, ledger.accounts["d1"], context(today=date(2026, 3, 26)))
    ledger = told.after(ledger)
    question = next(iter(ledger.questions.values()))
    for role in (Role.STAFF, Role.DEBTOR, Role.STRANGER, Role.VIEWER):
        assert plan_answered(ledger, question, REVOKE, context(role=role)).events == ()
    assert plan_answered(ledger, question, REVOKE, context(today=date(2026, 3, 26))).events


def test_a_plan_over_several_items_counts_all_that_comes_in():
    """Also when one is paid in full and leaves the other to the end; what is withdrawn shortens it."""
    plan = agreed_plan("100.00", "100.00", "42.00", items=("i1", "i2"))
    first, second = item("i1", total="121.00"), item("i2", total="121.00")
    now = progress(plan, [replace(paid(first, "121.00"), state=ItemState.SETTLED), second])
    assert [s.open for s in now.standings] == [0, Decimal("79.00"), Decimal("42.00")]
    gone = progress(plan, [first, replace(second, state=ItemState.WITHDRAWN)])
    assert [(s.amount, s.open) for s in gone.standings] == [(100, 100), (21, 21)]


def in_parts(*amounts: str, **more) -> OpenItem:
    days = (date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1))
    shares = tuple(Instalment(day, Decimal(a)) for day, a in zip(days, amounts, strict=True))
    return item("i1", total="900.00", due=days[-1], instalments=shares, **more)


@pytest.mark.parametrize(
    ("today", "asked"), [(date(2026, 2, 2), "0"), (date(2026, 2, 3), "300.00"), (date(2026, 3, 10), "600.00")]
)
def test_an_invoice_in_parts_asks_for_what_is_due_so_far(today, asked):
    """Never before each part's own day."""
    assert due_so_far(in_parts("300.00", "300.00", "300.00"), today).amount == Decimal(asked)


def test_an_invoice_in_parts_is_due_by_its_first_open_part():
    """Money counts towards the earliest; the statements on a part that was paid do not count for the next."""
    plan = DunningPlan()
    found = in_parts("300.00", "300.00", "300.00")
    assert (due_on(found), ready_on(found, plan)) == (date(2026, 2, 2), date(2026, 2, 8))
    found = replace(paid(found, "300.00"), statements=(date(2026, 2, 9), date(2026, 2, 24), date(2026, 3, 1)))
    assert (due_on(found), ready_on(found, plan)) == (date(2026, 3, 2), date(2026, 3, 8))
    due = statement_due(account(), [found], "EUR", plan, date(2026, 3, 20))
    assert due.level == "friendly"


def test_the_deposit_pays_the_first_parts():
    """Where the parts make the whole invoice."""
    found = in_parts("300.00", "300.00", "300.00", deposit=money("300.00"))
    assert due_on(found) == date(2026, 3, 2)
    assert due_so_far(found, date(2026, 3, 10)) == money("300.00")


def test_the_creditors_terms_are_those_of_his_file():
    """The usual ones where he says nothing."""
    assert CREDITOR.payment_plans == PlanTerms()
