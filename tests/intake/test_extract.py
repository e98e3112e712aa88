"""Which files of a mail are taken, however they travel."""

import hashlib
import io
import zipfile
from dataclasses import replace
from email.message import EmailMessage

import pytest

from agent.intake.extract import File, attached_messages, files_of, looks_like
from agent.mail.message import Attachment, parse_message

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


def test_folders_in_an_archive_take_no_files_place():
    """Nothing is left out without a word: thirty folders and forty files are forty files."""
    folders = [(f"{n}/", b"") for n in range(30)]
    files = [(f"{n}/{n}.bin", f"{n}".encode()) for n in range(40)]
    content = archive(*folders, *files)
    names, said = found(mail(("x.zip", content, "application/zip", "attachment")))
    assert (len(names), said) == (40, ())


@pytest.mark.parametrize(("archives", "problems"), [(10, ()), (11, ("too_many",))])
def test_four_hundred_members_are_looked_at_and_no_more(archives, problems):
    """Of all archives of a mail together."""
    files = archive(*((f"{n}.bin", b"x") for n in range(40)))
    attached = [(f"{n}.zip", files + b"\0" * n, "application/zip", "attachment") for n in range(archives)]
    assert found(mail(*attached)) == ([("0.bin", "other")], problems)


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


def test_a_file_is_named_by_its_bytes():
    """Name, type, bytes, SHA-256 and what it looks like go with it; out of an archive the type is unknown."""
    whole, _ = files_of(parse_message(mail(("f.pdf", PDF, "application/pdf", "inline")).as_bytes()))
    digest = hashlib.sha256(PDF).hexdigest()
    assert whole == (File("f.pdf", "application/pdf", PDF, digest, "pdf"),)
    zipped = mail(("x.zip", archive(("dir\\f.pdf", PDF)), "application/zip", "attachment"))
    assert files_of(parse_message(zipped.as_bytes()))[0] == (
        File("f.pdf", "application/octet-stream", PDF, digest, "pdf"),
    )


def many(count, kind="application/octet-stream"):
    return [(f"{n}.bin", f"{n}".encode(), kind, "attachment") for n in range(count)]


@pytest.mark.parametrize(("count", "problems"), [(40, ()), (41, ("too_many",))])
def test_forty_files_are_taken_and_more_are_named(count, problems):
    """The rest is said to be left out, never silently."""
    files, said = found(mail(*many(count)))
    assert (len(files), said) == (40, problems)


def test_the_same_bytes_again_are_no_further_file():
    """They stand in no place of another one; the first name counts."""
    files, said = found(mail(*many(39), *[("again.bin", b"0", "application/octet-stream", "attachment")] * 5))
    assert (len(files), said) == (39, ())
    assert files[0] == ("0.bin", "other")


def bombs(*sizes):
    """Archives in one mail, each with a file of so many zeros."""
    return [
        (f"{n}.zip", archive((f"{n}.bin", b"\0" * size)), "application/zip", "attachment")
        for n, size in enumerate(sizes)
    ]


@pytest.mark.parametrize(
    ("sizes", "taken", "problems"),
    [
        ((60_000_000,), 1, ()),
        ((60_000_001,), 0, ("too_large",)),
        ((30_000_000, 29_999_999, 1), 3, ()),
        ((30_000_000, 30_000_001, 5), 2, ("too_large",)),
    ],
)
def test_sixty_million_bytes_are_unpacked_and_no_more(sizes, taken, problems):
    """Of one archive or of all together; what still fits beside it is taken."""
    files, said = found(mail(*bombs(*sizes)))
    assert (len(files), said) == (taken, problems)


def test_files_beside_each_other_are_measured_together():
    """What is beyond sixty million bytes of one mail is left out and said to be; what came before it is read."""
    plain = parse_message(mail().as_bytes())
    sizes = (30_000_000, 29_999_999, 1, 1, 5)
    parts = tuple(Attachment(f"{n}.bin", "application/x", bytes([n]) * size, "") for n, size in enumerate(sizes))
    files, said = files_of(replace(plain, attachments=parts))
    assert ([f.filename for f in files], said) == (["0.bin", "1.bin", "2.bin"], ("too_large",))
    assert files_of(replace(plain, attachments=parts[:3]))[1] == ()


def test_a_bomb_is_never_asked_for_more_than_there_is_room_for(monkeypatch):
    """It would be in memory before anybody could measure it."""
    asked, read = [], zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda file, n=-1: asked.append(n) or read(file, n))
    found(mail(*bombs(30_000_000, 30_000_001)))
    assert asked == [60_000_001, 30_000_001]


