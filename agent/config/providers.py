"""What is known of mail providers, so that naming one is enough. docs/providers.md has the source of each fact."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from agent.config.settings import ImapSettings, MailboxSettings, OAuthSettings, Security, SmtpSettings

# IDLE is renewed after so long, unless the configuration says otherwise: shorter than every provider's cut that is known
IDLE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's servers and habits.

    Attributes:
        imap, smtp: its servers; "" where each customer has his own.
        server_keeps_sent: it files a copy of what is sent through it by itself.
        idle_seconds: after which IDLE is renewed.
        sends_per_hour, sends_per_day: how many recipients (or mails) it takes from one mailbox; None when no source says.
        authority, token_url: where it gives tokens, Microsoft's with `{tenant}` for the customer's directory; "" for passwords only.
        person_scope, program_scope: what is asked for in a person's name, and in the program's own.
    """

    imap: str = ""
    smtp: str = ""
    smtp_port: int = 465
    smtp_security: Security = Security.TLS
    server_keeps_sent: bool = False
    idle_seconds: int = IDLE_SECONDS
    sends_per_hour: int | None = None
    sends_per_day: int | None = None
    authority: str = ""
    token_url: str = ""
    person_scope: str = ""
    program_scope: str = ""


_OUTLOOK = "https://outlook.office.com/"

PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        "dovecot": Provider(smtp_port=587, smtp_security=Security.STARTTLS),
        "gmail": Provider(
            imap="imap.gmail.com",
            smtp="smtp.gmail.com",
            server_keeps_sent=True,
            sends_per_day=2000,
            token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
            person_scope="https://mail.google.com/",
            program_scope="https://mail.google.com/",
        ),
        "infomaniak": Provider(imap="mail.infomaniak.com", smtp="mail.infomaniak.com", sends_per_day=1440),
        "ionos": Provider(imap="imap.ionos.com", smtp="smtp.ionos.com"),
        "mailbox.org": Provider(imap="imap.mailbox.org", smtp="smtp.mailbox.org"),
        "microsoft365": Provider(
            imap="outlook.office365.com",
            smtp="smtp.office365.com",
            smtp_port=587,
            smtp_security=Security.STARTTLS,
            server_keeps_sent=True,
            sends_per_day=10_000,
            authority="https://login.microsoftonline.com/{tenant}",
            person_scope=f"{_OUTLOOK}IMAP.AccessAsUser.All {_OUTLOOK}SMTP.Send",
            program_scope="https://outlook.office365.com/.default",
        ),
        "orange": Provider(imap="imap.orange.fr", smtp="smtp.orange.fr"),
        "ovh": Provider(imap="ssl0.ovh.net", smtp="ssl0.ovh.net"),
    }
)


def filled_in(mailbox: MailboxSettings) -> MailboxSettings:
    """The same settings with what its provider makes superfluous to say; what is said stands as it is."""
    provider = PROVIDERS.get(mailbox.provider)
    if provider is None:
        return mailbox
    inbox, outgoing = mailbox.inbox, mailbox.outgoing
    if isinstance(inbox, ImapSettings):
        inbox = _reading(inbox, provider)
    if isinstance(outgoing, SmtpSettings):
        outgoing = _sending(outgoing, provider)
    return replace(mailbox, inbox=inbox, outgoing=outgoing, oauth=_endpoints(mailbox.oauth, provider))


def _reading(inbox: ImapSettings, provider: Provider) -> ImapSettings:
    keeps = provider.server_keeps_sent if inbox.server_keeps_sent is None else inbox.server_keeps_sent
    idle = inbox.idle_seconds or provider.idle_seconds
    return replace(inbox, host=inbox.host or provider.imap, server_keeps_sent=keeps, idle_seconds=idle)


def _sending(outgoing: SmtpSettings, provider: Provider) -> SmtpSettings:
    """A host of one's own keeps its port, its encryption and its limits."""
    if outgoing.host:
        return outgoing
    return replace(
        outgoing,
        host=provider.smtp,
        port=provider.smtp_port,
        security=provider.smtp_security,
        sends_per_hour=outgoing.sends_per_hour or provider.sends_per_hour,
        sends_per_day=outgoing.sends_per_day or provider.sends_per_day,
    )


def _endpoints(oauth: OAuthSettings, provider: Provider) -> OAuthSettings:
    scope = provider.program_scope if oauth.grant == "client_credentials" else provider.person_scope
    return replace(
        oauth,
        authority=oauth.authority or provider.authority.format(tenant=oauth.tenant),
        token_url=oauth.token_url or provider.token_url,
        scope=oauth.scope or scope,
    )
