"""`relance init` writes a configuration that loads."""

import builtins
import stat
import sys

import pytest

from agent.cli import main
from agent.cli.init import creditor_id
from agent.config import ImapSettings, load

OPTIONS = ["--address", "relance@agency.example", "--operator", "ops@agency.example"]
OPTIONS += ["--creditor", "Été & Fils «SRL»", "--owner", "Anne <anne@ete.example>"]


def test_options_alone_make_a_configuration_that_loads(tmp_path, capsys):
    """With a Maildir nothing is left to be done."""
    config = tmp_path / "new" / "config.toml"
    assert main(["init", "--config", str(config), "--no-input", *OPTIONS, "--maildir", str(tmp_path / "mail")]) == 0
    settings = load(config)
    assert settings.creditors[0].id == "ete-fils-srl"
    assert settings.creditors[0].name == "Été & Fils «SRL»"
    assert "relance check" in capsys.readouterr().out


def test_an_existing_file_is_never_written_over_by_accident(tmp_path, capsys):
    """Without --force it stays as it is."""
    config = tmp_path / "config.toml"
    config.write_text("mine")
    assert main(["init", "--config", str(config), "--no-input", *OPTIONS]) == 1
    assert config.read_text() == "mine"
    assert "--force" in capsys.readouterr().err


def test_without_input_the_needed_options_are_named(tmp_path, capsys):
    """All that are missing at once."""
    assert main(["init", "--config", str(tmp_path / "c.toml"), "--no-input", "--address", "a@b.example"]) == 1
    assert "--operator, --creditor, --owner" in capsys.readouterr().err


def test_a_wrong_answer_is_told_as_a_wrong_configuration(tmp_path, capsys):
    """Exit 78 with the keys, as everywhere."""
    wrong = [*OPTIONS, "--maildir", str(tmp_path / "m"), "--language", "it"]
    assert main(["init", "--config", str(tmp_path / "c.toml"), "--no-input", *wrong]) == 78
    assert "language: " in capsys.readouterr().err


def test_answers_given_on_a_terminal_make_a_configuration(tmp_path, monkeypatch):
    """Defaults are taken by an empty answer, and the password lands in a file of its own that others cannot read."""
    answers = iter(
        ["relance@a.example", "", "Bois SRL", "", "", "ops@a.example", "", "", "", "anne@bois.example", "", ""]
    )
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(builtins, "input", lambda _: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda _: "s3cret")
    config = tmp_path / "config.toml"
    assert main(["init", "--config", str(config)]) == 0
    settings = load(config)
    inbox = settings.mailboxes[0].inbox
    assert isinstance(inbox, ImapSettings)
    assert (inbox.host, inbox.user) == ("imap.a.example", "relance@a.example")
    assert stat.S_IMODE((tmp_path / "secrets/mailbox").stat().st_mode) == 0o600
    assert settings.agency.name == "Bois SRL"


def test_without_a_terminal_nobody_is_asked(tmp_path, monkeypatch, capsys):
    """Piped input is not answered by chance."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert main(["init", "--config", str(tmp_path / "c.toml")]) == 1
    assert "--no-input" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "id_"), [("Böhm GmbH & Co. KG", "bohm-gmbh-co-kg"), ("—", "creditor"), ("3D", "3d")])
def test_ids_are_plain(name, id_):
    """Letters, digits and hyphens, whatever the name."""
    assert creditor_id(name) == id_
