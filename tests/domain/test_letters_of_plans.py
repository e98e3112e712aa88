"""What every letter about a payment plan tells its template: the whole letter, for each code that a plan writes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain import plan_events as pe
from agent.domain.decide.context import make_id
from agent.domain.decide.plan_following import plans_due
from agent.domain.decide.plan_letters import plan_letter, plan_notice, said_to_debtor
from agent.domain.decide.plans import REFUSED, REMIND, REVOKE, WAIT, plan_answered, requested, started
from agent.domain.dunning_plan import PlanChange
from agent.domain.findings import Instruction, Intent
from agent.domain.invoice_parts import Instalment
from agent.domain.ledger import Hold, HoldKind, ItemState, Ledger, Payment, Question
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import BookEntry, Role
from agent.domain.plan_progress import next_plan_day
from agent.domain.plans import (
    AfterMissed,
    Every,
    Missed,
    PaymentPlan,
    PlanLetter,
    PlanShare,
    PlanState,
    PlanTerms,
    PlanWish,
)
from tests.builders import CREDITOR, DEBTOR, NOW, OWNER, STAFF, TODAY, account, context, item, money

DAY = timedelta(days=1)
DAYS = (date(2026, 3, 20), date(2026, 4, 20), date(2026, 5, 20))
HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
CLOCK = {"role": Role.STRANGER, "sender": ""}
AGREED = PlanLetter("agreed", 0, TODAY, "plan:p1:agreed:0:0", "sent")


def plan(*amounts, items=("i1",), **more):
    shares = tuple(PlanShare(i, money("0.00", "GBP")) for i in items)
    parts = tuple(Instalment(day, Decimal(a)) for day, a in zip(DAYS, amounts, strict=False))
    return PaymentPlan(
        "p1", "GBP", parts, shares, **{"agreed_on": TODAY, "grace_days": 4, "letters": (AGREED,), **more}
    )


def owed(id_="i1", **more):
    return replace(item(id_, currency="GBP", **more), plan="p1")


def paying(plan_, *items, **more):
    """A debtor who speaks Dutch, and owes pounds: nothing in his letters can be what happens to be usual."""
    return Ledger.of((account(plans=(plan_,), **{"language": "nl", **more}), *items))


def to_debtor(plan_, code, number=0, written=0, on=TODAY):
    """The event and the letter of this code."""
    key = f"plan:p1:{code}:{number}:{written}"
    queued = pe.PlanLetterQueued(
        **{**HEAD, "at": NOW.replace(month=on.month, day=on.day)},
        debtor="d1",
        plan="p1",
        code=code,
        mail=key,
        number=number,
        on=on,
    )
    letter = Letter(
        LetterKind.PAYMENT_PLAN,
        key,
        (DEBTOR,),
        "acme",
        "nl",
        code=code,
        items=plan_.items,
        account="d1",
        currency="GBP",
        on=on,
        plans=(plan_,),
    )
    return queued, letter


def told(plan_, code, on=TODAY, to=(OWNER,), answers=""):
    """What the creditor hears of it."""
    return Letter(
        LetterKind.PLAN_NOTICE,
        f"notice:{code}:{make_id('n', 'mail-1', 'p1', code)}",
        to,
        "acme",
        "fr",
        code=code,
        items=plan_.items,
        account="d1",
        currency="GBP",
        on=on,
        plans=(plan_,),
        answers=answers,
    )


def by_clock(ledger, today=TODAY, **more):
    return plans_due(ledger, ledger.accounts["d1"], context(today=today, **CLOCK, **more))


UNTOLD = plan("500.00", "500.00", letters=())
WAITING = replace(UNTOLD, state=PlanState.CANCELLED)
KEPT = plan("500.00", "500.00", state=PlanState.KEPT)
SOON = plan("500.00", "500.00", courtesy_days=2)
LOST = plan(
    "500.00",
    "500.00",
    missed=(Missed(1, DAYS[0]),),
    letters=(AGREED, PlanLetter("missed", 1, DAYS[0], "plan:p1:missed:1:0", "cancelled")),
)


@pytest.mark.parametrize(
    ("plan_", "today", "code", "number", "written"),
    [
        (UNTOLD, TODAY, "agreed", 0, 0),
        (replace(UNTOLD, letters=(replace(AGREED, state="cancelled"),)), TODAY, "agreed", 0, 1),
        (plan("500.00", "500.00", state=PlanState.CANCELLED), TODAY, "cancelled", 0, 0),
        (SOON, DAYS[0], "courtesy", 1, 0),
        (LOST, DAYS[0] + 5 * DAY, "missed", 1, 1),
    ],
)
def test_what_the_clock_writes_to_a_debtor_about_his_plan(plan_, today, code, number, written):
    """In his language and the plan's currency, with the whole plan; each letter is counted where it is written."""
    done = by_clock(paying(plan_, owed()), today)
    queued, letter = to_debtor(plan_, code, number, written, today)
    assert (done.events, done.letters) == ((queued,), (letter,))


