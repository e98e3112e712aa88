"""Pictures that may show a page are told from logos and banners."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agent.intake.extract import looks_like
from agent.intake.pictures import may_be_page


def picture(width, height, kind):
    """A picture of this size."""
    target = io.BytesIO()
    Image.new("L", (width, height), 200).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "page"),
    [
        (picture(1240, 1754, "PNG"), True),
        (picture(1754, 1240, "JPEG"), True),
        (picture(600, 2000, "JPEG"), True),
        (picture(100, 100, "TIFF"), True),
        (b"\0\0\0\x18ftypheic" + bytes(70_000), True),
        (b"RIFF\0\0\0\0WEBP" + bytes(70_000), True),
        (picture(300, 120, "PNG"), False),
        (picture(1800, 600, "JPEG"), False),
        (b"\0\0\0\x18ftypheic", False),
        (b"\xff\xd8\xff\xe0", False),
        (b"", False),
    ],
)
def test_a_page_is_large_and_not_too_wide(content, page):
    """By the picture's own header; a banner is wide, a logo small."""
    assert may_be_page(content) is page
    assert (looks_like("f.bin", "application/octet-stream", content) == "scan") is page


@given(st.binary(max_size=300))
def test_no_header_breaks_it(rest):
    """Whatever follows the first bytes of a JPEG or PNG."""
    assert may_be_page(b"\xff\xd8\xff" + rest) in {True, False}
    assert may_be_page(b"\x89PNG\r\n\x1a\n" + rest) in {True, False}


def png(width, height):
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")


def jpeg(width, height, *before, marker=0xC0):
    """The beginning of a JPEG: other segments, then its frame."""
    frame = b"\xff" + bytes([marker]) + b"\0\x11\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xd8" + b"".join(before) + frame


def segment(marker, size=4):
    return b"\xff" + bytes([marker]) + size.to_bytes(2, "big") + bytes(size - 2)


@pytest.mark.parametrize(
    ("size", "page"),
    [
        ((500, 700), True),
        ((700, 500), True),
        ((499, 700), False),
        ((500, 699), False),
        ((1900, 1000), True),
        ((1901, 1000), False),
        ((500, 2000), True),
        ((500, 2001), False),
        ((1000, 1400), True),
    ],
)
@pytest.mark.parametrize("made", [png, jpeg])
def test_where_a_page_begins_and_ends(made, size, page):
    """At 500 by 700 pixels; up to 1.9 times as wide as high, and up to 4 times as high as wide."""
    assert may_be_page(made(*size)) is page


@pytest.mark.parametrize("brand", ["heic", "heix", "hevc", "mif1", "msf1"])
def test_formats_that_hide_their_size_are_judged_by_their_bytes(brand):
    """From sixty thousand on; a film is no picture."""
    heif, webp = b"\0\0\0\x18ftyp" + brand.encode(), b"RIFF\0\0\0\0WEBP"
    for start in (heif, webp):
        assert may_be_page(start + bytes(60_000 - len(start)))
        assert not may_be_page(start + bytes(59_999 - len(start)))
    assert not may_be_page(b"\0\0\0\x18ftypisom" + bytes(70_000))
    assert not may_be_page(b"RIFF\0\0\0\0WAVE" + bytes(70_000))
    assert not may_be_page(b"\0\0\0\x18free" + brand.encode() + bytes(70_000))
    assert not may_be_page(b"FFIR\0\0\0\0WEBP" + bytes(70_000))


@pytest.mark.parametrize("start", [b"II*\0", b"MM\0*"])
def test_every_tiff_may_be_a_page(start):
    """Scanners write them, and nobody draws a logo so."""
    assert may_be_page(start)


def test_a_jpegs_frame_is_found_behind_other_segments():
    """Whatever cameras write before it; tables that bear a number among the frames' are none (ITU-T T.81)."""
    for marker in (0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCF):
        assert may_be_page(jpeg(1000, 1400, segment(0xE0, 16), segment(0xDB, 67), marker=marker))
    for marker in (0xC4, 0xC8, 0xCC, 0xD0, 0xBF):
        assert not may_be_page(jpeg(1000, 1400, marker=marker))
        assert may_be_page(jpeg(1000, 1400, segment(marker, 300)))


def test_a_jpeg_without_end_is_given_up():
    """Five hundred segments are looked at."""
    assert may_be_page(jpeg(1000, 1400, *[segment(0xE1)] * 499))
    assert not may_be_page(jpeg(1000, 1400, *[segment(0xE1)] * 500))


@pytest.mark.parametrize("kept", range(2, 11))
def test_a_picture_that_breaks_off_is_no_page(kept):
    """Nobody can read it."""
    assert not may_be_page(jpeg(1000, 1400)[:kept])
    assert not may_be_page(png(1000, 1400)[: kept + 13])


def test_only_a_marker_begins_a_segment():
    """Other bytes in its place mean that the picture is broken."""
    whole = jpeg(1000, 1400, segment(0xE0, 16))
    assert may_be_page(whole)
    assert not may_be_page(whole.replace(b"\xff\xc0", b"\xfe\xc0"))


def test_a_picture_that_claims_millions_of_pixels_is_no_page():
    """All four bytes of a size count."""
    assert not may_be_page(png(1000, (1 << 24) + 1400))
    assert not may_be_page(png((1 << 24) + 1000, 1400))
