"""Patterns of many alternatives, searched for fast."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.alternatives import any_of

PATTERNS = (
    r"abc|\bab|b",
    r"\b(?:a|bc?) ?c|c(?=b)",
    r"(?:a|\bb)?c|\bba",
    r"\ba?b(?:a|c)|[ab]c\b",
    r"(?:ab ){0,2}c|\bb*a",
    r"\b(?:(?:a|c)b|c)a|\|b|[|)]c",
)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text(alphabet="abc |)éa", max_size=25))
def test_it_finds_what_the_plain_pattern_finds(pattern, text):
    """Every match stands at the same place, whatever the alternatives begin with."""
    plain = [(match.span(), match[0]) for match in re.finditer(pattern, text)]
    assert [(match.span(), match[0]) for match in any_of(pattern).finditer(text)] == plain


def test_groups_at_the_head_are_written_out():
    """A boundary is looked for behind the first letter, so that each alternative begins with that letter."""
    assert any_of(r"\b(?:pay|settle)(?:ed)?|due\b").pattern == r"p(?<!\wp)ay(?:ed)?|s(?<!\ws)ettle(?:ed)?|due\b"
    assert any_of("(?:to )?pay").pattern == "to pay|pay"
