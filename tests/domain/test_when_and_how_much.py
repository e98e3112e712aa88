"""Days and sums at their edges: what was told as paid, notices and their letters, credit notes, schedules, the last statement."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.decide import instructed
from agent.domain.decide.claimed import ask_creditor, believed, hold_until, proofs_asked
from agent.domain.decide.context import Decision
from agent.domain.decide.credit_notes import (
    LEFT,
    WHICH,
    doubts_about_credit,
    left_answered,
    numbers_corrected,
    which_answered,
    with_set_offs,
)
from agent.domain.decide.formal_notices import cancelled, notices_back
from agent.domain.dunning import exhausted, lapsed_notices, lapsed_promises, proof_due_on, wake_on
from agent.domain.dunning_plan import DunningPlan
from agent.domain.findings import DocumentKind, Instruction, InstructionReading, Intent
from agent.domain.formal_notices import FormalNotice, NoticeMark
from agent.domain.invoice_parts import Instalment
from agent.domain.ledger import Hold, HoldKind, ItemState, Ledger, Payment, Question, Statement
from agent.domain.letters import LetterKind
from agent.domain.plans import Every, PlanTerms, PlanWish, WishedPart
from agent.domain.schedules import schedule, standings, suggestion, trimmed, within
from agent.domain.workdays import add_bank_days
from tests.builders import DEBTOR, NOW, OWNER, TODAY, account, context, found, invoice, item, money, reading

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
PLAN = DunningPlan()
DAY = timedelta(days=1)


def spent(*days, **more):
    """An item that had a statement on each of these days."""
    return replace(item("i1"), statements=tuple(days), **more)


THREE = (date(2026, 1, 20), date(2026, 2, 5), date(2026, 2, 23))


@pytest.mark.parametrize(
    ("listed", "today", "asked"),
    [
        (spent(*THREE), date(2026, 3, 10), True),
        (spent(*THREE), date(2026, 3, 9), False),
        (spent(*THREE[:2]), date(2026, 3, 30), False),
        (spent(*THREE, state=ItemState.ESCALATED), date(2026, 3, 10), False),
        (spent(*THREE, plan="p1"), date(2026, 3, 10), False),
        (spent(*THREE, notices=(NoticeMark(TODAY, TODAY, "m", sent=True),)), date(2026, 3, 10), False),
        (spent(*THREE, payments=(Payment(money("999.00"), TODAY, "x"),)), date(2026, 3, 10), False),
        (spent(*THREE, payments=(Payment(money("998.99"), TODAY, "x"),)), date(2026, 3, 10), True),
        (spent(*THREE, holds=(Hold(HoldKind.PROMISE, date(2026, 3, 10), NOW),)), date(2026, 3, 10), False),
        (spent(*THREE, holds=(Hold(HoldKind.PROMISE, date(2026, 3, 9), NOW),)), date(2026, 3, 10), True),
        (spent(*THREE, holds=(Hold(HoldKind.PAUSE, None, NOW),)), date(2026, 3, 10), False),
    ],
)
def test_after_the_last_statement_the_owner_is_asked_once_its_spacing_is_over(listed, today, asked):
    """Not while it is held, settled but for the tolerance, in a plan, or under a formal notice."""
    assert bool(exhausted([listed], PLAN, today)) is asked


@pytest.mark.parametrize(
    ("hold", "state", "paid", "broken"),
    [
        (Hold(HoldKind.PROMISE, TODAY - DAY, NOW), ItemState.FOLLOWED, "", True),
        (Hold(HoldKind.PROMISE, TODAY, NOW), ItemState.FOLLOWED, "", False),
        (Hold(HoldKind.PROMISE, None, NOW), ItemState.FOLLOWED, "", False),
        (Hold(HoldKind.CLAIM, TODAY - DAY, NOW), ItemState.FOLLOWED, "", False),
        (Hold(HoldKind.PROMISE, TODAY - DAY, NOW), ItemState.SETTLED, "", False),
        (Hold(HoldKind.PROMISE, TODAY - DAY, NOW), ItemState.FOLLOWED, "1000.00", False),
        (Hold(HoldKind.PROMISE, TODAY - DAY, NOW), ItemState.FOLLOWED, "999.99", True),
    ],
)
def test_a_promise_is_broken_when_its_days_are_over_and_money_is_open(hold, state, paid, broken):
    """The last day of its grace still counts, and a cent is open too."""
    assert bool(lapsed_promises([replace(item("i1", paid=paid), holds=(hold,), state=state)], TODAY)) is broken


MARK = NoticeMark(date(2026, 2, 10), date(2026, 3, 6), "m", sent=True)


@pytest.mark.parametrize(
    ("mark", "today", "more", "lapsed"),
    [
        (MARK, date(2026, 3, 10), {}, True),
        (MARK, date(2026, 3, 9), {}, False),
        (replace(MARK, sent=False), date(2026, 3, 10), {}, False),
        (MARK, date(2026, 3, 10), {"state": ItemState.SETTLED}, False),
        (MARK, date(2026, 3, 10), {"plan": "p"}, False),
        (MARK, date(2026, 3, 10), {"payments": (Payment(money("999.00"), TODAY, "x"),)}, False),
        (MARK, date(2026, 3, 10), {"holds": (Hold(HoldKind.CLAIM, date(2026, 3, 10), NOW),)}, False),
        (MARK, date(2026, 3, 11), {"holds": (Hold(HoldKind.CLAIM, date(2026, 3, 10), NOW),)}, True),
    ],
)
def test_a_formal_notice_lapses_after_its_deadline_and_grace(mark, today, more, lapsed):
    """Three days for a transfer of the last day to arrive; what holds the invoice holds the question."""
    stands = replace(item("i1"), **{"notices": (mark,), **more})
    assert bool(lapsed_notices([stands], PLAN, today)) is lapsed


CLAIM = Hold(HoldKind.CLAIM, date(2026, 3, 6), NOW, on=date(2026, 2, 27))


@pytest.mark.parametrize(
    ("holds", "more", "day"),
    [
        ((CLAIM,), {}, date(2026, 3, 7)),
        ((), {}, None),
        ((CLAIM, Hold(HoldKind.PAUSE, date(2026, 3, 20), NOW)), {}, date(2026, 3, 21)),
        ((CLAIM, Hold(HoldKind.PAUSE, None, NOW)), {}, None),
        ((CLAIM,), {"contacted_on": date(2026, 3, 5)}, date(2026, 3, 12)),
        (
            (CLAIM,),
            {"statements": (Statement("EUR", 1, date(2026, 3, 4), "", ("i1",), "m", "sent"),)},
            date(2026, 3, 11),
        ),
        ((CLAIM,), {"contacts": ()}, None),
        ((CLAIM,), {"holds": (Hold(HoldKind.PAUSE, date(2026, 3, 9), NOW),)}, date(2026, 3, 10)),
    ],
)
def test_a_proof_is_asked_for_when_the_money_had_its_time(holds, more, day):
    """After the claim's days, other holds, and the least interval after any contact."""
    assert proof_due_on(account(**more), replace(item("i1"), holds=holds), PLAN) == day


