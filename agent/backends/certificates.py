"""Until when the certificates are valid that other sides showed; what was met since the start is remembered."""

import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

_lock = threading.Lock()
_met: dict[str, datetime] = {}


def valid_until(connection: socket.socket | None) -> datetime | None:
    """The end of the validity of the certificate that the other side showed; None on an open line."""
    shown = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    end = shown.get("notAfter") if shown else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if isinstance(end, str) else None


def remember(where: str, connection: socket.socket | None) -> None:
    """Keep in mind until when the certificate of this place is valid; nothing on an open line."""
    until = valid_until(connection)
    if until is not None:
        with _lock:
            _met[where] = until


def met() -> Mapping[str, datetime]:
    """The ends of validity by place (`imap HOST`, `smtp HOST`), as of each last connection."""
    with _lock:
        return dict(_met)
