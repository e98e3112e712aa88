"""Damages mails as gateways, old programs and malice do: in the bytes, the head, the structure, the coding and the words.

Every change is drawn from the given source of chance, so that a seed and a number give the same mail again.
"""

import random
import re
from collections.abc import Callable

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BOUNDARY = re.compile(rb"""boundary\s*=\s*"?([^"\s;]{1,70})""", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*"?[\w.-]{1,40}"?""", re.IGNORECASE)
_CODING = re.compile(rb"Content-Transfer-Encoding:[^\n]{0,60}", re.IGNORECASE)
_TYPE = re.compile(rb"Content-Type:[^\n]{0,120}", re.IGNORECASE)
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{40,76}\r?\n){2,400}")
_CHARSETS = (
    *(
        b"utf-8",
        b"utf-7",
        b"utf-16",
        b"utf-16-be",
        b"utf-32",
        b"iso-8859-1",
        b"iso-8859-15",
        b"windows-1252",
        b"koi8-r",
    ),
    *(
        b"iso-2022-jp",
        b"hz-gb-2312",
        b"gb18030",
        b"big5",
        b"shift_jis",
        b"cp500",
        b"idna",
        b"punycode",
        b"rot13",
        b"hex",
    ),
    *(
        b"unknown-8bit",
        b"x-mac-roman",
        b"undefined",
        b"unicode_escape",
        b"base64",
        b"zlib",
        b"mbcs",
        b"a" * 300,
        b"",
        b"\x00",
    ),
)
_CODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"binary", b"7bit", b"gzip", b"", b"base64 base64")
_TYPES = (
    *(
        b"text/plain",
        b"text/html",
        b"text/rtf",
        b"text/calendar; method=REQUEST",
        b"message/rfc822",
        b"message/partial",
    ),
    *(b"message/delivery-status", b"message/feedback-report", b"message/external-body", b"multipart/mixed; boundary=b"),
    *(b'multipart/report; report-type="delivery-status"; boundary=b', b"multipart/alternative", b"multipart/signed"),
    *(
        b"application/ms-tnef",
        b"application/pkcs7-mime",
        b"application/vnd.ms-outlook",
        b"text",
        b"/",
        b"text/plain; x*0*=a",
    ),
)
_ODD = (
    *(
        "\x00",
        "\u202e",
        "\u2066",
        "\u200b" * 50,
        "\ufeff",
        "\U0001f4b8" * 20,
        "e" + "\u0301" * 300,
        "\u2028",
        "\x0b\x0c\x85",
    ),
    *(
        "\uff11\uff12\uff13",
        "\u0661\u0662",
        "\u0130\u0131\u1e9e",
        "\xad" * 40,
        "\ufffd",
        "\U000e0041",
        "\x1b[31m",
        "ﷺ" * 30,
    ),
)
_LONG = (
    b">",
    b"<",
    b" ",
    b"\t",
    b"> ",
    b"<b>",
    b"</p>",
    b"<!--",
    b",",
    b"9",
    b"1,",
    b"a@",
    b"-",
    b"=",
    b"&",
    b"(",
    b'"',
    b"\n",
    b"\r\n\r\n",
)
_FIELDS = (
    *(b"Auto-Submitted: auto-replied", b"Auto-Submitted:", b"Precedence: bulk", b"Return-Path: <>", b"Sender: a@b"),
    *(
        b"Date: Thu, 99 Foo 99999 99:99:99 +9999",
        b"Date: 1 Jan 0001 00:00:00 -2359",
        b"Date: 31 Dec 9999 23:59:59 -1200",
    ),
    *(b"Date: " + b"9" * 5000, b"From: " + b"<" * 3000, b"From: =?utf-16?b?2D0=?= <a@b>", b"To: " + b"a@b," * 2000),
    *(
        b"References: " + b"<a@b> " * 3000,
        b"Message-ID:",
        b"Message-ID: <\xff\x00@>",
        b"Subject: " + b"=?utf-8?q?=ff?= " * 500,
    ),
    *(
        b"X-Failed-Recipients: " + b"a@b, " * 500,
        b"Subject: Re: Fwd: TR: Antw: AW: " * 60,
        b"Content-Type: text/plain; charset=utf-7",
    ),
)
_SAID = (
    *(
        b"Final-Recipient: rfc822; ",
        b"Action: failed",
        b"Status: 5.1.1",
        b"Status: 9.9.9",
        b"Status: 4..2",
        b"550 5.1.1 ",
    ),
    *(
        b"On Mon, 1 Jan 2024, a@b.example wrote:",
        b"-----Original Message-----",
        b"De : a@b.example\nEnvoy\xc3\xa9 : hier\n",
    ),
    *(
        b"---------- Forwarded message ---------",
        b"From: a@b\nSent: x\nTo: c@d\nSubject: e\n",
        b"-- \n",
        b"begin 644 a\nM\n",
    ),
    *(
        b"nous paierons le 99/99/9999 ",
        b"2026-02-30 ",
        b"31.02.26 ",
        b"1.234.567,89.012 EUR ",
        b"EUR 1e99 ",
        b"RF99 ",
        b"week 99 ",
    ),
    *(
        b"nous paierons 12 x 100,00 EUR ",
        b"facture 2026/0118, 2026/0119 ",
        b"betaald op 0 januari ",
        b"am 32. M\xc3\xa4rz ",
        b"in 99999999999 days ",
    ),
    *(
        b"1) oui 2) non 3) ",
        b"except 99999999999999999999",
        b"tot 29 februari 2027",
        b"fin du mois de 13",
        b"until 00:00",
    ),
)
_MAIL = b"From: a@b.example\r\nSubject: x\r\nContent-Type: message/rfc822\r\n\r\n"

Way = Callable[[bytes, bytes, random.Random], bytes]


def mutant(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """The mail with one to six changes; `other` lends parts of itself."""
    for _ in range(chance.choice((1, 1, 2, 2, 3, 6))):
        content = chance.choice(_WAYS)(content, other, chance) or b"\n"
    return content


def _bytes(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, half of them in the head."""
    data = bytearray(content)
    reach = len(data) if chance.random() < 0.5 else min(len(data), 800)
    for _ in range(chance.randint(1, 12)):
        data[chance.randrange(reach)] = chance.randrange(256)
    return bytes(data)


def _cut(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Broken off, as a connection is."""
    return content[: chance.randrange(1, len(content) + 1)]


def _drop(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A piece missing."""
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 800) :]


