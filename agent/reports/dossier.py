"""A case as a dossier tells it: who owes, what, with which arithmetic, and everything that happened. Figures and sentences, no layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from agent.domain.claims import Charging, by_due_date, claims_of
from agent.domain.events import Event, NoticeSent, PlanLetterSent, StatementSent
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem
from agent.domain.money import Money
from agent.domain.parties import Creditor
from agent.domain.states import OWED
from agent.reports import formats
from agent.reports.bundle import Exhibit
from agent.reports.claims import ClaimBox, claim_box
from agent.reports.dossier_words import dossier_word
from agent.reports.happened import kept_promise, sentence
from agent.reports.plain import one_line
from agent.reports.words import has_word, word

_SENT = (StatementSent, NoticeSent, PlanLetterSent)
_SIDES = {"mail_in": "got", "mail_out": "wrote", "report": "told_of"}


@dataclass(frozen=True, slots=True)
class Case:
    """What a dossier is about: items of one account, and all that is known of them.

    `everything` are all items of the account, whose credits lessen its interest; `events` are in order; `phone` is of the contact
    book. `charging` None claims nothing.
    """

    creditor: Creditor
    account: DebtorAccount
    items: tuple[OpenItem, ...]
    everything: tuple[OpenItem, ...]
    events: tuple[Event, ...]
    on: date
    charging: Charging | None = None
    phone: str = ""

    @property
    def language(self) -> str:
        """The creditor's."""
        return formats.known_language(self.creditor.language)

    @property
    def numbers(self) -> Mapping[str, str]:
        """The numbers of the account's items, by id."""
        return {item.id: one_line(item.invoice.number, 80) or item.id for item in self.everything}

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the items and of the account."""
        return frozenset({self.account.id, *(item.id for item in self.items)})


@dataclass(frozen=True, slots=True)
class Move:
    """Money on an item: what lessened it, or (below nothing) was taken back."""

    on: date
    number: str
    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice or credit note of the account."""

    number: str
    issued: date
    due: date | None
    total: Money
    deducted: Money
    balance: Money
    state: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What is owed in one currency: the lines, what is kept for the debtor, what late payment adds.

    Without `all_counted` some lines are shown and not asked for: their state says why.
    """

    currency: str
    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    on_account: Money
    principal: Money
    claim: ClaimBox | None
    all_counted: bool = True

    @property
    def owed(self) -> Money:
        """The principal, and what late payment adds."""
        return self.claim.with_principal if self.claim else self.principal


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, with the number of its exhibit (0: none)."""

    at: datetime
    text: str
    exhibit: int = 0


def sums_of(case: Case) -> tuple[Sum, ...]:
    """The account, a sum a currency; an account of one currency has one."""
    currencies = sorted({item.balance.currency for item in case.items})
    return tuple(_sum(case, currency) for currency in currencies)


def _sum(case: Case, currency: str) -> Sum:
    items = sorted((i for i in case.items if i.balance.currency == currency), key=by_due_date)
    whole = {i.id for i in case.items} >= {i.id for i in case.everything if i.is_open}
    on_account = case.account.on_account(currency) if whole else Money.zero(currency)
    owed = Money.total((i.balance for i in items if i.state in OWED), currency) - on_account
    claims = claims_of(case.everything, case.account, case.charging, case.on, case.ids) if case.charging else ()
    return Sum(
        currency,
        tuple(_line(item, case.language) for item in items),
        tuple(move for item in items for move in _moves(item, case.language)),
        on_account,
        owed.rounded(),
        claim_box(claims, owed.rounded(), case.language, asked=True),
        all(i.state in OWED or not i.balance for i in items),
    )


def _line(item: OpenItem, language: str) -> Line:
    invoice = item.invoice
    return Line(
        one_line(invoice.number, 80) or "?",
        invoice.issue_date,
        invoice.due_date,
        invoice.total,
        invoice.total - item.balance,
        item.balance,
        "" if item.state is ItemState.FOLLOWED else word(item.state.value, language),
    )


def _moves(item: OpenItem, language: str) -> Iterator[Move]:
    number = one_line(item.invoice.number, 80)
    if item.invoice.deposit.amount:
        yield Move(item.invoice.issue_date, number, dossier_word("deposit", language), item.invoice.deposit)
    for payment in item.payments:
        yield Move(payment.on, number, _evidence(payment.evidence, language), payment.amount)


def _evidence(code: str, language: str) -> str:
    if has_word(f"history_{code}"):
        return word(f"history_{code}", language)
    return dossier_word("by_bank" if code == "bank" else "by_word", language)


def facts_of(case: Case, exhibits: Sequence[Exhibit]) -> tuple[Fact, ...]:
    """Everything that happened, in order: what the books hold, and every mail, each once, with its exhibit."""
    places = {exhibit.source: number for number, exhibit in enumerate(exhibits, 1) if exhibit.source}
    told: list[Fact] = []
    covered: set[str] = set()
    for event in case.events:
        text = sentence(event, case.numbers, case.language)
        if not text:
            continue
        source = event.mail if isinstance(event, _SENT) else event.source
        if isinstance(event, _SENT):
            covered.add(source)
        told.append(Fact(event.at, text, places.get(source, 0)))
    told += _kept_promises(case)
    mails = ((n, e) for n, e in enumerate(exhibits, 1) if e.kind in _SIDES and e.at and e.source not in covered)
    # mail between the creditor and the service is told by what followed from it
    told += [Fact(e.at, e.title, n) for n, e in mails if e.at and not e.internal]
    titles = {exhibit.title for exhibit in exhibits}
    # a mail stands before what follows from it
    return tuple(sorted(told, key=lambda fact: (fact.at, fact.text not in titles)))


def _kept_promises(case: Case) -> Iterable[Fact]:
    zone = ZoneInfo(case.creditor.timezone)
    for item in case.items:
        for promise in item.promises:
            if promise.kept:
                at = datetime.combine(promise.on, time(12), zone)
                yield Fact(
                    at, kept_promise(case.numbers[item.id], formats.day(promise.on, case.language), case.language)
                )


def mail_title(kind: str, other: str, subject: str, language: str) -> str:
    """A mail in a sentence."""
    return dossier_word(_SIDES[kind], language, other=one_line(other, 120), subject=one_line(subject, 160) or "–")
