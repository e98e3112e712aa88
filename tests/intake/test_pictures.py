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