@pytest.mark.parametrize(
    "quiet",
    [
        WAITING,
        replace(WAITING, letters=(replace(AGREED, state="queued"),)),
        replace(WAITING, letters=(AGREED, PlanLetter("cancelled", 0, TODAY, "m"))),
        replace(UNTOLD, state=PlanState.REVOKED),
        replace(UNTOLD, state=PlanState.REPLACED),
    ],
)
def test_a_plan_that_is_over_says_nothing_more(quiet):
    """A withdrawal is told once, to whom the confirmation had reached; the other ends were told when they came."""
    ledger = paying(quiet, owed())
    done = by_clock(ledger)
    assert (done.events, done.letters) == ((), ())
    assert next_plan_day(ledger.accounts["d1"], [owed()], context().plan) is None


def test_a_debtor_without_an_address_gets_no_letter_of_his_plan():
    """Nothing is queued and nothing is counted; nor is his plan looked at every day for it."""
    for each in (UNTOLD, LOST):
        ledger = paying(each, owed(), contacts=())
        done = by_clock(ledger, DAYS[0])
        assert (done.events, done.letters) == ((), ())
        assert next_plan_day(ledger.accounts["d1"], [owed()], context().plan) != TODAY


def test_a_plan_that_was_kept_runs_again_when_its_money_is_taken_back():
    """As it was agreed, and only when more than the tolerance is owed."""
    ledger = paying(KEPT, owed(paid="400.00"))
    done = by_clock(ledger)
    again = replace(KEPT, state=PlanState.RUNNING)
    assert done.events == (pe.PlanAgreed(**HEAD, debtor="d1", items=("i1",), plan=again),)
    assert done.after(ledger).accounts["d1"].plans == (again,)
    assert next_plan_day(ledger.accounts["d1"], [owed(paid="400.00")], context().plan) == TODAY
    for whole in (owed(paid="1000.00"), owed(state=ItemState.ESCALATED)):
        assert by_clock(paying(KEPT, whole)).events == ()
        assert next_plan_day(ledger.accounts["d1"], [whole], context().plan) is None


def test_a_plan_that_was_paid_ends_with_thanks():
    """The debtor is thanked where anything came in and nothing rests; the creditor hears; what was asked of it is moot."""
    asked = Question("q1", "acme", "missed_instalment", ("i1",), (), OWNER, "", NOW)
    other = replace(asked, id="q2", subjects=("i9",))
    elsewhere = replace(asked, id="q3", topic="which_invoice")
    one = plan("1000.00")
    paid = owed(paid="1000.00", state=ItemState.SETTLED)
    ledger = paying(one, paid, asked, other, elsewhere)
    done = by_clock(ledger)
    ended = pe.PlanEnded(**HEAD, debtor="d1", items=("i1",), plan="p1", outcome=PlanState.KEPT)
    queued, thanks = to_debtor(one, "thanks")
    assert done.events == (ended, ev.QuestionAnswered(**HEAD, question="q1", answer="moot"), queued)
    assert done.letters == (told(one, "plan_kept"), thanks)
    rests = Hold(HoldKind.PAUSE, None, NOW)
    silent = replace(CREDITOR, payment_plans=PlanTerms(thanks=False))
    for quiet in (by_clock(paying(one, paid, holds=(rests,))), by_clock(paying(one, paid), creditor=silent)):
        assert (quiet.events, quiet.letters) == ((ended,), (told(one, "plan_kept"),))


