"""A domain or a name that is made to look like another is told from it, and from what only happens to be near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.intake.lookalikes import Known, Trick, alike, known_of, resemblance
from agent.mail.message import parse_message

REAL = "atelier-bruno.be"
KNOWN = Known(("Bruno Lambert", "Atelier Bruno SRL"), ("bruno@atelier-bruno.be",), (REAL,))


@pytest.mark.parametrize(
    "domain",
    [
        "atelier-brunno.be",
        "atelier-bruon.be",
        "ateiler-bruno.be",
        "atelier-brun0.be",
        "ate1ier-bruno.be",
        "atelier-bruno.com",
        "atelier-bruno.co.uk",
        "atelierbruno.be",
        "atelier-bruno-factures.be",
        "factures-atelierbruno.com",
        "atelier-bruno.be.mallory.example",
        "\u0430telier-bruno.be",
        "xn--telier-bruno-u7g.be",
        "at\u00e9lier-bruno.be",
        "ateiier-bruno.be",
        "a-telier-bruno.be",
    ],
)
def test_a_domain_made_to_look_like_another(domain):
    """A letter more, less, swapped or from another script; another ending; a hyphen; the real one inside."""
    assert alike(domain, REAL)


@pytest.mark.parametrize(
    "domain", [REAL, "mail.atelier-bruno.be", "be", "", "batiplus.be", "atelier-marc.be", "bruno.be", "example.org"]
)
def test_a_domain_that_is_another_or_the_same(domain):
    """What lies below the real one is its owner's; a word in common is no imitation."""
    assert not alike(domain, REAL)


def test_a_short_name_is_like_no_other():
    """Of three letters every second firm's would be."""
    assert not alike("abd.be", "abc.be")
    assert alike("abc.be.evil.example", "abc.be")
    assert alike("\u0430bc.be", "abc.be")


def seen(sender: str, more: str = ""):
    return resemblance(parse_message(f"From: {sender}\r\n{more}\r\nx".encode()), KNOWN)


@pytest.mark.parametrize(
    ("sender", "trick", "like"),
    [
        ("Bruno <bruno@atelier-brunno.be>", Trick.DOMAIN, REAL),
        ("Bruno Lambert <x@mallory.example>", Trick.NAME, "Bruno Lambert"),
        ("BRUNO LAMBERT (Atelier) <x@mallory.example>", Trick.NAME, "Bruno Lambert"),
        ('"bruno@atelier-bruno.be" <x@mallory.example>', Trick.ADDRESS, "bruno@atelier-bruno.be"),
        ('"Bruno (bruno@atelier-bruno.be)" <x@mallory.example>', Trick.ADDRESS, "bruno@atelier-bruno.be"),
    ],
)
def test_a_sender_made_to_look_like_somebody(sender, trick, like):
    """What is imitated is named, so that a person sees the difference."""
    found = seen(sender)
    assert (found.trick, found.like) == (trick, like)


def test_answers_that_would_go_elsewhere():
    """The address is his, the one to answer is not."""
    assert seen("Bruno <bruno@atelier-bruno.be>", "Reply-To: x@mallory.example\r\n").trick is Trick.REPLY_TO
    assert seen("Bruno <bruno@atelier-bruno.be>", "Reply-To: compta@atelier-bruno.be\r\n") is None
    assert seen("Bruno <bruno@atelier-bruno.be>") is None


@pytest.mark.parametrize("sender", ["Nina <nina@atelier-bruno.be>", "Ivan <ivan@mallory.example>", "x@y.example", ""])
def test_who_looks_like_nobody(sender):
    """A colleague's real domain, and people whom nobody would take for another."""
    assert seen(sender) is None


def test_a_providers_domain_is_nobodys_own():
    """Whoever has an address at a free provider does not look like the next who has one at a provider named nearly so."""
    known = known_of((), ("bruno@gmail.com",), (), frozenset({"gmail.com"}))
    assert known.domains == ()


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_it(one, other):
    """Whatever stands for a domain, and no domain is like itself."""
    assert alike(one, other) in (True, False)
    assert not alike(one, one)
