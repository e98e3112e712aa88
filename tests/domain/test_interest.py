"""Late-payment claims: every published check value, and what must hold whatever the payments."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import charges, rates
from agent.domain.interest import amount_of, charge_parts, claim, interest_lines
from agent.domain.money import Money
from agent.domain.overdue import ChargeTerms, Overdue, PaysFirst, Why, balance_on
from agent.domain.rates import Gap, Rate, Rates
from agent.domain.regimes import Regime

RATES = Rates(rates.packaged())
ON = ChargeTerms(interest=True, indemnity=True)
CONSUMER = replace(ON, agreed_with_consumers=True, contract_indemnity=Decimal(15))


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def late(amount: str = "1000.00", country: str = "BE", consumer: bool | None = False, **more: object) -> Overdue:
    return replace(Overdue(eur(amount), date(2025, 1, 31), country, consumer), **more)


@pytest.mark.parametrize(
    ("regime", "day", "percent"),
    [
        ("be-business", date(2019, 1, 1), "8.0"),
        ("be-business", date(2022, 12, 31), "8.0"),
        ("be-business", date(2023, 1, 1), "10.5"),
        ("be-business", date(2023, 7, 1), "12.0"),
        ("be-business", date(2024, 9, 1), "12.5"),
        ("be-business", date(2025, 3, 1), "11.5"),
        ("be-business", date(2025, 7, 1), "10.5"),
        ("be-business", date(2026, 6, 30), "10.5"),
        ("be-legal", date(2023, 5, 1), "5.25"),
        ("be-legal", date(2026, 1, 1), "4.50"),
        ("fr-business", date(2024, 7, 1), "14.25"),
        ("fr-business", date(2025, 12, 31), "12.15"),
        ("fr-legal-professional", date(2026, 1, 1), "2.62"),
        ("fr-legal-professional", date(2025, 7, 1), "2.76"),
        ("fr-legal-private", date(2026, 1, 1), "6.67"),
        ("lu-business", date(2024, 7, 1), "12.25"),
        ("lu-consumer", date(2024, 7, 1), "4.50"),
        ("nl-business", date(2024, 1, 1), "12.50"),
        ("nl-business", date(2024, 7, 1), "12.25"),
        ("nl-consumer", date(2023, 12, 31), "6"),
        ("nl-consumer", date(2024, 1, 1), "7"),
        ("de-base", date(2019, 1, 1), "-0.88"),
        ("de-base", date(2025, 7, 1), "1.27"),
        ("de-business", date(2025, 1, 1), "11.27"),
        ("de-consumer", date(2022, 7, 1), "4.12"),
    ],
)
def test_published_rates_are_in_the_table(regime: str, day: date, percent: str) -> None:
    """With their source."""
    found = RATES.on(regime, day)
    assert isinstance(found, Rate)
    assert (found.percent, bool(found.source)) == (Decimal(percent), True)


def test_the_belgian_rate_follows_from_the_reference_rate() -> None:
    """The next half point above the ECB's refinancing rate and eight points reproduces every published value."""
    table = {r.start: r.percent for r in RATES.rates if r.regime == "be-business"}
    reference = {r.start: r.percent for r in RATES.rates if r.regime == "ecb-refinancing"}
    assert len(table) == 15
    half_points = {d: ((r + 8) * 2).to_integral_value(ROUND_CEILING) / 2 for d, r in reference.items()}
    assert half_points == table


@pytest.mark.parametrize(
    ("balance", "cap"),
    [("0", "0"), ("100", "20"), ("150", "20"), ("300", "45"), ("500", "65"), ("1000", "90"), ("39200", "2000"), ("99999", "2000")],
)  # fmt: skip
def test_the_belgian_consumer_cap(balance: str, cap: str) -> None:
    """20; 30 and 10 %; 65 and 5 %, at most 2,000."""
    assert charges.belgian_consumer_cap(Decimal(balance)) == Decimal(cap)


