"""An archive says of itself whether it is what was made, and its names are harmless wherever it is unpacked."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reports.bundle import MANIFEST, Exhibit, archive, checked, safe_name

SECRET = b"the secret of the books"
CASE = {"creditor": "Lefèvre (lefevre)", "debtor": "Brasserie (d1)"}
EVENTS = ((3, "a" * 64), (9, "b" * 64))
FILES = (
    Exhibit("mails/001 in.eml", "mail_in", b"Subject: x\r\n\r\nWe shall pay.", at=datetime(2026, 3, 1, 9, tzinfo=UTC)),
    Exhibit("invoices/002 2026-118.pdf", "invoice_copy", b"%PDF-1.4"),
)


def made(files=FILES, secret=SECRET):
    return archive(CASE, EVENTS, files, secret)


def rewritten(content, change):
    """The archive with its files changed by `change(dict of name to bytes)`."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, body in files.items():
            zipped.writestr(name, body)
    return out.getvalue()


def test_the_same_files_give_the_same_bytes():
    """Whatever the order in which they come."""
    assert made() == made(tuple(reversed(FILES)))


def test_a_whole_archive_is_whole_and_sealed():
    """By the books that made it, not by others; without a secret nobody can say."""
    assert checked(made(), SECRET).problems == ()
    assert checked(made(), SECRET).sealed is True
    assert checked(made(), b"another").sealed is False
    assert checked(made()).sealed is None


CHANGES = {
    "changed": lambda files: files.update({"mails/001 in.eml": b"Subject: x\r\n\r\nWe shall not pay."}),
    "missing": lambda files: files.pop("invoices/002 2026-118.pdf"),
    "added": lambda files: files.update({"mails/003 in.eml": b"forged"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_found(what):
    """A file that was changed, left out or added is named."""
    verdict = checked(rewritten(made(), CHANGES[what]), SECRET)
    assert any(what in problem for problem in verdict.problems)


def test_a_changed_manifest_breaks_the_chain():
    """Also where only what it says of a file's day or of an event is changed."""

    def later(files):
        files[MANIFEST] = files[MANIFEST].replace(b"2026-03-01", b"2026-05-01")

    def event(files):
        files[MANIFEST] = files[MANIFEST].replace(b"a" * 64, b"c" * 64)

    for change in (later, event):
        assert any("chain" in problem for problem in checked(rewritten(made(), change), SECRET).problems)


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b'"case": {', b'"case": {"debtor": "Somebody Else (d9)"},\n  "case": {'),
        (b'"format"', b'"remark": "paid in full",\n  "format"'),
        (b'"files": [', b'"files": [],\n  "files": ['),
        (b"Lef\xc3\xa8vre", b"Lef\\u00e8vre"),
    ],
)
def test_a_manifest_that_people_read_otherwise_is_found(found, put):
    """A field twice, of which programs take the last, or one beside ours, is not what was sealed."""
    forged = rewritten(made(), lambda files: files.update({MANIFEST: files[MANIFEST].replace(found, put, 1)}))
    assert any("more than what was sealed" in problem for problem in checked(forged, SECRET).problems)


@pytest.mark.parametrize("forged", [b"<script>paid</script>" + made(), made() + b"trailing"])
def test_bytes_around_the_archive_are_found(forged):
    """Other programs take such a file for something else."""
    assert checked(forged, SECRET).problems


def test_a_new_chain_has_no_seal():
    """Who makes the whole archive anew, with other contents, makes a whole one that the books disown."""
    forged = made((FILES[0],), b"guessed")
    assert checked(forged, SECRET).problems == ()
    assert checked(forged, SECRET).sealed is False


def test_a_name_that_is_there_twice_is_found():
    """One reader shows the first, another the last."""
    out = io.BytesIO(made())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as zipped:
        zipped.writestr("mails/001 in.eml", FILES[0].content)
    assert any("more than once" in problem for problem in checked(out.getvalue(), SECRET).problems)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"x" * 1000])
def test_what_is_no_archive_is_told(content):
    """It never raises."""
    assert checked(content, SECRET).problems


@pytest.mark.parametrize(
    "manifest", [b"{}", b"[]", b"null", b'{"format": 1}', b'{"format": "relance-dossier/1", "files": 3}']
)
def test_a_strange_manifest_is_told(manifest):
    """Whatever it holds."""
    assert checked(rewritten(made(), lambda files: files.update({MANIFEST: manifest})), SECRET).problems


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_bytes_stop_the_check(noise, at):
    """An archive with bytes of chance in it gives a verdict."""
    content = made()
    checked(content[:at] + noise + content[at + len(noise) :], SECRET)


def test_two_files_never_share_a_name():
    """Not even where case does not count."""
    with pytest.raises(ValueError, match="twice"):
        made((Exhibit("a/x.eml", "mail_in", b"1"), Exhibit("A/X.eml", "mail_in", b"2")))
    with pytest.raises(ValueError, match="twice"):
        made((Exhibit(MANIFEST, "mail_in", b"1"),))


HOSTILE = {
    "../../etc/passwd": "etc_passwd.pdf",
    "..\\..\\windows\\system32": "windows_system32.pdf",
    "/absolute": "absolute.pdf",
    "invoice\u202efdp.exe": "invoicefdp_exe.pdf",
    "facture.pdf.exe": "facture_pdf_exe.pdf",
    "CON": "_CON.pdf",
    "nul.txt": "nul_txt.pdf",
    ".hidden": "hidden.pdf",
    "a\x00b\r\nc": "a b c.pdf",
    "": "file.pdf",
    "…": "file.pdf",
    "C:\\x": "C_x.pdf",
    "Préavis n° 3": "Preavis n_ 3.pdf",
}


@pytest.mark.parametrize(("text", "name"), HOSTILE.items())
def test_hostile_names_become_plain_ones(text, name):
    """Paths, devices, direction tricks, double endings and control characters lose their meaning."""
    assert safe_name(text, ".pdf") == name


@given(st.text(max_size=300))
def test_any_name_is_safe(text):
    """Plain ASCII, one dot before the ending, bounded, no path."""
    name = safe_name(text, ".pdf")
    assert name.isascii()
    assert name.endswith(".pdf")
    assert name.count(".") == 1
    assert 4 < len(name) <= 84
    assert not set(name) & set('/\\:*?"<>|\0\r\n')


def test_the_manifest_can_be_read_by_people():
    """It is indented JSON with each file's hash."""
    with zipfile.ZipFile(io.BytesIO(made())) as zipped:
        manifest = json.loads(zipped.read(MANIFEST))
    assert [file["name"] for file in manifest["files"]] == sorted(file.name for file in FILES)
    assert manifest["case"] == CASE
