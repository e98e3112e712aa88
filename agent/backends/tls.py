"""How the network backends talk privately, and how a failed attempt to do so is to be understood."""

import socket
import ssl
from pathlib import Path

from agent.config import Security
from agent.config.hidden import hidden
from agent.errors import AgentError, ConfigError, TemporaryError

# What OpenSSL calls a server that knows old protocols or ciphers only, and one that does not speak TLS at once.
OLD = frozenset(
    {
        *("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_SSL_VERSION", "NO_PROTOCOLS_AVAILABLE"),
        *("SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV1_ALERT_INSUFFICIENT_SECURITY", "NO_SHARED_CIPHER", "DH_KEY_TOO_SMALL"),
    }
)
_PLAIN = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"})


def context(ca_file: Path | None) -> ssl.SSLContext:
    """A TLS context that checks certificate and name, TLS 1.2 at least and modern ciphers only (RFC 8996, RFC 8997); ConfigError for a bad `ca_file`.

    Args:
        ca_file: certificates to trust instead of the system's.
    """
    try:
        made = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError([f"ca_file: {ca_file}: {error.strerror or error}"]) from error
    return _modern(made)


def trusting_nobody_yet() -> ssl.SSLContext:
    """The same without any certificate to trust, for a library that brings those itself."""
    return _modern(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def _modern(made: ssl.SSLContext) -> ssl.SSLContext:
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    # of TLS 1.2 what keeps a later theft of the server's key harmless and seals each record; 1.3 has nothing else (RFC 9325 §4.2)
    made.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:!aNULL:!aDSS")
    return made


def refuse_open_network(host: str, security: Security) -> None:
    """Nothing, or ConfigError when a password or a mail would cross a network unencrypted (RFC 8314 §3)."""
    if security is Security.NONE and host not in {"localhost", "127.0.0.1", "::1"}:
        raise ConfigError([f"security: none is allowed to this machine only, not to {host}"])


def sorted_error(where: str, error: Exception) -> AgentError:
    """The error of a connection attempt as one of ours: a certificate will not mend itself, everything else may."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConfigError([f"host: {where}: the certificate is not trusted: {error.verify_message}"])
    if isinstance(error, ssl.SSLError) and error.reason in OLD:
        return ConfigError([f"host: {where}: offers no TLS 1.2 or newer with modern ciphers ({error.reason})"])
    if isinstance(error, ssl.SSLError) and error.reason in _PLAIN:
        return ConfigError([f"security: {where}: does not speak TLS on this port; starttls, or another port?"])
    if isinstance(error, socket.gaierror):
        return TemporaryError(f"{where}: no address known for this name: {error.strerror}")
    if isinstance(error, TimeoutError):
        return TemporaryError(f"{where}: no answer in time")
    return TemporaryError(f"{where}: {type(error).__name__}: {hidden(str(error))[:300]}")


def keep_alive(connection: socket.socket) -> None:
    """Let the kernel notice within about two minutes that the other side is gone (tcp(7))."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 20), (socket.TCP_KEEPCNT, 3)):
        connection.setsockopt(socket.IPPROTO_TCP, option, value)
