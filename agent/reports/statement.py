"""The statement of account of one debtor: lines and totals, as figures. The prose around it lives in templates/."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from agent.domain.claims import by_due_date
from agent.domain.credits import credited_on
from agent.domain.dunning import level, ready_on
from agent.domain.dunning_plan import DunningPlan
from agent.domain.ledger import DebtorAccount, Hold, ItemState, OpenItem
from agent.domain.money import Money
from agent.domain.plan_progress import due_on, due_so_far, progress, running, statements_on


class Standing(StrEnum):
    """How an item stands today, in the words of the trade (reports.words names each in the reader's language)."""

    REVIEW = "review"
    NOT_DUE = "not_due"
    DUE = "due"
    PROMISE = "promise"
    CLAIM = "claim"
    DISPUTE = "dispute"
    PAUSE = "pause"
    PLAN = "plan"
    REMINDED = "reminded"
    NOTICED = "noticed"
    CREDIT = "credit"
    SETTLED = "settled"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"
    WRITTEN_OFF = "written_off"


HELD = frozenset({Standing.PROMISE, Standing.CLAIM, Standing.DISPUTE, Standing.PAUSE, Standing.PLAN})


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One invoice or credit note of the statement, or (without a number) the money on account in one currency.

    `paid` is what came in after it was handed over, `credited` what credit notes took off, `deposit` what was paid before; `balance` is what is left. `days_late` is
    counted in calendar days from the due date, 0 when that has not passed. `later` is what an invoice in parts asks for on later days.
    """

    item: str
    number: str
    issue_date: date
    due_date: date | None
    total: Money
    deposit: Money
    paid: Money
    balance: Money
    days_late: int
    standing: Standing
    on: date | None = None
    credited: Money | None = None
    reference: str = ""
    iban: str = ""
    document: str = ""
    filename: str = ""
    later: Money | None = None

    @property
    def whole(self) -> Money:
        """All that is open of it, what is due later included."""
        return self.balance + self.later if self.later else self.balance


@dataclass(frozen=True, slots=True)
class StatementOfAccount:
    """All that a debtor owes one creditor, as of `today`.

    Attributes:
        due: what is to be paid now, oldest due date first.
        credits: credit notes and overpayments (negative balances) and money on account, deducted from what is due.
        others: what is open besides and not asked for today: not yet due, promised, contested, reported as paid, paused.
    """

    account: DebtorAccount
    today: date
    due: tuple[StatementLine, ...]
    credits: tuple[StatementLine, ...]
    others: tuple[StatementLine, ...]
    level: str = "friendly"

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of its lines, in alphabetical order."""
        return tuple(sorted({line.balance.currency for line in (*self.due, *self.credits, *self.others)}))

    def in_currency(self, currency: str) -> StatementOfAccount:
        """The part of it that is in this currency."""
        due, credits_, others = (
            tuple(line for line in lines if line.balance.currency == currency)
            for lines in (self.due, self.credits, self.others)
        )
        return StatementOfAccount(self.account, self.today, due, credits_, others, self.level)

    def due_total(self, currency: str) -> Money:
        """What is to be paid now in this currency: the lines due less the credits. Not below zero."""
        total = _sum(self.due, currency) + _sum(self.credits, currency)
        return total if total.amount > 0 else Money.zero(currency)


def _sum(lines: Iterable[StatementLine], currency: str) -> Money:
    return Money.total((line.balance for line in lines if line.balance.currency == currency), currency)


def statement_of(
    items: Iterable[OpenItem],
    account: DebtorAccount,
    plan: DunningPlan,
    today: date,
    listed: Collection[str] | None = None,
) -> StatementOfAccount:
    """The statement of account of one debtor on this day.

    `items` are the account's items and `plan` the account's plan, which each item's own may change. `listed` names what is asked
    for (by the statement that was decided on); None applies the plan anew.
    """
    due: list[OpenItem] = []
    credits_: list[StatementLine] = []
    others: list[StatementLine] = []
    held = sorted(items, key=by_due_date)
    for item in held:
        standing = standing_of(item, plan, today)
        if standing is Standing.CREDIT:
            credits_.append(_line(item, standing, today))
        elif item.state is not ItemState.FOLLOWED or item.balance.amount <= 0:
            continue
        elif item.id in listed if listed is not None else _ready(item, plan, today):
            due.append(item)
        else:
            others.append(_line(item, standing, today))
    credits_ += _on_account(account)
    tone = level(len(statements_on(due[0])), plan.changed(due[0].invoice.plan).statements) if due else "friendly"
    lines = tuple(_so_far(item, _line(item, Standing.DUE, today), today) for item in due)
    planned = {p.id: now.next.due_date for p in running(account) if (now := progress(p, held)).next is not None}
    followed = {item.id: planned[item.plan] for item in held if item.plan in planned}
    others = [
        replace(o, on=followed[o.item]) if o.standing is Standing.PLAN and o.item in followed else o for o in others
    ]
    return StatementOfAccount(account, today, lines, tuple(credits_), tuple(others), tone)


def _on_account(account: DebtorAccount) -> Iterator[StatementLine]:
    """Money that belongs to no invoice, a line for each currency; its number is empty."""
    for currency in sorted({money.amount.currency for money in account.money}):
        kept, none = account.on_account(currency), Money.zero(currency)
        if kept:
            day = max(m.on for m in account.money if m.amount.currency == currency)
            yield StatementLine(account.id, "", day, None, -kept, none, none, -kept, 0, Standing.CREDIT)


def standing_of(item: OpenItem, plan: DunningPlan, today: date, account: DebtorAccount | None = None) -> Standing:
    """How this item stands on this day, by itself and, when its account is given, by what rests on the whole account."""
    if item.balance.amount < 0 and item.state in (ItemState.FOLLOWED, ItemState.SETTLED):
        return Standing.CREDIT
    if item.state is not ItemState.FOLLOWED:
        return Standing(item.state.value)
    hold = item.hold(today) or (account.hold(today) if account else None)
    if hold is not None:
        return Standing(hold.kind.value)
    if item.plan:
        return Standing.PLAN
    if item.notice is not None and item.notice.sent:
        return Standing.NOTICED
    due = due_on(item)
    if due is None or due >= today:
        return Standing.NOT_DUE
    own = plan.changed(item.invoice.plan)
    exhausted = len(statements_on(item)) >= own.statements and item.balance.amount > own.tolerance
    return Standing.REMINDED if exhausted else Standing.DUE


def days_late(item: OpenItem, today: date) -> int:
    """Calendar days since the due date; 0 until it has passed, and for credit notes."""
    due = due_on(item)
    if due is None or item.invoice.credit_note:
        return 0
    return max((today - due).days, 0)


def _ready(item: OpenItem, plan: DunningPlan, today: date) -> bool:
    day = ready_on(item, plan.changed(item.invoice.plan))
    return day is not None and day <= today


def _so_far(item: OpenItem, line: StatementLine, today: date) -> StatementLine:
    """The line of an invoice due in parts asks for what is due so far, and says what is due later."""
    asked = due_so_far(item, today)
    return line if asked == item.balance else replace(line, balance=asked, later=item.balance - asked)


def _line(item: OpenItem, standing: Standing, today: date) -> StatementLine:
    invoice = item.invoice
    hold: Hold | None = item.hold(today)
    return StatementLine(
        item=item.id,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=due_on(item),
        total=invoice.total,
        deposit=invoice.deposit,
        paid=item.paid - credited_on(item),
        credited=credited_on(item),
        balance=item.balance,
        days_late=days_late(item, today),
        standing=standing,
        on=(hold.on or hold.until) if hold else None,
        reference=invoice.reference,
        iban=invoice.iban,
        document=invoice.document,
        filename=invoice.filename,
    )
