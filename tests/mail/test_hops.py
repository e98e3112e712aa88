"""The way a mail came, as mail-parser tells it."""

from agent.mail.hops import route

RAW = (
    b"Received: from mail.x.be (mail.x.be [192.0.2.1]) by mx.y.be (Postfix) with ESMTPS id A; Mon, 2 Nov 2026 10:00:05 +0100\r\n"
    b"Received: from [198.51.100.7] by mail.x.be with ESMTPSA id X; Mon, 2 Nov 2026 10:00:00 +0100\r\nFrom: a@b\r\n\r\nhi"
)


def test_hops_come_oldest_first_with_delay_and_address():
    """Who handed over to whom, when, and from where."""
    first, last = route(RAW).hops
    assert (first.ip, first.receiver, last.ip, last.delay) == ("198.51.100.7", "mail.x.be", "192.0.2.1", 5.0)
    assert last.at is not None
    assert last.at.isoformat().startswith("2026-11-02T10:00:05")


def test_defects_are_named():
    """A multipart that is never closed."""
    raw = b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi"
    assert "CloseBoundaryNotFoundDefect" in route(raw).defects


def test_anything_gives_a_route():
    """Bytes that are no mail, and headers that make parsers stumble."""
    for raw in (
        b"",
        b"\0",
        b"Received: " + b"(" * 5000 + b"\n\nx",
        b"Received: from a by\n\n",
        b"To: (c):\n\nx",
        b"Content-Type: " + b"x" * 99,
    ):
        assert isinstance(route(raw).hops, tuple)
