"""The people and companies of the trade: creditors with their staff, debtors with their contacts, and who may do what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from agent.domain.dunning_plan import PlanChange
from agent.domain.legal import Mandate
from agent.domain.names import fold_name
from agent.domain.overdue import ChargeChange, ChargeTerms
from agent.domain.phases import FeeAgreement
from agent.domain.plans import PlanTerms
from agent.domain.releases import Listed, Mode


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
    """How a creditor hears of actions: one mail an action, one summary a day, or in the weekly digest."""

    EACH = "each"
    DAILY = "daily"
    DIGEST = "digest"


LANGUAGES = ("fr", "nl", "en", "de")


@dataclass(frozen=True, slots=True)
class Person:
    """One of the creditor's people. `role` is OWNER, STAFF or VIEWER; the address is lower case."""

    address: str
    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """A creditor's logo: a PNG on white, with its width and height in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Creditor:
    """A client of the service, or the company itself: whom the invoices are owed to.

    `enterprise_numbers` holds national numbers and VAT numbers alike, compact upper case (BE0123456749).
    `domains` are mail domains of the creditor's own, never a debtor's.
    `payment_link` is his own payment page, with places for amount, reference and so on (agent.config.fields).
    `mailbox` names the mailbox through which he and his debtors are written to; empty leaves the choice to his language.
    `fees` is what was agreed with him about the service's fees.
    `payment_plans` is what his debtors may have when they ask to pay in instalments.
    `mandate` is what a collector needs; `supplies` says in a line what his invoices are for.
    `settle_by_amount` lets money of a known account that names nothing pay the one invoice that it fits; `sister_companies` are
    names whose invoices are not his, though they may bear the same numbers.
    `logo` heads the mails and letters to his debtors.
    `thanks` says whether a reminded debtor is thanked when everything is paid.
    `copy_to` are people who read the notices of actions and have no right by that.
    `mode` is how statements reach his debtors; `forewarning` has those that leave by themselves told to him a working day before.
    `signed_only` believes nothing but DKIM signatures of his people's domains.
    `hand_over_to` is the bailiff, lawyer or agency to whom he may forward the dossier of a case; nobody is written to there.
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
    mailbox: str = ""
    payment_plans: PlanTerms = field(default_factory=PlanTerms)
    payment_link: str = ""
    charges: ChargeTerms = field(default_factory=ChargeTerms)
    mandate: Mandate = Mandate()
    supplies: str = ""
    fees: FeeAgreement = field(default_factory=FeeAgreement)
    settle_by_amount: bool = False
    sister_companies: tuple[str, ...] = ()
    logo: Logo | None = None
    thanks: bool = True
    copy_to: tuple[str, ...] = ()
    mode: Mode = Mode.AUTOMATIC
    forewarning: bool = False
    hand_over_to: str = ""
    signed_only: bool = False

    @property
    def owner(self) -> Person:
        """The first owner: who is asked when a decision is needed."""
        return next(person for person in self.people if person.role is Role.OWNER)

    @property
    def listed(self) -> Listed | None:
        """Why statements are listed to him before they leave; None when they leave by themselves."""
        if self.mode is not Mode.AUTOMATIC:
            return Listed.CONFIRM if self.mode is Mode.CONFIRM else Listed.ADVISE
        return Listed.FOREWARNING if self.forewarning else None


@dataclass(frozen=True, slots=True)
class Contact:
    """An address of a debtor. `failed` says why mail to it is stopped; empty while it works."""

    address: str
    name: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where somebody gets his post: lines of the envelope below his name, "" while nobody knows. `told`: by a person."""

    text: str = ""
    told: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """Its lines; a comma parts those of an address that was typed on one."""
        parts = self.text.splitlines() if "\n" in self.text else self.text.split(",")
        return tuple(line for part in parts if (line := " ".join(part.split())))


@dataclass(frozen=True, slots=True)
class Agency:
    """Who runs Relance and writes its mails: a collection service, or the creditor himself.

    `address` is the mailbox's own, from which everything is sent; `operator` the person who looks after the service. `domain`
    stands to the right of the @ in our Message-IDs.
    """

    name: str
    address: str
    sender_name: str
    operator: str
    website: str = ""
    language: str = "en"
    domain: str = ""
    timezone: str = "Europe/Brussels"


@dataclass(frozen=True, slots=True)
class BookEntry:
    """A debtor in the contact book of a creditor: how he is found when the invoice itself does not say.

    He is recognised by `number` (VAT or enterprise number, compact), else by `name`; the first address is written to.
    `payers` are the names of others who pay for him, `phone` is the number that a person rings. `copy_to` read the notices about him.
    """

    creditor: str
    name: str
    number: str = ""
    addresses: tuple[str, ...] = ()
    language: str = ""
    consumer: bool | None = None
    plan: PlanChange = field(default_factory=PlanChange)
    charges: ChargeChange = field(default_factory=ChargeChange)
    payers: tuple[str, ...] = ()
    phone: str = ""
    copy_to: tuple[str, ...] = ()


def entry_for(book: Iterable[BookEntry], name: str, number: str) -> BookEntry | None:
    """The contact book's entry for a debtor, by number, else by the very same name."""
    entries = tuple(book)
    for entry in entries:
        if number and entry.number == number:
            return entry
    folded = fold_name(name)
    return next((e for e in entries if folded and fold_name(e.name) == folded), None)
