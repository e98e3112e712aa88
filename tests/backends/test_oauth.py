"""Tokens are fetched in time, kept safe and replaced when refused; a person is called only when a person must act."""

import stat
import time

import pytest

from agent.backends.imap import ImapMailbox
from agent.backends.imap_session import ImapAccount
from agent.backends.oauth import Grant, OAuthClient, Tokens, log_in
from agent.backends.smtp import SmtpAccount, SmtpTransport
from agent.config import Security
from agent.errors import ConfigError, TemporaryError
from agent.ports import Box, Envelope
from tests.servers import Smtp
from tests.servers.dovecot import free_ports
from tests.servers.tokens import AUDIENCE, SECRET, TokenServer, is_good, jwt

MAIL = b"Message-ID: <1@example.org>\r\nSubject: x\r\n\r\nBonjour\r\n"


@pytest.fixture
def provider(token_dovecot):
    """A provider that makes tokens for one user of the Dovecot."""
    with TokenServer(token_dovecot.fresh_user()) as server:
        yield server


@pytest.fixture
def client(provider, tmp_path):
    """The program with a refresh token that a person left."""
    path = tmp_path / "token"
    path.write_text("refresh-0\n")
    path.chmod(0o600)
    urls = {"token_url": f"{provider.url}/token", "device_url": f"{provider.url}/device"}
    return OAuthClient(client_id=AUDIENCE, scope="mail", token_file=path, **urls)


def credentials(provider, secret=SECRET):
    return OAuthClient(f"{provider.url}/token", AUDIENCE, "mail", Grant.CLIENT_CREDENTIALS, secret)


def imap(token_dovecot, user, token):
    dovecot = token_dovecot
    return ImapMailbox(ImapAccount("localhost", user, port=dovecot.imaps, ca_file=dovecot.cert, token=token))


def test_the_program_gets_a_token_for_itself(provider):
    """Client credentials: id and secret, no person (RFC 6749 §4.4)."""
    assert is_good(provider.user, Tokens(credentials(provider))(False))
    assert provider.asked[0]["grant_type"] == "client_credentials"


def test_the_program_gets_a_token_for_a_person(provider, client):
    """The refresh token in the file is exchanged for an access token (RFC 6749 §6)."""
    assert is_good(provider.user, Tokens(client)(False))


def test_a_token_is_used_until_shortly_before_it_expires(provider, client, monkeypatch):
    """A hundred connections ask the provider once; five minutes before the end a new token is fetched."""
    tokens = Tokens(client)
    assert len({tokens(False) for _ in range(100)}) == 1
    later = time.monotonic() + 3600 - 299
    monkeypatch.setattr("agent.backends.oauth.time.monotonic", lambda: later)
    tokens(False)
    assert len(provider.asked) == 2


def test_a_refused_token_is_thrown_away(provider, client):
    """Asked for a fresh one, the provider is asked again."""
    tokens = Tokens(client)
    assert tokens(False) != tokens(True)


def test_a_new_refresh_token_replaces_the_old_one(provider, client):
    """Providers that hand out a new one at each use void the old one: the file follows, for its owner alone."""
    provider.rotate = True
    tokens = Tokens(client)
    for _ in range(3):
        tokens(True)
    assert client.token_file.read_text() == provider.refresh_token == "refresh-3"
    assert stat.S_IMODE(client.token_file.stat().st_mode) == 0o600
    assert [path.name for path in client.token_file.parent.iterdir()] == ["token"]


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ((400, "invalid_grant"), ConfigError),
        ((401, "invalid_client"), ConfigError),
        ((400, "invalid_scope"), ConfigError),
        ((503, "temporarily_unavailable"), TemporaryError),
        ((429, "slow_down_please"), TemporaryError),
        ((500, "server_error"), TemporaryError),
    ],
)
def test_a_refusal_says_whether_a_person_must_act(provider, client, refusal, error):
    """A withdrawn consent is for a person; a busy provider is asked again later."""
    provider.refusal = refusal
    with pytest.raises(error, match=refusal[1]):
        Tokens(client)(False)


def test_a_provider_that_is_away_is_asked_again_later(client):
    """No answer says nothing about the token."""
    (port,) = free_ports(1)
    away = OAuthClient(f"http://127.0.0.1:{port}/token", AUDIENCE, "mail", token_file=client.token_file)
    with pytest.raises(TemporaryError):
        Tokens(away)(False)


