"""What every letter about a formal notice tells its template, and the code of every reason for which none can be written."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.domain import events as ev
from agent.domain.decide import due, instructed
from agent.domain.decide.answers import answered
from agent.domain.decide.context import make_id
from agent.domain.decide.formal_notices import LAST_CHOICES, NOTICE_CHOICES, cancelled, notices_back, objection
from agent.domain.dunning_plan import DunningPlan, PlanChange
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.formal_notices import FormalNotice, NoticeMark
from agent.domain.guard_waits import FIRST_REMINDER, FOURTEEN_DAYS, reminded_on, waits_until
from agent.domain.invoice_parts import Instalment
from agent.domain.ledger import Hold, HoldKind, ItemState, Ledger, Question, Statement, replay
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Role
from tests.builders import CREDITOR, DEBTOR, NOW, OWNER, STAFF, TODAY, account, context, item, money

DAY = timedelta(days=1)
HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
ORDER = Instruction("formal_notice", "mise en demeure", numbers=("N-i1",))
KEY = "formal_notice:acme:d1:GBP:1"
# Fifteen days after the tenth of March.
UNTIL = date(2026, 3, 25)


def listed(*ids, on=date(2026, 2, 20), state="sent", mentions=(), cycle=1):
    return Statement("GBP", cycle, on, "friendly", ids, f"s{cycle}", state, mentions)


def business(*ids, **more):
    """A debtor with a number, who speaks Dutch and owes pounds, so that nothing told of him is what is usual."""
    fields = {"number": "BE0123456749", "language": "nl", "statements": (listed(*(ids or ("i1",))),), **more}
    return account(**fields)


def owed(id_="i1", **more):
    return item(id_, currency="GBP", **more)


def said(*states, told=ORDER, about=("i1",), **more):
    return instructed(Ledger.of(states), InstructionReading((told,)), about, None, context(**more))


def news(code, key, items=("i1",), **more):
    return Letter(
        LetterKind.NOTICE_NEWS,
        key,
        (OWNER,),
        "acme",
        "fr",
        code=code,
        items=items,
        account="d1",
        answers="mail-1",
        **more,
    )


def test_an_ordered_notice_is_written_to_the_debtor_and_told_to_the_owner():
    """With its day and its deadline, in the debtor's language and currency; under one key for ever."""
    done = said(business(), owed())
    named = {"currency": "GBP", "items": ("i1",), "on": TODAY}
    assert done.events == (ev.NoticeQueued(**HEAD, debtor="d1", number=1, deadline=UNTIL, mail=KEY, **named),)
    assert done.letters == (
        Letter(LetterKind.FORMAL_NOTICE, KEY, (DEBTOR,), "acme", "nl", account="d1", until=UNTIL, **named),
        news("ordered", f"notice_ordered:{KEY}", currency="GBP", on=TODAY, until=UNTIL),
    )


def test_the_books_keep_the_day_and_the_deadline_of_a_notice():
    """On the item as on the account; the day on which it left takes the place of the day on which it was to leave."""
    ledger = Ledger.of([business(), owed()])
    after = said(business(), owed()).after(ledger)
    assert after.items["i1"].notices == (NoticeMark(TODAY, UNTIL, KEY),)
    assert after.accounts["d1"].notices == (FormalNotice("GBP", 1, TODAY, UNTIL, ("i1",), KEY),)
    left = ev.NoticeSent(**HEAD, debtor="d1", currency="GBP", number=1, items=("i1",), mail=KEY, on=TODAY + DAY)
    sent = replay([left], after)
    assert sent.items["i1"].notices == (NoticeMark(TODAY + DAY, UNTIL, KEY, sent=True),)
    assert (sent.accounts["d1"].notices[0].on, sent.accounts["d1"].contacted_on) == (TODAY + DAY, TODAY + DAY)
    strange = replay([replace(left, mail="another")], after)
    assert (strange.items["i1"].notices, strange.accounts["d1"].notices) == (
        after.items["i1"].notices,
        after.accounts["d1"].notices,
    )


def test_a_second_notice_counts_on():
    """In its own currency; one that was cancelled keeps its number."""
    before = FormalNotice("GBP", 3, TODAY - 90 * DAY, TODAY - 70 * DAY, ("i1",), "m", "cancelled")
    other = replace(before, currency="EUR", number=8)
    (event,) = said(business(notices=(before, other)), owed()).events
    assert (event.number, event.mail) == (4, "formal_notice:acme:d1:GBP:4")


