"""Access tokens for mailboxes that take no passwords (OAuth 2, RFC 6749), for XOAUTH2 over IMAP and SMTP.

Tokens live in memory until shortly before they expire. A refresh token lies in a file that only its owner may read, and is
replaced there whenever the provider hands out a new one (RFC 6749 §6). The requests themselves are made by the provider's own
library, which is imported when the first token is asked for.
"""

import contextlib
import fcntl
import importlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from agent.backends.oauth_client import Grant, OAuthClient, Way, WayByCode
from agent.config.hidden import keep_hidden
from agent.config.secret_files import opened
from agent.errors import ConfigError

_EARLY = 300.0


class Tokens:
    """Gives the access token for a login: `Tokens(client)(fresh)`. `fresh` throws away the one that was just refused."""

    def __init__(self, client: OAuthClient) -> None:
        self._client = client
        self._token = ""  # nosec B105 - there is none yet
        self._until = 0.0

    def __call__(self, fresh: bool = False) -> str:
        """An access token that is good for some time more; ConfigError when a person must log in again."""
        if fresh or time.monotonic() >= self._until:
            self._renew()
        return self._token

    def _renew(self) -> None:
        # from here on the moment counts at which the provider was asked, whatever the clock on the wall says
        asked = time.monotonic()
        if self._client.grant is Grant.CLIENT_CREDENTIALS:
            answer = _way(self._client).obtain(self._client, "")
        else:
            with _held(self._client) as path:
                answer = _way(self._client).obtain(self._client, keep_hidden(path.read_text().strip()))
                if answer.refresh_token:
                    keep_refresh_token(path, answer.refresh_token)
        keep_hidden(answer.refresh_token)
        self._token = keep_hidden(answer.access_token)
        # a token that lives shorter than the margin is used for half its life
        self._until = asked + max(answer.lifetime - _EARLY, answer.lifetime / 2)


def log_in(client: OAuthClient, tell: Callable[[str], None], pause: Callable[[float], None] = time.sleep) -> None:
    """Nothing; afterwards the token file holds a refresh token of the person who followed what `tell` said (RFC 8628).

    ConfigError when the person refuses or lets the code expire, or when this mailbox needs no person.
    """
    if client.grant is Grant.CLIENT_CREDENTIALS or client.token_file is None:
        raise ConfigError(["oauth.grant: the program asks for itself here and nobody logs in; run `relance check`"])
    if not client.authority:
        raise ConfigError(
            ["oauth: Google has no login by code for mail; docs/providers.md says how to get a refresh token"]
        )
    # the first login may come before the first start, which makes the state folder
    client.token_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = cast("WayByCode", _way(client)).log_in(client, tell, pause)
    if not token:
        raise ConfigError(
            ["oauth.scope: the provider gave no refresh token; allow offline_access, see docs/providers.md"]
        )
    keep_refresh_token(client.token_file, token)


def keep_refresh_token(path: Path, token: str) -> None:
    """Nothing; the file holds this token durably and for its owner alone, or still the one before."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _held(client: OAuthClient) -> Iterator[Path]:
    """The file of the refresh token, for us alone: where each use voids the token, mailbox and transport must take turns."""
    path = client.token_file
    while True:
        if path is None or not path.exists():
            raise ConfigError(
                [f"oauth.token_file: {path or 'not set'}: nobody has logged in yet; {_next_step(client)}"]
            )
        with opened(path, "oauth.token_file") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # while we waited, somebody else may have put a new file in the place of this one
            if path.exists() and path.stat().st_ino == os.fstat(file).st_ino:
                yield path
                return


def _next_step(client: OAuthClient) -> str:
    return "run `relance login`" if client.authority else "docs/providers.md says how to get a refresh token"


def _way(client: OAuthClient) -> Way:
    """The module that asks this provider; ConfigError when its library is not installed."""
    keep_hidden(client.secret)
    if not client.endpoint.startswith("https://"):
        raise ConfigError([f"oauth: {client.endpoint or 'no address'} is not https"])
    name = "microsoft" if client.authority else "google"
    try:
        return cast("Way", importlib.import_module(f"agent.backends.oauth_{name}"))
    except ModuleNotFoundError as error:
        raise ConfigError(["oauth: tokens need an extra package: pip install 'relance[oauth]'"]) from error
