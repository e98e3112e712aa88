"""Wrappings of other programs: Outlook's envelopes, compound files, RTF, calendars, signatures, encryption."""

from __future__ import annotations

import struct

from tests.hostile.case import ASKED, SHOWN, SILENT, Case, table
from tests.hostile.post import BATIPLUS, by_owner, file_part, multipart, raw, text_part, with_files
from tests.service.world import BRUNO

_TNEF = struct.pack("<IH", 0x223E9F78, 1)
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def attribute(code: int, data: bytes, length: int | None = None) -> bytes:
    """A TNEF attribute (MS-OXTNEF 2.1.3), its length as told."""
    return (
        struct.pack("<BII", 1, code, len(data) if length is None else length)
        + data
        + struct.pack("<H", sum(data) & 0xFFFF)
    )


def compound(fat: int = 1, start: int = 0, shift: int = 9) -> bytes:
    """A compound file whose table leads where it likes."""
    head = _CFB + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, shift, 6) + b"\0" * 6
    head += struct.pack("<9I", 0, fat, start, 0, 4096, start, 1, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *([start] * 109))
    return head[:512].ljust(512, b"\0") + struct.pack("<128I", *([start] * 128)) * 8


_OPEN = {
    "TNEF of nothing": _TNEF,
    "TNEF with a length that lies": _TNEF + attribute(0x00069003, b"abc", 0x7FFFFFFF),
    "TNEF with a million properties": _TNEF + attribute(0x00069003, struct.pack("<I", 1_000_000) + b"\0" * 4000),
    "TNEF of attachments without end": _TNEF + (struct.pack("<BII", 2, 0x00069002, 14) + b"\0" * 14 + b"\0\0") * 20_000,
    "TNEF within itself": _TNEF + attribute(0x0006800F, _TNEF + attribute(0x0006800F, _TNEF * 500)),
    "packed RTF that lies": _TNEF
    + attribute(
        0x00069003,
        struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, 20)
        + struct.pack("<4I", 0x7FFFFFFF, 0x7FFFFFFF, 0x75465A4C, 0)
        + b"\xff" * 4,
    ),
    "compound that loops": compound(),
    "compound that leads away": compound(start=0x7FFFFFF0),
    "compound of a huge table": compound(fat=0x7FFFFFFF),
    "compound of huge sectors": compound(shift=31),
    "compound of no sectors": compound(shift=0),
    "compound cut": _CFB + b"\0" * 30,
}
_RTF = {
    "RTF 100,000 deep": b"{\\rtf1" + b"{" * 100_000,
    "RTF of unicode": b"{\\rtf1 \\uc99999\\u-99999999?\\u99999? \\'zz\\'" + b"\\u233?" * 20_000 + b"}",
    "RTF that embeds": b"{\\rtf1{\\object\\objdata 0105000002000000}{\\field{\\*\\fldinst DDEAUTO c:\\\\x}}{\\*\\template http://127.0.0.1:9/}}",
}
_CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nORGANIZER:mailto:x@evil.example\r\nATTENDEE;RSVP=TRUE:mailto:relances@comptoir.example\r\nSUMMARY:payé 2026-501\r\nATTACH:file:///etc/passwd\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nBonjour\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n"


def _sent(content: bytes, body: bytes, sender: str = BRUNO):
    return lambda scene: raw(
        scene, sender, body, content=content, thread=scene.statement(sender) if sender == BATIPLUS else b""
    )


def _both(*parts: bytes, kind: bytes = b"mixed", sender: str = BRUNO, text: str = "Bonjour"):
    content, body = multipart(text_part(text), *parts, kind=kind)
    return _sent(content, body, sender)


def _base(media: bytes, data: bytes) -> tuple[bytes, bytes]:
    import base64

    return b"Content-Type: " + media + b"\r\nContent-Transfer-Encoding: base64\r\n", base64.encodebytes(data)


