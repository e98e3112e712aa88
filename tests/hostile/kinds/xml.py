"""XML that fetches, unpacks without end, nests without end, or means different things to different readers."""

from __future__ import annotations

from functools import partial

from tests.hostile.case import ASKED, REFUSED, REGISTERED, SHOWN, Case, but, table
from tests.hostile.post import BATIPLUS, handing, invoice, with_file
from tests.parsers.invoices.bombs import fetching_xml, heavy_xml, laughs

_ADDRESS = "http://127.0.0.1:9"
# what costs seconds of the reader, by its size alone
_SLOW = {"deep", "attributes", "names", "comment", "many annexes", "wide"}


def _with(before: str, inside: str = "") -> bytes:
    text = invoice().decode()
    head, body = text.split("\n", 1)
    return f"{head}\n{before}{body.replace('</cbc:IssueDate>', '</cbc:IssueDate>' + inside, 1)}".encode()


# an invoice without a buyer: he is asked for
_OF_NOBODY = REGISTERED.with_(events=("DebtorOpened", "InvoiceRegistered", "QuestionAsked"))
_HEAVY = {
    "laughs in UTF-16": ASKED,
    **dict.fromkeys(("names", "number", "digits of a date", "annex in annex", "many annexes"), _OF_NOBODY),
}


def _heavy(name: str) -> bytes:
    return heavy_xml()[name]


_MORE = {
    "entity in UTF-16": _with(laughs(), "<cbc:Note>&a9;</cbc:Note>")
    .replace(b"UTF-8", b"UTF-16")
    .decode()
    .encode("utf-16"),
    "entity in UTF-32": _with(laughs()).replace(b"UTF-8", b"UTF-32").decode().encode("utf-32"),
    "entity in EBCDIC": _with(laughs()).replace(b"UTF-8", b"cp037").decode().encode("cp037"),
    "small doctype": _with("<!doctype Invoice [<!entity x 'y'>]>"),
    "doctype behind blanks": _with(" " * 100_000 + "<!DOCTYPE Invoice [<!ENTITY x 'y'>]>"),
    "entity nobody declared": _with("", "<cbc:Note>&evil;</cbc:Note>"),
    "NUL": invoice().replace(b"2026-600", b"2026\0600"),
    "control characters": _with("", "<cbc:Note>&#1;&#x1b;[2J</cbc:Note>"),
    "huge reference": _with("", "<cbc:Note>&#99999999999;</cbc:Note>"),
    "surrogate": _with("", "<cbc:Note>&#xD800;</cbc:Note>"),
    "two roots": invoice() + invoice("2026-700").split(b"\n", 1)[1],
    "cut": invoice()[:-300],
    "only a declaration": b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
    "wrong encoding": invoice().replace(b"UTF-8", b"x-evil"),
    "multibyte encoding": invoice().replace(b"UTF-8", b"gb2312"),
}
_READ = {
    "instruction": _with('<?php system("id"); ?><?xml-stylesheet href="javascript:1"?>'),
    "CDATA": _with("", "<cbc:Note><![CDATA[<script>]]]]><![CDATA[>]]></cbc:Note>"),
    "namespace games": invoice().replace(b"xmlns:cbc=", b'xmlns:evil="http://evil.example" evil:a="b" xmlns:cbc='),
    "50,000 notes": _with("", "<cbc:Note>x</cbc:Note>" * 50_000),
    "a comment within the number": invoice().replace(b"2026-600", b"2026-6<!-- x -->00"),
    "200 deep": _with("", "<cbc:Note>" * 200 + "</cbc:Note>" * 200),
}

CASES: list[Case] = [
    *but(
        table(
            "nothing is fetched, and a DOCTYPE is refused",
            REFUSED,
            [(f"fetching {n}", with_file(c, "f.xml")) for n, c in fetching_xml(_ADDRESS).items()],
        ),
        **dict.fromkeys(
            ("fetching_include", "fetching_schema", "fetching_stylesheet", "fetching_reference"), _OF_NOBODY
        ),
    ),
    *[
        case
        for name in heavy_xml()
        for case in table(
            "what costs more than any invoice is stopped, what does not is read",
            _HEAVY.get(name, REFUSED),
            [(f"heavy {name}", with_file(partial(_heavy, name), "f.xml"))],
            slow=name in _SLOW,
        )
    ],
    *but(
        table("broken or two-tongued XML is refused", REFUSED, [(n, with_file(c, "f.xml")) for n, c in _MORE.items()]),
        # what nobody takes for XML is a file like any other
        **dict.fromkeys(("entity_in_UTF_16", "entity_in_UTF_32", "entity_in_EBCDIC"), ASKED),
        # what is no character is left out, and a wrong label is put right
        **dict.fromkeys(("NUL", "huge_reference", "wrong_encoding", "multibyte_encoding"), REGISTERED),
        only_a_declaration=_OF_NOBODY,
    ),
    *but(
        table(
            "strange and whole XML is read for what it says", REGISTERED, [(n, handing(c)) for n, c in _READ.items()]
        ),
        **{"200_deep": REFUSED},
    ),
    *table(
        "the same, enclosed by a debtor",
        SHOWN,
        [
            (f"{n} of a debtor", with_file(c, "f.xml", sender=BATIPLUS, text="Je dois vérifier cela avec mon associé."))
            for n, c in _MORE.items()
            if n in ("entity in UTF-16", "NUL", "two roots")
        ],
    ),
]
