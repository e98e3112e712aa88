"""What a debtor may be asked besides his open invoices: each late item's claim, by the creditor's terms and the law that applies.

The law that applies is a convention to be confirmed by the creditor where it matters: between businesses that of the contract,
else of the creditor's country (Regulation (EC) 593/2008 art. 3 and 4, the seller's habitual residence); towards a consumer, or
while the kind of debtor is not known, that of the debtor's country (art. 6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent.domain.credits import ByDay, payments_by_day, payments_with_credits
from agent.domain.guard_waits import reminded_on
from agent.domain.interest import Claim, charge_parts, claim
from agent.domain.invoices import Invoice
from agent.domain.money import Money
from agent.domain.overdue import AfterPayment, ChargePart, ChargeTerms, Overdue, Why, balance_on
from agent.domain.parties import BookEntry, Creditor, entry_for
from agent.domain.rates import Rates
from agent.domain.states import DebtorAccount, ItemState, OpenItem, Statement

# The day of receipt is not known: an invoice counts as received this many days after its date, to the debtor's benefit.
_RECEIPT = timedelta(days=5)
# Due dates of a calendar year whose reminders are free where supplies are regular (Code of Economic Law, book XIX).
_FREE_DUE_DATES = 3
_ALIVE = (ItemState.FOLLOWED, ItemState.ESCALATED, ItemState.SETTLED)


@dataclass(frozen=True, slots=True)
class Charging:
    """What the claims of one creditor are reckoned with: his terms, what the contact book says of his debtors, the rates."""

    creditor: Creditor
    rates: Rates = Rates(())
    book: tuple[BookEntry, ...] = ()

    def terms_of(self, account: DebtorAccount) -> ChargeTerms:
        """The terms towards this debtor; what the operator confirmed of the law stands beside the rates."""
        terms = self.creditor.charges
        known = entry_for(self.book, account.name, account.number)
        terms = terms.changed(known.charges) if known else terms
        return replace(terms, confirmed=terms.confirmed | self.rates.confirmed)


@dataclass(frozen=True, slots=True)
class ItemClaim:
    """The claim on one late item. `paid` is what of its payments counted for charges; `settled` says that the item itself is paid."""

    item: str
    number: str
    due_date: date
    claim: Claim
    paid: Money
    settled: bool = False

    @property
    def due(self) -> Money:
        """What is still claimed; never below nothing."""
        rest = self.claim.total - self.paid
        return rest if rest.amount > 0 else Money.zero(rest.currency)


def consumer_of(invoice: Invoice, account: DebtorAccount) -> bool | None:
    """Whether this debt is a consumer's: True as soon as anything says so, False by word or number, None while nothing tells."""
    said = (account.consumer, invoice.consumer)
    if True in said:
        return True
    return False if False in said or account.number else None


def law_of(creditor: Creditor, terms: ChargeTerms, account: DebtorAccount, *, consumer: bool | None) -> str:
    """The country whose law applies (see above)."""
    if consumer is False:
        return terms.law or creditor.country
    return account.country or creditor.country


def claims_of(
    items: Sequence[OpenItem],
    account: DebtorAccount,
    charging: Charging,
    on: date,
    listed: Collection[str] | None = None,
) -> tuple[ItemClaim, ...]:
    """The claims on this day that the debtor is shown, oldest due date first; nothing while the terms claim nothing.

    `items` are all items of the account; `listed` names those that are asked for (None: all that are open). Items of the same
    currency that are paid themselves come along while something is left of their charges, where the terms keep it.
    """
    keeps = charging.terms_of(account).after_payment is AfterPayment.KEEP
    asked = [item for item in items if listed is None or item.id in listed]
    ids, currencies = {item.id for item in asked}, {item.balance.currency for item in asked}
    return tuple(
        made
        for made in account_claims(items, account, charging, on)
        if made.due and (keeps and made.due.currency in currencies if made.settled else made.item in ids)
    )


def account_claims(
    items: Sequence[OpenItem], account: DebtorAccount, charging: Charging, on: date
) -> tuple[ItemClaim, ...]:
    """The claims on this day on all late items of one account, also on those that are paid themselves, oldest due date first.

    `items` are all items of the account, so that its credits lessen what bears interest.
    """
    terms = charging.terms_of(account)
    if not terms.on:
        return ()
    lessened = payments_with_credits(account, items)
    return tuple(
        _claimed(item, overdue_of(item, account, items, charging, lessened[item.id]), terms, charging.rates, on)
        for item in sorted(items, key=by_due_date)
        if _late(item, on)
    )


def creditor_claims(
    items: Iterable[OpenItem], accounts: Mapping[str, DebtorAccount], charging: Charging, on: date
) -> Iterator[ItemClaim]:
    """The claims on all late items of one creditor, account by account."""
    by_account: dict[str, list[OpenItem]] = {}
    for item in items:
        by_account.setdefault(item.invoice.debtor, []).append(item)
    for id_, mine in by_account.items():
        if id_ in accounts:
            yield from account_claims(mine, accounts[id_], charging, on)


