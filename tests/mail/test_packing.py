"""A packed mail gives the very same bytes again, or nothing."""

import base64
import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.mail.packing import packed, unpacked

DOCUMENT = bytes(range(256)) * 40
KEPT = {hashlib.sha256(DOCUMENT).hexdigest(): DOCUMENT}


def mail(width, newline, ending=b"\r\n--x--\r\n"):
    text = base64.b64encode(DOCUMENT)
    return b"Subject: x\r\n\r\n" + newline.join(text[a : a + width] for a in range(0, len(text), width)) + ending


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
@pytest.mark.parametrize("width", [57, 64, 76, 900])
@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n--x--\r\n"])
def test_an_attachment_that_is_kept_is_left_out_and_put_back(width, newline, ending):
    """Whatever the width of its lines and their ends."""
    raw = mail(width, newline, ending)
    assert unpacked(packed(raw, KEPT.get), KEPT.get) == raw


def test_what_is_left_out_takes_no_room():
    """A mail whose file is kept is packed to a few hundred bytes."""
    assert len(packed(mail(76, b"\r\n"), KEPT.get)) < 300


def test_a_document_that_is_gone_or_changed_gives_nothing():
    """Half a mail is no original."""
    content = packed(mail(76, b"\r\n"), KEPT.get)
    assert unpacked(content, {}.get) is None
    assert unpacked(content, dict.fromkeys(KEPT, b"another").get) is None


def test_what_was_never_packed_is_no_mail():
    """Neither foreign bytes nor a changed packing come back as a mail."""
    assert unpacked(b"hello", KEPT.get) is None
    assert unpacked(zlib.compress(b"hello"), KEPT.get) is None
    changed = zlib.decompress(packed(b"Subject: paid\n", KEPT.get)).replace(b"paid", b"open")
    assert unpacked(zlib.compress(changed), KEPT.get) is None


@given(st.lists(st.sampled_from([b"A" * 76, b"QUJD" * 19, b"x y", b"", b"=", b"A" * 75, b"B" * 999]), max_size=30))
def test_any_bytes_come_back(lines):
    """Lines that look like base64 and are none, of any length, are kept as they are."""
    for newline in (b"\n", b"\r\n", b"\r"):
        raw = newline.join(lines)
        assert unpacked(packed(raw, KEPT.get), KEPT.get) == raw
