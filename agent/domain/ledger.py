"""The ledger: what is open, from whom, and why nothing is sent. It is the fold of events; the balance is always computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from agent.domain import credit_folds
from agent.domain import events as ev
from agent.domain.layout_folds import LAYOUT_FOLDS
from agent.domain.layouts import KnownLayout
from agent.domain.notice_folds import NOTICE_FOLDS
from agent.domain.parties import Contact
from agent.domain.payee_folds import PAYEE_FOLDS
from agent.domain.payees import PayeeAccount
from agent.domain.phases import PhaseChange
from agent.domain.plan_folds import PLAN_FOLDS
from agent.domain.release_folds import RELEASE_FOLDS
from agent.domain.states import (
    DebtorAccount,
    Hold,
    HoldKind,
    ItemState,
    KnownPayer,
    OpenItem,
    Payment,
    Promise,
    Question,
    State,
    Statement,
)

__all__ = [
    "DebtorAccount",
    "Hold",
    "HoldKind",
    "ItemState",
    "Ledger",
    "OpenItem",
    "Payment",
    "Question",
    "State",
    "Statement",
    "apply",
    "replay",
]


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ledger:
    """A part of the books as a value: the states that a decision looks at."""

    items: Mapping[str, OpenItem] = field(default_factory=_empty)
    accounts: Mapping[str, DebtorAccount] = field(default_factory=_empty)
    questions: Mapping[str, Question] = field(default_factory=_empty)
    layouts: Mapping[str, KnownLayout] = field(default_factory=_empty)
    payees: Mapping[str, PayeeAccount] = field(default_factory=_empty)

    @classmethod
    def of(cls, states: Iterable[State]) -> Ledger:
        """The ledger that holds just these states."""
        return cls().having(states)

    def having(self, states: Iterable[State]) -> Ledger:
        """This ledger with these states put in, over older ones of the same id."""
        items, accounts, questions = dict(self.items), dict(self.accounts), dict(self.questions)
        layouts, payees = dict(self.layouts), dict(self.payees)
        for state in states:
            match state:
                case OpenItem():
                    items[state.id] = state
                case DebtorAccount():
                    accounts[state.id] = state
                case Question():
                    questions[state.id] = state
                case KnownLayout():
                    layouts[state.id] = state
                case PayeeAccount():
                    payees[state.id] = state
        return Ledger(items, accounts, questions, layouts, payees)

    def get(self, id_: str) -> State | None:
        """The state of this id."""
        kinds: tuple[Mapping[str, State], ...] = (self.items, self.accounts, self.questions, self.layouts, self.payees)
        return next((found for states in kinds if (found := states.get(id_)) is not None), None)

    def states(self) -> tuple[State, ...]:
        """All states that it holds."""
        kinds = (self.items, self.accounts, self.questions, self.layouts, self.payees)
        return tuple(state for states in kinds for state in states.values())

    def of_account(self, debtor: str) -> tuple[OpenItem, ...]:
        """The items of one account, by due date, then number."""
        found = (item for item in self.items.values() if item.invoice.debtor == debtor)
        return tuple(
            sorted(found, key=lambda i: (i.invoice.due_date or date.max, i.invoice.issue_date, i.invoice.number))
        )


def apply(ledger: Ledger, event: ev.Event) -> Ledger:
    """The ledger after this event. Events about states that the ledger does not hold leave it as it is.

    Raises:
        ValueError: an event that opens a state meets one that is there already.
    """
    fold = _FOLDS[type(event)]
    changed: list[State] = []
    opening = isinstance(event, ev.DebtorOpened | ev.InvoiceRegistered | ev.QuestionAsked | ev.LayoutMet | ev.PayeeMet)
    for id_ in dict.fromkeys(event.about()):
        state = ledger.get(id_)
        if opening and state is not None:
            raise ValueError(f"{id_} exists already")
        if not opening and state is None:
            continue
        after = fold(state, event)
        changed.append(after if opening else replace(after, version=after.version + 1))
    return ledger.having(changed)


def replay(events: Iterable[ev.Event], ledger: Ledger | None = None) -> Ledger:
    """The ledger after all these events, in this order."""
    result = ledger or Ledger()
    for event in events:
        result = apply(result, event)
    return result


def _debtor_opened(_: None, e: ev.DebtorOpened) -> DebtorAccount:
    return DebtorAccount(e.debtor, e.creditor, e.name, e.number, e.country, e.language, e.consumer)


def _kind_told(a: DebtorAccount, e: ev.DebtorKindTold) -> DebtorAccount:
    return replace(a, consumer=e.consumer)


def _contact_added(a: DebtorAccount, e: ev.ContactAdded) -> DebtorAccount:
    rest = tuple(c for c in a.contacts if c.address != e.address)
    # a confirmed address ends what rested for want of one
    holds = tuple(h for h in a.holds if h.reason != "contact_asked")
    return replace(a, contacts=(Contact(e.address, e.name), *rest), holds=holds)


def _contact_failed(a: DebtorAccount, e: ev.ContactFailed) -> DebtorAccount:
    return replace(
        a, contacts=tuple(replace(c, failed=e.reason or "failed") if c.address == e.address else c for c in a.contacts)
    )


def _contact_removed(a: DebtorAccount, e: ev.ContactRemoved) -> DebtorAccount:
    return replace(a, contacts=tuple(c for c in a.contacts if c.address != e.address))


def _registered(_: None, e: ev.InvoiceRegistered) -> OpenItem:
    return OpenItem(e.invoice, ItemState.REVIEW if e.doubts else ItemState.FOLLOWED, e.at, e.doubts, named=e.named)


def _corrected(i: OpenItem, e: ev.InvoiceCorrected) -> OpenItem:
    state = i.state
    if state in (ItemState.REVIEW, ItemState.FOLLOWED):
        state = ItemState.REVIEW if e.doubts else ItemState.FOLLOWED
    return replace(i, invoice=e.invoice, doubts=e.doubts, state=state)


def _paid(i: OpenItem, e: ev.PaymentReceived) -> OpenItem:
    return replace(
        i, payments=(*i.payments, Payment(e.amount, e.on, e.evidence, e.reference, e.payer, e.iban, e.words))
    )


def _reversed(i: OpenItem, e: ev.PaymentReversed) -> OpenItem:
    return replace(
        i, payments=(*i.payments, Payment(-e.amount, e.on, e.evidence, e.reference, e.payer, e.iban, e.words))
    )


def _payer_learned(a: DebtorAccount, e: ev.PayerLearned) -> DebtorAccount:
    return replace(a, payers=(*a.payers, KnownPayer(e.iban, e.name, e.movement)))


def _payer_forgotten(a: DebtorAccount, e: ev.PayerForgotten) -> DebtorAccount:
    return replace(a, payers=tuple(p for p in a.payers if p != KnownPayer(e.iban, e.name, e.movement)))


def _without(holds: tuple[Hold, ...], *kinds: HoldKind) -> tuple[Hold, ...]:
    return tuple(h for h in holds if h.kind not in kinds)


def _allocated(i: OpenItem, e: ev.PaymentsAllocated) -> OpenItem:
    return replace(i, charges=e.parts)


def _claimed(i: OpenItem, e: ev.PaymentClaimed) -> OpenItem:
    new = Hold(HoldKind.CLAIM, e.hold_until, e.at, e.on, credit_folds.PROOF_GIVEN if e.proof else "", e.words)
    return replace(i, holds=(*_without(i.holds, HoldKind.CLAIM), new), claims=i.claims + 1)


def _promised(i: OpenItem, e: ev.PromiseToPayMade) -> OpenItem:
    new = Hold(HoldKind.PROMISE, e.hold_until, e.at, e.pay_on, words=e.words)
    return replace(i, holds=(*_without(i.holds, HoldKind.PROMISE), new))


def _promise_broken(i: OpenItem, e: ev.PromiseBroken) -> OpenItem:
    ended = (*i.promises, Promise(e.pay_on, kept=False))
    return replace(i, holds=_without(i.holds, HoldKind.PROMISE), broken_promises=i.broken_promises + 1, promises=ended)


def _disputed(i: OpenItem, e: ev.DisputeRaised) -> OpenItem:
    new = Hold(HoldKind.DISPUTE, None, e.at, reason=e.reason, words=e.words)
    return replace(i, holds=(*_without(i.holds, HoldKind.DISPUTE), new))


def _dispute_settled(i: OpenItem, _: ev.DisputeSettled) -> OpenItem:
    return replace(i, holds=_without(i.holds, HoldKind.DISPUTE))


def _paused(s: OpenItem | DebtorAccount, e: ev.FollowUpPaused) -> OpenItem | DebtorAccount:
    new = Hold(HoldKind.PAUSE, e.until, e.at, reason=e.reason)
    return replace(s, holds=(*_without(s.holds, HoldKind.PAUSE), new))


def _resumed(s: OpenItem | DebtorAccount, _: ev.FollowUpResumed) -> OpenItem | DebtorAccount:
    return replace(s, holds=tuple(h for h in s.holds if h.kind is HoldKind.DISPUTE))


def _settled(i: OpenItem, e: ev.InvoiceSettled) -> OpenItem:
    kept = tuple(Promise(h.on, kept=True) for h in i.holds if h.kind is HoldKind.PROMISE and h.on is not None)
    return replace(i, state=ItemState.SETTLED, settled_at=e.at, holds=(), promises=(*i.promises, *kept))


def _reopened(i: OpenItem, _: ev.InvoiceReopened) -> OpenItem:
    broken = tuple(promise for promise in i.promises if not promise.kept)
    return replace(i, state=ItemState.FOLLOWED, settled_at=None, claims=0, promises=broken)


def _phase_entered(i: OpenItem, e: ev.PhaseEntered) -> OpenItem:
    return replace(i, phases=(*i.phases, PhaseChange(e.phase, e.on, e.age, e.debt)))


def _to(state: ItemState) -> Callable[[OpenItem, Any], OpenItem]:
    return lambda i, _: replace(i, state=state)


def _statement_queued(s: State, e: ev.StatementQueued) -> State:
    if isinstance(s, OpenItem):
        return replace(s, statements=(*s.statements, e.on))
    assert isinstance(s, DebtorAccount)
    written = Statement(e.currency, e.cycle, e.on, e.level, e.items, e.mail, mentions=e.mentions)
    return replace(s, statements=(*s.statements, written))


def _statement_sent(s: State, e: ev.StatementSent) -> State:
    if isinstance(s, OpenItem):
        return replace(s, statements=(*s.statements[:-1], e.on))
    return _mark_statement(s, e, "sent", e.on)


def _statement_cancelled(s: State, e: ev.StatementCancelled) -> State:
    if isinstance(s, OpenItem):
        return replace(s, statements=s.statements[:-1])
    return _mark_statement(s, e, "cancelled")


def _mark_statement(s: State, e: ev.StatementEvent, state: str, on: date | None = None) -> State:
    assert isinstance(s, DebtorAccount)
    marked = (
        replace(old, state=state, on=on or old.on) if (old.currency, old.cycle) == (e.currency, e.cycle) else old
        for old in s.statements
    )
    return replace(s, statements=tuple(marked))


def _asked(_: None, e: ev.QuestionAsked) -> Question:
    return Question(e.question, e.creditor, e.topic, e.subjects, e.choices, e.to, e.detail, e.at)


def _answered(q: Question, e: ev.QuestionAnswered) -> Question:
    return replace(q, answer=e.answer)


_FOLDS: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    ev.DebtorOpened: _debtor_opened,
    ev.DebtorKindTold: _kind_told,
    ev.ContactAdded: _contact_added,
    ev.ContactFailed: _contact_failed,
    ev.ContactRemoved: _contact_removed,
    ev.InvoiceRegistered: _registered,
    ev.InvoiceCorrected: _corrected,
    ev.PaymentReceived: _paid,
    ev.PaymentReversed: _reversed,
    ev.PaymentsAllocated: _allocated,
    ev.PaymentClaimed: _claimed,
    ev.PromiseToPayMade: _promised,
    ev.PromiseBroken: _promise_broken,
    ev.DisputeRaised: _disputed,
    ev.DisputeSettled: _dispute_settled,
    ev.FollowUpPaused: _paused,
    ev.FollowUpResumed: _resumed,
    ev.InvoiceSettled: _settled,
    ev.InvoiceReopened: _reopened,
    ev.InvoiceWithdrawn: _to(ItemState.WITHDRAWN),
    ev.InvoiceWrittenOff: _to(ItemState.WRITTEN_OFF),
    ev.InvoiceEscalated: _to(ItemState.ESCALATED),
    ev.PhaseEntered: _phase_entered,
    ev.StatementQueued: _statement_queued,
    ev.StatementSent: _statement_sent,
    ev.StatementCancelled: _statement_cancelled,
    ev.QuestionAsked: _asked,
    ev.QuestionAnswered: _answered,
    **credit_folds.FOLDS,
    **PLAN_FOLDS,
    **NOTICE_FOLDS,
    **RELEASE_FOLDS,
    **LAYOUT_FOLDS,
    **PAYEE_FOLDS,
    ev.PayerLearned: _payer_learned,
    ev.PayerForgotten: _payer_forgotten,
}
