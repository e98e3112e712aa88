"""What a scan's reading owes to OCR alone is doubted."""

from decimal import Decimal

import pytest

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.parsers.invoices.caution import cautious
from agent.parsers.invoices.layout import Layout, Word, arrange


def reading(**values):
    """A reading of these values, each quite sure."""
    kind = Found(DocumentKind.INVOICE, 0.99, Where("title"))
    return InvoiceReading(kind=kind, **{name: Found(value, 0.97, Where("label")) for name, value in values.items()})


def page(*texts):
    """A page with a word a line."""
    words = [Word(text, 10, 20.0 * n, 90, 20.0 * n + 10, 20.0 * n + 10, 10) for n, text in enumerate(texts)]
    return Layout((arrange(1, 600, 800, words),))


@pytest.mark.parametrize(
    ("values", "printed", "doubted"),
    [
        ({"total": "121.00"}, ("121,00",), True),
        ({"total": "121.00"}, ("121,00", "€121,00"), False),
        ({"total": "121.00", "net": "100.00", "vat": "21.00"}, ("121,00",), False),
        ({"total": "121.00", "net": "100.00", "vat": "21.04"}, ("121,00",), True),
    ],
)
def test_a_total_wants_a_second_witness(values, printed, doubted):
    """Sums that agree to the cent, or the same amount elsewhere on the page."""
    amounts = {name: Decimal(value) for name, value in values.items()}
    found = cautious(reading(**amounts, amount_due=amounts["total"]), page(*printed))
    assert ("total" in found.uncertain, "amount_due" in found.uncertain) == (doubted, doubted)
    assert (found.total.confidence < 0.9) is doubted


def test_a_name_begins_like_a_name():
    """A bracket is the rest of a sentence."""
    assert "seller_name" in cautious(reading(seller_name="(Not to be"), page()).uncertain
    assert "seller_name" not in cautious(reading(seller_name="3M Belgium"), page()).uncertain
