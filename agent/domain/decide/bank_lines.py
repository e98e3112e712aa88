"""The line of a bank statement as the books keep it, and what follows from it for an item or an account."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypedDict

from agent.domain import events as ev
from agent.domain.decide.context import Context, head
from agent.domain.decide.on_account import put_on_account, reversed_on_account
from agent.domain.findings import BankStatementReading, Entry
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem, Payment
from agent.domain.matching import payment_reference
from agent.domain.money import Money
from agent.domain.references import compact
from agent.domain.states import KnownPayer

_MARK = "bank "
_MOST_WORDS = 500


class LineFields(TypedDict):
    """What every event of a movement says of its line."""

    on: date
    reference: str
    payer: str
    iban: str
    words: str
    account: str
    document: str
    filename: str


@dataclass(frozen=True, slots=True)
class BankLine:
    """A movement as its bank shows it: `account` is the creditor's own, `document` and `filename` are the bank's file."""

    amount: Decimal
    currency: str
    on: date
    reference: str
    payer: str = ""
    iban: str = ""
    words: str = ""
    account: str = ""
    document: str = ""
    filename: str = ""

    @classmethod
    def of(cls, entry: Entry, reading: BankStatementReading) -> BankLine:
        """The line of this movement in this statement."""
        words = " ".join(filter(None, (entry.remittance, entry.structured_reference)))
        return cls(
            entry.amount,
            entry.currency,
            entry.value_date or entry.booked_on,
            payment_reference(entry),
            entry.counterparty_name,
            compact(entry.counterparty_iban),
            words[:_MOST_WORDS],
            reading.account,
            reading.document,
            reading.filename,
        )

    @classmethod
    def asked_about(cls, detail: str) -> BankLine | None:
        """The line that a question keeps in its detail; None when it is about no movement."""
        if not detail.startswith(_MARK + "{"):
            return None
        kept = json.loads(detail.removeprefix(_MARK))
        return cls(**{**kept, "amount": Decimal(kept["amount"]), "on": date.fromisoformat(kept["on"])})

    @property
    def detail(self) -> str:
        """This line as a question keeps it."""
        return _MARK + json.dumps(asdict(self), default=str, ensure_ascii=False)

    @property
    def fields(self) -> LineFields:
        """This line as events keep it."""
        return {
            "on": self.on,
            "reference": self.reference,
            "payer": self.payer,
            "iban": self.iban,
            "words": self.words,
            "account": self.account,
            "document": self.document,
            "filename": self.filename,
        }


def received(
    item: OpenItem, line: BankLine, amount: Decimal, because: tuple[str, ...], context: Context, *, settles: bool
) -> tuple[ev.Event, ...]:
    """The money on the item. When it settles though charges or a discount left a difference, that is booked apart."""
    money = Money(amount, item.invoice.total.currency)
    paid = ev.PaymentReceived(
        **head(context), **line.fields, item=item.id, amount=money, evidence="bank", because=because
    )
    if not settles:
        return (paid,)
    events: list[ev.Event] = [paid]
    rest = item.balance - money
    if rest.amount and (rest.amount > 0) is (item.balance.amount > 0):
        events.append(replace(paid, amount=rest, evidence="difference", reference=""))
    if item.state is not ItemState.SETTLED:
        events.append(ev.InvoiceSettled(**head(context), item=item.id))
    return tuple(events)


def kept(debtor: str, line: BankLine, amount: Decimal, because: str, context: Context) -> tuple[ev.Event, ...]:
    """Money of a movement that belongs to no invoice, kept on the debtor's account."""
    money = Payment(Money(amount, line.currency), line.on, "bank", line.reference)
    return (put_on_account(debtor, money, context, because),)


def reopened(
    item: OpenItem, line: BankLine, amount: Decimal, taken: Iterable[str], context: Context
) -> tuple[ev.Event, ...]:
    """What a return does to an item: the money goes, also what was booked as a difference beside it, and reminders rest.

    `taken` are the references of the movements that are taken back.
    """
    back = ev.PaymentReversed(
        **head(context),
        **line.fields,
        item=item.id,
        amount=Money(amount, item.invoice.total.currency),
        evidence="bank",
    )
    if item.state is not ItemState.SETTLED:
        return (back,)
    difference = _difference(item, set(taken))
    more = (replace(back, amount=difference, evidence="difference", reference=""),) if difference.amount else ()
    pause = ev.FollowUpPaused(**head(context), subject=item.id, until=None, reason="payment_reversed")
    return (back, *more, ev.InvoiceReopened(**head(context), item=item.id), pause)


def _difference(item: OpenItem, taken: set[str]) -> Money:
    """What was let go beside the payment that is taken back, and not taken back itself yet."""
    if item.payments and any(p.reference in taken for p in item.payments):
        let_go = (p.amount for p in item.payments if p.evidence == "difference")
        return Money.total(let_go, item.invoice.total.currency)
    return Money.zero(item.invoice.total.currency)


def off_account(
    account: DebtorAccount, line: BankLine, taken: Iterable[str], most: Decimal, context: Context
) -> tuple[ev.Event, ...]:
    """What a return takes from the account: at most so much of what the movements that are taken back had left there."""
    back = reversed_on_account(account, taken, Money(most, line.currency), line.on, context) if most > 0 else ()
    return tuple(replace(e, reference=line.reference) for e in back if isinstance(e, ev.MoneyTakenFromAccount))


def learned(account: DebtorAccount, line: BankLine, context: Context, *, name: bool) -> tuple[ev.Event, ...]:
    """That this line's other side pays for this debtor, by account, and when told by the creditor also by name."""
    known = {p.iban for p in account.payers} | {p.name for p in account.payers} | {account.name}
    iban = line.iban if line.iban not in known else ""
    told = line.payer if name and line.payer not in known else ""
    if not (iban or told):
        return ()
    return (ev.PayerLearned(**head(context), debtor=account.id, iban=iban, name=told, movement=line.reference),)


def unlearned(account: DebtorAccount, taken: Iterable[str], context: Context) -> tuple[ev.Event, ...]:
    """What these movements had shown of the debtor's payers, forgotten since they were taken back."""
    gone = set(taken)
    return tuple(_forgotten(account.id, p, context) for p in account.payers if p.movement in gone)


def _forgotten(debtor: str, payer: KnownPayer, context: Context) -> ev.PayerForgotten:
    return ev.PayerForgotten(**head(context), debtor=debtor, iban=payer.iban, name=payer.name, movement=payer.movement)