def told(intent=None, *, items=None, proved=False, **more):
    found_ = items or [item("i1")]
    ledger = Ledger.of([account(), *found_])
    said = intent or Intent("claims_paid", 0.9, "c'est payé", "r", on=date(2026, 3, 9))
    return believed(ledger, ledger.accounts["d1"], found_, said, context(**more), proved=proved)


def test_what_is_said_to_be_paid_rests_for_bank_days():
    """From the day that was told, in both countries; with a proof twice as long."""
    done = told()
    until = add_bank_days(date(2026, 3, 9), 5, "BE", "BE")
    assert done.events == (
        ev.PaymentClaimed(**HEAD, item="i1", hold_until=until, on=date(2026, 3, 9), words="c'est payé", proof=False),
    )
    assert not done.letters
    assert told(proved=True).events[0].proof
    assert told(proved=True).events[0].hold_until > until


@pytest.mark.parametrize(
    ("paid_on", "proved", "until"),
    [
        (None, False, "2026-03-17"),
        (date(2026, 3, 10), False, "2026-03-17"),
        (date(2026, 3, 12), False, "2026-03-19"),
        (date(2026, 1, 5), True, "2026-03-17"),
    ],
)
def test_a_claim_holds_at_least_some_days_from_today(paid_on, proved, until):
    """However long ago the day lies that was told."""
    assert hold_until(account(), paid_on, context(), proved=proved).isoformat() == until


