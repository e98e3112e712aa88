"""Answers to a list of statements: what goes, what stays, and what says neither."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.known import Known
from agent.parsers.replies.releasing import read_release

KNOWN = Known(lines=5, names=(("d1", "Batiplus Construct SA"), ("d2", "Bakkerij Peeters BV")))


@pytest.mark.parametrize(
    ("words", "numbers", "value"),
    [
        *(
            (words, (), "all")
            for words in ("oui", "Ja!", "OK", "d’accord", "yes, send them all", "tout", "ja voor allemaal")
        ),
        *((words, (), "none") for words in ("non", "nee", "Non merci.", "aucun", "geen", "none", "keine", "nein")),
        *(
            (words, (-3,), "all")
            for words in (
                "sauf 3",
                "oui sauf la 3",
                "behalve 3",
                "except 3",
                "Ja, alle außer 3",
                "tout sauf la troisième",
            )
        ),
        ("oui, sauf 3 et 5.", (-5, -3), "all"),
        ("sauf 2-4", (-4, -3, -2), "all"),
        ("non sauf 2", (2,), "none"),
        ("1 oui, 2 non, 3 ok", (1, 3, -2), ""),
        ("1: ja, 2: nein", (1, -2), ""),
        ("pas la 3", (-3,), ""),
        ("gardez le 3", (-3,), ""),
        ("send 1 and 2", (1, 2), ""),
    ],
)
def test_plain_answers_in_four_languages(words, numbers, value):
    """Numbers that stay are below zero."""
    told = read_release(words, KNOWN)
    assert told is not None
    assert (told.kind, told.choices, told.value) == ("release", numbers, value)


@pytest.mark.parametrize(
    "words",
    [
        "pas tous",
        "niet alles",
        "not all of them",
        "merci",
        "1, 3",
        "sauf 9",
        "Batiplus a payé",
        "oui mais demain",
        "payé 2026-501",
        "3 jours",
    ],
)
def test_what_is_doubtful_says_nothing(words):
    """Better asked again than sent."""
    assert read_release(words, KNOWN) is None


def test_debtors_are_named():
    """By name, as lines are by number."""
    kept = read_release("oui sauf Peeters et Batiplus", KNOWN)
    assert (kept.value, kept.accounts, kept.field) == ("all", ("d1", "d2"), "stay")
    let_go = read_release("oui pour Batiplus", KNOWN)
    assert (let_go.value, let_go.accounts, let_go.field) == ("", ("d1",), "go")


@pytest.mark.parametrize(
    "words", ["envoyé", "verstuurd", "sent", "gesendet", "1 envoyé, 2 non", "alles verstuurd behalve 2"]
)
def test_who_sent_them_himself_says_so(words):
    """A kind of its own: a yes is not yet a mail that was sent."""
    assert read_release(words, KNOWN).kind == "sent"


def test_lines_of_one_answer_decide_together():
    """Each line names its number; a number that is let go and kept back is neither."""
    (told,) = read_instructions("1 oui\n2 non\n3 oui\n", received=date(2026, 3, 10), known=KNOWN).instructions
    assert set(told.choices) == {1, -2, 3}
    (torn,) = read_instructions("1 oui\n2 oui\n2 non", received=date(2026, 3, 10), known=KNOWN).instructions
    assert torn.choices == (1,)


def test_without_a_list_nothing_of_this_is_heard():
    """The words mean other things elsewhere."""
    assert read_release("sauf 3", Known()) is None


@given(st.text(alphabet=st.sampled_from("oui non sauf 123 aucun pas,:-\n"), max_size=60))
def test_what_is_read_names_lines_of_the_list_once(words):
    """No number beyond the list, and none both ways."""
    told = read_release(words, KNOWN)
    if told is not None:
        assert all(1 <= abs(n) <= KNOWN.lines for n in told.choices)
        assert not set(told.choices) & {-n for n in told.choices}
