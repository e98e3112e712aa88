"""References with control digits: what is accepted, and that a wrong digit never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import references


@given(st.integers(0, 10**10 - 1))
def test_a_structured_communication_holds_in_every_printed_form(number):
    """Marks and separators do not matter, the control digits do."""
    digits = f"{number:010}{number % 97 or 97:02}"
    assert references.structured_communication(digits) == digits
    assert references.structured_communication(references.format_structured_communication(digits)) == digits
    assert references.structured_communication(f"***{digits[:3]} {digits[3:7]} {digits[7:]}***") == digits


@given(st.integers(1, 10**10 - 1), st.integers(0, 9), st.integers(0, 9))
def test_a_wrong_digit_is_noticed(number, place, digit):
    """Changing one digit of a structured communication makes it invalid."""
    digits = f"{number:010}{number % 97 or 97:02}"
    changed = digits[:place] + str(digit) + digits[place + 1 :]
    assert changed == digits or references.structured_communication(changed) is None


@pytest.mark.parametrize("text", ["BE68 5390 0754 7034", "be68539007547034", "BE68-5390-0754-7034"])
def test_ibans_are_compact(text):
    """An IBAN is accepted in any spelling and given back compact."""
    assert references.iban(text) == "BE68539007547034"


def test_a_false_iban_is_none():
    """Control digits and length are checked."""
    assert references.iban("BE69 5390 0754 7034") is None
    assert references.iban("BE68 5390 0754 703") is None


def test_creditor_references():
    """ISO 11649 references, with or without spaces."""
    assert references.creditor_reference("RF18 5390 0754 7034") == "RF18539007547034"
    assert references.creditor_reference("RF19 5390 0754 7034") is None


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("BE 0441.122.148", "", "BE0441122148"),
        ("0441.122.148", "be", "BE0441122148"),
        ("0441.122.149", "BE", None),
        ("0441122148", "", None),
        ("FR 83 404 833 048", "", "FR83404833048"),
        ("EL 023456780", "", "EL023456780"),
        ("ZZ123456", "", None),
        ("BE", "", None),
        ("", "BE", None),
        ("123", "ZZ", None),
    ],
)
def test_a_vat_number_is_checked_by_its_countrys_rule(text, country, number):
    """The number's own letters go before the country that is told beside it; Greece writes EL."""
    assert references.vat_number(text, country) == number


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("BE 0441.122.148", "", "BE0441122148"),
        ("0441122148", "", "BE0441122148"),
        ("0441122149", "", None),
        ("FR83404833048", "", "FR404833048"),
        ("404 833 048", "FR", "FR404833048"),
        ("404 833 048 00022", "", "FR404833048"),
        ("404 833 049", "FR", None),
        ("404 833 048", "NL", None),
        ("404 833 04", "FR", None),
        ("ABC", "FR", None),
    ],
)
def test_a_company_is_one_company_by_one_number(text, country, number):
    """A Belgian enterprise number with its country; a French SIREN however much stands around it (the VAT key, the SIRET's end)."""
    assert references.party_number(text, country) == number


def test_what_is_no_reference_is_none():
    """Too short, with letters, in other digits than ours, or of another kind."""
    assert references.structured_communication("12345678901") is None
    assert references.structured_communication("09093375549A") is None
    assert references.structured_communication("٠٩٠٩٣٣٧٥٥٤٩٣") is None
    assert references.creditor_reference("XX18539007547034") is None
    assert references.format_iban("BE68539007547034") == "BE68 5390 0754 7034"
