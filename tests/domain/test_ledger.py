"""The ledger is the fold of its events: what each of them does to a state, and nothing more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.domain import events as ev
from agent.domain.happenings import Happening
from agent.domain.invoices import Invoice
from agent.domain.ledger import HoldKind, ItemState, Ledger, apply, replay
from agent.domain.money import Money

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
HEAD = {"at": NOW, "source": "m1", "creditor": "acme"}
ITEM, DEBTOR = "acme-1", "acme-d1"
BILL = Invoice(
    id=ITEM,
    creditor="acme",
    number="1",
    issue_date=date(2026, 1, 1),
    due_date=date(2026, 1, 31),
    total=Money.of("1000.00", "EUR"),
    deposit=Money.of("200.00", "EUR"),
    debtor=DEBTOR,
)


def euros(text):
    return Money.of(text, "EUR")


def registered(bill=BILL, doubts=()):
    return ev.InvoiceRegistered(**HEAD, item=bill.id, invoice=bill, doubts=doubts)


def item_event(kind, **fields):
    return kind(**HEAD, item=ITEM, **fields)


def account_event(kind, **fields):
    return kind(**HEAD, debtor=DEBTOR, **fields)


OPENED = account_event(ev.DebtorOpened, name="Durand SA", number="BE0123456749", country="BE", language="fr")


def paid(text):
    return item_event(ev.PaymentReceived, amount=euros(text), on=TODAY, evidence="bank")


def promised(days=10):
    day = TODAY + timedelta(days=days)
    return item_event(ev.PromiseToPayMade, pay_on=day, hold_until=day + timedelta(days=3), words="promis")


def item(*events, start=None):
    return replay(events, start or Ledger().having(replay([registered()]).items.values())).items[ITEM]


def account(*events):
    return replay([OPENED, *events]).accounts[DEBTOR]


def test_an_invoice_is_followed_or_waits_for_answers():
    """Without doubts it is followed at once, with doubts it is under review; both are open."""
    followed = replay([registered()]).items[ITEM]
    doubtful = replay([registered(doubts=("due_date",))]).items[ITEM]
    assert (followed.state, followed.version, followed.registered_at) == (ItemState.FOLLOWED, 1, NOW)
    assert (doubtful.state, doubtful.doubts) == (ItemState.REVIEW, ("due_date",))
    assert followed.is_open
    assert doubtful.is_open
    assert followed.creditor == "acme"


def test_the_balance_is_computed():
    """Total less deposit less what came in; a reversal adds it again; an overpayment is negative."""
    assert item().balance == euros("800.00")
    assert item(paid("300")).balance == euros("500.00")
    taken_back = item_event(ev.PaymentReversed, amount=euros("300"), on=TODAY, evidence="bank")
    assert item(paid("300"), taken_back).balance == euros("800.00")
    assert item(paid("900")).balance == euros("-100.00")
    assert item(paid("300"), paid("200")).paid == euros("500")


def test_opening_twice_is_an_error():
    """What exists is not registered, opened or asked once more."""
    asked = ev.QuestionAsked(**HEAD, question="q1", topic="t", subjects=(ITEM,))
    for event in (registered(), OPENED, asked):
        with pytest.raises(ValueError, match="exists already"):
            replay([event, event])


def test_events_about_others_change_nothing():
    """A ledger that does not hold a state leaves events about it aside."""
    ledger = replay([OPENED])
    assert apply(ledger, paid("1")) == ledger


def test_a_correction_answers_or_leaves_doubts():
    """The new fields stand; the item is followed when no doubt is left; what has ended stays ended."""
    better = replace(BILL, due_date=date(2026, 2, 28))
    fix = item_event(ev.InvoiceCorrected, before=BILL, invoice=better)
    still = item_event(ev.InvoiceCorrected, before=BILL, invoice=better, doubts=("total",))
    doubtful = replay([registered(doubts=("due_date",))])
    assert item(fix, start=doubtful).state is ItemState.FOLLOWED
    assert item(fix, start=doubtful).invoice == better
    assert item(still).state is ItemState.REVIEW
    assert item(item_event(ev.InvoiceWithdrawn), still).state is ItemState.WITHDRAWN


@pytest.mark.parametrize(
    ("kind", "state", "is_open"),
    [
        (ev.InvoiceSettled, ItemState.SETTLED, False),
        (ev.InvoiceWithdrawn, ItemState.WITHDRAWN, False),
        (ev.InvoiceWrittenOff, ItemState.WRITTEN_OFF, False),
        (ev.InvoiceEscalated, ItemState.ESCALATED, True),
    ],
)
def test_an_item_ends_in_one_of_four_ways(kind, state, is_open):
    """Only an escalated one is still owed."""
    ended = item(item_event(kind))
    assert (ended.state, ended.is_open) == (state, is_open)


def test_a_settled_item_rests_and_may_be_reopened():
    """Settling ends every hold and says when; a reversed payment opens it again."""
    settled = item(promised(), item_event(ev.InvoiceSettled))
    assert (settled.holds, settled.settled_at) == ((), NOW)
    reopened = item(item_event(ev.InvoiceSettled), item_event(ev.InvoiceReopened))
    assert (reopened.state, reopened.settled_at) == (ItemState.FOLLOWED, None)


def test_a_promise_holds_until_its_grace_is_over():
    """Through the last day it holds, the day after it does not; a new promise replaces the old one."""
    held = item(promised(10))
    assert held.hold(TODAY + timedelta(days=13)).kind is HoldKind.PROMISE
    assert held.hold(TODAY + timedelta(days=14)) is None
    again = item(promised(10), promised(20))
    assert [h.on for h in again.holds] == [TODAY + timedelta(days=20)]


def test_a_broken_promise_is_counted_and_holds_no_more():
    """Only the promise ends; other holds stay."""
    broken = item(promised(), item_event(ev.DisputeRaised), item_event(ev.PromiseBroken, pay_on=TODAY))
    assert broken.broken_promises == 1
    assert [h.kind for h in broken.holds] == [HoldKind.DISPUTE]


def test_a_claim_of_payment_holds_and_settles_nothing():
    """ "Already paid" rests the reminders for its days; the balance is what it was."""
    claim = item_event(ev.PaymentClaimed, hold_until=TODAY + timedelta(days=5), on=TODAY, words="payé")
    claimed = item(claim)
    assert claimed.hold(TODAY).kind is HoldKind.CLAIM
    assert claimed.balance == item().balance
    assert claimed.state is ItemState.FOLLOWED


def test_a_dispute_holds_until_it_is_settled():
    """No day ends it, and no general resumption either; only DisputeSettled does."""
    far = TODAY + timedelta(days=3650)
    disputed = item(item_event(ev.DisputeRaised, reason="quality", words="cassé"))
    resume = ev.FollowUpResumed(**HEAD, subject=ITEM)
    assert disputed.hold(far).reason == "quality"
    assert item(item_event(ev.DisputeRaised), resume).hold(far) is not None
    assert item(item_event(ev.DisputeRaised), item_event(ev.DisputeSettled)).hold(far) is None


@pytest.mark.parametrize("subject", [ITEM, DEBTOR])
def test_a_pause_is_for_an_item_or_an_account(subject):
    """It rests until its day, or until somebody resumes; the latest pause counts."""
    ledger = replay([OPENED, registered()])
    pause = ev.FollowUpPaused(**HEAD, subject=subject, until=TODAY, reason="holiday")
    longer = replace(pause, until=None)
    assert replay([pause], ledger).get(subject).hold(TODAY) is not None
    assert replay([pause], ledger).get(subject).hold(TODAY + timedelta(days=1)) is None
    assert len(replay([pause, longer], ledger).get(subject).holds) == 1
    assert replay([longer, ev.FollowUpResumed(**HEAD, subject=subject)], ledger).get(subject).hold(TODAY) is None


def test_the_newest_working_address_is_written_to():
    """A failed one is passed over, one confirmed again works again, a removed one is gone."""
    first, second = (account_event(ev.ContactAdded, address=a, name="A") for a in ("a@x.example", "b@x.example"))
    failed = account_event(ev.ContactFailed, address="b@x.example", reason="user unknown")
    removed = account_event(ev.ContactRemoved, address="a@x.example")
    assert account(first, second).contact.address == "b@x.example"
    assert account(first, second, failed).contact.address == "a@x.example"
    assert account(first, second, failed, removed).contact is None
    assert account(first, second, failed, second).contact.address == "b@x.example"
    assert account(first, first).contacts == account(first).contacts


def statement(kind, cycle=1, currency="EUR", on=TODAY, **fields):
    extra = {ev.StatementQueued: {"on": on, "level": "friendly"}, ev.StatementSent: {"on": on}}.get(kind, fields)
    return account_event(kind, currency=currency, cycle=cycle, items=(ITEM,), mail=f"s{cycle}", **extra)


def test_a_statement_is_counted_when_queued_and_not_when_cancelled():
    """The account numbers its statements per currency; the items count those that listed them; a number is used once."""
    start = replay([OPENED, registered()])
    queued = replay([statement(ev.StatementQueued)], start)
    cancelled = replay([statement(ev.StatementCancelled, reason="paid")], queued)
    debtor = queued.accounts[DEBTOR]
    assert (debtor.last_statement("EUR").state, debtor.next_cycle("EUR"), debtor.next_cycle("USD")) == ("queued", 2, 1)
    assert debtor.last_statement("USD") is None
    assert queued.items[ITEM].statements == (TODAY,)
    assert cancelled.items[ITEM].statements == ()
    assert cancelled.accounts[DEBTOR].last_statement("EUR") is None
    assert cancelled.accounts[DEBTOR].next_cycle("EUR") == 2


def test_a_statement_counts_from_the_day_it_was_sent():
    """Queued on one day and sent on a later one, the later day spaces the next."""
    later = TODAY + timedelta(days=2)
    start = replay([OPENED, registered(), statement(ev.StatementQueued)])
    sent = replay([statement(ev.StatementSent, on=later)], start)
    assert sent.accounts[DEBTOR].last_statement("EUR").state == "sent"
    assert sent.accounts[DEBTOR].last_statement("EUR").on == later
    assert sent.items[ITEM].statements == (later,)


def test_a_question_is_open_until_it_is_answered():
    """The answer is kept."""
    asked = ev.QuestionAsked(
        **HEAD, question="q1", topic="t", subjects=(ITEM,), choices=("yes", "no"), to="a@b.example"
    )
    question = replay([asked]).questions["q1"]
    assert question.is_open
    answered = replay([asked, ev.QuestionAnswered(**HEAD, question="q1", answer="yes")]).questions["q1"]
    assert (answered.is_open, answered.answer, answered.version) == (False, "yes", 2)


def test_items_of_an_account_come_by_due_date():
    """The oldest claim first; one without a due date last; those of others not at all."""
    bills = [
        replace(BILL, id="b", number="b", due_date=date(2026, 3, 1)),
        replace(BILL, id="c", number="c", due_date=None),
        replace(BILL, id="d", number="d", debtor="other"),
        BILL,
    ]
    ledger = replay([registered(bill) for bill in bills])
    assert [i.id for i in ledger.of_account(DEBTOR)] == [ITEM, "b", "c"]


def test_every_event_is_folded_and_names_what_it_changes():
    """No event is forgotten by the fold, and the head alone is none."""
    from typing import get_args

    from agent.domain.ledger import _FOLDS

    assert set(_FOLDS) == set(get_args(ev.Event))
    with pytest.raises(TypeError, match="abstract"):
        Happening(**HEAD)


def test_a_credit_note_lowers_nothing_but_its_own_balance():
    """Its total is negative, and so is what it leaves."""
    note = replace(BILL, id="n", credit_note=True, total=euros("-50"), deposit=euros("0"))
    assert replay([registered(note)]).items["n"].balance == euros("-50")
