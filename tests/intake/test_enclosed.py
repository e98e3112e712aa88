"""Which files of an answer are read."""

import pytest

from agent.intake.enclosed import enclosures_of
from agent.intake.extract import File, looks_like


def file(name, content=b"x"):
    return File(name, "application/octet-stream", content, name, looks_like(name, "", content))


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("preuve.pdf", b"%PDF-1.7", True),
        ("remittance.XLSX", b"PK\x03\x04", True),
        ("remittance.tsv", b"a\tb", True),
        ("remittance.bin", b"<Invoice/>", True),
        ("photo.jpg", b"II*\0", True),
        ("releve.sta", b":20:START", False),
        ("paiement.csv", b"a;b", True),
        ("logo.gif", b"GIF89a", False),
        ("setup.exe", b"MZ", False),
        ("lettre.docx", b"PK\x03\x04", False),
        ("smime.p7s", b"0", False),
    ],
)
def test_only_what_may_say_something_is_read(name, content, wanted):
    """Programs, logos and signatures are left alone."""
    assert bool(enclosures_of([file(name, content)])) is wanted


def test_no_more_than_six_are_read_and_none_that_is_too_large():
    """A debtor encloses a proof, not an archive."""
    assert len(enclosures_of([file(f"{n}.csv") for n in range(20)])) == 6
    assert enclosures_of([file("x.csv", b"1" * 16_000_000)]) == ()


def test_what_is_too_large_is_left_out_and_what_just_fits_is_read():
    """Fifteen million bytes."""
    assert len(enclosures_of([file("x.csv", b"1" * 15_000_000)])) == 1
    assert enclosures_of([file("x.csv", b"1" * 15_000_001)]) == ()


def test_pictures_are_read_last_and_the_others_in_their_order():
    """A picture of a page is hard to read and often only a signature's; six files do not leave room for all."""
    files = [file("photo.tif", b"II*\0"), *(file(f"{n}.csv") for n in range(6))]
    assert [f.filename for f in enclosures_of(files[:3])] == ["0.csv", "1.csv", "photo.tif"]
    assert [f.filename for f in enclosures_of(files)] == [f"{n}.csv" for n in range(6)]
