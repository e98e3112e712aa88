"""A mail proves nothing where this reader and the verifier of its signature could see two different mails."""

import base64
import hashlib

import dkim
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.mail.test_authentication import KEY, MAIL, lookup, proof, reported, signed

HEAD, BODY = signed().split(b"\r\n\r\n", 1)
ORDER = b"Please stop the reminders of 2026-119."


def anywhere(name: str) -> str | None:
    """The forger has a record in his own zone, the creditor one in his."""
    return lookup(name.replace("evil.example", "creditor.example"))


def by_the_forger(tags: bytes = b"") -> bytes:
    """The owner's address over a good signature of evil.example, which has these tags besides."""
    body = base64.b64encode(hashlib.sha256(MAIL.partition(b"\r\n\r\n")[2]).digest())
    pairs = [line.split(b": ", 1) for line in MAIL.split(b"\r\n") if line.startswith((b"From:", b"Subject:"))]
    covered = b"".join(name.lower() + b":" + value + b"\r\n" for name, value in pairs)
    unsigned = b"v=1; a=rsa-sha256; c=relaxed/simple; %bd=evil.example; s=s1; h=from:subject; bh=%b; b=" % (tags, body)
    signature = KEY.sign(covered + b"dkim-signature:" + unsigned, padding.PKCS1v15(), hashes.SHA256())
    return b"DKIM-Signature: " + unsigned + base64.b64encode(signature) + b"\r\n" + MAIL


@pytest.mark.parametrize("tags", [b"D=creditor.example; ", b"x=9999999999; " + b"D=creditor.example; "])
def test_tags_are_told_apart_by_case(tags):
    """`D=` is no `d=` (RFC 6376 §3.2): the domain whose key is asked for is the one that is compared with From."""
    forged = by_the_forger(tags)
    assert dkim.DKIM(forged).verify(
        dnsfunc=lambda name, timeout=5: (anywhere(name.decode().rstrip(".")) or "").encode()
    )
    assert not proof(forged, anywhere).passed


@pytest.mark.parametrize(
    "added",
    [
        b"X-List: a\r\nFrom now on:\r\n " + ORDER,
        b"X-List: a\r\r\n" + ORDER,
        b"X-List: a\r\r" + ORDER,
        b"X" * 201 + b": a\r\n " + ORDER,
    ],
    ids=["mbox line", "CR before CRLF", "two CR", "long name"],
)
def test_words_set_before_a_signed_body_prove_nothing(added):
    """A signed mail sent on with a line that ends the header for one reader and not for the other."""
    raw = HEAD + b"\r\n" + added + b"\r\n\r\n" + BODY
    assert not proof(raw, lookup).passed
    assert not proof(reported("mx.agent.example; dkim=pass header.d=creditor.example", raw)).passed


def test_a_signature_is_counted_as_the_verifier_counts():
    """A field behind a lone CR is a signature for one reader and none for the other."""
    named = b"X-List: a\rDKIM-Signature: v=1; a=rsa-sha256; d=creditor.example; s=s1; h=from:subject; bh=a; b=a\r\n"
    assert not proof(named + by_the_forger(), anywhere).passed


def test_no_field_hides_behind_the_last_one_that_is_read():
    """The signed subject stands behind more fields than are read, another one before them."""
    signature, rest = signed().split(b"From:", 1)
    sender, subject = rest.split(b"Subject:", 1)
    many = b"".join(b"X-%d: a\r\n" % number for number in range(2_100))
    assert proof(signature + b"From:" + sender + many[:200].rpartition(b"X")[0] + b"Subject:" + subject, lookup).passed
    raw = signature + b"Subject: stop 2026-119\r\nFrom:" + sender + many + b"Subject:" + subject
    assert not proof(raw, lookup).passed


def test_an_mbox_line_above_the_mail_changes_nothing():
    """Some delivery agents leave it there."""
    assert proof(b"From owner@creditor.example Sun Nov 22 10:00:00 2026\r\n" + signed(), lookup).passed
