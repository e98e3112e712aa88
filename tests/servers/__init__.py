"""Real servers on loopback, started without root in a folder of their own: `from tests.servers import Dovecot, Smtp`."""

from tests.servers.certificate import certificate
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Smtp

__all__ = ["Dovecot", "Smtp", "certificate"]
