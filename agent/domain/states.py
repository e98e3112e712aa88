"""What the ledger keeps: open items, debtor accounts and questions, each with all that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from agent.domain.formal_notices import FormalNotice, NoticeMark
from agent.domain.invoices import Invoice
from agent.domain.layouts import KnownLayout
from agent.domain.money import Money
from agent.domain.overdue import ChargePart
from agent.domain.parties import Contact, PostalAddress
from agent.domain.payees import PayeeAccount
from agent.domain.phases import PhaseChange
from agent.domain.plans import PaymentPlan
from agent.domain.releases import Listed, Release


class ItemState(StrEnum):
    """Where an item stands. A followed item may be *held* besides: see OpenItem.holds."""

    REVIEW = "review"
    FOLLOWED = "followed"
    SETTLED = "settled"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"
    WRITTEN_OFF = "written_off"


# What a debtor owes: neither unchecked, nor settled, withdrawn or given up.
OWED = (ItemState.FOLLOWED, ItemState.ESCALATED)


class HoldKind(StrEnum):
    """Why reminders rest."""

    PROMISE = "promise"
    CLAIM = "claim"
    DISPUTE = "dispute"
    PAUSE = "pause"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Hold:
    """Reminders rest through this day (None: until a person ends it). `on` is the promised or claimed day."""

    kind: HoldKind
    until: date | None
    since: datetime
    on: date | None = None
    reason: str = ""
    words: str = ""

    def holds(self, today: date) -> bool:
        """Whether it still holds on this day."""
        return self.until is None or today <= self.until


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to pay on a day that came to its end: the item was settled while it held, or its day and grace passed."""

    on: date
    kept: bool


@dataclass(frozen=True, slots=True)
class Payment:
    """Money on an item; negative when it was taken back. `payer`, `iban` and `words` are what a bank showed of it."""

    amount: Money
    on: date
    evidence: str
    reference: str = ""
    payer: str = ""
    iban: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class KnownPayer:
    """Somebody who was found to pay for a debtor, by account or name, and the movement that showed it."""

    iban: str = ""
    name: str = ""
    movement: str = ""


