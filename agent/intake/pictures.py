"""Which attached pictures may show a page: scans and photographs, told from logos and banners by their size alone."""

from __future__ import annotations

_LEAST_SHORT, _LEAST_LONG = 500, 700
# A sheet of A4 is 1.41 times as long as wide, a photograph 1.78 at most; what is wider is a banner, what is higher may be a slip.
_WIDEST, _HIGHEST = 1.9, 4.0
# Formats whose size in pixels is not plain to see are judged by their bytes.
_LEAST_BYTES = 60_000
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
# JPEG's start-of-frame markers, ITU-T T.81 table B.1: all of C0 to CF but DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 500


def may_be_page(content: bytes) -> bool:
    """Whether these are the bytes of a picture (PNG, JPEG, TIFF, HEIC, WebP) that is large enough to show a page."""
    if content.startswith((b"II*\0", b"MM\0*")):
        return True
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return len(content) >= _LEAST_BYTES
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return len(content) >= _LEAST_BYTES
    size = _size(content)
    if size is None:
        return False
    width, height = size
    large = min(size) >= _LEAST_SHORT and max(size) >= _LEAST_LONG
    return large and width <= _WIDEST * height and height <= _HIGHEST * width


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG, None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    place = 2
    for _ in range(_MOST_SEGMENTS):
        segment = content[place : place + 9]
        if len(segment) < 9 or segment[0] != 0xFF:
            return None
        if segment[1] in _FRAMES:
            return int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big")
        place += 2 + int.from_bytes(segment[2:4], "big")
    return None
