"""From settings to a mailbox and a transport: the only place that knows which backends there are."""

import importlib
from collections.abc import Callable
from typing import cast

from agent.backends.imap import ImapMailbox
from agent.backends.imap_session import ImapAccount
from agent.backends.maildir import MaildirMailbox, MaildirTransport
from agent.backends.oauth import Tokens
from agent.backends.oauth_client import Grant, OAuthClient
from agent.backends.smtp import SmtpAccount, SmtpTransport
from agent.config import (
    ExchangeSettings,
    ImapSettings,
    MailboxSettings,
    MaildirSettings,
    OAuthSettings,
    SmtpSettings,
    password,
)
from agent.config.providers import IDLE_SECONDS
from agent.errors import ConfigError
from agent.ports import Mailbox, Memory, Transport


def doors_from(settings: MailboxSettings, memory: Memory | None = None) -> tuple[Mailbox, Transport]:
    """The mailbox to watch and the way out of it, not yet connected; on one Exchange account both share one session.

    Args:
        memory: where the mailbox may keep its place for the next start.

    Raises:
        ConfigError: a password cannot be had.
    """
    if isinstance(settings.inbox, ExchangeSettings) and _one_account(settings):
        made = _exchange("doors", settings.name, settings.inbox, memory)
        return cast("tuple[Mailbox, Transport]", made)
    return mailbox_from(settings, memory), transport_from(settings)


def mailbox_from(settings: MailboxSettings, memory: Memory | None = None) -> Mailbox:
    """The mailbox to watch, not yet opened; ConfigError when its password cannot be had."""
    inbox = settings.inbox
    if isinstance(inbox, MaildirSettings):
        return MaildirMailbox(inbox.path, settings.name)
    if isinstance(inbox, ExchangeSettings):
        kept = _one_account(settings)
        made = _exchange("ExchangeMailbox", settings.name, inbox, None, memory, server_keeps_sent=kept)
        return cast("Mailbox", made)
    return ImapMailbox(imap_account(settings, inbox))


def imap_account(settings: MailboxSettings, inbox: ImapSettings) -> ImapAccount:
    """How to log into this mailbox; ConfigError when its password cannot be had."""
    token = _tokens(settings.oauth, inbox.user)
    return ImapAccount(
        host=inbox.host,
        user=inbox.user,
        password="" if token else password(inbox),
        port=inbox.port,
        security=inbox.security,
        ca_file=inbox.ca_file,
        token=token,
        name=settings.name,
        prefix=inbox.folder_prefix,
        server_keeps_sent=bool(inbox.server_keeps_sent),
        probe_every=float(inbox.idle_seconds or IDLE_SECONDS),
    )


def transport_from(settings: MailboxSettings) -> Transport:
    """The way out that belongs to this mailbox, not yet connected; ConfigError when its password cannot be had."""
    outgoing = settings.outgoing
    if isinstance(outgoing, MaildirSettings):
        return MaildirTransport(outgoing.path, settings.name)
    if isinstance(outgoing, ExchangeSettings):
        return cast("Transport", _exchange("ExchangeTransport", settings.name, outgoing))
    return SmtpTransport(smtp_account(settings, outgoing))


def smtp_account(settings: MailboxSettings, outgoing: SmtpSettings) -> SmtpAccount:
    """How to log into this relay; ConfigError when its password cannot be had."""
    token = _tokens(settings.oauth, outgoing.user) if outgoing.user else None
    return SmtpAccount(
        host=outgoing.host,
        user=outgoing.user,
        password=password(outgoing) if outgoing.user and not token else "",
        port=outgoing.port,
        security=outgoing.security,
        ca_file=outgoing.ca_file,
        token=token,
        name=settings.name,
        sends_per_hour=outgoing.sends_per_hour or 0,
        sends_per_day=outgoing.sends_per_day or 0,
    )


def oauth_client(oauth: OAuthSettings, user: str = "") -> OAuthClient:
    """The program as the provider of this mailbox (`user`) knows it; ConfigError when its secret cannot be had."""
    named = oauth.password_file or oauth.password_credential or oauth.password_env
    return OAuthClient(
        client_id=oauth.client_id,
        scope=oauth.scope,
        authority=oauth.authority,
        token_url=oauth.token_url,
        grant=Grant(oauth.grant),
        secret=password(oauth) if named else "",
        user=user,
        token_file=oauth.token_file,
        ca_file=oauth.ca_file,
    )


def _tokens(oauth: OAuthSettings, user: str) -> Callable[[bool], str] | None:
    return Tokens(oauth_client(oauth, user)) if oauth.client_id else None


def _one_account(settings: MailboxSettings) -> bool:
    """Whether mail comes and goes through the same mailbox of the same Exchange server."""
    inbox, outgoing = settings.inbox, settings.outgoing
    if not (isinstance(inbox, ExchangeSettings) and isinstance(outgoing, ExchangeSettings)):
        return False
    return (inbox.host.lower(), inbox.user.lower()) == (outgoing.host.lower(), outgoing.user.lower())


def _exchange(
    kind: str, name: str, settings: ExchangeSettings, *more: object, server_keeps_sent: bool = True
) -> object:
    """A mailbox or transport of the Exchange backend, which needs the extra `exchange`; it takes a second to import."""
    try:
        module = importlib.import_module("agent.backends.exchange")
    except ModuleNotFoundError as error:
        raise ConfigError(["backend: exchange needs an extra package: pip install 'relance[exchange]'"]) from error
    account = module.ExchangeAccount(
        host=settings.host,
        user=settings.user,
        password=password(settings),
        ca_file=settings.ca_file,
        name=name,
        server_keeps_sent=server_keeps_sent,
    )
    made: object = getattr(module, kind)(account, *more)
    return made
