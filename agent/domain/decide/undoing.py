"""Taking back what one mail did: events that reverse it, as long as nothing else happened since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.credit_folds import PROOF_GIVEN
from agent.domain.decide.bank_lines import unlearned
from agent.domain.decide.context import Context, Decision, head
from agent.domain.decide.formal_notices import notices_back
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.on_account import reversed_on_account
from agent.domain.decide.payments import Reported, notice
from agent.domain.decide.phases import back_to
from agent.domain.decide.plans import plans_back
from agent.domain.ledger import DebtorAccount, Hold, HoldKind, ItemState, Ledger, OpenItem, Payment, replay
from agent.domain.money import Money
from agent.domain.parties import Role
from agent.domain.plan_events import PlanAgreed, PlanEnded, PlanLetterEvent

# Mails that left cannot be called back, and do not stand in the way.
_SENT = (
    ev.StatementQueued,
    ev.StatementSent,
    ev.StatementCancelled,
    ev.NoticeSent,
    ev.NoticeCancelled,
    ev.ContactFailed,
    PlanLetterEvent,
)
_HOLDERS = (OpenItem, DebtorAccount)
# Ends of a follow-up that only the owner brings about, and that only he takes back.
_OWNERS_ENDS = (
    PlanAgreed,
    PlanEnded,
    ev.InvoiceWithdrawn,
    ev.InvoiceWrittenOff,
    ev.InvoiceEscalated,
    ev.NoticeCancelled,
)
_OWNERS_STATES = frozenset({ItemState.WITHDRAWN, ItemState.WRITTEN_OFF, ItemState.ESCALATED})


@dataclass(frozen=True, slots=True)
class Past:
    """What happened to the states of the letter that is answered, each in its order; `until` is when that letter was written.

    Without a letter the last thing that was done is meant.
    """

    events: Mapping[str, Sequence[ev.Event]] = field(default_factory=dict)
    until: datetime | None = None

    def source(self) -> str:
        """The mail whose work the letter told of; "" when it told of none that a mail did, or of a mail of ours that left."""
        told = [e for events in self.events.values() for e in events if self.until is None or e.at <= self.until]
        last = max((e for e in told if not isinstance(e, _SENT)), key=lambda e: e.at, default=None)
        if last is None or last.source.startswith("tick:"):
            return ""
        left = self.until is not None and any(e.at > last.at for e in told if isinstance(e, _SENT))
        return "" if left else last.source

    def of_states(self, ids: Iterable[str]) -> Past:
        """The past of these states alone, up to the last thing that was done."""
        return Past({id_: self.events.get(id_, ()) for id_ in ids})

    def of(self, source: str) -> Mapping[str, tuple[int, int]]:
        """Per state the places of the first and the last event that this mail made."""
        places = {
            id_: [n for n, e in enumerate(events) if e.source == source and not isinstance(e, _SENT)]
            for id_, events in self.events.items()
        }
        return {id_: (found[0], found[-1]) for id_, found in places.items() if found}


NO_PAST = Past()


def undo(ledger: Ledger, past: Past, words: str, context: Context) -> Decision:
    """The decision to take back what the answered letter told of; said so when there is nothing, or when it is too late."""
    source = past.source()
    places = past.of(source) if source else {}
    if not places:
        return nothing_handed_over(context, "undo_nothing")
    if any(_went_on(past.events[id_][last + 1 :]) for id_, (_, last) in places.items()):
        return nothing_handed_over(context, "undo_late")
    events = tuple(taken_back(ledger, past, source, context))
    events += tuple(_beside(Decision(events).after(ledger), events, context))
    if not events:
        return nothing_handed_over(context, "undo_nothing")
    if context.role is not Role.OWNER and any(_is_the_owners(event, ledger) for event in events):
        return nothing_handed_over(context, "not_allowed")
    items = [i for id_ in places if (i := ledger.items.get(id_)) is not None]
    return Decision(events, (notice("undone", items, Reported(words=words), context),))


def _beside(ledger: Ledger, events: Iterable[ev.Event], context: Context) -> Iterator[ev.Event]:
    """What the movements that are taken back had left on accounts beside the items: money over, and who was seen to pay."""
    gone = {e.reference: e for e in events if isinstance(e, ev.PaymentReversed) and e.reference}
    for account in ledger.accounts.values():
        for reference, event in gone.items():
            kept = Money.total((m.amount for m in account.money if m.reference == reference), event.amount.currency)
            yield from reversed_on_account(account, (reference,), kept, event.on, context)
        yield from unlearned(account, gone, context)


def _went_on(later: Sequence[ev.Event]) -> bool:
    return any(not isinstance(event, _SENT) for event in later)


def _is_the_owners(event: ev.Event, ledger: Ledger) -> bool:
    """Whether an event ends a follow-up, takes up one that the owner ended, or changes an account to pay to."""
    if isinstance(event, ev.InvoiceReopened):
        return ledger.items[event.item].state in _OWNERS_STATES
    if isinstance(event, ev.InvoiceCorrected):
        before, after = event.before, event.invoice
        return (before.iban, before.foreign_ibans) != (after.iban, after.foreign_ibans)
    return isinstance(event, _OWNERS_ENDS)


def holds_taken_back(ledger: Ledger, past: Past, source: str, context: Context) -> Iterator[ev.Event]:
    """The events that take back how this mail held what is still open; whatever came later (payments, other holds) stays."""
    for id_, (first, last) in past.of(source).items():
        now = ledger.get(id_)
        before, after = (replay(past.events[id_][:n]).get(id_) for n in (first, last + 1))
        closed = isinstance(now, OpenItem) and not now.is_open
        if not closed and isinstance(now, _HOLDERS) and isinstance(before, _HOLDERS) and isinstance(after, _HOLDERS):
            yield from _holds(replace(now, holds=_without(now.holds, before.holds, after.holds)), now, context)


def _without(now: Sequence[Hold], before: Sequence[Hold], after: Sequence[Hold]) -> tuple[Hold, ...]:
    """The holds of now without those that a mail brought, and with those that it ended."""
    ended = [h for h in before if h not in after and h not in now]
    return (*(h for h in now if h in before or h not in after), *ended)


def taken_back(ledger: Ledger, past: Past, source: str, context: Context) -> Iterator[ev.Event]:
    """The events that bring every state back to where it stood before this mail."""
    for id_, (first, _) in past.of(source).items():
        before = replay(past.events[id_][:first]).get(id_)
        now = ledger.get(id_)
        if isinstance(now, OpenItem):
            yield from _item(before if isinstance(before, OpenItem) else None, now, context)
        elif isinstance(now, DebtorAccount) and isinstance(before, DebtorAccount):
            yield from _account(before, now, context)


def _item(before: OpenItem | None, now: OpenItem, context: Context) -> Iterator[ev.Event]:
    if before is None:
        if now.is_open:
            yield ev.InvoiceWithdrawn(**head(context), item=now.id, reason="undone")
        return
    if (before.state is not now.state and not now.is_open) or now.state is ItemState.ESCALATED is not before.state:
        yield ev.InvoiceReopened(**head(context), item=now.id)
    for payment in now.payments[len(before.payments) :]:
        yield _reversed(now.id, payment, context)
    if (
        before.invoice != now.invoice
        or before.doubts != now.doubts
        or before.state is ItemState.REVIEW is not now.state
    ):
        yield ev.InvoiceCorrected(
            **head(context), item=now.id, before=now.invoice, invoice=before.invoice, doubts=before.doubts
        )
    yield from _holds(before, now, context)
    yield from back_to(before, now, context)
    if before.state is not now.state and before.state not in (ItemState.FOLLOWED, ItemState.REVIEW):
        yield from _ended(before, context)


def _reversed(item: str, payment: Payment, context: Context) -> ev.Event:
    if payment.amount.amount < 0:
        return ev.PaymentReceived(
            **head(context),
            item=item,
            amount=-payment.amount,
            on=payment.on,
            evidence=payment.evidence,
            reference=payment.reference,
        )
    return ev.PaymentReversed(
        **head(context),
        item=item,
        amount=payment.amount,
        on=payment.on,
        evidence=payment.evidence,
        reference=payment.reference,
    )


def _ended(before: OpenItem, context: Context) -> Iterator[ev.Event]:
    match before.state:
        case ItemState.SETTLED:
            yield ev.InvoiceSettled(**head(context), item=before.id)
        case ItemState.WITHDRAWN:
            yield ev.InvoiceWithdrawn(**head(context), item=before.id)
        case ItemState.WRITTEN_OFF:
            yield ev.InvoiceWrittenOff(**head(context), item=before.id)
        case ItemState.ESCALATED:
            yield ev.InvoiceEscalated(**head(context), item=before.id)


def _money(before: DebtorAccount, now: DebtorAccount, context: Context) -> Iterator[ev.Event]:
    """Money on account that came leaves again, and what left comes back."""
    for money in now.money[len(before.money) :]:
        if money.amount.amount > 0:
            yield ce.MoneyTakenFromAccount(
                **head(context),
                debtor=now.id,
                amount=money.amount,
                on=money.on,
                reason="undone",
                reference=money.reference,
            )
        else:
            yield ce.MoneyPutOnAccount(
                **head(context),
                debtor=now.id,
                amount=-money.amount,
                on=money.on,
                evidence="undone",
                reference=money.reference,
            )


def _approvals(before: DebtorAccount, now: DebtorAccount, context: Context) -> Iterator[ev.Event]:
    """Statements that were let go since, and did not leave, wait for a yes again."""
    asked = (r for r in before.releases if not r.approved and r.before == now.statements_left(r.currency))
    for release in asked:
        if replace(release, approved=True) in now.releases:
            yield ev.StatementListed(**head(context), debtor=now.id, release=release)


def _account(before: DebtorAccount, now: DebtorAccount, context: Context) -> Iterator[ev.Event]:
    yield from _money(before, now, context)
    had = {c.address for c in before.contacts}
    for contact in now.contacts:
        if contact.address not in had:
            yield ev.ContactRemoved(**head(context), debtor=now.id, address=contact.address)
    has = {c.address for c in now.contacts}
    for contact in reversed(before.contacts):
        if contact.address not in has:
            yield ev.ContactAdded(**head(context), debtor=now.id, address=contact.address, name=contact.name)
    if before.consumer is not now.consumer:
        yield ev.DebtorKindTold(**head(context), debtor=now.id, consumer=before.consumer)
    yield from plans_back(before, now, context)
    yield from notices_back(before, now, context)
    yield from _approvals(before, now, context)
    for payer in now.payers:
        if payer not in before.payers:
            yield ev.PayerForgotten(
                **head(context), debtor=now.id, iban=payer.iban, name=payer.name, movement=payer.movement
            )
    yield from _holds(before, now, context)


def _holds(before: OpenItem | DebtorAccount, now: OpenItem | DebtorAccount, context: Context) -> Iterator[ev.Event]:
    """The holds as they were: those that came are ended, those that went are made again."""
    if before.holds == now.holds:
        return
    disputed = any(h.kind is HoldKind.DISPUTE for h in now.holds)
    if disputed and not any(h.kind is HoldKind.DISPUTE for h in before.holds):
        yield ev.DisputeSettled(**head(context), item=now.id)
    came = [h for h in now.holds if h.kind is not HoldKind.DISPUTE and h not in before.holds]
    if came:
        yield ev.FollowUpResumed(**head(context), subject=now.id)
    for hold in before.holds:
        if (came and hold.kind is not HoldKind.DISPUTE) or hold not in now.holds:
            yield _again(now.id, hold, context)


def _again(id_: str, hold: Hold, context: Context) -> ev.Event:
    until = hold.until or context.today
    match hold.kind:
        case HoldKind.PROMISE:
            return ev.PromiseToPayMade(
                **head(context), item=id_, pay_on=hold.on or until, hold_until=until, words=hold.words
            )
        case HoldKind.CLAIM:
            proof = hold.reason == PROOF_GIVEN
            return ev.PaymentClaimed(
                **head(context), item=id_, hold_until=until, on=hold.on, words=hold.words, proof=proof
            )
        case HoldKind.DISPUTE:
            return ev.DisputeRaised(**head(context), item=id_, reason=hold.reason or "other", words=hold.words)
    return ev.FollowUpPaused(**head(context), subject=id_, until=hold.until, reason=hold.reason)
