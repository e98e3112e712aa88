"""Debtors by their own history: habit, trend, risk with its reasons, and whom to phone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.domain.formal_notices import NoticeMark
from agent.domain.money import Money
from agent.domain.profiles import Advice, Profile, Risk, Status, profile, to_phone
from agent.domain.states import DebtorAccount, Hold, HoldKind, ItemState, OpenItem, Payment
from tests.builders import account, item

TODAY = date(2026, 9, 1)


def paid(number: int, late: int, months_ago: int = 2) -> OpenItem:
    """An invoice of 100 that was paid so many days after it was due."""
    due = TODAY - timedelta(days=30 * months_ago + late)
    made = item(f"p{number}", due=due, total="100.00")
    money = Payment(Money.of("100.00", "EUR"), due + timedelta(days=late), "bank")
    return replace(made, state=ItemState.SETTLED, payments=(money,))


def owed(number: int, late: int, **more) -> OpenItem:
    return replace(item(f"o{number}", due=TODAY - timedelta(days=late), total="500.00"), **more)


def test_a_punctual_payer_is_no_risk() -> None:
    """Three invoices paid on the day make a habit."""
    found = profile(account(), [paid(n, 0) for n in range(3)], "EUR", TODAY)
    assert (found.habit, found.risk, found.advice) == (0, Risk.LOW, Advice.NOTHING)
    assert [reason.code for reason in found.reasons] == ["because_punctual"]


def test_two_invoices_make_no_habit() -> None:
    """And what is not known is said, not guessed."""
    found = profile(account(), [paid(1, 90), paid(2, 90)], "EUR", TODAY)
    assert found.habit is None
    assert "because_unknown" in {reason.code for reason in found.reasons}


def test_arrears_and_broken_promises_add_up() -> None:
    """Each reason has its points and its figure."""
    found = profile(account(), [owed(1, 70, broken_promises=2, statements=(TODAY, TODAY))], "EUR", TODAY)
    assert found.risk is Risk.HIGH
    assert {(r.code, r.points, r.figure) for r in found.reasons} >= {
        ("because_oldest", 2, 70),
        ("because_promises", 2, 2),
    }
    assert found.advice is Advice.HAND_OVER


def test_who_was_reminded_in_vain_wants_a_call_and_under_notice_a_decision() -> None:
    """Two statements without effect weigh like a month; a formal notice that was sent, like two."""
    reminded = owed(1, 43, statements=(TODAY, TODAY))
    found = profile(account(), [reminded], "EUR", TODAY)
    assert (found.risk, found.advice) == (Risk.MEDIUM, Advice.PHONE)
    assert ("because_reminders", 1, 2) in {(r.code, r.points, r.figure) for r in found.reasons}
    notice = NoticeMark(TODAY, TODAY + timedelta(days=15), "m1", sent=True)
    found = profile(account(), [replace(reminded, notices=(notice,))], "EUR", TODAY)
    assert (found.status, found.risk, found.advice) == (Status.NOTICED, Risk.HIGH, Advice.HAND_OVER)


def test_who_pays_later_and_later_has_a_trend() -> None:
    """The newer half of six paid invoices against the older half."""
    items = [paid(n, late, months) for n, (late, months) in enumerate([(0, 9), (2, 8), (1, 7), (20, 3), (25, 2), (30, 1)])]  # fmt: skip
    found = profile(account(), items, "EUR", TODAY)
    assert (found.trend, found.habit) == (24, 11)


def test_a_late_payer_in_time_is_offered_shorter_terms() -> None:
    """Nothing is owed now, but it always takes a month."""
    assert profile(account(), [paid(n, 30) for n in range(4)], "EUR", TODAY).advice is Advice.SHORTER_TERMS


def test_without_an_address_the_address_comes_first() -> None:
    """Whoever cannot be written to is phoned first."""
    silent = profile(account(contacts=()), [owed(1, 10)], "EUR", TODAY)
    reminded = profile(account("d2"), [owed(2, 40, statements=(TODAY, TODAY))], "EUR", TODAY)
    assert silent.advice is Advice.ADDRESS
    assert [p.debtor for p in to_phone([reminded, silent])] == ["d1", "d2"]


@pytest.mark.parametrize("statements", [(), (TODAY,)])
def test_nobody_is_phoned_before_he_was_reminded_twice(statements: tuple[date, ...]) -> None:
    """One reminder may simply be on its way."""
    assert not to_phone([profile(account(), [owed(1, 40, statements=statements)], "EUR", TODAY)])


def test_nobody_is_phoned_about_what_he_contests() -> None:
    """That wants an answer, not a call for money."""
    hold = Hold(HoldKind.DISPUTE, None, datetime(2026, 8, 1, tzinfo=UTC))
    assert not to_phone([profile(account(), [owed(1, 40, statements=(TODAY, TODAY), holds=(hold,))], "EUR", TODAY)])


def test_an_insolvent_debtor_is_a_high_risk_at_once() -> None:
    """Whatever he paid before."""
    hold = Hold(HoldKind.PAUSE, None, datetime(2026, 8, 1, tzinfo=UTC), reason="insolvency")
    found = profile(account(holds=(hold,)), [paid(n, 0) for n in range(5)], "EUR", TODAY)
    assert found.risk is Risk.HIGH


def resting(kind: HoldKind, until: date | None = TODAY + timedelta(days=9)) -> tuple[Hold, ...]:
    return (Hold(kind, until, datetime(2026, 8, 1, tzinfo=UTC)),)


@pytest.mark.parametrize(
    ("items", "status", "advice"),
    [
        ([owed(1, -9)], Status.CURRENT, Advice.NOTHING),
        ([owed(1, 9)], Status.OVERDUE, Advice.FOLLOW),
        ([owed(1, 9, statements=(TODAY,))], Status.REMINDED, Advice.FOLLOW),
        ([owed(1, 9, holds=resting(HoldKind.PROMISE))], Status.PROMISED, Advice.WAIT),
        ([owed(1, 9, holds=resting(HoldKind.CLAIM))], Status.CLAIMED, Advice.WAIT),
        ([owed(1, 9, holds=resting(HoldKind.PAUSE))], Status.PAUSED, Advice.WAIT),
        ([owed(1, 9, plan="p1")], Status.PLAN, Advice.WAIT),
        ([owed(1, 9, holds=resting(HoldKind.DISPUTE, None)), owed(2, 9)], Status.DISPUTED, Advice.ANSWER),
        ([owed(1, 9, holds=resting(HoldKind.PROMISE)), owed(2, 9)], Status.OVERDUE, Advice.FOLLOW),
    ],
)  # fmt: skip
def test_how_a_debtor_stands_and_what_follows(items: list[OpenItem], status: Status, advice: Advice) -> None:
    """Everything late rests: wait. He contests: answer him. Else his history decides."""
    found = profile(account(), items, "EUR", TODAY)
    assert (found.status, found.advice) == (status, advice)


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("insolvency", Advice.DECLARE),
        ("ceased_or_deceased", Advice.CLARIFY),
        ("stop_contact", Advice.ANSWER),
        ("hostile", Advice.ANSWER),
    ],
)
def test_who_wants_no_more_mails_is_not_phoned_for_money(reason: str, advice: Advice) -> None:
    """Whatever he was reminded of before."""
    hold = Hold(HoldKind.PAUSE, None, datetime(2026, 8, 1, tzinfo=UTC), reason=reason)
    found = profile(account(holds=(hold,)), [owed(1, 70, statements=(TODAY, TODAY))], "EUR", TODAY)
    assert (found.status, found.advice, found.resting) == (Status.STOPPED, advice, found.overdue)
    assert not to_phone([found])


def test_nobody_is_phoned_while_his_promise_runs() -> None:
    """Though he broke his word before; about the rest of what is late he is."""
    promised = owed(1, 40, statements=(TODAY, TODAY), broken_promises=1, holds=resting(HoldKind.PROMISE))
    assert not to_phone([profile(account(), [promised], "EUR", TODAY)])
    assert to_phone([profile(account(), [promised, owed(2, 40, statements=(TODAY, TODAY))], "EUR", TODAY)])


def reasons_of(debtor: DebtorAccount, *items: OpenItem) -> list[tuple[str, int, int]]:
    return [(r.code, r.points, r.figure) for r in profile(debtor, items, "EUR", TODAY).reasons]


NOTICED = (NoticeMark(TODAY, TODAY + timedelta(days=15), "m1", sent=True),)
QUEUED = (NoticeMark(TODAY, TODAY + timedelta(days=15), "m1"),)


@pytest.mark.parametrize(
    ("items", "reasons"),
    [
        ([], [("because_unknown", 0, 0)]),
        ([owed(1, 29)], [("because_unknown", 0, 0)]),
        ([owed(1, 30)], [("because_oldest", 1, 30), ("because_unknown", 0, 0)]),
        ([owed(1, 59), owed(2, 3)], [("because_oldest", 1, 59), ("because_unknown", 0, 0)]),
        ([owed(1, 60)], [("because_oldest", 2, 60), ("because_unknown", 0, 0)]),
        ([owed(1, 89)], [("because_oldest", 2, 89), ("because_unknown", 0, 0)]),
        ([owed(1, 90)], [("because_oldest", 3, 90), ("because_unknown", 0, 0)]),
        ([owed(1, 0, broken_promises=1)], [("because_promises", 1, 1), ("because_unknown", 0, 0)]),
        ([owed(1, 0, broken_promises=2)], [("because_promises", 2, 2), ("because_unknown", 0, 0)]),
        ([owed(1, 1, notices=NOTICED)], [("because_notice", 2, 0), ("because_unknown", 0, 0)]),
        ([owed(1, 1, notices=QUEUED)], [("because_unknown", 0, 0)]),
        ([owed(1, 0, notices=NOTICED)], [("because_unknown", 0, 0)]),
        ([owed(1, 1, statements=(TODAY, TODAY))], [("because_reminders", 1, 2), ("because_unknown", 0, 0)]),
        ([owed(1, 1, statements=(TODAY,))], [("because_unknown", 0, 0)]),
        ([owed(1, 0, statements=(TODAY, TODAY))], [("because_unknown", 0, 0)]),
        ([paid(n, -5) for n in range(3)], [("because_punctual", -1, -5)]),
        ([paid(n, 0) for n in range(3)], [("because_punctual", -1, 0)]),
        ([paid(n, 1) for n in range(3)], [("because_habit", 0, 1)]),
        ([paid(n, 14) for n in range(3)], [("because_habit", 0, 14)]),
        ([paid(n, 15) for n in range(3)], [("because_habit", 1, 15)]),
        ([paid(n, 44) for n in range(3)], [("because_habit", 1, 44)]),
        ([paid(n, 45) for n in range(3)], [("because_habit", 2, 45)]),
        ([paid(n, 0, 9) for n in range(3)] + [paid(n + 3, 10, 2) for n in range(3)], [("because_trend", 1, 10), ("because_habit", 0, 5)]),
        ([paid(n, 0, 9) for n in range(3)] + [paid(n + 3, 9, 2) for n in range(3)], [("because_habit", 0, 4)]),
    ],
)  # fmt: skip
def test_the_points_of_each_reason(items: list[OpenItem], reasons: list[tuple[str, int, int]]) -> None:
    """With the figure behind them; what is known and weighs nothing is said as well."""
    assert reasons_of(account(), *items) == reasons


def test_the_points_of_what_stops_everything_and_of_no_address() -> None:
    """Insolvency and the end of a business are the highest risk alone; anger is none."""
    for reason in ("insolvency", "ceased_or_deceased"):
        hold = replace(resting(HoldKind.PAUSE)[0], reason=reason)
        assert reasons_of(account(holds=(hold,))) == [(f"because_{reason}", 9, 0), ("because_unknown", 0, 0)]
    angry = replace(resting(HoldKind.PAUSE)[0], reason="hostile")
    assert reasons_of(account(holds=(angry,))) == [("because_unknown", 0, 0)]
    assert reasons_of(account(contacts=())) == [("because_unreachable", 1, 0), ("because_unknown", 0, 0)]


@pytest.mark.parametrize(
    ("items", "risk", "advice"),
    [
        ([owed(1, 29)], Risk.LOW, Advice.FOLLOW),
        ([owed(1, 59)], Risk.LOW, Advice.FOLLOW),
        ([owed(1, 60)], Risk.MEDIUM, Advice.PHONE),
        ([owed(1, 90)], Risk.MEDIUM, Advice.PHONE),
        ([owed(1, 90, broken_promises=1)], Risk.HIGH, Advice.PHONE),
        ([owed(1, 90, statements=(TODAY, TODAY))], Risk.HIGH, Advice.HAND_OVER),
        ([owed(1, 90, broken_promises=1, statements=(TODAY,))], Risk.HIGH, Advice.PHONE),
        ([paid(n, 14) for n in range(3)], Risk.LOW, Advice.NOTHING),
        ([paid(n, 15) for n in range(3)], Risk.LOW, Advice.SHORTER_TERMS),
        ([paid(n, 50) for n in range(3)], Risk.MEDIUM, Advice.SHORTER_TERMS),
        ([owed(1, 0, statements=(TODAY, TODAY))], Risk.LOW, Advice.NOTHING),
    ],
)  # fmt: skip
def test_the_risk_and_what_it_calls_for(items: list[OpenItem], risk: Risk, advice: Advice) -> None:
    """Two points are some care, four are much; who was reminded twice in vain is handed over, the others are rung up."""
    found = profile(account(), items, "EUR", TODAY)
    assert (found.risk, found.advice) == (risk, advice)


def test_the_figures_of_a_profile() -> None:
    """Sums in one currency; what is due today is not late; a habit is of two years."""
    pounds = replace(owed(9, 99), invoice=item("p", currency="GBP").invoice)
    items = [
        owed(1, 10, broken_promises=1),
        owed(2, 0),
        owed(3, 5, holds=resting(HoldKind.PROMISE)),
        owed(4, 7, state=ItemState.ESCALATED, statements=(TODAY,)),
        owed(5, 50, state=ItemState.WRITTEN_OFF, broken_promises=1),
        owed(6, 3, holds=resting(HoldKind.DISPUTE, None)),
        paid(7, 4),
        paid(8, 4, 40),
        pounds,
    ]
    found = profile(account(), items, "EUR", TODAY)
    assert (found.open, found.overdue, found.resting) == (
        Money.of("2500.00", "EUR"),
        Money.of("2000.00", "EUR"),
        Money.of("1000.00", "EUR"),
    )
    assert (found.oldest, found.paid, found.habit, found.trend) == (10, 1, None, None)
    assert (found.broken_promises, found.disputes, found.reminders, found.reachable) == (2, 1, 1, True)
    assert (found.debtor, found.currency) == ("d1", "EUR")


def test_the_most_urgent_are_rung_up_first_and_five_of_them() -> None:
    """Who has no address before all others, then the largest sums; what rests whole is not rung up about."""

    def late(n: int, count: int, **more: object) -> Profile:
        lines = [owed(10 * n + k, 40, statements=(TODAY, TODAY)) for k in range(count)]
        return profile(account(f"d{n}", **more), lines, "EUR", TODAY)

    everybody = [late(n, n) for n in range(1, 7)] + [late(7, 1, contacts=())]
    assert [p.debtor for p in to_phone(everybody)] == ["d7", "d6", "d5", "d4", "d3"]
    assert [p.debtor for p in to_phone(everybody, 2)] == ["d7", "d6"]
    assert [p.debtor for p in to_phone([late(2, 1), late(1, 1)])] == ["d1", "d2"]
    broken = profile(account("d8"), [owed(1, 1, broken_promises=1)], "EUR", TODAY)
    assert to_phone([broken]) == (broken,)
