"""What a decision looks at besides the ledger, and what it gives back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypedDict

from agent.domain.claims import Charging
from agent.domain.dunning_plan import DunningPlan
from agent.domain.events import Event
from agent.domain.findings import Intent
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, replay
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import BookEntry, Creditor, Role, entry_for


@dataclass(frozen=True, slots=True)
class AddressHint:
    """An address that may be the debtor's, and where it came from.

    `origin`: told (the creditor wrote it), recipient (To or Cc of the creditor's own mail), forwarded (To of the forwarded
    original), book (the contact book), invoice (printed as the buyer's).
    """

    address: str
    origin: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one decision.

    Attributes:
        now, today: the moment (aware, UTC) and the creditor's local day.
        source: key of the mail, or `tick:…`.
        creditor, plan: whose case; the agency's plan already changed by the creditor's.
        sender, role: who wrote, with what standing (proved before this is built).
        default_terms: days until payment where nothing is agreed, by country.
        hints: addresses that may be the debtor's, best first.
        book: what the contact book knows of this creditor's debtors.
        own_domains: mail domains of the service itself; an address there is never a debtor's.
        collects: whether the service is a third party that collects: then invoices have phases.
        charging: what claims for late payment are reckoned with; None claims nothing.
    """

    now: datetime
    today: date
    source: str
    creditor: Creditor
    plan: DunningPlan
    sender: str = ""
    role: Role = Role.STRANGER
    default_terms: Mapping[str, int] = field(default_factory=dict)
    hints: tuple[AddressHint, ...] = ()
    book: tuple[BookEntry, ...] = ()
    own_domains: tuple[str, ...] = ()
    charging: Charging | None = None
    collects: bool = False

    @property
    def language(self) -> str:
        """The creditor's language."""
        return self.creditor.language

    def plan_of(self, name: str, number: str) -> DunningPlan:
        """The plan of one debtor's account: the creditor's, changed by what the contact book says of him."""
        known = self.known(name, number)
        return self.plan.changed(known.plan) if known else self.plan

    def known(self, name: str, number: str) -> BookEntry | None:
        """The contact book's entry for this debtor, by number, else by the very same name."""
        return entry_for(self.book, name, number)


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a finding: events to keep, letters to write."""

    events: tuple[Event, ...] = ()
    letters: tuple[Letter, ...] = ()

    def __add__(self, other: Decision) -> Decision:
        return Decision(self.events + other.events, self.letters + other.letters)

    def after(self, ledger: Ledger) -> Ledger:
        """The ledger as it is once these events happened."""
        return replay(self.events, ledger)


NOTHING = Decision()


class EventHead(TypedDict):
    """The fields that every event carries."""

    at: datetime
    source: str
    creditor: str


def head(context: Context) -> EventHead:
    """The head of an event of this decision."""
    return {"at": context.now, "source": context.source, "creditor": context.creditor.id}


def make_id(kind: str, *parts: str) -> str:
    """A short id that the same parts always give: one letter for the kind and twelve hexadecimal digits."""
    return kind + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def answer_to(context: Context) -> tuple[str, ...]:
    """Where the answer to a mail of the creditor's people goes: to its writer, and to the owner beside a colleague.

    Whatever the mail's other recipients were, nobody else is answered.
    """
    owner = context.creditor.owner.address
    if context.sender in {person.address for person in context.creditor.people}:
        return tuple(dict.fromkeys((context.sender, owner)))
    return (owner,)


def to_owner(kind: LetterKind, key: str, context: Context) -> Letter:
    """A letter to the creditor's owner, in his language, that says nothing yet."""
    owner = (context.creditor.owner.address,)
    return Letter(kind=kind, key=key, to=owner, creditor=context.creditor.id, language=context.language)


def in_answer(kind: LetterKind, key: str, context: Context) -> Letter:
    """A letter that answers the mail at hand, to whom `answer_to` says, and says nothing yet."""
    return replace(to_owner(kind, key, context), to=answer_to(context), answers=context.source)


def receipt(code: str, account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Letter:
    """The letter that tells a debtor what became of this sentence of his mail."""
    return Letter(
        kind=LetterKind.RECEIPT,
        key=f"receipt:{context.source}",
        to=(context.sender,),
        creditor=context.creditor.id,
        language=account.language or context.language,
        code=code,
        items=tuple(i.id for i in items),
        account=account.id,
        on=intent.on,
        words=intent.words,
        answers=context.source,
    )


def merged(decisions: Iterable[Decision]) -> Decision:
    """All decisions as one."""
    result = NOTHING
    for decision in decisions:
        result = result + decision
    return result
