"""What follows from debtors' mails: they hold and report, they never settle."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.domain import events as ev
from agent.domain.decide import DebtorMail, automatic_answer, bounce, reply, unproved_case
from agent.domain.findings import (
    AutoReplyReading,
    BounceReading,
    FailedRecipient,
    Intent,
    ReplyReading,
    ReportKind,
)
from agent.domain.ledger import ItemState, Ledger
from agent.domain.letters import LetterKind
from agent.domain.parties import Role
from tests.builders import DEBTOR, TODAY, account, context, item

LEDGER = Ledger.of([account(), item("i1"), item("i2"), replace(item("i3"), state=ItemState.SETTLED)])
WHO = {"role": Role.DEBTOR, "sender": DEBTOR}


def said(label, *, needs_human=False, listed=("i1", "i2"), **slots):
    reading = ReplyReading((Intent(label, 0.95, "ses mots", "test", **slots),), "ses mots", "fr", needs_human)
    return reply(LEDGER, LEDGER.accounts["d1"], DebtorMail(reading, listed), context(**WHO))


def kinds(decision):
    return [type(e) for e in decision.events]


def test_a_promise_holds_its_items_until_its_day_and_grace_and_is_reported():
    """The creditor sees the quoted words, the debtor a receipt."""
    decision = said("promise_to_pay", on=TODAY + timedelta(days=10), listed=("i1",))
    (event,) = decision.events
    assert isinstance(event, ev.PromiseToPayMade)
    assert event.hold_until == TODAY + timedelta(days=13)
    assert [(x.kind, x.code) for x in decision.letters] == [
        (LetterKind.ACTION_NOTICE, "promise"),
        (LetterKind.RECEIPT, "promise"),
    ]
    assert decision.letters[0].words == "ses mots"


@pytest.mark.parametrize("on", [TODAY - timedelta(days=1), TODAY + timedelta(days=90), None])
def test_a_promise_without_a_usable_day_only_defers(on):
    """Yesterday, next year or no day at all: a person looks at it, reminders rest for some working days."""
    decision = said("promise_to_pay", on=on)
    assert kinds(decision) == [ev.FollowUpPaused]


def test_a_claim_of_payment_holds_and_never_settles():
    """Only the creditor or the bank can say that money came."""
    decision = said("claims_paid", listed=("i1",))
    assert kinds(decision) == [ev.PaymentClaimed]
    assert decision.after(LEDGER).items["i1"].state is ItemState.FOLLOWED


def test_a_dispute_holds_the_disputed_item_and_not_the_others():
    """Numbers in the clause choose among the items of the letter."""
    decision = said("dispute", numbers=("N-i2",), reason="quality")
    assert [e.item for e in decision.events] == ["i2"]
    assert decision.after(LEDGER).items["i2"].hold(date(2030, 1, 1)) is not None


@pytest.mark.parametrize("label", ["insolvency", "ceased_or_deceased", "hostile", "legal_threat", "stop_contact"])
@pytest.mark.parametrize("needs_human", [True, False])
def test_serious_mails_stop_all_reminders_to_that_debtor(label, needs_human):
    """They hold even when the reading is unsure, and go to the creditor at once."""
    decision = said(label, needs_human=needs_human)
    (event,) = decision.events
    assert isinstance(event, ev.FollowUpPaused)
    assert (event.subject, event.until) == ("d1", None)
    assert decision.letters[0].code == label


@pytest.mark.parametrize("label", ["promise_to_pay", "claims_paid", "question_other"])
def test_nothing_is_concluded_from_what_needs_a_person(label):
    """The reminders rest for five working days and the creditor is shown the words."""
    decision = said(label, needs_human=True, on=TODAY + timedelta(days=5))
    assert kinds(decision) == [ev.FollowUpPaused]
    assert decision.letters[0].code == "reply_unclear"


def test_settled_items_are_not_touched():
    """A promise about an item that was paid changes nothing on it."""
    decision = said("promise_to_pay", on=TODAY + timedelta(days=2), listed=("i3",))
    assert all(e.item != "i3" for e in decision.events)


def test_one_mail_gets_one_receipt():
    """However many things it said."""
    intents = (
        Intent("dispute", 0.9, "a", "t", numbers=("N-i1",)),
        Intent("promise_to_pay", 0.9, "b", "t", numbers=("N-i2",), on=TODAY + timedelta(days=3)),
    )
    mail = DebtorMail(ReplyReading(intents, "a b", "fr"), ("i1", "i2"))
    decision = reply(LEDGER, LEDGER.accounts["d1"], mail, context(**WHO))
    assert [x.kind for x in decision.letters].count(LetterKind.RECEIPT) == 1
    assert len({x.key for x in decision.letters}) == len(decision.letters)


def test_a_debtors_mail_gives_no_event_of_payment_or_correction():
    """Whatever label comes in, a debtor cannot settle, correct, withdraw or approve."""
    forbidden = (ev.PaymentReceived, ev.InvoiceSettled, ev.InvoiceCorrected, ev.InvoiceWithdrawn, ev.ContactAdded)
    for label in ("payment_notice", "credit_note", "approve", "withdraw", "correction", "pause", "change_of_contact"):
        assert not any(isinstance(e, forbidden) for e in said(label).events)


def test_a_hard_bounce_stops_the_contact_and_asks_for_another():
    """Mail to a dead address is not repeated."""
    failed = FailedRecipient(DEBTOR, "5.1.1", "user unknown", permanent=True, hard=True)
    decision = bounce(account(), BounceReading(ReportKind.BOUNCE, (failed,)), context())
    assert kinds(decision) == [ev.ContactFailed, ev.QuestionAsked]
    assert decision.after(Ledger.of([account()])).accounts["d1"].contact is None


@pytest.mark.parametrize("kind", [ReportKind.DELAYED, ReportKind.DELIVERED, ReportKind.READ])
def test_other_reports_change_nothing(kind):
    """A delay is no bounce, a receipt is none either."""
    failed = FailedRecipient(DEBTOR, "4.4.1", "busy")
    assert bounce(account(), BounceReading(kind, (failed,)), context()).events == ()


def test_a_soft_bounce_and_a_foreign_address_change_nothing():
    """A full mailbox may be empty tomorrow; an address that is not the debtor's is none of ours."""
    soft = FailedRecipient(DEBTOR, "4.2.2", "mailbox full")
    foreign = FailedRecipient("x@else.example", "5.1.1", "user unknown", permanent=True, hard=True)
    for failed in (soft, foreign):
        assert bounce(account(), BounceReading(ReportKind.BOUNCE, (failed,)), context()).events == ()


