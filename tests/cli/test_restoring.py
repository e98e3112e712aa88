"""`relance backup` and `relance restore` as an operator calls them."""

import json
import shutil
import subprocess

import pytest

from agent.cli import Exit, main
from agent.store.restore import RESTORED
from agent.store.tinydb_store import TinyStore


def note(config):
    store = TinyStore.open(config.parent / "state/relance.db", read_only=True)
    try:
        return store.note(RESTORED)
    finally:
        store.close()


@pytest.fixture
def copy(books):
    """A dated copy of the books."""
    assert main(["backup", "--config", str(books)]) == 0
    (written,) = (books.parent / "state/backups").glob("relance-*.db")
    return written


def test_a_copy_is_put_back_and_compared(books, copy, capsys):
    """Into an empty folder, over its mailbox: nothing differs but what was queued then, which is held."""
    shutil.copytree(copy.parent, books.parent / "elsewhere")
    shutil.rmtree(books.parent / "state")
    capsys.readouterr()
    assert main(["restore", str(books.parent / "elsewhere" / copy.name), "--config", str(books)]) in (0, 1)
    told = capsys.readouterr().out
    assert "Restored: the books as they were on" in told
    assert "Compared with the mailbox: 0 received mail(s) handled again" in told
    assert note(books) is None
    assert main(["verify", "--config", str(books)]) == 0


def test_books_are_not_replaced_by_a_slip(books, copy, capsys):
    """--force sets them aside, and --offline leaves the comparison to the service."""
    assert main(["restore", str(copy), "--config", str(books)]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["restore", str(copy), "--force", "--offline", "--config", str(books)]) == 0
    told = capsys.readouterr().out
    assert "is kept in" in told
    assert "Nothing is sent until the service has compared" in told
    assert json.loads(note(books))["taken"]


def test_a_running_service_is_told(books, copy, capsys):
    """Exit 75: stop it first."""
    held = TinyStore.open(books.parent / "state/relance.db")
    assert main(["restore", str(copy), "--force", "--config", str(books)]) == Exit.TRY_LATER
    held.close()
    assert "another process" in capsys.readouterr().err


def test_a_mailbox_that_is_away_keeps_everything_back(books, copy, capsys, monkeypatch):
    """It is said, and the books stay marked."""
    from agent.backends.maildir import MaildirMailbox
    from agent.errors import TemporaryError

    def away(_self):
        raise TemporaryError("no answer")

    monkeypatch.setattr(MaildirMailbox, "open", away)
    assert main(["restore", str(copy), "--force", "--config", str(books)]) == 1
    assert "cannot be read now: no answer" in capsys.readouterr().out
    assert note(books) is not None
    assert main(["once", "--config", str(books)]) == Exit.TRY_LATER


@pytest.mark.skipif(shutil.which("age-keygen") is None, reason="age is not installed")
def test_copies_are_sealed_as_the_configuration_says(changed, tmp_path, capsys):
    """To the recipient named there; with the key they are put back."""
    subprocess.run(["age-keygen", "-o", tmp_path / "key"], check=True, capture_output=True)
    recipient = (tmp_path / "key").read_text().partition("public key: ")[2].split()[0]
    config = changed(f'[backup]\nfolder = "copies"\nage_recipient = "{recipient}"\n')
    assert main(["backup", "--config", str(config)]) == 0
    (written,) = (tmp_path / "copies").glob("relance-*.db.age")
    assert main(["restore", str(written), "--force", "--offline", "--config", str(config)]) == Exit.CONFIG
    assert "--identity" in capsys.readouterr().err
    call = ["restore", str(written), "--identity", str(tmp_path / "key"), "--force", "--offline"]
    assert main([*call, "--config", str(config)]) == 0


def test_a_program_that_is_missing_is_named(changed, monkeypatch, tmp_path, capsys):
    """Configured, and not there: refused with the configuration's exit code, and nothing plain is written."""
    config = changed('[backup]\nage_recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"\n')
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["backup", "--config", str(config)]) == Exit.CONFIG
    assert "age is not installed" in capsys.readouterr().err
    assert not list((tmp_path / "state").glob("backups/*"))
    both = changed('gpg_key_file = "key.asc"\n')
    assert main(["backup", "--config", str(both)]) == Exit.CONFIG
    assert "not both" in capsys.readouterr().err
