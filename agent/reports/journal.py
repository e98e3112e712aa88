"""The books as a double-entry journal that hledger and beancount read, made of what each event changed.

A transaction is the difference that an event makes to items and accounts, so that the journal always comes to what the books hold.
Sources: the journal format of hledger (https://hledger.org/hledger.html), the syntax of beancount (https://beancount.github.io/docs/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem, State, apply
from agent.domain.money import Money
from agent.domain.names import fold_name
from agent.reports.plain import one_line

_ENDED = (ItemState.WITHDRAWN, ItemState.WRITTEN_OFF)
_SLUG = re.compile(r"[^A-Za-z0-9]+")
_BY_EVIDENCE = {
    "bank": "Assets:Bank",
    "owner": "Assets:Reported",
    "staff": "Assets:Reported",
    "difference": "Expenses:Discounts",
    "surplus": "Assets:Bank",
}
_BY_EVENT = {
    "InvoiceRegistered": "Income:Invoices",
    "InvoiceCorrected": "Income:Invoices",
    "InvoiceWithdrawn": "Income:Invoices",
    "InvoiceWrittenOff": "Expenses:WrittenOff",
    "CreditRefunded": "Assets:Reported",
    "PaymentsAllocated": "Income:LateCharges",
    "MoneyTakenFromAccount": "Assets:Reported",
}


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount on an account; what comes to it is positive."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one event changed. Its postings come to nothing in each currency."""

    on: date
    who: str
    what: str
    number: str
    source: str
    reference: str
    postings: tuple[Posting, ...]


@dataclass(frozen=True, slots=True)
class Journal:
    """All transactions by day, and what the books hold on each account of a debtor in the end."""

    transactions: tuple[Transaction, ...]
    balances: tuple[Posting, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        """Every account, by name."""
        posted = {p.account for t in self.transactions for p in t.postings}
        return tuple(sorted(posted | {b.account for b in self.balances}))

    @property
    def first(self) -> date:
        """The day of the first transaction."""
        return min((t.on for t in self.transactions), default=date(1970, 1, 1))

    @property
    def last(self) -> date:
        """The day of the last transaction."""
        return max((t.on for t in self.transactions), default=date(1970, 1, 1))


def journal_of(
    events: Iterable[ev.Event], items: Iterable[OpenItem], accounts: Mapping[str, DebtorAccount], zone: tzinfo
) -> Journal:
    """The journal of these events in order; `items` and `accounts` are the states of today, from which the balances are taken."""
    chart = _Chart(accounts)
    states: dict[str, State] = {}
    transactions = [t for event in events if (t := _transaction(event, states, chart, zone)) is not None]
    transactions.sort(key=lambda t: t.on)
    return Journal(tuple(transactions), tuple(_balances(items, accounts.values(), chart)))


class _Chart:
    """The names of accounts: letters, digits and dashes, as beancount wants them."""

    def __init__(self, accounts: Mapping[str, DebtorAccount]) -> None:
        self._accounts = accounts

    def of_debtor(self, kind: str, creditor: str, debtor: str) -> str:
        account = self._accounts.get(debtor)
        name = slug(account.name if account else "") or "Debtor"
        return f"{kind}:{slug(creditor)}:{name}-{slug(debtor) or 'unknown'}"

    def name(self, debtor: str) -> str:
        account = self._accounts.get(debtor)
        return one_line(account.name) if account else ""


def slug(text: str) -> str:
    """A name as part of an account's: words with capitals, joined by dashes; "" when nothing is left of it."""
    words = [w for w in _SLUG.split(fold_name(text) or text) if w]
    return "-".join(w[:1].upper() + w[1:] for w in words)[:60].strip("-")


def _transaction(event: ev.Event, states: dict[str, State], chart: _Chart, zone: tzinfo) -> Transaction | None:
    ids = event.about()
    before = {id_: states[id_] for id_ in ids if id_ in states}
    after = apply(Ledger.of(before.values()), event)
    states |= {id_: state for id_ in ids if (state := after.get(id_)) is not None}
    postings = [p for id_ in ids for p in _moved(before.get(id_), after.get(id_), chart)]
    if not postings:
        return None
    currencies = dict.fromkeys(p.amount.currency for p in postings)
    for currency in currencies:
        rest = Money.total((p.amount for p in postings if p.amount.currency == currency), currency)
        postings += _against(event, -rest)
    summed = tuple(_summed(postings))
    if not summed:
        return None
    item = next((s for id_ in ids if isinstance(s := after.get(id_), OpenItem)), None)
    debtor = item.invoice.debtor if item else getattr(event, "debtor", "")
    return Transaction(
        on=_day(event, zone),
        who=chart.name(debtor) or event.creditor,
        what=_words(event),
        number=one_line(item.invoice.number, 80) if item else "",
        source=one_line(event.source, 120),
        reference=one_line(getattr(event, "reference", ""), 80),
        postings=summed,
    )


def _moved(before: State | None, after: State | None, chart: _Chart) -> Iterator[Posting]:
    """What a state had on its account taken off, and what it has now put on."""
    for state, sign in ((before, -1), (after, 1)):
        held = _held(state, chart) if state is not None else None
        if held is not None and held.amount:
            yield Posting(held.account, held.amount * sign)
        if isinstance(state, DebtorAccount):
            yield from (Posting(p.account, p.amount * sign) for p in _on_account(state, chart))


def _held(state: State, chart: _Chart) -> Posting | None:
    """What an item still claims; one that was withdrawn or written off claims nothing."""
    if not isinstance(state, OpenItem):
        return None
    account = chart.of_debtor("Assets:Receivable", state.creditor, state.invoice.debtor)
    nothing = Money.zero(state.invoice.total.currency)
    return Posting(account, nothing if state.state in _ENDED else state.balance)


def _on_account(account: DebtorAccount, chart: _Chart) -> Iterator[Posting]:
    """Money of the debtor that belongs to no invoice yet: it is owed to him."""
    name = chart.of_debtor("Liabilities:OnAccount", account.creditor, account.id)
    for currency in dict.fromkeys(p.amount.currency for p in account.money):
        total = Money.total((p.amount for p in account.money if p.amount.currency == currency), currency)
        if total:
            yield Posting(name, -total)


def _against(event: ev.Event, rest: Money) -> Iterator[Posting]:
    """The other side of a transaction: what was paid before the handing over stands on opening balances."""
    if (
        isinstance(event, ev.InvoiceRegistered)
        and event.invoice.deposit
        and event.invoice.deposit.currency == rest.currency
    ):
        yield Posting(f"Equity:OpeningBalances:{slug(event.creditor)}", event.invoice.deposit)
        rest = rest - event.invoice.deposit
    if rest:
        evidence = getattr(event, "evidence", "")
        account = _BY_EVIDENCE.get(evidence) or _BY_EVENT.get(type(event).__name__, "Equity:Other")
        yield Posting(f"{account}:{slug(event.creditor)}", rest)


def _summed(postings: Iterable[Posting]) -> Iterator[Posting]:
    """One posting an account and currency, in their order; those that come to nothing are left out."""
    sums: dict[tuple[str, str], Money] = {}
    for p in postings:
        key = (p.account, p.amount.currency)
        sums[key] = sums.get(key, Money.zero(p.amount.currency)) + p.amount
    return (Posting(account, amount) for (account, _), amount in sums.items() if amount)


def _day(event: ev.Event, zone: tzinfo) -> date:
    if isinstance(event, ev.InvoiceRegistered):
        return event.invoice.issue_date
    on = getattr(event, "on", None)
    return on if isinstance(on, date) else event.at.astimezone(zone).date()


def _words(event: ev.Event) -> str:
    """What happened, in words of accounting: "payment received (bank)"."""
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(event).__name__).lower()
    evidence = getattr(event, "evidence", "")
    return f"{name} ({evidence})" if evidence else name


