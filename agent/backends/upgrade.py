"""From an open connection to a private one: what somebody on the line slipped in before the encryption is refused, not read.

RFC 3207 §6 and RFC 3501 §6.2.1 have a client forget what it heard before; "Why TLS is better without STARTTLS" (USENIX Security
2021) shows what comes of reading on. A server says nothing between its yes and the first bytes of the client.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable
from typing import cast

from agent.errors import TemporaryError


class _Upgrade:
    """Stands in for the TLS context where a library asks it to wrap the connection."""

    def __init__(self, where: str, context: ssl.SSLContext, heard: Callable[[], object]) -> None:
        self._where = where
        self._context = context
        self._heard = heard

    def wrap_socket(self, sock: socket.socket, server_hostname: str | None = None) -> ssl.SSLSocket:
        """The private connection; TemporaryError when something lies before its beginning."""
        reader, patience = self._heard(), sock.gettimeout()
        sock.setblocking(False)
        early = reader.peek(1) if isinstance(reader, io.BufferedReader) else b""
        sock.settimeout(patience)
        if early:
            raise TemporaryError(
                f"{self._where}: somebody on the line spoke between STARTTLS and the encryption; nothing was sent. "
                'Use the port that is private from its first byte: security = "tls"'
            )
        return self._context.wrap_socket(sock, server_hostname=server_hostname)


def upgrade(where: str, context: ssl.SSLContext, heard: Callable[[], object]) -> ssl.SSLContext:
    """What a library takes for the context and calls to wrap the connection.

    Args:
        where: names the server in the error.
        heard: the library's buffered reader of the open connection, at the moment of wrapping.
    """
    return cast("ssl.SSLContext", _Upgrade(where, context, heard))
