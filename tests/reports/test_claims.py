"""Claims as they are shown: figures that add up, words for everything that may stand there."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import regimes
from agent.domain.claims import ItemClaim
from agent.domain.interest import claim
from agent.domain.money import Money
from agent.domain.overdue import ChargeTerms, Overdue, Why
from agent.domain.parties import LANGUAGES
from agent.domain.rates import Rates, packaged
from agent.reports import claim_words, formats, words
from agent.reports.claims import basis, claim_box, claim_rows, summary_of, why_not

RATES = Rates(packaged())
ON = ChargeTerms(interest=True, indemnity=True)


def made(amount: str = "1000.00", paid: str = "0", on: date = date(2025, 7, 31), **more: bool) -> ItemClaim:
    overdue = Overdue(Money.of(amount, "EUR"), date(2025, 1, 31), "BE", False)
    return ItemClaim("i", "118", date(2025, 1, 31), claim(overdue, ON, RATES, on), Money.of(paid, "EUR"), **more)


@pytest.mark.parametrize("table", [claim_words.BASES, claim_words.WHY_NOT, claim_words.TABLE])
def test_every_word_is_there_in_every_language(table: dict[str, dict[str, str]]) -> None:
    """With the same blanks to fill."""
    for code, by_language in table.items():
        assert set(by_language) == set(LANGUAGES), code
        assert all(by_language.values()), code
        blanks = {
            frozenset(name for name in ("{what}", "{start}", "{end}") if name in text) for text in by_language.values()
        }
        assert len(blanks) == 1, code


def test_every_reason_and_every_basis_has_its_words() -> None:
    """Whatever the domain may give."""
    folder = Path(regimes.__file__).parent
    codes = {
        node.args[0].value
        for name in ("regimes.py", "interest.py", "claims.py")
        for node in ast.walk(ast.parse((folder / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Why"
        and isinstance(node.args[0], ast.Constant)
    }
    assert codes
    assert codes | {"rate_unknown", "rate_unconfirmed"} == set(claim_words.WHY_NOT)
    known = {rate.regime for rate in packaged()} - {"ecb-refinancing", "de-base", "fr-legal-private"}
    assert known | {"contract", "fr-floor", "nl-scale", "be-consumer"} <= set(claim_words.BASES)
    for country in ("be", "fr", "lu", "de"):
        assert f"{country}-lump-sum" in claim_words.BASES


@given(st.integers(1, 10_000_000), st.dates(date(2025, 2, 1), date(2026, 6, 30)), st.sampled_from(LANGUAGES))
def test_the_lines_add_up_to_the_claim_to_the_cent(cents: int, on: date, language: str) -> None:
    """Each line is printed in cents."""
    found = made(str(Decimal(cents).scaleb(-2)), on=on)
    rows = claim_rows(found, language)
    assert Money.total((row.amount for row in rows.interest), "EUR") == rows.interest_sum == found.claim.interest
    assert all(row.amount == row.amount.rounded() for row in rows.interest)
    assert rows.interest_sum + rows.indemnity + rows.reminders - rows.paid == rows.due


def test_the_box_adds_the_claims_to_the_principal() -> None:
    """What is paid, or in another currency, is left out; without anything due there is none."""
    box = claim_box([made(), made(paid="96.18")], Money.of("1000", "EUR"), "fr")
    assert box is not None
    assert [row.number for row in box.claims] == ["118"]
    assert (box.total, box.with_principal) == (Money.of("96.18", "EUR"), Money.of("1096.18", "EUR"))
    assert claim_box([made(paid="96.18")], Money.of("1000", "EUR"), "fr") is None
    assert claim_box([made()], Money.of("1000", "USD"), "fr") is None


def test_the_creditor_is_told_sums_and_reasons() -> None:
    """What is left on paid invoices apart; the commonest reason first."""
    unknown = Overdue(Money.of("10", "EUR"), date(2025, 1, 31), "IT", None)
    silent = ItemClaim("x", "9", date(2025, 1, 31), claim(unknown, ON, RATES, date(2025, 7, 1)), Money.zero("EUR"))
    found = summary_of([made(), made(settled=True), silent, silent], "en", keeps=True)
    assert found.claimed == found.left == (Money.of("96.18", "EUR"),)
    assert found.reasons == (("the law of this country is not known here (IT)", 2),)
    assert found.keeps


def test_reasons_and_bases_in_words() -> None:
    """Days are printed as the reader writes them; a basis without words stands for itself."""
    why = Why("rate_unknown", "be-business", date(2026, 7, 1), date(2026, 12, 31))
    assert why_not(why, "de") == "der Zinssatz vom 01.07.2026 bis 31.12.2026 ist nicht bekannt (be-business)"
    assert basis("be-business", "nl") == "wet van 2 augustus 2002"
    assert basis("", "fr") == ""


@pytest.mark.parametrize(
    ("language", "percent", "one", "many"),
    [
        ("fr", "10,5\u00a0%", "1 jour", "37 jours"),
        ("nl", "10,5%", "1 dag", "37 dagen"),
        ("en", "10.5%", "1 day", "37 days"),
        ("de", "10,5\u00a0%", "1 Tag", "37 Tage"),
    ],
)
def test_percents_and_days_as_their_readers_write_them(language: str, percent: str, one: str, many: str) -> None:
    """Without needless zeros."""
    assert formats.percent(Decimal("10.50"), language) == percent
    assert (words.days(1, language), words.days(37, language)) == (one, many)
    assert formats.percent(Decimal("12.27"), "en") == "12.27%"
