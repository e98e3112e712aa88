"""MIME that nests, multiplies or lies: depth, parts, boundaries, transfer encodings, charsets, mails within mails."""

from __future__ import annotations

import base64

from tests.hostile.case import ASIDE, ASKED, NAMED, PROOF, REGISTERED, Case, Outcome, but, table
from tests.hostile.post import BATIPLUS, PLAIN, file_part, invoice, multipart, raw, text_part
from tests.hostile.scene import STRANGER
from tests.service.world import BRUNO


def _nested(depth: int) -> bytes:
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))


def _mails(depth: int) -> bytes:
    return (
        b"Content-Type: message/rfc822\r\n\r\n" * depth
        + b"From: bruno@atelier-bruno.example\r\nSubject: x\r\n\r\npay\xc3\xa9 2026-501"
    )


def _invoice_in_mails(depth: int):
    def mail(scene) -> bytes:
        content, inner = multipart(file_part(invoice(), b'filename="f.xml"'))
        inner = content + b"\r\n" + inner
        for _ in range(depth):
            inner = b"Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nSubject: x\r\n" + inner
        content, body = multipart(text_part("À suivre."), inner)
        return raw(scene, BRUNO, body, content=content)

    return mail


_LIES = {
    "no boundary": (b"Content-Type: multipart/mixed\r\n", b"Bonjour"),
    "empty boundary": (b'Content-Type: multipart/mixed; boundary=""\r\n', b"--\r\n\r\nBonjour\r\n----\r\n"),
    "boundary of 100,000": (b'Content-Type: multipart/mixed; boundary="' + b"b" * 100_000 + b'"\r\n', b"Bonjour"),
    "boundary that never comes": (b"Content-Type: multipart/mixed; boundary=never\r\n", b"Bonjour\r\n"),
    "boundary within a line": (b"Content-Type: multipart/mixed; boundary=b\r\n", b"Bonjour --b x\r\n"),
    "two boundaries": (
        b"Content-Type: multipart/mixed; boundary=a; boundary=b\r\n",
        b"--b\r\n\r\nBonjour\r\n--b--\r\n",
    ),
    "two content types": (b"Content-Type: text/plain\r\nContent-Type: text/html\r\n", b"Bonjour <b>x</b>"),
    "unknown charset": (b"Content-Type: text/plain; charset=x-evil\r\n", b"Bonjour"),
    "charset that runs": (b"Content-Type: text/plain; charset=unicode_escape\r\n", b"Bonjour \\x41\\u0041\\N{BELL}"),
    "charset zip": (b"Content-Type: text/plain; charset=zlib_codec\r\n", b"Bonjour"),
    "charset idna": (b"Content-Type: text/plain; charset=idna\r\n", b"Bonjour " + b"xn--a" * 5_000),
    "UTF-7": (b"Content-Type: text/plain; charset=utf-7\r\n", b"Bonjour +ADw-script+AD4-"),
    "UTF-16 that is none": (b"Content-Type: text/plain; charset=utf-16\r\n", b"Bonjour\xd8\x00"),
    "ISO-2022 that escapes": (b"Content-Type: text/plain; charset=iso-2022-jp\r\n", b"Bonjour\x1b$B<script>\x1b("),
    "base64 rubbish": (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n", b"!!!! Bonjour ===="),
    "base64 that is nested": (
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n",
        base64.b64encode(base64.b64encode(b"Bonjour")),
    ),
    "quoted-printable rubbish": (
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n",
        b"Bonjour =ZZ=\r=\n=0=0D=0ABcc: x@evil.example",
    ),
    "unknown encoding": (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-evil\r\n", b"Bonjour"),
    "10,000 parameters": (b"Content-Type: text/plain; " + b"a=b; " * 10_000 + b"\r\n", b"Bonjour"),
    "type of rubbish": (b"Content-Type: ;;;===\x00\xff\r\n", b"Bonjour"),
    "bare CR lines": (PLAIN, b"Bonjour\rBcc: x@evil.example\r\r"),
    "NULs": (PLAIN, b"Bonjour\0\0\0"),
    "8-bit rubbish": (PLAIN, b"Bonjour \xff\xfe\xc0\x80\xed\xa0\x80\xf5"),
    "flowed and stuffed": (b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", b"Bonjour \r\n \r\n" * 20_000),
    "partial": (b"Content-Type: message/partial; id=x; number=1; total=9\r\n", b"Subject: x\r\n\r\nBonjour"),
    "external body": (
        b'Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:9/x"\r\n',
        b"Content-Type: text/plain\r\n\r\n",
    ),
}
_SIZES = {
    "20,000 deep": (lambda: (b"", _nested(20_000))),
    "10,000 parts": (lambda: multipart(*[text_part("x")] * 10_000)),
    "100,000 empty parts": (lambda: (b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n\r\n" * 100_000)),
    "mails 200 deep": (lambda: (b"", _mails(200))),
    "1,000 files": (lambda: multipart(*[file_part(b"%d" % n, b'filename="%d.bin"' % n) for n in range(1_000)])),
    "5 MB of a single line": (lambda: (PLAIN, b"a" * 5_000_000)),
    "5 MB of line ends": (lambda: (PLAIN, b"\r\n" * 2_500_000)),
    "5 MB of base64": (
        lambda: (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n", b"QUFB\r\n" * 800_000)
    ),
    "2 MB of HTML tags": (lambda: (b"Content-Type: text/html\r\n", b"<div>" * 400_000)),
    "2 MB of entities": (lambda: (b"Content-Type: text/html\r\n", b"&lt;&#65;" * 200_000)),
    "2 MB of uuencode": (lambda: (PLAIN, b"begin 644 ../../x\r\n#86)C\r\nend\r\n" * 60_000)),
}


def _of(content: bytes, body: bytes, sender: str):
    return lambda scene: raw(
        scene, sender, body, content=content, thread=scene.statement(sender) if sender == BATIPLUS else b""
    )


CASES: list[Case] = [
    *but(
        table("structure that lies, of an owner", ASKED, [(n, _of(c, b, BRUNO)) for n, (c, b) in _LIES.items()]),
        # of a field that stands twice nobody knows which was vouched for
        two_content_types=PROOF,
    ),
    *but(
        table(
            "structure without end, of a stranger",
            ASIDE,
            [(n, lambda s, m=m: _of(*m(), STRANGER)(s)) for n, m in _SIZES.items()],
        ),
        # the words that stand at its bottom name a case
        mails_200_deep=NAMED,
    ),
    *table(
        "an invoice within mails is found where a person would look",
        REGISTERED,
        [(f"invoice {n} mails deep", _invoice_in_mails(n)) for n in (1, 3, 50, 200)],
    ),
    *table(
        "an order in an attached mail is asked about",
        Outcome("instruction", "Handled", ("QuestionAsked",), ("question",)),
        [
            (
                "attached order",
                lambda s: raw(
                    s,
                    BRUNO,
                    multipart(
                        text_part("Bonjour"),
                        b"Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nSubject: x\r\n\r\npaid 2026-501",
                    )[1],
                    content=multipart()[0],
                ),
            )
        ],
    ),
]
