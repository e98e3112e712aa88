"""Who may get a formal notice, what it gives him, and when the owner is asked what follows: never early, never unasked, never twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import events as ev
from agent.domain import formal_notices as period
from agent.domain.decide import Decision, due, instructed
from agent.domain.decide.formal_notices import LAST_CHOICES, NOTICE_CHOICES
from agent.domain.dunning import lapsed_notices, next_statement_on, notice_lapses_on, wake_on
from agent.domain.dunning_plan import DunningPlan
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.formal_notices import NoticeMark
from agent.domain.guard_waits import FIRST_REMINDER
from agent.domain.ledger import DebtorAccount, Hold, HoldKind, ItemState, Ledger, OpenItem, Question, Statement, replay
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Role
from agent.domain.workdays import is_working_day
from tests.builders import CREDITOR, TODAY, account, context, item

ORDER = Instruction("formal_notice", "mise en demeure")
NAMED = replace(ORDER, numbers=("N-i1",))
PLAN = DunningPlan()


def listed(*ids: str, on: date = date(2026, 2, 20), mentions: tuple[str, ...] = ()) -> Statement:
    """A statement of these items that was sent."""
    return Statement("EUR", 1, on, "friendly", ids, "s1", "sent", mentions)


def business(*ids: str, **more: object) -> DebtorAccount:
    """A debtor with a number, who got a statement of these items."""
    fields = {"number": "BE0123456749", "statements": (listed(*(ids or ("i1",))),), **more}
    return account(**fields)


def said(*states: object, told: Instruction = NAMED, **more: object) -> Decision:
    """What follows when somebody says this."""
    return instructed(Ledger.of(states), InstructionReading((told,)), ("i1",), None, context(**more))


def queued(decision: Decision) -> list[ev.NoticeQueued]:
    return [e for e in decision.events if isinstance(e, ev.NoticeQueued)]


def news(decision: Decision) -> list[tuple[str, str]]:
    """What the owner is told, with the reason."""
    told = (letter for letter in decision.letters if letter.kind is LetterKind.NOTICE_NEWS)
    return [(letter.code, dict(letter.facts).get("because", "")) for letter in told]


def letters(decision: Decision) -> list[Letter]:
    return [letter for letter in decision.letters if letter.kind is LetterKind.FORMAL_NOTICE]


def test_it_names_sum_day_and_debtor_once():
    """One letter under a key of its own, fifteen days at least, to be paid on a working day; the owner hears of it at once."""
    decision = said(business(), item())
    (event,) = queued(decision)
    (letter,) = letters(decision)
    assert letter.key == event.mail == "formal_notice:acme:d1:EUR:1"
    assert letter.to == ("compta@client.example",)
    assert (event.deadline - event.on).days >= PLAN.notice_days
    assert is_working_day(event.deadline, "BE")
    assert news(decision) == [("ordered", "")]


holds = st.sampled_from(list(HoldKind)).flatmap(
    lambda kind: st.sampled_from([None, TODAY - timedelta(days=1), TODAY + timedelta(days=5)]).map(
        lambda until: Hold(kind, until, datetime(2026, 2, 1, tzinfo=UTC))
    )
)
marks = st.builds(
    NoticeMark,
    st.just(date(2026, 2, 10)),
    st.sampled_from([TODAY - timedelta(days=3), TODAY, TODAY + timedelta(days=9)]),
    st.just("n1"),
    st.booleans(),
)


@st.composite
def debts(draw: st.DrawFn) -> tuple[DebtorAccount, OpenItem]:
    """An invoice in any state, and its debtor."""
    made = item(
        due=draw(
            st.sampled_from([TODAY - timedelta(days=40), TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=9)])
        )
    )
    made = replace(
        made,
        state=draw(st.sampled_from(list(ItemState))),
        holds=tuple(draw(st.lists(holds, max_size=2))),
        plan=draw(st.sampled_from(["", "p1"])),
        notices=tuple(draw(st.lists(marks, max_size=1))),
    )
    if draw(st.booleans()):
        made = replace(made, payments=item(paid="1000.00").payments)
    owner = business(
        holds=tuple(draw(st.lists(holds, max_size=1))),
        statements=draw(st.sampled_from([(), (listed("i1"),), (replace(listed("i1"), state="queued"),)])),
        contacts=draw(st.sampled_from([(), account().contacts])),
    )
    return owner, made


@given(debts(), st.sampled_from(list(Role)))
def test_never_early_never_unasked_never_for_what_is_held_paid_or_planned(
    debt: tuple[DebtorAccount, OpenItem], role: Role
):
    """Whatever the books say: a notice needs the owner, and an overdue, open, free invoice that a statement asked for."""
    owner, made = debt
    decision = said(owner, made, role=role)
    running = made.notice is not None and (not made.notice.sent or made.notice.deadline >= TODAY)
    free = made.hold(TODAY) is None and owner.hold(TODAY) is None and not made.plan and not running
    asked = owner.contact is not None and any(s.state == "sent" for s in owner.statements)
    overdue = made.invoice.due_date is not None and made.invoice.due_date < TODAY
    may = made.state is ItemState.FOLLOWED and made.balance.amount > 0 and overdue and free and asked
    assert bool(queued(decision)) is bool(letters(decision)) is (may and role is Role.OWNER)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(8, 60),
    st.none() | st.integers(-400, 400),
    st.sampled_from([True, False, None]),
)
def test_the_deadline_is_bounded(on: date, days: int, wished: int | None, consumer: bool | None):
    """Eight days at least, fifteen for who may be a consumer, sixty at most, but for days off; always a working day."""
    wanted = on + timedelta(days=wished) if wished is not None else None
    until = period.deadline(on, days, wanted, "BE", consumer=consumer)
    least = period.SHORTEST if consumer is False else period.SHORTEST_FOR_CONSUMERS
    assert least <= (until - on).days <= period.LONGEST + 4
    assert is_working_day(until, "BE")


@pytest.mark.parametrize("role", [Role.STAFF, Role.VIEWER, Role.DEBTOR, Role.BANK, Role.STRANGER])
def test_only_the_owner_chooses_it(role: Role):
    """Of the question's numbers as of words."""
    question = Question("q1", "acme", "after_last_statement", ("i1",), LAST_CHOICES, "", "", context().now)
    ledger = Ledger.of((business(), item(), question))
    for told in (Instruction("choose", "1", choice=1), ORDER):
        decision = instructed(ledger, InstructionReading((told,)), ("i1",), question, context(role=role))
        assert not queued(decision)
        assert not [e for e in decision.events if isinstance(e, ev.QuestionAnswered)]


