"""What is known of mail providers, so that naming one is enough. docs/providers.md has the source of each fact."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from agent.config.settings import ImapSettings, MailboxSettings, OAuthSettings, Security, SmtpSettings


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's servers and habits.

    Attributes:
        server_keeps_sent: it files a copy of what is sent through it by itself.
        token_url, device_url: its OAuth 2 endpoints, with `{tenant}` where the customer's directory stands; "" for none.
        person_scope, program_scope: what is asked for in a person's name, and in the program's own.
    """

    imap: str
    smtp: str
    smtp_port: int = 465
    smtp_security: Security = Security.TLS
    server_keeps_sent: bool = False
    token_url: str = ""
    device_url: str = ""
    person_scope: str = ""
    program_scope: str = ""


_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/"
_OUTLOOK = "https://outlook.office.com/"

PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        "gmail": Provider(
            imap="imap.gmail.com",
            smtp="smtp.gmail.com",
            server_keeps_sent=True,
            token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
            person_scope="https://mail.google.com/",
        ),
        "microsoft365": Provider(
            imap="outlook.office365.com",
            smtp="smtp.office365.com",
            smtp_port=587,
            smtp_security=Security.STARTTLS,
            server_keeps_sent=True,
            token_url=f"{_MICROSOFT}token",
            device_url=f"{_MICROSOFT}devicecode",
            person_scope=f"{_OUTLOOK}IMAP.AccessAsUser.All {_OUTLOOK}SMTP.Send offline_access",
            program_scope="https://outlook.office365.com/.default",
        ),
        "infomaniak": Provider(imap="mail.infomaniak.com", smtp="mail.infomaniak.com"),
        "ovh": Provider(imap="ssl0.ovh.net", smtp="ssl0.ovh.net"),
    }
)


def filled_in(mailbox: MailboxSettings) -> MailboxSettings:
    """The same settings with what its provider makes superfluous to say; a host that is named stands as it is."""
    provider = PROVIDERS.get(mailbox.provider)
    if provider is None:
        return mailbox
    inbox, outgoing = mailbox.inbox, mailbox.outgoing
    if isinstance(inbox, ImapSettings) and not inbox.host:
        inbox = replace(inbox, host=provider.imap)
    if isinstance(inbox, ImapSettings):
        inbox = replace(inbox, server_keeps_sent=inbox.server_keeps_sent or provider.server_keeps_sent)
    if isinstance(outgoing, SmtpSettings) and not outgoing.host:
        port, security = provider.smtp_port, provider.smtp_security
        outgoing = replace(outgoing, host=provider.smtp, port=port, security=security)
    return replace(mailbox, inbox=inbox, outgoing=outgoing, oauth=_endpoints(mailbox.oauth, provider))


def _endpoints(oauth: OAuthSettings, provider: Provider) -> OAuthSettings:
    scope = provider.program_scope if oauth.grant == "client_credentials" else provider.person_scope
    return replace(
        oauth,
        token_url=oauth.token_url or provider.token_url.format(tenant=oauth.tenant),
        device_url=oauth.device_url or provider.device_url.format(tenant=oauth.tenant),
        scope=oauth.scope or scope,
    )
