"""The schedule holds whatever happens, in whatever order, with whatever downtime."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain import events as ev
from agent.domain.decide import Decision, due
from agent.domain.dunning_plan import DunningPlan
from agent.domain.ledger import HoldKind, ItemState, Ledger, replay
from tests.builders import account, context, item, money

START = date(2026, 3, 2)
PLAN = DunningPlan()


@dataclass(frozen=True)
class Happening:
    day: int
    kind: str
    item: int
    length: int


happenings = st.lists(
    st.builds(
        Happening,
        st.integers(0, 120),
        st.sampled_from(
            ["pay", "part", "promise", "dispute", "settle_dispute", "pause", "resume", "claim", "withdraw"]
        ),
        st.integers(0, 2),
        st.integers(1, 40),
    ),
    max_size=12,
)
offsets = st.lists(st.integers(-20, 60), min_size=3, max_size=3)
downtimes = st.lists(st.tuples(st.integers(0, 110), st.integers(1, 30)), max_size=3)
delays = st.lists(st.integers(0, 12), min_size=40, max_size=40)


def _event(h: Happening, id_: str, today: date, ledger: Ledger):
    ctx = context(today=today)
    head = {"at": ctx.now, "source": f"{h}", "creditor": "acme"}
    until = today + timedelta(days=h.length)
    balance = ledger.items[id_].balance
    match h.kind:
        case "pay":
            paid = ev.PaymentReceived(**head, item=id_, amount=balance, on=today, evidence="bank")
            return [paid, ev.InvoiceSettled(**head, item=id_)]
        case "part":
            return [ev.PaymentReceived(**head, item=id_, amount=money("100.00"), on=today, evidence="bank")]
        case "promise":
            return [ev.PromiseToPayMade(**head, item=id_, pay_on=until, hold_until=until + timedelta(days=3))]
        case "dispute":
            return [ev.DisputeRaised(**head, item=id_)]
        case "settle_dispute":
            return [ev.DisputeSettled(**head, item=id_)]
        case "pause":
            return [ev.FollowUpPaused(**head, subject=id_, until=until, reason="creditor")]
        case "resume":
            return [ev.FollowUpResumed(**head, subject=id_)]
        case "claim":
            return [ev.PaymentClaimed(**head, item=id_, hold_until=until)]
    return [ev.InvoiceWithdrawn(**head, item=id_)]


def _sent(queued: ev.StatementQueued, on: date) -> ev.StatementSent:
    return ev.StatementSent(
        at=queued.at, source="outbox", creditor="acme", debtor=queued.debtor, currency=queued.currency,
        cycle=queued.cycle, items=queued.items, on=on, mail=queued.mail,
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(happenings, offsets, downtimes, delays)
def test_never_early_never_close_never_held_never_too_often(stories, due_in, down, delay):
    """No statement before due and grace, none within the interval of the last one that left, none about a held item,
    none beyond the plan, whatever the order of events, the downtime and the time that mails wait in the outbox."""
    dues = [START + timedelta(days=d) for d in due_in]
    ledger = Ledger.of([account(), *(item(f"i{n}", due=d, total="500.00") for n, d in enumerate(dues))])
    left: list[tuple[date, tuple[str, ...]]] = []
    waiting: list[tuple[date, ev.StatementQueued]] = []
    for number in range(150):
        today = START + timedelta(days=number)
        for ready, queued in [w for w in waiting if w[0] <= today]:
            waiting.remove((ready, queued))
            ledger = replay([_sent(queued, today)], ledger)
            left.append((today, queued.items))
        for h in (h for h in stories if h.day == number):
            if ledger.items[f"i{h.item}"].is_open:
                ledger = replay(_event(h, f"i{h.item}", today, ledger), ledger)
        if any(first <= number < first + length for first, length in down):
            continue
        decision: Decision = due(ledger, ledger.accounts["d1"], context(today=today))
        for event in decision.events:
            if isinstance(event, ev.StatementQueued):
                _may_be_listed(ledger, event, today)
                waiting.append((today + timedelta(days=delay[len(left) % 40]), event))
        ledger = decision.after(ledger)
        assert len(waiting) <= 1
    for (first, _), (second, _) in pairwise(left):
        assert (second - first).days >= max(PLAN.spacing_days, PLAN.minimum_interval_days)
    for id_, state in ledger.items.items():
        assert sum(id_ in items for _, items in left) <= PLAN.statements
        assert len(state.statements) <= PLAN.statements


def _may_be_listed(ledger: Ledger, event: ev.StatementQueued, today: date) -> None:
    for id_ in event.items:
        listed = ledger.items[id_]
        assert listed.invoice.due_date is not None
        assert today > listed.invoice.due_date + timedelta(days=PLAN.grace_days)
        assert listed.state is ItemState.FOLLOWED
        hold = listed.hold(today)
        # a promise that lapsed today is broken in the same breath
        assert hold is None or (hold.kind is HoldKind.PROMISE and hold.until is not None and hold.until < today)
        assert listed.balance.amount > PLAN.tolerance


@settings(max_examples=80, deadline=None)
@given(st.integers(-30, 30), st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20)), max_size=4))
def test_nothing_is_lost_by_downtime(due_in, down):
    """An item nobody pays gets all its statements: each on the first day that it may, or the first day the daemon is back."""
    ledger = Ledger.of([account(), item("i0", due=START + timedelta(days=due_in), total="500.00")])
    up = [n for n in range(200) if not any(a <= n < a + b for a, b in down)]
    got = []
    for number in up:
        today = START + timedelta(days=number)
        decision = due(ledger, ledger.accounts["d1"], context(today=today))
        queued = [e for e in decision.events if isinstance(e, ev.StatementQueued)]
        ledger = decision.after(ledger)
        for event in queued:
            ledger = replay([_sent(event, today)], ledger)
            got.append(number)
    first = max(due_in + PLAN.grace_days + 1, 0)
    for wanted_from in (lambda: first, lambda: got[0] + 15, lambda: got[1] + 15):
        expected = next(n for n in up if n >= wanted_from())
        assert expected in got
    assert len(got) == PLAN.statements


def test_the_question_after_the_last_statement_is_asked_once():
    """However often the clock ticks, the creditor gets one question until he has answered it."""
    ledger = Ledger.of([account(), item("i0", due=START, total="500.00")])
    asked = 0
    for number in range(120):
        today = START + timedelta(days=number)
        decision = due(ledger, ledger.accounts["d1"], context(today=today))
        ledger = decision.after(ledger)
        for event in decision.events:
            asked += isinstance(event, ev.QuestionAsked)
            if isinstance(event, ev.StatementQueued):
                ledger = replay([_sent(event, today)], ledger)
    assert asked == 1
