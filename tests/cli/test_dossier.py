"""`relance dossier`: the archive in a folder, the check of one, a certificate, and what it says where it cannot."""

import pytest

from agent.cli import main
from agent.reports.bundle import archive
from agent.service.bootstrap import close
from tests.service.world import BRUNO, World


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """The configuration of a service that follows two invoices, one of them written off."""
    folder = tmp_path_factory.mktemp("service")
    world = World.built(folder)
    world.hand_over("2026-501")
    world.hand_over("2026-502", total="242.00")
    world.days(2)
    world.write(BRUNO, "passer en pertes 2026-502")
    close(world.app)
    return folder / "config.toml"


def call(config, *arguments):
    return main(["dossier", "--config", str(config), *arguments])


def test_it_writes_archive_and_pdf_and_verifies_them(config, tmp_path, capsys):
    """Under a name that says about what and as of when; the check finds it whole and sealed."""
    assert call(config, "2026-501", "--out", str(tmp_path), "--on", "2026-03-15") == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "dossier 2026-501 2026-03-15.zip",
        "dossier 2026-501 2026-03-15.pdf",
    }
    capsys.readouterr()
    assert call(config, "--verify", str(tmp_path / "dossier 2026-501 2026-03-15.zip")) == 0
    assert "whole; sealed by these books" in capsys.readouterr().out


def test_only_its_owner_reads_it(config, tmp_path):
    """In whatever folder it lands; a link that waits there under the draft's name is not followed."""
    secret = tmp_path / "secret"
    secret.write_text("kept", encoding="ascii")
    (tmp_path / ".dossier 2026-501 2026-03-15.zip.part").symlink_to(secret)
    assert call(config, "2026-501", "--out", str(tmp_path), "--on", "2026-03-15") == 0
    assert secret.read_text(encoding="ascii") == "kept"
    for path in tmp_path.glob("dossier*"):
        assert path.stat().st_mode & 0o777 == 0o600
        assert not path.is_symlink()


def test_the_same_day_gives_the_same_file(config, tmp_path):
    """To the byte, in another folder and another process."""
    for folder in ("a", "b"):
        assert call(config, "2026-501", "--out", str(tmp_path / folder), "--on", "2026-03-15") == 0
    first, second = ((tmp_path / folder / "dossier 2026-501 2026-03-15.zip").read_bytes() for folder in ("a", "b"))
    assert first == second


def test_a_changed_archive_ends_with_1(config, tmp_path, capsys):
    """Where the books are at hand and where they are not."""
    assert call(config, "2026-501", "--out", str(tmp_path), "--on", "2026-03-15") == 0
    path = tmp_path / "dossier 2026-501 2026-03-15.zip"
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(bytes(content))
    assert call(config, "--verify", str(path)) == 1
    assert call(tmp_path / "none.toml", "--verify", str(path)) == 1
    assert "CHANGED" in capsys.readouterr().out


def test_an_archive_can_be_checked_without_books(config, tmp_path, capsys):
    """It says that nobody here can check the seal."""
    assert call(config, "2026-501", "--out", str(tmp_path), "--on", "2026-03-15") == 0
    path = next(tmp_path.glob("*.zip"))
    assert call(tmp_path / "none.toml", "--verify", str(path)) == 0
    assert "no books here" in capsys.readouterr().out


def test_a_forged_archive_is_told_as_such(config, tmp_path, capsys):
    """Also one whose manifest is whole in itself and names events that no books have."""
    path = tmp_path / "forged.zip"
    path.write_bytes(archive({"creditor": "x"}, [("last", "a" * 64)], [], b"guessed"))
    assert call(config, "--verify", str(path)) == 1
    assert "NOT sealed by these books" in capsys.readouterr().out


def test_a_certificate_of_what_was_written_off(config, tmp_path, capsys):
    """A PDF to be signed; of an invoice that still stands there is none."""
    assert call(config, "2026-502", "--certificate", "--out", str(tmp_path)) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["certificate 2026-502.pdf"]
    assert call(config, "2026-501", "--certificate", "--out", str(tmp_path)) == 1
    assert "written off" in capsys.readouterr().err


def test_what_cannot_be_made_is_told(config, tmp_path, capsys):
    """An unknown reference, another creditor's, none at all, a file that is not there."""
    for arguments in (
        ("2026-999",),
        ("2026-501", "--creditor", "northgate"),
        (),
        ("--verify", str(tmp_path / "x.zip")),
    ):
        assert call(config, *arguments, "--out", str(tmp_path)) == 1
        assert capsys.readouterr().err
    assert not list(tmp_path.iterdir())
