"""Replay: the ledger depends on the events and their order within a case, on nothing else; the store agrees with it."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.invoices import Invoice
from agent.domain.ledger import Ledger, apply, replay
from agent.domain.money import Money
from agent.domain.overdue import ChargePart
from agent.domain.phases import Phase
from agent.ports import Commit, Conflict
from agent.store.tinydb_store import TinyStore
from tests.store.builders import folded

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CASES = ("a", "b", "c")
days = st.integers(0, 60).map(lambda n: date(2026, 3, 1) + timedelta(days=n))
cents = st.integers(1, 10**7).map(lambda n: Money.of(f"{n // 100}.{n % 100:02}", "EUR"))
words = st.text(max_size=8)


def head(case):
    return {"at": NOW, "source": "m", "creditor": f"creditor-{case}"}


def opening(case):
    bill = Invoice(
        id=f"item-{case}",
        creditor=f"creditor-{case}",
        number=case,
        issue_date=date(2026, 1, 1),
        due_date=None,
        total=Money.of("1000", "EUR"),
        deposit=Money.of("0", "EUR"),
        debtor=f"debtor-{case}",
    )
    return (
        ev.DebtorOpened(**head(case), debtor=f"debtor-{case}", name=f"Debtor {case}"),
        ev.InvoiceRegistered(**head(case), item=bill.id, invoice=bill),
    )


@cache
def happenings(case):
    """Any event that may follow in this case."""
    item = {**head(case), "item": f"item-{case}"}
    account = {**head(case), "debtor": f"debtor-{case}"}
    subject = st.sampled_from([f"item-{case}", f"debtor-{case}"])
    listed = {"currency": "EUR", "items": (f"item-{case}",), "mail": "s"}
    build, just = st.builds, st.just
    fixed = {name: just(value) for name, value in item.items()}
    fixed_account = {name: just(value) for name, value in account.items()}
    fixed_head = {name: just(value) for name, value in head(case).items()}
    cycle = st.integers(1, 3)
    return st.one_of(
        build(ev.PaymentReceived, **fixed, amount=cents, on=days, evidence=just("bank")),
        build(ev.PaymentReversed, **fixed, amount=cents, on=days, evidence=just("bank")),
        build(ev.PaymentsAllocated, **fixed, parts=st.lists(st.builds(ChargePart, days, cents), max_size=2).map(tuple)),
        build(ev.PaymentClaimed, **fixed, hold_until=days, words=words),
        build(ev.PromiseToPayMade, **fixed, pay_on=days, hold_until=days, words=words),
        build(ev.PromiseBroken, **fixed, pay_on=days),
        build(ev.DisputeRaised, **fixed, words=words),
        build(ev.DisputeSettled, **fixed),
        build(ev.InvoiceSettled, **fixed),
        build(ce.MoneyPutOnAccount, **fixed_account, amount=cents, on=days, evidence=just("bank")),
        build(
            ce.MoneyTakenFromAccount, **fixed_account, amount=cents, on=days, reason=words, item=just(f"item-{case}")
        ),
        build(ce.CreditRefunded, **fixed, amount=cents, on=days),
        build(
            ce.PaymentProofAsked, **fixed_account, items=just((f"item-{case}",)), on=days, hold_until=days, mail=words
        ),
        build(ce.RemittanceAdvised, **fixed_account, amount=cents, on=days, shares=just(()), document=words),
        build(ev.InvoiceReopened, **fixed),
        build(ev.InvoiceEscalated, **fixed),
        build(ev.PhaseEntered, **fixed, phase=st.sampled_from(Phase), on=days, age=st.integers(0, 900), history=words),
        build(ev.DebtorKindTold, **fixed_account, consumer=st.sampled_from([True, False, None])),
        build(ev.ContactAdded, **fixed_account, address=st.sampled_from(["a@x.example", "b@x.example"]), name=words),
        build(ev.ContactFailed, **fixed_account, address=st.sampled_from(["a@x.example", "b@x.example"])),
        build(ev.ContactRemoved, **fixed_account, address=st.sampled_from(["a@x.example", "b@x.example"])),
        build(ev.FollowUpPaused, **fixed_head, subject=subject, until=st.none() | days, reason=words),
        build(ev.FollowUpResumed, **fixed_head, subject=subject),
        build(
            ev.StatementQueued,
            **fixed_account,
            **{k: just(v) for k, v in listed.items()},
            cycle=cycle,
            on=days,
            level=just("x"),
        ),
        build(
            ev.StatementCancelled, **fixed_account, **{k: just(v) for k, v in listed.items()}, cycle=cycle, reason=words
        ),
    )


@st.composite
def stories(draw):
    """The events of three cases, each in its own order, interleaved in any way."""
    queues = [[*opening(case), *draw(st.lists(happenings(case), max_size=8))] for case in CASES]
    order = draw(st.permutations([n for n, queue in enumerate(queues) for _ in queue]))
    return queues, order


def interleaved(queues, order):
    waiting = [iter(queue) for queue in queues]
    return [next(waiting[n]) for n in order]


@given(stories())
def test_the_order_between_cases_does_not_matter(story):
    """However the mails of different cases interleave, the ledger is the same."""
    queues, order = story
    assert replay(interleaved(queues, order)) == replay(event for queue in queues for event in queue)


@given(stories(), st.data())
def test_replay_may_stop_anywhere_and_go_on(story, data):
    """Folding a part and then the rest is folding all; so is folding one by one."""
    events = interleaved(*story)
    cut = data.draw(st.integers(0, len(events)))
    whole = replay(events)
    assert replay(events[cut:], replay(events[:cut])) == whole
    assert list(accumulate(events, apply, initial=Ledger()))[-1] == whole


@given(stories())
def test_a_case_alone_folds_as_it_does_among_others(story):
    """No case touches another: the events of one give the states that it has in the whole."""
    events = interleaved(*story)
    whole = replay(events)
    for case in CASES:
        ids = {f"item-{case}", f"debtor-{case}"}
        alone = replay(event for event in events if ids & set(event.about()))
        assert all(alone.get(id_) == whole.get(id_) for id_ in ids)
        # The store's check folds one state at a time: events about others that are not there pass by.
        assert all(replay(e for e in events if id_ in e.about()).get(id_) == whole.get(id_) for id_ in ids)


@given(stories())
def test_the_version_counts_the_events(story):
    """Each state's version is the number of events about it."""
    events = interleaved(*story)
    ledger = replay(events)
    for state in (*ledger.items.values(), *ledger.accounts.values()):
        assert state.version == sum(state.id in event.about() for event in events)