@pytest.mark.parametrize(
    ("wished", "until", "facts"),
    [
        (date(2026, 3, 27), date(2026, 3, 27), ()),
        (date(2026, 3, 28), date(2026, 3, 30), ()),
        (date(2026, 3, 12), date(2026, 3, 18), (("bounded", "2026-03-12"),)),
        (date(2026, 12, 1), date(2026, 5, 11), (("bounded", "2026-12-01"),)),
    ],
)
def test_the_owner_hears_when_his_deadline_was_bounded(wished, until, facts):
    """A weekend moves it silently; too near or too far is told, with the day that he wished."""
    done = said(business(), owed(), told=replace(ORDER, until=wished))
    assert done.events[0].deadline == until
    assert (done.letters[1].until, done.letters[1].facts) == (until, facts)


def test_a_notice_is_of_the_debtors_own_day():
    """In the evening of the tenth in Europe it leaves on the eleventh where his day begins then."""
    far = replace(CREDITOR, timezone="Pacific/Auckland")
    (event,) = said(business(country="NZ"), owed(), creditor=far).events
    assert event.on == date(2026, 3, 11)


HELD = TODAY + 5 * DAY


def hold(kind, until=HELD):
    return Hold(kind, until, NOW)


@pytest.mark.parametrize(
    ("code", "on", "change"),
    [
        *((state.value, None, {"state": state}) for state in ItemState if state is not ItemState.FOLLOWED),
        ("not_due", TODAY, {"due": TODAY}),
        ("not_due", TODAY + DAY, {"due": TODAY + DAY}),
        ("not_due", None, {"due": None}),
        ("settled", None, {"paid": "999.00"}),
        ("settled", None, {"paid": "1000.00"}),
        *((kind.value, HELD, {"holds": (hold(kind),)}) for kind in HoldKind if kind is not HoldKind.PLAN),
        ("plan", HELD, {"holds": (hold(HoldKind.PLAN),)}),
        ("dispute", None, {"holds": (hold(HoldKind.DISPUTE, None),)}),
        ("plan", None, {"plan": "p1"}),
        ("noticed", TODAY, {"notices": (NoticeMark(TODAY - 20 * DAY, TODAY, "m", sent=True),)}),
        ("noticed", TODAY - DAY, {"notices": (NoticeMark(TODAY - 20 * DAY, TODAY - DAY, "m"),)}),
        ("", None, {"paid": "998.99"}),
        ("", None, {"due": TODAY - DAY}),
        ("", None, {"holds": (hold(HoldKind.PROMISE, TODAY - DAY),)}),
        ("", None, {"notices": (NoticeMark(TODAY - 20 * DAY, TODAY - DAY, "m", sent=True),)}),
    ],
)
def test_why_an_invoice_cannot_be_asked_for_formally(code, on, change):
    """The code, and the last day of it where it ends by itself: the owner is told both."""
    made = {k: change[k] for k in ("due", "paid", "state") if k in change}
    mine = replace(owed(**made), **{k: v for k, v in change.items() if k not in made})
    assert objection(mine, business(), DunningPlan(), context()) == (code, on)
    if code:
        done = said(business(), mine)
        key = f"notice_refused:{make_id('n', 'mail-1', code, 'i1')}"
        assert (done.events, done.letters) == ((), (news("refused", key, on=on, facts=(("because", code),)),))


@pytest.mark.parametrize(
    ("code", "on", "debtor"),
    [
        ("pause", HELD, {"holds": (hold(HoldKind.PAUSE),)}),
        ("", None, {"holds": (hold(HoldKind.PAUSE, TODAY - DAY),)}),
        ("address", None, {"contacts": ()}),
        ("not_reminded", None, {"statements": ()}),
        ("not_reminded", None, {"statements": (listed("i1", state="queued"),)}),
        ("not_reminded", None, {"statements": (listed("i2"),)}),
        ("not_reminded", None, {"number": "", "statements": (listed("i1"),)}),
        (
            "waiting",
            TODAY,
            {"number": "", "statements": (listed("i1", on=TODAY - 14 * DAY, mentions=(FIRST_REMINDER,)),)},
        ),
        ("", None, {"number": "", "statements": (listed("i1", on=TODAY - 15 * DAY, mentions=(FIRST_REMINDER,)),)}),
        ("", None, {"statements": (listed("i1", on=TODAY),)}),
    ],
)
def test_why_a_debtor_cannot_be_sent_a_notice_yet(code, on, debtor):
    """His account rests, he has no address, or has not had what comes before a notice; a business waits for no reminder's end."""
    assert objection(owed(), business(**debtor), DunningPlan(), context()) == (code, on)


