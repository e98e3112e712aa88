"""Payment plans that are asked for, granted, refused, ended and followed: each step with its events and its letters."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain import plan_events as pe
from agent.domain.decide.announced import explained
from agent.domain.decide.plan_following import plans_due
from agent.domain.decide.plan_money import planned, told_on_plan
from agent.domain.decide.plans import REFUSED, REMIND, REVOKE, WAIT, ended_by_word, plan_answered, plans_back, started
from agent.domain.decide.told_payments import of_this_sum, told_credited, told_paid
from agent.domain.findings import Entry, Instruction
from agent.domain.invoice_parts import Instalment
from agent.domain.ledger import Hold, HoldKind, ItemState, Ledger, Payment, Question
from agent.domain.letters import LetterKind
from agent.domain.matching import Allocation, Effect, Match, Reason
from agent.domain.matching import Decision as Verdict
from agent.domain.parties import Role
from agent.domain.plans import (
    AfterMissed,
    Missed,
    PaymentPlan,
    PlanLetter,
    PlanShare,
    PlanState,
    PlanTerms,
    PlanWish,
)
from agent.domain.states import Remittance, RemittanceShare
from tests.builders import CREDITOR, DEBTOR, NOW, OWNER, STAFF, TODAY, account, context, item, money

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
DAYS = (date(2026, 3, 20), date(2026, 4, 20), date(2026, 5, 20))
AGREED = PlanLetter("agreed", 0, TODAY, "plan:p1:agreed:0:0", "sent")


def plan(*amounts, items=("i1",), id_="p1", **more):
    shares = tuple(PlanShare(i, money("0.00")) for i in items)
    parts = tuple(Instalment(day, Decimal(a)) for day, a in zip(DAYS, amounts, strict=False))
    fields = {"agreed_on": TODAY, "grace_days": 4, "letters": (AGREED,), **more}
    return PaymentPlan(id_, "EUR", parts, shares, **fields)


def following(plan_, *items, **more):
    return Ledger.of((account(plans=(plan_,), **more), *(replace(i, plan=plan_.id) for i in items)))


def told(kind="plan", **more):
    return Instruction(kind, "ses mots", **more)


def kinds(decision):
    return [type(e) for e in decision.events]


def test_a_plan_that_the_creditor_wants_is_put_to_the_owner_first():
    """One question with the schedule to the cent; reminders rest meanwhile; the debtor hears nothing yet."""
    ledger = Ledger.of([account(), item("i1", total="900.00")])
    done = started(ledger, [ledger.items["i1"]], told(wish=PlanWish(count=3)), context(role=Role.STAFF, sender=STAFF))
    asked, rest = done.events
    assert (asked.topic, asked.subjects, asked.to) == ("payment_plan", ("i1",), OWNER)
    assert asked.choices == ("plan_as_asked", REFUSED)
    assert asked.detail == "plan_as_asked=2026-03-20:300.00,2026-04-20:300.00,2026-05-20:300.00"
    assert rest == pe.PlanProposed(**HEAD, debtor="d1", items=("i1",), hold_until=TODAY + timedelta(days=7))
    letter = done.letters[0]
    assert (letter.kind, letter.code, letter.to, letter.answers) == (
        LetterKind.PLAN_QUESTION,
        "own_plan",
        (STAFF, OWNER),
        "mail-1",
    )
    assert (letter.amount, letter.account, letter.items) == (money("900.00"), "d1", ("i1",))
    assert letter.plans[0].total == money("900.00")
    assert letter.facts == (("sender", STAFF),)


def test_no_plan_for_what_no_plan_can_pay():
    """Two debtors are asked which; nothing owed, settled or a credit note has no plan."""
    two = Ledger.of([account(), account("d2"), item("i1"), item("i2", debtor="d2")])
    assert started(two, [*two.items.values()], told(), context()).letters[0].code == "which_invoice"
    for closed in (
        item("i1", state=ItemState.SETTLED),
        item("i1", total="-10.00", credit_note=True),
        item("i1", paid="1000.00"),
        item("i1", credit_note=True),
        item("i1", debtor="d9"),
    ):
        ledger = Ledger.of([account(), closed])
        done = started(ledger, [closed], told(wish=PlanWish(count=3)), context())
        assert (done.events, done.letters[0].code) == ((), "no_plan")


def test_each_currency_has_a_plan_of_its_own():
    """Euros and pounds are never one schedule."""
    ledger = Ledger.of([account(), item("i1"), item("i2", currency="GBP", total="600.00")])
    done = started(ledger, [*ledger.items.values()], told(wish=PlanWish(count=2)), context())
    assert [e.subjects for e in done.events if isinstance(e, ev.QuestionAsked)] == [("i1",), ("i2",)]


def question(topic="payment_plan", detail="", subjects=("i1",), choices=("plan_as_asked", REFUSED)):
    return Question("q1", "acme", topic, subjects, choices, OWNER, detail, NOW)


DETAIL = "plan_as_asked=2026-03-20:600.00,2026-04-20:400.00"


def test_a_granted_plan_is_agreed_and_told():
    """The schedule that the question kept, trimmed to what is owed now; the debtor and the creditor are written to."""
    ledger = Ledger.of([account(), item("i1", paid="100.00")])
    done = plan_answered(ledger, question(detail=DETAIL), "plan_as_asked", context())
    closed, agreed, queued = done.events
    assert closed == ev.QuestionAnswered(**HEAD, question="q1", answer="plan_as_asked")
    assert agreed.items == ("i1",)
    made = agreed.plan
    assert made.instalments == (Instalment(DAYS[0], Decimal("600.00")), Instalment(DAYS[1], Decimal("300.00")))
    assert made.shares == (PlanShare("i1", money("100.00")),)
    assert (made.currency, made.agreed_on, made.grace_days, made.courtesy_days) == ("EUR", TODAY, 4, 0)
    assert made.after_missed is AfterMissed.ASK
    assert queued == pe.PlanLetterQueued(
        **HEAD, debtor="d1", plan=made.id, code="agreed", mail=f"plan:{made.id}:agreed:0:0", on=TODAY
    )
    to_debtor, to_us = done.letters
    assert (to_debtor.kind, to_debtor.code, to_debtor.to) == (LetterKind.PAYMENT_PLAN, "agreed", (DEBTOR,))
    assert (to_us.kind, to_us.code, to_us.plans) == (LetterKind.PLAN_NOTICE, "plan_agreed", (made,))


def test_a_new_plan_takes_the_place_of_the_one_before():
    """The items of the old plan end it as replaced."""
    ledger = following(plan("1000.00"), item("i1"))
    done = plan_answered(ledger, question(detail=DETAIL), "plan_as_asked", context())
    assert done.events[1] == pe.PlanEnded(**HEAD, debtor="d1", items=("i1",), plan="p1", outcome=PlanState.REPLACED)
    assert done.after(ledger).items["i1"].plan == done.events[2].plan.id


@pytest.mark.parametrize(("role", "sender"), [(Role.STAFF, STAFF), (Role.DEBTOR, DEBTOR)])
def test_only_the_owner_grants_and_ends_plans(role, sender):
    """Whoever else answers changes nothing, and the question stays open."""
    ledger = following(plan("1000.00"), item("i1"))
    done = plan_answered(ledger, question(detail=DETAIL), "plan_as_asked", context(role=role, sender=sender))
    assert (done.events, done.letters[0].code) == ((), "not_allowed")
    done = ended_by_word(ledger, [ledger.items["i1"]], told("plan_end"), context(role=role, sender=sender))
    assert (done.events, done.letters[0].code) == ((), "not_allowed")


@pytest.mark.parametrize("words", ["je voudrais payer en trois fois", ""])
def test_a_refusal_reaches_the_debtor_before_the_next_reminder(words):
    """Reminders rest for the minimum interval; only who asked himself is written to."""
    held = replace(item("i1"), holds=(Hold(HoldKind.PLAN, None, NOW, words=words),))
    ledger = Ledger.of([account(), held])
    done = plan_answered(ledger, question(detail=DETAIL), REFUSED, context())
    assert done.events[1] == pe.PlanRefused(**HEAD, debtor="d1", items=("i1",), hold_until=TODAY + timedelta(days=7))
    assert [(x.kind, x.code) for x in done.letters] == [(LetterKind.PAYMENT_PLAN, "refused")] * bool(words) + [
        (LetterKind.PLAN_NOTICE, "plan_refused")
    ]
    if words:
        assert (done.letters[0].to, done.letters[0].items, done.letters[0].account) == ((DEBTOR,), ("i1",), "d1")


def test_a_refusal_to_a_debtor_without_an_address_is_told_to_the_creditor_alone():
    """There is nobody to write to."""
    held = replace(item("i1"), holds=(Hold(HoldKind.PLAN, None, NOW, words="w"),))
    done = plan_answered(Ledger.of([account(contacts=()), held]), question(detail=DETAIL), REFUSED, context())
    assert [x.kind for x in done.letters] == [LetterKind.PLAN_NOTICE]


def test_an_answer_about_what_was_paid_meanwhile_changes_nothing():
    """The question is closed and it is said so."""
    ledger = Ledger.of([account(), item("i1", state=ItemState.SETTLED, paid="1000.00")])
    done = plan_answered(ledger, question(detail=DETAIL), "plan_as_asked", context())
    assert (kinds(done), done.letters[0].code, done.letters[0].items) == (
        [ev.QuestionAnswered],
        "nothing_done",
        ("i1",),
    )


MISSED_PLAN = plan("500.00", "500.00", missed=(Missed(1, DAYS[0]),))
LATE = DAYS[0] + timedelta(days=5)


@pytest.mark.parametrize(
    ("answer", "events", "letters"),
    [
        (REVOKE, [pe.PlanEnded, pe.PlanLetterQueued], ["revoked", "plan_revoked"]),
        (REMIND, [pe.PlanLetterQueued], ["missed", "plan_reminded"]),
        (WAIT, [], ["plan_waits"]),
    ],
)
def test_what_follows_a_missed_instalment_is_the_owners(answer, events, letters):
    """The plan ends, the debtor is reminded of that instalment, or nothing happens."""
    ledger = following(MISSED_PLAN, item("i1"))
    done = plan_answered(ledger, question("missed_instalment"), answer, context(today=LATE))
    assert (kinds(done)[1:], [x.code for x in done.letters]) == (events, letters)
    if answer == REVOKE:
        ended = done.events[1]
        assert (ended.outcome, ended.hold_until) == (PlanState.REVOKED, LATE + timedelta(days=7))
        assert not done.after(ledger).items["i1"].plan
    if answer == REMIND:
        assert done.events[1].number == 1
        assert done.events[1].mail == "plan:p1:missed:1:0"


def test_an_instalment_paid_meanwhile_is_not_reminded_of():
    """Whatever the owner chose, the plan goes on."""
    ledger = following(MISSED_PLAN, item("i1", paid="500.00"))
    done = plan_answered(ledger, question("missed_instalment"), REVOKE, context(today=LATE))
    assert (kinds(done), done.letters[0].code) == ([ev.QuestionAnswered], "nothing_done")


def test_the_owner_ends_a_plan_in_plain_words():
    """All of it is due again after a week; where there is no plan it is said so."""
    ledger = following(plan("500.00", "500.00"), item("i1"))
    done = ended_by_word(ledger, [ledger.items["i1"]], told("plan_end"), context())
    assert done.events[0] == pe.PlanEnded(
        **HEAD,
        debtor="d1",
        items=("i1",),
        plan="p1",
        outcome=PlanState.REVOKED,
        hold_until=TODAY + timedelta(days=7),
    )
    assert [x.code for x in done.letters] == ["revoked", "plan_revoked"]
    none = Ledger.of([account(), item("i1")])
    done = ended_by_word(none, [none.items["i1"]], told("plan_end"), context())
    assert (done.events, done.letters[0].code) == ((), "no_plan")


def test_plans_are_brought_back_when_a_mail_is_undone():
    """What was granted since is cancelled while it runs; what was ended since runs again; what ended before stays ended."""
    running, ended = plan("500.00"), plan("500.00", id_="p2", state=PlanState.REVOKED)
    before = account(plans=(running, ended))
    revoked = replace(running, state=PlanState.REVOKED)
    now = account(plans=(revoked, ended, plan("300.00", id_="p3"), plan("1.00", id_="p4", state=PlanState.REPLACED)))
    cancelled, again = plans_back(before, now, context())
    assert cancelled == pe.PlanEnded(**HEAD, debtor="d1", items=("i1",), plan="p3", outcome=PlanState.CANCELLED)
    assert again == pe.PlanAgreed(**HEAD, debtor="d1", items=("i1",), plan=running)
    assert list(plans_back(before, before, context())) == []


@pytest.mark.parametrize(
    ("day", "paid", "courtesy", "letters"),
    [
        (DAYS[0] - timedelta(days=3), "", 2, []),
        (DAYS[0] - timedelta(days=2), "", 2, ["courtesy"]),
        (DAYS[0], "", 2, ["courtesy"]),
        (DAYS[0] + timedelta(days=1), "", 2, []),
        (DAYS[0], "", 0, []),
        (DAYS[0], "500.00", 2, []),
    ],
)
def test_a_friendly_word_comes_before_an_instalment(day, paid, courtesy, letters):
    """From so many working days before it to its day, where that was agreed and it is open."""
    ledger = following(plan("500.00", "500.00", courtesy_days=courtesy), item("i1", paid=paid))
    done = plans_due(ledger, ledger.accounts["d1"], context(today=day))
    assert [x.code for x in done.letters] == letters
    if letters:
        assert (done.events[0].number, done.events[0].mail) == (1, "plan:p1:courtesy:1:0")


def test_a_friendly_word_comes_once():
    """What was written and not cancelled is not written again."""
    sent = PlanLetter("courtesy", 1, TODAY, "plan:p1:courtesy:1:0", "sent")
    for letter, again in ((sent, []), (replace(sent, state="cancelled"), ["courtesy"])):
        ledger = following(plan("500.00", "500.00", courtesy_days=2, letters=(AGREED, letter)), item("i1"))
        done = plans_due(ledger, ledger.accounts["d1"], context(today=DAYS[0]))
        assert [x.code for x in done.letters] == again


@pytest.mark.parametrize(
    ("after", "events", "letters"),
    [
        (AfterMissed.ASK, [pe.InstalmentMissed, ev.QuestionAsked], ["missed_instalment"]),
        (AfterMissed.KEEP, [pe.InstalmentMissed, pe.PlanLetterQueued], ["missed", "instalment_missed"]),
        (AfterMissed.REVOKE, [pe.InstalmentMissed, pe.PlanEnded, pe.PlanLetterQueued], ["revoked", "plan_revoked"]),
    ],
)
def test_a_missed_instalment_does_what_was_agreed(after, events, letters):
    """After its days of grace and not before: it is asked, the debtor is reminded, or the plan ends."""
    ledger = following(plan("500.00", "500.00", after_missed=after), item("i1"))
    quiet = plans_due(ledger, ledger.accounts["d1"], context(today=DAYS[0] + timedelta(days=4)))
    assert (quiet.events, quiet.letters) == ((), ())
    done = plans_due(ledger, ledger.accounts["d1"], context(today=LATE))
    assert (kinds(done), [x.code for x in done.letters]) == (events, letters)
    assert done.events[0] == replace(
        done.events[0], debtor="d1", plan="p1", number=1, on=LATE, reversals=0, creditor="acme", source="mail-1"
    )
    if after is AfterMissed.ASK:
        asked, letter = done.events[1], done.letters[0]
        assert (asked.subjects, asked.choices, asked.to) == (("i1",), (REMIND, WAIT, REVOKE), OWNER)
        assert (letter.amount, letter.on, letter.account, letter.items) == (money("500.00"), LATE, "d1", ("i1",))
        assert (letter.kind, letter.to, letter.question) == (LetterKind.PLAN_QUESTION, (OWNER,), asked.question)
        assert letter.plans[0].id == "p1"
    again = plans_due(done.after(ledger), done.after(ledger).accounts["d1"], context(today=LATE))
    assert not [e for e in again.events if isinstance(e, pe.InstalmentMissed)]


def test_a_plan_that_was_paid_is_kept_and_thanked_for():
    """Its last instalment ends it; where thanks are not wished only the creditor hears."""
    ledger = following(plan("500.00", "500.00"), item("i1", paid="1000.00", state=ItemState.SETTLED))
    done = plans_due(ledger, ledger.accounts["d1"], context())
    assert isinstance(done.events[0], pe.PlanEnded)
    assert done.events[0].outcome is PlanState.KEPT
    assert "thanks" in [x.code for x in done.letters]
    silent = replace(CREDITOR, payment_plans=PlanTerms(thanks=False))
    done = plans_due(ledger, ledger.accounts["d1"], context(creditor=silent))
    assert "thanks" not in [x.code for x in done.letters]


def test_what_the_plan_pays_changes_its_end():
    """An invoice withdrawn leaves the plan; what is due first stays, the last instalments are less."""
    gone = replace(item("i2", total="300.00"), state=ItemState.WITHDRAWN)
    ledger = following(plan("500.00", "500.00", "300.00", items=("i1", "i2")), item("i1"), gone)
    done = plans_due(ledger, ledger.accounts["d1"], context())
    changed = next(e for e in done.events if isinstance(e, pe.PlanChanged))
    assert (changed.plan, changed.debtor) == ("p1", "d1")
    assert [p.amount for p in changed.instalments] == [Decimal("500.00"), Decimal("500.00")]


ASKED = Match(Verdict.ASK, reasons=(Reason("unnamed", "nothing is named"),))


def money_of(amount, currency="EUR", on=TODAY):
    return Entry(Decimal(amount), currency, on, counterparty_name="Client et Fils SA")


def verdict(ledger, amount, *, found=ASKED, payers=("d1",), currency="EUR"):
    return planned(found, money_of(amount, currency), ledger.accounts.values(), ledger.items.get, frozenset(payers))


TWO = ("i1", "i2")


def two_on_plan(**more):
    return following(
        plan("400.00", "600.00", "605.00", items=TWO, **more),
        item("i2", due=date(2026, 1, 5), total="605.00"),
        item("i1"),
    )


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        ("400.00", [("i2", "400.00", Effect.PARTIAL)]),
        ("1000.00", [("i2", "605.00", Effect.PAID), ("i1", "395.00", Effect.PARTIAL)]),
        ("1605.00", [("i2", "605.00", Effect.PAID), ("i1", "1000.00", Effect.PAID)]),
        ("600.00", None),
        ("399.99", None),
        ("0.00", None),
    ],
)
def test_the_next_instalments_sum_pays_the_oldest_invoices_of_the_plan(amount, parts):
    """One or several of them in their order, to the cent; any other sum is asked about as before."""
    done = verdict(two_on_plan(), amount)
    if parts is None:
        assert done == ASKED
        return
    assert done.allocations == tuple(Allocation(i, Decimal(a), effect) for i, a, effect in parts)
    assert done.decision is (Verdict.PAID if all(p[2] is Effect.PAID for p in parts) else Verdict.PARTIAL)
    assert [r.code for r in done.reasons] == ["instalment", "unnamed"]


@pytest.mark.parametrize(
    ("found", "payers", "booked"),
    [
        (ASKED, ("d1",), True),
        (ASKED, (), False),
        (ASKED, ("d1", "d2"), False),
        (ASKED, ("d2",), False),
        (replace(ASKED, candidates=(("i1",),)), ("d1",), True),
        (replace(ASKED, candidates=(("i1", "i9"),)), ("d1",), False),
        (replace(ASKED, candidates=(("i1",),)), (), False),
        (Match(Verdict.ASK, candidates=(("i1",),), reasons=(Reason("part", "p"),)), (), True),
        (Match(Verdict.ASK, candidates=(("i1",),), reasons=(Reason("strange_number", "s"),)), ("d1",), False),
        (Match(Verdict.NOTHING), ("d1",), False),
    ],
)
def test_a_plan_outweighs_no_sign_of_anybody_else(found, payers, booked):
    """Only its own debtor's money, and nothing that the movement may pay lies outside the plan."""
    done = verdict(two_on_plan(), "400.00", found=found, payers=payers)
    assert bool(done.allocations) is booked