@pytest.mark.parametrize(("paid", "letters"), [("", ["plan_gone"]), ("0.01", ["plan_kept", "thanks"])])
def test_thanks_are_for_money(paid, letters):
    """One cent is enough; a plan whose invoice was withdrawn is gone, not kept."""
    done = by_clock(paying(plan("1000.00"), owed(paid=paid, state=ItemState.WITHDRAWN)))
    assert [x.code for x in done.letters] == letters


def test_what_a_plan_pays_is_told_anew_each_time_it_changes():
    """With the schedule as it is now, to both; the letters are counted."""
    ledger = paying(plan("500.00", "500.00"), owed(total="800.00"))
    done = by_clock(ledger)
    parts = (Instalment(DAYS[0], Decimal("500.00")), Instalment(DAYS[1], Decimal("300.00")))
    now = plan("500.00", "300.00")
    queued, letter = to_debtor(now, "changed", 1)
    changed = pe.PlanChanged(**HEAD, debtor="d1", items=("i1",), plan="p1", instalments=parts)
    assert done.events == (changed, queued)
    assert done.letters == (letter, told(now, "plan_changed"))
    after = done.after(ledger)
    assert after.accounts["d1"].plans[0].instalments == parts
    again = plans_due(
        Ledger.of([after.accounts["d1"], owed(total="700.00")]), after.accounts["d1"], context(today=TODAY, **CLOCK)
    )
    assert (again.events[1].number, again.letters[0].key) == (2, "plan:p1:changed:2:0")


@pytest.mark.parametrize(
    ("after", "end"), [(AfterMissed.KEEP, "missed"), (AfterMissed.REVOKE, "revoked"), (AfterMissed.ASK, "")]
)
def test_a_missed_instalment_is_told_as_it_was_agreed(after, end):
    """Each one that was missed is marked; one letter speaks for all, and the last one gives it its number."""
    one = plan("500.00", "500.00", after_missed=after)
    today = DAYS[1] + 5 * DAY
    ledger = paying(one, owed())
    done = by_clock(ledger, today)
    at = {**HEAD, "at": NOW.replace(month=today.month, day=today.day)}
    marks = tuple(pe.InstalmentMissed(**at, debtor="d1", plan="p1", number=n, on=today) for n in (1, 2))
    assert done.events[:2] == marks
    if end == "missed":
        queued, letter = to_debtor(one, "missed", 2, 0, today)
        assert (done.events[2:], done.letters) == ((queued,), (letter, told(one, "instalment_missed", today)))
    if end == "revoked":
        queued, letter = to_debtor(one, "revoked", 0, 0, today)
        until = today + 7 * DAY
        over = pe.PlanEnded(**at, debtor="d1", items=("i1",), plan="p1", outcome=PlanState.REVOKED, hold_until=until)
        assert (done.events[2:], done.letters) == ((over, queued), (letter, told(one, "plan_revoked", today)))
    if not end:
        id_ = make_id("q", "acme", "missed_instalment", "p1", at["at"].isoformat())
        choices = (REMIND, WAIT, REVOKE)
        asked = ev.QuestionAsked(
            **at, question=id_, topic="missed_instalment", subjects=("i1",), choices=choices, to=OWNER
        )
        letter = Letter(
            LetterKind.PLAN_QUESTION,
            f"question:{id_}",
            (OWNER,),
            "acme",
            "fr",
            code="missed_instalment",
            items=("i1",),
            account="d1",
            question=id_,
            choices=choices,
            plans=(one,),
            amount=money("1000.00", "GBP"),
            on=today,
        )
        assert (done.events[2:], done.letters) == ((asked,), (letter,))


