"""What follows from the plain words of a creditor's people."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain.decide import handed_over, instructed
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.ledger import ItemState, Ledger, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import Role
from tests.builders import NOW, OWNER, STAFF, TODAY, account, context, item, reading

LEDGER = Ledger.of([account(), item("i1"), item("i2", total="250.00")])


def told(*instructions, ledger=LEDGER, about=("i1", "i2"), question=None, **who):
    return instructed(ledger, InstructionReading(tuple(instructions)), about, question, context(**who))


def say(kind, **more):
    return Instruction(kind, "mots", **more)


def test_paid_with_a_number_settles_that_invoice():
    """The balance goes to nothing and the item is settled."""
    decision = told(say("paid", numbers=("N-i1",)))
    after = decision.after(LEDGER)
    assert after.items["i1"].state is ItemState.SETTLED
    assert after.items["i1"].balance.amount == 0
    assert after.items["i2"].state is ItemState.FOLLOWED


def test_a_smaller_amount_is_a_part_payment():
    """The rest stays followed."""
    after = told(say("paid", numbers=("N-i1",), amount=Decimal("400.00"))).after(LEDGER)
    assert after.items["i1"].balance.amount == Decimal("600.00")
    assert after.items["i1"].state is ItemState.FOLLOWED


@pytest.mark.parametrize("amount", ["1000.01", "5000.00"])
def test_more_than_is_owed_is_asked_back(amount):
    """An invoice is never called paid by a sum that does not fit."""
    decision = told(say("paid", numbers=("N-i1",), amount=Decimal(amount)))
    assert [type(e) for e in decision.events] == [ev.QuestionAsked]


def test_paid_without_a_number_is_asked_back_when_two_invoices_are_meant_by_it():
    """The question lists them by number, and "2" answers it."""
    asked = told(say("paid"))
    (event,) = asked.events
    assert isinstance(event, ev.QuestionAsked)
    assert event.choices == ("i1", "i2", "all", "none")
    after = asked.after(LEDGER)
    question = after.questions[event.question]
    answered = told(say("choose", choice=2), ledger=after, about=event.subjects, question=question).after(after)
    assert answered.items["i2"].state is ItemState.SETTLED
    assert answered.items["i1"].state is ItemState.FOLLOWED
    assert not answered.questions[event.question].is_open


def test_an_amount_that_fits_one_item_names_it():
    """250 euros can only be the invoice of 250 euros."""
    after = told(say("paid", amount=Decimal("250.00"))).after(LEDGER)
    assert after.items["i2"].state is ItemState.SETTLED
    assert after.items["i1"].is_open


def test_a_part_without_an_amount_is_asked_back():
    """How much?"""
    decision = told(say("part_paid", numbers=("N-i1",)))
    assert [type(e) for e in decision.events] == [ev.QuestionAsked]


def test_an_unknown_number_changes_nothing():
    """It is answered, not guessed."""
    decision = told(say("paid", numbers=("9999",)))
    assert decision.events == ()
    assert decision.letters[0].code == "unknown_number"


@pytest.mark.parametrize("kind", ["withdraw", "write_off"])
def test_staff_may_not_give_a_claim_up(kind):
    """Only the owner may; he himself can."""
    one = say(kind, numbers=("N-i1",))
    refused = told(one, sender=STAFF, role=Role.STAFF)
    assert (refused.events, refused.letters[0].code) == ((), "not_allowed")
    assert not told(one).after(LEDGER).items["i1"].is_open


def test_staff_may_not_change_an_account_number():
    """An IBAN is the owner's to confirm."""
    decision = told(
        say("correct", field="iban", value="BE10735045678904"), about=("i1",), sender=STAFF, role=Role.STAFF
    )
    assert decision.events == ()


def test_staff_may_report_a_payment_and_the_owner_hears_of_it():
    """The evidence says who it was."""
    decision = told(say("paid", numbers=("N-i1",)), sender=STAFF, role=Role.STAFF)
    assert decision.events[0].evidence == "staff"
    assert decision.letters[0].to == (STAFF, OWNER)