@pytest.mark.parametrize(
    ("principal", "costs"),
    [("0", "0"), ("100", "40"), ("4000", "525"), ("5000", "625"), ("10000", "875"), ("200000", "2775"), ("1000000", "6775"), ("5000000", "6775")],
)  # fmt: skip
def test_the_dutch_scale(principal: str, costs: str) -> None:
    """15, 10, 5, 1 and 0.5 %, between 40 and 6,775."""
    assert charges.dutch_collection_costs(Decimal(principal)) == Decimal(costs)


def test_waiting_periods_count_from_the_day_after_the_mail() -> None:
    """Belgium D+15, the Netherlands D+16; elsewhere no such rule."""
    sent = date(2026, 3, 2)
    assert charges.consumer_charges_from("BE", sent) == date(2026, 3, 17)
    assert charges.consumer_charges_from("NL", sent) == date(2026, 3, 18)
    assert charges.consumer_charges_from("BE", None) is None
    assert charges.consumer_charges_from("DE", sent) is None


def test_business_interest_is_simple_and_split_at_the_half_year() -> None:
    """1,000.00 from 1 February to 31 July 2025: 150 days at 11.5 % and 31 at 10.5 %."""
    found = claim(late(), ON, RATES, date(2025, 7, 31))
    assert [(line.days, line.percent) for line in found.lines] == [(150, Decimal("11.5")), (31, Decimal("10.5"))]
    assert found.interest == eur("56.18")
    assert (found.indemnity, found.total) == (eur("40.00"), eur("96.18"))
    assert found.reasons == ()


def test_part_payments_lower_the_balance() -> None:
    """The day of the payment still counts on the balance before it."""
    paid = late(payments=((date(2025, 3, 1), Decimal(400)),))
    lines = claim(paid, ON, RATES, date(2025, 3, 31)).lines
    assert [(line.days, line.balance) for line in lines] == [(29, Decimal(1000)), (30, Decimal(600))]


def test_payments_count_for_the_principal_unless_the_terms_say_interest_first() -> None:
    """Only what goes beyond the principal counts for charges; with interest first, what was claimed on that day does."""
    paid = late(payments=((date(2025, 3, 2), Decimal(400)),))
    assert charge_parts(paid, ON, RATES) == ()
    first = charge_parts(paid, replace(ON, pays_first=PaysFirst.INTEREST), RATES)
    # 1,000.00 at 11.5 % for 30 days is 9.45, and 40.00.
    assert [(p.on, p.amount) for p in first] == [(date(2025, 3, 2), eur("49.45"))]
    whole = late(payments=((date(2025, 3, 2), Decimal("1049.45")),))
    assert [p.amount for p in charge_parts(whole, ON, RATES)] == [eur("49.45")]
    beyond = late(payments=((date(2025, 3, 2), Decimal(1100)),))
    assert [p.amount for p in charge_parts(beyond, ON, RATES)] == [eur("49.45")]


def test_money_taken_back_no_longer_counts_for_charges() -> None:
    """Neither beyond the principal nor before it."""
    back = late(payments=((date(2025, 3, 2), Decimal("1049.45")), (date(2025, 3, 9), Decimal("-1049.45"))))
    for terms in (ON, replace(ON, pays_first=PaysFirst.INTEREST)):
        assert sum(p.amount.amount for p in charge_parts(back, terms, RATES)) == 0


def test_nothing_is_claimed_unless_switched_on_or_while_the_kind_of_debtor_is_unknown() -> None:
    """Unknown counts as the strictest."""
    assert claim(late(), ChargeTerms(), RATES, date(2025, 7, 31)).total == eur("0")
    unknown = claim(late(consumer=None), ON, RATES, date(2025, 7, 31))
    assert (unknown.total, unknown.reasons) == (eur("0"), (Why("unknown_kind"),))
    abroad = claim(late(country="IT"), ON, RATES, date(2025, 7, 31))
    assert (abroad.total, abroad.reasons) == (eur("0"), (Why("unknown_country", "IT"),))


