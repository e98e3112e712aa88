"""Answers by number to a question of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.replies.choices import read_answer


@pytest.mark.parametrize(
    ("line", "numbers", "every"),
    [
        ("2", (2,), ""),
        ("c'est la 2", (2,), ""),
        ("de tweede graag", (2,), ""),
        ("oui pour 1 et 3", (1, 3), ""),
        ("1 t/m 3", (1, 2, 3), ""),
        ("1-3", (1, 2, 3), ""),
        ("alles behalve 3", (-3,), "all"),
        ("all but 3", (-3,), "all"),
        ("alle außer 3", (-3,), "all"),
        ("1, pas 2", (1,), ""),
        ("toutes", (), "all"),
        ("keine davon", (), "none"),
        ("I'd go for 4", (4,), ""),
    ],
)
def test_choices_are_read(line, numbers, every):
    """By figures, words, ranges and exceptions."""
    answer = read_answer(line, 5)
    assert answer is not None
    assert (answer.numbers, answer.every) == (numbers, every)


@pytest.mark.parametrize(
    "line",
    ["12 rue du Canal 4", "1000 Bruxelles", "0470 12 34 56", "6", "0", "2 rue Haute", "not 2", "un rappel", "", "oui"],
)
def test_other_figures_choose_nothing(line):
    """Addresses, telephone numbers and choices that were not offered."""
    assert read_answer(line, 5) is None


def test_what_stands_beside_a_choice_is_kept():
    """ "2, but not before Monday" chooses 2, and says something more."""
    answer = read_answer("2 mais pas avant lundi", 4)
    assert answer is not None
    assert (answer.numbers, answer.besides) == ((2,), "pas avant lundi")


@given(st.text(max_size=200), st.integers(0, 9))
def test_no_line_raises(line, offered):
    """And nothing is chosen that was not offered."""
    answer = read_answer(line, offered)
    assert answer is None or all(1 <= abs(number) <= offered for number in answer.numbers)