def test_a_credit_note_is_no_claim_and_an_invoices_own_tolerance_counts():
    """What an invoice's own plan lets pass is settled for it."""
    note = owed(total="-10.00", credit_note=True)
    assert objection(note, business(), DunningPlan(), context()) == ("credit", None)
    small = owed(paid="990.00", plan=PlanChange(tolerance=money("10.00").amount))
    assert objection(small, business(), DunningPlan(), context()) == ("settled", None)


def test_an_invoice_in_parts_is_due_by_its_parts():
    """The day of the first that is open, with the tolerance of its own plan."""
    parts = (Instalment(TODAY - DAY, money("5.00").amount), Instalment(TODAY + DAY, money("995.00").amount))
    mine = owed(instalments=parts)
    assert objection(mine, business(), DunningPlan(), context()) == ("", None)
    late = owed(instalments=parts, plan=PlanChange(tolerance=money("5.00").amount))
    assert objection(late, business(), DunningPlan(), context()) == ("not_due", TODAY + DAY)


def test_refusals_of_one_reason_are_one_letter():
    """About all their items, on the last of their days; each reason has its own letter, and what can be asked for goes."""
    soon = replace(owed("i2"), holds=(hold(HoldKind.PROMISE, HELD),))
    later = replace(owed("i3"), holds=(hold(HoldKind.PROMISE, HELD + DAY),))
    never = replace(owed("i4"), holds=(hold(HoldKind.DISPUTE, None),))
    named = replace(ORDER, numbers=("N-i1", "N-i2", "N-i3", "N-i4"))
    debtor = business("i1", "i2", "i3", "i4")
    done = said(debtor, owed(), soon, later, never, told=named)
    promised, contested = [x for x in done.letters if x.code == "refused"]
    assert (promised.items, promised.on, promised.facts) == (("i2", "i3"), HELD + DAY, (("because", "promise"),))
    assert (contested.items, contested.on, contested.facts) == (("i4",), None, (("because", "dispute"),))
    assert promised.key == f"notice_refused:{make_id('n', 'mail-1', 'promise', 'i2', 'i3')}"
    assert [e.items for e in done.events] == [("i1",)]
    silent = said(debtor, owed(), soon, later, never, told=replace(ORDER, numbers=()), about=("i1", "i2", "i3", "i4"))
    assert [x.code for x in silent.letters if x.kind is LetterKind.NOTICE_NEWS] == ["ordered"]


def test_a_colleague_of_the_owner_reads_no_less():
    """What is told goes to who wrote, and to the owner."""
    ordered = said(business(), owed(state=ItemState.SETTLED), sender="owner@acme.example")
    assert [x.to for x in ordered.letters] == [(OWNER,)]
    refused = said(business(), owed(), role=Role.STAFF, sender=STAFF)
    assert [(x.code, x.to) for x in refused.letters] == [("not_allowed", (STAFF, OWNER))]


def test_the_question_after_the_deadline_tells_what_lapsed():
    """The deadline that passed, the one that a new notice would have, and what the owner may choose."""
    mark = NoticeMark(TODAY - 40 * DAY, TODAY - 10 * DAY, "m1", sent=True)
    mine = replace(owed(), notices=(mark,))
    other = replace(owed("i2"), notices=(replace(mark, deadline=TODAY - 8 * DAY, mail="m2"),))
    debtor = business("i1", "i2")
    done = due(Ledger.of([debtor, mine, other]), debtor, context(role=Role.STRANGER, sender=""))
    id_ = make_id("q", "acme", "after_notice", "i1", "i2", NOW.isoformat())
    assert done.events == (
        ev.QuestionAsked(
            **HEAD, question=id_, topic="after_notice", subjects=("i1", "i2"), choices=NOTICE_CHOICES, to=OWNER
        ),
    )
    assert done.letters == (
        Letter(
            LetterKind.NOTICE_QUESTION,
            f"question:{id_}",
            (OWNER,),
            "acme",
            "fr",
            code="after_notice",
            items=("i1", "i2"),
            account="d1",
            question=id_,
            choices=NOTICE_CHOICES,
            on=UNTIL,
            until=TODAY - 8 * DAY,
        ),
    )
    rests = replace(debtor, holds=(hold(HoldKind.PAUSE),))
    assert not due(Ledger.of([rests, mine]), rests, context(role=Role.STRANGER, sender="")).letters


