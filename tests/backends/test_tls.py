"""Servers that cannot be trusted, speak old protocols, or are spoken for by somebody on the line get no password and no mail."""

import re
import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.backends import imap_session, smtp
from agent.backends.imap_session import ImapAccount
from agent.backends.oauth import Tokens
from agent.backends.oauth_client import Grant, OAuthClient
from agent.backends.smtp import SmtpAccount
from agent.config import Security
from agent.errors import ConfigError, TemporaryError
from tests.servers import certificate

SECRET = "never-to-be-sent"


class Served:
    """A certificate authority of ours and the certificates that it made for servers, good and bad."""

    def __init__(self, folder):
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.ca_file = self._written("ca", self._signed("Test CA", self._key.public_key(), days=30, ca=True))
        self.good = self.made("localhost")
        self.expired = self.made("localhost", days=-1)
        self.early = self.made("localhost", begins=2)
        self.elsewhere = self.made("mail.other.example")
        own = folder / "own"
        own.mkdir()
        self.self_signed = certificate(own)

    def made(self, name, *, days=7, begins=-30):
        key = ec.generate_private_key(ec.SECP256R1())
        label = f"{name}{days}{begins}"
        signed = self._signed(name, key.public_key(), days=days, begins=begins)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / f"{label}.key").write_bytes(pem)
        return self._written(label, signed), self.folder / f"{label}.key"

    def _signed(self, name, key, *, days, begins=-30, ca=False):
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")]))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=begins))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def _written(self, label, signed):
        path = self.folder / f"{label}.pem"
        path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        return path


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    return Served(tmp_path_factory.mktemp("ca"))


class Server:
    """Speaks a script and keeps every byte that it is told; TLS from the first byte, after STARTTLS, or never.

    `opening` is said first; `answers` maps the beginning of a line to its answer; after STARTTLS `slipped` follows the yes at once.
    """

    def __init__(self, kind, pair=None, *, tls=None, at_once=False, answers=None, slipped=b"", opening=b""):
        self.kind, self.at_once, self.slipped = kind, at_once, slipped
        self.context = tls or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if pair:
            self.context.load_cert_chain(*pair)
        self.answers = {**_WORDS[kind], **(answers or {})}
        self.opening = opening or {"imap": b"* OK here\r\n", "smtp": b"220 here\r\n"}[kind]
        self.told = b""

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    self._talk(self.context.wrap_socket(connection, server_side=True) if self.at_once else connection)
                except OSError:
                    continue

    def _talk(self, connection):
        connection.sendall(self.opening)
        buffer = b""
        while piece := connection.recv(4096):
            self.told += piece
            buffer += piece
            while b"\n" in buffer:
                line, _, buffer = buffer.partition(b"\n")
                tag, _, words = line.strip().partition(b" ") if self.kind == "imap" else (b"", b"", line.strip())
                word = words.split(b" ")[0].upper()
                answer = self.answers.get(word, b"%s NO what?\r\n" if self.kind == "imap" else b"500 what?\r\n")
                answer = answer.replace(b"%s", tag)
                if word == b"STARTTLS" and word in self.answers:
                    connection.sendall(answer + self.slipped)
                    connection = self.context.wrap_socket(connection, server_side=True)
                    buffer = b""
                else:
                    connection.sendall(answer)


_WORDS = {
    "imap": {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK done\r\n",
        b"STARTTLS": b"%s OK begin\r\n",
    },
    "smtp": {
        b"EHLO": b"250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n",
        b"STARTTLS": b"220 begin\r\n",
    },
}


def attempt(kind, server, ca_file, security=Security.TLS):
    """Log in as Relance does."""
    if kind == "imap":
        account = ImapAccount("localhost", "u", SECRET, port=server.port, ca_file=ca_file, security=security)
        return imap_session.connect(replace(account, connect_timeout=3.0, read_timeout=3.0))
    account = SmtpAccount("localhost", "u", SECRET, port=server.port, ca_file=ca_file, security=security)
    return smtp.connect(replace(account, connect_timeout=3.0, read_timeout=3.0))


def refused(kind, server, ca_file, security=Security.TLS):
    """What is said when it is refused; the server has heard nothing of the password."""
    with pytest.raises((ConfigError, TemporaryError)) as caught:
        attempt(kind, server, ca_file, security)
    assert SECRET.encode() not in server.told
    assert b"LOGIN" not in server.told
    assert b"AUTH " not in server.told
    return str(caught.value)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("kind", ["imap", "smtp"])
