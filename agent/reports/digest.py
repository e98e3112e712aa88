"""The weekly digest of one creditor: what is open, overdue, held and settled, as figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.dunning_plan import DunningPlan
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem, Question
from agent.domain.money import Money
from agent.reports.statement import HELD, days_late, standing_of

BUCKETS = ("bucket_not_due", "bucket_1_30", "bucket_31_60", "bucket_61_90", "bucket_over_90")
_WEEK = timedelta(days=7)
_LARGEST = 8


@dataclass(frozen=True, slots=True)
class Bucket:
    """The open balance of one age. `code` is one of BUCKETS; `share` is its part of the whole in percent."""

    code: str
    amount: Money
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class DebtorLine:
    """One debtor's part: what is open and overdue, how late his oldest item is, how many statements he had on it."""

    debtor: str
    name: str
    open: Money
    overdue: Money
    days_late: int
    reminders: int


@dataclass(frozen=True, slots=True)
class CurrencyDigest:
    """The figures of one currency.

    `open` is everything that is owed less `credits` (negative: credit notes and overpayments not yet deducted); `held` the part
    of it whose reminders rest; `settled` what came in during the week.
    """

    currency: str
    open: Money
    overdue: Money
    held: Money
    settled: Money
    credits: Money
    open_count: int
    overdue_count: int
    held_count: int
    settled_count: int
    credit_count: int
    buckets: tuple[Bucket, ...]
    debtors: tuple[DebtorLine, ...]

    @property
    def rows(self) -> tuple[tuple[str, Money, int], ...]:
        """The figures as rows of code, amount and count."""
        credit = (("credits", self.credits, self.credit_count),) if self.credits else ()
        return (
            ("overdue", self.overdue, self.overdue_count),
            ("not_overdue", self.not_overdue, self.not_overdue_count),
            *credit,
            ("open", self.open, self.open_count),
            ("held", self.held, self.held_count),
            ("settled_week", self.settled, self.settled_count),
        )

    @property
    def not_overdue(self) -> Money:
        """What is owed and has not passed its due date."""
        return self.open - self.credits - self.overdue

    @property
    def not_overdue_count(self) -> int:
        """How many items that is."""
        return self.open_count - self.credit_count - self.overdue_count


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question that the creditor has not answered yet."""

    topic: str
    detail: str
    asked_on: date
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a creditor is told on `today` about the seven days that ended."""

    today: date
    since: date
    currencies: tuple[CurrencyDigest, ...]
    questions: tuple[QuestionLine, ...]
    unchecked: int

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.currencies and not self.questions and not self.unchecked


def digest_of(
    items: Iterable[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    questions: Iterable[Question],
    plan: DunningPlan,
    today: date,
) -> Digest:
    """The digest of these items (one creditor's) on this day, the largest currency first."""
    mine = list(items)
    numbers = {item.id: item.invoice.number for item in mine}
    currencies = sorted({i.invoice.total.currency for i in mine if i.state is not ItemState.REVIEW})
    parts = [
        _currency([i for i in mine if i.invoice.total.currency == c], accounts, plan, today, c) for c in currencies
    ]
    parts = [part for part in parts if part.open_count or part.settled_count]
    parts.sort(key=lambda part: (-part.open.amount, part.currency))
    names = {account.id: account.name for account in accounts.values()} | numbers
    return Digest(
        today,
        today - _WEEK,
        tuple(parts),
        tuple(_question(q, names) for q in questions if q.is_open),
        sum(1 for i in mine if i.state is ItemState.REVIEW),
    )


def bucket_of(late: int) -> str:
    """The code of the ageing bucket for this many days after the due date."""
    if late <= 0:
        return BUCKETS[0]
    return BUCKETS[min((late - 1) // 30, 3) + 1]


def _question(question: Question, names: Mapping[str, str]) -> QuestionLine:
    about = tuple(names[s] for s in question.subjects if s in names)
    return QuestionLine(question.topic, question.detail, question.asked_at.date(), about)


def _currency(
    items: list[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    plan: DunningPlan,
    today: date,
    currency: str,
) -> CurrencyDigest:
    followed = [i for i in items if i.state in (ItemState.FOLLOWED, ItemState.ESCALATED) and i.balance]
    overdue = [i for i in followed if days_late(i, today) > 0 and i.balance.amount > 0]
    held = [i for i in followed if standing_of(i, plan, today, accounts.get(i.invoice.debtor)) in HELD]
    credits_ = [i for i in followed if i.balance.amount < 0]
    arrived = [p for i in items for p in i.payments if today - _WEEK < p.on <= today]

    def total(found: list[OpenItem]) -> Money:
        return Money.total((i.balance for i in found), currency)

    return CurrencyDigest(
        currency,
        total(followed),
        total(overdue),
        total(held),
        Money.total((p.amount for p in arrived), currency),
        total(credits_),
        len(followed),
        len(overdue),
        len(held),
        len(arrived),
        len(credits_),
        _buckets(followed, today, currency),
        _debtors(followed, accounts, today, currency),
    )


def _buckets(items: list[OpenItem], today: date, currency: str) -> tuple[Bucket, ...]:
    owed = [i for i in items if i.balance.amount > 0]
    whole = sum((i.balance.amount for i in owed), start=Money.zero(currency).amount)
    found: dict[str, list[OpenItem]] = {code: [] for code in BUCKETS}
    for item in owed:
        found[bucket_of(days_late(item, today))].append(item)
    buckets = []
    for code, members in found.items():
        amount = Money.total((i.balance for i in members), currency)
        share = int((amount.amount * 100 / whole).to_integral_value()) if whole else 0
        buckets.append(Bucket(code, amount, len(members), share))
    return tuple(buckets)


def _debtors(
    items: list[OpenItem], accounts: Mapping[str, DebtorAccount], today: date, currency: str
) -> tuple[DebtorLine, ...]:
    by_debtor: dict[str, list[OpenItem]] = {}
    for item in items:
        by_debtor.setdefault(item.invoice.debtor, []).append(item)
    lines = []
    for debtor, owed in by_debtor.items():
        overdue = [i for i in owed if days_late(i, today) > 0 and i.balance.amount > 0]
        account = accounts.get(debtor)
        lines.append(
            DebtorLine(
                debtor,
                account.name if account else "",
                Money.total((i.balance for i in owed), currency),
                Money.total((i.balance for i in overdue), currency),
                max((days_late(i, today) for i in overdue), default=0),
                max((len(i.statements) for i in owed), default=0),
            )
        )
    late = [line for line in lines if line.overdue.amount > 0]
    late.sort(key=lambda line: (-line.overdue.amount, line.name))
    return tuple(late[:_LARGEST])
