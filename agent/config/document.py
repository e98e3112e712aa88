"""The shape of the files: config.toml, creditors/*.toml and the contact book."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from agent.config.banks import BankTable
from agent.config.charges import ChargesTable
from agent.config.fees import AgreementTable, Fees
from agent.config.fields import (
    STRICT_KEYS,
    Address,
    BankAccount,
    Colour,
    Country,
    Days,
    Domain,
    Language,
    Name,
    NamedAddress,
    PaymentLink,
    Switch,
    TimeZone,
)
from agent.config.keeping import Backups, Retention
from agent.config.payment_plans import PaymentPlansTable
from agent.config.settings import LEGAL_TERMS, Limits, MailboxSettings, PlanTable, Reporting, Trust
from agent.config.stores import StoreTable
from agent.domain.legal import Operator
from agent.domain.parties import Notices
from agent.domain.releases import Mode


@dataclass(frozen=True, slots=True)
class AgencyTable:
    """`[agency]`."""

    __pydantic_config__ = STRICT_KEYS
    name: Name
    address: Address
    operator: Address
    sender_name: str = ""
    language: Language = "en"
    timezone: TimeZone = "Europe/Brussels"
    domain: Domain | None = None
    dkim_selectors: tuple[Domain, ...] = ()
    mode: Operator | None = None


@dataclass(frozen=True, slots=True)
class PathsTable:
    """`[paths]`; a relative path counts from the folder of the config file."""

    __pydantic_config__ = STRICT_KEYS
    state_dir: Path = Path("/var/lib/relance")
    templates_dir: Path | None = None
    creditors: Path = Path("creditors")
    contacts: Path | None = None
    metrics: Path | None = None


@dataclass(frozen=True, slots=True)
class LegalTable:
    """`[legal]`: who writes to debtors, and what he vouches for."""

    __pydantic_config__ = STRICT_KEYS
    operator: Operator | None = None
    seat: str = ""
    registrations: dict[Country, Name] = field(default_factory=dict)
    confirmed: tuple[str, ...] = ()
    rates: Path | None = None


@dataclass(frozen=True, slots=True)
class MandateTable:
    """`[mandate]` of a creditor's file: what he signed for a collector."""

    __pydantic_config__ = STRICT_KEYS
    date: dt.date | None = None
    reference: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """config.toml as a whole."""

    __pydantic_config__ = STRICT_KEYS
    agency: AgencyTable
    mailboxes: Annotated[tuple[MailboxSettings, ...], Field(min_length=1)]
    paths: PathsTable = PathsTable()
    trust: Trust = Trust()
    plan: PlanTable = PlanTable()
    limits: Limits = Limits()
    reporting: Reporting = Reporting()
    legal_terms: dict[Country, Days] = field(default_factory=lambda: dict(LEGAL_TERMS))
    legal: LegalTable = LegalTable()
    charges: ChargesTable = ChargesTable()
    payment_plans: PaymentPlansTable = PaymentPlansTable()
    fees: Fees = Fees()
    bank: BankTable = BankTable()
    backup: Backups = Backups()
    retention: Retention = Retention()
    store: StoreTable = StoreTable()


@dataclass(frozen=True, slots=True)
class CreditorTable:
    """One file of creditors/; its name without .toml is the creditor's id."""

    __pydantic_config__ = STRICT_KEYS
    name: Name
    owners: Annotated[tuple[NamedAddress, ...], Field(min_length=1)]
    staff: tuple[NamedAddress, ...] = ()
    viewers: tuple[NamedAddress, ...] = ()
    shared: tuple[Address, ...] = ()
    country: Country = "BE"
    language: Language = "fr"
    timezone: TimeZone | None = None
    numbers: tuple[str, ...] = ()
    ibans: tuple[BankAccount, ...] = ()
    aliases: tuple[Name, ...] = ()
    domains: tuple[Domain, ...] = ()
    address: str = ""
    phone: str = ""
    website: str = ""
    terms: str = ""
    notices: Notices = Notices.EACH
    only_debtors: tuple[Name, ...] = ()
    excluded_debtors: tuple[Name, ...] = ()
    accent_colour: Colour = "#1f4e79"
    logo: Path | None = None
    thanks: Switch = True
    mode: Mode = Mode.AUTOMATIC
    forewarning: Switch = False
    copy_to: tuple[Address, ...] = ()
    signature: str = ""
    mailbox: str = ""
    payment_link: PaymentLink = ""
    supplies: Annotated[str, Field(max_length=200)] = ""
    settle_by_amount: Switch = False
    sister_companies: tuple[Name, ...] = ()
    hand_over_to: Address | Literal[""] = ""
    signed_only: Switch = False
    mandate: MandateTable = MandateTable()
    charges: ChargesTable = ChargesTable()
    payment_plans: PaymentPlansTable = PaymentPlansTable()
    fees: AgreementTable = AgreementTable()
    plan: PlanTable = PlanTable()


@dataclass(frozen=True, slots=True)
class ContactTable:
    """One `[[contact]]` of the contact book, or one line of its CSV form (which has no plan)."""

    __pydantic_config__ = STRICT_KEYS
    creditor: Name
    name: Name
    addresses: tuple[Address, ...] = ()
    number: str = ""
    language: Language | None = None
    consumer: Switch | None = None
    payers: tuple[Name, ...] = ()
    phone: str = ""
    copy_to: tuple[Address, ...] = ()
    charges: ChargesTable = ChargesTable()
    plan: PlanTable = PlanTable()


@dataclass(frozen=True, slots=True)
class ContactBook:
    """contacts.toml as a whole."""

    __pydantic_config__ = STRICT_KEYS
    contact: tuple[ContactTable, ...] = ()
