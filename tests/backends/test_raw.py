"""The little that backends read of a mail themselves."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.raw import batches, header_block, message_id, slices, with_crlf
from agent.ports import MessageRef


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Message-ID: <a@b>\r\n\r\nx", "<a@b>"),
        (b"Subject: x\nMessage-Id:\n <a@b>\n\nx", "<a@b>"),
        (b"MESSAGE-ID :  <a@b>  \r\n\r\n", "<a@b>"),
        (b"Subject: x\r\n\r\nMessage-ID: <body@b>\r\n", ""),
        (b"X-Message-ID: <other@b>\r\n\r\n", ""),
        (b"Message-ID: <\xe9@b>\r\n\r\n", "<\ufffd@b>"),
        (b"", ""),
    ],
)
def test_the_message_id_is_found_in_the_head_alone(raw, expected):
    """Folded, oddly written, broken or absent; never in the body."""
    assert message_id(raw) == expected


def test_a_hostile_head_is_read_in_no_time():
    """Megabytes of folding do not hold up the daemon."""
    begun = time.monotonic()
    message_id(b"Message-ID:" + b"\r\n " * 1_000_000)
    message_id(b"Message-ID" + b" \t" * 1_000_000)
    message_id(b"Message-ID:\n" * 100_000)
    assert time.monotonic() - begun < 1.0


@given(st.binary())
def test_line_ends_become_crlf_and_stay_so(raw):
    """Every line ends with CRLF, doing it twice changes nothing, and nothing else is touched."""
    done = with_crlf(raw)
    assert with_crlf(done) == done
    assert done.replace(b"\r\n", b"").count(b"\r") == done.replace(b"\r\n", b"").count(b"\n") == 0
    assert done.replace(b"\r\n", b"") == raw.replace(b"\r", b"").replace(b"\n", b"")


@given(st.binary())
def test_the_head_is_a_beginning(raw):
    """The header block is where the mail begins, up to its first empty line."""
    assert raw.startswith(header_block(raw))
    assert b"\n\n" not in header_block(raw)


@given(st.lists(st.integers(0, 20)), st.integers(1, 5), st.integers(1, 30))
def test_batches_keep_order_and_bounds(sizes, count, size):
    """Every mail is in one batch, in order; none is over the bounds but a single large mail."""
    refs = [MessageRef(str(number), each) for number, each in enumerate(sizes)]
    groups = list(batches(refs, count, size))
    assert [ref for group in groups for ref in group] == refs
    assert all(len(group) <= count for group in groups)
    assert all(len(group) == 1 or sum(ref.size for ref in group) <= size for group in groups)
    assert [value for group in slices(sizes, count) for value in group] == sizes