def test_the_number_and_the_word_close_the_question():
    """All that was asked about goes into one notice."""
    question = Question("q1", "acme", "after_last_statement", ("i1", "i2"), LAST_CHOICES, "", "", context().now)
    ledger = Ledger.of((business("i1", "i2"), item(), item("i2"), question))
    for told in (Instruction("choose", "1", choice=1), ORDER, replace(ORDER, until=TODAY + timedelta(days=30))):
        decision = instructed(ledger, InstructionReading((told,)), ("i1", "i2"), question, context())
        (event,) = queued(decision)
        assert event.items == ("i1", "i2")
        assert not decision.after(ledger).questions["q1"].is_open


def test_a_question_that_cannot_be_followed_stays_open():
    """A plan was agreed meanwhile: he is told, and may answer otherwise."""
    question = Question("q1", "acme", "after_last_statement", ("i1",), LAST_CHOICES, "", "", context().now)
    ledger = Ledger.of((business(), replace(item(), plan="p1"), question))
    decision = instructed(ledger, InstructionReading((Instruction("choose", "1", choice=1),)), (), question, context())
    assert news(decision) == [("refused", "plan")]
    assert decision.after(ledger).questions["q1"].is_open


def test_a_consumer_had_his_free_reminder_before():
    """In Belgium: the reminder that says what the law wants, and fourteen days; not known counts as consumer."""
    plain = account(statements=(listed("i1"),))
    assert news(said(plain, item())) == [("refused", "not_reminded")]
    young = account(statements=(listed("i1", on=TODAY - timedelta(days=14), mentions=(FIRST_REMINDER,)),))
    assert news(said(young, item())) == [("refused", "waiting")]
    old = account(statements=(listed("i1", on=TODAY - timedelta(days=15), mentions=(FIRST_REMINDER,)),))
    (event,) = queued(said(old, item()))
    assert (event.deadline - event.on).days >= period.SHORTEST_FOR_CONSUMERS


def test_two_debtors_are_asked_apart():
    """A bare word that may mean several debtors is asked back; by number each gets his own."""
    other = replace(business("i2"), id="d2", name="Autre SA")
    second = item("i2", debtor="d2")
    both = instructed(
        Ledger.of((business(), other, item(), second)), InstructionReading((ORDER,)), ("i1", "i2"), None, context()
    )
    assert not queued(both)
    assert [letter.code for letter in both.letters] == ["which_invoice"]
    told = replace(ORDER, numbers=("N-i1", "N-i2"))
    assert {e.debtor for e in queued(said(business(), other, item(), second, told=told))} == {"d1", "d2"}


def test_currencies_are_asked_for_apart():
    """Euros and dollars never share a sum."""
    dollars = item("i2", currency="USD")
    told = replace(ORDER, accounts=("d1",))
    found = queued(said(business("i1", "i2"), item(), dollars, told=told))
    assert {(e.currency, e.items) for e in found} == {("EUR", ("i1",)), ("USD", ("i2",))}


