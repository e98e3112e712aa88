"""Which rate from which day, which fixed charge on which ground, and in which words neither: country by country, to the day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import charges
from agent.domain.legal import COUNTRIES
from agent.domain.money import Money
from agent.domain.overdue import ChargeTerms, Overdue, Why
from agent.domain.rates import Rate, Rates
from agent.domain.regimes import Fixed, Regime, indemnity, interest_regime, reminder_costs

DAY = timedelta(days=1)
DUE = date(2026, 1, 31)
MAILED = date(2026, 3, 1)
# The first days on which a consumer may be charged after a mail of the first of March.
BELGIAN, DUTCH = date(2026, 3, 16), date(2026, 3, 17)
LATER = date(2026, 6, 1)
RATES = Rates(
    (
        Rate("be-business", date(2026, 1, 1), date(2026, 6, 30), Decimal("10.5"), "V", "s"),
        Rate("be-legal", date(2026, 1, 1), date(2026, 12, 31), Decimal("4.5"), "V", "s"),
    )
)
ON = ChargeTerms(interest=True, indemnity=True)
AGREED = replace(ON, agreed_with_consumers=True)


def late(country="BE", *, consumer=True, amount="1000.00", currency="EUR", **more):
    return Overdue(Money(Decimal(amount), currency), DUE, country, consumer=consumer, **more)


@pytest.mark.parametrize(
    ("overdue", "terms", "on", "expected"),
    [
        (late("US", consumer=False), ON, LATER, Why("unknown_country", "US")),
        (late(consumer=None), ON, LATER, Why("unknown_kind")),
        *((late(c, consumer=False), ON, DUE + DAY, Regime(f"{c.lower()}-business", DUE + DAY)) for c in COUNTRIES),
        (late(consumer=False), replace(ON, contract_rate=Decimal(9)), LATER, Regime(Decimal(9), DUE + DAY)),
        (
            late("FR", consumer=False),
            replace(ON, contract_rate=Decimal(9)),
            LATER,
            Regime(Decimal(9), DUE + DAY, floor="fr-legal-professional"),
        ),
        # Belgium: agreed, reminded, and its fourteen days over
        (late(reminded_on=MAILED), ON, LATER, Why("interest_not_agreed")),
        (late(), AGREED, LATER, Why("no_free_reminder")),
        (late(reminded_on=MAILED), AGREED, BELGIAN - DAY, Why("waiting", end=BELGIAN - DAY)),
        (late(reminded_on=MAILED), AGREED, BELGIAN, Regime("be-business", BELGIAN)),
        (late(reminded_on=MAILED), replace(AGREED, small_creditor=True), BELGIAN, Regime("be-business", MAILED + DAY)),
        (late(reminded_on=DUE - 30 * DAY), AGREED, LATER, Regime("be-business", DUE + DAY)),
        (
            late(reminded_on=MAILED),
            replace(AGREED, contract_rate=Decimal("10.5")),
            BELGIAN,
            Regime(Decimal("10.5"), BELGIAN, cap="be-business"),
        ),
        (
            late(reminded_on=MAILED),
            replace(AGREED, contract_rate=Decimal("10.51")),
            BELGIAN,
            Regime("be-legal", BELGIAN),
        ),
        # the Netherlands: from the due date, shown when the letter that announces costs has run out
        (late("NL"), ON, LATER, Why("no_free_reminder")),
        (late("NL", reminded_on=MAILED), ON, DUTCH - DAY, Why("waiting", end=DUTCH - DAY)),
        (late("NL", reminded_on=MAILED), ON, DUTCH, Regime("nl-consumer", DUE + DAY)),
        (late("NL"), replace(ON, indemnity=False), LATER, Regime("nl-consumer", DUE + DAY)),
        (late("NL", reminded_on=MAILED), replace(ON, indemnity=False), MAILED, Regime("nl-consumer", DUE + DAY)),
        # France: the operator vouches for it, and a formal notice came before
        (late("FR", notice_on=MAILED), ON, LATER, Why("unconfirmed", "fr-consumer")),
        (late("FR"), replace(ON, confirmed=frozenset({"fr-consumer"})), LATER, Why("no_notice")),
        (late("FR", notice_on=MAILED), replace(ON, confirmed=frozenset({"fr-consumer"})), MAILED, Why("no_notice")),
        (
            late("FR", notice_on=MAILED),
            replace(ON, confirmed=frozenset({"fr-consumer"})),
            MAILED + DAY,
            Regime("fr-legal-professional", MAILED + DAY),
        ),
        (
            late("FR", notice_on=DUE - 9 * DAY),
            replace(ON, confirmed=frozenset({"fr-consumer"})),
            LATER,
            Regime("fr-legal-professional", DUE + DAY),
        ),
        # Luxembourg: announced, and the third month after receipt over
        (late("LU", received_on=date(2026, 1, 15)), ON, LATER, Why("not_announced")),
        (late("LU", announced=True), ON, LATER, Why("not_announced")),
        (
            late("LU", announced=True, received_on=date(2026, 1, 15)),
            ON,
            date(2026, 4, 30),
            Why("begins", start=date(2026, 5, 1)),
        ),
        (
            late("LU", announced=True, received_on=date(2026, 1, 15)),
            ON,
            date(2026, 5, 1),
            Regime("lu-consumer", date(2026, 5, 1)),
        ),
        (
            late("LU", announced=True, received_on=date(2025, 10, 3)),
            ON,
            date(2026, 5, 1),
            Regime("lu-consumer", DUE + DAY),
        ),
        # Germany: the first of reminder and notice puts him in default
        (late("DE"), ON, LATER, Why("no_reminder")),
        (late("DE", reminded_on=MAILED), ON, MAILED, Why("no_reminder")),
        (late("DE", reminded_on=MAILED), ON, MAILED + DAY, Regime("de-consumer", MAILED + DAY)),
        (
            late("DE", reminded_on=MAILED, notice_on=MAILED - 5 * DAY),
            ON,
            LATER,
            Regime("de-consumer", MAILED - 4 * DAY),
        ),
        (late("DE", reminded_on=DUE - 5 * DAY), ON, LATER, Regime("de-consumer", DUE + DAY)),
    ],
)
def test_which_interest_runs_from_which_day(overdue, terms, on, expected):
    """Or the code for which none does, with the day on which that ends."""
    assert interest_regime(overdue, terms, RATES, on) == expected


CONFIRMED = replace(ON, confirmed=frozenset({"lu-lump-sum", "de-lump-sum"}))
CLAUSE = replace(AGREED, contract_indemnity=Decimal(10))


def paid(*parts):
    return {"payments": tuple((day, Decimal(amount)) for day, amount in parts)}


@pytest.mark.parametrize(
    ("overdue", "terms", "on", "expected"),
    [
        (late(consumer=False), ON, DUE, Why("not_due")),
        (late(consumer=False, currency="GBP"), ON, DUE + DAY, Why("not_euro", "GBP")),
        (late("US", consumer=False), ON, DUE + DAY, Why("unknown_country", "US")),
        (late(consumer=None), ON, DUE + DAY, Why("unknown_kind")),
        (late(consumer=False, **paid((DUE, "1000.00"))), ON, DUE + DAY, Why("paid_in_time")),
        (late(consumer=False), ON, DUE + DAY, Fixed(Decimal(40), "be-lump-sum")),
        (late("FR", consumer=False), ON, DUE + DAY, Fixed(Decimal(40), "fr-lump-sum")),
        (late("LU", consumer=False), ON, DUE + DAY, Why("unconfirmed", "lu-lump-sum")),
        (late("DE", consumer=False), ON, DUE + DAY, Why("unconfirmed", "de-lump-sum")),
        (late("LU", consumer=False), CONFIRMED, DUE + DAY, Fixed(Decimal(40), "lu-lump-sum")),
        (late("DE", consumer=False), CONFIRMED, DUE + DAY, Fixed(Decimal(40), "de-lump-sum")),
        (late("NL", consumer=False), ON, DUE + DAY, Fixed(Decimal(150), "nl-scale")),
        (late("NL", consumer=False, **paid((DUE + DAY, "500.00"))), ON, DUE + DAY, Fixed(Decimal(150), "nl-scale")),
        (late("NL", consumer=False, **paid((DUE + DAY, "500.00"))), ON, DUE + 2 * DAY, Fixed(Decimal(75), "nl-scale")),
        # the agreed share where it is more than the lump sum, of what was owed when it became due
        (late(consumer=False, amount="400.00"), CLAUSE, DUE + DAY, Fixed(Decimal(40), "be-lump-sum")),
        (late(consumer=False, amount="400.10"), CLAUSE, DUE + DAY, Fixed(Decimal("40.01"), "contract")),
        (late(consumer=False, **paid((DUE, "500.00"))), CLAUSE, LATER, Fixed(Decimal(50), "contract")),
        # consumers: Belgium and the Netherlands only, after the reminder and its days
        *((late(c), CLAUSE, LATER, Why("no_consumer_indemnity", c)) for c in ("FR", "LU", "DE")),
        (late(), AGREED, LATER, Why("indemnity_not_agreed")),
        (late(), replace(CLAUSE, agreed_with_consumers=False), LATER, Why("indemnity_not_agreed")),
        (late(), CLAUSE, LATER, Why("no_free_reminder")),
        (late("NL"), ON, LATER, Why("no_free_reminder")),
        (late(reminded_on=MAILED), CLAUSE, BELGIAN - DAY, Why("waiting", end=BELGIAN - DAY)),
        (late("NL", reminded_on=MAILED), ON, DUTCH - DAY, Why("waiting", end=DUTCH - DAY)),
        (late(reminded_on=MAILED), CLAUSE, BELGIAN, Fixed(Decimal(90), "be-consumer")),
        (late("NL", reminded_on=MAILED), ON, DUTCH, Fixed(Decimal(150), "nl-scale")),
        # what is paid within the days that were given does not count any more
        (
            late("NL", reminded_on=MAILED, **paid((DUTCH - DAY, "500.00"))),
            ON,
            LATER,
            Fixed(Decimal(75), "nl-scale"),
        ),
        (late("NL", reminded_on=MAILED, **paid((DUTCH, "500.00"))), ON, LATER, Fixed(Decimal(150), "nl-scale")),
    ],
)
def test_which_fixed_charge_is_due_on_which_ground(overdue, terms, on, expected):
    """Or the code for which none is, with what it is about."""
    found = indemnity(overdue, terms, on)
    assert found == expected


@pytest.mark.parametrize(
    ("balance", "cap"),
    [
        ("0.00", "0"),
        ("-5.00", "0"),
        ("0.01", "20"),
        ("150.00", "20"),
        ("150.10", "30.01"),
        ("500.00", "65.00"),
        ("500.50", "65.03"),
        ("39200.00", "2000"),
        ("39180.00", "1999.00"),
        ("90000.00", "2000"),
    ],
)
def test_the_belgian_cap_at_its_steps(balance, cap):
    """20 up to 150; 30 and a tenth of the part to 500; 65 and a twentieth of the part above, at most 2,000."""
    assert charges.belgian_consumer_cap(Decimal(balance)) == Decimal(cap)


@pytest.mark.parametrize(
    ("principal", "costs"),
    [
        ("0.00", "0"),
        ("0.01", "40"),
        ("266.67", "40.00"),
        ("266.80", "40.02"),
        ("2500.00", "375"),
        ("5000.00", "625"),
        ("10000.00", "875"),
        ("200000.00", "2775"),
        ("200100.00", "2775.5"),
        ("999999.00", "6775.00"),
        ("2000000.00", "6775"),
    ],
)
def test_the_dutch_scale_at_its_steps(principal, costs):
    """15, 10, 5, 1 and half a percent by parts, at least 40 and at most 6,775."""
    assert charges.dutch_collection_costs(Decimal(principal)) == Decimal(costs)


@pytest.mark.parametrize(
    ("overdue", "terms", "costs"),
    [
        (late(reminders=2), replace(AGREED, reminder_cost=Decimal(5)), "10"),
        (late(reminders=2), replace(AGREED, reminder_cost=Decimal(9)), "15.00"),
        (late(reminders=0), replace(AGREED, reminder_cost=Decimal(5)), "0"),
        (late(reminders=2), AGREED, "0"),
        (late(reminders=2), replace(ON, reminder_cost=Decimal(5)), "0"),
        (late("NL", reminders=2), replace(AGREED, reminder_cost=Decimal(5)), "0"),
        (late(reminders=2, consumer=False), replace(AGREED, reminder_cost=Decimal(5)), "0"),
        (late(reminders=2, consumer=None), replace(AGREED, reminder_cost=Decimal(5)), "0"),
        (late(reminders=2, currency="GBP"), replace(AGREED, reminder_cost=Decimal(5)), "0"),
    ],
)
def test_what_further_reminders_cost(overdue, terms, costs):
    """A Belgian consumer in euros who agreed to it, at most 7.50 each."""
    assert reminder_costs(overdue, terms) == Decimal(costs)
