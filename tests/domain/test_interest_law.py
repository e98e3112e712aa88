"""Every published figure of late-payment law that the program rests on, by half-year and country, with how sure it is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import charges, rates
from agent.domain.interest import amount_of, charge_parts, claim, french_floor, interest_lines
from agent.domain.money import Money
from agent.domain.overdue import ChargeTerms, Overdue, PaysFirst, balance_on
from agent.domain.rates import Gap, Rate, Rates
from agent.domain.regimes import Regime, belgian_consumer_indemnity

RATES = Rates(rates.packaged())
ON = ChargeTerms(interest=True, indemnity=True)
COLUMNS = (
    "ecb-refinancing", "be-business", "lu-business", "fr-business", "de-base", "de-business", "de-consumer",
    "fr-legal-professional", "fr-legal-private",
)  # fmt: skip
# One line a half-year: the percentages of COLUMNS, then their marks.
TABLE = """
2019-01-01  0.00  8.0  8.00 10.00 -0.88  8.12 4.12 0.86 3.40  V2 V2 C C V2 C C M M
2019-07-01  0.00  8.0  8.00 10.00 -0.88  8.12 4.12 0.87 3.26  V2 V2 C C V2 C C M M
2020-01-01  0.00  8.0  8.00 10.00 -0.88  8.12 4.12 0.87 3.15  V2 V C C V2 C C M M
2020-07-01  0.00  8.0  8.00 10.00 -0.88  8.12 4.12 0.84 3.11  V2 V2 C C V2 C C M M
2021-01-01  0.00  8.0  8.00 10.00 -0.88  8.12 4.12 0.79 3.14  V2 V C C V2 C C V M
2021-07-01  0.00  8.0  8.00 10.00 -0.88  8.12 4.12 0.76 3.12  V2 V C C V2 C C V M
2022-01-01  0.00  8.0  8.00 10.00 -0.88  8.12 4.12 0.76 3.13  V2 V C C V2 C C V M
2022-07-01  0.00  8.0  8.00 10.00 -0.88  8.12 4.12 0.77 3.15  V2 V C C V2 C C V M
2023-01-01  2.50 10.5 10.50 12.50  1.62 10.62 6.62 2.06 4.47  V2 V2 C C V2 C C V M
2023-07-01  4.00 12.0 12.00 14.00  3.12 12.12 8.12 4.22 6.82  V2 V C C V2 C C V M
2024-01-01  4.50 12.5 12.50 14.50  3.62 12.62 8.62 5.07 8.01  V2 V2 C C V2 C C V M
2024-07-01  4.25 12.5 12.25 14.25  3.37 12.37 8.37 4.92 8.16  V2 V2 V2 V2 V2 C C V2 V
2025-01-01  3.15 11.5 11.15 13.15  2.27 11.27 7.27 3.71 7.21  V2 V C C V C C V2 V2
2025-07-01  2.15 10.5 10.15 12.15  1.27 10.27 6.27 2.76 6.65  V2 V C C V C C V2 V2
2026-01-01  2.15 10.5 10.15 12.15  1.27 10.27 6.27 2.62 6.67  M V C C C/M C/M C/M V V
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
OF_A_YEAR = {
    "be-legal": "2019 2.00 2020 1.75 2021 1.75 2022 1.50 2023 5.25 2024 5.75 2025 4.50 2026 4.50",
    "nl-consumer": "2024 7 2025 6 2026 4",
    "lu-consumer": "2024 4.50",
}


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_half_year_of_every_country_is_in_the_table_with_its_mark(row: list[str]) -> None:
    """On its first and its last day."""
    first = date.fromisoformat(row[0])
    last = date(first.year, 6, 30) if first.month == 1 else date(first.year, 12, 31)
    every = Rates(RATES.rates, frozenset(COLUMNS))
    for column, regime in enumerate(COLUMNS, 1):
        for day in (first, last):
            found = every.on(regime, day)
            assert isinstance(found, Rate), regime
            assert (found.percent, found.mark) == (Decimal(row[column]), row[column + len(COLUMNS)]), regime


