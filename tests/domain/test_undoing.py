"""Taking back what one mail did: every state stands again as before it, or it is said why it cannot."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.decide.rereading import misread, reread
from agent.domain.decide.undoing import Past, undo
from agent.domain.findings import Instruction
from agent.domain.ledger import ItemState, replay
from agent.domain.letters import LetterKind
from agent.domain.parties import Role
from agent.domain.phases import Phase
from agent.domain.releases import Listed, Release
from agent.domain.workdays import add_working_days
from tests.builders import NOW, STAFF, TODAY, context, invoice, money

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
LATER = TODAY + timedelta(days=20)
OPENED = ev.DebtorOpened(
    at=NOW - timedelta(days=60), source="m-0", creditor="acme", debtor="d1", name="Client et Fils SA"
)
REFERENCE = "bank f1 amount=400.00"
RELEASE = Release("EUR", ("i1",), money("1000.00"), TODAY, Listed.CONFIRM, "q1", 0)


def at(days, source, kind, **fields):
    """An event so many days before now, made by this mail."""
    return kind(at=NOW - timedelta(days=days), source=source, creditor="acme", **fields)


REGISTERED = at(50, "m-1", ev.InvoiceRegistered, item="i1", invoice=invoice())
STOOD = (OPENED, REGISTERED, at(50, "m-1", ev.ContactAdded, debtor="d1", address="old@client.example", name="Old"))


def past(*events, until=None):
    told = {}
    for event in events:
        for id_ in event.about():
            told.setdefault(id_, []).append(event)
    return Past(told, until)


def undone(*did, before=(), **more):
    """What taking back the last mail gives, after these events."""
    events = (*STOOD, *before, *did)
    return undo(replay(events), past(*events), "annule", context(**more))


def bare(state):
    return replace(state, version=0)


PAUSED = at(9, "m-5", ev.FollowUpPaused, subject="i1", until=LATER, reason="creditor")
PROMISED = at(
    8, "m-6", ev.PromiseToPayMade, item="i1", pay_on=LATER, hold_until=LATER + timedelta(days=3), words="demain"
)
CLAIMED = at(8, "m-6", ev.PaymentClaimed, item="i1", hold_until=LATER, on=TODAY, words="payé", proof=True)
DISPUTED = at(8, "m-6", ev.DisputeRaised, item="i1", reason="quality", words="cassé")
PAID = at(3, "m-9", ev.PaymentReceived, item="i1", amount=money("400.00"), on=TODAY, evidence="owner", reference="")
SETTLED = at(3, "m-9", ev.InvoiceSettled, item="i1")
ESCALATED = at(3, "m-9", ev.InvoiceEscalated, item="i1")
WRITTEN_OFF = at(3, "m-9", ev.InvoiceWrittenOff, item="i1")
WITHDRAWN = at(3, "m-9", ev.InvoiceWithdrawn, item="i1", reason="error")
CORRECTED = at(
    3, "m-9", ev.InvoiceCorrected, item="i1", before=invoice(), invoice=invoice(total="900.00"), doubts=("total",)
)
PUT = at(3, "m-9", ce.MoneyPutOnAccount, debtor="d1", amount=money("40.00"), on=TODAY, evidence="owner", reference="r")
TAKEN = at(2, "m-8", ce.MoneyTakenFromAccount, debtor="d1", amount=money("40.00"), on=TODAY, reason="refunded")
RECOVERY = at(3, "m-9", ev.PhaseEntered, item="i1", phase=Phase.RECOUVREMENT, on=TODAY, age=37, debt=money("1000.00"))
PAYER = at(3, "m-9", ev.PayerLearned, debtor="d1", iban="BE71096123456769", name="", movement="m")


@pytest.mark.parametrize(
    ("before", "did", "back"),
    [
        ((), (PAUSED,), (ev.FollowUpResumed(**HEAD, subject="i1"),)),
        ((), (PROMISED,), (ev.FollowUpResumed(**HEAD, subject="i1"),)),
        ((), (DISPUTED,), (ev.DisputeSettled(**HEAD, item="i1"),)),
        (
            (PAUSED,),
            (PROMISED,),
            (
                ev.FollowUpResumed(**HEAD, subject="i1"),
                ev.FollowUpPaused(**HEAD, subject="i1", until=LATER, reason="creditor"),
            ),
        ),
        (
            (DISPUTED,),
            (at(3, "m-9", ev.DisputeSettled, item="i1"),),
            (ev.DisputeRaised(**HEAD, item="i1", reason="quality", words="cassé"),),
        ),
        (
            (PROMISED,),
            (at(3, "m-9", ev.FollowUpResumed, subject="i1"),),
            (
                ev.PromiseToPayMade(
                    **HEAD, item="i1", pay_on=LATER, hold_until=LATER + timedelta(days=3), words="demain"
                ),
            ),
        ),
        (
            (CLAIMED,),
            (at(3, "m-9", ev.FollowUpResumed, subject="i1"),),
            (ev.PaymentClaimed(**HEAD, item="i1", hold_until=LATER, on=TODAY, words="payé", proof=True),),
        ),
        (
            (),
            (PAID,),
            (ev.PaymentReversed(**HEAD, item="i1", amount=money("400.00"), on=TODAY, evidence="owner", reference=""),),
        ),
        (
            (replace(PAID, at=NOW - timedelta(days=9), source="m-5", reference=REFERENCE),),
            (
                at(
                    3,
                    "m-9",
                    ev.PaymentReversed,
                    item="i1",
                    amount=money("100.00"),
                    on=TODAY,
                    evidence="owner",
                    reference="x",
                ),
            ),
            (ev.PaymentReceived(**HEAD, item="i1", amount=money("100.00"), on=TODAY, evidence="owner", reference="x"),),
        ),
        ((), (SETTLED,), (ev.InvoiceReopened(**HEAD, item="i1"),)),
        ((), (ESCALATED,), (ev.InvoiceReopened(**HEAD, item="i1"),)),
        ((), (WITHDRAWN,), (ev.InvoiceReopened(**HEAD, item="i1"),)),
        ((), (WRITTEN_OFF,), (ev.InvoiceReopened(**HEAD, item="i1"),)),
        (
            (replace(SETTLED, at=NOW - timedelta(days=9), source="m-5"),),
            (at(3, "m-9", ev.InvoiceReopened, item="i1"),),
            (ev.InvoiceSettled(**HEAD, item="i1"),),
        ),
        (
            (replace(WITHDRAWN, at=NOW - timedelta(days=9), source="m-5"),),
            (at(3, "m-9", ev.InvoiceReopened, item="i1"),),
            (ev.InvoiceWithdrawn(**HEAD, item="i1"),),
        ),
        (
            (replace(WRITTEN_OFF, at=NOW - timedelta(days=9), source="m-5"),),
            (at(3, "m-9", ev.InvoiceReopened, item="i1"),),
            (ev.InvoiceWrittenOff(**HEAD, item="i1"),),
        ),
        (
            (replace(ESCALATED, at=NOW - timedelta(days=9), source="m-5"),),
            (at(3, "m-9", ev.InvoiceReopened, item="i1"),),
            (ev.InvoiceEscalated(**HEAD, item="i1"),),
        ),
        (
            (replace(ESCALATED, at=NOW - timedelta(days=9), source="m-5"),),
            (SETTLED,),
            (ev.InvoiceReopened(**HEAD, item="i1"), ev.InvoiceEscalated(**HEAD, item="i1")),
        ),
        (
            (),
            (CORRECTED,),
            (ev.InvoiceCorrected(**HEAD, item="i1", before=invoice(total="900.00"), invoice=invoice()),),
        ),
        ((), (RECOVERY,), (ev.PhaseEntered(**HEAD, item="i1", phase=Phase.ENCAISSEMENT, on=TODAY),)),
        (
            (),
            (PUT,),
            (
                ce.MoneyTakenFromAccount(
                    **HEAD, debtor="d1", amount=money("40.00"), on=TODAY, reason="undone", reference="r"
                ),
            ),
        ),
        (
            (replace(PUT, at=NOW - timedelta(days=9), source="m-5"),),
            (TAKEN,),
            (ce.MoneyPutOnAccount(**HEAD, debtor="d1", amount=money("40.00"), on=TODAY, evidence="undone"),),
        ),
        (
            (),
            (at(3, "m-9", ev.ContactAdded, debtor="d1", address="new@client.example", name="New"),),
            (ev.ContactRemoved(**HEAD, debtor="d1", address="new@client.example"),),
        ),
        (
            (),
            (at(3, "m-9", ev.ContactRemoved, debtor="d1", address="old@client.example"),),
            (ev.ContactAdded(**HEAD, debtor="d1", address="old@client.example", name="Old"),),
        ),
        (
            (),
            (at(3, "m-9", ev.DebtorKindTold, debtor="d1", consumer=True),),
            (ev.DebtorKindTold(**HEAD, debtor="d1", consumer=None),),
        ),
        (
            (),
            (PAYER,),
            (ev.PayerForgotten(**HEAD, debtor="d1", iban="BE71096123456769", name="", movement="m"),),
        ),
        (
            (at(9, "m-5", ev.StatementListed, debtor="d1", release=RELEASE),),
            (at(3, "m-9", ev.StatementApproved, debtor="d1", currency="EUR", question="q1", by="x"),),
            (ev.StatementListed(**HEAD, debtor="d1", release=RELEASE),),
        ),
    ],
)
def test_what_is_undone_stands_as_before(before, did, back):
    """The events that take it back are just these, and the states after them are those before the mail."""
    done = undone(*did, before=before)
    assert done.events == back
    then, now = replay((*STOOD, *before)), done.after(replay((*STOOD, *before, *did)))
    for id_ in ("i1", "d1"):
        was, is_ = bare(then.get(id_)), bare(now.get(id_))
        if id_ == "i1":
            assert (was.invoice, was.state, was.doubts, was.balance) == (
                is_.invoice,
                is_.state,
                is_.doubts,
                is_.balance,
            )
        else:
            assert (was.contacts, was.consumer, was.payers, was.releases) == (
                is_.contacts,
                is_.consumer,
                is_.payers,
                is_.releases,
            )
            assert was.on_account("EUR") == is_.on_account("EUR")
        assert [(h.kind, h.until, h.on, h.reason, h.words) for h in was.holds] == [
            (h.kind, h.until, h.on, h.reason, h.words) for h in is_.holds
        ]


def test_the_answer_names_what_was_undone():
    """Its items, and the words that asked for it."""
    letter = undone(PAUSED).letters[0]
    assert (letter.kind, letter.code, letter.items, letter.words) == (
        LetterKind.ACTION_NOTICE,
        "undone",
        ("i1",),
        "annule",
    )


def test_an_invoice_that_the_mail_brought_is_withdrawn():
    """It cannot be made never to have come; off the books already it stays so."""
    events = (OPENED, REGISTERED)
    done = undo(replay(events), past(*events), "annule", context())
    assert done.events == (ev.InvoiceWithdrawn(**HEAD, item="i1", reason="undone"),)
    gone = (*events, at(50, "m-1", ev.InvoiceWithdrawn, item="i1"))
    assert undo(replay(gone), past(*gone), "annule", context()).letters[0].code == "undo_nothing"


def test_the_last_mail_is_meant_and_only_its_own_work():
    """What an earlier mail did stays."""
    done = undone(PROMISED, before=(PAUSED, at(8, "m-6", ev.ContactAdded, debtor="d1", address="n@c.example")))
    assert {type(e) for e in done.events} == {ev.FollowUpResumed, ev.FollowUpPaused, ev.ContactRemoved}
    assert done.after(replay((*STOOD, PAUSED, PROMISED))).items["i1"].holds[0].kind.value == "pause"


def test_the_answered_letter_says_which_mail_is_meant():
    """What happened after it was written was not told of by it; then it is too late."""
    events = (*STOOD, PAUSED, PROMISED)
    told = past(*events, until=NOW - timedelta(days=9))
    assert told.source() == "m-5"
    assert undo(replay(events), told, "annule", context()).letters[0].code == "undo_late"
    assert past(*events, until=NOW - timedelta(days=8)).source() == "m-6"
    assert past(*events, until=NOW - timedelta(days=8, seconds=1)).source() == "m-5"


def test_what_the_clock_did_or_nothing_is_nothing_to_undo():
    """Work of no mail, no work at all, and work after which a mail of ours left that the letter told of."""
    assert Past().source() == ""
    ticked = at(1, "tick:2026-03-09", ev.PromiseBroken, item="i1", pay_on=LATER)
    done = undone(PROMISED, ticked)
    assert (done.events, done.letters[0].code) == ((), "undo_nothing")
    sent = at(1, "m-9", ev.StatementSent, debtor="d1", currency="EUR", cycle=1, items=("i1",), on=TODAY, mail="m")
    events = (*STOOD, PAUSED, sent)
    assert past(*events, until=NOW).source() == ""
    assert past(*events).source() == "m-5"
    assert past(*events, until=NOW - timedelta(days=2)).source() == "m-5"
    same = replace(sent, at=PAUSED.at)
    assert past(*STOOD, PAUSED, same, until=NOW).source() == "m-5"


def test_mails_that_left_do_not_stand_in_the_way():
    """A statement after the pause cannot be called back; the pause can."""
    sent = at(1, "m-9", ev.StatementSent, debtor="d1", currency="EUR", cycle=1, items=("i1",), on=TODAY, mail="m")
    assert undone(PAUSED, sent).events == (ev.FollowUpResumed(**HEAD, subject="i1"),)


def test_money_of_a_movement_leaves_the_account_with_it():
    """Beside the item the surplus that it had left there goes too, and who was seen to pay is forgotten."""
    paid = replace(PAID, reference=REFERENCE, evidence="bank")
    over = at(
        3,
        "m-9",
        ce.MoneyPutOnAccount,
        debtor="d1",
        amount=money("15.00"),
        on=TODAY,
        evidence="bank",
        reference=REFERENCE,
    )
    seen = replace(PAYER, movement=REFERENCE)
    events = (*STOOD, paid, over, seen)
    ledger = replay(events)
    only_item = Past({"i1": [e for e in events if "i1" in e.about()]})
    done = undo(ledger, only_item, "annule", context())
    assert done.events == (
        ev.PaymentReversed(**HEAD, item="i1", amount=money("400.00"), on=TODAY, evidence="bank", reference=REFERENCE),
        ce.MoneyTakenFromAccount(
            **HEAD, debtor="d1", amount=money("15.00"), on=TODAY, reason="reversed", reference=REFERENCE
        ),
        ev.PayerForgotten(**HEAD, debtor="d1", iban="BE71096123456769", name="", movement=REFERENCE),
    )
    assert done.after(ledger).accounts["d1"].on_account("EUR") == money("0.00")


@pytest.mark.parametrize(
    ("did", "allowed"),
    [
        (PAUSED, True),
        (PAID, True),
        (SETTLED, True),
        (WITHDRAWN, False),
        (WRITTEN_OFF, False),
        (ESCALATED, False),
        (CORRECTED, True),
        (replace(CORRECTED, invoice=invoice(iban="BE71096123456769")), False),
        (replace(CORRECTED, invoice=invoice(foreign_ibans=("FR7630006000011234567890189",))), False),
    ],
)
def test_staff_take_back_what_staff_may_do(did, allowed):
    """The end of a follow-up and an account to pay to are the owner's."""
    done = undone(did, role=Role.STAFF, sender=STAFF)
    assert bool(done.events) is allowed
    if not allowed:
        assert done.letters[0].code == "not_allowed"