@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("expired", "certificate has expired"),
        ("early", "certificate is not yet valid"),
        ("self_signed", "self.signed certificate"),
        ("elsewhere", "Hostname mismatch"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused(served, kind, security, which, words):
    """Expired, not yet valid, signed by itself or for another host: the answer says which, and it is the operator's to mend."""
    with Server(kind, getattr(served, which), at_once=security is Security.TLS) as server:
        said = refused(kind, server, served.ca_file, security)
    assert "the certificate is not trusted" in said
    assert re.search(words, said)


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_no_authority_is_trusted_but_the_systems(served, kind):
    """Without a `ca_file` a certificate of an authority that nobody knows is worth nothing."""
    with Server(kind, served.good, at_once=True) as server:
        assert "the certificate is not trusted" in refused(kind, server, None)


def old(version=None, ciphers=""):
    """A server's side that knows nothing better."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers or "ALL:@SECLEVEL=0")
    context.maximum_version = version or ssl.TLSVersion.TLSv1_2
    if version:
        context.minimum_version = version
    return context


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("kind", ["imap", "smtp"])
@pytest.mark.parametrize(
    "tls",
    [
        pytest.param(lambda: old(ssl.TLSVersion.TLSv1), id="TLS 1.0"),
        pytest.param(lambda: old(ssl.TLSVersion.TLSv1_1), id="TLS 1.1"),
        pytest.param(lambda: old(ciphers="ECDHE+SHA1:@SECLEVEL=0"), id="CBC with SHA-1"),
        pytest.param(lambda: old(ciphers="aNULL:@SECLEVEL=0"), id="nobody's certificate"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_protocols_and_ciphers_are_refused(served, kind, security, tls):
    """TLS before 1.2 (RFC 8996), ciphers without sealed records, without forward secrecy or without a certificate."""
    with Server(kind, served.good, tls=tls(), at_once=security is Security.TLS) as server:
        said = refused(kind, server, served.ca_file, security)
    assert "offers no TLS 1.2 or newer with modern ciphers" in said


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_modern_servers_are_reached(served, kind):
    """TLS 1.2 with ECDHE and AES-GCM, and 1.3: the password is sent (and refused by this server)."""
    for context in (old(ciphers="ECDHE+AESGCM"), None):
        for security in (Security.TLS, Security.STARTTLS):
            with Server(kind, served.good, tls=context, at_once=security is Security.TLS) as server:
                with pytest.raises((ConfigError, TemporaryError)):
                    attempt(kind, server, served.ca_file, security)
                assert b"LOGIN" in server.told or b"AUTH" in server.told, (context, security)


STRIPPED = {
    "imap": {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n%s OK done\r\n"},
    "smtp": {b"EHLO": b"250-here\r\n250 AUTH PLAIN LOGIN\r\n"},
}


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_starttls_taken_out_on_the_way_ends_it(served, kind):
    """Whoever takes the offer out of the answer gets neither the password nor a mail; the operator is told."""
    with Server(kind, served.good, answers=STRIPPED[kind]) as server:
        said = refused(kind, server, served.ca_file, Security.STARTTLS)
    assert "STARTTLS" in said
    assert "security: " in said


def test_a_greeting_that_says_already_logged_in_ends_it(served):
    """PREAUTH forbids STARTTLS (RFC 3501 §6.2.1): an open connection on which nobody logs in is no mailbox of ours."""
    with Server("imap", served.good, opening=b"* PREAUTH welcome\r\n") as server:
        assert "STARTTLS is not offered" in refused("imap", server, served.ca_file, Security.STARTTLS)


@pytest.mark.parametrize(
    ("kind", "slipped"),
    [
        ("imap", b'* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n* LIST (\\Sent) "/" evil\r\n'),
        ("smtp", b"250-evil\r\n250 AUTH PLAIN\r\n"),
    ],
)
def test_what_is_slipped_in_before_the_encryption_ends_it(served, kind, slipped):
    """Words between the yes to STARTTLS and the handshake are somebody else's: nothing is read, nothing is sent."""
    with Server(kind, served.good, slipped=slipped) as server:
        said = refused(kind, server, served.ca_file, Security.STARTTLS)
    assert "somebody on the line spoke" in said


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_a_port_that_is_not_private_from_the_start_is_named(served, kind):
    """`security = "tls"` on the port for STARTTLS: the answer says what to change."""
    with Server(kind, served.good) as server:
        assert "does not speak TLS on this port" in refused(kind, server, served.ca_file)


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_no_encryption_is_for_this_machine_only(kind):
    """A password never crosses a network in the open (RFC 8314)."""
    connect = imap_session.connect if kind == "imap" else smtp.connect
    account = ImapAccount if kind == "imap" else SmtpAccount
    with pytest.raises(ConfigError, match="none is allowed to this machine only"):
        connect(account("mail.example.org", "u", SECRET, security=Security.NONE))


def over_https(served, which):
    """A server whose certificate is bad, or which is old."""
    pair = served.good if which == "old" else getattr(served, which)
    return Server("smtp", pair, tls=old(ssl.TLSVersion.TLSv1_1) if which == "old" else None, at_once=True)


BAD = pytest.mark.parametrize(
    ("which", "words"),
    [
        ("expired", "expired"),
        ("self_signed", "self.signed"),
        ("elsewhere", "Hostname mismatch|doesn't match"),
        ("old", "TLS 1.2"),
    ],
)


@BAD
@pytest.mark.parametrize("provider", ["microsoft", "google"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tokens_are_asked_for_at_proved_servers_only(served, tmp_path, provider, which, words):
    """The providers' libraries see the same certificates, names and versions as the mail backends."""
    token = tmp_path / "token"
    token.write_text(SECRET)
    token.chmod(0o600)
    with over_https(served, which) as server:
        place = {"microsoft": "authority", "google": "token_url"}[provider]
        client = OAuthClient(
            "relance",
            "mail",
            **{place: f"https://localhost:{server.port}/x"},
            grant=Grant.REFRESH_TOKEN,
            token_file=token,
            ca_file=served.ca_file,
            timeout=3.0,
        )
        with pytest.raises(ConfigError, match=words):
            Tokens(client)()
        assert SECRET.encode() not in server.told


@BAD
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_exchange_is_spoken_with_at_proved_servers_only(served, which, words):
    """The library for Exchange sees the same certificates, names and versions, and sends its login to no other server."""
    exchange = pytest.importorskip("agent.backends.exchange_session")
    with over_https(served, which) as server:
        account = exchange.ExchangeAccount(
            f"localhost:{server.port}", "u@example.org", SECRET, ca_file=served.ca_file, auth="basic", timeout=3.0
        )
        with pytest.raises(ConfigError, match=words):
            exchange.ExchangeSession(account).do(lambda opened: opened.inbox.total_count)
        assert b"Authorization" not in server.told