@pytest.mark.parametrize("regime", OF_A_YEAR)
def test_yearly_rates(regime: str) -> None:
    """The legal rates of Belgium, the Netherlands and Luxembourg."""
    words = OF_A_YEAR[regime].split()
    every = Rates(RATES.rates, frozenset(OF_A_YEAR))
    for year, percent in zip(words[::2], words[1::2], strict=True):
        found = every.on(regime, date(int(year), 7, 14))
        assert isinstance(found, Rate)
        assert found.percent == Decimal(percent)


@pytest.mark.parametrize("regime", [*COLUMNS, "nl-business", "lu-consumer"])
def test_nothing_is_known_of_the_second_half_of_2026(regime: str) -> None:
    """Nothing is extrapolated, for no country."""
    assert isinstance(Rates(RATES.rates, frozenset({regime})).on(regime, date(2026, 7, 1)), Gap)


def test_only_verified_rates_count_by_themselves() -> None:
    """From memory, or computed from such, they wait for the operator."""
    for rate in RATES.rates:
        assert rate.verified == (rate.mark in ("V", "V2", "C"))
        assert isinstance(RATES.on(rate.regime, rate.start), Rate) == rate.verified


def test_rates_follow_from_the_reference_rate() -> None:
    """Eight points in Luxembourg and the Netherlands, ten in France; the German base rate moves with it; nine and five above that."""
    table = {(r.regime, r.start): r.percent for r in RATES.rates}
    starts = [date.fromisoformat(row[0]) for row in ROWS]
    for before, start in zip([starts[0], *starts], starts, strict=False):
        reference = table["ecb-refinancing", start]
        assert table["lu-business", start] == table["nl-business", start] == reference + 8
        assert table["fr-business", start] == reference + 10
        moved = reference - table["ecb-refinancing", before]
        assert table["de-base", start] == table["de-base", before] + moved
        assert table["de-business", start] == table["de-base", start] + 9
        assert table["de-consumer", start] == table["de-base", start] + 5


@pytest.mark.parametrize(("reference", "percent"), [("4.00", "6"), ("4.50", "7")])
def test_the_dutch_legal_rate_is_rounded_to_whole_percents(reference: str, percent: str) -> None:
    """The reference rate and 2.25 points, half up: 6 % in the second half of 2023, 7 % in 2024."""
    assert (Decimal(reference) + Decimal("2.25")).quantize(Decimal(1), ROUND_HALF_UP) == Decimal(percent)
    assert Decimal(percent) in {r.percent for r in RATES.rates if r.regime == "nl-consumer"}


@pytest.mark.parametrize(("day", "floor"), [("2026-02-01", "7.86"), ("2025-08-01", "8.28"), ("2024-08-01", "14.76")])
def test_a_french_contract_rate_is_at_least_three_times_the_legal_one(day: str, floor: str) -> None:
    """In the second half of 2024 that floor was above the rate of the law itself."""
    legal = RATES.on("fr-legal-professional", date.fromisoformat(day))
    assert isinstance(legal, Rate)
    assert french_floor(legal.percent) == Decimal(floor)
    overdue = Overdue(eur("1000"), date.fromisoformat(day) - timedelta(days=1), "FR", False)
    on = date.fromisoformat(day) + timedelta(days=9)
    low, high = (claim(overdue, replace(ON, contract_rate=Decimal(r)), RATES, on).lines for r in (5, 18))
    assert [(x.percent, x.regime) for x in low] == [(Decimal(floor), "fr-floor")]
    assert [(x.percent, x.regime) for x in high] == [(Decimal(18), "contract")]


