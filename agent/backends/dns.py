"""TXT records from DNS: keys for DKIM signatures, and the records that `relance check` reads."""

from functools import lru_cache

import dns.exception
import dns.resolver

from agent.errors import TemporaryError

_SECONDS = 5.0
_NONE = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError, UnicodeError, ValueError)


def txt_records(name: str) -> tuple[str, ...]:
    """The TXT records of a name, each in one piece (RFC 7208 §3.3); none when there are none.

    Raises:
        TemporaryError: nobody answered in time.
    """
    try:
        answer = _resolver().resolve(name.rstrip(".") + ".", "TXT", lifetime=_SECONDS)
    except _NONE:
        return ()
    except dns.exception.DNSException as error:
        raise TemporaryError(f"dns: no answer about {name}: {type(error).__name__}") from error
    return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)


def txt_lookup(name: str) -> str | None:
    """The first TXT record of a name, None when there is none or nobody answers.

    Never raises: a sender's domain whose name servers are silent proves nothing, and must not hold up the mail of others.
    """
    try:
        return next(iter(txt_records(name)), None)
    except TemporaryError:
        return None


@lru_cache(maxsize=1)
def _resolver() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver()
    resolver.cache = dns.resolver.LRUCache(1000)
    return resolver
