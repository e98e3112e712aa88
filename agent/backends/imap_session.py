"""A connection to an IMAP server: logged in, its folders known and made."""

import contextlib
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from agent.backends.certificates import remember
from agent.backends.tls import context, keep_alive, refuse_open_network, sorted_error
from agent.backends.upgrade import upgrade
from agent.config import Security
from agent.config.hidden import hidden, keep_hidden
from agent.errors import AgentError, ConfigError, TemporaryError
from agent.ports import Box

# at its lowest level it would write down the conversation, tokens and mails included
logging.getLogger("imapclient").setLevel(logging.WARNING)

FOREIGN = (IMAPClientError, OSError, EOFError, ValueError, LookupError, AttributeError)
# answers to a login that speak of the moment, not of the password: RFC 5530 and what Gmail and Microsoft 365 say
_FOR_NOW = (
    "[unavailable]",
    "[inuse]",
    "[limit]",
    "[serverbug]",
    "temporar",
    "too many",
    "throttl",
    "try again",
    "not connected",
)


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """Where the mailbox is and how it is treated. Times in seconds, sizes in bytes.

    Attributes:
        token: gives an OAuth 2 access token for each login (XOAUTH2), a fresh one when asked with True; None for a login with
            `password`.
        prefix: stands before Handled, Review and Quarantine; "" to ask the server (NAMESPACE, RFC 2342).
        server_keeps_sent: the server files a copy of what is sent by itself, so `keep_sent` adds none.
        idle_slice: the longest uninterrupted look at an idle connection.
        probe_every: after this time IDLE is renewed, the connection proved alive and INBOX searched again (`idle_seconds` in the
            configuration; RFC 2177 allows 29 minutes, some servers less).
    """

    host: str
    user: str
    password: str = field(default="", repr=False)
    port: int = 993
    security: Security = Security.TLS
    ca_file: Path | None = None
    token: Callable[[bool], str] | None = field(default=None, repr=False)
    name: str = "imap"
    prefix: str = ""
    server_keeps_sent: bool = False
    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    idle_slice: float = 30.0
    probe_every: float = 300.0
    poll_every: float = 30.0
    batch: int = 50
    batch_bytes: int = 8_000_000


@dataclass(slots=True)
class ImapSession:
    """A connection that is logged in: its folders by box, what is selected, and since when it has been idle."""

    client: IMAPClient
    folders: dict[Box, str]
    can_idle: bool
    selected: Box | None = None
    validity: int = 0
    idle: bool = False
    look_again_at: float = 0.0


def connect(account: ImapAccount, *, make_missing: bool = True) -> ImapSession:
    """A session that is logged in and knows its folders, the missing ones made unless we only look. Errors are ours."""
    refuse_open_network(account.host, account.security)
    where = f"imap {account.host}"
    tls = context(account.ca_file)
    if account.token is not None:
        account.token(False)  # fetched before there is a connection, which would not wait long for a login
    client = None
    try:
        client = IMAPClient(
            account.host,
            account.port,
            ssl=account.security is Security.TLS,
            ssl_context=tls if account.security is Security.TLS else None,
            timeout=SocketTimeout(account.connect_timeout, account.read_timeout),
        )
        keep_alive(client.socket())
        if account.security is Security.STARTTLS:
            _make_private(client, where, tls)
        # a server that is half dead is found out soon: until the session stands, nothing large is on its way
        client.socket().settimeout(account.connect_timeout)
        remember(where, client.socket())
        _login(client, account)
        session = ImapSession(client, _folders(client, account, make_missing), can_idle=client.has_capability("IDLE"))
        client.socket().settimeout(account.read_timeout)
    except (*FOREIGN, AgentError) as error:
        if client is not None:
            with contextlib.suppress(*FOREIGN):
                client.shutdown()
        raise (error if isinstance(error, AgentError) else sorted_error(where, error)) from error
    return session


def _make_private(client: IMAPClient, where: str, tls: ssl.SSLContext) -> None:
    """Encrypt the connection and forget what was heard in the open; ConfigError when the server, or somebody on the line, offers none."""
    spoken = client._imap  # noqa: SLF001 - what was heard is nowhere else
    if spoken.state != "NONAUTH" or not client.has_capability("STARTTLS"):
        raise ConfigError(
            [f"security: {where}: STARTTLS is not offered, so nothing was sent; is it the right server and port?"]
        )
    client.starttls(upgrade(where, tls, lambda: getattr(spoken, "file", None)))
    spoken.untagged_responses.clear()


def _login(client: IMAPClient, account: ImapAccount) -> None:
    """Log in; a refusal is a ConfigError unless the server says that it is a matter of the moment."""
    try:
        if account.token is None:
            client.login(account.user, keep_hidden(account.password))
        else:
            _login_with_token(client, account.user, account.token)
    except LoginError as error:
        if isinstance(error.__cause__ or error.__context__, IMAPClient.AbortError):
            raise TemporaryError(f"imap {account.host}: the connection broke during login") from error
        said = hidden(str(error))[:300]
        if any(word in said.lower() for word in _FOR_NOW):
            raise TemporaryError(f"imap {account.host}: login refused for now: {said}") from error
        raise ConfigError([f"user: imap {account.host} refused the login of {account.user}: {said}"]) from error


def _login_with_token(client: IMAPClient, user: str, token: Callable[[bool], str]) -> None:
    """Log in with the token at hand, or with a fresh one when that was revoked meanwhile."""
    try:
        client.oauth2_login(user, token(False))
    except LoginError:
        client.oauth2_login(user, token(True))


def _folders(client: IMAPClient, account: ImapAccount, make_missing: bool) -> dict[Box, str]:
    """The server's name for each box. Sent is the folder that the server marks so (RFC 6154), else the one of this name."""
    prefix = account.prefix or _personal_prefix(client)
    names = {box: box.value if box is Box.INBOX else prefix + box.value for box in Box}
    listed = {name: flags for flags, _, name in client.list_folders()}
    marked = next((name for name, flags in listed.items() if rb"\Sent" in flags), None)
    names[Box.SENT] = marked or names[Box.SENT]
    for name in names.values():
        if make_missing and name != Box.INBOX.value and name not in listed:
            make(client, name)
    return names


def _personal_prefix(client: IMAPClient) -> str:
    """What stands before the names of one's own folders, such as `INBOX.` (RFC 2342)."""
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""


def make(client: IMAPClient, name: str) -> None:
    """Create a folder, unless another worker just did, and show it to mail clients."""
    try:
        client.create_folder(name)
    except IMAPClientError:
        if not client.folder_exists(name):
            raise
    with contextlib.suppress(IMAPClientError):
        client.subscribe_folder(name)


def expunge(client: IMAPClient, uid: int) -> None:
    """Take one copied mail out of INBOX, and none that somebody else marked as deleted."""
    client.add_flags([uid], [rb"\Deleted"])
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])
    elif list(client.search(["DELETED"])) == [uid]:
        client.expunge()


def end_idle(session: ImapSession) -> None:
    """Leave IDLE, when in it, so that commands can be given."""
    if session.idle:
        session.idle = False
        if session.can_idle:
            session.client.idle_done()
