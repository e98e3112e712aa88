"""Tokens from Microsoft (Entra ID) by its own library: for the program by secret or certificate, for a person by a code."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msal
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from agent.backends.oauth_client import Answer, Grant, OAuthClient, lifetime, refusal, unreachable
from agent.backends.oauth_web import session
from agent.config.hidden import hidden
from agent.errors import ConfigError, TemporaryError

# what the library may raise beside the errors of the web: it says by ValueError that it could not make sense of something
_FOREIGN = (requests.RequestException, msal.exceptions.MsalError, OSError, ValueError, KeyError, RuntimeError)
_PEM = re.compile(r"-----BEGIN ([A-Z ]{1,40})-----[^-]{1,20000}-----END \1-----")
_PENDING = frozenset({"authorization_pending", "slow_down"})


def obtain(client: OAuthClient, refresh_token: str) -> Answer:
    """A new access token. A program proves itself (RFC 6749 §4.4, RFC 7523); a person's refresh token is exchanged (§6)."""
    application = _application(client)
    try:
        if client.grant is Grant.CLIENT_CREDENTIALS:
            answer = application.acquire_token_for_client(scopes=_scopes(client))
        else:
            answer = application.acquire_token_by_refresh_token(refresh_token, scopes=_scopes(client))
    except _FOREIGN as error:
        raise unreachable(client, error) from error
    return _answer(client, answer)


def log_in(client: OAuthClient, tell: Callable[[str], None], pause: Callable[[float], None]) -> str:
    """The refresh token of the person who entered the code (RFC 8628); ConfigError when he refuses or lets it expire."""
    application = _application(client)
    try:
        flow = application.initiate_device_flow(scopes=_scopes(client))
        if "user_code" not in flow:
            raise _refused(client, flow)
        tell(
            f"Open {flow['verification_uri']} in a browser, log in as the mailbox's user and enter the code {flow['user_code']}"
        )
        left = lifetime(flow.get("expires_in"))
        while left > 0:
            interval = int(flow.get("interval", 5))
            pause(interval)
            left -= interval
            answer = application.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
            if answer.get("error") == "slow_down":
                flow["interval"] = interval + 5  # RFC 8628 §3.5
            if answer.get("error") not in _PENDING:
                return _answer(client, answer).refresh_token
    except _FOREIGN as error:
        raise unreachable(client, error) from error
    raise ConfigError(["oauth: the code expired before anybody entered it; run `relance login` again"])


def _application(client: OAuthClient) -> Any:
    """The library's application; made anew for each request, as what it remembers belongs in our own file."""
    credential = _credential(client.secret) if client.secret else None
    kind = msal.ConfidentialClientApplication if client.secret else msal.PublicClientApplication
    try:
        return kind(
            client.client_id,
            authority=client.authority,
            client_credential=credential,
            http_client=session(client.ca_file, client.timeout),
            instance_discovery=False,  # the address comes from the configuration: nobody needs to be asked whether it is known
        )
    except _FOREIGN as error:
        raise _no_directory(client, error) from error


def _no_directory(client: OAuthClient, error: Exception) -> Exception:
    """Why the directory could not be found: its name is wrong, or nobody answered."""
    inner = str(error.__context__ or error)
    if isinstance(error, ValueError) and not isinstance(error, requests.RequestException):
        if "HTTP status: 40" in inner:
            return ConfigError([f"oauth.tenant: {client.authority} is no directory that Microsoft knows"])
        return TemporaryError(f"oauth {client.authority}: an answer that makes no sense: {hidden(inner)[:200]}")
    return unreachable(client, error)


def _credential(secret: str) -> str | Mapping[str, str]:
    """What the library takes: the secret itself, or private key and certificate out of a PEM text."""
    blocks = {found[1].split()[-1] if "KEY" in found[1] else found[1]: found[0] for found in _PEM.finditer(secret)}
    if not blocks:
        return secret
    if set(blocks) != {"KEY", "CERTIFICATE"}:
        raise ConfigError(["oauth.password_file: a certificate needs its private key in the same file, both in PEM"])
    try:
        key = load_pem_private_key(blocks["KEY"].encode(), None)
        load_pem_x509_certificate(blocks["CERTIFICATE"].encode())
    except (ValueError, TypeError) as error:
        raise ConfigError([f"oauth.password_file: {str(error)[:200]}"]) from error
    if not isinstance(key, RSAPrivateKey):
        raise ConfigError(["oauth.password_file: Microsoft takes certificates with RSA keys only"])
    return {"private_key": blocks["KEY"], "public_certificate": blocks["CERTIFICATE"]}


def _scopes(client: OAuthClient) -> list[str]:
    """The scopes but for those that the library asks for by itself."""
    return [scope for scope in client.scope.split() if scope not in {"offline_access", "openid", "profile"}]


def _answer(client: OAuthClient, answer: Mapping[str, Any]) -> Answer:
    if "access_token" not in answer:
        raise _refused(client, answer)
    return Answer(
        str(answer["access_token"]), lifetime(answer.get("expires_in")), str(answer.get("refresh_token") or "")
    )


def _refused(client: OAuthClient, answer: Mapping[str, Any]) -> Exception:
    return refusal(client, str(answer.get("error", "")), str(answer.get("error_description", "")))
