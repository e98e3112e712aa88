"""Numbers with a form of their own, found in running text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.lexers import parties
from agent.parsers.lexers.numbers import (
    complete_iban,
    find_bics,
    find_emails,
    find_ibans,
    find_malformed,
    find_structured,
    find_vat_numbers,
    iban_begun,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("IBAN : FR76 3000 6000 0112 3456 7890 189 - BIC", "FR7630006000011234567890189"),
        ("compte BE68539007547034.", "BE68539007547034"),
        ("Rek. NL91 ABNA 0417 1643 00 t.n.v. X", "NL91ABNA0417164300"),
        ("IBAN BE68 5390 0754 7034 BIC TRIOBEBB", "BE68539007547034"),
    ],
)
def test_ibans_in_text(text, value):
    """An IBAN ends where its country's length says, whatever follows."""
    assert [(found.value, found.valid) for found in find_ibans(text)] == [(value, True)]


def test_a_broken_iban():
    """One that a line's end cuts off is completed by the next line; one of a wrong length is only told as malformed."""
    begun = iban_begun("au compte BE68 5390")
    assert begun == "BE685390"
    assert complete_iban(begun, "0754 7034, avec la communication") == "BE68539007547034"
    assert list(find_ibans("DE12 1234 4321 9876 00")) == []
    assert [found.value for found in find_malformed("DE12 1234 4321 9876 00", iban=True)] == ["DE1212344321987600"]


@pytest.mark.parametrize(
    ("text", "value", "valid"),
    [
        ("TVA BE 0998.649.840", "BE0998649840", True),
        ("N° d'entreprise 0599.712.198", "BE0599712198", True),
        ("TVA FR 39 190 531 871", "FR39190531871", True),
        ("BTW NL895398564B01", "NL895398564B01", True),
        ("BTW NL8953.98.564.B.01", "NL895398564B01", True),
        ("UStId DE 923 616 955", "DE923616955", True),
        ("TVA LU 60907649", "LU60907649", True),
        ("VAT GB123456789", "GB123456789", False),
    ],
)
def test_vat_numbers_in_text(text, value, valid):
    """VAT numbers in their printed forms, with a word on their control digits."""
    found = next(iter(find_vat_numbers(text)))
    assert (found.value, found.valid) == (value, valid)


def test_an_iban_holds_no_vat_number():
    """The digits of an account are not taken for a VAT number."""
    assert list(find_vat_numbers("IBAN FR76 3000 6000 0112 3456 7890 189")) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+++090/0123/45625+++", "090012345625"), ("*** 090 / 0123 / 45625 ***", "090012345625"), ("090 0123 45625", "090012345625"),
        ("RF18 5390 0754 7034 BIC", "RF18539007547034"),
    ],
)  # fmt: skip
def test_structured_references(text, value):
    """OGM and RF references in all printed forms."""
    assert [found.value for found in find_structured(text)] == [value]


def test_addresses_and_bics():
    """E-mail addresses come in lower case; BICs by their form."""
    assert find_emails("Mail: Compta@X.example, a.b@c.be; x@y") == ["compta@x.example", "a.b@c.be"]
    assert find_bics("BIC GEBABEBB ou BREDFRPPXXX") == ["GEBABEBB", "BREDFRPPXXX"]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Dupont SRL", "SRL"),
        ("Hartwig GmbH & Co. KG", "GmbH & Co. KG"),
        ("Trois Frontières S.à r.l.", "S.à r.l."),
        ("Peeters B.V.", "B.V."),
    ],
)
def test_legal_forms(name, form):
    """The legal form is found as printed."""
    place = parties.legal_form(name)
    assert place is not None
    assert name[place[0] :].startswith(form.rstrip("."))


def test_what_is_a_name():
    """Names, addresses, contacts and quantities are told apart."""
    assert parties.may_be_name("Boulangerie du Midi SRL")
    assert not any(
        map(
            parties.may_be_name,
            ["Rue Haute 4", "1000 Bruxelles", "Tél. +32 2 123 45 67", "3 doos", "Facture n° 4", "42"],
        )
    )
    assert parties.is_postal("D-63571 Gelnhausen")
    assert parties.is_postal("1234 AB Utrecht")
    assert parties.is_postal("L-1611 Luxembourg")
    assert not parties.is_postal("1000 ex.")
    assert parties.clean_name("À l'attention de : Mme Petit,") == "Mme Petit"


@given(st.text(max_size=300))
def test_any_text_is_survived(text):
    """No text makes a lexer stumble."""
    for find in (find_ibans, find_vat_numbers, find_structured):
        assert all(0 <= found.start < found.end <= len(text) for found in find(text))
    iban_begun(text)
    find_emails(text)
    parties.may_be_name(parties.clean_name(text))
    parties.is_postal(text)