@given(stories())
def test_the_balance_is_the_sum_of_what_happened(story):
    """What is owed less what came in for it plus what was taken back, whatever else happened."""
    events = interleaved(*story)
    for item in replay(events).items.values():
        mine = [event for event in events if item.id in event.about()]
        came = sum(e.amount.amount for e in mine if isinstance(e, ev.PaymentReceived | ce.MoneyTakenFromAccount))
        back = sum(e.amount.amount for e in mine if isinstance(e, ev.PaymentReversed | ce.CreditRefunded))
        shared = next((e.parts for e in reversed(mine) if isinstance(e, ev.PaymentsAllocated)), ())
        assert item.balance.amount == 1000 - came + back + sum(part.amount.amount for part in shared)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories(), st.data())
def test_the_store_holds_what_replay_says(tmp_path_factory, story, data):
    """Committed in portions of any size and read from a file opened anew: the same ledger, the same events, and it verifies."""
    events = interleaved(*story)
    path = tmp_path_factory.mktemp("store") / "relance.db"
    store, ids, rest = TinyStore.open(path), {id_ for event in events for id_ in event.about()}, list(events)
    while rest:
        size = data.draw(st.integers(1, 5))
        portion, rest = rest[:size], rest[size:]
        commit = folded(portion, store.ledger(ids))
        store.commit(commit)
        with pytest.raises(Conflict):
            store.commit(commit)
    store.close()
    store = TinyStore.open(path)
    assert store.ledger(ids) == replay(events)
    assert [entry.event for entry in store.events()] == events
    assert store.verify() == []
    assert store.commit(Commit()) == len(events)
    store.close()
