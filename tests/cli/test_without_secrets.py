"""Who only looks at the books, or copies them, needs no password: the backup's unit has none, nor has a person without root's rights."""

import pytest

from agent.cli import Exit, main

MAILBOX = """
[[mailboxes]]
name = "second"
[mailboxes.inbox]
backend = "imap"
host = "localhost"
user = "u"
password_credential = "mailbox"
password_file = "secrets/nobody-may-read-this"
[mailboxes.outgoing]
backend = "smtp"
host = "localhost"
user = "u"
password_credential = "mailbox"
"""


@pytest.mark.parametrize(
    "words", [["status"], ["verify"], ["backup"], ["export", "--tinydb", "OUT"], ["explain", "2026-118"], ["outbox"]]
)
def test_looking_and_copying_need_no_password(changed, monkeypatch, words, tmp_path, capsys):
    """The secrets are neither there nor asked for."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    config = changed(MAILBOX)
    words = [str(tmp_path / "out") if word == "OUT" else word for word in words]
    assert main([*words, "--config", str(config)]) == Exit.DONE, capsys.readouterr()


@pytest.mark.parametrize("command", ["once", "run", "check"])
def test_working_needs_it_and_says_which_is_missing(changed, monkeypatch, command, capsys):
    """The service, and whoever tries it out, hears of each secret by its key before anything is touched."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert main([command, "--config", str(changed(MAILBOX))]) == Exit.CONFIG
    told = capsys.readouterr().err
    assert "mailboxes[2].inbox.password_file: " in told
    assert "mailboxes[2].outgoing.password_credential: works under systemd only" in told