MISSED = plan("500.00", "500.00", missed=(Missed(1, DAYS[0]),))
LATE = DAYS[0] + 5 * DAY


@pytest.mark.parametrize(
    ("answer", "codes"),
    [(REVOKE, ["revoked", "plan_revoked"]), (REMIND, ["missed", "plan_reminded"]), (WAIT, ["plan_waits"])],
)
def test_what_the_owner_answered_is_confirmed_to_him(answer, codes):
    """In answer to his own mail."""
    question = Question("q1", "acme", "missed_instalment", ("i1",), (REMIND, WAIT, REVOKE), OWNER, "", NOW)
    done = plan_answered(paying(MISSED, owed()), question, answer, context(today=LATE))
    assert [x.code for x in done.letters] == codes
    assert done.letters[-1] == told(MISSED, codes[-1], LATE, answers="mail-1")
    if len(codes) > 1:
        assert done.letters[0] == to_debtor(MISSED, codes[0], 1 if answer == REMIND else 0, 0, LATE)[1]


def test_a_granted_plan_is_told_to_both():
    """The plan that is agreed is the one that both letters show."""
    detail = "plan_as_asked=2026-03-20:600.00,2026-04-20:400.00"
    question = Question("q1", "acme", "payment_plan", ("i1",), ("plan_as_asked", REFUSED), OWNER, detail, NOW)
    books = Ledger.of([account(language="nl"), item("i1", currency="GBP")])
    done = plan_answered(books, question, "plan_as_asked", context())
    made = done.events[1].plan
    assert (made.items, made.currency, made.total) == (("i1",), "GBP", money("1000.00", "GBP"))
    to_him, to_us = done.letters
    assert to_him == Letter(
        LetterKind.PAYMENT_PLAN,
        f"plan:{made.id}:agreed:0:0",
        (DEBTOR,),
        "acme",
        "nl",
        code="agreed",
        items=("i1",),
        account="d1",
        currency="GBP",
        on=TODAY,
        plans=(made,),
    )
    assert (to_us.to, to_us.answers, to_us.account, to_us.currency) == ((OWNER,), "mail-1", "d1", "GBP")
    assert (to_us.plans, to_us.on, to_us.items) == ((made,), TODAY, ("i1",))


def test_a_refusal_is_written_to_the_debtor_in_his_language():
    """Without a plan, for there is none; the creditor hears of it in answer."""
    held = replace(item("i1"), holds=(Hold(HoldKind.PLAN, None, NOW, words="en trois fois"),))
    question = Question("q1", "acme", "payment_plan", ("i1",), (REFUSED,), OWNER, "", NOW)
    done = plan_answered(Ledger.of([account(language="nl"), held]), question, REFUSED, context())
    to_him, to_us = done.letters
    assert to_him == Letter(
        LetterKind.PAYMENT_PLAN,
        "plan:d1:refused:mail-1",
        (DEBTOR,),
        "acme",
        "nl",
        code="refused",
        items=("i1",),
        account="d1",
        on=TODAY,
    )
    assert (to_us.kind, to_us.code, to_us.account, to_us.to) == (
        LetterKind.PLAN_NOTICE,
        "plan_refused",
        "d1",
        (OWNER,),
    )


def asked_for(ledger, wish, role=Role.DEBTOR, sender="autre@client.example", **more):
    intent = Intent("payment_plan_request", 0.9, "en trois fois", "", **more)
    items = list(ledger.items.values())
    return requested(ledger, ledger.accounts["d1"], items, (wish, intent), context(role=role, sender=sender))


