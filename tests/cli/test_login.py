"""`relance login` gets the first token for a mailbox."""

import pytest

from agent.cli import main
from agent.errors import ConfigError


@pytest.fixture
def tokens(books):
    """The configuration with a mailbox that uses tokens."""
    head, _, _ = books.read_text().partition("[[mailboxes]]")
    books.write_text(
        head + '[[mailboxes]]\nname = "main"\nprovider = "microsoft365"\n'
        '[mailboxes.inbox]\nbackend = "imap"\nuser = "relance@agency.example"\n'
        '[mailboxes.outgoing]\nbackend = "smtp"\nuser = "relance@agency.example"\n'
        '[mailboxes.oauth]\nclient_id = "abc"\n'
    )
    return books


def test_what_the_provider_says_is_shown(tokens, monkeypatch, capsys):
    """The address and the code, and then what to do next."""
    monkeypatch.setattr("agent.cli.login.log_in", lambda client, tell: tell(f"enter X for {client.client_id}"))
    state = tokens.parent / "state"
    (state / "main.token").write_text("x")
    assert main(["login", "--config", str(tokens)]) == 0
    told = capsys.readouterr().out
    assert "enter X for abc" in told
    assert "relance check" in told


def test_a_refusal_of_the_provider_is_told(tokens, monkeypatch, capsys):
    """As a problem of the configuration."""

    def refuse(*_: object) -> None:
        raise ConfigError(["oauth: refused"])

    monkeypatch.setattr("agent.cli.login.log_in", refuse)
    assert main(["login", "--config", str(tokens)]) == 78
    assert "oauth: refused" in capsys.readouterr().err


def test_a_mailbox_that_uses_passwords_needs_no_login(books, capsys):
    """The mailboxes that use tokens are named."""
    assert main(["login", "--config", str(books)]) == 1
    assert "there are: none" in capsys.readouterr().err
