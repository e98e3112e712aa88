"""TXT records from the name service: DKIM keys of senders, and the SPF, DKIM and DMARC records of our own domain."""

import time
from collections.abc import Sequence
from functools import cache

import dns.exception
import dns.rdatatype
import dns.resolver

from agent.errors import TemporaryError

# one name server may be down; three times two seconds is what a waiting mail can bear
_LIFETIME, _TIMEOUT = 6.0, 2.0
# seconds for which a name that nobody answered for is not asked about again: the other mail must not wait for it each time
_SILENCE = 60.0


class TxtResolver:
    """Asks the name servers of the machine, or the given ones, and remembers answers for their time to live."""

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53, lifetime: float = _LIFETIME) -> None:
        self._resolver = dns.resolver.Resolver(configure=not nameservers)
        if nameservers:
            self._resolver.nameservers = list(nameservers)
            self._resolver.port = port
        self._resolver.lifetime = lifetime
        self._resolver.timeout = min(_TIMEOUT, lifetime)
        self._resolver.cache = dns.resolver.LRUCache(1000)
        self._silent: dict[str, float] = {}

    def records(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name, the pieces of each joined (RFC 7208 §3.3); none when there are none, or it is no name.

        Raises:
            TemporaryError: nobody answers, or the servers of the name fail (RFC 1035 §4.1.1: SERVFAIL); it may have records.
        """
        now = time.monotonic()
        self._silent = {silent: until for silent, until in self._silent.items() if until > now}
        if name in self._silent:
            raise TemporaryError(f"nobody answered for {name[:100]} just now")
        try:
            answer = self._resolver.resolve(name.rstrip("."), dns.rdatatype.TXT, search=False)
        except (dns.exception.Timeout, dns.resolver.NoNameservers, OSError) as error:
            self._silent[name] = time.monotonic() + _SILENCE
            raise TemporaryError(f"nobody answers for {name[:100]}") from error
        except (dns.exception.DNSException, UnicodeError):
            return ()
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)

    def lookup(self, name: str) -> str | None:
        """The record that holds a key when there are several, else the first (RFC 6376 §3.6.2.2); None when there is none.

        Raises:
            TemporaryError: nobody answers now.
        """
        found = self.records(name)
        return next((record for record in found if "p=" in record), found[0] if found else None)


@cache
def _machine() -> TxtResolver:
    """The machine's own resolver. Raises TemporaryError where it knows no name server: at its start the network may come later."""
    try:
        return TxtResolver()
    except dns.resolver.NoResolverConfiguration as error:
        raise TemporaryError("this machine knows no name server") from error


def txt_records(name: str) -> tuple[str, ...]:
    """The TXT records of a name, none when there are none. Raises TemporaryError when nobody answers within six seconds."""
    return _machine().records(name)


def txt_lookup(name: str) -> str | None:
    """The one TXT record of a name that holds a DKIM key, else the first; None when there is none. Raises as `txt_records`."""
    return _machine().lookup(name)
