"""The people and companies of the trade: creditors with their staff, debtors with their contacts, and who may do what."""

from dataclasses import dataclass, field
from enum import StrEnum

from agent.domain.dunning_plan import PlanChange


class Role(StrEnum):
    """What somebody is to Relance; the rights that follow stand in docs/architecture.md."""

    OWNER = "owner"
    STAFF = "staff"
    VIEWER = "viewer"
    DEBTOR = "debtor"
    BANK = "bank"
    OPERATOR = "operator"
    OURSELVES = "ourselves"
    MAILER = "mailer"
    STRANGER = "stranger"


class Notices(StrEnum):
    """How a creditor hears of actions: one mail an action, or one summary a day."""

    EACH = "each"
    DAILY = "daily"


LANGUAGES = ("fr", "nl", "en", "de")


@dataclass(frozen=True, slots=True)
class Person:
    """One of the creditor's people. `role` is OWNER, STAFF or VIEWER; the address is lower case."""

    address: str
    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True)
class Creditor:
    """A client of the service, or the company itself: whom the invoices are owed to.

    `enterprise_numbers` holds national numbers and VAT numbers alike, compact upper case (BE0123456749).
    `domains` are mail domains of the creditor's own, never a debtor's.
    `only_debtors` and `excluded_debtors` hold names, addresses, domains or numbers; an empty first one means all.
    """

    id: str
    name: str
    people: tuple[Person, ...]
    country: str = "BE"
    language: str = "fr"
    aliases: tuple[str, ...] = ()
    enterprise_numbers: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()
    address: str = ""
    phone: str = ""
    website: str = ""
    domains: tuple[str, ...] = ()
    timezone: str = "Europe/Brussels"
    terms: str = ""
    plan: PlanChange = field(default_factory=PlanChange)
    notices: Notices = Notices.EACH
    only_debtors: tuple[str, ...] = ()
    excluded_debtors: tuple[str, ...] = ()
    accent_colour: str = "#1f4e79"
    signature: str = ""

    @property
    def owner(self) -> Person:
        """The first owner: who is asked when a decision is needed."""
        return next(person for person in self.people if person.role is Role.OWNER)


@dataclass(frozen=True, slots=True)
class Contact:
    """An address of a debtor. `failed` says why mail to it is stopped; empty while it works."""

    address: str
    name: str = ""
    failed: str = ""
