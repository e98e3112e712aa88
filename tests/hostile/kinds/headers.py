"""Header injection: every field that reaches an outgoing mail, with every way to bring a line end or a field of one's own into it."""

from __future__ import annotations

import re
from base64 import b64encode

from tests.hostile.case import (
    ACCOUNT_ASKED,
    ASIDE,
    ASKED,
    NAMED,
    NOBODY,
    PROOF,
    REFUSED,
    REGISTERED,
    SHOWN,
    SILENT,
    WARNED,
    Case,
    but,
    table,
)
from tests.hostile.post import by_debtor, by_owner, by_stranger, file_part, handing, invoice, with_files

_VICTIM = "victim@evil.example"
# in XML a character reference survives where a plain line end would be a blank
LINE_ENDS = {
    "CRLF": "&#13;&#10;Bcc: {0}&#13;&#10;",
    "LF": "&#10;Bcc: {0}&#10;",
    "CR": "&#13;Bcc: {0}&#13;",
    "empty line": "&#13;&#10;&#13;&#10;&lt;b&gt;Bcc: {0}",
    "next line": "&#x85;Bcc: {0}&#x85;",
    "line separator": "&#x2028;Bcc: {0}&#x2029;",
    "encoded word": " =?utf-8?Q?=0D=0ABcc:{0}?= ",
    "percent": "%0d%0aBcc:{0}%0d%0a",
    "folded": "&#13;&#10; Bcc: {0}",
}
FIELDS = {
    "number": ("<cbc:ID>2026-600<", "<cbc:ID>2026-600{}<"),
    "buyer": ("Batiplus Construct SA", "Batiplus{} SA"),
    "address": ("compta@batiplus.example", "compta@batiplus.example{}"),
    "account": (">BE83363012345615<", ">BE83363012345615{}<"),
    "currency": (">EUR<", ">EUR{}<"),
}


def _fields(*fields):
    for field in fields:
        old, new = FIELDS[field]
        for name, text in LINE_ENDS.items():
            yield f"{field} with {name}", handing(invoice(changes={old: new.format(text.format(_VICTIM))}))


def _word(text: bytes, way: str = "Q") -> bytes:
    coded = b64encode(text) if way == "B" else text.replace(b"\r", b"=0D").replace(b"\n", b"=0A").replace(b" ", b"_")
    return b"=?utf-8?" + way.encode() + b"?" + coded + b"?="


_LINES = b"x\r\nBcc: victim@evil.example\r\n\r\nhello"
WAYS = {
    "Q word": _word(_LINES),
    "B word": _word(_LINES, "B"),
    "word in UTF-16": b"=?utf-16?B?" + b64encode(_LINES.decode().encode("utf-16")) + b"?=",
    "word in UTF-7": b"=?utf-7?Q?x+AA0ACg-Bcc:_victim@evil.example?=",
    "two words": _word(b"x\r") + b" " + _word(b"\nBcc: victim@evil.example"),
    "bare CR": b"x\rBcc: victim@evil.example",
    "NUL": b"x\0\nBcc: victim@evil.example",
    "separators": "x\u2028Bcc: victim@evil.example\u2029\u0085".encode(),
    "form feed": b"x\x0c\x0bBcc: victim@evil.example",
}


def _subjects():
    for name, way in WAYS.items():
        yield f"subject with {name}", way


_REPLIES = [
    *(
        (
            f"subject of a debtor with {n}",
            lambda s, w=w: by_debtor("Je dois vérifier cela avec mon associé.")(s).replace(
                b"Re: Votre compte", b"Re: " + w
            ),
        )
        for n, w in WAYS.items()
    ),
    *(
        (
            f"name of a debtor with {n}",
            lambda s, w=w: by_debtor("Je dois vérifier cela avec mon associé.")(s).replace(
                b"From: Compta", b"From: " + w
            ),
        )
        for n, w in WAYS.items()
    ),
]
_STRANGE_IDS = {
    "id with a CR": b"<a\rBcc:victim@evil.example@x>",
    "id with a word": b"<=?utf-8?Q?=0D=0ABcc:victim@evil.example?=@x>",
    "id without end": b"<" + b"a" * 100_000,
    "id of 8-bit": b"<\xff\xfe\x0d@x>",
    "id with brackets": b"<<a@x>\r\n <b@x>>",
    "no id": b"",
    "id with a NUL": b"<a\0b@x>",
}
_THREADS = {
    "references with lines": b"References: <a@x>\r\n Bcc: victim@evil.example\r\n <b@x>\r\n",
    "10,000 references": b"References: " + b" ".join(b"<%d@x>" % n for n in range(10_000)) + b"\r\n",
    "answer to nothing": b"In-Reply-To: <=?utf-8?Q?=0D=0A?=>\r\n",
    "reply address elsewhere": b"Reply-To: victim@evil.example\r\n",
    "receipt wanted": b"Disposition-Notification-To: victim@evil.example\r\nReturn-Receipt-To: victim@evil.example\r\n",
    "errors elsewhere": b"Errors-To: victim@evil.example\r\nReturn-Path: <victim@evil.example>\r\n",
    "bcc of his own": b"Bcc: victim@evil.example\r\nResent-To: victim@evil.example\r\n",
    "two subjects": b"Subject: =?utf-8?Q?=0D=0ABcc:victim@evil.example?=\r\n",
}
_SENDERS = {
    "two senders": b"bruno@atelier-bruno.example, mallory@evil.example",
    "address in the name": b'"bruno@atelier-bruno.example" <mallory@evil.example>',
    "address with a line end": b"<bruno@atelier-bruno.example=?utf-8?Q?=0D=0A?=>",
    "group": b"bruno@atelier-bruno.example: mallory@evil.example;",
    "source route": b"<@atelier-bruno.example:mallory@evil.example>",
    "comment": b"mallory@evil.example (bruno@atelier-bruno.example)",
    "quoted local part": b'"bruno@atelier-bruno.example\\"@"@evil.example',
    "empty": b"<>",
    "nothing": b"",
}

