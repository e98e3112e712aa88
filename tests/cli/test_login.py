"""`relance login` gets the first token for a mailbox."""

import shutil
import stat

import pytest

from agent.cli import main
from agent.errors import ConfigError
from tests.servers.tokens import AUDIENCE, TokenServer


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


def test_a_first_login_comes_before_the_first_start(tokens, tmp_path, capsys):
    """Against a provider that hands out codes: the state folder is made, and the token in it is for its owner alone."""
    folder = tmp_path / "provider"
    folder.mkdir()
    shutil.rmtree(tokens.parent / "state", ignore_errors=True)
    with TokenServer("relance@agency.example", folder, interval=1) as provider:
        text = tokens.read_text().replace('client_id = "abc"', f'client_id = "{AUDIENCE}"')
        tokens.write_text(text + f'authority = "{provider.authority}"\nca_file = "{provider.cert}"\n')
        assert main(["login", "--config", str(tokens)]) == 0
    assert "ABCD-EFGH" in capsys.readouterr().out
    kept = tokens.parent / "state" / "main.token"
    assert kept.read_text() == provider.refresh_token
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


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