def test_the_floor_that_is_not_known_leaves_the_contract_its_rate() -> None:
    """Less than the law allows may always be claimed."""
    overdue = Overdue(eur("1000"), date(2026, 6, 30), "FR", False)
    lines = claim(overdue, replace(ON, contract_rate=Decimal(5)), RATES, date(2026, 7, 10)).lines
    assert [x.percent for x in lines] == [Decimal(5)]


@pytest.mark.parametrize(
    ("balance", "clause", "sum_"),
    [("100", "50", "20"), ("150", "10", "15"), ("300", "15", "45"), ("300", "20", "45"), ("1000", "20", "90"), ("50000", "10", "2000")],
)  # fmt: skip
def test_a_belgian_clause_beyond_the_cap_is_cut_to_it(balance: str, clause: str, sum_: str) -> None:
    """And one below it is claimed as it was agreed."""
    terms = replace(ON, agreed_with_consumers=True, contract_indemnity=Decimal(clause))
    assert belgian_consumer_indemnity(Decimal(balance), terms) == Decimal(sum_)


def test_the_belgian_reminder_by_mail_of_18_september_2023() -> None:
    """The fourteen days are 19 September to 2 October; the clause applies from the 3rd."""
    assert charges.consumer_charges_from("BE", date(2023, 9, 18)) == date(2023, 10, 3)


def test_a_belgian_contract_rate_waits_where_its_cap_is_not_known() -> None:
    """What is known before is still claimed at the contract's rate."""
    terms = replace(ON, agreed_with_consumers=True, contract_rate=Decimal(6))
    overdue = Overdue(eur("1000"), date(2026, 5, 1), "BE", True, reminded_on=date(2026, 6, 1))
    found = claim(overdue, terms, RATES, date(2026, 7, 31))
    assert [(x.start, x.end, x.percent) for x in found.lines] == [(date(2026, 6, 16), date(2026, 6, 30), Decimal(6))]
    assert [(why.code, why.start) for why in found.reasons if why.code == "rate_unknown"] == [
        ("rate_unknown", date(2026, 7, 1))
    ]


def test_further_belgian_reminders_cost_what_was_agreed_within_the_law() -> None:
    """7.50 each at most; nothing between businesses or elsewhere."""
    late = Overdue(eur("100"), date(2025, 1, 31), "BE", True, reminders=2)
    agreed = ChargeTerms(reminder_cost=Decimal(9), agreed_with_consumers=True)
    assert claim(late, agreed, RATES, date(2025, 3, 1)).reminders == eur("15.00")
    for other in (replace(late, consumer=False), replace(late, country="NL"), replace(late, reminders=0)):
        assert claim(other, agreed, RATES, date(2025, 3, 1)).total == eur("0")


DAYS = st.dates(date(2019, 1, 1), date(2026, 6, 30))
CENTS = st.integers(1, 5_000_000).map(lambda c: Decimal(c).scaleb(-2))
MOVES = st.lists(st.tuples(DAYS, CENTS | CENTS.map(lambda c: -c)), max_size=5).map(tuple)


@given(CENTS, st.dates(date(2019, 1, 1), date(2026, 6, 29)), st.integers(0, 2500))
def test_the_split_at_half_years_is_exact(amount: Decimal, due: date, length: int) -> None:
    """Each day bears the rate of its own half-year, in leap years too; the sum is rounded once."""
    end = min(due + timedelta(days=length), date(2026, 6, 30))
    overdue = Overdue(Money(amount, "EUR"), due, "BE", False)
    lines, gaps = interest_lines(overdue, Regime("be-business", due + timedelta(days=1)), end, RATES)
    day_by_day = Decimal(0)
    for offset in range(1, (end - due).days + 1):
        rate = RATES.on("be-business", due + timedelta(days=offset))
        assert isinstance(rate, Rate)
        day_by_day += amount * rate.percent
    assert sum((x.product for x in lines), Decimal(0)) == day_by_day
    assert amount_of(lines, "EUR") == Money(day_by_day / 36_500, "EUR").rounded()
    assert (sum(x.days for x in lines), gaps) == ((end - due).days, ())


