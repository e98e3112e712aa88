"""The weekly digest of one creditor: what is open, overdue, held and settled, as figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.aging import Age, age_after
from agent.domain.dunning_plan import DunningPlan
from agent.domain.indicators import new_money
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem, Question
from agent.domain.money import Money
from agent.domain.plan_progress import due_on
from agent.domain.states import OWED
from agent.reports.statement import HELD, Standing, days_late, standing_of

_WEEK = timedelta(days=7)
_LARGEST = 8


@dataclass(frozen=True, slots=True)
class Bucket:
    """The open balance of one age. `code` is an Age; `share` is its part of the whole in percent."""

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

    `open` is everything that is owed less `credits` (negative: credit notes, overpayments and money on account not yet deducted); `held` the part
    of it whose reminders rest, `disputed` the part of that which is contested, `noticed` what is formally asked for; `due_soon` what falls due from today through a week;
    `settled` what came in during the week.
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
    due_soon: Money
    due_soon_count: int
    disputed: Money
    disputed_count: int
    noticed: Money
    noticed_count: int

    @property
    def rows(self) -> tuple[tuple[str, Money, int], ...]:
        """The figures as rows of code, amount and count: those of today, and what the week brought."""
        return (*self.rows_today, ("settled_week", self.settled, self.settled_count))

    @property
    def rows_today(self) -> tuple[tuple[str, Money, int], ...]:
        """What is owed today."""
        credit = (("credits", self.credits, self.credit_count),) if self.credits else ()
        soon = (("due_soon", self.due_soon, self.due_soon_count),) if self.due_soon else ()
        disputed = (("disputed", self.disputed, self.disputed_count),) if self.disputed else ()
        noticed = (("noticed_sum", self.noticed, self.noticed_count),) if self.noticed else ()
        return (
            ("overdue", self.overdue, self.overdue_count),
            *noticed,
            ("not_overdue", self.not_overdue, self.not_overdue_count),
            *soon,
            *credit,
            ("open_total", self.open, self.open_count),
            ("held", self.held, self.held_count),
            *disputed,
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
    currencies = sorted(
        {i.invoice.total.currency for i in mine if i.state is not ItemState.REVIEW}
        | {m.amount.currency for account in accounts.values() for m in account.money}
    )
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
        tuple(_question(q, names) for q in questions if q.awaits),
        sum(1 for i in mine if i.state is ItemState.REVIEW),
    )


def _question(question: Question, names: Mapping[str, str]) -> QuestionLine:
    about = tuple(names[s] for s in question.subjects if s in names)
    return QuestionLine(question.topic, question.detail, question.asked_at.date(), about)


@dataclass(frozen=True, slots=True)
class _Row:
    """An open item with what is computed of it once."""

    item: OpenItem
    balance: Money
    late: int

    @property
    def overdue(self) -> bool:
        return self.late > 0 and self.balance.amount > 0

    def standing(self, plan: DunningPlan, today: date, accounts: Mapping[str, DebtorAccount]) -> Standing:
        return standing_of(self.item, plan, today, accounts.get(self.item.invoice.debtor))


def _currency(
    items: list[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    plan: DunningPlan,
    today: date,
    currency: str,
) -> CurrencyDigest:
    rows = [_Row(i, i.balance, days_late(i, today)) for i in items if i.state in OWED]
    rows = [row for row in rows if row.balance]
    overdue = [row for row in rows if row.overdue]
    credits_ = [row for row in rows if row.balance.amount < 0]
    held = [(r, standing) for r in rows if (standing := r.standing(plan, today, accounts)) in HELD]
    disputed = [r for r, standing in held if standing is Standing.DISPUTE]
    noticed = [r for r in overdue if r.item.notice is not None and r.item.notice.sent]
    soon = [r for r in rows if r.balance.amount > 0 and (due := due_on(r.item)) and today <= due < today + _WEEK]
    kept = [a.on_account(currency) for a in accounts.values() if a.on_account(currency)]
    came = new_money(items, accounts.values(), currency)
    arrived = [p.amount for p in came if today - _WEEK <= p.on < today]
    in_favour = Money.total(kept, currency)
    return CurrencyDigest(
        currency,
        _total(rows, currency) - in_favour,
        _total(overdue, currency),
        _total((r for r, _ in held), currency),
        Money.total(arrived, currency),
        _total(credits_, currency) - in_favour,
        len(rows) + len(kept),
        len(overdue),
        len(held),
        len(arrived),
        len(credits_) + len(kept),
        _buckets(rows, currency),
        _debtors(rows, accounts, currency),
        _total(soon, currency),
        len(soon),
        _total(disputed, currency),
        len(disputed),
        _total(noticed, currency),
        len(noticed),
    )


def _total(rows: Iterable[_Row], currency: str) -> Money:
    return Money.total((row.balance for row in rows), currency)


def _buckets(rows: list[_Row], currency: str) -> tuple[Bucket, ...]:
    found: dict[Age, list[_Row]] = {age: [] for age in Age}
    for row in rows:
        if row.balance.amount > 0:
            found[age_after(row.late)].append(row)
    amounts = {age: _total(members, currency) for age, members in found.items()}
    shares = percents([amount.amount for amount in amounts.values()])
    return tuple(
        Bucket(age.value, amount, len(found[age]), share)
        for (age, amount), share in zip(amounts.items(), shares, strict=True)
    )


def percents(parts: Sequence[Decimal]) -> tuple[int, ...]:
    """The share of each part in whole percents that make a hundred together: the largest remainders are rounded up; all 0 of nothing."""
    whole = sum(parts, Decimal(0))
    if not whole:
        return (0,) * len(parts)
    exact = [part * 100 / whole for part in parts]
    missing = 100 - sum(int(share) for share in exact)
    raised = sorted(range(len(parts)), key=lambda n: (int(exact[n]) - exact[n], n))[:missing]
    return tuple(int(share) + (n in raised) for n, share in enumerate(exact))


def _debtors(rows: list[_Row], accounts: Mapping[str, DebtorAccount], currency: str) -> tuple[DebtorLine, ...]:
    """The debtors who are furthest behind, by overdue amount."""
    by_debtor: dict[str, list[_Row]] = {}
    for row in rows:
        by_debtor.setdefault(row.item.invoice.debtor, []).append(row)
    lines = []
    for debtor, owed in by_debtor.items():
        overdue = [row for row in owed if row.overdue]
        account = accounts.get(debtor)
        lines.append(
            DebtorLine(
                debtor,
                account.name if account else "",
                _total(owed, currency) - (account.on_account(currency) if account else Money.zero(currency)),
                _total(overdue, currency),
                max((row.late for row in overdue), default=0),
                max(len(row.item.statements) for row in owed),
            )
        )
    late = [line for line in lines if line.overdue.amount > 0]
    late.sort(key=lambda line: (-line.overdue.amount, line.name))
    return tuple(late[:_LARGEST])