def test_unknown_and_unconfirmed_rates_claim_nothing_and_say_why() -> None:
    """What is known is claimed for its own days only."""
    ahead = claim(late(due_date=date(2026, 6, 20)), replace(ON, indemnity=False), RATES, date(2026, 7, 31))
    assert sum(line.days for line in ahead.lines) == 10
    assert ahead.reasons == (Why("rate_unknown", "be-business", date(2026, 7, 1), date(2026, 7, 31)),)
    dutch = late(country="NL", consumer=True)
    asked = claim(dutch, replace(ON, indemnity=False), RATES, date(2025, 3, 1))
    assert (asked.interest, [why.code for why in asked.reasons]) == (eur("0"), ["rate_unconfirmed"])
    vouched = Rates(RATES.rates, frozenset({"nl-consumer"}))
    assert claim(dutch, replace(ON, indemnity=False), vouched, date(2025, 3, 1)).interest == eur("4.77")


def test_belgian_consumers_pay_nothing_before_the_free_reminder_and_its_fourteen_days() -> None:
    """And then at most the cap; an SME's interest counts from the day after the reminder."""
    sent = date(2025, 3, 3)
    assert claim(late(consumer=True), CONSUMER, RATES, date(2025, 6, 1)).total == eur("0")
    waiting = late(consumer=True, reminded_on=sent)
    assert claim(waiting, CONSUMER, RATES, sent + timedelta(days=14)).total == eur("0")
    due = claim(waiting, CONSUMER, RATES, sent + timedelta(days=15))
    assert due.indemnity == eur("90.00")
    assert due.lines[0].start == sent + timedelta(days=15)
    small = claim(waiting, replace(CONSUMER, small_creditor=True), RATES, sent + timedelta(days=15))
    assert small.lines[0].start == sent + timedelta(days=1)
    assert claim(waiting, ON, RATES, sent + timedelta(days=30)).total == eur("0")
    dear = replace(CONSUMER, contract_rate=Decimal(18))
    assert claim(waiting, dear, RATES, sent + timedelta(days=30)).lines[0].percent == Decimal("4.50")
    cheap = replace(CONSUMER, contract_rate=Decimal(6))
    assert claim(waiting, cheap, RATES, sent + timedelta(days=30)).lines[0].percent == Decimal(6)


def test_dutch_costs_follow_the_letter_and_the_rest_owed() -> None:
    """A part payment within the fifteen days lowers them; between businesses no letter is needed."""
    sent = date(2025, 3, 3)
    letter = late("4000.00", "NL", True, reminded_on=sent, payments=((date(2025, 3, 10), Decimal(1500)),))
    costs = replace(ON, interest=False)
    assert claim(letter, costs, RATES, sent + timedelta(days=15)).indemnity == eur("0")
    assert claim(letter, costs, RATES, sent + timedelta(days=16)).indemnity == eur("375.00")
    assert claim(late("4000.00", "NL"), costs, RATES, date(2025, 3, 1)).indemnity == eur("525.00")


@pytest.mark.parametrize(
    ("overdue", "begins"),
    [
        (late(country="FR", consumer=True, notice_on=date(2025, 3, 3)), date(2025, 3, 4)),
        (late(country="DE", consumer=True, reminded_on=date(2025, 3, 3)), date(2025, 3, 4)),
        (
            late(country="LU", consumer=True, received_on=date(2024, 3, 5), announced=True, due_date=date(2024, 4, 5)),
            date(2024, 7, 1),
        ),
    ],
)
def test_other_consumers_owe_interest_from_the_day_their_law_says(overdue: Overdue, begins: date) -> None:
    """After a notice, a reminder, or the end of the third month; before that, the reason is given."""
    terms = replace(ON, confirmed=frozenset({"fr-consumer"}))
    found = claim(overdue, terms, RATES, begins + timedelta(days=10))
    assert found.lines[0].start == begins
    assert found.indemnity == eur("0")
    bare = replace(overdue, notice_on=None, reminded_on=None, announced=False)
    assert claim(bare, terms, RATES, begins + timedelta(days=10)).total == eur("0")


def test_lump_sums_from_memory_wait_for_the_operator() -> None:
    """Luxembourg and Germany; Belgium and France are verified, and a contract's share may be higher."""
    for country, amount in (("BE", "40"), ("FR", "40"), ("LU", "0"), ("DE", "0")):
        assert claim(late(country=country), ON, RATES, date(2025, 3, 1)).indemnity == eur(amount)
    confirmed = replace(ON, confirmed=frozenset({"lu-lump-sum"}))
    assert claim(late(country="LU"), confirmed, RATES, date(2025, 3, 1)).indemnity == eur("40")
    share = replace(ON, contract_indemnity=Decimal(10))
    assert claim(late(), share, RATES, date(2025, 3, 1)).indemnity == eur("100.00")