def test_an_absence_moves_the_reminder_behind_the_return_and_changes_nothing_else():
    """It is reported, never answered, and the stand-in is only proposed."""
    reading = AutoReplyReading("absence", TODAY + timedelta(days=12), "remplacant@client.example")
    decision = automatic_answer(account(), reading, context())
    (event,) = decision.events
    assert isinstance(event, ev.FollowUpPaused)
    assert event.until == TODAY + timedelta(days=12)
    assert all(x.to == ("owner@acme.example",) for x in decision.letters)


def test_an_absence_without_a_day_puts_off_once_for_each_statement_and_a_ticket_never():
    """A machine that answers again and again cannot keep reminders away."""
    first = automatic_answer(account(), AutoReplyReading("absence"), context())
    assert kinds(first) == [ev.FollowUpPaused]
    after = first.after(Ledger.of([account()])).accounts["d1"]
    later = context(today=TODAY + timedelta(days=30), source="mail-2")
    assert automatic_answer(after, AutoReplyReading("absence"), later).events == ()
    assert automatic_answer(account(), AutoReplyReading("ticket"), context()) == automatic_answer(
        account(), AutoReplyReading("other"), context()
    )


def test_a_mail_without_proof_is_shown_and_defers_once():
    """A colleague of the debtor, writing from another address, changes nothing but one statement's day."""
    who = {"role": Role.STRANGER, "sender": "autre@client.example"}
    first = unproved_case(LEDGER, LEDGER.accounts["d1"], "nous avons payé", context(**who))
    assert kinds(first) == [ev.FollowUpPaused]
    assert first.letters[0].code == "unproved_mail"
    after = first.after(LEDGER)
    later = context(today=TODAY + timedelta(days=30), source="mail-2", **who)
    assert unproved_case(after, after.accounts["d1"], "encore", later, deferred_before=True).events == ()
    assert unproved_case(after, after.accounts["d1"], "encore", context(source="mail-3", **who)).events == ()


UNCHECKED = replace(
    item("i9"), state=ItemState.REVIEW, invoice=replace(item("i9").invoice, number="2026-507", debtor="d1")
)


def said_of_unchecked(*intents, named=("i9",), listed=(), needs_human=False):
    ledger = LEDGER.having([UNCHECKED])
    reading = ReplyReading(intents, " ".join(i.words for i in intents), "fr", needs_human)
    mail = DebtorMail(reading, listed, named)
    return reply(ledger, ledger.accounts["d1"], mail, context(**WHO))


@pytest.mark.parametrize("needs_human", [False, True])
@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("Nous contestons la facture 2026-507 : il manque une livraison", ("2026-507",)),
        ("Nous contestons la 507", ()),
        ("il manque une livraison", ("2026-507",)),
    ],
)
def test_a_dispute_of_an_invoice_that_is_being_checked_stays_with_it(words, numbers, needs_human):
    """Its number moves the words to no other invoice, whether our last letter listed others or not."""
    for listed in ((), ("i1", "i2")):
        decision = said_of_unchecked(
            Intent("dispute", 0.95, words, "test", numbers=numbers), listed=listed, needs_human=needs_human
        )
        assert [(type(e), e.item) for e in decision.events] == [(ev.DisputeRaised, "i9")]
        assert {letter.items for letter in decision.letters} == {("i9",)}


@pytest.mark.parametrize("label", ["promise_to_pay", "claims_paid", "question_other", "document_request"])
def test_other_words_on_an_invoice_that_is_being_checked_are_shown_with_it(label):
    """Nothing is held by a promise or claim of what nobody reminded of; the creditor sees the words and which invoice they name."""
    intent = Intent(label, 0.95, "la facture 2026-507", "test", on=TODAY + timedelta(days=5), numbers=("2026-507",))
    decision = said_of_unchecked(intent, listed=("i1",))
    assert kinds(decision) == [ev.FollowUpPaused]
    assert [letter.items for letter in decision.letters if letter.kind is LetterKind.ACTION_NOTICE] == [("i9",)]


def test_each_clause_is_about_the_invoice_that_it_names():
    """One is promised, the other, still being checked, is disputed."""
    promise = Intent("promise_to_pay", 0.95, f"{item('i1').invoice.number} vendredi", "t", on=TODAY + timedelta(days=5))
    dispute = Intent("dispute", 0.95, "nous contestons 2026-507", "t")
    decision = said_of_unchecked(promise, dispute, named=("i1", "i9"))
    assert {(type(e), e.item) for e in decision.events} == {(ev.PromiseToPayMade, "i1"), (ev.DisputeRaised, "i9")}
