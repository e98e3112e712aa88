"""Archives that unpack without end, lie about their members, or hold what none should."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from functools import cache

from tests.hostile.case import ASKED, NO_TABLE, REFUSED, REGISTERED, SHOWN, Case, but, table
from tests.hostile.post import BATIPLUS, invoice, with_file
from tests.parsers.invoices.bombs import zipped

_BIG = 30_000_000


@cache
def bomb() -> bytes:
    """120 MB of zeros in 120 kB."""
    return zipped({f"{n}.pdf": b"\0" * _BIG for n in range(4)})


@cache
def nested(depth: int = 20) -> bytes:
    content = invoice()
    for _ in range(depth):
        content = zipped({"a.zip": content})
    return content


def many(count: int = 5_000) -> bytes:
    return zipped({f"{n}.xml": b"<x/>" for n in range(count)})


@cache
def overlapping(count: int = 1_000) -> bytes:
    """Members that all point at the same packed bytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packed.compress(b"\0" * 5_000_000) + packed.flush()
    crc = zlib.crc32(b"\0" * 5_000_000)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(kernel), 5_000_000, 5, 0) + b"0.pdf" + kernel
    central = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(kernel), 5_000_000, 5, 0, 0, 0, 0, 0, 0)
        + b"0.pdf"
        for _ in range(count)
    )
    return local + central + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(central), len(local), 0)


def lying(size: int) -> bytes:
    """A member that says it is of another size than it is."""
    made = bytearray(zipped({"f.xml": invoice()}))
    for mark, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = made.find(mark) + place
        made[at : at + 4] = struct.pack("<I", size)
    return bytes(made)


def zip64() -> bytes:
    """An end record that sends its reader to the end of the world."""
    made = zipped({"f.xml": invoice()})
    at = made.find(b"PK\5\6")
    far = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1 << 62, 1 << 62, 1 << 62, 1 << 62)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
    return (
        made[:at]
        + far
        + locator
        + made[at:-22]
        + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    )


def linked() -> bytes:
    """A symbolic link to a file of this machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("invoice.xml")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def flagged(flag: int = 1, method: int | None = None) -> bytes:
    """A member that says it is encrypted, or packed in another way."""
    made = bytearray(zipped({"f.pdf": b"%PDF-1.4 x" * 20}))
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = made.find(mark) + place
        made[at : at + 2] = struct.pack("<H", flag)
        if method is not None:
            made[at + 2 : at + 4] = struct.pack("<H", method)
    return bytes(made)


def twice() -> bytes:
    """Two members of one name, of which different readers take another."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("f.xml", invoice("2026-601"))
        archive.writestr("f.xml", invoice("2026-602"))
    return out.getvalue()


# a ZIP that holds itself: the first member is the archive's own beginning, said to be as long as the whole
def quine() -> bytes:
    body = zipped({"q.zip": b"PK\3\4" * 500})
    return body.replace(b"PK\3\4" * 20, body[: 4 * 20], 1)


def workbook(sheet: bytes, more: dict[str, bytes] | None = None) -> bytes:
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    book = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets><sheet name="a" sheetId="1"/></sheets></workbook>'
    return zipped(
        {"[Content_Types].xml": types, "xl/workbook.xml": book, "xl/worksheets/sheet1.xml": sheet} | (more or {})
    )


_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
_CASES = {
    "bomb": bomb,
    "bomb in archives": lambda: zipped({"a.zip": zipped({"b.zip": bomb()})}),
    "20 deep": nested,
    "5,000 members": many,
    "overlapping members": overlapping,
    "size said too small": lambda: lying(3),
    "size said huge": lambda: lying(2**31),
    "zip64 lies": zip64,
    "symbolic link": linked,
    "encrypted": flagged,
    "unknown method": lambda: flagged(0, 99),
    "LZMA": lambda: flagged(0, 14),
    "quine": quine,
    "cut": lambda: zipped({"f.xml": invoice()})[:-40],
    "only an end": lambda: b"PK\3\4" + b"PK\5\6" + b"\0" * 18,
    "end that lies": lambda: zipped({"f.xml": b"x"})[:-6] + b"\xff\xff\xff\xff\0\0",
    "name of 60,000 letters": lambda: zipped({"a" * 60_000 + ".pdf": b"%PDF-1.4"}),
    "comment of 60,000 bytes": lambda: zipped({"f.pdf": b"%PDF-1.4"})[:-2] + b"\x60\xea" + b"PK\5\6" * 15_000,
    "only folders": lambda: zipped({f"{n}/": b"" for n in range(500)}),
}
CASES: list[Case] = [
    *but(
        table(
            "an archive ends at its bounds, and its sender is told",
            REFUSED,
            [(n, with_file(c, "z.zip")) for n, c in _CASES.items()],
        ),
        # sizes are believed only as far as they are read: the invoice within is whole
        size_said_huge=REGISTERED,
        symbolic_link=ASKED,
        only_an_end=ASKED,
    ),
    *table(
        "the same, enclosed by a debtor",
        SHOWN,
        [
            (
                f"{n} of a debtor",
                with_file(_CASES[n], "z.zip", sender=BATIPLUS, text="Je dois vérifier cela avec mon associé."),
            )
            for n in _CASES
            if n in ("bomb", "20 deep", "zip64 lies", "encrypted", "quine", "cut")
        ],
    ),
    *table(
        "what is packed otherwise is not unpacked",
        ASKED,
        [
            ("gzip bomb", with_file(lambda: gzip.compress(b"\0" * _BIG), "f.pdf.gz")),
            ("tar", with_file(b"../../evil\0" + b"\0" * 246 + b"ustar" + b"\0" * 1000, "f.tar")),
            ("rar", with_file(b"Rar!\x1a\x07\x00" + b"\xff" * 500, "f.rar")),
            ("7z", with_file(b"7z\xbc\xaf\x27\x1c" + b"\xff" * 500, "f.7z")),
        ],
    ),
    *table(
        "two members of one name are two files",
        REGISTERED.with_(events=("InvoiceRegistered",) * 2, letters=("acknowledgement",)),
        [("one name twice", with_file(twice, "z.zip"))],
    ),
    *table(
        "a workbook that unpacks without end, or runs something, is only a table that says nothing",
        NO_TABLE,
        [
            ("workbook bomb", with_file(lambda: workbook(b" " * 30_000_000), "f.xlsx")),
            (
                "workbook of shared laughs",
                with_file(
                    lambda: workbook(
                        b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'
                        + _SHEET % b"<row><c><v>&b;</v></c></row>"
                    ),
                    "f.xlsx",
                ),
            ),
            (
                "workbook of many cells",
                with_file(lambda: workbook(_SHEET % (b"<row>" + b"<c><v>1</v></c>" * 100_000 + b"</row>")), "f.xlsx"),
            ),
            (
                "workbook with far cells",
                with_file(
                    lambda: workbook(_SHEET % b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "f.xlsx"
                ),
            ),
            (
                "workbook with macros",
                with_file(
                    lambda: workbook(
                        _SHEET % b"<row><c><f>1+1</f><v>2</v></c></row>", {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
                    ),
                    "f.xlsm",
                ),
            ),
            ("workbook that is none", with_file(b"PK\3\4 no workbook", "f.xlsx")),
        ],
    ),
]
