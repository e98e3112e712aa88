"""What a rule about a mail to a debtor looks at, and what it says when the mail breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.guard_waits import ANNOUNCEMENTS
from agent.domain.legal import Operator
from agent.domain.money import Money
from agent.domain.parties import Creditor

STATEMENT, NOTICE = "statement", "formal_notice"
# Mails that ask for what is owed, line by line.
DEMANDS = frozenset({STATEMENT, NOTICE})


@dataclass(frozen=True, slots=True)
class Asked:
    """One invoice that the mail asks for. `first`: it was not announced yet as its consumer must be told; `copied`: it is attached.

    `free_until` is the last day of the announced period, None before the announcement.
    """

    number: str
    due_date: date | None
    balance: Money
    first: bool = True
    copied: bool = False
    free_until: date | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """Something claimed besides an invoice. `kind`: interest, indemnity, reminders; `percents`, `days`, `laws`: of interest.

    `basis` is what an indemnity rests on, `reminders` how many are charged; `free_until` as of Asked.
    """

    kind: str
    number: str
    amount: Money
    basis: Decimal
    percents: tuple[Decimal, ...] = ()
    days: tuple[int, ...] = ()
    reminders: int = 0
    free_until: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules look at.

    Attributes:
        kind: of the mail (a LetterKind's value); `day` on which it leaves, the debtor's; `dated`: the day that it names as its own.
        country: of the debtor; `law`: whose law the charges follow. consumer: None while nothing tells.
        announced: the indemnity that follows if nothing is paid in the announced period; None when the terms claim none.
        confirmed: facts that the operator vouches for. registration, seat: a collector's.
        reference: of this letter; first_letter: reference and day of the first one to this debtor, None when this is the first.
        deadline: the last day on which a formal notice may be paid. claims_interest: whether the terms claim interest.
        amounts: every amount that the mail may show; ignored: names, addresses and quotations in which rules look for nothing.
    """

    kind: str
    operator: Operator
    country: str
    law: str
    consumer: bool | None
    language: str
    day: date
    dated: date
    creditor: Creditor
    agency: str
    asked: tuple[Asked, ...] = ()
    charges: tuple[Charge, ...] = ()
    announced: Money | None = None
    confirmed: frozenset[str] = frozenset()
    registration: str = ""
    seat: str = ""
    reference: str = ""
    first_letter: tuple[str, date] | None = None
    deadline: date | None = None
    claims_interest: bool = False
    amounts: frozenset[Decimal] = frozenset()
    ignored: tuple[str, ...] = ()

    @property
    def collects(self) -> bool:
        """Whether a third party writes."""
        return self.operator is Operator.COLLECTOR

    @property
    def as_consumer(self) -> bool:
        """Whether the debtor has a consumer's rights: also while nothing tells."""
        return self.consumer is not False

    @property
    def starts_interest(self) -> bool:
        """Whether legal interest runs from this notice (France, consumers: C. civ. 1231-6, once the operator confirmed it)."""
        owed = self.kind == NOTICE and self.consumer is True and self.claims_interest
        return owed and self.law == "FR" and "fr-consumer" in self.confirmed

    @property
    def announces(self) -> bool:
        """Whether this statement is for some invoice the one that must tell a consumer what the law wants him told."""
        wanted = self.kind == STATEMENT and self.as_consumer and self.country in ANNOUNCEMENTS
        return wanted and any(asked.first for asked in self.asked)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by name: where it comes from, how sure that is, and what mends a mail that breaks it."""

    name: str
    source: str
    mark: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a mail breaks, and by what. `until`: the last day on which it does, when it ends by itself."""

    rule: Rule
    detail: str
    until: date | None = None