def _balances(items: Iterable[OpenItem], accounts: Iterable[DebtorAccount], chart: _Chart) -> Iterator[Posting]:
    """What today's states hold on each account and in each currency, nothing included."""
    sums: dict[tuple[str, str], Money] = {}
    held = [p for item in items if (p := _held(item, chart)) is not None]
    for p in (*held, *(p for account in accounts for p in _on_account(account, chart))):
        key = (p.account, p.amount.currency)
        sums[key] = sums.get(key, Money.zero(p.amount.currency)) + p.amount
    return (Posting(account, amount) for (account, _), amount in sorted(sums.items(), key=lambda pair: pair[0]))


def _figure(amount: Money) -> str:
    return f"{amount.amount if amount else Decimal(0):f} {amount.currency}"


def hledger(journal: Journal) -> str:
    """The journal for hledger, with the balance of every debtor asserted at its end."""
    lines = ["; Made by Relance. The balances at the end are those of its books.", ""]
    lines += [f"commodity 1000.00 {currency}" for currency in _currencies(journal)]
    lines += [f"account {account}" for account in journal.accounts]
    for t in journal.transactions:
        code = f"({_bare(t.number, '();|')}) " if t.number else ""
        notes = "".join(f", {name}:{_bare(text, ',;')}" for name, text in (("reference", t.reference),) if text)
        lines += ["", f"{t.on} * {code}{_bare(t.who, ';|')} | {t.what}  ; source:{_bare(t.source, ',;')}{notes}"]
        lines += [f"    {p.account}  {_figure(p.amount)}" for p in t.postings]
    if journal.balances:
        lines += ["", f"{journal.last} * balances of the books"]
        lines += [f"    {b.account}  0 {b.amount.currency} = {_figure(b.amount)}" for b in journal.balances]
    return "\n".join(lines) + "\n"


def beancount(journal: Journal) -> str:
    """The journal for beancount, with the balance of every debtor asserted on the day after."""
    lines = ['option "title" "Relance"', *(f'option "operating_currency" "{c}"' for c in _currencies(journal)), ""]
    lines += [f"{journal.first} open {account}" for account in journal.accounts]
    for t in journal.transactions:
        lines += ["", f'{t.on} * "{_quoted(t.who)}" "{_quoted(f"{t.what} {t.number}".strip())}"']
        notes = (("number", t.number), ("source", t.source), ("reference", t.reference))
        lines += [f'  {name}: "{_quoted(text)}"' for name, text in notes if text]
        lines += [f"  {p.account}  {_figure(p.amount)}" for p in t.postings]
    after = journal.last + timedelta(days=1)
    lines += ["", *(f"{after} balance {b.account}  {_figure(b.amount)}" for b in journal.balances)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _currencies(journal: Journal) -> Sequence[str]:
    return sorted({p.amount.currency for t in journal.transactions for p in t.postings})


def _bare(text: str, marks: str) -> str:
    """Text without characters that mean something where it stands."""
    return " ".join("".join(" " if c in marks else c for c in text).split())


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def together(journals: Iterable[Journal]) -> Journal:
    """The journals of several creditors as one, by day."""
    parts = tuple(journals)
    transactions = sorted((t for part in parts for t in part.transactions), key=lambda t: t.on)
    return Journal(tuple(transactions), tuple(b for part in parts for b in part.balances))