def test_a_debtors_wish_is_put_to_the_owner_and_received():
    """The owner sees who wrote and his words, and it answers no mail of his; the receipt answers the debtor's own mail."""
    ledger = Ledger.of([account(language="nl"), item("i1", currency="GBP", total="900.00")])
    done = asked_for(ledger, PlanWish(count=3))
    asked = next(e for e in done.events if isinstance(e, ev.QuestionAsked))
    question, receipt = done.letters
    assert question == Letter(
        LetterKind.PLAN_QUESTION,
        f"question:{asked.question}",
        (OWNER,),
        "acme",
        "fr",
        code="payment_plan",
        items=("i1",),
        account="d1",
        question=asked.question,
        choices=("plan_as_asked", REFUSED),
        words="en trois fois",
        amount=money("900.00", "GBP"),
        facts=(("sender", "autre@client.example"),),
        plans=question.plans,
    )
    assert [(p.total, p.currency, p.items) for p in question.plans] == [(money("900.00", "GBP"), "GBP", ("i1",))]
    assert receipt == Letter(
        LetterKind.RECEIPT,
        "receipt:mail-1",
        ("autre@client.example",),
        "acme",
        "nl",
        code="plan_request",
        items=("i1",),
        account="d1",
        on=TODAY,
        words="en trois fois",
        answers="mail-1",
    )


def test_a_wish_leaves_alone_what_is_said_to_be_paid():
    """Unless it names its number; where everything is said to be paid, all of it is meant."""
    claimed = replace(item("i2", total="300.00"), holds=(Hold(HoldKind.CLAIM, None, NOW),))
    ledger = Ledger.of([account(), account("d2"), item("i1"), claimed, item("i3", debtor="d2")])
    mine = [ledger.items["i1"], ledger.items["i2"]]

    def about(items, *numbers):
        intent = Intent("payment_plan_request", 0.9, "w", "", numbers=numbers)
        done = requested(ledger, ledger.accounts["d1"], items, (PlanWish(count=3), intent), context(**CLOCK))
        return [e.subjects for e in done.events if isinstance(e, ev.QuestionAsked)]

    assert about(mine) == [("i1",)]
    assert about(mine, "n i2") == [("i1", "i2")]
    assert about(mine, "X-9") == [("i1",)]
    assert about([claimed]) == [("i1",)]


def test_a_plan_is_wanted_of_one_debtor():
    """Two are asked which; none at all, or nothing to pay, has no plan."""
    two = Ledger.of([account(), account("d2"), item("i1"), item("i2", debtor="d2")])
    alone = Ledger.of([item("i1")])
    wish = Instruction("plan", "w", wish=PlanWish(count=3))
    for ledger, items, code in (
        (two, [*two.items.values()], "which_invoice"),
        (two, [], "no_plan"),
        (alone, [alone.items["i1"]], "no_plan"),
    ):
        done = started(ledger, items, wish, context())
        assert (done.events, [x.code for x in done.letters]) == ((), [code])
    paid = Ledger.of([account(), item("i1", total="0.01")])
    weekly = Instruction("plan", "w", wish=PlanWish(each=Decimal(-1), every=Every.WEEK, count=99))
    assert started(paid, [paid.items["i1"]], weekly, context(role=Role.STAFF, sender=STAFF)).letters


def test_a_payment_taken_back_is_counted():
    """The instalment that it had paid is missed again, and says how many payments were taken back by then."""
    back = Payment(money("-500.00", "GBP"), DAYS[0], "bank")
    came = Payment(money("500.00", "GBP"), DAYS[0], "bank")
    one = plan("500.00", "500.00", missed=(Missed(1, DAYS[0]),), after_missed=AfterMissed.KEEP)
    done = by_clock(paying(one, replace(owed(), payments=(came, back))), LATE)
    assert [(e.number, e.reversals) for e in done.events if isinstance(e, pe.InstalmentMissed)] == [(1, 1)]
    assert done.letters[0].code == "missed"