def test_staff_withdraw_no_invoice_by_undoing():
    """To take an invoice off the books is the owner's, also as the undoing of its coming."""
    events = (OPENED, REGISTERED)
    done = undo(replay(events), past(*events), "annule", context(role=Role.STAFF, sender=STAFF))
    assert (done.events, done.letters[0].code) == ((), "not_allowed")


@pytest.mark.parametrize(
    ("value", "more", "follows"),
    [
        ("dispute", {}, ev.DisputeRaised(**HEAD, item="i1", words="demain")),
        (
            "promise_to_pay",
            {"until": date(2026, 4, 7)},
            ev.PromiseToPayMade(
                **HEAD, item="i1", pay_on=date(2026, 4, 7), hold_until=date(2026, 4, 10), words="demain"
            ),
        ),
        (
            "claims_paid",
            {},
            ev.PaymentClaimed(**HEAD, item="i1", hold_until=add_working_days(TODAY, 5, "BE"), words="demain"),
        ),
        ("acknowledgement_only", {}, None),
        ("out_of_office", {}, None),
    ],
)
def test_words_taken_for_the_wrong_thing_are_read_anew(value, more, follows):
    """The hold that followed from them ends, and what they mean follows, in the debtor's own words."""
    events = (*STOOD, PROMISED)
    done = reread(replay(events), past(*events), Instruction("reading", "ses mots", value=value, **more), context())
    back = ev.FollowUpResumed(**HEAD, subject="i1")
    assert done.events == ((back, follows) if follows else (back,))
    letter = done.letters[0]
    assert (letter.code, letter.items, letter.words, letter.on) == ("reread", ("i1",), "ses mots", more.get("until"))


