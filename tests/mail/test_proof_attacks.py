"""What people do to be believed as somebody else, and what must not be believed although it looks like proof."""

import base64
import time

import dkim
import pytest
from cryptography.hazmat.primitives import serialization

from agent.mail.authentication import prove
from agent.mail.message import parse_message
from tests.mail.test_authentication import MAIL, OURS, PRIVATE, lookup, proof, reported

MICROSOFT = ("protection.outlook.com",)
# A key of 512 bits, made for this test; the library makes none so short any more.
WEAK = b"""\
-----BEGIN RSA PRIVATE KEY-----
MIIBOgIBAAJBANAJFUo1QbUMHEG2p7RwVKKE9OlT2G60b4NmQvbKaqUwro/XZXHX
keu/VN2Gkd21lfpVw2W511QgGG53TVpdWrcCAwEAAQJAEfD2mRPGuup0dWZfSDx3
0BxPUuAcRk/hXh+vnsEOOXi1hw/empTF3qOaAU0o0VzCe6peplE9Q2jWDEBm9iF9
AQIhAOejW0WxtjCJtOFBvxl2MCA0jDcsZtgE13niVBrOLl1hAiEA5eo/WuI4MCFL
dtQpkjK6Xr6Abe/Fsy/YZ/brbmbXVxcCIEGwIJ0GBW2ET6gldeTpkEJBxJWM4OlX
jieBWGp1l85hAiAzGoEgi13f3NawP/JJi7r/KirTxNLVxFG+shScgoFk2wIhAN8K
VN4mVguCyU3PVnWjbzKq5pCFkW4tdEQc0IzIeSk7
-----END RSA PRIVATE KEY-----
"""
STAMP = (
    "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=creditor.example; dkim=pass (signature was verified) header.d=creditor.example;"
    "dmarc=pass action=none header.from=creditor.example;compauth=pass reason=100"
)
RECEIVED = b"Received: from mail.creditor.example (192.0.2.7) by AM7EUR03FT012.mail.protection.outlook.com (10.0.0.1) with SMTP\r\n"
FORGED = b"Authentication-Results: mx.agent.example; dkim=pass header.d=creditor.example\r\n"


def signed(mail: bytes = MAIL, *, algorithm: bytes = b"rsa-sha256", headers=(b"from", b"subject"), **more) -> bytes:
    return (
        dkim.sign(
            mail,
            b"s1",
            b"creditor.example",
            PRIVATE,
            signature_algorithm=algorithm,
            include_headers=list(headers),
            **more,
        )
        + mail
    )


def at_microsoft(raw: bytes):
    return prove(raw, parse_message(raw), trusted_authserv_ids=MICROSOFT, lookup=None)


def test_microsoft_365_is_believed_where_its_own_server_received_the_mail():
    """Its report bears no name: the Received field below it tells whose it is."""
    assert at_microsoft(reported(STAMP, RECEIVED + MAIL)).passed
    hops = b"Received: from AM7EUR03FT012 by AS8PR04.outlook.office365.com with SMTP\r\n"
    assert at_microsoft(hops + reported(STAMP, RECEIVED + MAIL)).passed


@pytest.mark.parametrize(
    "below",
    [
        b"",
        b"Received: from mail.creditor.example by mx.evil.example with SMTP\r\n",
        b"Received: from x (by a.protection.outlook.com) by mx.evil.example\r\n",
        b"Received: from x (a (b) by a.protection.outlook.com) by mx.evil.example\r\n",
        b"Received: from x by evilprotection.outlook.com.evil.example\r\n",
        b"Received: from x by xprotection.outlook.com\r\n",
        b"Received: by\r\n" + RECEIVED,
    ],
)
def test_a_report_without_a_name_is_believed_of_nobody_else(below):
    """Whoever sends a mail can write such a header into it."""
    assert not at_microsoft(reported(STAMP, below + MAIL)).passed


def test_below_a_report_of_microsofts_nothing_is_believed():
    """Its own says no, and the sender's say yes, with the name and without."""
    no = reported(
        "spf=fail smtp.mailfrom=x.example; dkim=none header.d=none;dmarc=fail action=none header.from=creditor.example",
        b"",
    )
    named = b"Authentication-Results: protection.outlook.com; dkim=pass header.d=creditor.example\r\n"
    for forged in (named, reported(STAMP, b""), reported(STAMP, RECEIVED)):
        assert not at_microsoft(no + RECEIVED + forged + RECEIVED + MAIL).passed
        assert not at_microsoft(no + forged + RECEIVED + MAIL).passed