def test_a_plan_in_another_currency_or_not_seen_whole_says_nothing():
    """Pounds are no euros, and an invoice that cannot be looked at may change the sum."""
    assert verdict(two_on_plan(), "400.00", currency="GBP") == ASKED
    part = following(plan("400.00", "600.00", "605.00", items=TWO), item("i1"))
    assert verdict(part, "400.00") == ASKED
    ended = two_on_plan(state=PlanState.REVOKED)
    assert verdict(ended, "400.00") == ASKED


def sum_told(ledger, ids, amount, **more):
    given = Decimal(amount) if amount else None
    return told_on_plan(ledger, [ledger.items[i] for i in ids], told("paid", amount=given, **more), context())


def test_a_sum_told_of_a_plan_pays_its_earliest_first():
    """The creditor's word books it over the plan's invoices; a sum about one invoice, or more than is open, is told as any other."""
    ledger = two_on_plan()
    done = sum_told(ledger, TWO, "700.00", on=DAYS[0])
    assert [(e.item, e.amount, e.on) for e in done.events if isinstance(e, ev.PaymentReceived)] == [
        ("i2", money("605.00"), DAYS[0]),
        ("i1", money("95.00"), DAYS[0]),
    ]
    assert done.letters[0].words == "ses mots"
    assert sum_told(ledger, ("i1",), "1100.00") is not None
    for ids, amount in ((("i1",), "1000.00"), (TWO, ""), (TWO, "0.00"), (TWO, "1605.01")):
        assert sum_told(ledger, ids, amount) is None
    assert sum_told(ledger, TWO, "1605.00") is not None
    mixed = Ledger.of([*ledger.states(), item("i3")])
    assert sum_told(mixed, ("i1", "i3"), "1100.00") is None
    assert sum_told(mixed, ("i3",), "1100.00") is None