def test_insolvency_stops_the_account():
    """Whoever is insolvent is not written to until a person ends it."""
    events = (*STOOD, PROMISED)
    done = reread(replay(events), past(*events), Instruction("reading", "w", value="insolvency"), context())
    after = done.after(replay(events))
    assert not after.items["i1"].holds
    assert after.accounts["d1"].hold(TODAY + timedelta(days=400)) is not None


def test_another_meaning_rests_the_account_for_a_while():
    """A question of the debtor, say, that a person answers first."""
    events = (*STOOD, PROMISED)
    done = reread(replay(events), past(*events), Instruction("reading", "w", value="question"), context())
    hold = done.after(replay(events)).accounts["d1"].hold(TODAY)
    assert hold is not None
    assert hold.until is not None


def test_what_came_later_stays_when_words_are_read_anew():
    """A payment after the promise, and the pause that was there before it."""
    paid = at(1, "m-8", ev.PaymentReceived, item="i1", amount=money("400.00"), on=TODAY, evidence="owner")
    events = (*STOOD, PAUSED, PROMISED, paid)
    told = past(*events, until=NOW - timedelta(days=8))
    done = reread(replay(events), told, Instruction("reading", "w", value="acknowledgement_only"), context())
    after = done.after(replay(events)).items["i1"]
    assert ([h.kind.value for h in after.holds], after.balance) == (["pause"], money("600.00"))


def test_only_holds_on_open_invoices_are_read_anew():
    """Where no hold followed, or the invoice is off the books, there is nothing to take back."""
    told = Instruction("reading", "w", value="dispute")
    for events in ((*STOOD, PAID), (*STOOD, PROMISED, replace(SETTLED, source="m-6", at=PROMISED.at))):
        done = reread(replay(events), past(*events), told, context())
        assert (done.events, done.letters[0].code) == ((), "undo_nothing")


def test_the_words_that_were_misread_are_the_debtors():
    """Of the mail that is meant; a pause keeps none."""
    assert misread(past(*STOOD, PROMISED)) == "demain"
    assert misread(past(*STOOD, PROMISED, replace(DISPUTED, at=NOW, source="m-7"))) == "cassé"
    assert misread(past(*STOOD, PAUSED)) == ""
    assert ItemState.FOLLOWED is replay(STOOD).items["i1"].state
