"""The very edges of what is counted: oddities, figures of a period, what is late, what a document says."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain.anomalies import anomalies
from agent.domain.completeness import Lack, lacking
from agent.domain.decide.enclosed import LONGEST_PROMISE, Shown, said_in_words, shown_by
from agent.domain.enclosures import EnclosureKind, EnclosureReading, Standing
from agent.domain.findings import Intent
from agent.domain.indicators import average_delay, collected, overdue_on, promises, recovery
from agent.domain.invoice_parts import VatLine
from agent.domain.ledger import ItemState, Payment, Promise
from tests.builders import CREDITOR, NOW, TODAY, item, money, reading

DAY = timedelta(days=1)
SINCE = NOW.date()


def codes(*items):
    return [(a.code, a.items) for a in anomalies(items, SINCE)]


def numbered(*numbers):
    return [item(n, number=n, total=str(100 + k), issue_date=date(2026, 1, 1)) for k, n in enumerate(numbers)]


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        (("F-1", "F-2", "F-3", "F-5", "F-6"), [("F-4",)]),
        (("F-1", "F-2", "F-3", "F-5"), []),
        # four of five is a series with a hole, less is a choice
        (("F-1", "F-2", "F-3", "F-4", "F-5", "F-6", "F-7", "F-10"), [("F-8", "F-9")]),
        (("F-1", "F-2", "F-3", "F-4", "F-5", "F-6", "F-7", "F-11"), []),
        (tuple(f"F-{n}" for n in (*range(1, 20), 24)), [("F-20", "F-21", "F-22", "F-23")]),
        (tuple(f"F-{n}" for n in (*range(1, 25), 30)), []),
        (("F-108", "F-109", "F-110", "F-112", "F-113"), [("F-111",)]),
    ],
)
def test_a_hole_is_told_in_a_series_that_has_hardly_any(numbers, missing):
    """Five numbers, four fifths of them there, and a hole of four at most."""
    found_ = anomalies(numbered(*numbers), SINCE)
    assert [a.numbers for a in found_] == missing


@pytest.mark.parametrize(("days", "twins"), [(3, True), (4, False)])
def test_twins_are_days_apart(days, twins):
    """Three at most."""
    one = item("a", total="480.00", issue_date=date(2026, 3, 2))
    other = item("b", total="480.00", issue_date=date(2026, 3, 2) + days * DAY)
    assert codes(one, other) == ([("twin", ("a", "b"))] if twins else [])


@pytest.mark.parametrize(("amount", "count", "odd"), [("400.00", 5, True), ("399.99", 5, False), ("400.00", 4, False)])
def test_four_times_the_usual_is_unusual(amount, count, odd):
    """Where six invoices are known."""
    usual = [item(f"u{n}", total="100.00", issue_date=date(2026, 1, 1) + 9 * n * DAY) for n in range(count)]
    big = item("big", total=amount, issue_date=date(2026, 3, 9))
    assert codes(*usual, big) == ([("unusual", ("big",))] if odd else [])


def test_what_is_overdue_at_the_end_of_a_day():
    """Due before it, known by then, a cent of it open then; what came later had not come."""
    late = item("i1", due=TODAY - DAY, total="0.01")
    assert overdue_on([late], "EUR", TODAY) == money("0.01")
    assert overdue_on([late], "EUR", TODAY - DAY) == money("0.00")
    assert overdue_on([replace(late, registered_at=NOW + DAY)], "EUR", TODAY) == money("0.00")
    paid = replace(item("i2", due=TODAY - 9 * DAY, total="5.00"), payments=(Payment(money("5.00"), TODAY, "bank"),))
    assert overdue_on([paid], "EUR", TODAY - DAY) == money("0.00")
    known = replace(paid, registered_at=NOW - 5 * DAY)
    assert (overdue_on([known], "EUR", TODAY - DAY), overdue_on([known], "EUR", TODAY)) == (
        money("5.00"),
        money("0.00"),
    )
    credit = item("i3", due=TODAY - 9 * DAY, total="-5.00")
    assert overdue_on([late, credit], "EUR", TODAY) == money("0.01")
    assert overdue_on([late], "GBP", TODAY) == money("0.00", "GBP")


def test_both_ends_of_a_period_belong_to_it():
    """For promises, for what came in, for what should have, and for how late it came."""
    start, end = TODAY - 9 * DAY, TODAY
    days = (start - DAY, start, end, end + DAY)
    promised = replace(item(), promises=tuple(Promise(d, kept=d == start) for d in days))
    assert promises([promised], "EUR", start, end) == (1, 1)
    assert promises([promised], "GBP", start, end) == (0, 0)
    came = [Payment(money("1.00"), d, "bank") for d in days]
    assert collected(came, "EUR", start, end) == money("2.00")
    owed = [replace(item(f"i{n}", due=d, total="10.00"), payments=(came[n],)) for n, d in enumerate(days)]
    found_ = recovery(owed, "EUR", start, end)
    assert (found_.collected, found_.still_open) == (money("2.00"), money("27.00"))
    settled = [
        replace(item(f"s{n}", due=d - 4 * DAY, total="1.00"), payments=(came[n],), state=ItemState.SETTLED)
        for n, d in enumerate(days)
    ]
    delay = average_delay(settled, "EUR", start, end)
    assert delay is not None
    assert (delay.days, delay.invoices) == (Decimal("4.0"), 2)


def paper(kind, **more):
    return EnclosureReading(kind, **{"document": "a" * 64, "filename": "f.pdf", "because": "title", **more})


@pytest.mark.parametrize(
    ("enclosure", "label", "because"),
    [
        (paper(EnclosureKind.PAYMENT_PROOF, on=TODAY), "claims_paid", "payment_proof: title"),
        (paper(EnclosureKind.REMITTANCE), "claims_paid", "remittance: title"),
        (paper(EnclosureKind.PAYMENT_PROOF, on=TODAY + DAY), "promise_to_pay", "payment_proof: title"),
        (paper(EnclosureKind.PAYMENT_PROOF, on=TODAY + LONGEST_PROMISE), "promise_to_pay", "payment_proof: title"),
        (paper(EnclosureKind.PAYMENT_PROOF, on=TODAY + LONGEST_PROMISE + DAY), "claims_paid", "payment_proof: title"),
        (paper(EnclosureKind.BANK_DETAILS), "suspected_fraud", "bank_details: title"),
        (paper(EnclosureKind.INSOLVENCY), "insolvency", "insolvency: title"),
    ],
)
def test_what_a_document_says_in_its_senders_stead(enclosure, label, because):
    """As an intent with his words; a payment still to come promises its day, one too far off is said to be made."""
    ((intent, items),) = [(s.intent, s.items) for s in shown_by([item()], [item()], ([enclosure], "voir"), TODAY)]
    assert (intent.label, intent.confidence, intent.words, intent.because) == (
        label,
        0.9,
        "voir",
        because,
    )
    assert [i.id for i in items] == ["i1"]


def test_a_refused_payment_says_nothing():
    """Nor does a credit note that names nothing of ours."""
    for quiet in (
        paper(EnclosureKind.PAYMENT_PROOF, standing=Standing.REFUSED),
        paper(EnclosureKind.CREDIT_NOTE),
        paper(EnclosureKind.COUNTER_CLAIM),
    ):
        assert shown_by([item()], [item()], ([quiet], "w"), TODAY) == ()


@pytest.mark.parametrize(
    ("label", "shown", "said"),
    [
        ("claims_paid", "claims_paid", False),
        ("payment_advice", "promise_to_pay", False),
        ("acknowledgement_only", "insolvency", False),
        ("question_other", "insolvency", False),
        ("claims_paid", "insolvency", True),
        ("payment_advice", "insolvency", True),
        ("dispute", "claims_paid", True),
        ("claims_paid", "", True),
    ],
)
def test_what_the_words_still_say_beside_a_document(label, shown, said):
    """A payment's few words are said better by its proof alone; thanks and questions by any document."""
    papers = [Shown(Intent(shown, 0.9, "", ""), ())] if shown else []
    assert said_in_words(Intent(label, 0.9, "", ""), papers) is said


def test_an_exemption_is_wanted_where_every_line_bears_no_tax():
    """One line with a rate is enough to say that tax is charged somewhere."""

    def lines(*rates):
        return tuple(VatLine(Decimal(r), Decimal(10), Decimal(0)) for r in rates)

    whole = replace(reading(), vat=None)
    assert Lack.EXEMPTION in lacking(replace(whole, vat_lines=lines(0, 0)), CREDITOR, None)
    assert Lack.EXEMPTION not in lacking(replace(whole, vat_lines=lines(0, 21)), CREDITOR, None)
    assert Lack.EXEMPTION not in lacking(replace(whole, vat_lines=()), CREDITOR, None)
