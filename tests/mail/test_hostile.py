"""Whatever comes: no exception, nothing that cannot be stored, and time that grows with the size only."""

import time
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.mail.authentication import prove
from agent.mail.automatic import automatic
from agent.mail.forwards import forwarded
from agent.mail.hops import route
from agent.mail.identity import tokens_in
from agent.mail.message import Message, parse_message
from agent.mail.quoting import own_text
from agent.parsers.replies.autoreply import read_autoreply
from agent.parsers.replies.bounce import read_bounce

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mail"
MEGABYTE = 1_000_000
HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: x\nMessage-ID: <a@b>\n"


def read_all(raw: bytes) -> Message:
    """Everything that is read of a mail before a person sees it."""
    message = parse_message(raw)
    own_text(message)
    forwarded(message)
    tokens_in(message)
    automatic(message)
    read_bounce(message)
    read_autoreply(message, date(2026, 11, 22))
    prove(raw, message, trusted_authserv_ids=("mx.x.example",), lookup=lambda _: None)
    route(raw)
    for text in (message.subject, message.text, message.html, *(value for _, value in message.headers)):
        text.encode("utf-8")
    return message


MONSTERS = {
    "one line": HEAD + b"\n" + b"a" * MEGABYTE,
    "quote marks": HEAD + b"\n" + b">" * MEGABYTE,
    "quoted lines": HEAD + b"\n" + b"> x\n" * (MEGABYTE // 4),
    "attributions": HEAD + b"\n" + b"On 1 Jan 2024 at 10:00\n" * (MEGABYTE // 23),
    "signatures": HEAD + b"\n" + b"--\nab\n" * (MEGABYTE // 6),
    "headers in text": HEAD + b"\n" + b"From: a@b\nTo: c@d\nSubject: x\n\n" * (MEGABYTE // 35),
    "forward marks": HEAD + b"\n" + b"---------- Forwarded message ---------\n" * (MEGABYTE // 40),
    "at signs": HEAD + b"\n" + b"a@" * (MEGABYTE // 2),
    "colons": HEAD + b"\n" + b":" * MEGABYTE,
    "tokens": HEAD + b"\n" + b"RL-ABCD-" * (MEGABYTE // 8),
    "deep multipart": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)),
    "many parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * (MEGABYTE // 7),
    "mails within": HEAD + b"Content-Type: message/rfc822\n\n" * (MEGABYTE // 30),
    "deep html": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * (MEGABYTE // 5),
    "formatting html": HEAD
    + b"Content-Type: text/html\n\n"
    + b"".join(b"<b a=%d>" % n for n in range(1000))
    + b"<p>x" * 200_000,
    "paragraphs": HEAD + b"Content-Type: text/html\n\n" + b"<p>x</p>" * (MEGABYTE // 8),
    "angles": HEAD + b"Content-Type: text/html\n\n" + b"<" * MEGABYTE,
    "comments": HEAD + b"Cc: " + b"(" * MEGABYTE + b"\n\nx",
    "quotes": HEAD + b"Cc: " + b'"\\' * (MEGABYTE // 2) + b"\n\nx",
    "addresses": HEAD + b"Cc: " + b"a@b.be, " * (MEGABYTE // 8) + b"\n\nx",
    "encoded words": HEAD + b"X: " + b"=?utf-8?q?a?= " * (MEGABYTE // 14) + b"\n\nx",
    "headers": HEAD + b"X-A: b\n" * (MEGABYTE // 7) + b"\nx",
    "folds": HEAD + b"X: a\n" + b" b\n" * (MEGABYTE // 3) + b"\nx",
    "spaces": HEAD + b"Received:" + b" " * MEGABYTE + b"\n\n" + b" " * MEGABYTE + b"x",
    "titles": HEAD + b"\n" + (b"---" + b" " * 900 + b"x\n") * 900,
    "style": HEAD + b"Content-Type: text/html\n\n<style>" + b"a" * 400_000 + b"</style><p>x",
    "references": HEAD + b"References: " + b"<a@b" * (MEGABYTE // 4) + b"\n\nx",
    "parameters": HEAD + b"Content-Type: text/plain; " + b"a=b; " * (MEGABYTE // 5) + b"\n\nx",
    "results": HEAD + b"Authentication-Results: mx.x.example; dkim=pass header.d=x\n" * 15_000 + b"\nx",
    "signatures dkim": HEAD
    + b"DKIM-Signature: v=1; a=rsa-sha256; d=b.example; s=x; h=from; bh=a; b=a\n" * 14_000
    + b"\nx",
    "padded base64": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUI=" * (MEGABYTE // 4),
    "flowed": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"abc def \n" * (MEGABYTE // 9),
    "uuencode": HEAD + b"\n" + b"begin 644 x\n" * (MEGABYTE // 12) + b"\nend\n",
    "bounce": b"From: mailer-daemon@x\nSubject: Undelivered\n\n"
    + b"<a@b.be>: 550 5.1.1 user unknown\n" * (MEGABYTE // 34),
    "flowed lines": HEAD
    + b"Content-Type: text/plain; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\n"
    + b"\n" * MEGABYTE,
    "files in text": HEAD + b"\n" + b"begin 644 a\n#86)C\nend\n" * (MEGABYTE // 22),
    "recipients": b"From: mailer-daemon@x\nSubject: Undelivered\n\n"
    + b"Final-Recipient: rfc822; a@b.c\n" * (MEGABYTE // 31),
    "json": b'From: no-reply@sns.amazonaws.com\nSubject: x\n\n{"notificationType":' + b"[" * MEGABYTE,
    "dates": b"From: a@b\nAuto-Submitted: auto-replied\n\n" + b"until 12 may " * (MEGABYTE // 13),
    "bytes": HEAD + b"\n" + b"\xff" * MEGABYTE,
}


@pytest.mark.parametrize("raw", MONSTERS.values(), ids=MONSTERS.keys())
def test_a_megabyte_of_malice_takes_a_moment(raw):
    """A megabyte of each habit that makes parsers hang; the bound leaves room for a busy machine."""
    begin = time.process_time()
    read_all(raw)
    assert time.process_time() - begin < 3


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=3_000))
def test_any_bytes_are_a_mail(raw):
    """Noise has no power to raise."""
    read_all(raw)


PIECES = st.sampled_from(
    [
        b"From: ",
        b"a@b.example",
        b"<",
        b">",
        b'"',
        b"(",
        b"\n",
        b"\r\n",
        b"\n\n",
        b"Subject: ",
        b"=?utf-8?q?",
        b"?=",
        b"Content-Type: ",
        b"multipart/mixed; boundary=b",
        b"--b",
        b"--b--",
        b"text/html",
        b"message/rfc822",
        b"charset=utf-7",
        b"base64",
        b"Content-Transfer-Encoding: ",
        b"On 1 Jan 2024 at 10:00, a@b.example wrote:",
        b"-----Original Message-----",
        b"De : ",
        b"Final-Recipient: rfc822; ",
        b"message/delivery-status",
        b"550 5.1.1",
        b"\x00",
        b"\xe9",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x78\x9f\x3e\x22",
        b"<p style='display:none'>",
        b"begin 644 x\n",
        b"DKIM-Signature: d=b.example; l=1; ",
        b"Authentication-Results: mx.x.example; ",
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=60))
def test_any_mixture_of_mail_is_a_mail(pieces):
    """The words of mail in any order."""
    read_all(b"".join(pieces))


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
def test_mutated_mails_raise_nothing():
    """Real mails with bytes changed, cut, doubled and mixed."""
    random = Random(7)
    mails = [
        path.read_bytes()[:60_000]
        for path in sorted(CORPUS.glob("*/*"))
        if path.suffix in (".eml", ".txt", ".tnef", ".msg")
    ]
    for _ in range(150):
        raw = bytearray(random.choice(mails))
        for _ in range(random.randrange(1, 6)):
            at = random.randrange(len(raw) + 1)
            match random.randrange(4):
                case 0:
                    raw[at : at + 1] = random.randbytes(random.randrange(1, 9))
                case 1:
                    del raw[at : at + random.randrange(200)]
                case 2:
                    raw[at:at] = raw[random.randrange(len(raw) + 1) :][:300]
                case _:
                    raw[at:] = random.choice(mails)[-4_000:]
        read_all(bytes(raw))
