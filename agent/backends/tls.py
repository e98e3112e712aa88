"""How the network backends talk privately, and how a failed attempt to do so is to be understood."""

import socket
import ssl
from pathlib import Path

from agent.config import Security
from agent.config.hidden import hidden
from agent.errors import AgentError, ConfigError, TemporaryError


def context(ca_file: Path | None) -> ssl.SSLContext:
    """A TLS context that checks certificate and name, TLS 1.2 at least (RFC 8996, RFC 8997); ConfigError for a bad `ca_file`.

    Args:
        ca_file: certificates to trust instead of the system's.
    """
    try:
        made = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError([f"ca_file: {ca_file}: {error.strerror or error}"]) from error
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def refuse_open_network(host: str, security: Security) -> None:
    """Nothing, or ConfigError when a password or a mail would cross a network unencrypted (RFC 8314 §3)."""
    if security is Security.NONE and host not in {"localhost", "127.0.0.1", "::1"}:
        raise ConfigError([f"security: none is allowed to this machine only, not to {host}"])


def sorted_error(where: str, error: Exception) -> AgentError:
    """The error of a connection attempt as one of ours: a certificate will not mend itself, everything else may."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConfigError([f"host: {where}: the certificate is not trusted: {error.verify_message}"])
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
