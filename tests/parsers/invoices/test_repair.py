"""OCR's usual mistakes are put right where only one reading is possible."""

import pytest

from agent.parsers.invoices.layout import Word
from agent.parsers.invoices.repair import mended, repair


def told(text):
    """The words of a line after they were mended."""
    words = [Word(part, 10.0 * n, 0, 10.0 * n + 9, 10, 10, 10) for n, part in enumerate(text.split())]
    return " ".join(word.text for word in mended(words))


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("12O0,5O", "1200,50"),
        ("BEO906.863.l93", "BE0906.863.193"),
        ("NL004495445B01", "NL004495445B01"),
        ("Oslo", "Oslo"),
        ("SOLDES", "SOLDES"),
        ("2026-01-O3", "2026-01-03"),
    ],
)
def test_letters_among_digits_become_digits(seen, meant):
    """Only where most of the word is digits; the B of a Dutch VAT number stays."""
    assert repair(seen) == meant


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("IBAN NL27INGBO000026501", "IBAN NL27INGB0000026501"),
        ("IBAN: NL44 TR10 0812 5944 36.", "IBAN: NL44 TRIO 0812 5944 36."),
        ("GB29 NWBK 6016 1331 9268 I9 BIC", "GB29 NWBK 6016 1331 9268 19 BIC"),
        ("BE68 5390 0754 7034", "BE68 5390 0754 7034"),
        ("BE68 5390 0754 7035", "BE68 5390 0754 7035"),
        ("BE68 539", "BE68 539"),
    ],
)
def test_an_account_takes_its_countrys_shape(seen, meant):
    """Letters where its country has letters, digits where it has digits; wrong check digits are left to whoever reads it."""
    assert told(seen) == meant


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("NET A PAYER 2033, 66", "NET A PAYER 2033,66"),
        ("1.680, 71 EUR", "1.680,71 EUR"),
        ("1,680. 71", "1,680.71"),
        ("14. 05. 2026", "14. 05. 2026"),
        ("art. 21 et 22, 300", "art. 21 et 22, 300"),
    ],
)
def test_an_amount_is_in_one_piece(seen, meant):
    """Two digits close behind a comma are its cents; dates and enumerations of longer numbers stay."""
    assert told(seen) == meant