def test_an_old_claim_without_proof_holds_its_least_days():
    """Fewer than the plan's: the money should be there."""
    old = hold_until(account(), date(2026, 1, 5), context(), proved=False)
    assert TODAY < old < hold_until(account(), None, context(), proved=False)


def test_what_was_said_to_be_paid_too_often_is_asked_about():
    """The creditor looks at his bank; the invoice rests for his answer; asked once."""
    often = replace(item("i1"), claims=9)
    done = told(items=[often, item("i2")])
    claim, asked, rest = done.events
    until = rest.until
    assert claim.item == "i2"
    assert (asked.subjects, asked.to, asked.choices) == (("i1",), OWNER, asked.choices)
    assert rest == ev.FollowUpPaused(**HEAD, subject="i1", until=until, reason=asked.topic)
    (letter,) = done.letters
    assert (letter.kind, letter.code, letter.items, letter.account) == (
        LetterKind.QUESTION,
        asked.topic,
        ("i1",),
        "d1",
    )
    assert (letter.question, letter.choices, letter.on, letter.words) == (
        asked.question,
        asked.choices,
        until,
        "c'est payé",
    )
    ledger = done.after(Ledger.of([account(), often, item("i2")]))
    assert ask_creditor(ledger, account(), [often], "w", context()) == Decision()


def test_an_invoice_that_rests_longer_is_not_paused_again():
    """A pause until a person ends it, or until the same day, stays as it is."""
    until = next(
        e.until for e in told(items=[replace(item("i1"), claims=9)]).events if isinstance(e, ev.FollowUpPaused)
    )
    for day, paused in ((None, False), (until, False), (until - DAY, True)):
        held = replace(item("i1"), claims=9, holds=(Hold(HoldKind.PAUSE, day, NOW),))
        assert any(isinstance(e, ev.FollowUpPaused) for e in told(items=[held]).events) is paused


def test_the_proof_of_late_money_is_asked_for_in_one_mail():
    """About all of it, with the day when he told one; the creditor hears when reminders would go on."""
    late = [replace(item(n), holds=(CLAIM,)) for n in ("i1", "i2")]
    ledger = Ledger.of([account(), *late])
    done = proofs_asked(ledger, ledger.accounts["d1"], context())
    (asked,) = done.events
    assert asked == ce.PaymentProofAsked(
        **HEAD, debtor="d1", items=("i1", "i2"), on=TODAY, hold_until=TODAY + 6 * DAY, mail=done.letters[0].key
    )
    mail, notice = done.letters
    assert (mail.kind, mail.to, mail.items, mail.account, mail.on, mail.language) == (
        LetterKind.PROOF_REQUEST,
        (DEBTOR,),
        ("i1", "i2"),
        "d1",
        date(2026, 2, 27),
        "fr",
    )
    assert (notice.kind, notice.code, notice.items, notice.account, notice.on, notice.to) == (
        LetterKind.ACTION_NOTICE,
        "proof_asked",
        ("i1", "i2"),
        "d1",
        TODAY + 7 * DAY,
        (OWNER,),
    )
    other = [late[0], replace(late[1], holds=(replace(CLAIM, on=date(2026, 2, 20)),))]
    two = Ledger.of([account(), *other])
    assert proofs_asked(two, two.accounts["d1"], context()).letters[0].on is None
    covered = Ledger.of([account(money=(Payment(money("1999.00"), TODAY, "bank"),)), *late])
    assert proofs_asked(covered, covered.accounts["d1"], context()) == Decision()


