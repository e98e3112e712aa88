"""Address lists as people and programs really write them."""

import pytest

from agent.mail.addresses import parse_addresses


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("a@x.be", [("a@x.be", "")]),
        ("A B <A@X.be>", [("a@x.be", "A B")]),
        ('"Dupont, Jean" <j@d.fr>', [("j@d.fr", "Dupont, Jean")]),
        ("Dupont, Jean <j@d.fr>", [("j@d.fr", "Dupont, Jean")]),
        ("a@x.be, B <b@x.be>; c@x.be", [("a@x.be", ""), ("b@x.be", "B"), ("c@x.be", "")]),
        ("undisclosed-recipients:;", []),
        ("Team: a@x.be, b@x.be;", [("a@x.be", ""), ("b@x.be", "")]),
        ("a@x.be (Anne)", [("a@x.be", "Anne")]),
        ('"boss@creditor.be" <evil@x.be>', [("evil@x.be", "boss@creditor.be")]),
        ("=?utf-8?q?Ren=C3=A9?= <r@x.be>", [("r@x.be", "René")]),
        ("<mailto:a@x.be>", [("a@x.be", "")]),
        ("'a@x.be' <a@x.be>", [("a@x.be", "a@x.be")]),
        ("(broken <a@x.be>", [("a@x.be", "broken")]),
        ('"never closed <a@x.be>', [("a@x.be", "never closed")]),
        ("", []),
    ],
)
def test_addresses_and_names_are_read(field, expected):
    """Commas, groups, comments, quotes and encoded names."""
    assert parse_addresses(field) == expected