def test_secrets_are_not_told(provider, client):
    """Neither settings nor errors show the secret, the refresh token or an access token."""
    own = credentials(provider, "hush-hush")
    with pytest.raises(ConfigError) as caught:
        Tokens(own)(False)
    assert "hush" not in repr(own) + str(caught.value)


def test_a_token_never_crosses_a_network_unencrypted():
    """An endpoint that is not https is refused, except on this machine."""
    with pytest.raises(ConfigError, match="https"):
        Tokens(OAuthClient("http://login.example.org/token", AUDIENCE, "mail", Grant.CLIENT_CREDENTIALS))(False)


def test_a_token_file_that_others_can_read_is_refused(client):
    """0600 or nothing."""
    client.token_file.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        Tokens(client)(False)


def test_without_a_login_the_way_to_it_is_named(client):
    """The first start says what to do."""
    client.token_file.unlink()
    with pytest.raises(ConfigError, match="relance login"):
        Tokens(client)(False)


def test_a_person_logs_in_with_a_code(provider, client):
    """The device flow (RFC 8628): a code is shown, the provider is asked at its own pace, the refresh token is kept."""
    client.token_file.unlink()
    provider.granted = False
    told, pauses = [], []

    def pause(seconds):
        pauses.append(seconds)
        provider.granted = len(pauses) == 3

    log_in(client, told.append, pause)
    assert "ABCD-EFGH" in told[0]
    assert pauses == [5.0, 5.0, 5.0]
    assert is_good(provider.user, Tokens(client)(False))


def test_a_code_that_nobody_enters_expires(provider, client):
    """The login ends by itself, and says so."""
    provider.granted = False
    with pytest.raises(ConfigError, match="expired"):
        log_in(client, lambda _: None, lambda _: None)


def test_a_provider_without_codes_is_named(client, provider):
    """The guide has the way to go."""
    with pytest.raises(ConfigError, match=r"providers\.md"):
        log_in(OAuthClient(client.token_url, AUDIENCE, "mail"), lambda _: None)


@pytest.mark.parametrize("flaw", [{"lifetime": -10}, {"key": b"x" * 32}, {"audience": "another-client"}])
def test_a_bad_token_opens_no_mailbox(token_dovecot, flaw):
    """Expired, forged, or made for another program: Dovecot and the relay both refuse, and the operator is told."""
    user = token_dovecot.fresh_user()
    with pytest.raises(ConfigError, match="refused the login"):
        imap(token_dovecot, user, lambda _: jwt(user, **flaw)).open()
    with Smtp(login=True, token_is_good=is_good) as relay:
        account = SmtpAccount(
            "localhost", user, port=relay.port, security=Security.NONE, token=lambda _: jwt(user, **flaw)
        )
        with pytest.raises(ConfigError, match="refused the login"):
            SmtpTransport(account).check()


def test_a_token_that_was_revoked_is_replaced_during_the_login(token_dovecot, provider, client):
    """The cached token is refused, a fresh one is good: neither mailbox nor transport notices more than a moment."""
    tokens = Tokens(client)
    provider.lifetime = -10
    tokens(False)
    provider.lifetime = 3600
    mailbox = imap(token_dovecot, provider.user, tokens)
    mailbox.open()
    mailbox.close()
    provider.lifetime = -10
    tokens(True)
    provider.lifetime = 3600
    with Smtp(login=True, token_is_good=is_good) as relay:
        SmtpTransport(
            SmtpAccount("localhost", provider.user, port=relay.port, security=Security.NONE, token=tokens)
        ).check()


def test_a_token_refresh_loses_no_mail_and_sends_none_twice(token_dovecot, provider, client):
    """The token runs out at every connection while mail goes through: each mail is sent, found and filed exactly once."""
    provider.rotate = True
    tokens = Tokens(client)
    mailbox = imap(token_dovecot, provider.user, tokens)
    mailbox.open()
    with Smtp(token_dovecot.lmtp, login=True, token_is_good=is_good) as relay:
        account = SmtpAccount("localhost", provider.user, port=relay.port, security=Security.NONE, token=tokens)
        transport = SmtpTransport(account)
        for _ in range(10):
            tokens(True)
            assert transport.send(Envelope(provider.user, (provider.user,)), MAIL).accepted
            transport.close()
            mailbox.close()
    refs = mailbox.unhandled()
    assert len(list(mailbox.fetch(refs))) == 10
    for ref in refs:
        mailbox.file(ref, Box.HANDLED)
        tokens(True)
        mailbox.close()
    assert len(list(mailbox.contents(Box.HANDLED))) == 10
    assert mailbox.unhandled() == ()
    mailbox.close()