def noticed(*items, until=None, questions=(), **more):
    fields = {
        "number": "BE0123456749",
        "statements": (Statement("EUR", 1, date(2026, 2, 10), "friendly", ("i1", "i2"), "s1", "sent"),),
        **more,
    }
    ledger = Ledger.of([account(**fields), *items, *questions])
    order = Instruction("formal_notice", "mise en demeure", numbers=("N-i1",), until=until)
    return instructed(ledger, InstructionReading((order,)), (), None, context())


def test_a_formal_notice_is_written_once_and_told_at_once():
    """Its number counts on within the currency; the question that it answers is closed."""
    before = FormalNotice("EUR", 2, date(2026, 1, 1), date(2026, 1, 20), ("i9",), "old", "cancelled")
    asked = Question("q1", "acme", "after_last_statement", ("i1",), (), OWNER, "", NOW)
    other = replace(asked, id="q2", subjects=("i7",))
    done = noticed(item("i1"), notices=(before, replace(before, currency="GBP", number=7)), questions=(asked, other))
    queued = next(e for e in done.events if isinstance(e, ev.NoticeQueued))
    assert (queued.debtor, queued.currency, queued.number, queued.items) == ("d1", "EUR", 3, ("i1",))
    assert (queued.mail, queued.on) == ("formal_notice:acme:d1:EUR:3", TODAY)
    assert [(e.question, e.answer) for e in done.events if isinstance(e, ev.QuestionAnswered)] == [
        ("q1", "formal_notice")
    ]
    mail, news = done.letters
    assert (mail.kind, mail.key, mail.to, mail.language) == (LetterKind.FORMAL_NOTICE, queued.mail, (DEBTOR,), "fr")
    for letter in (mail, news):
        assert (letter.items, letter.account, letter.currency, letter.on, letter.until) == (
            ("i1",),
            "d1",
            "EUR",
            TODAY,
            queued.deadline,
        )
    assert (news.kind, news.code, news.facts, news.key) == (
        LetterKind.NOTICE_NEWS,
        "ordered",
        (),
        f"notice_ordered:{queued.mail}",
    )


def test_a_deadline_that_cannot_be_is_bounded_and_said():
    """Tomorrow is too soon: the notice gives its least days, and the wish is told."""
    done = noticed(item("i1"), until=TODAY + DAY)
    assert done.letters[1].facts == (("bounded", "2026-03-11"),)
    fit = noticed(item("i1"), until=TODAY + 20 * DAY)
    assert fit.letters[1].facts == ()


def test_notices_that_wait_are_taken_back_with_their_order():
    """What left stays; what was ordered before stays."""
    waits = FormalNotice("EUR", 1, TODAY, TODAY + 20 * DAY, ("i1",), "m1", "queued")
    now = account(notices=(waits, replace(waits, mail="m2", number=2), replace(waits, mail="m3", state="sent")))
    assert notices_back(account(notices=(waits,)), now, context()) == (
        ev.NoticeCancelled(**HEAD, debtor="d1", currency="EUR", number=2, items=("i1",), mail="m2", reason="undone"),
    )
    assert cancelled(now, waits, "x", context()).reason == "x"


def note(amount="-100.00", **more):
    return item("n1", total=amount, credit_note=True, number="NC-1", **more)


def brought(*items, note_=None, **more):
    """A credit note comes into these books."""
    made = note_ or note(**more)
    event = ev.InvoiceRegistered(**HEAD, item=made.id, invoice=made.invoice)
    return with_set_offs(Ledger.of([account(), *items]), Decision((event,)), context())