def test_a_member_that_is_encrypted_is_named_and_the_others_are_taken():
    """One of them must not hide the rest, and neither must one of a rare method or a folder."""
    raw = bytearray(archive(("a.pdf", PDF), ("folder/", b""), ("b.xml", XML)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    assert found(mail(("x.zip", bytes(raw), "application/zip", "attachment"))) == (
        [("b.xml", "xml")],
        ("encrypted_zip",),
    )
    raw = bytearray(archive(("a.pdf", PDF), ("b.xml", XML)))
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        raw[raw.index(mark) + offset] = zipfile.ZIP_BZIP2
    assert found(mail(("x.zip", bytes(raw), "application/zip", "attachment"))) == ([("b.xml", "xml")], ("broken_zip",))


def dolls(depth, content=PDF):
    """A file in so many archives, one in the other."""
    packed_up = archive(("f.pdf", content))
    for _ in range(depth - 1):
        packed_up = archive(("doll.zip", packed_up))
    return packed_up


@pytest.mark.parametrize(("depth", "taken"), [(4, True), (5, False)])
def test_archives_are_opened_four_deep(depth, taken):
    """What lies deeper is said to be left out."""
    files, said = found(mail(("x.zip", dolls(depth), "application/zip", "attachment")))
    assert (files, said) == (([("f.pdf", "pdf")], ()) if taken else ([], ("too_many",)))


def nested(depth, *files):
    made = mail(*files)
    for _ in range(depth):
        made = mail(nested=made)
    return made


@pytest.mark.parametrize(("depth", "taken"), [(4, True), (5, False)])
def test_mails_in_mails_are_followed_four_deep(depth, taken):
    """A thread that is forwarded as attachment again and again ends."""
    assert bool(found(nested(depth, ("f.pdf", PDF, "application/pdf", "attachment")))[0]) is taken


def test_mails_and_archives_share_their_depth():
    """Two mails deep only two archives are opened."""
    for depth, taken in ((2, True), (3, False)):
        files, _ = found(nested(2, ("x.zip", dolls(depth), "application/zip", "attachment")))
        assert bool(files) is taken


def test_what_lies_behind_a_mail_that_is_too_deep_is_still_taken():
    """One attachment too deep hides no other one."""
    made = mail(nested=nested(6))
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="f.pdf")
    assert found(made)[0] == [("f.pdf", "pdf")]


def test_attached_mails_are_told_outermost_first():
    """With those attached to them, each followed at once by its own."""

    def titled(subject, *inner):
        made = mail()
        made.replace_header("Subject", subject)
        for one in inner:
            made.add_attachment(one)
        return made

    whole = titled("a", titled("b", titled("c")), titled("d"))
    assert [m.subject for m in attached_messages(parse_message(whole.as_bytes()))] == ["b", "c", "d"]
    assert list(attached_messages(parse_message(mail(("f.pdf", PDF, "application/pdf", "inline")).as_bytes()))) == []


@pytest.mark.parametrize(
    ("name", "media", "content", "looks"),
    [
        ("x", "", b"." * 1019 + b"%PDF-", "pdf"),
        ("x", "", b"." * 1020 + b"%PDF-", "other"),
        ("x.bin", "", b"\xef\xbb\xbf \t\r\n<Invoice>", "xml"),
        ("x.bin", "", b"<html>", "other"),
        ("X.XML", "", b"<anything/>", "xml"),
        ("x.bin", "", b"<CreditNote/>", "xml"),
        ("x.bin", "", b"<a>" + b"." * 1990 + b"nvoice", "xml"),
        ("x.bin", "", b"<a>" + b"." * 1992 + b"nvoice", "other"),
        ("x.bin", "", b"<a>" + b"." * 1987 + b"CreditNote", "xml"),
        ("x.bin", "", b"<a>" + b"." * 1988 + b"CreditNote", "other"),
        ("x.bin", "", b"X<Invoice>", "other"),
        ("x.bin", "", b" " * 1020 + b"PK\x03\x04", "zip"),
        ("x.bin", "", b" " * 1021 + b"PK\x03\x04", "other"),
        ("x.xml", "", b"no markup", "other"),
        ("X.XLSM", "", b"PK\x03\x04", "sheet"),
        ("X.DOCX", "", b"PK\x03\x04", "other"),
        ("x.ods", "", b"PK\x03\x04", "other"),
        ("x.odt", "", b"PK\x03\x04", "other"),
        ("x.pdf", "", b"PK\x03\x04", "zip"),
        ("x.xlsx", "", b"no archive", "other"),
        ("EXPORT.CSV", "", b"a;b", "statement"),
        ("x.txt", "", b":20:START\n:25:BE", "statement"),
        ("x.bin", "image/gif", b"GIF89a", "picture"),
        ("x.gif", "text/image/gif", b"GIF89a", "other"),
    ],
)
def test_bytes_are_asked_before_the_name_and_the_name_before_the_type(name, media, content, looks):
    """So a wrong name or type hides no invoice."""
    assert looks_like(name, media, content) == looks
