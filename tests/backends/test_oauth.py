"""Tokens are fetched in time, kept safe and replaced when refused; a person is called only when a person must act."""

import json
import stat
import sys
import time
from dataclasses import replace
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from agent.backends.imap import ImapMailbox
from agent.backends.imap_session import ImapAccount
from agent.backends.oauth import Tokens, log_in
from agent.backends.oauth_client import Grant, OAuthClient
from agent.backends.smtp import SmtpAccount, SmtpTransport
from agent.config import Security
from agent.errors import ConfigError, TemporaryError
from agent.ports import Box, Envelope
from tests.servers import Smtp, certificate
from tests.servers.dovecot import free_ports
from tests.servers.tokens import AUDIENCE, SECRET, TokenServer, is_good, jwt

MAIL = b"Message-ID: <1@example.org>\r\nSubject: x\r\n\r\nBonjour\r\n"


@pytest.fixture
def provider(token_dovecot, tmp_path):
    """A provider that makes tokens for one user of the Dovecot."""
    folder = tmp_path / "provider"
    folder.mkdir()
    with TokenServer(token_dovecot.fresh_user(), folder) as server:
        yield server


def microsoft(provider, **changes):
    """The program as Microsoft knows it: for itself, unless a token file is named."""
    grant = Grant.REFRESH_TOKEN if "token_file" in changes else Grant.CLIENT_CREDENTIALS
    settings = {"authority": provider.authority, "grant": grant, "ca_file": provider.cert, **changes}
    return OAuthClient(AUDIENCE, "mail", **settings)


def google(provider, **changes):
    """The program as Google knows it."""
    settings = {"token_url": provider.token_url, "user": provider.user, "ca_file": provider.cert, **changes}
    return OAuthClient(AUDIENCE, "mail", **settings)


@pytest.fixture
def token_file(tmp_path):
    """Where a person left a refresh token."""
    path = tmp_path / "own" / "token"
    path.parent.mkdir()
    path.write_text("refresh-0\n")
    path.chmod(0o600)
    return path


@pytest.fixture(params=[microsoft, google])
def client(request, provider, token_file):
    """The program with a refresh token that a person left, at each provider."""
    return request.param(provider, token_file=token_file)


def imap(token_dovecot, user, token):
    dovecot = token_dovecot
    return ImapMailbox(ImapAccount("localhost", user, port=dovecot.imaps, ca_file=dovecot.cert, token=token))