def test_a_credit_note_lessens_what_it_names_the_oldest_first():
    """From its own date; what is covered is settled, and the note when nothing is left of it."""
    items = [item("i1", total="60.00", number="A-1"), item("i2", total="60.00", number="A-2", due=date(2026, 3, 1))]
    done = brought(*items, corrects=("A-1", "A-2"))
    day = items[0].invoice.issue_date
    assert [e for e in done.events if isinstance(e, ce.CreditSetOff)] == [
        ce.CreditSetOff(**HEAD, item="i1", credit="n1", amount=money("60.00"), on=day),
        ce.CreditSetOff(**HEAD, item="i2", credit="n1", amount=money("40.00"), on=day),
    ]
    assert [e.item for e in done.events if isinstance(e, ev.InvoiceSettled)] == ["i1", "n1"]


def test_a_credit_note_that_names_nothing_is_asked_about():
    """Which invoice of just its sum it cancels; a payment in part leaves none of that sum."""
    done = brought(item("i1", total="100.00"), item("i2", total="100.00"), item("i3", total="150.00", paid="50.00"))
    asked = next(e for e in done.events if isinstance(e, ev.QuestionAsked))
    assert (asked.topic, asked.subjects, asked.choices) == (WHICH, ("n1", "i1", "i2"), ("i1", "i2", "on_account"))
    letter = next(x for x in done.letters if x.kind is LetterKind.QUESTION)
    assert (letter.code, letter.items, letter.account, letter.amount) == (
        WHICH,
        ("n1", "i1", "i2"),
        "d1",
        money("100.00"),
    )
    assert (letter.question, letter.choices) == (asked.question, asked.choices)


def test_a_credit_note_above_what_is_owed_is_kept_or_paid_back():
    """Its debtor owes less than it gives; while one of his invoices is unchecked nothing is asked."""
    done = brought(item("i1", total="60.00", number="A-1"), corrects=("A-1",))
    asked = next(e for e in done.events if isinstance(e, ev.QuestionAsked))
    assert (asked.topic, asked.subjects, asked.choices) == (LEFT, ("n1",), ("keep", "refunded"))
    letter = next(x for x in done.letters if x.kind is LetterKind.QUESTION)
    assert (letter.items, letter.amount) == (("n1", "i1"), money("40.00"))
    unchecked = brought(item("i1", total="60.00"), item("i2", state=ItemState.REVIEW, total="5.00"))
    assert not [e for e in unchecked.events if isinstance(e, ev.QuestionAsked)]
    owed = brought(item("i1", total="160.00"))
    assert not [e for e in owed.events if isinstance(e, ev.QuestionAsked)]


def books(*items):
    return Ledger.of([account(), *items])


def test_the_answers_about_a_credit_note():
    """The chosen invoice is lessened and told; kept, it stays; paid back, it is gone with its sum."""
    ask = Question("q1", "acme", WHICH, ("n1", "i1"), ("i1", "on_account"), OWNER, "", NOW)
    ledger = books(note(), item("i1", total="100.00"))
    closed = ev.QuestionAnswered(**HEAD, question="q1", answer="i1")
    done = which_answered(ledger, ask, "i1", context())
    assert done.events[0] == closed
    assert done.after(ledger).items["i1"].state is ItemState.SETTLED
    (letter,) = done.letters
    assert (letter.code, letter.items, letter.amount) == ("credited", ("i1", "n1"), money("100.00"))
    kept = which_answered(ledger, ask, "on_account", context())
    assert (len(kept.events), kept.letters[0].code, kept.letters[0].items) == (1, "credit_kept", ("n1",))
    gone = which_answered(books(item("i1")), ask, "i1", context())
    assert (len(gone.events), gone.letters[0].items) == (1, ())
    left = replace(ask, topic=LEFT, subjects=("n1",))
    back = left_answered(ledger, left, "refunded", context())
    assert back.events[1:] == (
        ce.CreditRefunded(**HEAD, item="n1", amount=money("100.00"), on=TODAY),
        ev.InvoiceSettled(**HEAD, item="n1"),
    )
    assert (back.letters[0].code, back.letters[0].amount) == ("credit_refunded", money("100.00"))
    stays = left_answered(ledger, left, "keep", context())
    assert (len(stays.events), stays.letters[0].code, stays.letters[0].items) == (1, "credit_kept", ("n1",))
    spent_ = left_answered(books(note(paid="-100.00")), left, "refunded", context())
    assert (len(spent_.events), spent_.letters[0].code) == (1, "credit_kept")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A-1", ("A-1",)),
        ("A-1, A-2;A-3 & A-4 + A-5", ("A-1", "A-2", "A-3", "A-4", "A-5")),
        ("A-1 et A-2 en A-3 and A-4 und A-1", ("A-1", "A-2", "A-3", "A-4")),
        (" , -", ()),
    ],
)
def test_a_credit_note_says_which_invoices_it_corrects(text, numbers):
    """One or several, in four languages; an invoice corrects none."""
    made = replace(reading(kind=DocumentKind.CREDIT_NOTE), preceding_invoice=found(text))
    assert numbers_corrected(made) == numbers
    assert numbers_corrected(replace(made, kind=found(DocumentKind.INVOICE))) == ()
    assert numbers_corrected(reading(kind=DocumentKind.CREDIT_NOTE)) == ()


