"""Tokens from Google by its own library: for a service account that speaks in a mailbox's name, or by a person's refresh token."""

import functools
import json

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceAccount

from agent.backends.oauth_client import Answer, Grant, OAuthClient, lifetime, refusal, unreachable
from agent.backends.oauth_web import session
from agent.errors import ConfigError


def obtain(client: OAuthClient, refresh_token: str) -> Answer:
    """A new access token. The service account signs its request (RFC 7523); a person's refresh token is exchanged."""
    credentials = _credentials(client, refresh_token)
    answers: list[requests.Response] = []
    web = session(client.ca_file, client.timeout)
    web.hooks["response"].append(lambda response, *_, **__: answers.append(response))
    try:
        credentials.refresh(functools.partial(Request(web), timeout=client.timeout))  # type: ignore[no-untyped-call] # theirs
    except RefreshError as error:
        raise _refused(client, error) from error
    except (GoogleAuthError, requests.RequestException, OSError, ValueError) as error:
        raise unreachable(client, error) from error
    # the library tells the end by the clock on the wall, which may be wrong; the provider told the lifetime itself
    told = answers[-1].json().get("expires_in")
    rotated = getattr(credentials, "refresh_token", None)
    return Answer(str(credentials.token), lifetime(told), "" if rotated in (None, refresh_token) else str(rotated))


def _credentials(client: OAuthClient, refresh_token: str) -> Credentials | ServiceAccount:
    scopes = client.scope.split()
    if client.grant is Grant.REFRESH_TOKEN:
        return Credentials(  # type: ignore[no-untyped-call] # theirs
            token=None,
            refresh_token=refresh_token,
            token_uri=client.token_url,
            client_id=client.client_id,
            client_secret=client.secret,
            scopes=scopes,
        )
    try:
        key = json.loads(client.secret)
        # the address in the key's file must not lead a signed request elsewhere than the configuration says
        account: ServiceAccount = ServiceAccount.from_service_account_info(  # type: ignore[no-untyped-call] # theirs
            {**key, "token_uri": client.token_url}, scopes=scopes, subject=client.user
        )
    except (ValueError, TypeError, GoogleAuthError) as error:
        raise ConfigError(["oauth.password_file: is not the key of a Google service account (JSON)"]) from error
    return account


def _refused(client: OAuthClient, error: RefreshError) -> Exception:
    details = next((each for each in error.args if isinstance(each, dict)), {})
    reason = str(details.get("error", ""))
    words = str(details.get("error_description", "")) or str(error.args[0] if error.args else error)
    return refusal(client, reason, words)