@given(CENTS, DAYS, DAYS, CENTS, DAYS)
def test_a_payment_never_raises_the_interest(
    amount: Decimal, due: date, paid_on: date, paid: Decimal, on: date
) -> None:
    """Whenever it came."""
    overdue = Overdue(Money(amount, "EUR"), due, "FR", False)
    less = replace(overdue, payments=((paid_on, paid),))
    assert claim(less, ON, RATES, on).interest <= claim(overdue, ON, RATES, on).interest


@given(CENTS, MOVES, st.sampled_from(PaysFirst))
def test_what_counts_for_charges_stays_within_the_money_and_the_claim(
    amount: Decimal, moves: tuple[tuple[date, Decimal], ...], first: PaysFirst
) -> None:
    """It is never below nothing, and the order in which payments are told does not matter."""
    overdue = Overdue(Money(amount, "EUR"), date(2021, 3, 31), "BE", False, moves)
    terms = replace(ON, pays_first=first)
    parts = charge_parts(overdue, terms, RATES)
    assert parts == charge_parts(replace(overdue, payments=tuple(reversed(moves))), terms, RATES)
    covered = Decimal(0)
    for part in parts:
        covered += part.amount.amount
        received = sum((a for day, a in moves if day <= part.on), Decimal(0))
        assert 0 <= covered <= max(received, Decimal(0))
    most = claim(replace(overdue, payments=()), terms, RATES, date(2026, 6, 30)).total.amount
    assert covered <= most


@given(CENTS, st.lists(st.tuples(DAYS, CENTS), max_size=4).map(tuple), DAYS)
def test_nothing_runs_after_settlement_with_either_allocation(
    amount: Decimal, payments: tuple[tuple[date, Decimal], ...], on: date
) -> None:
    """Once the principal is at zero, a later day claims no more interest."""
    overdue = Overdue(Money(amount, "EUR"), date(2019, 1, 1), "NL", False, payments)
    if not balance_on(overdue, on):
        assert claim(overdue, ON, RATES, date(2026, 6, 30)).interest == claim(overdue, ON, RATES, on).interest


def test_an_operators_rates_take_the_place_of_the_packaged_ones_day_by_day() -> None:
    """And extend them where nothing was known."""
    own = rates.parse(
        '[[series]]\nregime="be-business"\nsource="Moniteur belge"\n'
        'rates=[{from=2026-03-01, until=2026-12-31, percent="10.0", mark="V"}]'
    )
    table = Rates(rates.overridden(rates.packaged(), own))
    pieces = [
        (a, b, getattr(r, "percent", None))
        for a, b, r in table.split("be-business", date(2026, 2, 27), date(2027, 1, 2))
    ]
    assert pieces == [
        (date(2026, 2, 27), date(2026, 2, 28), Decimal("10.5")),
        (date(2026, 3, 1), date(2026, 12, 31), Decimal("10.0")),
        (date(2027, 1, 1), date(2027, 1, 2), None),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("series = 3", "series: should be a list of tables"),
        ('[[series]]\nregime="x"\nsource="s"\nrates=["y"]', "x: rates: should be a list"),
        ("[rates]", "unknown key rates"),
        ('[[series]]\nregime="x"\nsource="s"\nrates=[{from=2025-01-01, until=2025-06-30, percent="1", mark="sure"}]', "mark"),
        ('[[series]]\nregime="x"\nsource="s"\nrates=[{from=2025-01-01, until=2025-06-30, percent="NaN", mark="V"}]', "not a percentage"),
        ('[[series]]\nregime="x"\nsource="s"\nrates=[{from=2025-01-01T00:00:00, until=2025-06-30, percent="1", mark="V"}]', "needs regime"),
    ],
)  # fmt: skip
def test_a_rate_file_of_another_shape_is_refused_in_words(text: str, problem: str) -> None:
    """Never by a trace."""
    with pytest.raises(ValueError, match=problem):
        rates.parse(text)