def test_a_credit_note_for_anothers_invoice_is_doubted():
    """Another debtor's, or in another currency; of several with that number one that fits is enough."""
    other = item("i1", number="A-1", debtor="d2", currency="GBP")
    mine = item("i2", number="A 1")
    made = invoice("n1", credit_note=True, total="-5.00", corrects=("A-1",))
    assert doubts_about_credit(made, books(other)) == ("buyer_name", "currency")
    assert doubts_about_credit(made, books(other, mine)) == ()
    assert doubts_about_credit(replace(made, credit_note=False), books(other)) == ()
    assert doubts_about_credit(replace(made, corrects=()), books(other)) == ()


TERMS = PlanTerms()


def days(found_):
    return [(part.due_date.isoformat(), f"{part.amount:.2f}") for part in found_]


@pytest.mark.parametrize(
    ("wish", "parts"),
    [
        (PlanWish(count=2), [("2026-03-20", "500.00"), ("2026-04-20", "500.00")]),
        (PlanWish(count=2, first=date(2026, 3, 2)), [("2026-03-10", "500.00"), ("2026-04-10", "500.00")]),
        (PlanWish(count=2, every=Every.WEEK), [("2026-03-20", "500.00"), ("2026-03-27", "500.00")]),
        (PlanWish(count=2, every=Every.FORTNIGHT), [("2026-03-20", "500.00"), ("2026-04-03", "500.00")]),
        (
            PlanWish(count=3, first=date(2026, 12, 31)),
            [("2026-12-31", "333.33"), ("2027-02-01", "333.33"), ("2027-03-01", "333.34")],
        ),
        (PlanWish(), [("2026-03-20", "333.33"), ("2026-04-20", "333.33"), ("2026-05-20", "333.34")]),
        (PlanWish(each=Decimal(1500)), [("2026-03-20", "1000.00")]),
        (PlanWish(count=61), []),
        (
            PlanWish(parts=(WishedPart(amount=Decimal(400)), WishedPart(on=date(2026, 3, 15)))),
            [("2026-03-16", "1000.00")],
        ),
        (
            PlanWish(parts=(WishedPart(amount=Decimal(400)), WishedPart(on=date(2026, 3, 17)))),
            [("2026-03-16", "400.00"), ("2026-03-17", "600.00")],
        ),
        (
            PlanWish(parts=(WishedPart(amount=Decimal(1000)), WishedPart(on=date(2026, 4, 1)))),
            [("2026-03-16", "1000.00")],
        ),
    ],
)
def test_a_wish_becomes_days_and_sums(wish, parts):
    """Working days only, those of one day together, the last one takes the rest; months keep their day or their last."""
    assert days(schedule(wish, money("1000.00"), TERMS, TODAY, "BE")) == parts


