"""The settings, as values. What config.example.toml says about a key is said there only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from agent.config.fees import Fees
from agent.config.fields import STRICT_KEYS, Address, Amount, Count, Days, Domain, Hour, Language, Name, Port, Switch
from agent.config.keeping import Backups, Retention
from agent.config.stores import StoreTable
from agent.domain.banks import Banks
from agent.domain.claims import Charging
from agent.domain.dunning_plan import DunningPlan
from agent.domain.formal_notices import LONGEST, SHORTEST
from agent.domain.legal import Legal, Operator
from agent.domain.overdue import ChargeChange
from agent.domain.parties import Agency, BookEntry, Creditor
from agent.domain.rates import Rates, packaged


class Security(StrEnum):
    """How a connection is kept private; NONE is allowed to this machine only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MaildirSettings:
    """A Maildir on this machine, for both directions."""

    __pydantic_config__ = STRICT_KEYS
    backend: Literal["maildir"]
    path: Path


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """An IMAP mailbox. Where the password is read from stands in exactly one of the three `password_` fields.

    What is None is the provider's habit, or that of servers in general (agent.config.providers).
    """

    __pydantic_config__ = STRICT_KEYS
    backend: Literal["imap"]
    host: str = ""
    user: str = ""
    port: Port = 993
    security: Security = Security.TLS
    password_file: Path | None = None
    password_credential: str = ""
    password_env: str = ""
    ca_file: Path | None = None
    folder_prefix: str = ""
    server_keeps_sent: Switch | None = None
    idle_seconds: Annotated[Count, Field(ge=10, le=1740)] | None = None


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """An SMTP relay. An empty `user` sends without logging in (a relay on the same machine).

    The two limits count recipients in any such stretch of time; None is the provider's limit, or none.
    """

    __pydantic_config__ = STRICT_KEYS
    backend: Literal["smtp"]
    host: str = ""
    user: str = ""
    port: Port = 587
    security: Security = Security.STARTTLS
    password_file: Path | None = None
    password_credential: str = ""
    password_env: str = ""
    ca_file: Path | None = None
    sends_per_hour: Count | None = None
    sends_per_day: Count | None = None


@dataclass(frozen=True, slots=True)
class ExchangeSettings:
    """A mailbox on an Exchange server of one's own, for both directions (EWS)."""

    __pydantic_config__ = STRICT_KEYS
    backend: Literal["exchange"]
    host: str = ""
    user: str = ""
    password_file: Path | None = None
    password_credential: str = ""
    password_env: str = ""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """Tokens instead of passwords, for both directions, when `client_id` is set.

    The `password_` fields hold the client's secret, or the certificate with its key (Microsoft, PEM), or the key of the service
    account (Google, JSON). `authority` is Microsoft's address, `token_url` Google's.
    """

    __pydantic_config__ = STRICT_KEYS
    client_id: str = ""
    grant: Literal["refresh_token", "client_credentials"] = "refresh_token"
    tenant: str = "organizations"
    token_file: Path | None = None
    authority: str = ""
    token_url: str = ""
    scope: str = ""
    ca_file: Path | None = None
    password_file: Path | None = None
    password_credential: str = ""
    password_env: str = ""