def test_a_notice_that_was_ordered_answers_what_was_asked_about_it():
    """The open questions about what follows, of its items; a closed one, another one and those of others stay as they are."""
    asked = Question("q1", "acme", "after_notice", ("i1",), NOTICE_CHOICES, OWNER, "", NOW)
    last = replace(asked, id="q2", topic="after_last_statement", subjects=("i1", "i9"))
    others = (replace(asked, id="q3", subjects=("i9",)), replace(asked, id="q4", topic="payment_plan"))
    ledger = Ledger.of([business(), owed(), asked, last, *others])
    done = answered(ledger, replace(last, choices=LAST_CHOICES), "formal_notice", context())
    assert [(e.question, e.answer) for e in done.events if isinstance(e, ev.QuestionAnswered)] == [
        ("q1", "formal_notice"),
        ("q2", "formal_notice"),
    ]


def test_a_notice_that_waits_is_taken_back_with_the_mail_that_ordered_it():
    """What left stays, and what was there before."""
    mine = FormalNotice("GBP", 2, TODAY, UNTIL, ("i1",), "m2")
    sent = replace(mine, mail="m3", state="sent")
    old = replace(mine, mail="m1")
    (gone,) = notices_back(business(notices=(old,)), business(notices=(old, mine, sent)), context())
    expected = {"debtor": "d1", "currency": "GBP", "number": 2, "items": ("i1",), "mail": "m2"}
    assert gone == ev.NoticeCancelled(**HEAD, **expected, reason="undone")
    assert cancelled(business(), mine, "paid", context()) == replace(gone, reason="paid")


def test_the_first_reminder_is_the_first_that_said_what_the_law_wants():
    """Of those that were sent and listed the invoice; where no law wants one, the first sent at all."""
    texts = (
        listed("i1", on=date(2026, 2, 1), cycle=1),
        listed("i1", on=date(2026, 2, 9), mentions=(FIRST_REMINDER,), cycle=2),
        listed("i1", on=date(2026, 2, 5), mentions=(FIRST_REMINDER,), state="queued", cycle=3),
        listed("i2", on=date(2026, 2, 3), mentions=(FIRST_REMINDER,), cycle=4),
    )
    debtor = business(statements=texts)
    assert reminded_on(debtor, "i1", "BE") == date(2026, 2, 9)
    assert reminded_on(debtor, "i1", "FR") == date(2026, 2, 1)
    assert reminded_on(debtor, "i1", "NL") is None


@pytest.mark.parametrize(
    ("country", "consumer", "statements", "until"),
    [
        ("BE", True, (listed("i1", on=date(2026, 3, 1), mentions=(FIRST_REMINDER,)),), date(2026, 3, 16)),
        ("BE", None, (listed("i1", on=date(2026, 3, 1)),), date(2026, 3, 16)),
        ("NL", True, (listed("i1", on=date(2026, 3, 1), mentions=(FOURTEEN_DAYS,)),), date(2026, 3, 17)),
        ("BE", True, (listed("i1", on=date(2026, 3, 1), state="queued"),), date(2026, 3, 16)),
        ("BE", True, (listed("i2", on=date(2026, 3, 1)),), None),
        ("BE", True, (listed("i1", on=date(2026, 3, 1), state="cancelled"),), None),
        (
            "BE",
            True,
            (listed("i1", on=date(2026, 2, 1)), listed("i1", on=date(2026, 3, 1), mentions=(FIRST_REMINDER,), cycle=2)),
            date(2026, 3, 16),
        ),
        ("BE", False, (listed("i1", on=date(2026, 3, 1)),), None),
        ("FR", True, (listed("i1", on=date(2026, 3, 1)),), None),
        ("BE", True, (), None),
    ],
)
def test_a_consumer_is_left_his_days_after_the_free_reminder(country, consumer, statements, until):
    """From the statement that announced them; a cancelled one, or one about another invoice, gives nothing to wait for."""
    assert waits_until(owed(), business(statements=statements), country, consumer=consumer) == until
