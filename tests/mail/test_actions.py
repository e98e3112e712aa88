"""Tests of the tokens that the buttons in our mails carry."""

from base64 import b32encode
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.mail.actions import (
    Action,
    Binding,
    Offer,
    action_token,
    action_tokens_in,
    below_its_words,
    sealed_for,
    without_action_tokens,
)

SECRET = b"a secret of thirty-two bytes ...."
OFFER = Offer(Action.PAUSE, "i0123456789ab", "pause 2027-118 15 jours")
BOUND = Binding("dubois", "dfedcba987654", ("marie@dubois.example",))
UNTIL = date(2027, 3, 31)
LETTER = "notice:paused:1"

ids = st.builds(lambda letter, n: f"{letter}{n:012x}", st.sampled_from("idqpb"), st.integers(0, 2**48 - 1))
offers = st.builds(
    Offer, st.sampled_from(Action), ids, st.text(min_size=1, max_size=60).filter(str.strip), st.integers(0, 255)
)
bindings = st.builds(Binding, st.text(max_size=20), ids, st.lists(st.emails(), min_size=1, max_size=3).map(tuple))


def made(offer: Offer = OFFER, bound: Binding = BOUND, *, expires: date = UNTIL, letter: str = LETTER) -> str:
    """A token made with our secret."""
    return action_token(SECRET, offer, bound, expires=expires, letter=letter)


@given(offers, bindings, st.dates(date(2020, 1, 1), date(2199, 1, 1)), st.text(max_size=40))
def test_what_a_token_says_is_read_back(offer: Offer, bound: Binding, expires: date, letter: str) -> None:
    """Every offer comes back out of its token, in capitals and small letters, anywhere in a subject."""
    printed = made(offer, bound, expires=expires, letter=letter)
    for subject in (printed, printed.lower(), f"Re: payé 2027-118 RL-AAAA-BBBB-CCCC-DDDD {printed}"):
        (token,) = action_tokens_in(subject)
        assert (token.action, token.target, token.choice, token.expires) == (
            offer.action,
            offer.target,
            offer.choice,
            expires,
        )
        assert sealed_for(token, SECRET, bound)


def test_a_token_fits_beside_the_words_of_a_subject() -> None:
    """A token is 43 characters that no mail client breaks or encodes."""
    assert len(made()) == 43
    assert made().isascii()
    assert " " not in made()


@pytest.mark.parametrize(
    "other",
    [
        replace(BOUND, creditor="martin"),
        replace(BOUND, case="d000000000000"),
        replace(BOUND, addresses=("paul@dubois.example",)),
        replace(BOUND, addresses=("marie@dubois.example", "paul@dubois.example")),
        replace(BOUND, addresses=()),
    ],
)
def test_a_token_is_worth_nothing_elsewhere(other: Binding) -> None:
    """Another creditor, another case, another address: the seal does not hold."""
    (token,) = action_tokens_in(made())
    assert sealed_for(token, SECRET, BOUND)
    assert not sealed_for(token, SECRET, other)
    assert not sealed_for(token, b"another secret", BOUND)


@given(st.integers(0, 24), st.integers(1, 255))
def test_no_byte_can_be_changed(place: int, flip: int) -> None:
    """Whoever changes a token in any place has one that was never made."""
    (token,) = action_tokens_in(made())
    raw = bytearray(token.raw)
    raw[place] ^= flip
    (forged,) = action_tokens_in("RA-" + b32encode(raw).decode())
    assert forged != token
    assert not sealed_for(forged, SECRET, BOUND)


def test_each_letter_has_tokens_of_its_own() -> None:
    """The same offer in another mail, or for another day, is another token; the same letter gives the same one."""
    assert made() == made()
    assert len({made(), made(letter="notice:paused:2"), made(expires=UNTIL + timedelta(1))}) == 3


def test_addresses_are_the_same_in_any_order_and_writing() -> None:
    """Who got the letter does not depend on how the addresses are written."""
    both = replace(BOUND, addresses=("Marie@Dubois.example", " paul@dubois.example"))
    (token,) = action_tokens_in(made(bound=both))
    assert sealed_for(token, SECRET, replace(both, addresses=("paul@dubois.example", "marie@dubois.example")))


def test_a_token_works_through_its_last_day() -> None:
    """It has expired on the day after."""
    (token,) = action_tokens_in(made())
    assert not token.expired(UNTIL)
    assert token.expired(UNTIL + timedelta(1))


@pytest.mark.parametrize("target", ["", "2027-118", "i0123", "i0123456789abc", "I0123456789ab", "é0123456789ab"])
def test_what_no_token_can_name_has_none(target: str) -> None:
    """A target that is no id, a choice beyond a byte or a day out of range give no token."""
    assert made(replace(OFFER, target=target)) == ""
    assert made(replace(OFFER, choice=256)) == ""
    assert made(expires=date(2019, 12, 31)) == ""


@given(st.text(alphabet="RAra-ABCDEFGHIJKLMNOPQRSTUVWXYZ234567 éß", max_size=300))
def test_any_subject_can_be_searched(subject: str) -> None:
    """Nothing in a subject raises, and what is found by chance is not sealed."""
    assert not any(sealed_for(token, SECRET, BOUND) for token in action_tokens_in(subject))


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("pause 2027-118 15 jours", ""),
        ("\r\nPause  2027‑118\u00a015 jours.\r\n", ""),
        ("pause 2027-118\n15 jours", ""),
        ("pause 2027-118 15 jours\n\nMarie Dubois\n02 555 12 12", "Marie Dubois\n02 555 12 12"),
    ],
)
def test_words_are_known_again_however_they_are_set(text: str, below: str) -> None:
    """Wrapping, capitals, dashes and protected spaces change no word; a signature stands below them."""
    (token,) = action_tokens_in(made())
    assert below_its_words(token, text) == below


@pytest.mark.parametrize(
    "text", ["", "pause 2027-118 30 jours", "pause 2027-119 15 jours", "ne pas pause 2027-118 15 jours"]
)
def test_changed_words_are_not_ours(text: str) -> None:
    """Whoever edits what a button wrote speaks for himself."""
    (token,) = action_tokens_in(made())
    assert below_its_words(token, text) is None


def test_a_subject_is_quoted_without_its_token() -> None:
    """What an answer repeats of a subject can be pressed by nobody."""
    assert without_action_tokens(f"Re: payé 2027-118 {made()}") == "Re: payé 2027-118"
