"""Mails of every make become values: nothing raises, nothing is lost."""

import base64

import pytest

from agent.mail.message import Address, parse_message

HEAD = "From: Jean Dupont <jean@debtor.example>\nTo: compta@creditor.example\nSubject: Facture\nMessage-ID: <1@debtor.example>\nDate: Mon, 16 Nov 2026 09:00:00 +0100\n"


def mail(body: str, head: str = HEAD) -> bytes:
    return (head + body).encode()


def test_a_plain_mail_gives_its_people_subject_date_and_text():
    """The header fields that matter are values."""
    message = parse_message(
        mail("Cc: A <a@x.example>, b@x.example\nReferences: <0@x> <00@x>\nIn-Reply-To: <0@x>\n\nBonjour\n")
    )
    assert message.sender == Address("jean@debtor.example", "Jean Dupont")
    assert [one.address for one in message.cc] == ["a@x.example", "b@x.example"]
    assert (message.subject, message.text) == ("Facture", "Bonjour")
    assert message.date is not None
    assert message.date.isoformat() == "2026-11-16T09:00:00+01:00"
    assert message.references == ("<0@x>", "<00@x>")
    assert message.in_reply_to == ("<0@x>",)
    assert message.message_id == "<1@debtor.example>"


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("utf-8", "payé".encode()),
        ("iso-8859-1", b"pay\xe9"),
        ("us-ascii", b"pay\xe9"),
        ("us-ascii", "payé".encode()),
        ("x-unknown", b"pay\xe9"),
        ("hex", b"pay\xe9"),
        ("utf-8", b"pay\xe9"),
        ("utf-7", b"pay+AOk-"),
        ("iso-8859-1", "payé".encode()),
        ("koi8-r", "payé".encode()),
    ],
)
def test_a_wrong_or_odd_charset_still_gives_the_text(charset, encoded):
    """The text is read in the claimed charset, or in what it really is."""
    assert (
        parse_message(HEAD.encode() + f"Content-Type: text/plain; charset={charset}\n\n".encode() + encoded).text
        == "payé"
    )


def test_a_text_never_holds_nul_or_lone_surrogates():
    """Whatever a charset yields can be stored."""
    message = parse_message(HEAD.encode() + b"Content-Type: text/plain; charset=utf-7\n\na\0+2AA-b")
    message.text.encode()
    assert "\0" not in message.text


def test_encoded_words_and_raw_bytes_in_headers_are_read():
    """RFC 2047 words, split in the middle of a character and with raw bytes in them, and plain 8-bit headers."""
    raw = b"From: =?utf-8?q?Ren=C3=A9e?= <r@x.example>\nSubject: =?utf-8?b?w6k=?= =?utf-8?b?w6k=?= fin\n\nx"
    assert (parse_message(raw).sender.name, parse_message(raw).subject) == ("Renée", "éé fin")
    assert parse_message(b"Subject: =?iso-8859-1?Q?Fr\xf6sche?=\n\nx").subject == "Frösche"
    assert parse_message("Subject: Échéance\n\nx".encode("latin-1")).subject == "Échéance"


def test_raw_headers_are_in_the_charset_of_the_text():
    """A program that writes its text in one charset writes its subject so too."""
    head = "Subject: Счёт\nContent-Type: text/plain; charset=koi8-r\n\nСчёт".encode("koi8-r")
    assert (parse_message(head).subject, parse_message(head).text) == ("Счёт", "Счёт")


def test_attachments_come_with_their_names_types_and_hashes():
    """Names in RFC 2231, in encoded words and raw; never a path or a direction trick."""
    part = "--b\nContent-Type: application/pdf; {}\nContent-Disposition: {}\nContent-Transfer-Encoding: base64\n\nJVBERg==\n"
    body = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nVoir pièces\n'
    body += part.format("name=a", "attachment; filename*=UTF-8''fact%C3%BCre.pdf")
    body += part.format('name="=?utf-8?q?=C3=A9t=C3=A9.pdf?="', "inline")
    body += part.format("name=x", 'attachment; filename="..\\\\..\\\\evil\u202efdp.exe"')
    message = parse_message(mail(body + "--b--\n"))
    assert [file.filename for file in message.attachments] == ["factüre.pdf", "été.pdf", "evilfdp.exe"]
    assert {file.content for file in message.attachments} == {b"%PDF"}
    assert message.attachments[1].inline
    assert message.text.startswith("Voir")


