"""A session with an Exchange server: exchangelib's account, its errors sorted, its habits of waiting and logging taken away."""

import contextlib
import logging
import re
import threading
import time
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
    ErrorQuotaExceeded,
    ErrorServerBusy,
    EWSError,
    TransportError,
    UnauthorizedError,
)
from exchangelib.protocol import BaseProtocol, Protocol

from agent.backends.tls import OLD, sorted_error, trusting_nobody_yet
from agent.config.hidden import hidden, keep_hidden
from agent.errors import AgentError, ConfigError, TemporaryError

T = TypeVar("T")

# the last three: exchangelib takes an answer's elements for granted
_FOREIGN = (
    EWSError,
    requests.exceptions.RequestException,
    OSError,
    ValueError,
    AttributeError,
    LookupError,
    TypeError,
)
_FOR_THE_OPERATOR = (
    UnauthorizedError,
    ErrorPasswordExpired,
    ErrorPasswordChangeRequired,
    ErrorAccountDisabled,
    ErrorNonExistentMailbox,
)
_BLOCK = 65_536
_LONGEST_QUIET = 300.0
# an object's place in memory and the time of day, which would make one cause look like many in the log
_CHANGING = re.compile(r"<[^<>]* at 0x[0-9a-f]+>:? ?| at 0x[0-9a-f]+")
_IN_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (ErrorPasswordExpired, "the password has expired: "),
    (ErrorPasswordChangeRequired, "the password must be changed first: "),
    (ErrorQuotaExceeded, "the mailbox is full: "),
    (ErrorServerBusy, "the server asks for patience: "),
    (UnauthorizedError, "wrong or expired password, or no right to log in this way: "),
)
_MICROSOFT_365 = ("outlook.office365.com", "outlook.office.com", "outlook.com")
# it logs whole requests, mails and all, when something fails
logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)


class HttpError(TransportError):  # type: ignore[misc]
    """An answer of HTTP that is none of EWS: it does not say whether the request was carried out."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class _Adapter(requests.adapters.HTTPAdapter):
    """HTTPS that trusts a company's own authority, by server."""

    trusted: ClassVar[dict[str, str]] = {}

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=trusting_nobody_yet(), **options)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """The answer; the certificate is checked against the authority named for this server, else the system's."""
        own = self.trusted.get(urlsplit(request.url or "").netloc)
        return super().send(request, *args, **options | ({"verify": own} if own else {}))

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """The response, to be read in blocks: exchangelib asks for it byte by byte, which costs 15 ms for a mail of 60 kB.

        Raises:
            ErrorServerBusy: with 429 or 503 nothing was done (RFC 6585 §4, RFC 9110 §15.6.4).
            HttpError: any other status but those in which EWS speaks: 200, 401 and 500 with XML.
        """
        response = super().build_response(req, resp)
        _refuse_foreign_answer(response)
        bytewise = response.iter_content
        response.iter_content = lambda size=1, decode=False: bytewise(max(size or 1, _BLOCK), decode)  # type: ignore[assignment]
        return response


def _refuse_foreign_answer(response: requests.Response) -> None:
    status = response.status_code
    ews = status == 500 and (b"<?xml" in response.content[:64] or "X-CasErrorCode" in response.headers)
    if status in {200, 401} or ews:
        return
    response.close()
    if status in {429, 503}:
        hint = response.headers.get("Retry-After", "")
        raise ErrorServerBusy(f"HTTP {status}", back_off=float(hint) if hint.isascii() and hint.isdigit() else None)
    raise HttpError(status)


BaseProtocol.HTTP_ADAPTER_CLS = _Adapter
# what exchangelib would wait when a server names no time: here nobody waits, and a named time stands out
BaseProtocol.RETRY_WAIT = 0


