"""What each decision about a debtor's mail, his mail system and the clock writes: to whom, about what, with which words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.domain import events as ev
from agent.domain.decide import DebtorMail, due, reply
from agent.domain.decide.contacts import Proposed, contact_answered, contact_failed, contact_told
from agent.domain.decide.debtor_mail import unproved_case
from agent.domain.decide.mail_systems import automatic_answer, bounce, soft_days, soft_failures
from agent.domain.findings import (
    AutoReplyReading,
    BounceReading,
    FailedRecipient,
    Intent,
    ReplyReading,
    ReportKind,
)
from agent.domain.ledger import Hold, HoldKind, ItemState, Ledger, Question, Statement
from agent.domain.letters import LetterKind
from agent.domain.parties import Contact, Role
from agent.domain.workdays import add_working_days
from tests.builders import DEBTOR, NOW, OWNER, TODAY, account, context, item, money

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
WHO = {"role": Role.DEBTOR, "sender": DEBTOR}
DAY = timedelta(days=1)
FIVE = add_working_days(TODAY, 5, "BE")


def said(*intents, ledger=None, words="ses mots", needs_human=False):
    books = ledger or Ledger.of([account(), item("i1"), item("i2")])
    mail = DebtorMail(ReplyReading(intents, words, "fr", needs_human), ("i1",))
    return reply(books, books.accounts["d1"], mail, context(**WHO))


def intent(label, **more):
    return Intent(label, 0.95, "ses mots", "r", **more)


@pytest.mark.parametrize(
    ("told", "code", "receipt", "on"),
    [
        (intent("promise_to_pay", on=date(2026, 3, 20)), "promise", "promise", date(2026, 3, 20)),
        (intent("claims_paid", on=date(2026, 3, 9)), "claimed_paid", "claim", date(2026, 3, 9)),
        (intent("dispute", reason="quality"), "dispute", "dispute", None),
        (intent("asks_for_delay", until=date(2026, 4, 1)), "asks_for_delay", None, date(2026, 4, 1)),
        (intent("suspected_fraud"), "suspected_fraud", None, None),
        (intent("insolvency"), "insolvency", None, None),
        (intent("stop_contact"), "stop_contact", None, None),
    ],
)
def test_the_creditor_hears_what_a_debtor_said(told, code, receipt, on):
    """With his words, who wrote and why; the debtor gets one receipt where something was noted for him."""
    done = said(told)
    notices = [x for x in done.letters if x.kind is LetterKind.ACTION_NOTICE]
    (letter,) = notices
    assert (letter.code, letter.items, letter.account, letter.words, letter.on) == (
        code,
        ("i1",),
        "d1",
        "ses mots",
        on,
    )
    assert letter.facts == (("sender", DEBTOR), ("reason", told.reason))
    assert letter.to == (OWNER,)
    receipts = [x for x in done.letters if x.kind is LetterKind.RECEIPT]
    assert [x.code for x in receipts] == ([receipt] if receipt else [])
    for x in receipts:
        assert (x.to, x.key, x.items, x.words, x.answers) == (
            (DEBTOR,),
            "receipt:mail-1",
            ("i1",),
            "ses mots",
            "mail-1",
        )


def test_a_promise_holds_through_its_grace():
    """Three days for the transfer; a day that lies too far off, or behind, is a wish for time."""
    done = said(intent("promise_to_pay", on=date(2026, 3, 20)))
    assert done.events[0] == ev.PromiseToPayMade(
        **HEAD, item="i1", pay_on=date(2026, 3, 20), hold_until=date(2026, 3, 23), words="ses mots"
    )
    for day in (TODAY - DAY, TODAY + timedelta(days=400), None):
        far = said(intent("promise_to_pay", on=day))
        assert not [e for e in far.events if isinstance(e, ev.PromiseToPayMade)]
    assert [type(e) for e in said(intent("promise_to_pay", on=TODAY)).events] == [ev.PromiseToPayMade]


def test_what_needs_a_person_rests_the_account_for_some_days():
    """And shows his words; what may be serious holds all the same."""
    done = said(intent("promise_to_pay", on=date(2026, 3, 20)), needs_human=True, words="Euh")
    assert done.events == (ev.FollowUpPaused(**HEAD, subject="d1", until=FIVE, reason="reply_unclear"),)
    assert (done.letters[0].code, done.letters[0].words) == ("reply_unclear", "Euh")
    for label, event in (
        ("dispute", ev.DisputeRaised),
        ("insolvency", ev.FollowUpPaused),
        ("suspected_fraud", ev.FollowUpPaused),
    ):
        kept = said(intent("promise_to_pay", on=TODAY), intent(label), needs_human=True)
        assert isinstance(kept.events[0], event)
        assert kept.letters[0].code == label
    assert said(intent("insolvency")).events[0] == ev.FollowUpPaused(
        **HEAD, subject="d1", until=None, reason="insolvency"
    )


def test_another_address_is_asked_about_and_a_wrong_one_rests():
    """A new one beside a wrong one is one question."""
    done = said(
        intent("change_of_contact", contact="compta2@client.example", contact_name="Eva"), intent("wrong_contact")
    )
    asked = [e for e in done.events if isinstance(e, ev.QuestionAsked)]
    assert [(e.topic, e.detail) for e in asked] == [("change_of_contact", "compta2@client.example")]
    letter = next(x for x in done.letters if x.kind is LetterKind.QUESTION)
    assert letter.facts == (
        ("address", "compta2@client.example"),
        ("present", DEBTOR),
        ("name", "Eva"),
        ("sender", DEBTOR),
        ("domain", "same"),
    )
    wrong = said(intent("wrong_contact"))
    assert [e.topic for e in wrong.events if isinstance(e, ev.QuestionAsked)] == ["wrong_contact"]
    assert [e.until for e in wrong.events if isinstance(e, ev.FollowUpPaused)] == [None]


def test_a_mail_without_proof_is_shown_and_puts_off_once():
    """All that is open is named; three working days, unless the account rests already or rested before."""
    ledger = Ledger.of([account(), item("i1"), item("i2", state=ItemState.SETTLED)])
    done = unproved_case(ledger, ledger.accounts["d1"], "ses mots", context(**WHO))
    assert done.events == (
        ev.FollowUpPaused(**HEAD, subject="d1", until=add_working_days(TODAY, 3, "BE"), reason="unproved_mail"),
    )
    (letter,) = done.letters
    assert (letter.kind, letter.code, letter.items, letter.account, letter.words, letter.urgent) == (
        LetterKind.ACTION_NOTICE,
        "unproved_mail",
        ("i1",),
        "d1",
        "ses mots",
        True,
    )
    assert (letter.key, letter.facts) == ("notice:unproved_mail:mail-1", (("sender", DEBTOR),))
    assert not unproved_case(ledger, account(), "w", context(**WHO), deferred_before=True).events
    held = account(holds=(Hold(HoldKind.PAUSE, TODAY, NOW, reason="absence"),))
    assert not unproved_case(ledger, held, "w", context(**WHO)).events
    over = account(holds=(Hold(HoldKind.PAUSE, TODAY - DAY, NOW, reason="unproved_mail"),))
    assert unproved_case(ledger, over, "w", context(**WHO)).events


@pytest.mark.parametrize(
    ("back", "until"),
    [
        (TODAY - DAY, "none"),
        (TODAY, TODAY),
        (TODAY + 10 * DAY, TODAY + 10 * DAY),
        (None, FIVE),
        (TODAY + 400 * DAY, FIVE),
    ],
)
def test_an_absence_moves_the_next_reminder_behind_its_end(back, until):
    """One without an end, or too far off, puts off for some working days; one that is over does nothing."""
    done = automatic_answer(account(), AutoReplyReading("absence", back, "eva@client.example"), context(**WHO))
    paused = (ev.FollowUpPaused(**HEAD, subject="d1", until=until, reason="absence"),) if until != "none" else ()
    assert done.events == paused
    (letter,) = done.letters
    assert (letter.kind, letter.key, letter.code, letter.account, letter.on) == (
        LetterKind.ACTION_NOTICE,
        "notice:absence:mail-1",
        "out_of_office",
        "d1",
        back,
    )
    assert letter.facts == (("stand_in", "eva@client.example"), ("sender", DEBTOR))


def test_an_absence_without_end_puts_off_once_for_each_statement():
    """The second automatic answer to the same statement does nothing more."""
    rested = Hold(HoldKind.PAUSE, TODAY - DAY, NOW - 5 * DAY, reason="absence")
    told = AutoReplyReading("absence")
    assert not automatic_answer(account(holds=(rested,)), told, context(**WHO)).events
    for on, again in ((TODAY - 5 * DAY, False), (TODAY - 4 * DAY, True)):
        sent = Statement("EUR", 1, on, "", ("i1",), "m", "sent")
        debtor = account(holds=(rested,), statements=(sent,))
        assert bool(automatic_answer(debtor, told, context(**WHO)).events) is again
    assert automatic_answer(account(), AutoReplyReading("ticket"), context(**WHO)).events == ()


def test_who_left_is_asked_about():
    """The account rests until the creditor said where to write; a stand-in of another who wrote only for some days."""
    for kind in ("left", "moved"):
        done = automatic_answer(account(), AutoReplyReading(kind, stand_in="eva@client.example"), context(**WHO))
        assert [e.until for e in done.events if isinstance(e, ev.FollowUpPaused)] == [None]
        assert [e.detail for e in done.events if isinstance(e, ev.QuestionAsked)] == ["eva@client.example"]
    other = automatic_answer(
        account(),
        AutoReplyReading("left", stand_in="eva@client.example"),
        context(role=Role.DEBTOR, sender="x@client.example"),
    )
    assert [e.until for e in other.events if isinstance(e, ev.FollowUpPaused)] == [FIVE]


def failed(address=DEBTOR, *, permanent=False, hard=False, reason="full", status="4.2.2", original=""):
    return FailedRecipient(address, permanent=permanent, hard=hard, reason=reason, status=status, original=original)


def bounced(*recipients, kind=ReportKind.BOUNCE, soft=None, debtor=None):
    return bounce(debtor or account(), BounceReading(kind, recipients), context(**WHO), soft)


def test_a_permanent_bounce_stops_the_address():
    """At once, with the reason that was told, else its status; the creditor is asked for another."""
    for recipient, reason in (
        (failed(permanent=True), "full"),
        (failed(hard=True, reason=""), "4.2.2"),
        (failed("inner@relay.example", permanent=True, original=DEBTOR), "full"),
    ):
        done = bounced(recipient)
        stopped, asked = done.events
        assert stopped == ev.ContactFailed(**HEAD, debtor="d1", address=DEBTOR, reason=reason)
        assert (asked.topic, asked.subjects, asked.detail, asked.to) == ("bounced_contact", ("d1",), DEBTOR, OWNER)
        (letter,) = done.letters
        assert (letter.kind, letter.code, letter.account, letter.question) == (
            LetterKind.QUESTION,
            "bounced_contact",
            "d1",
            asked.question,
        )
        assert letter.facts == (("address", DEBTOR), ("reason", reason))
    assert bounced(failed("other@client.example", permanent=True)).events == ()
    gone = account(contacts=(Contact(DEBTOR, failed="full"),))
    assert bounced(failed(permanent=True), debtor=gone).events == ()
    assert bounced(failed(permanent=True), kind=ReportKind.DELAYED).events == ()
    assert len([e for e in bounced(failed(), failed(permanent=True)).events if isinstance(e, ev.ContactFailed)]) == 1


def test_a_complaint_stops_the_address_and_asks_whether_to_write_at_all():
    """Of the address that is named, else of the one that is written to."""
    for done in (bounced(failed(), kind=ReportKind.COMPLAINT), bounced(kind=ReportKind.COMPLAINT)):
        assert [(e.address, e.reason) for e in done.events if isinstance(e, ev.ContactFailed)] == [
            (DEBTOR, "complaint")
        ]
        assert [e.topic for e in done.events if isinstance(e, ev.QuestionAsked)] == ["complaint"]
    assert bounced(kind=ReportKind.COMPLAINT, debtor=account(contacts=())).events == ()


def test_a_passing_failure_is_told_once_and_stops_when_it_stays():
    """The first day is told, the next ones are not; often enough over days enough it stops the address."""
    first = bounced(failed())
    (letter,) = first.letters
    assert (first.events, letter.code, letter.account, letter.key) == ((), "bounced", "d1", "notice:bounced:mail-1")
    assert letter.facts == (("address", DEBTOR), ("reason", "full"))
    again = bounced(failed(), soft={DEBTOR: (TODAY - DAY,)})
    assert (again.events, again.letters) == ((), ())
    stays = bounced(failed(reason="", status=""), soft={DEBTOR: tuple(TODAY - n * DAY for n in (2, 4, 6, 8, 10, 12))})
    assert [e.reason for e in stays.events if isinstance(e, ev.ContactFailed)] == ["unreachable"]
    assert soft_days((TODAY - DAY, TODAY, TODAY - 900 * DAY), TODAY) == (TODAY - DAY, TODAY)
    reading = BounceReading(ReportKind.BOUNCE, (failed(), failed(permanent=True), failed("x@y.example")))
    assert soft_failures(account(), reading) == (DEBTOR,)
    assert soft_failures(account(), replace(reading, kind=ReportKind.COMPLAINT)) == ()


def proposed(address="eva@client.example", *, debtor=None, questions=(), **more):
    books = Ledger.of([debtor or account(), *questions])
    return contact_told(books, books.accounts["d1"], Proposed(address, "Eva", "ses mots", **more), context(**WHO))


def test_an_address_that_was_told_is_asked_about():
    """The account rests some days, or until the answer when the present one is wrong; the present one again is nothing new."""
    done = proposed()
    rests, asked = done.events
    assert rests == ev.FollowUpPaused(**HEAD, subject="d1", until=FIVE, reason="contact_asked")
    assert (asked.topic, asked.subjects, asked.detail, asked.to) == (
        "change_of_contact",
        ("d1",),
        "eva@client.example",
        OWNER,
    )
    (letter,) = done.letters
    assert (letter.code, letter.account, letter.question, letter.choices, letter.words) == (
        "change_of_contact",
        "d1",
        asked.question,
        asked.choices,
        "ses mots",
    )
    assert proposed(gone=True).events[0].until is None
    assert proposed(DEBTOR.upper()).events == ()
    elsewhere = proposed("eva@elsewhere.example").letters[0].facts
    assert elsewhere[-1] == ("domain", "other")
    for useless in ("", "pas une adresse", OWNER):
        wrong = proposed(useless)
        assert (wrong.events[1].topic, wrong.events[1].detail) == ("wrong_contact", DEBTOR)
        assert wrong.letters[0].facts[:2] == (("address", DEBTOR), ("present", DEBTOR))


def test_the_same_address_is_asked_about_once():
    """Another one closes the question before; that of a complaint stays."""
    open_ = Question("q0", "acme", "change_of_contact", ("d1",), (), OWNER, "eva@client.example", NOW)
    assert [type(e) for e in proposed(questions=(open_,)).events] == [ev.FollowUpPaused]
    other = replace(open_, detail="x@client.example")
    complaint = replace(open_, id="q1", topic="complaint")
    strange = replace(open_, id="q2", subjects=("d2",))
    done = proposed(questions=(other, complaint, strange))
    closed = [(e.question, e.answer) for e in done.events if isinstance(e, ev.QuestionAnswered)]
    assert closed == [("q0", "moot")]


def test_the_answer_about_an_address():
    """Yes writes there from now on; no ends the rest that waited for it."""
    ask = Question(
        "q0", "acme", "change_of_contact", ("d1",), ("use_contact", "keep_contact"), OWNER, "eva@client.example", NOW
    )
    waits = account(holds=(Hold(HoldKind.PAUSE, None, NOW, reason="contact_asked"),))
    yes = contact_answered(Ledger.of([waits]), ask, "use_contact", context())
    assert yes.events == (
        ev.QuestionAnswered(**HEAD, question="q0", answer="use_contact"),
        ev.ContactAdded(**HEAD, debtor="d1", address="eva@client.example"),
    )
    (letter,) = yes.letters
    assert (letter.kind, letter.code, letter.account, letter.key) == (
        LetterKind.ACTION_NOTICE,
        "contact_changed",
        "d1",
        "notice:contact:q0:mail-1",
    )
    assert letter.facts == (("address", "eva@client.example"),)
    no = contact_answered(Ledger.of([waits]), ask, "keep_contact", context())
    assert no.events[1:] == (ev.FollowUpResumed(**HEAD, subject="d1"),)
    assert no.letters[0].code == "contact_kept"
    assert len(contact_answered(Ledger.of([account()]), ask, "keep_contact", context()).events) == 1
    assert contact_answered(Ledger(), ask, "use_contact", context()).events == ()
    again = contact_answered(Ledger.of([waits]), replace(ask, topic="complaint"), "write_again", context())
    assert isinstance(again.events[1], ev.ContactAdded)
    assert contact_failed(account(), DEBTOR, "complaint", context()).events[1].topic == "complaint"


def test_the_clock_writes_a_statement_and_counts_it():
    """Its key names creditor, debtor, currency and number; a broken promise is told with what is open."""
    ledger = Ledger.of([account(), item("i1")])
    done = due(ledger, ledger.accounts["d1"], context())
    (queued,) = done.events
    assert queued == ev.StatementQueued(
        **HEAD,
        debtor="d1",
        currency="EUR",
        cycle=1,
        items=("i1",),
        on=TODAY,
        level="friendly",
        mail="statement:acme:d1:EUR:1",
    )
    (letter,) = done.letters
    assert (letter.kind, letter.key, letter.to, letter.language) == (
        LetterKind.STATEMENT,
        queued.mail,
        (DEBTOR,),
        "fr",
    )
    assert (letter.items, letter.account, letter.level, letter.cycle, letter.currency, letter.on) == (
        ("i1",),
        "d1",
        "friendly",
        1,
        "EUR",
        TODAY,
    )
    promised = Hold(HoldKind.PROMISE, TODAY - DAY, NOW, on=TODAY - 4 * DAY)
    late = Ledger.of([account(), replace(item("i1", paid="400.00"), holds=(promised,))])
    told = due(late, late.accounts["d1"], context())
    assert told.events[0] == ev.PromiseBroken(**HEAD, item="i1", pay_on=TODAY - 4 * DAY)
    notice = told.letters[0]
    assert (notice.code, notice.items, notice.account, notice.on, notice.amount) == (
        "promise_broken",
        ("i1",),
        "d1",
        TODAY - 4 * DAY,
        money("600.00"),
    )
    assert notice.key == "notice:promise_broken:i1:2026-03-06"


def test_the_clock_asks_what_follows_the_last_statement():
    """The owner, about all items that had theirs, with the day until which a notice would give; asked once."""
    spent = replace(item("i1"), statements=(date(2026, 1, 20), date(2026, 2, 5), date(2026, 2, 23)))
    ledger = Ledger.of([account(), spent])
    done = due(ledger, ledger.accounts["d1"], context())
    (asked,) = done.events
    assert (asked.topic, asked.subjects, asked.to) == ("after_last_statement", ("i1",), OWNER)
    (letter,) = done.letters
    assert (letter.kind, letter.code, letter.items, letter.account, letter.question, letter.choices) == (
        LetterKind.QUESTION,
        "after_last_statement",
        ("i1",),
        "d1",
        asked.question,
        asked.choices,
    )
    assert letter.on is not None
    assert letter.on > TODAY
    after = done.after(ledger)
    assert due(after, after.accounts["d1"], context()).events == ()
