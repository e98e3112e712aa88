"""The address of a creditor's own payment page is checked when the configuration is read."""

import pytest
from pydantic import TypeAdapter, ValidationError

from agent.config.fields import PaymentLink

LINK: TypeAdapter[str] = TypeAdapter(PaymentLink)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://pay.example/",
        "https://pay.example/?amount={amount}&ref={reference}&currency={currency}&invoice={number}&to={iban}",
        "https://pay.example/{number}/{amount}",
    ],
)
def test_an_https_page_with_known_places_is_taken(text):
    """Also one without any place."""
    assert LINK.validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "http://pay.example/?a={amount}",
        "javascript:alert(1)",
        "https://{number}.example/",
        "https://pay.example{reference}",
        "https://owner:secret@pay.example/",
        "https:///{amount}",
        "https://pay.example/?a={total}",
        "https://pay.example/?a={amount",
        "https://pay.example/?a={}",
        "https://pay.example/?a=b c",
        'https://pay.example/?a="x"',
        "https://pay.exämple/",
        "https://pay.example/" + "x" * 500,
    ],
)
def test_anything_else_is_refused(text):
    """No other scheme, nothing filled into the host, no place that is not known, no character that breaks out of a link."""
    with pytest.raises(ValidationError):
        LINK.validate_python(text)