def signing(provider, folder):
    """A certificate with its key in one text, as it stands in the program's file; the provider knows its public key."""
    cert, key = certificate(folder, rsa=True)
    public = x509.load_pem_x509_certificate(cert.read_bytes()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    provider.public_key = public.public_bytes(serialization.Encoding.PEM, form).decode()
    return cert.read_text() + key.read_text()


def service_key(provider, folder):
    """The key of a service account as Google hands it out."""
    pem = signing(provider, folder).partition("-----END CERTIFICATE-----")[2].strip()
    account = {"type": "service_account", "private_key_id": "k1", "private_key": pem}
    account |= {"client_email": provider.service_account, "token_uri": "https://elsewhere.example.org/token"}
    return json.dumps(account)


def test_the_program_gets_a_token_for_itself_by_its_secret(provider):
    """Client credentials: id and secret, no person (RFC 6749 §4.4)."""
    assert is_good(provider.user, Tokens(microsoft(provider, secret=SECRET))(False))
    assert provider.asked[0]["grant_type"] == "client_credentials"


def test_the_program_gets_a_token_for_itself_by_its_certificate(provider, tmp_path):
    """Instead of a secret it signs its request, which the provider really checks (RFC 7523)."""
    assert is_good(provider.user, Tokens(microsoft(provider, secret=signing(provider, tmp_path)))(False))
    assert "client_secret" not in provider.asked[0]


def test_a_certificate_that_was_not_registered_is_refused(provider, tmp_path):
    """Another key signs as well, but not for this program."""
    secret = signing(provider, tmp_path)
    (tmp_path / "other").mkdir()
    signing(provider, tmp_path / "other")
    with pytest.raises(ConfigError, match="AADSTS700027"):
        Tokens(microsoft(provider, secret=secret))(False)


def test_a_certificate_without_its_key_is_named(provider, tmp_path):
    """Both stand in one file."""
    only = signing(provider, tmp_path).partition("-----BEGIN PRIVATE")[0]
    with pytest.raises(ConfigError, match="private key"):
        Tokens(microsoft(provider, secret=only))(False)


def test_a_key_that_cannot_sign_is_named(provider, tmp_path):
    """Microsoft wants RSA keys; one of another kind is no matter of the moment."""
    cert, key = certificate(tmp_path)
    with pytest.raises(ConfigError, match="password_file"):
        Tokens(microsoft(provider, secret=cert.read_text() + key.read_text()))(False)


def test_a_service_account_speaks_in_the_name_of_a_mailbox(provider, tmp_path):
    """Domain-wide delegation: the signed request names the mailbox, and goes where the configuration says, not the key's file."""
    tokens = Tokens(google(provider, secret=service_key(provider, tmp_path), grant=Grant.CLIENT_CREDENTIALS))
    assert is_good(provider.user, tokens(False))


def test_a_service_account_without_delegation_is_refused(provider, tmp_path):
    """An administrator must have agreed to the mailbox."""
    key = service_key(provider, tmp_path)
    client = google(provider, secret=key, grant=Grant.CLIENT_CREDENTIALS, user="other@example.org")
    with pytest.raises(ConfigError, match=r"unauthorized_client.*providers\.md"):
        Tokens(client)(False)


@pytest.mark.parametrize("secret", ["{}", "a password", '{"private_key": "x", "client_email": "y"}'])
def test_what_is_no_key_of_a_service_account_is_named(provider, secret):
    """The program for itself needs one at Google."""
    with pytest.raises(ConfigError, match="service account"):
        Tokens(google(provider, secret=secret, grant=Grant.CLIENT_CREDENTIALS))(False)


@pytest.mark.parametrize("skew", [-7200, 7200])
def test_a_clock_that_is_hours_off_is_called_a_clock(provider, tmp_path, skew):
    """Signed requests are valid for minutes: when the clocks differ, the operator is told to set this one."""
    provider.skew = skew
    for of, secret in ((microsoft, signing), (google, service_key)):
        client = of(provider, secret=secret(provider, tmp_path), grant=Grant.CLIENT_CREDENTIALS)
        with pytest.raises(ConfigError, match="clock"):
            Tokens(client)(False)


@pytest.mark.parametrize("skew", [-7200, 7200])
def test_a_clock_that_is_hours_off_ends_no_token_early(provider, client, monkeypatch, skew):
    """How long a token is good is counted from the request, whatever the clock on the wall says."""
    tokens = Tokens(client)
    really = time.time
    monkeypatch.setattr("time.time", lambda: really() + skew)
    assert len({tokens(False) for _ in range(10)}) == 1


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
    assert client.token_file.read_text() == provider.refresh_token != "refresh-0"
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
    with pytest.raises(error, match=refusal[1] if refusal[0] < 429 else str(refusal[0])):
        Tokens(client)(False)


def test_a_provider_that_is_away_is_asked_again_later(client):
    """No answer says nothing about the token."""
    (port,) = free_ports(1)
    gone = f"https://localhost:{port}/tenant"
    away = replace(client, **({"authority": gone} if client.authority else {"token_url": gone}))
    with pytest.raises(TemporaryError):
        Tokens(away)(False)


def test_a_provider_that_cannot_prove_its_name_gets_nothing(provider, client):
    """An untrusted certificate is for the operator."""
    with pytest.raises(ConfigError, match="certificate"):
        Tokens(replace(client, ca_file=None))(False)
    assert provider.asked == []


def test_a_directory_that_does_not_exist_is_named(provider):
    """A wrong tenant is no matter of the moment."""
    client = microsoft(provider, secret=SECRET, authority=f"{provider.url}/nobody")
    with pytest.raises(ConfigError, match=r"oauth\.tenant"):
        Tokens(client)(False)


def test_secrets_are_not_told(provider, token_file):
    """Neither settings nor errors show the secret, the refresh token or an access token."""
    own = microsoft(provider, secret="hush-hush")
    with pytest.raises(ConfigError) as caught:
        Tokens(own)(False)
    assert "hush" not in repr(own) + str(caught.value)


def test_a_token_never_crosses_a_network_unencrypted(token_file):
    """An endpoint that is not https is refused."""
    for place in ({"authority": "http://login.example.org/x"}, {"token_url": "http://login.example.org/x"}):
        with pytest.raises(ConfigError, match="https"):
            Tokens(OAuthClient(AUDIENCE, "mail", token_file=token_file, **place))(False)


@pytest.mark.parametrize("module", ["msal", "google.auth.exceptions"])
def test_a_missing_library_is_named(provider, token_file, monkeypatch, module):
    """The core does without; who needs tokens is told what to install."""
    for name in ("microsoft", "google", "web"):
        monkeypatch.delitem(sys.modules, f"agent.backends.oauth_{name}", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    client = (microsoft if module == "msal" else google)(provider, token_file=token_file)
    with pytest.raises(ConfigError, match=r"pip install 'relance\[oauth\]'"):
        Tokens(client)(False)


def test_a_token_file_that_others_can_read_is_refused(client):
    """0600 or nothing."""
    client.token_file.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        Tokens(client)(False)


def test_without_a_login_the_way_to_it_is_named(client):
    """The first start says what to do."""
    client.token_file.unlink()
    with pytest.raises(ConfigError, match="relance login" if client.authority else r"providers\.md"):
        Tokens(client)(False)


def test_two_that_renew_at_once_take_turns(provider, client):
    """Where each use voids the refresh token, mailbox and transport would else void each other's."""
    provider.rotate = True
    threads = [Thread(target=Tokens(client), args=(True,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.token_file.read_text() == provider.refresh_token
    assert len(provider.asked) == len({form["refresh_token"] for form in provider.asked}) == 5


@pytest.mark.filterwarnings("ignore:Attempted too soon")
def test_a_person_logs_in_with_a_code(provider, token_file):
    """The device flow (RFC 8628): a code is shown, the provider is asked at its own pace, the refresh token is kept."""
    token_file.unlink()
    client = microsoft(provider, token_file=token_file)
    provider.granted = False
    told, pauses = [], []

    def pause(seconds):
        pauses.append(seconds)
        provider.granted = len(pauses) == 3

    log_in(client, told.append, pause)
    assert "ABCD-EFGH" in told[0]
    assert pauses == [5.0, 5.0, 5.0]
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    assert is_good(provider.user, Tokens(client)(False))


@pytest.mark.filterwarnings("ignore:Attempted too soon")
def test_a_provider_that_is_asked_too_often_is_asked_less(provider, token_file):
    """slow_down adds five seconds to each pause (RFC 8628 §3.5)."""
    pauses = []

    def pause(seconds):
        provider.refusal = (400, "slow_down") if len(pauses) < 2 else None
        pauses.append(seconds)

    log_in(microsoft(provider, token_file=token_file), lambda _: None, pause)
    assert pauses == [5.0, 10.0, 15.0]


@pytest.mark.filterwarnings("ignore:Attempted too soon")
def test_a_code_that_nobody_enters_expires(provider, token_file):
    """The login ends by itself, and says so."""
    provider.granted = False
    with pytest.raises(ConfigError, match="expired"):
        log_in(microsoft(provider, token_file=token_file), lambda _: None, lambda _: None)


def test_a_login_that_makes_no_sense_names_the_way(provider, token_file):
    """Google has no codes for mail; a program that asks for itself needs nobody."""
    with pytest.raises(ConfigError, match=r"providers\.md"):
        log_in(google(provider, token_file=token_file), lambda _: None)
    with pytest.raises(ConfigError, match="relance check"):
        log_in(microsoft(provider, secret=SECRET), lambda _: None)


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
    """Tokens end every two seconds and connections with them, while mail goes through: each is sent, found and filed once."""
    provider.rotate, provider.lifetime = True, 2
    reading, sending = Tokens(client), Tokens(client)
    mailbox = imap(token_dovecot, provider.user, reading)
    mailbox.open()
    with Smtp(token_dovecot.lmtp, login=True, token_is_good=is_good) as relay:
        relay.faults.tired = True
        account = SmtpAccount("localhost", provider.user, port=relay.port, security=Security.NONE, token=sending)
        transport = SmtpTransport(account)
        for number in range(12):
            raw = MAIL.replace(b"<1@", b"<%d@" % number)
            assert transport.send(Envelope(provider.user, (provider.user,)), raw).accepted
            mailbox.keep_sent(raw)
            mailbox.close()
            time.sleep(0.4)
        assert relay.logins == len(relay.mails) == 12
    refs = mailbox.unhandled()
    assert len({raw for _, raw in mailbox.fetch(refs)}) == len(refs) == 12
    for ref in refs:
        mailbox.file(ref, Box.HANDLED)
        mailbox.close()
    assert len(list(mailbox.contents(Box.HANDLED))) == len(list(mailbox.contents(Box.SENT))) == 12
    assert mailbox.unhandled() == ()
    assert len(provider.asked) > 6
    mailbox.close()