def _double(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A piece repeated, sometimes very often."""
    start = chance.randrange(len(content))
    piece = content[start : start + chance.randint(1, 200)]
    return content[:start] + piece * chance.choice((2, 3, 20, 300)) + content[start:]


def _splice(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """A piece of another mail put in."""
    start, place = chance.randrange(len(other)), _place(content, chance)
    return content[:place] + other[start : start + chance.randint(1, 3000)] + content[place:]


def _lines(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Lines in another order, quoted once more, or ended otherwise."""
    lines = content.split(b"\n")
    way = chance.randrange(5)
    if way == 0:
        chance.shuffle(lines)
        return b"\n".join(lines)
    if way == 1:
        return b"\n".join(b"> " * chance.choice((1, 3, 60)) + line for line in lines)
    if way == 2:
        return content.replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\r", b"\r\n", b"\r\r\n", b"\n\r")))
    if way == 3:
        return content.replace(b"\n", b" ", chance.randint(1, 200))
    return b"\n".join(line + b" " * chance.choice((0, 1, 400)) for line in lines)


def _fold(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """The head folded at odd places, or with its folds taken away."""
    head, rest = _halves(content)
    if chance.random() < 0.3:
        return re.sub(rb"\r?\n[ \t]", b"", head) + rest
    for _ in range(chance.randint(1, 40)):
        place = chance.randrange(len(head) + 1)
        head = head[:place] + chance.choice((b"\r\n ", b"\n\t", b"\r ", b"\n", b"\r\n \r\n ")) + head[place:]
    return head + rest


def _field(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """One more field in the head, above or below the others."""
    head, rest = _halves(content)
    new = chance.choice(_FIELDS)
    return new + b"\n" + content if chance.random() < 0.5 else head + b"\n" + new + rest


def _charset(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Another character set than the one the text is in."""
    name = chance.choice(_CHARSETS)
    if not _CHARSET.search(content):
        return b"Content-Type: text/plain; charset=" + name + b"\n" + content
    return _CHARSET.sub(lambda _: b"charset=" + name, content, count=chance.choice((0, 1)))


def _coding(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Another transfer encoding than the one it has."""
    new = b"Content-Transfer-Encoding: " + chance.choice(_CODINGS)
    return _CODING.sub(lambda _: new, content, count=1) if _CODING.search(content) else new + b"\n" + content


def _type(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Another content type than what it is."""
    new = b"Content-Type: " + chance.choice(_TYPES)
    found = list(_TYPE.finditer(content))
    if not found:
        return new + b"\n" + content
    here = chance.choice(found)
    return content[: here.start()] + new + content[here.end() :]


def _boundary(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Boundaries missing, closed early, alike but for their end, or repeated."""
    found = _BOUNDARY.findall(content)
    if not found:
        return b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + content + chance.choice((b"", b"\n--b--\n"))
    line = b"--" + chance.choice(found)
    new = chance.choice((b"", line + b"--", line + b"x", line + b"\n" + line, line[:-1], (line + b"\n\nx\n") * 300))
    return content.replace(line, new, chance.choice((1, 2, -1)))


def _base64(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Base64 broken off, padded in the middle, or with foreign characters."""
    found = list(_BASE64.finditer(content))
    if not found:
        return b"Content-Transfer-Encoding: base64\n" + content
    here = chance.choice(found)
    place = chance.randrange(here.start(), here.end())
    return (
        content[:place]
        + chance.choice((b"=", b"====\n", b"\xff", b"-_", b" \n\n", b"A"))
        + content[place + chance.choice((0, 1, 7)) :]
    )


def _nested(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Mails within mails, or parts within parts."""
    depth = chance.choice((1, 5, 60))
    if chance.random() < 0.5:
        return _MAIL * depth + content
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=n%d\n\n--n%d\n" % (n, n) for n in range(depth))
    return opened + content


def _odd(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Characters that turn the direction, join, vanish or are half of one."""
    new = chance.choice(
        (*(c.encode() for c in _ODD), b"\xed\xa0\xbd", b"\xed\xb8\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xff\xfe")
    )
    for _ in range(chance.choice((1, 5, 40))):
        place = _place(content, chance)
        content = content[:place] + new + content[place:]
    return content


def _long(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """One thing very often, in the head or in the text."""
    place = _place(content, chance)
    return content[:place] + chance.choice(_LONG) * chance.choice((100, 3_000, 20_000)) + content[place:]


def _said(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Words of reports, quotes, forwards and payments where they do not belong."""
    for _ in range(chance.choice((1, 3, 12))):
        place = _place(content, chance)
        content = (
            content[:place]
            + chance.choice((b"", b"\n"))
            + chance.choice(_SAID) * chance.choice((1, 1, 1, 80))
            + content[place:]
        )
    return content


def _html(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """The text as HTML with unclosed, crossed and hidden elements."""
    head, rest = _halves(content)
    tags = (
        b"<blockquote>",
        b"<div style='display:none'>",
        b"</div>",
        b"<table><td>",
        b"<!-- ",
        b"<style>",
        b"<p",
        b"&#0;",
        b"&#xd800;",
        b"</html>",
        b"<![CDATA[",
    )
    for _ in range(chance.randint(1, 30)):
        place = chance.randrange(len(rest) + 1)
        rest = rest[:place] + chance.choice(tags) + rest[place:]
    return b"Content-Type: text/html\n" + head + rest


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) if chance.random() < 0.6 else min(len(content), 600))


def _halves(content: bytes) -> tuple[bytes, bytes]:
    """The head and what comes after it, the empty line with the latter."""
    end = _HEAD_END.search(content)
    return (content[: end.start()], content[end.start() :]) if end else (content, b"")


_WAYS: tuple[Way, ...] = (
    *(
        _bytes,
        _cut,
        _drop,
        _double,
        _splice,
        _lines,
        _fold,
        _field,
        _charset,
        _coding,
        _type,
        _boundary,
        _base64,
        _nested,
    ),
    *(_odd, _odd, _long, _said, _said, _html),
)
