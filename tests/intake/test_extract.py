"""Which files of a mail are taken, however they travel."""

import io
import zipfile
from email.message import EmailMessage

import pytest

from agent.intake.extract import files_of, looks_like
from agent.mail.message import parse_message

PDF, XML = b"%PDF-1.7\nrest", b'<?xml version="1.0"?><Invoice/>'


def mail(*files, nested=None):
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", "x"
    made.set_content("text")
    for name, content, kind, disposition in files:
        main, sub = kind.split("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name, disposition=disposition)
    if nested is not None:
        made.add_attachment(nested)
    return made


def found(made):
    files, problems = files_of(parse_message(made.as_bytes()))
    return [(f.filename, f.looks) for f in files], problems


def archive(*entries, password=False):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    raw = bytearray(buffer.getvalue())
    if password:  # the flag bit of an encrypted member, in both headers
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            raw[raw.index(mark) + offset] |= 1
    return bytes(raw)


@pytest.mark.parametrize("kind", ["application/pdf", "application/octet-stream"])
@pytest.mark.parametrize("disposition", ["attachment", "inline"])
def test_a_pdf_is_found_by_its_bytes(kind, disposition):
    """Disposition and media type lie; the first bytes do not."""
    assert found(mail(("f.pdf", PDF, kind, disposition)))[0] == [("f.pdf", "pdf")]


def test_files_of_an_attached_mail_are_found():
    """A forward as attachment, also of a forward."""
    inner = mail(nested=mail(("f.pdf", PDF, "application/pdf", "attachment")))
    assert found(mail(nested=inner))[0] == [("f.pdf", "pdf")]


def test_archives_are_unpacked_also_in_archives():
    """Names lose their folders, so that nothing points out of its place."""
    zipped = archive(("a/../../../etc/f.pdf", PDF), ("inner.zip", archive(("g.xml", XML))))
    assert found(mail(("x.zip", zipped, "application/zip", "attachment")))[0] == [("f.pdf", "pdf"), ("g.xml", "xml")]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (archive(("f.pdf", PDF), password=True), "encrypted_zip"),
        (b"PK\x03\x04" + b"rubbish" * 40, "broken_zip"),
        (archive(("bomb.pdf", b"\0" * 70_000_000)), "too_large"),
    ],
)
def test_archives_that_cannot_be_opened_are_named(content, problem):
    """Encrypted, broken, a bomb: the rest of the mail is still read."""
    files, problems = found(
        mail(
            ("x.zip", content, "application/zip", "attachment"),
            ("f.pdf", PDF, "application/pdf", "attachment"),
        )
    )
    assert problem in problems
    assert ("f.pdf", "pdf") in files


def test_archives_are_not_followed_for_ever():
    """A Russian doll of archives ends."""
    doll = archive(("f.pdf", PDF))
    for _ in range(12):
        doll = archive(("doll.zip", doll))
    files, problems = found(mail(("doll.zip", doll, "application/zip", "attachment")))
    assert (files, problems) == ([], ("too_many",))


def packed(content, method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        file.writestr("f.pdf", content)
    return buffer.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archives_of_rare_methods_are_not_opened(method):
    """Python would unpack their members whole, gibibytes from a kilobyte, whatever part is asked for."""
    content = packed(PDF, method)
    assert found(mail(("x.zip", content, "application/zip", "attachment"))) == ([], ("broken_zip",))


def test_all_archives_of_a_mail_are_measured_together():
    """Forty archives of forty archives of forty files, the same ones again and again, end after some hundred."""
    files = archive(*((f"{n}.bin", b"x") for n in range(40)))
    middle = archive(*((f"{n}.zip", files) for n in range(40)))
    outer = archive(*((f"{n}.zip", middle) for n in range(40)))
    assert found(mail(("x.zip", outer, "application/zip", "attachment"))) == ([("0.bin", "other")], ("too_many",))


def test_the_bytes_of_all_archives_of_a_mail_are_measured_together():
    """Archives in archives unpack no more than one alone may."""
    inner = archive(("a.bin", b"PK\x03\x04" + b"\0" * 25_000_000))
    outer = archive(*((f"{n}.zip", inner) for n in range(9)))
    assert "too_large" in found(mail(("x.zip", outer, "application/zip", "attachment")))[1]


def test_a_member_that_is_damaged_inside_is_said_to_be():
    """Also when it is the compressed data, not the archive around them, that is broken."""
    content = bytearray(packed(bytes(range(256)) * 40, zipfile.ZIP_DEFLATED))
    content[60:90] = b"\xff" * 30
    assert found(mail(("x.zip", bytes(content), "application/zip", "attachment"))) == ([], ("broken_zip",))


def test_the_same_bytes_are_taken_once():
    """An invoice attached twice is one file."""
    one = ("f.pdf", PDF, "application/pdf", "attachment")
    assert len(found(mail(one, one))[0]) == 1


@pytest.mark.parametrize(
    ("name", "content", "looks"),
    [
        ("x.bin", b"\n%PDF-1.4", "pdf"),
        ("x.txt", b'\xef\xbb\xbf<?xml version="1.0"?><ubl:Invoice>', "xml"),
        ("x.xml", b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>", "statement"),
        ("x.ofx", b"OFXHEADER:100", "statement"),
        ("x.sta", b":20:START", "statement"),
        ("export.csv", b"Date;Montant", "statement"),
        ("x.xlsx", b"PK\x03\x04", "sheet"),
        ("logo.png", b"\x89PNG", "other"),
    ],
)
def test_what_a_file_looks_like(name, content, looks):
    """By its bytes first, by its name second."""
    assert looks_like(name, "application/octet-stream", content) == looks