def test_pause_and_resume():
    """A pause without a day lasts a fortnight; resuming ends all holds but a dispute."""
    after = told(say("pause", numbers=("N-i1",))).after(LEDGER)
    assert after.items["i1"].hold(TODAY + timedelta(days=15)) is not None
    assert after.items["i1"].hold(TODAY + timedelta(days=16)) is None
    disputed = told(say("dispute", numbers=("N-i1",)), ledger=after).after(after)
    resumed = told(say("resume", numbers=("N-i1",)), ledger=disputed).after(disputed)
    assert [h.kind for h in resumed.items["i1"].holds] == ["dispute"]
    ended = told(say("dispute_settled", numbers=("N-i1",)), ledger=resumed).after(resumed)
    assert ended.items["i1"].holds == ()


def _in_review(**more):
    decision = handed_over(Ledger(), [reading(**more)], context())
    after = decision.after(Ledger())
    return after, next(iter(after.items)), next(iter(after.questions.values()), None)


def test_a_correction_is_applied_answered_with_the_difference_and_keeps_both_versions():
    """The invoice is followed once no doubt is left."""
    ledger, id_, question = _in_review(due_date=None)
    decision = told(
        say("correct", field="due_date", value="2027-03-15"), ledger=ledger, about=(id_,), question=question
    )
    event = next(e for e in decision.events if isinstance(e, ev.InvoiceCorrected))
    assert (event.before.due_date, event.invoice.due_date) == (None, date(2027, 3, 15))
    assert decision.after(ledger).items[id_].state is ItemState.FOLLOWED
    letter = decision.letters[0]
    assert (letter.kind, letter.code, letter.changes) == (
        LetterKind.CORRECTED,
        "followed",
        (("due_date", "", "2027-03-15"),),
    )


def test_several_corrections_come_together():
    """Amount and address in one answer settle both doubts."""
    ledger, id_, question = _in_review(buyer_email=None, uncertain=("total",))
    decision = told(
        say("correct", field="total", value="1250.00"),
        say("correct", field="debtor_email", value="compta@client.example"),
        ledger=ledger,
        about=(id_,),
        question=question,
    )
    after = decision.after(ledger)
    assert after.items[id_].state is ItemState.FOLLOWED
    assert after.items[id_].invoice.total.amount == Decimal("1250.00")


def test_an_ok_confirms_what_was_read_and_takes_the_proposed_term():
    """The legal due date that the question proposed is taken by "ok", and only by that."""
    ledger, id_, question = _in_review(due_date=None)
    after = told(say("approve"), ledger=ledger, about=(id_,), question=question).after(ledger)
    assert after.items[id_].invoice.due_date == date(2026, 4, 1)
    assert after.items[id_].state is ItemState.FOLLOWED


def test_an_ok_cannot_confirm_what_was_not_read():
    """Without an address the question comes back."""
    ledger, id_, question = _in_review(buyer_email=None)
    decision = told(say("approve"), ledger=ledger, about=(id_,), question=question)
    assert decision.after(ledger).items[id_].state is ItemState.REVIEW
    assert decision.letters[0].code == "still_open"


@pytest.mark.parametrize("value", ["32/13/2027", "", "n/a"])
def test_a_correction_that_cannot_be_is_left(value):
    """The doubt stays, nothing breaks."""
    ledger, id_, question = _in_review(due_date=None)
    decision = told(say("correct", field="due_date", value=value), ledger=ledger, about=(id_,), question=question)
    assert decision.after(ledger).items[id_].doubts == ("due_date",)


def test_the_creditors_own_address_is_not_taken_for_the_debtors():
    """Not even when he writes it himself."""
    ledger, id_, question = _in_review(buyer_email=None)
    own = say("correct", field="debtor_email", value="anne@acme.example")
    assert "debtor_email" in told(own, ledger=ledger, about=(id_,), question=question).after(ledger).items[id_].doubts


