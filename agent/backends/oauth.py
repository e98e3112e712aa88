"""Access tokens for mailboxes that take no passwords (OAuth 2, RFC 6749), for XOAUTH2 over IMAP and SMTP.

Tokens live in memory until shortly before they expire. A refresh token lies in a file that only its owner may read, and is
replaced there whenever the provider hands out a new one (RFC 6749 §6).
"""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from agent.backends.tls import context, sorted_error
from agent.errors import ConfigError, TemporaryError

_EARLY = 300.0
_LARGEST = 1 << 20
# RFC 6749 §5.2 and RFC 8628 §3.5: what another try can mend
_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down", "authorization_pending"})


class Grant(StrEnum):
    """Who is asking: the program for itself (a company's administrator agreed), or for a person who once logged in."""

    CLIENT_CREDENTIALS = "client_credentials"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of the grant


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The program as the provider knows it. Times in seconds.

    Attributes:
        token_url, device_url: the provider's endpoints, https except on this machine.
        token_file: holds the refresh token; needed for that grant only.
    """

    token_url: str
    client_id: str
    scope: str
    grant: Grant = Grant.REFRESH_TOKEN
    client_secret: str = field(default="", repr=False)
    token_file: Path | None = None
    device_url: str = ""
    ca_file: Path | None = None
    timeout: float = 20.0


class Tokens:
    """Gives the access token for a login: `Tokens(client)(fresh)`. `fresh` throws away the one that was just refused."""

    def __init__(self, client: OAuthClient) -> None:
        self._client = client
        self._token = ""
        self._until = 0.0

    def __call__(self, fresh: bool = False) -> str:
        """An access token that is good for some minutes more; ConfigError when a person must log in again."""
        if fresh or time.monotonic() >= self._until:
            self._renew()
        return self._token

    def _renew(self) -> None:
        client = self._client
        fields = {"grant_type": client.grant.value, "client_id": client.client_id, "scope": client.scope}
        if client.client_secret:
            fields["client_secret"] = client.client_secret
        if client.grant is Grant.REFRESH_TOKEN:
            fields["refresh_token"] = read_refresh_token(client)
        # from here on the moment counts at which the provider was asked, whatever the clock on the wall says
        asked = time.monotonic()
        answer = _post(client, client.token_url, fields)
        self._token = _text(answer, "access_token")
        self._until = asked + max(60.0, _seconds(answer, "expires_in", 3600.0) - _EARLY)
        if rotated := _optional(answer, "refresh_token"):
            keep_refresh_token(client, rotated)


def log_in(client: OAuthClient, tell: Callable[[str], None], pause: Callable[[float], None] = time.sleep) -> None:
    """Nothing; afterwards the token file holds a refresh token of the person who followed what `tell` said (RFC 8628).

    ConfigError when the person refuses or lets the code expire.
    """
    if not client.device_url:
        raise ConfigError(["oauth: this provider has no login by code; see docs/providers.md for the way to go"])
    offer = _post(client, client.device_url, {"client_id": client.client_id, "scope": client.scope})
    address = _optional(offer, "verification_uri") or _text(offer, "verification_url")
    tell(f"Open {address} in a browser, log in as the mailbox's user and enter the code {_text(offer, 'user_code')}")
    interval = _seconds(offer, "interval", 5.0)
    left = _seconds(offer, "expires_in", 900.0)
    fields = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": client.client_id,
        "device_code": _text(offer, "device_code"),
        **({"client_secret": client.client_secret} if client.client_secret else {}),
    }
    while left > 0:
        pause(interval)
        left -= interval
        try:
            answer = _post(client, client.token_url, fields)
        except _Pending as pending:
            interval += 5.0 if pending.slower else 0.0
            continue
        keep_refresh_token(client, _text(answer, "refresh_token"))
        return
    raise ConfigError(["oauth: the code expired before anybody entered it"])


def read_refresh_token(client: OAuthClient) -> str:
    """The refresh token; ConfigError when there is none yet, or when others could read it."""
    path = client.token_file
    if path is None or not path.exists():
        raise ConfigError([f"oauth.token_file: {path or 'not set'}: nobody has logged in yet; run `relance login`"])
    if path.stat().st_mode & 0o077:
        raise ConfigError([f"oauth.token_file: {path} can be read by others; run `chmod 600 {path}`"])
    return path.read_text().strip()


def keep_refresh_token(client: OAuthClient, token: str) -> None:
    """Nothing; the file holds this token durably, or still the one before."""
    if client.token_file is None:
        return
    draft = client.token_file.with_name(f".{client.token_file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(client.token_file)


class _Pending(TemporaryError):
    """The person has not entered the code yet (RFC 8628 §3.5)."""

    def __init__(self, slower: bool) -> None:
        super().__init__("waiting for the code to be entered")
        self.slower = slower


def _post(client: OAuthClient, url: str, fields: Mapping[str, str]) -> Mapping[str, object]:
    """The provider's answer to a form; errors sorted by whether a person must do something."""
    host = urllib.parse.urlsplit(url).hostname or ""
    if not url.startswith("https://") and host not in {"localhost", "127.0.0.1"}:
        raise ConfigError([f"oauth: {url} is not https"])
    body = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(url, body, {"Accept": "application/json"})  # noqa: S310 - the scheme was checked
    tls = context(client.ca_file) if url.startswith("https://") else None
    try:
        with urllib.request.urlopen(request, timeout=client.timeout, context=tls) as response:  # noqa: S310 - checked
            return _decoded(response.read(_LARGEST))
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(host, error.code, _decoded(error.read(_LARGEST))) from error
    except urllib.error.URLError as error:
        reason = error.reason if isinstance(error.reason, Exception) else error
        raise sorted_error(f"oauth {host}", reason) from error
    except (OSError, ValueError) as error:
        raise sorted_error(f"oauth {host}", error) from error


def _refusal(host: str, status: int, answer: Mapping[str, object]) -> ConfigError | TemporaryError:
    reason = _optional(answer, "error")
    said = f"oauth {host}: {status} {reason} {_optional(answer, 'error_description')[:300]}".strip()
    if reason in {"authorization_pending", "slow_down"}:
        return _Pending(reason == "slow_down")
    if status >= 500 or status == 429 or reason in _PASSING:
        return TemporaryError(said)
    advice = "; run `relance login`" if reason in {"invalid_grant", "expired_token", "access_denied"} else ""
    return ConfigError([f"oauth: {said}{advice}"])


def _decoded(content: bytes) -> Mapping[str, object]:
    try:
        answer = json.loads(content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _text(answer: Mapping[str, object], key: str) -> str:
    value = _optional(answer, key)
    if not value:
        raise TemporaryError(f"oauth: the provider's answer has no {key}")
    return value


def _optional(answer: Mapping[str, object], key: str) -> str:
    value = answer.get(key, "")
    return value if isinstance(value, str) else ""


def _seconds(answer: Mapping[str, object], key: str, default: float) -> float:
    value = answer.get(key, default)
    try:
        return float(value) if isinstance(value, int | float | str) else default
    except ValueError:
        return default