SHARES = (RemittanceShare("i1", money("1000.00")), RemittanceShare("i2", money("605.00")))
ADVICE = Remittance(money("1605.00"), TODAY, SHARES)


def advised(amount="1605.00", *, on=TODAY, payers=("d1",), remittances=(ADVICE,), found=ASKED, items=None):
    stands = items or (item("i1"), item("i2", total="605.00"))
    ledger = Ledger.of([account(remittances=tuple(remittances)), *stands])
    return explained(found, money_of(amount, on=on), ledger.accounts.values(), ledger.items.get, frozenset(payers))


def test_an_advice_tells_how_its_very_sum_is_made_up():
    """Its debtor's own money is booked as he said."""
    done = advised()
    assert (done.decision, [r.code for r in done.reasons]) == (Verdict.PAID, ["remittance", "unnamed"])
    assert done.allocations == (
        Allocation("i1", Decimal("1000.00"), Effect.PAID),
        Allocation("i2", Decimal("605.00"), Effect.PAID),
    )


@pytest.mark.parametrize(("days", "fits"), [(-5, False), (-4, True), (0, True), (21, True), (22, False)])
def test_the_money_comes_within_the_days_that_were_told(days, fits):
    """Four days before to three weeks after."""
    assert bool(advised(on=TODAY + timedelta(days=days)).allocations) is fits