InboxSettings = Annotated[MaildirSettings | ImapSettings | ExchangeSettings, Field(discriminator="backend")]
OutgoingSettings = Annotated[MaildirSettings | SmtpSettings | ExchangeSettings, Field(discriminator="backend")]


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """A watched mailbox and the way out that belongs to it. What it leaves out of a brand's own is taken from the agency."""

    __pydantic_config__ = STRICT_KEYS
    name: Name
    inbox: InboxSettings
    outgoing: OutgoingSettings
    provider: str = ""
    oauth: OAuthSettings = OAuthSettings()
    address: Address | None = None
    sender_name: str = ""
    languages: tuple[Language, ...] = ()
    sends_per_minute: Count | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose word about a sender is believed: our own mail server's by its `authserv-id`, and DKIM checked here."""

    __pydantic_config__ = STRICT_KEYS
    authserv_ids: tuple[Domain, ...] = ()
    dkim: Switch = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the work: sizes in MB of 1,000,000 bytes, counts per local day or minute, times in seconds."""

    __pydantic_config__ = STRICT_KEYS
    message_mb: Annotated[Count, Field(le=150)] = 25
    document_pages: Annotated[Count, Field(le=500)] = 20
    statement_attachments_mb: Annotated[int, Field(ge=0, le=25)] = 5
    dossier_mb: Annotated[int, Field(ge=0, le=25)] = 10
    answers_per_day: Count = 5
    proof_questions_per_day: Count = 1
    sends_per_minute: Count = 20
    sends_per_hour: Annotated[int, Field(ge=0)] = 0
    sends_per_domain: Annotated[int, Field(ge=0)] = 0
    parse_seconds: Annotated[Count, Field(le=120)] = 30
    parse_memory_mb: Annotated[Count, Field(ge=256, le=8192)] = 1024
    handling_attempts: Annotated[Count, Field(le=20)] = 3
    poll_seconds: Annotated[Count, Field(ge=5, le=3600)] = 600
    alert_minutes: Annotated[Count, Field(le=1440)] = 15
    unread_hours: Annotated[Count, Field(le=168)] = 24
    proof_hours: Annotated[int, Field(ge=0, le=72)] = 4
    surge_mails: Annotated[int, Field(ge=0, le=100_000)] = 100
    surge_factor: Annotated[Count, Field(le=1000)] = 3
    action_days: Annotated[Count, Field(le=366)] = 30


class Weekday(StrEnum):
    """A day of the week, in the order of datetime.weekday()."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """0 for Monday."""
        return list(Weekday).index(self)


@dataclass(frozen=True, slots=True)
class Reporting:
    """When creditors hear from us: digest, monthly report (day 0: none), and the daily summary; hours of their own zone."""

    __pydantic_config__ = STRICT_KEYS
    digest_weekday: Weekday = Weekday.MONDAY
    digest_hour: Hour = 8
    summary_hour: Hour = 17
    monthly_day: Annotated[int, Field(ge=0, le=28)] = 1
    monthly_hour: Hour = 8
    list_hour: Hour = 10
    service_week: bool = True


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A dunning plan as it is written: what is left out is taken from the plan above it."""

    __pydantic_config__ = STRICT_KEYS
    statements: Annotated[int, Field(ge=1, le=10)] | None = None
    spacing_days: Annotated[Days, Field(ge=1)] | None = None
    grace_days: Days | None = None
    minimum_interval_days: Annotated[Days, Field(ge=1)] | None = None
    tolerance: Amount | None = None
    window_start: Hour | None = None
    window_end: Annotated[int, Field(ge=1, le=24)] | None = None
    friday_afternoon: Switch | None = None
    promise_grace_days: Days | None = None
    claim_hold_days: Days | None = None
    notice_days: Annotated[Days, Field(ge=SHORTEST, le=LONGEST)] | None = None


# The term that the law gives when an invoice names none, in days after receipt (Directive 2011/7/EU, art. 3(3)(b)); it is
# proposed in the question to the creditor, never applied by itself.
LEGAL_TERMS: Mapping[str, int] = MappingProxyType({"BE": 30, "FR": 30, "LU": 30, "NL": 30, "DE": 30})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the operator decides, checked. Passwords are not in it: see agent.config.secrets."""

    path: Path
    agency: Agency
    state_dir: Path
    mailboxes: tuple[MailboxSettings, ...]
    creditors: tuple[Creditor, ...]
    contacts: tuple[BookEntry, ...] = ()
    templates_dir: Path | None = None
    trust: Trust = Trust()
    plan: DunningPlan = DunningPlan()
    limits: Limits = Limits()
    reporting: Reporting = Reporting()
    legal_terms: Mapping[str, int] = field(default_factory=lambda: LEGAL_TERMS)
    dkim_selectors: tuple[str, ...] = ()
    legal: Legal = Legal()
    rates: Rates = Rates(packaged())
    fees: Fees = Fees()
    banks: Banks = Banks()
    backup: Backups = Backups()
    retention: Retention = Retention()
    store: StoreTable = StoreTable()
    metrics: Path | None = None

    @property
    def store_path(self) -> Path:
        """The file that holds the books, unless a database does: see `agent.config.stores`."""
        return self.state_dir / "relance.db"

    @property
    def backup_dir(self) -> Path:
        """The folder of the dated copies of the books."""
        return self.backup.folder or self.state_dir / "backups"

    @property
    def collects(self) -> bool:
        """Whether a third party collects for creditors: then invoices have phases, and the service earns fees."""
        return self.legal.operator is Operator.COLLECTOR

    def creditor(self, id_: str) -> Creditor | None:
        """The creditor of this id."""
        return next((c for c in self.creditors if c.id == id_), None)

    def charging(self, creditor: Creditor) -> Charging:
        """What the claims of this creditor are reckoned with."""
        book = tuple(e for e in self.contacts if e.creditor == creditor.id and e.charges != ChargeChange())
        return Charging(creditor, self.rates, book)

    def mailbox_of(self, creditor: Creditor) -> MailboxSettings:
        """The mailbox of this creditor: the one he names, else the first one of his language, else the first."""
        named = next((m for m in self.mailboxes if m.name == creditor.mailbox), None)
        of_language = (m for m in self.mailboxes if creditor.language in m.languages)
        return named or next(of_language, self.mailboxes[0])

    def agency_at(self, mailbox: MailboxSettings) -> Agency:
        """The agency as it writes from this mailbox: under its address, its name in From, its domain in Message-IDs."""
        address = mailbox.address or self.agency.address
        elsewhere = address != self.agency.address
        return replace(
            self.agency,
            address=address,
            sender_name=mailbox.sender_name or self.agency.sender_name,
            domain=address.rpartition("@")[2] if elsewhere else self.agency.domain,
        )

    @property
    def addresses(self) -> tuple[str, ...]:
        """Relance's own addresses, each once."""
        return tuple(dict.fromkeys((self.agency.address, *(m.address for m in self.mailboxes if m.address))))
