"""TXT records from the name service: DKIM keys of senders, and the SPF, DKIM and DMARC records of our own domain."""

from collections.abc import Sequence
from functools import cache

import dns.exception
import dns.rdatatype
import dns.resolver

# one name server may be down; three times two seconds is what a waiting mail can bear
_LIFETIME, _TIMEOUT = 6.0, 2.0


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

    def records(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name, the pieces of each joined (RFC 7208 §3.3); none when there are none or nobody answers.

        Silence and absence are the same here: a sender whose name servers do not answer must not hold up the other mail.
        """
        try:
            answer = self._resolver.resolve(name.rstrip("."), dns.rdatatype.TXT, search=False)
        except (dns.exception.DNSException, OSError, UnicodeError):
            return ()
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)

    def lookup(self, name: str) -> str | None:
        """The record that holds a key when there are several, else the first (RFC 6376 §3.6.2.2); None when there is none."""
        found = self.records(name)
        return next((record for record in found if "p=" in record), found[0] if found else None)


@cache
def _machine() -> TxtResolver | None:
    """The machine's own resolver; None where it has no name servers configured."""
    try:
        return TxtResolver()
    except dns.resolver.NoResolverConfiguration:
        return None


def txt_records(name: str) -> tuple[str, ...]:
    """The TXT records of a name, none when there are none or nobody answers within six seconds."""
    resolver = _machine()
    return resolver.records(name) if resolver else ()


def txt_lookup(name: str) -> str | None:
    """The one TXT record of a name that holds a DKIM key, else the first; None when there is none."""
    resolver = _machine()
    return resolver.lookup(name) if resolver else None