@pytest.mark.parametrize(
    "above",
    [
        b"Authentication-Results: mx.agent.example; spf=none\r\n",
        b"Received: from x by mx.agent.example\r\nAuthentication-Results: mx.agent.example; spf=softfail\r\n",
        b"Authentication-Results: MX.AGENT.EXAMPLE. 1; none\r\n",
        b"Authentication-Results: mx.agent.example (ours); dkim=fail header.d=creditor.example\r\n",
        b"Authentication-Results: mx.agent.example; =;;(\r\n",
        b"Authentication-Results: spf=none\r\n",
    ],
)
def test_what_the_sender_wrote_below_our_servers_report_is_not_believed(above):
    """Some servers write their report below their Received field: the sender's own header is then the very next one."""
    assert not proof(above + FORGED + MAIL).passed


def test_an_arc_seal_and_what_it_seals_prove_nothing():
    """Who sealed the mail on its way is not who we trust (RFC 8617)."""
    arc = b"ARC-Authentication-Results: i=1; mx.agent.example; dkim=pass header.d=creditor.example\r\nARC-Seal: i=1; cv=pass\r\n"
    assert not proof(arc + MAIL).passed
    assert not proof(
        b"X-Authentication-Results: mx.agent.example; dkim=pass header.d=creditor.example\r\n" + MAIL
    ).passed


def test_an_expired_signature_proves_nothing():
    """`x=` lies in the past, or before `t=` (RFC 6376 §3.5)."""
    good = signed()
    old = good.replace(b"; t=", b"; x=1000000000; t=", 1)
    assert proof(good, lookup).passed
    assert not proof(old, lookup).passed


def test_a_signature_from_the_future_proves_nothing():
    """Nobody has signed tomorrow what came today."""
    stamp = f"; t={int(time.time()) + 100_000};".encode()
    good = signed()
    start = good.index(b"; t=")
    end = good.index(b";", start + 1)
    assert not proof(good[:start] + stamp + good[end + 1 :], lookup).passed


def test_sha_1_proves_nothing():
    """A collision costs some thousand euros (RFC 8301 §3.1)."""
    found = proof(signed(algorithm=b"rsa-sha1"), lookup)
    assert not found.passed
    assert "rsa-sha1" in found.because


def test_a_key_of_less_than_1024_bits_proves_nothing():
    """It is broken in hours (RFC 8301 §3.2)."""
    key = serialization.load_pem_private_key(WEAK, None)
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(spki).decode()}"
    raw = dkim.sign(MAIL, b"s1", b"creditor.example", WEAK, include_headers=[b"from", b"subject"]) + MAIL
    assert dkim.DKIM(raw, minkey=512).verify(dnsfunc=lambda *_, **__: record.encode())
    assert not proof(raw, lambda _: record).passed


def test_who_sends_a_signed_mail_on_cannot_change_what_it_is_about():
    """A second subject above the signed one, one where none was signed, and other fields that a mail has once."""
    for field in (b"Subject: withdraw 2026-118\r\n", b"To: x@y.example\r\n", b"Content-Type: text/html\r\n"):
        twice = b"Content-Type: text/plain\r\n" + MAIL
        found = proof(field + signed(twice), lookup)
        assert not found.passed, field
        assert "two " in found.because
    bare = MAIL.replace(b"Subject: paid 2026-118\r\n", b"")
    replayed = b"Subject: withdraw 2026-118\r\n" + signed(bare, headers=(b"from",))
    assert proof(signed(bare, headers=(b"from",)), lookup).passed
    assert "Subject" in proof(replayed, lookup).because


def test_a_reported_pass_of_a_mail_with_two_subjects_proves_nothing():
    """Our server verified one of them, and we may read the other."""
    results = "mx.agent.example; dkim=pass header.d=creditor.example; dmarc=pass header.from=creditor.example"
    assert proof(reported(results)).passed
    assert not proof(reported(results, b"Subject: withdraw 2026-118\r\n" + MAIL)).passed


@pytest.mark.parametrize(
    "method", ["spf=pass smtp.mailfrom=creditor.example", "dmarc=pass header.from=creditor.example"]
)
def test_where_only_a_signature_counts_the_way_of_a_mail_proves_nothing(method):
    """A creditor whose provider sends for many others from the same machines may ask for signatures."""
    raw = reported(f"mx.agent.example; {method}")

    def strict(raw: bytes, find=None):
        return prove(raw, parse_message(raw), trusted_authserv_ids=OURS, lookup=find, signed_only=True).passed

    assert proof(raw).passed
    assert not strict(raw)
    assert strict(reported(f"mx.agent.example; {method}; dkim=pass header.d=creditor.example"))
    assert strict(reported(f"mx.agent.example; {method}", signed()), lookup)
