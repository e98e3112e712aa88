"""The one normal form: account numbers, references in text, days and amounts, complements and returns."""

from datetime import date
from decimal import Decimal

import pytest

from agent.domain.findings import Unreadable
from agent.parsers.statements import at_own_account, normal, read_statement
from tests.parsers.statements.test_formats import cfonb, coda, movement, readings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BE68 5390 0754 7034", "BE68539007547034"),
        ("539-0075470-34", "BE68539007547034"),
        ("539-0075470-35", "539007547035"),
        ("1234", "1234"),
    ],
)
def test_account_numbers_are_comparable(text: str, expected: str) -> None:
    """A valid Belgian number of twelve digits is its IBAN."""
    assert normal.account(text) == expected


def test_french_accounts_are_their_iban() -> None:
    """Letters count in the key as the banks' table says."""
    assert normal.french_account("15589", "00000", "98765432100") == "FR7615589000009876543210088"
    assert normal.french_account("20041", "01005", "0500013M026") == "FR1420041010050500013M02606"
    assert normal.french_account("123", "00000", "77") == "77"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+++010/8068/17183+++", "010806817183"),
        ("facture ***010/8068/17183*** merci", "010806817183"),
        ("ref 010/8068/17183", "010806817183"),
        ("010806817183", "010806817183"),
        ("tel 010806817183", ""),
        ("+++010/8068/17184+++", ""),
        ("RF18 5390 0754 7034 merci", "RF18539007547034"),
        ("RF19539007547034", ""),
    ],
)
def test_structured_references_need_their_marks_and_check_digits(text: str, expected: str) -> None:
    """Bare digits in a text may be anything; alone they are a reference."""
    assert normal.structured_reference(text) == expected


def test_days_and_amounts() -> None:
    """A 30 February is the month's last day; the last mark is the decimal one."""
    assert normal.six_digits("270230", "ymd") == date(2027, 2, 28)
    assert normal.six_digits("310427", "dmy") is None
    assert normal.six_digits("x10427", "dmy") is None
    assert [normal.plain_amount(t) for t in ("1.234,56", "1,234.56", "-5", "$5", "")] == [
        Decimal("1234.56"),
        Decimal("1234.56"),
        Decimal(-5),
        None,
        None,
    ]


def test_cfonb_complements_tell_reference_account_and_return() -> None:
    """Each by its qualifier; others are left aside."""

    def complement(text: str) -> str:
        return f"05{' ' * 43}{text}".ljust(120)

    lines = (
        cfonb("01", "280227", "", "0000000001000{"),
        cfonb("04", "010327", "REJET VIR", "0000000000205}"),
        complement("RCNE2E-1"),
        complement("REFBANK123"),
        complement("RETAC04"),
        complement("CBEFR7630006000011234567890189"),
        complement("NBEZWAAN"),
        complement("MMOUSD"),
        cfonb("04", "xx0327", "UNREADABLE", "0000000000205}"),
    )
    (reading,) = readings("\n".join(lines))
    (entry,) = reading.entries
    assert (entry.end_to_end, entry.bank_reference, entry.return_reason, entry.reversal) == (
        "E2E-1",
        "BANK123",
        "AC04",
        True,
    )
    assert (entry.counterparty_iban, entry.counterparty_name) == ("FR7630006000011234567890189", "ZWAAN")
    assert len(reading.problems) == 2


def test_cfonb_without_line_ends_is_cut_by_length() -> None:
    """Every 120 characters."""
    joined = (
        cfonb("01", "280227", "", "0000000001000{")
        + cfonb("04", "010327", "VIR", "0000000000205{")
        + cfonb("07", "010327", "", "0000000001205{")
    )
    (reading,) = readings(joined)
    assert (len(reading.entries), reading.problems) == (1, ())


def test_coda_problems_are_told() -> None:
    """An unreadable movement, a missing trailer, a date that is none."""
    whole = coda(movement("00010000", "00000000005000x", "a"), movement("00020000", "000000000050000", "b"))
    (reading,) = readings(whole)
    assert any("0001" in problem for problem in reading.problems)
    (cut,) = readings(whole.rsplit("\r\n", 1)[0])
    assert any("trailer" in problem for problem in cut.problems)


@pytest.mark.parametrize(
    "content", [b"0000001032772505        0009944\xb3" + b"\n21" * 40, b"\xb2\xb3;\xb9\n" * 5, "①②;③\n".encode() * 4]
)
def test_digits_that_are_none_do_no_harm(content: bytes) -> None:
    """Superscripts and circles look like digits to a careless reader."""
    outcome = read_statement(content, "x.csv")
    assert isinstance(outcome, Unreadable | tuple)


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("FR7630006000011234567890189", "FR7630006000011234567890189"),
        ("12345678901", "FR7630006000011234567890189"),
        ("****8901", "FR7630006000011234567890189"),
        ("", ""),
        ("999", "999"),
        ("55555555555", "55555555555"),
    ],
)
def test_short_account_numbers_become_the_creditors_iban(account: str, expected: str) -> None:
    """When only one of his accounts fits; the fingerprint is then that of a complete file."""
    head = "Compte;Date;Montant;Libellé\n"
    own = ["FR7630006000011234567890189", "BE68539007547034"]
    (short,) = read_statement(f"{head}{account};02/03/2027;5,00;a\n".encode(), "x.csv")  # type: ignore[misc]
    (whole,) = read_statement(f"{head}{own[0]};02/03/2027;5,00;a\n".encode(), "x.csv")  # type: ignore[misc]
    found = at_own_account(short, own)
    assert found.account == expected
    assert (found.entries[0].fingerprint == whole.entries[0].fingerprint) == (expected == own[0])
    assert at_own_account(short, own[:1]).account == (expected or own[0])
