"""Fees of the service: a share of what was collected, by the phase the invoice was in."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.fees import Collected, DebtBand, FeeTerms, Phase, PhaseChange, Portfolio, PortfolioBand, fee_statement
from agent.domain.money import Money

PHASES = (PhaseChange(Phase.ENCAISSEMENT, date(2027, 1, 1)), PhaseChange(Phase.RECOUVREMENT, date(2027, 3, 1), 60))
TERMS = FeeTerms(
    (PortfolioBand(Decimal(2)), PortfolioBand(Decimal("1.5"), turnover_from=Decimal(100_000), invoices_from=50)),
    (DebtBand(Decimal(15), Decimal(500), 90), DebtBand(Decimal(12), None, 90), DebtBand(Decimal(25))),
    vat_percent=Decimal(21),
)
SMALL, LARGE = Portfolio(Decimal(20_000), 40), Portfolio(Decimal(250_000), 400)


def paid(amount: str, on: date, phases: tuple[PhaseChange, ...] = PHASES, debt: str = "1000") -> Collected:
    return Collected("i1", "A1", Money.of(debt, "EUR"), Money.of(amount, "EUR"), on, "<mail@bank>", phases)


def fees(*payments: Collected, terms: FeeTerms = TERMS, portfolio: Portfolio = SMALL) -> list[str]:
    statements = fee_statement("c1", date(2027, 1, 1), date(2027, 12, 31), payments, terms, portfolio)
    return [str(line.fee.amount) for statement in statements for line in statement.lines]


def test_one_per_cent_of_a_hundred_is_one() -> None:
    """An agreed rate outranks the table."""
    assert fees(paid("100", date(2027, 2, 1)), terms=FeeTerms(agreed_encaissement=Decimal(1))) == ["1.00"]


def test_the_table_goes_by_portfolio_then_by_amount_and_age() -> None:
    """The lowest rate that a portfolio reaches; the first band that a debt fits."""
    assert fees(paid("100", date(2027, 2, 1))) == ["2.00"]
    assert fees(paid("100", date(2027, 2, 1)), portfolio=LARGE) == ["1.50"]
    assert fees(paid("100", date(2027, 4, 1))) == ["12.00"]
    assert fees(paid("100", date(2027, 4, 1), debt="400")) == ["15.00"]
    old = (PhaseChange(Phase.RECOUVREMENT, date(2027, 1, 1), 200),)
    assert fees(paid("100", date(2027, 4, 1), old)) == ["25.00"]


def test_money_from_before_or_outside_the_period_earns_nothing_and_returns_give_back() -> None:
    """A payment taken back lowers the fee by what it brought."""
    assert fees(paid("100", date(2026, 12, 1)), paid("100", date(2028, 1, 1))) == []
    (statement,) = fee_statement(
        "c1",
        date(2027, 1, 1),
        date(2027, 12, 31),
        [paid("100", date(2027, 2, 1)), paid("-100", date(2027, 2, 9))],
        TERMS,
        SMALL,
    )
    assert (statement.net, statement.vat, statement.total) == (Money.of("0.00", "EUR"),) * 3


def test_without_a_rate_nothing_is_charged_and_the_line_says_so() -> None:
    """The line stays, for the operator to see."""
    (statement,) = fee_statement(
        "c1", date(2027, 1, 1), date(2027, 12, 31), [paid("100", date(2027, 2, 1))], FeeTerms(), SMALL
    )
    assert (statement.lines[0].percent, statement.total) == (None, Money.of("0.00", "EUR"))
    assert Portfolio(Decimal(5), 0).average == 0


@given(st.lists(st.integers(1, 500_000), min_size=1, max_size=20))
def test_the_statement_is_the_sum_of_its_lines(cents: list[int]) -> None:
    """Each line is traceable to its payment, and VAT comes on the sum."""
    payments = [paid(str(Decimal(c).scaleb(-2)), date(2027, 2, 1)) for c in cents]
    (statement,) = fee_statement("c1", date(2027, 2, 1), date(2027, 2, 28), payments, TERMS, SMALL)
    assert statement.net == Money.total((line.fee for line in statement.lines), "EUR")
    assert statement.vat == (statement.net * Decimal("0.21")).rounded()
    assert all(line.collected.evidence for line in statement.lines)
