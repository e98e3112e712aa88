"""Oddities of invoices: what is told, and what is left alone."""

from dataclasses import replace
from datetime import UTC, date, datetime

from agent.domain.anomalies import Anomaly, anomalies
from agent.domain.payees import PayeeAccount
from agent.domain.states import ItemState, OpenItem
from tests.builders import NOW, item

SINCE = NOW.date()


def invoice(number: str, total: str = "100.00", **more) -> OpenItem:
    return item(number, number=number, total=total, **more)


def test_a_number_that_nobody_handed_over_is_told() -> None:
    """Between two that were, in a series that has hardly any holes."""
    items = [invoice(f"2026-{n:03}", str(100 + n)) for n in (115, 116, 117, 119, 120)]
    assert [(a.code, a.numbers) for a in anomalies(items, SINCE)] == [("gap", ("2026-118",))]


def test_a_creditor_who_hands_over_a_few_is_left_alone() -> None:
    """Numbers with many holes are a choice, not an oversight."""
    assert not anomalies([invoice(f"F{n}", str(n)) for n in (100, 107, 119, 140, 180, 200)], SINCE)


def test_series_are_kept_apart() -> None:
    """Each year and each journal counts for itself; 99 and 100 are neighbours."""
    numbers = ["A-98", "A-99", "A-100", "A-101", "A-102", "2026/1", "2026/2", "2026/3", "2026/4", "2026/5"]
    assert not anomalies([invoice(n, str(100 + k)) for k, n in enumerate(numbers)], SINCE)


def test_the_same_amount_twice_within_days_is_told() -> None:
    """To the same debtor; a subscription a month later is none."""
    twin = [invoice("1", "480.00", issue_date=date(2026, 3, 2)), invoice("2", "480.00", issue_date=date(2026, 3, 3))]
    later = invoice("3", "480.00", issue_date=date(2026, 4, 2))
    assert [(a.code, a.numbers) for a in anomalies([*twin, later], SINCE)] == [("twin", ("1", "2"))]


def test_an_amount_far_above_the_usual_is_told() -> None:
    """Once there are enough invoices to know what is usual."""
    usual = [invoice(f"X{n}Y", f"{100 + n}.00", issue_date=date(2026, 1, n)) for n in range(1, 7)]
    odd = invoice("big", "1500.00", issue_date=date(2026, 3, 1))
    assert [(a.code, a.items) for a in anomalies([*usual, odd], SINCE)] == [("unusual", ("big",))]
    assert not anomalies([*usual[:2], odd], SINCE)


def test_old_oddities_and_withdrawn_invoices_are_not_told_again() -> None:
    """Only what concerns an invoice handed over since then."""
    items = [invoice(f"2026-{n:03}", str(100 + n)) for n in (115, 116, 117, 119, 120)]
    assert not anomalies(items, date(2026, 3, 11))
    twin = [invoice("1", "480.00"), replace(invoice("2", "480.00"), state=ItemState.WITHDRAWN)]
    assert not anomalies(twin, SINCE)


def test_another_account_is_told_and_shortened() -> None:
    """With the invoices that name it, and what the owner said of it; one met before is not told again."""
    met = PayeeAccount("p1", "acme", "LU280019400644750000", "page", datetime(2026, 9, 3, tzinfo=UTC))
    known = PayeeAccount("p2", "acme", "BE68539007547034", "page", datetime(2026, 1, 3, tzinfo=UTC))
    named = item("i1", number="2026-7", foreign_ibans=(met.iban,))
    (found,) = anomalies([named], date(2026, 9, 1), [met, known])
    assert found == Anomaly("account", ("i1",), ("LU28…0000", "2026-7"), "asked")