_DATES = {
    "the year 9999": b"Fri, 31 Dec 9999 23:59:59 +0000",
    "the year 1": b"Mon, 1 Jan 0001 00:00:00 -1400",
    "no day": b"Mon, 30 Feb 2026 99:99:99 +9999",
    "rubbish": b"=?utf-8?Q?=0D=0A?=" + b"9" * 10_000,
    "nothing": b"",
}


def _dated(date: bytes):
    """A debtor's promise for tomorrow, told on an impossible day."""
    return lambda scene: re.sub(
        rb"\r\nDate: [^\r]*", b"\r\nDate: " + date, by_debtor("Nous paierons demain.")(scene), count=1
    )


CASES: list[Case] = [
    *but(
        table(
            "a day on which nobody wrote is not reckoned from",
            SHOWN.with_(events=("PromiseToPayMade",), letters=("action_notice", "receipt")),
            [(f"dated {n}", _dated(d)) for n, d in _DATES.items()],
        ),
        # 1 is 2001 to those who read old mail: tomorrow is long past
        dated_the_year_1=SHOWN,
    ),
    *table("an invoice's field adds no field to a mail", REGISTERED, _fields("number", "buyer", "address", "currency")),
    *table("an account that is none is asked about, and adds no field", ACCOUNT_ASKED, _fields("account")),
    *but(
        table("a mail's subject or sender's name adds no field to the mail about it", SHOWN, _REPLIES),
        # the line ends within the field, so that no sender is left: nobody's mail
        name_of_a_debtor_with_bare_CR=NOBODY,
        name_of_a_debtor_with_NUL=NOBODY,
    ),
    *but(
        table(
            "an id that is answered adds no field",
            ASKED,
            [(n, by_owner("Bonjour", message_id=i)) for n, i in _STRANGE_IDS.items()],
        ),
        # a bare CR, where two readers may see two headers: nothing in it proves anything
        id_with_a_CR=PROOF,
        id_of_8_bit=PROOF,
    ),
    *but(
        table(
            "fields that name other recipients lead nowhere",
            ASKED,
            [(n, by_owner("Bonjour", fields=f)) for n, f in _THREADS.items()],
        ),
        two_subjects=PROOF,
    ),
    *but(
        table(
            "no trick with From makes a stranger an owner",
            NAMED,
            [(n, by_owner("payé 2026-501", sender=s)) for n, s in _SENDERS.items()],
        ),
        address_in_the_name=WARNED,
        address_with_a_line_end=WARNED,
        comment=WARNED,
        two_senders=PROOF,
        group=PROOF,
        quoted_local_part=PROOF,
        empty=SILENT,
        nothing=SILENT,
    ),
    *table("a stranger's subject", ASIDE, [(n, by_stranger("Bonjour", subject=w)) for n, w in _subjects()]),
    *table(
        "a file's name adds no field to the answer that names it",
        REFUSED,
        [
            (f"file name with {n}", with_files(file_part(b"%PDF-1.7 broken", b'filename="' + w + b'.pdf"')))
            for n, w in WAYS.items()
        ],
    ),
    *table(
        "a header without end ends where the bounds are",
        ASIDE,
        [
            ("subject of 1 MB", by_stranger("Bonjour", subject=b"A" * 1_000_000)),
            ("encoded subject of 1 MB", by_stranger("Bonjour", subject=b"=?utf-8?Q?A?= " * 70_000)),
            ("100,000 fields", by_stranger("Bonjour", fields=b"X-A: b\r\n" * 100_000)),
            ("header of 10 MB", by_stranger("Bonjour", fields=b"X-A: " + b"b" * 10_000_000 + b"\r\n")),
            ("folds without end", by_stranger("Bonjour", fields=b"X-A: a\r\n" + b" b\r\n" * 200_000)),
        ],
    ),
]
