from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.domain.money import Money
from agent.reports import formats


@pytest.mark.parametrize(
    ("language", "written"),
    [("fr", "1\u202f250,00\u00a0€"), ("nl", "€\u00a01.250,00"), ("en", "€1,250.00"), ("de", "1.250,00\u00a0€")],
)
def test_amounts_are_written_as_the_reader_writes_them(language: str, written: str) -> None:
    """Each language has its own separators and place of the sign."""
    assert formats.money(Money.of("1250", "EUR"), language) == written


def test_amounts_that_a_program_wrote_are_written_as_the_reader_does() -> None:
    """Sums of a file's own check and of a list; dates, versions and numbers of invoices stay what they are."""
    told = "1000.00 + 1633.50 ≠ -2600.00, 2027-118, 12.03.2027, 1.234.567"
    assert formats.amounts(told, "nl") == "1.000,00 + 1.633,50 ≠ −2.600,00, 2027-118, 12.03.2027, 1.234.567"
    assert formats.amounts("1850.00 / 1900.00", "fr") == "1\u202f850,00 / 1\u202f900,00"


def test_other_currencies_are_named_by_their_code() -> None:
    """A dollar sign says too little."""
    assert formats.money(Money.of("12.5", "USD"), "fr") == "12,50\u00a0USD"
    assert formats.money(Money.of("12", "JPY"), "en") == "JPY\u00a012"
    assert formats.money(Money.of("-12.5", "USD"), "nl") == "USD\u00a0−12,50"


def test_a_negative_amount_has_a_true_minus() -> None:
    """A credit note's amount cannot be taken for a hyphenated word."""
    assert formats.money(Money.of("-96.80", "EUR"), "de") == "−96,80\u00a0€"


def test_dates_in_figures_and_words() -> None:
    """Days come first everywhere; the first of a month is "1er" in French."""
    day = date(2027, 3, 1)
    assert [formats.day(day, x) for x in ("fr", "nl", "en", "de")] == ["01/03/2027"] * 3 + ["01.03.2027"]
    assert formats.long_day(day, "fr") == "1er mars 2027"
    assert formats.long_day(date(2027, 3, 11), "fr") == "11 mars 2027"
    assert formats.long_day(day, "de") == "1. März 2027"


def test_moments_are_local() -> None:
    """A moment is told in the reader's own time."""
    assert formats.moment(datetime(2027, 7, 1, 22, 30, tzinfo=UTC), "fr", "Europe/Brussels") == "02/07/2027 00:30"


def test_numbers_and_languages() -> None:
    """Unknown languages fall back to the next wish, then to English."""
    assert formats.number(Decimal("1234.5"), "nl") == "1.234,5"
    assert formats.known_language("it", "nl") == "nl"
    assert formats.known_language("", "xx") == "en"
