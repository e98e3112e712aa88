"""The thanks to a debtor who was reminded and has paid everything: once, and never where anything else than his paying ended it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from agent.domain.decide.context import Context
from agent.domain.indicators import money_in
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem, Statement
from agent.domain.letters import Letter, LetterKind

# Later than this after the last payment a word of thanks is odd: a service that stood still leaves it out.
_LATEST = timedelta(days=7)


def thanks(ledger: Ledger, account: DebtorAccount, spoilt: Collection[str], context: Context) -> Letter | None:
    """The letter of thanks that is due to this debtor, or None.

    `ledger` holds all items of the account, paid ones too; `spoilt` are those that were ever disputed or handed over. Nothing else may be
    open; what the last statement listed must be settled, by money, on an earlier day (a word that is taken back the same day thanks
    nobody); withdrawn, written off or merely credited invoices are no reason to thank. The key is the statement's, so that money
    which is taken back and paid again without another reminder is thanked for once.
    """
    last = last_sent(account.statements)
    contact = account.contact
    if not context.creditor.thanks or last is None or contact is None or account.hold(context.today) is not None:
        return None
    paid = paid_up(ledger, account, last)
    if not paid or not set(spoilt).isdisjoint(last.items) or _thanked_by_plan(account, last.items):
        return None
    settled_on = max(settlement_days(paid, context.creditor.timezone))
    if not context.today - _LATEST <= settled_on < context.today:
        return None
    return Letter(
        kind=LetterKind.THANKS,
        key=f"thanks:{last.mail}",
        to=(contact.address,),
        creditor=context.creditor.id,
        language=account.language or context.language,
        items=tuple(item.id for item in paid),
        account=account.id,
    )


def last_sent(statements: Iterable[Statement]) -> Statement | None:
    """The latest statement that left."""
    return max((s for s in statements if s.state == "sent"), key=lambda s: (s.on, s.cycle), default=None)


def paid_up(ledger: Ledger, account: DebtorAccount, last: Statement) -> tuple[OpenItem, ...]:
    """What this statement listed, when the debtor paid all of it and nothing else is open; else nothing."""
    items: Mapping[str, OpenItem] = {item.id: item for item in ledger.of_account(account.id)}
    listed = tuple(items[id_] for id_ in last.items if id_ in items)
    if len(listed) != len(last.items) or any(item.is_open for item in items.values()):
        return ()
    return listed if all(item.state is ItemState.SETTLED and money_in(item) for item in listed) else ()


def settlement_days(items: Iterable[OpenItem], timezone: str) -> list[date]:
    """The creditor's local days on which these items were settled."""
    return [item.settled_at.astimezone(ZoneInfo(timezone)).date() for item in items if item.settled_at is not None]


def _thanked_by_plan(account: DebtorAccount, items: Collection[str]) -> bool:
    """Whether the end of a payment plan thanks him for one of these already."""
    return any(
        not set(plan.items).isdisjoint(items) and any(letter.code == "thanks" for letter in plan.letters)
        for plan in account.plans
    )