@dataclass(frozen=True, slots=True)
class ExchangeAccount:
    """Where the mailbox is. `user` is its address and the login. Times in seconds, sizes in bytes.

    Attributes:
        host: the server's name, with a port when it is not 443; EWS is at /EWS/Exchange.asmx there.
        server_keeps_sent: what is sent goes out through this server too, which files the copy.
        auth: "basic" or "NTLM"; "" to ask the server.
        poll_every: how often a wait asks for notifications.
        look_every: how often a wait looks into INBOX itself, whatever the notifications say, and how long a folder is believed to
            be where it was.
    """

    host: str
    user: str
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    name: str = "exchange"
    server_keeps_sent: bool = True
    auth: str = ""
    timeout: float = 60.0
    poll_every: float = 5.0
    look_every: float = 300.0
    batch: int = 50
    batch_bytes: int = 8_000_000


class ExchangeSession:
    """The account as exchangelib has it, made on first use and again after `close`; foreign errors become ours.

    One request at a time: mailbox and transport share it, whoever calls them. When the server asks for quiet, nothing is sent
    to it until then (five minutes at most): every call fails at once with the reason that the server gave.
    """

    def __init__(self, account: ExchangeAccount) -> None:
        self.settings = account
        self._account: Any = None
        self._one_at_a_time = threading.RLock()
        self._quiet_until = 0.0
        self._asked_for_quiet = ""

    def do(self, action: Callable[[Any], T]) -> T:
        """The value of `action` on the account."""
        with self._one_at_a_time:
            if time.monotonic() < self._quiet_until:
                raise TemporaryError(self._asked_for_quiet)
            try:
                account = self._account = self._account or _connect(self.settings)
                return action(account)
            except AgentError:
                raise
            except _FOREIGN as error:
                self.close()
                raise self._noted(_first(error)) from error

    def close(self) -> None:
        """Let go of the connections; never raises."""
        account, self._account = self._account, None
        if account is not None:
            with contextlib.suppress(*_FOREIGN):
                account.protocol.close()

    def _noted(self, error: Exception) -> AgentError:
        """The error as one of ours; a time to keep quiet is kept from here on."""
        ours = _sorted(self.settings, error)
        hint = error.back_off if isinstance(error, ErrorServerBusy) else None
        if hint:
            self._quiet_until = time.monotonic() + min(float(hint), _LONGEST_QUIET)
            self._asked_for_quiet = str(ours)
        return ours


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
        credentials=Credentials(account.user, keep_hidden(account.password)),
        auth_type=account.auth or None,
        retry_policy=FailFast(),
    )
    try:
        return Account(account.user, config=configuration, autodiscover=False, access_type=DELEGATE)
    finally:
        # exchangelib would keep the connections, and a failure too, for whoever else logs in alike
        with contextlib.suppress(KeyError):
            del Protocol[configuration]


def _first(error: Exception) -> Exception:
    """What the server said, when exchangelib only tells that it could not find out the server's version."""
    inner = error.__context__
    return inner if type(error) is TransportError and isinstance(inner, EWSError) else error


def _sorted(account: ExchangeAccount, error: Exception) -> AgentError:
    where = f"exchange {account.host}"
    words = next((words for kind, words in _IN_WORDS if isinstance(error, kind)), "")
    said = f"{words}{type(error).__name__}: {hidden(_CHANGING.sub('', str(error)))[:300]}"
    if isinstance(error, _FOR_THE_OPERATOR):
        return ConfigError([f"user: {where} refused {account.user}: {said}"])
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ConfigError([f"host: {where}: the certificate is not trusted: {said}"])
    if any(reason in str(error) for reason in OLD):
        return ConfigError([f"host: {where}: offers no TLS 1.2 or newer with modern ciphers: {said}"])
    if isinstance(error, HttpError) and error.status in {403, 404}:
        return ConfigError([f"host: {where} offers no EWS to {account.user} at /EWS/Exchange.asmx: {said}"])
    return TemporaryError(f"{where}: {said}") if isinstance(error, EWSError) else sorted_error(where, error)
