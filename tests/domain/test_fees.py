"""Fees of the service: a share of what was collected, by the phase the invoice was in, each payment on one statement."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.collected import collected
from agent.domain.fees import (
    DebtBand,
    FeeStatement,
    FeeTerms,
    Portfolio,
    PortfolioBand,
    fee_statements,
    portfolio,
)
from agent.domain.invoices import Invoice
from agent.domain.money import Money
from agent.domain.months import month_of
from agent.domain.phases import Phase

ZONE = ZoneInfo("Europe/Brussels")
TERMS = FeeTerms(
    (PortfolioBand(Decimal(2)), PortfolioBand(Decimal("1.5"), turnover_from=Decimal(100_000), invoices_from=50)),
    (DebtBand(Decimal(15), Decimal(500), 90), DebtBand(Decimal(12), None, 90), DebtBand(Decimal(25))),
    vat_percent=Decimal(21),
)
SMALL, LARGE = Portfolio(Decimal(20_000), 40), Portfolio(Decimal(250_000), 400)
START = datetime(2027, 1, 4, 9, tzinfo=UTC)


def eur(amount: str | int | Decimal) -> Money:
    return Money.of(amount, "EUR")


def head(day: date, source: str = "m") -> dict[str, object]:
    return {"at": datetime(day.year, day.month, day.day, 9, tzinfo=UTC), "source": source, "creditor": "c", "item": "i"}


def invoice(total: str = "1000", due: date | None = date(2027, 1, 1)) -> Invoice:
    return Invoice("i", "c", "A1", date(2026, 12, 1), due, eur(total), eur(0), debtor="d")


def registered(total: str = "1000", due: date | None = date(2027, 1, 1)) -> ev.InvoiceRegistered:
    return ev.InvoiceRegistered(**head(START.date()), invoice=invoice(total, due))


def paid(amount: str, on: date, recorded: date | None = None, **more: str) -> ev.PaymentReceived:
    given_ = {"evidence": "bank", **more}
    return ev.PaymentReceived(**head(recorded or on, f"mail-{on}"), amount=eur(amount), on=on, **given_)


def back(amount: str, on: date, **more: str) -> ev.PaymentReversed:
    return ev.PaymentReversed(**head(on, f"mail-{on}"), amount=eur(amount), on=on, **{"evidence": "bank", **more})


def recovery(on: date, phase: Phase = Phase.RECOUVREMENT) -> ev.PhaseEntered:
    return ev.PhaseEntered(**head(on), phase=phase, on=on)


def stated(
    month: date,
    *events: ev.Event,
    terms: FeeTerms = TERMS,
    of: Portfolio = SMALL,
    charged: dict[str, Decimal | None] | None = None,
) -> tuple[FeeStatement, ...]:
    return fee_statements("c", month, collected(events, ZONE), terms, lambda *_: of, charged or {})


def fees(month: date, *events: ev.Event, **more) -> list[str]:
    return [str(line.fee.amount) for s in stated(month, *events, **more) for line in s.lines]


FEBRUARY, MARCH, APRIL = date(2027, 2, 1), date(2027, 3, 1), date(2027, 4, 1)


def test_one_per_cent_of_a_hundred_is_one() -> None:
    """An agreed rate outranks the table."""
    events = registered(), paid("100", date(2027, 2, 3))
    assert fees(FEBRUARY, *events, terms=FeeTerms(agreed_encaissement=Decimal(1))) == ["1.00"]


def test_the_table_goes_by_portfolio() -> None:
    """The lowest rate that a portfolio reaches."""
    events = registered(), paid("100", date(2027, 2, 3))
    assert fees(FEBRUARY, *events) == ["2.00"]
    assert fees(FEBRUARY, *events, of=LARGE) == ["1.50"]
    assert Portfolio(Decimal(5), 0).average == 0


def test_recovery_goes_by_amount_and_age_at_its_entry() -> None:
    """What was open and how late it was when recovery began, whatever was paid or corrected since."""
    payment = paid("100", date(2027, 4, 2))
    assert fees(APRIL, registered(), recovery(MARCH), payment) == ["12.00"]
    assert fees(APRIL, registered("400"), recovery(MARCH), payment) == ["15.00"]
    assert fees(APRIL, registered(), paid("600", FEBRUARY), recovery(MARCH), payment) == ["15.00"]
    assert fees(APRIL, registered(due=date(2026, 10, 1)), recovery(MARCH), payment) == ["25.00"]
    corrected = ev.InvoiceCorrected(**head(MARCH), before=invoice(due=None), invoice=invoice(due=date(2026, 10, 1)))
    assert fees(APRIL, registered(due=None), recovery(MARCH), corrected, payment) == ["25.00"]


def test_the_phase_is_that_of_the_day_of_the_payment() -> None:
    """A bank file that comes after the change tells of a payment from before it."""
    events = registered(), recovery(date(2027, 2, 10))
    assert fees(FEBRUARY, *events, paid("100", date(2027, 2, 9), date(2027, 2, 12))) == ["2.00"]
    assert fees(FEBRUARY, *events, paid("100", date(2027, 2, 10))) == ["12.00"]
    taken_back = recovery(date(2027, 2, 10), Phase.ENCAISSEMENT)
    assert fees(FEBRUARY, *events, taken_back, paid("100", date(2027, 2, 11))) == ["2.00"]


def test_handed_over_in_recovery_it_is_in_recovery_from_the_first_day() -> None:
    """Both phases begin on the same day, and the later entry counts."""
    assert fees(date(2027, 1, 1), registered(), recovery(START.date()), paid("100", START.date())) == ["12.00"]


def test_what_is_no_money_collected_earns_nothing() -> None:
    """Differences and discounts, what came before the handing over, more than was owed, and claims that were given up."""
    assert fees(FEBRUARY, registered(), paid("3", FEBRUARY, evidence="difference")) == []
    assert fees(FEBRUARY, registered(), paid("3", FEBRUARY, evidence="discount")) == []
    assert fees(FEBRUARY, registered(), paid("100", date(2027, 1, 3), FEBRUARY)) == []
    assert fees(FEBRUARY, registered("100"), paid("150", FEBRUARY)) == ["2.00"]
    assert fees(FEBRUARY, registered("100"), paid("100", FEBRUARY), paid("100", date(2027, 2, 2))) == ["2.00"]
    gone = ev.InvoiceWithdrawn(**head(FEBRUARY))
    assert fees(FEBRUARY, registered(), gone, paid("100", date(2027, 2, 2))) == []
    again = ev.InvoiceReopened(**head(FEBRUARY))
    assert fees(FEBRUARY, registered(), gone, again, paid("100", date(2027, 2, 2))) == ["2.00"]


def test_credit_notes_earn_nothing_and_money_on_account_does_once_it_is_used() -> None:
    """A credit note lowers what can be collected; money that lay on the account is collected on the day it pays something."""
    credit = ce.CreditSetOff(**head(FEBRUARY), credit="n", amount=eur(400), on=FEBRUARY)
    assert fees(FEBRUARY, registered(), credit, paid("1000", date(2027, 2, 2))) == ["12.00"]
    used = ce.MoneyTakenFromAccount(**head(FEBRUARY), debtor="d", amount=eur(50), on=FEBRUARY, reason="set_off")
    assert fees(FEBRUARY, registered(), used) == ["1.00"]
    refunded = ce.CreditRefunded(**head(date(2027, 2, 3)), amount=eur(50), on=date(2027, 2, 3))
    assert fees(FEBRUARY, registered("100"), paid("150", FEBRUARY), refunded) == ["2.00"]


def test_the_creditors_own_word_counts() -> None:
    """He reports what he received, and his word is the evidence."""
    (statement,) = stated(FEBRUARY, registered(), paid("100", FEBRUARY, evidence="owner"))
    assert (statement.lines[0].collected.proof, statement.lines[0].collected.evidence) == ("owner", "mail-2027-02-01")


def test_money_taken_back_gives_the_fee_back() -> None:
    """In the month in which that is known, at the rate of the payment, whatever the phase and the rates are by then."""
    events = (
        registered(),
        paid("100", date(2027, 2, 3), reference="r1"),
        recovery(MARCH),
        back("100", date(2027, 3, 9)),
    )
    assert fees(FEBRUARY, *events) == ["2.00"]
    assert fees(MARCH, *events) == ["-2.00"]
    assert fees(MARCH, *events, charged={"i/1": Decimal(1)}) == ["-1.00"]
    assert fees(MARCH, *events, charged={"i/1": None}) == ["0.00"]
    (statement,) = stated(FEBRUARY, registered(), paid("100", FEBRUARY), back("100", date(2027, 2, 9)))
    assert (statement.net, statement.vat, statement.total) == (eur("0.00"),) * 3


def test_what_is_taken_back_is_the_payment_that_is_meant() -> None:
    """By its movement, else by its sum, else the latest; money beyond the debt goes first."""
    recovered = (paid("300", FEBRUARY, reference="r1"), recovery(date(2027, 2, 5)), paid("300", date(2027, 2, 9)))
    assert fees(FEBRUARY, registered(), *recovered, back("300", date(2027, 2, 20), reference="r1"))[-1] == "-6.00"
    assert fees(FEBRUARY, registered(), *recovered, back("300", date(2027, 2, 20)))[-1] == "-36.00"
    assert fees(FEBRUARY, registered(), *recovered, back("400", date(2027, 2, 20)))[-2:] == ["-36.00", "-2.00"] or fees(
        FEBRUARY, registered(), *recovered, back("400", date(2027, 2, 20))
    )[-2:] == ["-2.00", "-36.00"]
    twice = (paid("100", FEBRUARY), paid("100", date(2027, 2, 2)), back("100", date(2027, 2, 9)))
    assert fees(FEBRUARY, registered("100"), *twice) == ["2.00"]


def test_without_a_rate_nothing_is_charged_and_the_line_says_so() -> None:
    """The line stays, for the operator to see."""
    (statement,) = stated(FEBRUARY, registered(), paid("100", FEBRUARY), terms=FeeTerms())
    assert (statement.lines[0].percent, statement.total) == (None, eur("0.00"))


def test_the_portfolio_is_that_of_the_year_before() -> None:
    """What was handed over in the same currency up to the day, not more than so many months back."""
    handed = [(date(2026, 3, 1), eur(500)), (date(2027, 2, 1), eur(100)), (date(2027, 2, 2), Money.of("9", "USD"))]
    assert portfolio(handed, date(2027, 2, 28), "EUR") == Portfolio(Decimal(600), 2)
    assert portfolio(handed, date(2027, 3, 1), "EUR") == Portfolio(Decimal(100), 1)
    assert portfolio(handed, date(2027, 1, 31), "EUR", 24) == Portfolio(Decimal(500), 1)


movements = st.lists(
    st.tuples(st.sampled_from(["paid", "back", "recovery"]), st.integers(1, 60_000), st.integers(0, 200)), max_size=25
)


def story(drawn: Sequence[tuple[str, int, int]]) -> list[ev.Event]:
    events: list[ev.Event] = [registered()]
    for kind, cents, days in sorted(drawn, key=lambda m: m[2]):
        day, amount = START.date() + timedelta(days=days), str(Decimal(cents).scaleb(-2))
        if kind == "recovery":
            events.append(recovery(day))
        else:
            events.append(paid(amount, day) if kind == "paid" else back(amount, day))
    return events


@given(movements)
def test_each_payment_stands_on_exactly_one_statement(drawn) -> None:
    """All months together hold every line once, a statement is the sum of its lines, and VAT comes on the sum."""
    events = story(drawn)
    months = [date(2027, month, 1) for month in range(1, 13)]
    statements = [s for month in months for s in stated(month, *events)]
    lines = [line.collected for s in statements for line in s.lines]
    assert sorted(lines, key=lambda c: (c.id, c.of)) == sorted(collected(events, ZONE), key=lambda c: (c.id, c.of))
    for s in statements:
        assert (s.start, s.end) == month_of(s.start)
        assert s.net == Money.total((line.fee for line in s.lines), "EUR")
        assert s.vat == (s.net * Decimal("0.21")).rounded()
        assert all(line.collected.evidence for line in s.lines)


@given(movements)
def test_no_more_is_stated_than_was_owed(drawn) -> None:
    """At every moment what was collected is between nothing and the debt, and no phase gives back more than it took."""
    found = collected(story(drawn), ZONE)
    so_far, by_payment = eur(0), {}
    for one in found:
        so_far = so_far + one.amount
        assert eur(0) <= so_far <= eur(1000)
        key = one.of or one.id
        by_payment[key] = by_payment.get(key, eur(0)) + one.amount
    assert all(rest >= eur(0) for rest in by_payment.values())


def test_two_currencies_are_two_statements() -> None:
    """Sums of different money are never added."""
    other = replace(invoice(), id="j", total=Money.of("100", "USD"), deposit=Money.of("0", "USD"))
    dollars = [
        ev.InvoiceRegistered(**{**head(START.date()), "item": "j"}, invoice=other),
        replace(paid("100", FEBRUARY), item="j", amount=Money.of("100", "USD")),
    ]
    found = [*collected([registered(), paid("50", FEBRUARY)], ZONE), *collected(dollars, ZONE)]
    statements = fee_statements("c", FEBRUARY, found, TERMS, lambda *_: SMALL, {})
    assert sorted(str(s.total) for s in statements) == ["1.21 EUR", "2.42 USD"]
