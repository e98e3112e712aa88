"""From settings to a mailbox and a transport: the only place that knows which backends there are."""

from agent.backends.imap import ImapMailbox
from agent.backends.imap_session import ImapAccount
from agent.backends.maildir import MaildirMailbox, MaildirTransport
from agent.backends.smtp import SmtpAccount, SmtpTransport
from agent.config import MailboxSettings, MaildirSettings, password
from agent.ports import Mailbox, Transport


def mailbox_from(settings: MailboxSettings) -> Mailbox:
    """The mailbox to watch, not yet opened; ConfigError when its password cannot be had."""
    inbox = settings.inbox
    if isinstance(inbox, MaildirSettings):
        return MaildirMailbox(inbox.path, settings.name)
    account = ImapAccount(
        host=inbox.host,
        user=inbox.user,
        password=password(inbox),
        port=inbox.port,
        security=inbox.security,
        ca_file=inbox.ca_file,
        name=settings.name,
        prefix=inbox.folder_prefix,
        server_keeps_sent=inbox.server_keeps_sent,
    )
    return ImapMailbox(account)


def transport_from(settings: MailboxSettings) -> Transport:
    """The way out that belongs to this mailbox, not yet connected; ConfigError when its password cannot be had."""
    outgoing = settings.outgoing
    if isinstance(outgoing, MaildirSettings):
        return MaildirTransport(outgoing.path, settings.name)
    account = SmtpAccount(
        host=outgoing.host,
        user=outgoing.user,
        password=password(outgoing) if outgoing.user else "",
        port=outgoing.port,
        security=outgoing.security,
        ca_file=outgoing.ca_file,
        name=settings.name,
    )
    return SmtpTransport(account)
