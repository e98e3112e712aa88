"""A session with an Exchange server: exchangelib's account, its errors sorted, its habits of waiting and logging taken away."""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

import requests
from exchangelib import DELEGATE, Account, Configuration, Credentials, FailFast
from exchangelib.errors import (
    ErrorAccountDisabled,
    ErrorNonExistentMailbox,
    ErrorPasswordChangeRequired,
    ErrorPasswordExpired,
    EWSError,
    UnauthorizedError,
)
from exchangelib.protocol import BaseProtocol, CachingProtocol

from agent.backends.tls import sorted_error
from agent.errors import AgentError, ConfigError, TemporaryError

T = TypeVar("T")

_FOREIGN = (EWSError, requests.exceptions.RequestException, OSError, ValueError)
_FOR_THE_OPERATOR = (
    UnauthorizedError,
    ErrorPasswordExpired,
    ErrorPasswordChangeRequired,
    ErrorAccountDisabled,
    ErrorNonExistentMailbox,
)
_BLOCK = 65_536
_MICROSOFT_365 = ("outlook.office365.com", "outlook.office.com", "outlook.com")
# it logs whole requests, mails and all, when something fails
logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)


class _Adapter(requests.adapters.HTTPAdapter):
    """HTTPS that trusts a company's own authority, by server."""

    trusted: ClassVar[dict[str, str]] = {}

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """The answer; the certificate is checked against the authority named for this server, else the system's."""
        own = self.trusted.get(urlsplit(request.url or "").netloc)
        return super().send(request, *args, **options | ({"verify": own} if own else {}))

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """The response, to be read in blocks: exchangelib asks for it byte by byte, which costs 15 ms for a mail of 60 kB."""
        response = super().build_response(req, resp)
        bytewise = response.iter_content
        response.iter_content = lambda size=1, decode=False: bytewise(max(size or 1, _BLOCK), decode)  # type: ignore[assignment]
        return response


BaseProtocol.HTTP_ADAPTER_CLS = _Adapter


@dataclass(frozen=True, slots=True)
class ExchangeAccount:
    """Where the mailbox is. `user` is its address and the login. Times in seconds, sizes in bytes.

    Attributes:
        host: the server's name, with a port when it is not 443; EWS is at /EWS/Exchange.asmx there.
        server_keeps_sent: what is sent goes out through this server too, which files the copy.
        auth: "basic" or "NTLM"; "" to ask the server.
    """

    host: str
    user: str
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    name: str = "exchange"
    server_keeps_sent: bool = True
    auth: str = ""
    timeout: float = 60.0
    poll_every: float = 10.0
    batch: int = 50
    batch_bytes: int = 8_000_000


class ExchangeSession:
    """The account as exchangelib has it, made on first use and again after `close`; foreign errors become ours."""

    def __init__(self, account: ExchangeAccount) -> None:
        self.settings = account
        self._account: Any = None

    def do(self, action: Callable[[Any], T]) -> T:
        """The value of `action` on the account."""
        try:
            if self._account is None:
                self._account = _connect(self.settings)
            return action(self._account)
        except AgentError:
            raise
        except _FOREIGN as error:
            self.close()
            raise _sorted(self.settings, error) from error

    def close(self) -> None:
        """Let go of the connections; never raises."""
        account, self._account = self._account, None
        if account is not None:
            with contextlib.suppress(*_FOREIGN):
                account.protocol.close()
            with contextlib.suppress(*_FOREIGN, KeyError):
                CachingProtocol.clear_cache()


def _connect(account: ExchangeAccount) -> Any:
    """The account, nothing of it fetched yet; exchangelib asks the server for its version and way to log in."""
    if account.host.partition(":")[0].lower().endswith(_MICROSOFT_365):
        raise ConfigError(
            ['host: Microsoft 365 no longer takes EWS; use backend = "imap" and "smtp" with provider = "microsoft365"']
        )
    if account.ca_file is not None:
        _Adapter.trusted[account.host] = str(account.ca_file)
    BaseProtocol.TIMEOUT = account.timeout
    configuration = Configuration(
        service_endpoint=f"https://{account.host}/EWS/Exchange.asmx",
        credentials=Credentials(account.user, account.password),
        auth_type=account.auth or None,
        retry_policy=FailFast(),
    )
    return Account(account.user, config=configuration, autodiscover=False, access_type=DELEGATE)


def _sorted(account: ExchangeAccount, error: Exception) -> AgentError:
    where = f"exchange {account.host}"
    said = f"{type(error).__name__}: {str(error)[:300]}"
    if isinstance(error, _FOR_THE_OPERATOR):
        return ConfigError([f"user: {where} refused {account.user}: {said}"])
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ConfigError([f"host: {where}: the certificate is not trusted: {said}"])
    return TemporaryError(f"{where}: {said}") if isinstance(error, EWSError) else sorted_error(where, error)
