"""What follows for money that belongs to no invoice: kept on the debtor's account, taken back, paid back, set off when told so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.credits import left_on
from agent.domain.decide.context import Context, Decision, head
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.payments import Reported, notice
from agent.domain.findings import Instruction
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, Payment
from agent.domain.letters import Letter
from agent.domain.money import Money
from agent.domain.states import OWED


def put_on_account(debtor: str, money: Payment, context: Context, because: str = "") -> ce.MoneyPutOnAccount:
    """The event by which money is kept on an account; its reference ties it to a bank movement, `because` names the rule."""
    return ce.MoneyPutOnAccount(
        **head(context),
        debtor=debtor,
        amount=money.amount,
        on=money.on,
        evidence=money.evidence,
        reference=money.reference,
        because=(because,) if because else (),
    )


def reversed_on_account(
    account: DebtorAccount, references: Iterable[str], amount: Money, on: date, context: Context
) -> tuple[ev.Event, ...]:
    """The events by which a movement's money leaves the account again when the bank takes the movement back."""
    wanted = {r for r in references if r}
    kept = Money.total(
        (m.amount for m in account.money if m.reference in wanted and m.amount.currency == amount.currency),
        amount.currency,
    )
    back = min(kept, amount)
    if back.amount <= 0:
        return ()
    reference = min(wanted)
    return (
        ce.MoneyTakenFromAccount(
            **head(context), debtor=account.id, amount=back, on=on, reason="reversed", reference=reference
        ),
    )


def money_told(ledger: Ledger, instruction: Instruction, items: Sequence[OpenItem], context: Context) -> Decision:
    """The decision about an instruction of kind on_account, refunded or set_off; refused in words when it hits nothing."""
    account = _account_of(ledger, instruction, items)
    if account is None:
        return nothing_handed_over(context, "not_understood")
    return _TOLD[instruction.kind](ledger, account, instruction, items, context)


def _account_of(ledger: Ledger, instruction: Instruction, items: Sequence[OpenItem]) -> DebtorAccount | None:
    """The one debtor who is meant, by name or by an invoice of his."""
    named = {*instruction.accounts} or {i.invoice.debtor for i in items}
    return ledger.accounts.get(named.pop()) if len(named) == 1 else None


def _currency(ledger: Ledger, account: DebtorAccount) -> str:
    used = {i.invoice.total.currency for i in ledger.of_account(account.id)} | {
        m.amount.currency for m in account.money
    }
    return used.pop() if len(used) == 1 else "EUR"


def _put(
    ledger: Ledger, account: DebtorAccount, instruction: Instruction, _: Sequence[OpenItem], context: Context
) -> Decision:
    if instruction.amount is None or instruction.amount <= 0:
        return nothing_handed_over(context, "not_understood")
    amount = Money(instruction.amount, _currency(ledger, account))
    event = put_on_account(account.id, Payment(amount, instruction.on or context.today, context.role.value), context)
    return Decision((event,), (_notice("on_account", account, amount, instruction, context),))


def _refund(
    ledger: Ledger, account: DebtorAccount, instruction: Instruction, items: Sequence[OpenItem], context: Context
) -> Decision:
    """Money paid back: of the credit note that is named, else what is kept on the account."""
    notes = [i for i in items if left_on(i)]
    if instruction.numbers and notes:
        events = tuple(e for note in notes for e in _note_refunded(note, context))
        amount = Money.total((left_on(n) for n in notes), notes[0].invoice.total.currency)
        return Decision(events, (_notice("credit_refunded", account, amount, instruction, context),))
    currency = _currency(ledger, account)
    kept = account.on_account(currency)
    amount = min(kept, Money(instruction.amount, currency)) if instruction.amount else kept
    if amount.amount <= 0:
        return nothing_handed_over(context, "not_understood")
    event = ce.MoneyTakenFromAccount(
        **head(context), debtor=account.id, amount=amount, on=instruction.on or context.today, reason="refunded"
    )
    return Decision((event,), (_notice("credit_refunded", account, amount, instruction, context),))


def _note_refunded(note: OpenItem, context: Context) -> tuple[ev.Event, ...]:
    refunded = ce.CreditRefunded(**head(context), item=note.id, amount=left_on(note), on=context.today)
    return (refunded, ev.InvoiceSettled(**head(context), item=note.id))


def _set_off(
    _: Ledger, account: DebtorAccount, instruction: Instruction, items: Sequence[OpenItem], context: Context
) -> Decision:
    """Money on account pays the invoices that are named, the oldest first; never more than there is."""
    wanted = [i for i in items if i.state in OWED and i.balance.amount > 0 and instruction.numbers]
    events: list[ev.Event] = []
    taken: dict[str, Decimal] = {}
    for item in wanted:
        currency = item.invoice.total.currency
        left = account.on_account(currency).amount - taken.get(currency, Decimal(0))
        part = min(left, item.balance.amount)
        if part <= 0:
            continue
        taken[currency] = taken.get(currency, Decimal(0)) + part
        events.append(
            ce.MoneyTakenFromAccount(
                **head(context),
                debtor=account.id,
                amount=Money(part, currency),
                on=context.today,
                reason="set_off",
                item=item.id,
            )
        )
        if part == item.balance.amount:
            events.append(ev.InvoiceSettled(**head(context), item=item.id))
    if not events:
        return nothing_handed_over(context, "not_understood")
    return Decision(
        tuple(events),
        (notice("credited", wanted, Reported(sum(taken.values(), Decimal(0)), words=instruction.words), context),),
    )


def _notice(code: str, account: DebtorAccount, amount: Money, instruction: Instruction, context: Context) -> Letter:
    letter = notice(code, [], Reported(words=instruction.words), context)
    return replace(letter, key=f"{letter.key}:{account.id}", account=account.id, amount=amount)


_TOLD: Mapping[str, Callable[[Ledger, DebtorAccount, Instruction, Sequence[OpenItem], Context], Decision]] = {
    "on_account": _put,
    "refunded": _refund,
    "set_off": _set_off,
}
MONEY_TOLD = frozenset(_TOLD)
