"""Names of files: paths, devices, direction tricks and shells, in attachments and in archives. A file is kept by its hash alone."""

from __future__ import annotations

from tests.hostile.case import REFUSED, REGISTERED, SHOWN, Case, table
from tests.hostile.post import BATIPLUS, file_part, invoice, with_file, with_files
from tests.parsers.invoices.bombs import zipped

NAMES = {
    "up": "../../../../etc/cron.d/evil.pdf",
    "absolute": "/etc/passwd",
    "Windows up": "..\\..\\..\\windows\\evil.exe.pdf",
    "drive": "C:\\Windows\\System32\\evil.pdf",
    "share": "\\\\evil.example\\share\\x.pdf",
    "URL": "file:///etc/passwd",
    "device": "CON.pdf",
    "other device": "nul",
    "stream": "invoice.pdf::$DATA",
    "dot": ".",
    "dots": "..",
    "hidden": ".bashrc",
    "dash": "-rf",
    "home": "~/.ssh/authorized_keys",
    "blank": " ",
    "trailing dots": "invoice.pdf. . .",
    "long": "a" * 5000 + ".pdf",
    "long folders": "a/" * 3000 + "x.pdf",
    "long in bytes": "é" * 250 + ".pdf",
    "direction": "invoice\u202efdp.exe",
    "isolated": "\u2067invoice\u2066fdp.exe\u2069",
    "zero width": "in\u200bvo\u200dice\ufeff.pdf",
    "wide slash": "..\uff0f..\uff0fx.pdf",
    "fraction slash": "..\u2215..\u2044x.pdf",
    "percent": "..%2f..%2fx.pdf%00.exe",
    "shell": "$(id).pdf; rm -rf ~ | `id` &.pdf",
    "quotes": "a\"b'c<d>e|f?g*h.pdf",
    "marks": "i\u0301" + "\u0316" * 400 + ".pdf",
    "formula": "=cmd|' /C calc'!A0.pdf",
    "pile of endings": "invoice.pdf.exe.js.pdf.scr",
    "surrogate": "a\ud800b.pdf",
    "escape": "\x1b]0;evil\x07\x1b[2J.pdf",
}


def coded(name: str) -> bytes:
    """The parameter as RFC 2231 writes it."""
    return b"filename*=utf-8''" + "".join(f"%{b:02X}" for b in name.encode("utf-8", "surrogatepass")).encode()


_ODD = {
    "raw NUL": b'filename="a\0b.pdf"',
    "line ends": b'filename="a\r\n b\n\tc.pdf"',
    "twice": b'filename="a.pdf"; filename="../../b.exe"; filename*=utf-8\'\'..%2F..%2Fc.sh',
    "pieces": b'filename*0="../.."; filename*1="/../x"; filename*2*=%2Fy.pdf',
    "unknown charset": b"filename*=x-evil''%ff%fe.pdf",
    "never closed": b'filename="a.pdf',
    "encoded word": b'filename="=?utf-8?B?Li4vLi4vLi4vZXZpbC5wZGY=?="',
    "none": b"filename=",
}

CASES: list[Case] = [
    *table(
        "an invoice is kept under its hash, whatever its file is called",
        REGISTERED,
        [
            (f"invoice called {n}", with_files(file_part(invoice(), coded(w))))
            for n, w in NAMES.items()
            if n != "surrogate"
        ],
    ),
    *table(
        "what a debtor encloses is handed on under a clean name",
        SHOWN,
        [
            (
                f"enclosed as {n}",
                with_files(
                    file_part(b"%PDF-1.4 x", coded(w)), sender=BATIPLUS, text="Je dois vérifier cela avec mon associé."
                ),
            )
            for n, w in NAMES.items()
        ],
    ),
    *table(
        "parameters that are written in strange ways name nothing outside",
        REFUSED,
        [(f"written with {n}", with_files(file_part(b"%PDF-1.7 broken", w))) for n, w in _ODD.items()],
    ),
    *table(
        "a member of an archive is never unpacked to its path",
        REGISTERED,
        [
            (f"member called {n}", with_file(zipped({NAMES[n]: invoice()}), "z.zip"))
            for n in (
                "up",
                "absolute",
                "Windows up",
                "drive",
                "share",
                "dots",
                "direction",
                "long folders",
                "shell",
                "wide slash",
            )
        ],
    ),
]
