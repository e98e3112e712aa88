"""An address is proved by a trusted report or a DKIM signature, and by nothing else."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from agent.errors import TemporaryError
from agent.mail.authentication import aligned, prove
from agent.mail.message import parse_message

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
MAIL = b"From: Owner <owner@creditor.example>\r\nTo: relance@agent.example\r\nSubject: paid 2026-118\r\n\r\npaid 2026-118\r\n"
OURS = ("mx.agent.example",)


def lookup(name: str) -> str | None:
    return f"v=DKIM1; k=rsa; p={PUBLIC}" if name == "s1._domainkey.creditor.example" else None


def proof(raw: bytes, find=None):
    return prove(raw, parse_message(raw), trusted_authserv_ids=OURS, lookup=find)


def reported(results: str, mail: bytes = MAIL) -> bytes:
    return f"Authentication-Results: {results}\r\n".encode() + mail


def signed(domain: str = "creditor.example", *, length: bool = False, mail: bytes = MAIL) -> bytes:
    return dkim.sign(mail, b"s1", domain.encode(), PRIVATE, include_headers=[b"from", b"subject"], length=length) + mail


@pytest.mark.parametrize(
    ("results", "method"),
    [
        ("mx.agent.example; dkim=pass header.d=creditor.example", "dkim"),
        ("mx.agent.example; dkim=pass header.i=@mail.creditor.example", "dkim"),
        ("mx.agent.example; dkim=pass header.d=mailer.example; dkim=pass header.d=creditor.example", "dkim"),
        ("mx.agent.example; spf=pass smtp.mailfrom=owner@creditor.example", "spf"),
        ("mx.agent.example 1; dmarc=pass (p=reject) header.from=creditor.example", "dmarc"),
        ("MX.agent.example (a comment; with dkim=fail); dkim=pass header.d=creditor.example", "dkim"),
    ],
)
def test_a_pass_reported_by_our_server_proves(results, method):
    """An aligned pass under a configured authserv-id."""
    found = proof(reported(results))
    assert (found.passed, found.method) == (True, method), found.because


@pytest.mark.parametrize(
    "results",
    [
        "mx.evil.example; dkim=pass header.d=creditor.example",
        "mx.agent.example; dkim=fail header.d=creditor.example",
        "mx.agent.example; dkim=pass header.d=evil.example",
        "mx.agent.example; dkim=pass header.d=example",
        "mx.agent.example; dkim=pass header.d=evilcreditor.example",
        "mx.agent.example; none (dkim=pass header.d=creditor.example)",
        "mx.agent.example; spf=pass smtp.helo=creditor.example",
        "spf=pass smtp.mailfrom=creditor.example; dkim=pass header.d=creditor.example",
        "(((((;",
        "",
        "mx.agent.example; dkim=pass header.d=",
    ],
)
def test_other_reports_prove_nothing(results):
    """Foreign servers, failures, other domains, comments, and headers that name no server."""
    assert not proof(reported(results)).passed


def test_only_the_topmost_report_of_ours_counts():
    """What stands below it was perhaps in the mail when it came, whatever name it bears, and whether a Received line lies between or not."""
    forged = reported("mx.agent.example; dkim=pass header.d=creditor.example")
    ours = b"Authentication-Results: mx.agent.example; dkim=none\r\nReceived: from x by mx.agent.example\r\n"
    assert not proof(ours + forged).passed
    unreadable = b"Authentication-Results: mx.agent.example; =;;(\r\n"
    assert not proof(unreadable + forged).passed
    beside = b"Authentication-Results: mx.agent.example; spf=none\r\n"
    assert not proof(beside + forged).passed


@pytest.mark.parametrize(
    "sender",
    [
        b"From: a@evil.example\r\nFrom: owner@creditor.example\r\n",
        b"From: owner@creditor.example, a@evil.example\r\n",
        b"From: <owner@creditor.example> <a@evil.example>\r\n",
        b"From: a@evil.example <owner@creditor.example>, x\r\nFrom: y@z.example\r\n",
        b"From: owner\r\n",
        b"From:\r\n",
        b"",
        b'From: "owner@creditor.example"@evil.example@creditor.example\r\n',
    ],
)
def test_tricks_with_from_prove_nothing(sender):
    """Several fields, several addresses, or none."""
    results = b"Authentication-Results: mx.agent.example; dkim=pass header.d=creditor.example\r\n"
    assert not proof(results + sender + b"\r\nx").passed


def test_a_display_name_is_no_address():
    """The claimed name of another domain does not count, the address does."""
    raw = reported(
        "mx.agent.example; dkim=pass header.d=creditor.example",
        MAIL.replace(b"Owner <owner@creditor.example>", b'"owner@creditor.example" <a@evil.example>'),
    )
    assert not proof(raw).passed


def test_a_signature_is_verified_here():
    """Without a trusted report the DKIM signature itself proves; a changed body or another key does not."""
    good = signed()
    assert proof(good, lookup).passed
    assert proof(good, lookup).domain == "creditor.example"
    assert not proof(good.replace(b"paid 2026-118\r\n", b"paid 2026-119\r\n"), lookup).passed
    assert not proof(good, lambda _: None).passed
    assert not proof(good, lambda _: "v=DKIM1; p=AAAA").passed
    assert not proof(good, None).passed
    assert not proof(signed("evil.example"), lookup).passed


def test_a_signature_over_a_part_of_the_body_is_refused():
    """`l=` lets anyone write more below (RFC 6376 §8.2)."""
    found = proof(signed(length=True), lookup)
    assert not found.passed
    assert "l=" in found.because


def test_a_lookup_that_raises_is_no_proof():
    """DNS trouble says nothing about the sender."""

    def broken(_: str) -> str | None:
        raise OSError("no network")

    assert not proof(signed(), broken).passed
    assert not proof(signed(), broken).undecided


def silent(name: str) -> str | None:
    raise TemporaryError(f"nobody answers for {name}")


def test_silence_leaves_the_proof_undecided():
    """Where nobody answers for the key nothing is proved, and it is told that it may be later; a missing key is told apart."""
    found = proof(signed(), silent)
    assert (found.passed, found.undecided) == (False, True)
    assert "nobody answers" in found.because
    assert not proof(signed(), lambda _: None).undecided
    assert not proof(signed("evil.example"), silent).undecided
    assert not proof(signed(length=True), silent).undecided
    assert not proof(MAIL, silent).undecided


def test_one_signature_is_enough_whatever_becomes_of_the_others():
    """Of two aligned signatures the one whose key is found proves; else the silent one may do so later."""
    twice = dkim.sign(MAIL, b"s2", b"creditor.example", PRIVATE, include_headers=[b"from", b"subject"]) + signed()

    def half(name: str) -> str | None:
        return lookup(name) if name.startswith("s1.") else silent(name)

    assert proof(twice, half).passed
    assert proof(twice.replace(b"paid 2026-118\r\n", b"paid 2026-119\r\n"), half).undecided


@pytest.mark.parametrize(
    ("vouching", "claimed", "expected"),
    [
        ("a.be", "a.be", True),
        ("mail.a.be", "a.be", True),
        ("a.be", "compta.a.be", True),
        ("x.a.be", "y.a.be", False),
        ("be", "a.be", False),
        ("co.uk", "a.co.uk", False),
        ("a.co.uk", "mail.a.co.uk", True),
        ("a.be", "ba.be", False),
        ("", "a.be", False),
    ],
)
def test_alignment(vouching, claimed, expected):
    """The same domain or one below the other, never a registry's."""
    assert aligned(vouching, claimed) is expected
