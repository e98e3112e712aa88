"""What the ways to a token have in common: who asks, what comes back, how a refusal is to be understood (OAuth 2, RFC 6749)."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from agent.backends.tls import sorted_error
from agent.config.hidden import hidden
from agent.errors import AgentError, ConfigError, TemporaryError

# RFC 6749 §5.2 and RFC 8628 §3.5: what another try can mend; the last is what Google says of too many requests
_PASSING = frozenset(
    {"temporarily_unavailable", "server_error", "slow_down", "authorization_pending", "rate_limit_exceeded"}
)
_PERSON_MUST_ACT = frozenset({"invalid_grant", "interaction_required", "expired_token", "access_denied"})
# Entra ID says it by number (700024: an assertion outside its valid time), Google in words
_CLOCK = re.compile(r"AADSTS700024\b|iat and exp|reasonable timeframe")


class Grant(StrEnum):
    """Who is asking: the program for itself (a company's administrator agreed), or for a person who once logged in."""

    CLIENT_CREDENTIALS = "client_credentials"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of the grant


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The program as the provider knows it. Times in seconds.

    Attributes:
        authority: Microsoft's endpoint for a directory; token_url: Google's for tokens. One of the two is set.
        secret: a password, or for a program that asks for itself what signs its requests: private key and certificate (PEM) at
            Microsoft, the key of a service account (JSON) at Google.
        user: the mailbox in whose name Google's service account speaks.
        token_file: holds the refresh token; needed for that grant only.
    """

    client_id: str
    scope: str
    authority: str = ""
    token_url: str = ""
    grant: Grant = Grant.REFRESH_TOKEN
    secret: str = field(default="", repr=False)
    user: str = ""
    token_file: Path | None = None
    ca_file: Path | None = None
    timeout: float = 20.0

    @property
    def endpoint(self) -> str:
        """Where tokens are had."""
        return self.authority or self.token_url


@dataclass(frozen=True, slots=True)
class Answer:
    """An access token, for how many seconds it is good, and the refresh token that takes the old one's place, or ""."""

    access_token: str = field(repr=False)
    lifetime: float
    refresh_token: str = field(default="", repr=False)


class Way(Protocol):
    """A module that asks one provider, by that provider's own library."""

    def obtain(self, client: OAuthClient, refresh_token: str) -> Answer:
        """A new access token; `refresh_token` is "" for a program that asks for itself."""


class WayByCode(Way, Protocol):
    """A provider that lets a person log in by a code."""

    def log_in(self, client: OAuthClient, tell: Callable[[str], None], pause: Callable[[float], None]) -> str:
        """The refresh token of the person who followed what `tell` said (RFC 8628)."""


def refusal(client: OAuthClient, reason: str, words: str) -> AgentError:
    """A provider's refusal as one of our errors: for now, or for a person, with what to do.

    Args:
        reason: the error's code by RFC 6749 §5.2; words: what the provider says beside it.
    """
    said = f"{client.endpoint} refused: {reason} {' '.join(hidden(words).split())[:300]}".strip()
    if reason in _PASSING:
        return TemporaryError(f"oauth: {said}")
    if _CLOCK.search(words):
        advice = "; set this machine's clock (timedatectl set-ntp true)"
    elif client.grant is Grant.REFRESH_TOKEN and reason in _PERSON_MUST_ACT:
        advice = "; run `relance login`" if client.authority else "; get a new refresh token, see docs/providers.md"
    else:
        advice = "; see docs/providers.md"
    return ConfigError([f"oauth: {said}{advice}"])


def unreachable(client: OAuthClient, error: Exception) -> AgentError:
    """A failed request as one of our errors: a certificate will not mend itself, everything else may."""
    telling = (ssl.SSLCertVerificationError, ssl.SSLError, socket.gaierror, TimeoutError, ConnectionError)
    found = (e for kind in telling for e in _causes(error) if isinstance(e, kind))
    return sorted_error(f"oauth {client.endpoint}", next((e for e in found if isinstance(e, Exception)), error))


def lifetime(value: object) -> float:
    """Seconds for which a token is good; an hour when the provider does not say (RFC 6749 §5.1)."""
    try:
        return float(value) if isinstance(value, int | float | str) else 3600.0
    except ValueError:
        return 3600.0


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, wrapped errors included."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting and len(seen) < 20:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        waiting += [e for e in inner if isinstance(e, BaseException)]