@dataclass(frozen=True, slots=True)
class RemittanceShare:
    """What one sum pays on one item, as its payer says."""

    item: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Remittance:
    """How a sum that a debtor announced is made up. `on` is the day of payment."""

    amount: Money
    on: date
    shares: tuple[RemittanceShare, ...]
    document: str = ""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One invoice or credit note and all that happened to it. `version` counts the events folded into it.

    `statements` are the local days of the statements that listed it (queued or sent, not cancelled). `named` is what its
    acknowledgement told the creditor that the invoice lacks. `phases` are those entered since it was handed over.
    `charges` are the parts of the payments that count for interest and indemnities, not for the invoice. `plan` is the payment plan
    (of its account) through which it is followed. `promises` are those that were kept or broken. `notices` are the formal notices
    over it, queued or sent.
    """

    invoice: Invoice
    state: ItemState
    registered_at: datetime
    doubts: tuple[str, ...] = ()
    payments: tuple[Payment, ...] = ()
    holds: tuple[Hold, ...] = ()
    statements: tuple[date, ...] = ()
    broken_promises: int = 0
    settled_at: datetime | None = None
    version: int = 1
    named: tuple[str, ...] = ()
    phases: tuple[PhaseChange, ...] = ()
    claims: int = 0
    charges: tuple[ChargePart, ...] = ()
    plan: str = ""
    promises: tuple[Promise, ...] = ()
    notices: tuple[NoticeMark, ...] = ()

    @property
    def notice(self) -> NoticeMark | None:
        """The latest formal notice over it; while there is one, no statement lists it."""
        return self.notices[-1] if self.notices else None

    @property
    def id(self) -> str:
        """The invoice's id."""
        return self.invoice.id

    @property
    def creditor(self) -> str:
        """Whose claim it is."""
        return self.invoice.creditor

    @property
    def paid(self) -> Money:
        """What came in on it since it was handed over: neither the deposit nor what counted for charges is included."""
        currency = self.invoice.total.currency
        whole = Money.total((p.amount for p in self.payments), currency)
        return whole - Money.total((part.amount for part in self.charges), currency) if self.charges else whole

    @property
    def balance(self) -> Money:
        """What is still owed; negative for a credit note or an overpayment."""
        return self.invoice.due - self.paid if self.payments or self.charges else self.invoice.due

    @property
    def is_open(self) -> bool:
        """Whether it still belongs to what is owed."""
        return self.state in (ItemState.REVIEW, ItemState.FOLLOWED, ItemState.ESCALATED)

    def hold(self, today: date) -> Hold | None:
        """The hold that rests on it on this day, the latest one first."""
        return next((h for h in reversed(self.holds) if h.holds(today)), None)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of account in the account's history. `state`: queued, sent, cancelled; `mentions` as in StatementQueued."""

    currency: str
    cycle: int
    on: date
    level: str
    items: tuple[str, ...]
    mail: str
    state: str = "queued"
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DebtorAccount:
    """A debtor of one creditor: who he is, how to reach him, what was sent. Two creditors' debtors never share an account.

    `money` belongs to no invoice: paid on account, or too much (negative when it left). `contacted_on` is the last day on which
    he was written to about payment by anything but a statement. `remittances` are what he announced, `plans` the payment plans
    that were agreed with him, `payers` the accounts and names that were found to pay for him, `releases` the
    statements that his creditor was asked about before they leave (of each currency the latest). `notices` are the formal notices to
    him, `postal` is where he gets his post.
    """

    id: str
    creditor: str
    name: str
    number: str = ""
    country: str = ""
    language: str = ""
    consumer: bool | None = None
    contacts: tuple[Contact, ...] = ()
    holds: tuple[Hold, ...] = ()
    statements: tuple[Statement, ...] = ()
    version: int = 1
    money: tuple[Payment, ...] = ()
    contacted_on: date | None = None
    remittances: tuple[Remittance, ...] = ()
    plans: tuple[PaymentPlan, ...] = ()
    payers: tuple[KnownPayer, ...] = ()
    releases: tuple[Release, ...] = ()
    notices: tuple[FormalNotice, ...] = ()
    postal: PostalAddress = PostalAddress()

    @property
    def contact(self) -> Contact | None:
        """The address that is written to: the newest that works and was not erased."""
        return next((c for c in self.contacts if c.address and not c.failed), None)

    @property
    def is_forgotten(self) -> bool:
        """Whether his name and addresses were erased: whoever comes back under his number is a new customer."""
        return not self.name and bool(self.contacts) and not any(c.address for c in self.contacts)

    def last_statement(self, currency: str) -> Statement | None:
        """The latest statement in this currency that was not cancelled."""
        return next((s for s in reversed(self.statements) if s.currency == currency and s.state != "cancelled"), None)

    def statements_left(self, currency: str) -> int:
        """How many statements in this currency have left."""
        return sum(1 for s in self.statements if s.currency == currency and s.state == "sent")

    def release(self, currency: str) -> Release | None:
        """What the creditor was last asked about in this currency."""
        return next((r for r in self.releases if r.currency == currency), None)

    def next_cycle(self, currency: str) -> int:
        """The number of the next statement in this currency; a cancelled number is not used again."""
        return 1 + max((s.cycle for s in self.statements if s.currency == currency), default=0)

    def on_account(self, currency: str) -> Money:
        """What the creditor keeps for him in this currency: money that belongs to no invoice."""
        return Money.total((m.amount for m in self.money if m.amount.currency == currency), currency)

    def hold(self, today: date) -> Hold | None:
        """The hold that rests on the whole account on this day."""
        return next((h for h in reversed(self.holds) if h.holds(today)), None)


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a person. `answer` is empty while it is open."""

    id: str
    creditor: str
    topic: str
    subjects: tuple[str, ...]
    choices: tuple[str, ...]
    to: str
    detail: str
    asked_at: datetime
    answer: str = ""
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether nobody answered yet."""
        return not self.answer

    @property
    def awaits(self) -> bool:
        """Whether an answer is awaited: what was only announced happens without one."""
        return self.is_open and self.topic != Listed.FOREWARNING.value


State = OpenItem | DebtorAccount | Question | KnownLayout | PayeeAccount