DAYS = st.dates(date(2019, 1, 1), date(2026, 6, 30))
CENTS = st.integers(1, 5_000_000).map(lambda c: Decimal(c).scaleb(-2))
PAYMENTS = st.lists(st.tuples(DAYS, CENTS), max_size=4).map(tuple)


@given(CENTS, PAYMENTS, DAYS, st.sampled_from(["be-business", "fr-business", "de-consumer"]), st.data())
def test_interest_adds_up_over_periods_and_is_never_negative(
    amount: Decimal, payments: tuple[tuple[date, Decimal], ...], start: date, regime: str, data: st.DataObject
) -> None:
    """Cutting the period anywhere changes nothing."""
    end = data.draw(st.dates(start, date(2026, 6, 30)))
    cut = data.draw(st.dates(start, end))
    overdue = Overdue(Money(amount, "EUR"), date(2018, 12, 31), "BE", False, payments)
    whole, _ = interest_lines(overdue, Regime(regime, start), end, RATES)
    before, _ = interest_lines(overdue, Regime(regime, start), cut, RATES)
    after, _ = interest_lines(overdue, Regime(regime, cut + timedelta(days=1)), end, RATES)
    assert sum(x.product for x in whole) == sum(x.product for x in (*before, *after))
    assert all(x.product >= 0 and x.days > 0 for x in whole)
    assert amount_of(whole, "EUR") >= eur("0")


@given(CENTS, PAYMENTS, DAYS, st.permutations(range(4)))
def test_the_order_of_events_does_not_matter_and_nothing_runs_after_settlement(
    amount: Decimal, payments: tuple[tuple[date, Decimal], ...], on: date, order: list[int]
) -> None:
    """Payments on the same day included."""
    due = date(2018, 12, 31)
    overdue = Overdue(Money(amount, "EUR"), due, "BE", False, payments)
    shuffled = replace(overdue, payments=tuple(payments[i] for i in order if i < len(payments)))
    found = claim(overdue, ON, RATES, on)
    assert found == claim(shuffled, ON, RATES, on)
    if not balance_on(overdue, on):
        assert claim(overdue, ON, RATES, date(2026, 6, 30)).interest == found.interest


@given(st.dates(date(2018, 1, 1), date(2027, 12, 31)), st.integers(0, 2000))
def test_rates_cover_every_day_once(start: date, length: int) -> None:
    """Pieces and gaps follow each other without a hole."""
    end = start + timedelta(days=length)
    pieces = list(RATES.split("be-business", start, end))
    assert (pieces[0][0], pieces[-1][1]) == (start, end)
    assert all(a[1] + timedelta(days=1) == b[0] for a, b in itertools.pairwise(pieces))
    assert all(isinstance(p[2], Gap) == (p[0] < date(2019, 1, 1) or p[0] > date(2026, 6, 30)) for p in pieces)


@pytest.mark.parametrize(
    "text",
    [
        '[[series]]\nregime="x"\nsource="s"\nrates=[{from=2025-01-01, until=2025-06-30, percent="abc", mark="V"}]',
        '[[series]]\nregime="x"\nrates=[{from=2025-01-01, until=2025-06-30, percent="1", mark="V"}]',
        '[[series]]\nregime="x"\nsource="s"\nrates=[{from=2025-06-01, until=2025-01-30, percent="1", mark="V"}]',
        (
            '[[series]]\nregime="x"\nsource="s"\nrates=[{from=2025-01-01, until=2025-06-30, percent="1", mark="V"},'
            '{from=2025-06-30, until=2025-12-31, percent="1", mark="V"}]'
        ),
    ],
)
def test_a_wrong_rate_file_is_refused_by_name(text: str) -> None:
    """A percentage, a source, an order of days and no overlaps are needed."""
    with pytest.raises(ValueError, match="x 2025"):
        rates.parse(text)