def surcharges(claims: Iterable[ItemClaim]) -> dict[str, Money]:
    """What is claimed beside the balance of each item that is still open, by item."""
    return {made.item: made.due for made in claims if made.due and not made.settled}


def claim_on(
    item: OpenItem, account: DebtorAccount, items: Sequence[OpenItem], charging: Charging, on: date
) -> ItemClaim | None:
    """The claim on one item of this account on this day, also when the item is paid; None when it is not late or nothing is claimed."""
    return next((made for made in account_claims(items, account, charging, on) if made.item == item.id), None)


def allocation(
    item: OpenItem, account: DebtorAccount, items: Sequence[OpenItem], charging: Charging
) -> tuple[ChargePart, ...]:
    """Which parts of the item's payments count for charges by the terms of today; what it has while nothing is claimed."""
    terms = charging.terms_of(account)
    if not terms.on or item.invoice.due_date is None or item.invoice.credit_note or _too_old(item, terms):
        return item.charges
    overdue = overdue_of(replace(item, charges=()), account, items, charging, payments_by_day(item))
    return charge_parts(overdue, terms, charging.rates)


def overdue_of(
    item: OpenItem, account: DebtorAccount, items: Sequence[OpenItem], charging: Charging, lessened: ByDay
) -> Overdue:
    """The item as far as charges depend on it; `lessened` is what came in on it, by day, the parts for charges included."""
    invoice, terms = item.invoice, charging.terms_of(account)
    assert invoice.due_date is not None
    consumer = consumer_of(invoice, account)
    country = law_of(charging.creditor, terms, account, consumer=consumer)
    return Overdue(
        principal=invoice.due,
        due_date=invoice.due_date,
        country=country,
        consumer=consumer,
        payments=(*lessened, *((part.on, -part.amount.amount) for part in item.charges)),
        reminded_on=reminded_on(account, item.id, country),
        notice_on=min((n.on for n in item.notices if n.sent), default=None),
        received_on=invoice.issue_date + _RECEIPT,
        announced=terms.announced,
        reminders=_charged_reminders(item, account, items, terms),
    )


def _claimed(item: OpenItem, overdue: Overdue, terms: ChargeTerms, rates: Rates, on: date) -> ItemClaim:
    if _too_old(item, terms):
        made = claim(overdue, ChargeTerms(), rates, on)
        made = replace(made, reasons=(Why("before_terms", start=terms.applies_from),))
    else:
        made = claim(overdue, terms, rates, _last_day(overdue, on))
    paid = Money.total((part.amount for part in item.charges), overdue.principal.currency)
    settled = item.state is ItemState.SETTLED
    return ItemClaim(item.id, item.invoice.number, overdue.due_date, made, paid, settled)


def _last_day(overdue: Overdue, on: date) -> date:
    """The day to reckon through: this one, or the one on which the last of the principal came in."""
    if balance_on(overdue, on) > 0:
        return on
    days = sorted({when for when, _ in overdue.payments})
    paid_off = next((day for day in days if not balance_on(overdue, day)), on)
    return min(max(paid_off, overdue.due_date), on)


def _too_old(item: OpenItem, terms: ChargeTerms) -> bool:
    return terms.applies_from is not None and item.invoice.issue_date < terms.applies_from


def _late(item: OpenItem, on: date) -> bool:
    due = item.invoice.due_date
    return item.state in _ALIVE and not item.invoice.credit_note and due is not None and due < on


def by_due_date(item: OpenItem) -> tuple[date, date, str]:
    """The order in which items fall due, those of one day by date and number."""
    return (item.invoice.due_date or date.max, item.invoice.issue_date, item.invoice.number)


def _sent(account: DebtorAccount) -> list[Statement]:
    return [s for s in account.statements if s.state == "sent"]


def _charged_reminders(item: OpenItem, account: DebtorAccount, items: Sequence[OpenItem], terms: ChargeTerms) -> int:
    """How many statements may cost something because of this item: those after its first one, each counted for one item only."""
    if terms.reminder_cost is None:
        return 0
    free = _free_items(items, account) if terms.recurring else frozenset()
    met: set[str] = set()
    count = 0
    for statement in _sent(account):
        again = next((id_ for id_ in statement.items if id_ in met and id_ not in free), None)
        count += again == item.id
        met.update(statement.items)
    return count


def _free_items(items: Sequence[OpenItem], account: DebtorAccount) -> frozenset[str]:
    """The items of the first three due dates of each calendar year that a statement reminded of."""
    reminded = {id_ for s in _sent(account) for id_ in s.items}
    due = {i.id: i.invoice.due_date for i in items if i.id in reminded and i.invoice.due_date}
    days = sorted(set(due.values()))
    first = {d for d in days if sum(1 for other in days if other.year == d.year and other < d) < _FREE_DUE_DATES}
    return frozenset(id_ for id_, day in due.items() if day in first)