def test_an_advice_proposes_where_the_payer_is_not_sure():
    """Its set stands first among the candidates; where an invoice is not open any more it says nothing."""
    other = replace(ASKED, candidates=(("i9",), ("i2", "i1")))
    for payers in ((), ("d1", "d2"), ("d2",)):
        done = advised(payers=payers, found=other)
        assert (done.decision, done.candidates) == (Verdict.ASK, (("i1", "i2"), ("i9",)))
        assert done.reasons[0].code == "remittance"
    part = advised(items=(item("i1", paid="1.00"), item("i2", total="605.00")))
    assert (part.decision, part.candidates) == (Verdict.ASK, (("i1", "i2"),))
    assert advised(items=(item("i1"),)) == ASKED
    assert advised(items=(item("i1"), item("i2", total="605.00", state=ItemState.SETTLED))) == ASKED


def test_an_advice_of_another_sum_or_two_alike_explain_nothing():
    """To the cent, and one only."""
    assert advised("1604.99") == ASKED
    assert advised(remittances=(ADVICE, replace(ADVICE, document="b"))) == ASKED
    sure = Match(Verdict.PAID, (Allocation("i1", Decimal(1), Effect.PAID),))
    assert advised(found=sure) == sure


def test_a_sum_alone_is_asked_about():
    """Even one invoice of that sum is only proposed."""
    ledger = Ledger.of([account(), item("i1"), item("i2", total="605.00")])
    done = of_this_sum(ledger, told("paid", amount=Decimal("605.00"), on=DAYS[0]), context())
    assert (kinds(done), done.events[0].subjects, done.events[0].detail) == (
        [ev.QuestionAsked],
        ("i2",),
        "paid 605.00 2026-03-20",
    )
    assert done.letters[0].words == "ses mots"
    none = of_this_sum(ledger, told("paid", amount=Decimal("604.00")), context())
    assert (none.events, none.letters[0].code) == ((), "which_invoice")