_WHOLE = {
    "S/MIME of rubbish": _sent(
        *_base(b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", b"\x30\x80" * 2_000)
    ),
    "S/MIME 10,000 deep": _sent(
        *_base(b"application/pkcs7-mime; smime-type=signed-data", b"\x30\x84\x7f\xff\xff\xff" * 10_000)
    ),
    "S/MIME encrypted": _sent(*_base(b"application/pkcs7-mime; smime-type=enveloped-data", b"\x30\x03\x06\x01\x00")),
    "a bare compound file": lambda scene: compound(),
    "a bare TNEF": lambda scene: _TNEF + attribute(0x00069003, b"abc", 0x7FFFFFFF),
}

CASES: list[Case] = [
    *table(
        "an envelope of Outlook that lies opens nothing",
        ASKED,
        [
            (n, with_files(file_part(c, b'filename="winmail.dat"', b"application/ms-tnef"), text="Bonjour"))
            for n, c in _OPEN.items()
            if n.startswith(("TNEF", "packed"))
        ],
    ),
    *table(
        "a compound file that lies opens nothing",
        ASKED,
        [
            (n, with_files(file_part(c, b'filename="x.msg"', b"application/vnd.ms-outlook"), text="Bonjour"))
            for n, c in _OPEN.items()
            if n.startswith("compound")
        ],
    ),
    *table(
        "RTF is not followed",
        ASKED,
        [
            (n, with_files(file_part(c, b'filename="x.rtf"', b"application/rtf"), text="Bonjour"))
            for n, c in _RTF.items()
        ],
    ),
    *table(
        "a calendar orders nothing",
        ASKED,
        [
            ("calendar beside", _both(text_part(_CALENDAR, b"calendar; method=REQUEST"))),
            ("calendar instead", _both(text_part(_CALENDAR, b"calendar; method=REQUEST"), kind=b"alternative")),
        ],
    ),
    *table(
        "signatures and ciphers are words",
        ASKED,
        [
            ("PGP signed", by_owner(_SIGNED)),
            (
                "PGP encrypted",
                _both(
                    file_part(
                        b"-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----", b'filename="encrypted.asc"'
                    ),
                    kind=b"encrypted",
                ),
            ),
            (
                "PGP key",
                _both(
                    file_part(b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", b'filename="0x1.asc"', b"application/pgp-keys")
                ),
            ),
            (
                "S/MIME signature of rubbish",
                _both(file_part(b"\x30\x80", b'filename="smime.p7s"', b"application/pkcs7-signature"), kind=b"signed"),
            ),
            *[(n, m) for n, m in _WHOLE.items() if n.startswith("S/MIME")],
        ],
    ),
    *table(
        "bare files of Outlook in the inbox are nobody's mail",
        SILENT,
        [(n, m) for n, m in _WHOLE.items() if n.startswith("a bare")],
    ),
    *table(
        "vCards and programs are files",
        ASKED,
        [
            (
                "vCard",
                _both(
                    text_part(
                        "BEGIN:VCARD\r\nNOTE:payé 2026-501\r\nPHOTO;VALUE=uri:http://127.0.0.1:9/\r\nEND:VCARD\r\n",
                        b"vcard",
                    )
                ),
            ),
            (
                "program",
                _both(file_part(b"MZ\x90\0" + b"\0" * 300, b'filename="invoice.pdf.exe"', b"application/x-msdownload")),
            ),
            ("script", _both(file_part(b"WScript.Echo(1)", b'filename="invoice.js"', b"text/javascript"))),
            ("shortcut", _both(file_part(b"[InternetShortcut]\nURL=http://127.0.0.1:9/", b'filename="facture.url"'))),
            (
                "HTML page",
                _both(
                    file_part(
                        b"<script>location='http://127.0.0.1:9'</script>", b'filename="facture.html"', b"text/html"
                    )
                ),
            ),
        ],
    ),
    *table(
        "the same, enclosed by a debtor",
        SHOWN,
        [
            (
                f"{n} of a debtor",
                _both(
                    file_part(c, f'filename="{f}"'.encode()),
                    sender=BATIPLUS,
                    text="Je dois vérifier cela avec mon associé.",
                ),
            )
            for n, f, c in (
                ("program", "invoice.pdf.exe", b"MZ\x90\0" + b"\0" * 300),
                ("page", "facture.html", b"<script>1</script>"),
                ("envelope", "winmail.dat", _OPEN["TNEF within itself"]),
                ("compound", "x.msg", compound()),
                ("RTF", "x.rtf", _RTF["RTF that embeds"]),
            )
        ],
    ),
]