@pytest.mark.parametrize(("choice", "kept"), [(1, "d7"), (2, None)])
def test_the_question_about_a_lookalike_is_answered_by_a_number(choice, kept):
    """1: the account that was there; 2: another company."""
    known = account("d7", name="Client & Fils SPRL")
    made = reading(buyer_name="Cliente & Fils", buyer_email="x@cliente.example")
    ledger = Ledger.of([known])
    ledger = handed_over(ledger, [made], context()).after(ledger)
    (id_,), (question,) = ledger.items, ledger.questions.values()
    before = ledger.items[id_].invoice.debtor
    after = told(say("choose", choice=choice), ledger=ledger, about=(id_,), question=question).after(ledger)
    assert after.items[id_].invoice.debtor == (kept or before)
    assert after.items[id_].state is ItemState.FOLLOWED


@pytest.mark.parametrize(
    ("choice", "check"),
    [
        (1, lambda i: i.invoice.plan.statements == 4),
        (2, lambda i: i.hold(TODAY + timedelta(days=10)) is not None),
        (3, lambda i: i.state is ItemState.ESCALATED),
        (4, lambda i: i.state is ItemState.WITHDRAWN),
    ],
)
def test_after_the_last_statement_the_owner_decides(choice, check):
    """One more, wait, hand over, withdraw."""
    spent = replace(item("i1"), statements=(TODAY,) * 3)
    asked = Question(
        "q1", "acme", "after_last_statement", ("i1",), ("one_more", "wait", "escalate", "withdraw"), "", "", NOW
    )
    ledger = Ledger.of([account(), spent, asked])
    assert check(told(say("choose", choice=choice), ledger=ledger, question=asked).after(ledger).items["i1"])


def test_staff_may_not_escalate():
    """A formal notice is the owner's to approve."""
    asked = Question(
        "q1", "acme", "after_last_statement", ("i1",), ("one_more", "wait", "escalate", "withdraw"), "", "", NOW
    )
    ledger = Ledger.of([account(), item("i1"), asked])
    decision = told(say("choose", choice=3), ledger=ledger, question=asked, sender=STAFF, role=Role.STAFF)
    assert decision.after(ledger).items["i1"].state is ItemState.FOLLOWED


@pytest.mark.parametrize("choice", [0, 5, 99])
def test_a_number_that_was_not_offered_changes_nothing(choice):
    """It is answered with a word that it was not understood."""
    asked = Question(
        "q1", "acme", "after_last_statement", ("i1",), ("one_more", "wait", "escalate", "withdraw"), "", "", NOW
    )
    ledger = Ledger.of([account(), item("i1"), asked])
    assert told(say("choose", choice=choice), ledger=ledger, question=asked).events == ()


def test_another_creditors_items_are_out_of_reach():
    """Numbers are looked up among the creditor's own items only."""
    foreign = item("i9", creditor="other", number="X-1")
    decision = told(say("paid", numbers=("X-1",)), ledger=Ledger.of([foreign, account()]))
    assert decision.events == ()


def test_a_status_question_is_answered_with_the_items():
    """At once, and without changing anything."""
    decision = told(say("status", numbers=("N-i1",)))
    assert (decision.events, decision.letters[0].kind) == ((), LetterKind.STATUS)


def test_questions_without_an_object_are_closed():
    """What is settled needs no answer any more, nor does a lost address that was replaced."""
    spent = Question("q1", "acme", "after_last_statement", ("i1",), ("one_more", "wait"), "", "", NOW)
    ledger = Ledger.of([account(), item("i1"), spent])
    assert not told(say("paid", numbers=("N-i1",)), ledger=ledger).after(ledger).questions["q1"].is_open
    lost = Question("q2", "acme", "bounced_contact", ("d1",), (), "", "", NOW)
    gone = replace(account(), contacts=())
    ledger = Ledger.of([gone, item("i1"), lost])
    new = say("correct", field="debtor_email", value="neu@client.example")
    after = told(new, ledger=ledger, about=("i1",), question=lost).after(ledger)
    assert not after.questions["q2"].is_open


def test_a_payment_without_a_name_settles_none_of_several_debtors_items():
    """That a debtor has one open item only says nothing when nobody named him."""
    ledger = Ledger.of([account(), account("d2"), item("i1"), item("i2"), item("i3", debtor="d2")])
    decision = told(say("paid"), ledger=ledger, about=("i1", "i2", "i3"))
    assert [type(e) for e in decision.events] == [ev.QuestionAsked]