@pytest.mark.parametrize(
    ("amount", "settled", "code"),
    [
        ("1000.00", True, "credited"),
        ("400.00", False, "credited"),
        ("1000.01", False, "send_credit_note"),
        (None, False, "send_credit_note"),
    ],
)
def test_a_credit_note_told_in_words_lessens_one_invoice(amount, settled, code):
    """Never by more than is open; without a sum the document is asked for."""
    ledger = Ledger.of([account(), item("i1")])
    given = Decimal(amount) if amount else None
    done = told_credited(ledger, [ledger.items["i1"]], told("credit_note", amount=given), context())
    assert (done.letters[0].code, any(isinstance(e, ev.InvoiceSettled) for e in done.events)) == (code, settled)
    assert bool(done.events) is (code == "credited")
    two = [item("i1"), item("i2")]
    assert told_credited(ledger, two, told("credit_note", amount=Decimal(1)), context()).letters[0].code != "credited"


def test_of_a_debtors_invoices_the_one_of_that_sum_was_paid():
    """One of just that sum is settled; none or several are asked about; a part without a sum is asked for."""
    items = [item("i1"), item("i2", total="605.00"), item("i3", total="605.00")]
    exact = told_paid(items[:2], told("paid", amount=Decimal("605.00")), context())
    assert [e.item for e in exact.events if isinstance(e, ev.InvoiceSettled)] == ["i2"]
    twice = told_paid(items, told("paid", amount=Decimal("605.00")), context())
    assert kinds(twice) == [ev.QuestionAsked]
    part = told_paid(items[:1], told("part_paid"), context())
    assert (part.events[0].topic, part.letters[0].code) == ("payment_amount", "payment_amount")
    same = [item("i1", number="A-1"), item("i2", number="A 1")]
    assert kinds(told_paid(same, told("paid", numbers=("A-1",)), context())) == [ev.QuestionAsked]


def test_money_before_a_plan_is_the_share_that_it_began_with():
    """A payment that came before the plan pays none of its instalments."""
    came = Payment(money("100.00"), TODAY, "bank")
    ledger = Ledger.of([account(), replace(item("i1"), payments=(came,))])
    done = plan_answered(ledger, question(detail=DETAIL), "plan_as_asked", context())
    assert done.events[1].plan.shares[0].paid_before == money("100.00")