def test_a_debtors_own_plan_of_reminders_holds_for_his_payment_plan():
    """What the contact book says of him by name or by number decides how long reminders rest after a refusal."""
    entry = BookEntry("acme", "Client et Fils SA", number="BE0123456749", plan=PlanChange(minimum_interval_days=9))
    held = replace(item("i1"), holds=(Hold(HoldKind.PLAN, None, NOW),))
    question = Question("q1", "acme", "payment_plan", ("i1",), (REFUSED,), OWNER, "", NOW)
    for debtor in (account(), account(name="Autre nom", number="BE0123456749")):
        done = plan_answered(Ledger.of([debtor, held]), question, REFUSED, context(book=(entry,)))
        assert done.events[1].hold_until == TODAY + 9 * DAY


@pytest.mark.parametrize(
    ("role", "sender", "to", "answers"),
    [
        (Role.OWNER, OWNER, (OWNER,), "mail-1"),
        (Role.STAFF, STAFF, (STAFF, OWNER), "mail-1"),
        (Role.DEBTOR, DEBTOR, (OWNER,), ""),
        (Role.STRANGER, STAFF, (OWNER,), ""),
    ],
)
def test_who_is_told_of_a_plan(role, sender, to, answers):
    """Who ordered it and the owner; a name that nobody proved is not written to."""
    done = plan_notice("plan_kept", account(), plan("1.00"), context(role=role, sender=sender))
    assert done == told(plan("1.00"), "plan_kept", to=to, answers=answers)


def test_a_letter_about_a_plan_is_written_once():
    """But for a reminder, which may come again; one about another instalment, or that was cancelled, is another letter."""
    had = PlanLetter("courtesy", 1, TODAY, "m")
    one = plan(
        "500.00", "500.00", letters=(had, replace(had, code="missed"), replace(had, code="thanks", state="cancelled"))
    )

    def written(code, number=0, **more):
        return [x.key for x in plan_letter(account(**more), one, code, context(), number=number).letters]

    assert written("courtesy", 1) == []
    assert written("courtesy", 2) == ["plan:p1:courtesy:2:0"]
    assert written("missed", 1) == ["plan:p1:missed:1:1"]
    assert written("thanks", 1) == ["plan:p1:thanks:1:1"]
    assert written("courtesy", 2, contacts=()) == []
    assert said_to_debtor(account(contacts=()), "refused", (), context()).to == ("",)


@pytest.mark.parametrize(("until", "followed"), [(LATE, False), (None, False), (LATE - DAY, True)])
def test_a_plan_rests_with_its_debtor(until, followed):
    """Through the last day of whatever holds his account, and while a person must speak."""
    held = Hold(HoldKind.PAUSE, until, NOW)
    ledger = paying(plan("500.00", "500.00"), owed(), holds=(held,))
    assert bool(by_clock(ledger, LATE).events) is followed
    day = next_plan_day(ledger.accounts["d1"], [owed()], context().plan)
    assert day == (max(LATE, until + DAY) if until else None)


def test_a_rest_within_the_tolerance_keeps_a_plan():
    """Up to it and not above; the debtor's own tolerance, by his number, counts."""
    entry = BookEntry("acme", "Autre nom", number="BE0123456749", plan=PlanChange(tolerance=Decimal(20)))
    for paid, more, kept in (("999.00", {}, True), ("998.99", {}, False), ("980.00", {"book": (entry,)}, True)):
        ledger = paying(plan("500.00", "500.00"), owed(paid=paid), number="BE0123456749")
        ended = [e for e in by_clock(ledger, **more).events if isinstance(e, pe.PlanEnded)]
        assert bool(ended) is kept


def test_only_what_is_still_owed_is_asked_about():
    """Of a missed instalment's invoices those with a balance, be it a cent."""
    one = plan("500.00", "500.00", "500.01", items=("i1", "i2", "i3"))
    ledger = paying(one, owed(paid="1000.00"), owed("i2", total="0.01"), owed("i3", total="500.00"))
    done = by_clock(ledger, DAYS[2] + 9 * DAY)
    assert [e.subjects for e in done.events if isinstance(e, ev.QuestionAsked)] == [("i2", "i3")]
