"""What follows when the creditor corrects what was read: the fields change, both versions are kept, the difference is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from agent.domain import events as ev
from agent.domain.decide.accounts_guard import DOUBT, is_unproved
from agent.domain.decide.contacts import is_complained
from agent.domain.decide.context import AddressHint, Context, Decision, head, in_answer
from agent.domain.decide.debtors import Buyer, choose_account, is_debtors
from agent.domain.decide.invoices import ask_about, corrected, default_due, without_doubts
from agent.domain.decide.payments import Reported, notice
from agent.domain.findings import Instruction
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem
from agent.domain.letters import LetterKind
from agent.domain.money import Money
from agent.domain.parties import PostalAddress, Role
from agent.domain.references import iban, structured_communication

# Which doubts a corrected field settles.
_SETTLES = {
    "debtor_email": ("debtor_email", "address_mismatch"),
    "total": ("total", "amount_due", "deposit", "currency"),
    "deposit": ("deposit", "amount_due"),
    "buyer_name": ("buyer_name", "same_debtor"),
}
_LONGEST_ADDRESS = 300
# What cannot be confirmed by "ok", because nothing was read that could be right.
_WORDLESS = ("debtor_email",)


@dataclass(frozen=True, slots=True)
class Change:
    """An invoice as it shall be, the events besides, the difference as it is shown, and the doubts that it settles."""

    invoice: Invoice
    events: tuple[ev.Event, ...] = ()
    shown: tuple[tuple[str, str, str], ...] = ()
    settles: tuple[str, ...] = ()


def correct(ledger: Ledger, item: OpenItem, wanted: Sequence[Instruction], context: Context) -> Decision:
    """The decision about corrections of one item. A value that cannot be (a date that is none) is left and stays doubtful.

    Of an item that is off the books only its debtor's address can change.
    """
    if not item.is_open:
        wanted = [i for i in wanted if i.field == "debtor_email"]
        if not wanted:
            return Decision(letters=(notice("nothing_done", (item,), Reported(), context),))
    total = Change(item.invoice)
    for instruction in wanted:
        change = _change(ledger, total.invoice, instruction, context)
        if change is not None:
            settles = _SETTLES.get(instruction.field, (instruction.field,))
            total = Change(
                change.invoice, total.events + change.events, total.shown + change.shown, total.settles + settles
            )
    return conclude(ledger, item, total, context)


def confirm(ledger: Ledger, item: OpenItem, context: Context) -> Decision:
    """The decision about a plain "ok" to what was read: the doubts end, but for those where nothing stands that could be right.

    The legal due date that was proposed is taken by it.
    """
    invoice, shown = item.invoice, list[tuple[str, str, str]]()
    if invoice.due_date is None and "due_date" in item.doubts:
        proposed = default_due(invoice.issue_date, context)
        invoice = replace(invoice, due_date=proposed)
        shown.append(("due_date", "", proposed.isoformat()))
    empty = [name for name, there in _readable(invoice).items() if not there]
    reserved = () if context.role is Role.OWNER else ("iban",)
    settles = tuple(d for d in item.doubts if d not in {*_WORDLESS, *empty, *reserved})
    return conclude(ledger, item, Change(invoice, shown=tuple(shown), settles=settles), context)


def _readable(invoice: Invoice) -> dict[str, bool]:
    return {
        "number": bool(invoice.number),
        "total": invoice.total.amount != 0,
        "due_date": invoice.due_date is not None,
        "address_mismatch": False,
        "same_debtor": False,
    }


def conclude(ledger: Ledger, item: OpenItem, wanted: Change, context: Context) -> Decision:
    """The corrected item, the answer that shows the difference, and the next question when a doubt is left."""
    invoice, doubts = wanted.invoice, without_doubts(item, wanted.settles)
    owners = is_unproved(invoice, ledger, context)
    if owners:
        doubts = tuple(dict.fromkeys((*doubts, DOUBT)))
    change = corrected(item, invoice, doubts, context)
    closed = _closed(ledger, item, context)
    asked = (
        (ask_about(invoice, doubts, context, version=item.version),)
        if doubts and not (owners and doubts == (DOUBT,))
        else ()
    )
    letter = replace(
        in_answer(LetterKind.CORRECTED, f"corrected:{item.id}:{context.source}", context),
        code="still_open" if doubts else "followed",
        items=(item.id,),
        account=invoice.debtor,
        question=asked[0].question if asked else "",
        choices=asked[0].choices if asked else (),
        changes=wanted.shown,
    )
    corrected_now = Decision((*wanted.events, change, *closed, *asked), (letter,))
    return corrected_now + _paid_by_now(corrected_now.after(ledger).items[item.id], context)


def _paid_by_now(item: OpenItem, context: Context) -> Decision:
    """What was paid may be all that is owed by the corrected amount."""
    if item.state is not ItemState.FOLLOWED or not item.payments or item.balance.amount > 0:
        return Decision()
    settled = ev.InvoiceSettled(**head(context), item=item.id)
    return Decision((settled,), (notice("settled", (item,), Reported(), context),))


def _closed(ledger: Ledger, item: OpenItem, context: Context) -> tuple[ev.Event, ...]:
    return tuple(
        ev.QuestionAnswered(**head(context), question=q.id, answer="words")
        for q in ledger.questions.values()
        if q.is_open and item.id in q.subjects and q.topic in ("fields", "same_debtor", "address_mismatch")
    )


def same_debtor(ledger: Ledger, item: OpenItem, lookalike: str, *, same: bool, context: Context) -> Decision:
    """The decision about a lookalike: the item moves to the account that was there, or keeps its own."""
    known = ledger.accounts.get(lookalike)
    if not same or known is None:
        return conclude(ledger, item, Change(item.invoice, settles=("same_debtor",)), context)
    before = ledger.accounts.get(item.invoice.debtor)
    addressed = ("debtor_email", "address_mismatch") if known.contact else ()
    change = Change(
        replace(item.invoice, debtor=known.id),
        shown=(("buyer_name", before.name if before else "", known.name),),
        settles=("same_debtor", *addressed),
    )
    return conclude(ledger, item, change, context)


def use_address(ledger: Ledger, item: OpenItem, address: str, context: Context) -> Decision:
    """The decision that the doubtful address is right."""
    return correct(ledger, item, (Instruction("correct", address, field="debtor_email", value=address),), context)


def _change(ledger: Ledger, invoice: Invoice, wanted: Instruction, context: Context) -> Change | None:
    try:
        return _changed(ledger, invoice, wanted.field, wanted.value.strip(), context)
    except (ValueError, InvalidOperation):
        return None


def _changed(ledger: Ledger, invoice: Invoice, field: str, value: str, context: Context) -> Change | None:
    match field:
        case "debtor_email":
            return _address(ledger, invoice, value.lower(), context)
        case "buyer_name" | "postal_address":
            return (_buyer if field == "buyer_name" else _post)(ledger, invoice, value, context)
        case "number":
            return Change(replace(invoice, number=value), shown=((field, invoice.number, value),))
        case "issue_date":
            new = replace(invoice, issue_date=date.fromisoformat(value))
            return Change(new, shown=((field, invoice.issue_date.isoformat(), value),))
        case "due_date":
            new = replace(invoice, due_date=date.fromisoformat(value), instalments=())
            return Change(new, shown=((field, invoice.due_date.isoformat() if invoice.due_date else "", value),))
        case "currency" if invoice.id in ledger.items and ledger.items[invoice.id].payments:
            return None
        case "total" | "deposit" | "currency":
            return _amount(invoice, field, value)
        case "iban" | "reference":
            return _payment_details(invoice, field, value, context)
        case "consumer":
            return _kind(ledger, invoice, context, consumer=value == "true")
    return None


def _kind(ledger: Ledger, invoice: Invoice, context: Context, *, consumer: bool) -> Change:
    """What is said of one invoice's debtor holds for all of his."""
    account = ledger.accounts.get(invoice.debtor)
    said = {True: "yes", False: "no", None: ""}
    events = (ev.DebtorKindTold(**head(context), debtor=account.id, consumer=consumer),) if account else ()
    return Change(replace(invoice, consumer=consumer), events, (("consumer", said[invoice.consumer], said[consumer]),))