def test_a_credit_that_covers_it_leaves_nothing_to_demand():
    """What the creditor owes is deducted before anything is asked for."""
    note = item("i3", total="-1000.00", credit_note=True, due=None)
    assert news(said(business(), item(), note)) == [("refused", "credit")]


def noticed(deadline: date, *, sent: bool = True, **more: object) -> OpenItem:
    return replace(item(**more), notices=(NoticeMark(date(2026, 2, 10), deadline, "n1", sent),))


def test_statements_stop_while_it_stands():
    """No statement and no question after the last one; the account wakes when the deadline and its grace have passed."""
    deadline = TODAY + timedelta(days=5)
    made = noticed(deadline)
    assert next_statement_on(business(), (made,), "EUR", PLAN) is None
    assert wake_on(business(), (made,), PLAN) == deadline + timedelta(days=PLAN.promise_grace_days + 1)
    assert next_statement_on(business(), (item(),), "EUR", PLAN) is not None


@given(
    st.integers(-30, 30), st.booleans(), st.sampled_from(list(ItemState)), st.sampled_from(["", "400.00", "1000.00"])
)
def test_the_owner_is_asked_only_after_the_deadline(days: int, sent: bool, state: ItemState, paid: str):
    """Not before the grace has passed, not for what is settled, handed over or paid, and not for one that never left."""
    made = replace(noticed(TODAY + timedelta(days=days), sent=sent, paid=paid), state=state)
    asked = lapsed_notices((made,), PLAN, TODAY)
    over = days + PLAN.promise_grace_days < 0
    assert bool(asked) is (over and sent and state is ItemState.FOLLOWED and paid != "1000.00")


def test_the_question_after_the_deadline_is_asked_once():
    """Hand over, wait, another notice, write off."""
    made = noticed(TODAY - timedelta(days=10))
    ledger = Ledger.of((business(), made))
    decision = due(ledger, business(), context(role=Role.STRANGER, sender=""))
    (letter,) = [x for x in decision.letters if x.kind is LetterKind.NOTICE_QUESTION]
    assert letter.choices == NOTICE_CHOICES
    assert letter.to == (CREDITOR.owner.address,)
    again = due(decision.after(ledger), business(), context(source="tick:2"))
    assert not again.letters


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        ("escalate", ev.InvoiceEscalated),
        ("wait", ev.FollowUpPaused),
        ("write_off", ev.InvoiceWrittenOff),
        ("formal_notice", ev.NoticeQueued),
    ],
)
def test_each_answer_after_the_deadline(answer: str, event: type[ev.Event]):
    """What the number says is done, and the question closed."""
    question = Question("q1", "acme", "after_notice", ("i1",), NOTICE_CHOICES, "", "", context().now)
    ledger = Ledger.of((business(), noticed(TODAY - timedelta(days=10)), question))
    told = Instruction("choose", "n", choice=NOTICE_CHOICES.index(answer) + 1)
    decision = instructed(ledger, InstructionReading((told,)), (), question, context())
    assert any(isinstance(e, event) for e in decision.events)
    assert not decision.after(ledger).questions["q1"].is_open


def test_a_hold_puts_the_question_off():
    """A promise after the notice runs first."""
    promise = Hold(HoldKind.PROMISE, TODAY + timedelta(days=20), context().now, TODAY + timedelta(days=17))
    made = replace(noticed(TODAY - timedelta(days=10)), holds=(promise,))
    assert notice_lapses_on(made, PLAN) == TODAY + timedelta(days=21)


def test_the_events_fold_into_account_and_item():
    """Queued, sent, cancelled; the postal address, told or read."""
    ledger = Ledger.of((business(), item()))
    decision = said(business(), item())
    after = decision.after(ledger)
    (kept,) = after.accounts["d1"].notices
    assert after.items["i1"].notice is not None
    head = {"at": context().now, "source": "outbox:1", "creditor": "acme", "debtor": "d1"}
    named = {"currency": "EUR", "number": kept.number, "items": kept.items, "mail": kept.mail}
    sent = replay([ev.NoticeSent(**head, **named, on=TODAY)], after)
    assert (sent.accounts["d1"].notices[0].state, sent.items["i1"].notice.sent) == ("sent", True)
    gone = replay([ev.NoticeCancelled(**head, **named, reason="paid")], after)
    assert (gone.accounts["d1"].notices[0].state, gone.items["i1"].notice) == ("cancelled", None)
    met = replay([ev.PostalAddressMet(**head, address="Rue Haute 12, 1000 Bruxelles", told=True)], after)
    assert met.accounts["d1"].postal.lines == ("Rue Haute 12", "1000 Bruxelles")


def test_a_part_payment_is_asked_for_no_more():
    """The notice asks for the rest."""
    (letter,) = letters(said(business(), item(paid="400.00")))
    assert letter.items == ("i1",)
    assert item(paid="400.00").balance.amount == Decimal(600)
