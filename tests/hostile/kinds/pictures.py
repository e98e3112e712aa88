"""Pictures that claim or unpack to more points than a machine has memory for."""

from __future__ import annotations

import struct
import zlib

from tests.hostile.case import ASKED, REFUSED, SHOWN, Case, but, table
from tests.hostile.post import BATIPLUS, with_file


def png(width: int, height: int, data: bytes = b"", *, more: bytes = b"") -> bytes:
    """A PNG of this size, grey, whose points are this packed data."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0))
        + more
        + _chunk(b"IDAT", data)
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg(width: int, height: int) -> bytes:
    return (
        b"\xff\xd8\xff\xc0\x00\x11\x08"
        + struct.pack(">2H", height, width)
        + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
        + b"\0" * 5_000
        + b"\xff\xd9"
    )


_ZEROS = zlib.compress(b"\0" * 30_000_000, 9)
PICTURES = {
    "60,000 x 60,000": lambda: png(60_000, 60_000, _ZEROS),
    "2 thousand million wide": lambda: png(2**31 - 1, 1, _ZEROS),
    "nothing high": lambda: png(2_000, 0, b""),
    "rubbish points": lambda: png(2_000, 3_000, b"\xff" * 60_000),
    "text bomb": lambda: png(2_000, 3_000, b"", more=_chunk(b"zTXt", b"a\0\0" + _ZEROS) * 5),
    "colour profile bomb": lambda: png(2_000, 3_000, b"", more=_chunk(b"iCCP", b"a\0\0" + _ZEROS)),
    "a chunk that lies": lambda: png(2_000, 3_000)[:33] + b"\xff\xff\xff\xffIDAT" + b"\0" * 60_000,
    "JPEG of 65,000 x 65,000": lambda: jpeg(65_000, 65_000),
    "JPEG of rubbish": lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 300,
    "TIFF that loops": lambda: (
        b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + b"\0" * 12 + struct.pack("<I", 8) + b"\0" * 60_000
    ),
    "TIFF of huge strips": lambda: (
        b"II*\0\x08\0\0\0"
        + struct.pack("<H", 3)
        + struct.pack("<HHII", 256, 4, 1, 2**31)
        + struct.pack("<HHII", 257, 4, 1, 2**31)
        + struct.pack("<HHII", 273, 4, 2**30, 8)
        + b"\0" * 60_000
    ),
    "GIF of many frames": lambda: (
        b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff"
        + b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0" * 10_000
        + b";"
    ),
    "SVG that fetches": lambda: (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="http://127.0.0.1:9/x"/></svg>'
        + b" " * 60_000
    ),
    "BMP of lies": lambda: (
        b"BM" + struct.pack("<IIIIiiHH", 60_000, 0, 54, 40, 2**31 - 1, -(2**31), 1, 32) + b"\0" * 60_000
    ),
    "WebP of lies": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8L\xff\xff\xff\xff\x2f\xff\xff\xff\xff" + b"\0" * 60_000,
}
CASES: list[Case] = [
    *but(
        table(
            "a picture that cannot be read is told, and costs no memory",
            REFUSED,
            [(n, with_file(m, "scan.png")) for n, m in PICTURES.items()],
        ),
        # what cannot be a page is a logo or nothing
        **dict.fromkeys(
            (
                "2_thousand_million_wide",
                "nothing_high",
                "JPEG_of_rubbish",
                "GIF_of_many_frames",
                "SVG_that_fetches",
                "BMP_of_lies",
            ),
            ASKED,
        ),
    ),
    *table(
        "the same, enclosed by a debtor",
        SHOWN,
        [
            (
                f"{n} of a debtor",
                with_file(m, "scan.png", sender=BATIPLUS, text="Je dois vérifier cela avec mon associé."),
            )
            for n, m in PICTURES.items()
            if n in ("60,000 x 60,000", "text bomb", "SVG that fetches")
        ],
    ),
]