def _amount(invoice: Invoice, field: str, value: str) -> Change:
    before = invoice.deposit if field == "deposit" else invoice.total
    if field == "currency":
        code = value.upper()
        new = replace(invoice, total=Money(invoice.total.amount, code), deposit=Money(invoice.deposit.amount, code))
        return Change(new, shown=((field, before.currency, code),))
    money = Money(abs(Decimal(value)), before.currency)
    if field == "deposit":
        return Change(replace(invoice, deposit=money), shown=((field, str(before), str(money)),))
    signed = -money if invoice.credit_note else money
    return Change(replace(invoice, total=signed), shown=((field, str(before), str(signed)),))


def _payment_details(invoice: Invoice, field: str, value: str, context: Context) -> Change | None:
    """An account is taken only when it is known as the creditor's; any other is asked back (accounts_guard.account_told)."""
    if field == "reference":
        new = structured_communication(value) or value
        return Change(replace(invoice, reference=new), shown=((field, invoice.reference, new),))
    account = iban(value)
    if account is None or account not in context.creditor.ibans:
        return None
    return Change(replace(invoice, iban=account), shown=((field, invoice.iban, account),))


def _address(ledger: Ledger, invoice: Invoice, address: str, context: Context) -> Change | None:
    account = ledger.accounts.get(invoice.debtor)
    if account is None or not is_debtors(address, context):
        return None
    if context.role is not Role.OWNER and is_complained(account, address):
        return None
    before = account.contact.address if account.contact else ""
    added = ev.ContactAdded(**head(context), debtor=account.id, address=address)
    return Change(invoice, (added,), (("debtor_email", before, address),))


def _post(ledger: Ledger, invoice: Invoice, value: str, context: Context) -> Change | None:
    """Where the debtor gets his post; what the creditor tells outranks his invoices."""
    account = ledger.accounts.get(invoice.debtor)
    if account is None:
        return None
    told = PostalAddress(value[:_LONGEST_ADDRESS], told=True)
    met = ev.PostalAddressMet(**head(context), debtor=account.id, address=told.text, told=True)
    return Change(invoice, (met,), (("postal_address", ", ".join(account.postal.lines), ", ".join(told.lines)),))


def _buyer(ledger: Ledger, invoice: Invoice, name: str, context: Context) -> Change:
    before = ledger.accounts.get(invoice.debtor)
    buyer = Buyer(
        name=name,
        number=before.number if before else "",
        country=before.country if before else context.creditor.country,
        language=before.language if before else context.language,
        consumer=before.consumer if before else None,
        email="",
        known=context.known(name, ""),
    )
    told = tuple(AddressHint(c.address, "told") for c in _contacts(before))
    chosen = choose_account(ledger, replace(buyer, number=""), replace(context, hints=told))
    return Change(
        replace(invoice, debtor=chosen.account), chosen.events, (("buyer_name", before.name if before else "", name),)
    )


def _contacts(account: DebtorAccount | None) -> Sequence[AddressHint]:
    return [AddressHint(c.address, "told") for c in account.contacts if not c.failed] if account else []