def test_an_alternative_gives_the_plain_text_and_the_html():
    """The text is the plain part; an empty one gives way to what the HTML shows."""
    body = "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n{}\n--b\nContent-Type: text/html\n\n<p>riche</p>\n--b--\n"
    assert parse_message(mail(body.format("simple"))).text == "simple"
    assert parse_message(mail(body.format(" "))).text == "riche"
    assert "<p>" in parse_message(mail(body.format("simple"))).html


def test_a_mail_within_a_mail_is_opened():
    """message/rfc822 and .eml files carry their message."""
    inner = "From: x@y.example\nSubject: dedans\n\ncorps"
    body = f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b\nContent-Type: application/octet-stream; name=a.eml\n\n{inner}\n--b--\n"
    message = parse_message(mail(body))
    assert [file.message and file.message.subject for file in message.attachments] == ["dedans", "dedans"]


def test_broken_structures_keep_their_text():
    """No boundary, a missing end, headers without a semicolon, two content types: the words are still there."""
    assert parse_message(mail("Content-Type: multipart/mixed\n\nseul\n")).text == "seul"
    assert parse_message(mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nouvert")).text == "ouvert"
    assert parse_message(mail("Content-Type: multipart/mixed; boundary=zz\n\nautre chose")).text == "autre chose"
    glued = "Content-Type: multipart/mixed\n\tboundary=b\n\n--b\nContent-Disposition: ;\n\tfilename=x.png\nContent-Type: image/png\n\nAA\n--b--\n"
    assert [file.filename for file in parse_message(mail(glued)).attachments] == ["x.png"]
    twice = "Content-Type: multipart/alternative; boundary=b\nContent-Type: text/plain\n\nPlain\n--b\nContent-Type: text/html\n\n<p>x\n--b--\n"
    assert "Plain" in parse_message(mail(twice)).text


def test_base64_that_is_none_and_padded_pieces_are_kept():
    """What is not what it claims to be stays as it came; pieces with padding in between are read whole."""
    head = "Content-Transfer-Encoding: base64\n\n"
    assert parse_message(mail(head + "Bonjour, ceci n'est pas du base64 !")).text.startswith("Bonjour")
    assert parse_message(mail(head + "Qm9uag==\nb3Vy")).text == "Bonjour"


def test_flowed_text_is_joined():
    """RFC 3676: a line that ends with a space goes on; the signature separator does not."""
    text = parse_message(mail("Content-Type: text/plain; format=flowed\n\nune phrase \nlongue\n-- \nJean\n")).text
    assert text.split("\n") == ["une phrase longue", "-- ", "Jean"]


def test_uuencoded_files_in_the_text_are_found():
    """Files from before MIME."""
    message = parse_message(mail("\nVoici\n\nbegin 644 a.txt\n#86)C\n`\nend\n"))
    assert [(file.filename, file.content) for file in message.attachments] == [("a.txt", b"abc")]


def test_a_calendar_part_is_noted():
    """An invitation is no reply."""
    body = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--\n"
    assert parse_message(mail(body)).calendar


def test_an_opaque_smime_signature_is_opened():
    """The text and files inside a signed object are the mail's (RFC 8551 §3.5.2), in definite and streamed lengths."""
    inner = b"Content-Type: text/plain\n\nsigned words"
    oid = bytes.fromhex("06092a864886f70d010702")
    data = bytes.fromhex("06092a864886f70d010701")

    def tlv(tag: int, content: bytes) -> bytes:
        return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content

    def build(octets: bytes) -> bytes:
        signed = tlv(0x30, b"\x02\x01\x01" + b"\x31\x00" + tlv(0x30, data + tlv(0xA0, octets)))
        return tlv(0x30, oid + tlv(0xA0, signed))

    streamed = b"\x24\x80" + tlv(0x04, inner[:10]) + tlv(0x04, inner[10:]) + b"\0\0"
    for octets in (tlv(0x04, inner), streamed):
        encoded = base64.encodebytes(build(octets)).decode()
        body = f"Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: base64\n\n{encoded}"
        assert parse_message(mail(body)).text == "signed words"


def test_deep_nesting_ends_and_is_named():
    """Multiparts and mails within mails stop at a bound."""
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(200))
    assert "nested too deeply" in parse_message(mail(deep)).defects
    parse_message(mail("Content-Type: message/rfc822\n\n" * 500))


@pytest.mark.parametrize("raw", [b"", b"\n", b"\0", b"\xff\xfe", b"From", b"From: \n", b": x\n\n", b"a" * 5000])
def test_bytes_that_are_no_mail_give_a_message(raw):
    """Any bytes are a value."""
    assert parse_message(raw).raw_size == len(raw)