def test_a_schedule_within_the_terms_at_their_very_edge():
    """So many instalments, so far the first, so far the last, so small but the last."""
    edge = (Instalment(TODAY + 60 * DAY, Decimal(50)), Instalment(date(2026, 9, 10), Decimal(1)))
    assert within(edge, TERMS, TODAY)
    assert not within((replace(edge[0], due_date=TODAY + 61 * DAY), edge[1]), TERMS, TODAY)
    assert not within((edge[0], replace(edge[1], due_date=date(2026, 9, 11))), TERMS, TODAY)
    assert not within((replace(edge[0], amount=Decimal("49.99")), edge[1]), TERMS, TODAY)
    assert not within((), TERMS, TODAY)
    assert within((edge[0],) * 6, TERMS, TODAY)
    assert not within((edge[0],) * 7, TERMS, TODAY)


@pytest.mark.parametrize(
    ("wish", "total", "terms", "count", "first"),
    [
        (PlanWish(count=10), "1000.00", TERMS, 6, "2026-03-20"),
        (PlanWish(count=6), "120.00", TERMS, 2, "2026-03-20"),
        (PlanWish(count=6), "40.00", TERMS, 1, "2026-03-20"),
        (PlanWish(count=6), "40.00", replace(TERMS, min_amount=Decimal(0)), 6, "2026-03-20"),
        (PlanWish(count=6), "1000.00", replace(TERMS, max_months=2), 2, "2026-03-20"),
        (PlanWish(count=2, first=date(2026, 5, 9)), "1000.00", TERMS, 2, "2026-05-11"),
        (PlanWish(count=2, first=date(2026, 5, 10)), "1000.00", TERMS, 2, "2026-03-20"),
        (PlanWish(count=2, first=date(2026, 3, 9)), "1000.00", TERMS, 2, "2026-03-20"),
        (PlanWish(), "1000.00", TERMS, 3, "2026-03-20"),
        (PlanWish(), "1000.00", replace(TERMS, min_amount=Decimal(0)), 3, "2026-03-20"),
    ],
)
def test_our_own_schedule_is_the_nearest_that_the_terms_allow(wish, total, terms, count, first):
    """As many instalments as wished, or as the terms let be; his first day when it is near enough."""
    made = suggestion(wish, money(total), terms, TODAY, "BE")
    assert (len(made), made[0].due_date.isoformat()) == (count, first)


def test_a_schedule_is_cut_at_its_end_and_paid_from_its_beginning():
    """To the cent, and what was added goes to the last part."""
    parts = (Instalment(TODAY, Decimal(100)), Instalment(TODAY + 30 * DAY, Decimal(100)))
    assert [p.amount for p in trimmed(parts, Decimal(150))] == [100, 50]
    assert [p.amount for p in trimmed(parts, Decimal(100))] == [100]
    assert [p.amount for p in trimmed(parts, Decimal(230))] == [100, 130]
    assert trimmed((), Decimal(5)) == ()
    now = standings(parts, Decimal(200), Decimal(130))
    assert [(s.number, s.amount, s.open) for s in now] == [(1, 100, 0), (2, 100, 70)]
    assert [s.open for s in standings(parts, Decimal(200), Decimal(-5))] == [100, 100]


def test_an_account_wakes_on_the_first_day_that_something_is_due():
    """A statement, a promise that ends, the question after the last statement."""
    assert wake_on(account(), [item("i1", due=date(2026, 3, 2))], PLAN) == date(2026, 3, 8)
    promised = replace(item("i1"), holds=(Hold(HoldKind.PROMISE, date(2026, 3, 20), NOW),))
    assert wake_on(account(), [promised], PLAN) == date(2026, 3, 21)
    assert wake_on(account(), [spent(*THREE)], PLAN) == date(2026, 3, 10)
    assert wake_on(account(), [item("i1", state=ItemState.SETTLED)], PLAN) is None
