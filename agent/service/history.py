"""The history of an invoice or debtor in plain words: what happened, when, and because of which mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.domain import events as ev
from agent.domain.index import Term, number_term
from agent.domain.invoices import Invoice
from agent.domain.layouts import KnownLayout, words_of
from agent.domain.ledger import DebtorAccount, OpenItem, Question, State
from agent.domain.names import fold_name, name_stems
from agent.domain.payees import PayeeAccount, PayeeConfirmed, PayeeMet, PayeeRefused
from agent.ports import Store, StoredEvent
from agent.service.credit_words import CREDIT_WORDS, kept_for, tied
from agent.service.notice_words import NOTICE_WORDS, noticed
from agent.service.plan_history import PLAN_WORDS

_QUOTED = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `source` says what caused it, in words; `because` which rule."""

    seq: int
    at: datetime
    event: str
    what: str
    source: str
    because: str


def find_states(store: Store, reference: str) -> tuple[State, ...]:
    """The items, accounts and questions that a person may mean by this reference.

    It may be an id, an invoice number, a payment reference, a debtor's address, number or name, or the id, Message-ID or reply
    token of one of our mails. A debtor comes with what is open on him.
    """
    plain = "".join(c for c in reference.upper() if c.isalnum())
    exact = {number_term(reference), ("reference", plain), ("address", reference.strip().lower()), ("party", plain)}
    mail = store.mail(reference)
    ids = {reference, *_bearing(store, exact), *(mail.about if mail else ())}
    ids |= {account.id for account in _named(store, reference)}
    accounts = store.ledger(ids).accounts
    ledger = store.ledger(sorted(ids | _bearing(store, {("open", id_) for id_ in accounts})))
    return (*ledger.items.values(), *ledger.accounts.values(), *ledger.questions.values())


def _bearing(store: Store, terms: set[Term]) -> set[str]:
    return {id_ for ids in store.find(term for term in terms if term[1]).values() for id_ in ids}


def _named(store: Store, name: str) -> Iterator[DebtorAccount]:
    """The debtors whose name holds this one, whatever its case, accents and legal form."""
    wanted = fold_name(name)
    candidates = store.ledger(_bearing(store, {("stem", stem) for stem in name_stems(name)})).accounts.values()
    return (account for account in candidates if wanted and wanted in fold_name(account.name))


def history(store: Store, states: Iterable[State]) -> Iterator[Step]:
    """Everything that happened to these states, in order, each event once."""
    stored = {found.seq: found for state in states for found in store.events(state.id)}
    return (_step(store, stored[seq]) for seq in sorted(stored))


def standing(state: State) -> str:
    """How this state stands, in one line."""
    match state:
        case OpenItem():
            holds = "".join(f"; held: {h.kind} until {h.until or 'ended by a person'}" for h in state.holds)
            doubts = f"; doubts: {', '.join(state.doubts)}" if state.doubts else ""
            return f"{_title(state.invoice)}: {state.state}, open {state.balance}{noticed(state)}{holds}{doubts}"
        case DebtorAccount():
            address = state.contact.address if state.contact else "no working address"
            return f"debtor {state.name} ({address}), {len(state.statements)} statement(s){kept_for(state)}"
        case Question():
            return f"question to {state.to}: {state.topic}, {'open' if state.is_open else 'answered: ' + state.answer}"
        case KnownLayout():
            fields = ", ".join(rule.field for rule in state.rules)
            return f"layout {state.id}: {'forgotten' if state.forgotten else fields or 'no rules'}"
        case PayeeAccount():
            return f"account {state.iban}: {state.standing}"


def _title(invoice: Invoice) -> str:
    return f"{'credit note' if invoice.credit_note else 'invoice'} {invoice.number or '(no number)'}"


def words_for(event: ev.Event) -> str:
    """What happened, in plain words."""
    return _WORDS[type(event)](event)


def _step(store: Store, stored: StoredEvent) -> Step:
    event = stored.event
    record = store.seen(event.source)
    if record is not None:
        source, because = f"mail from {record.sender}: {record.subject}"[:_QUOTED], f"{record.kind}: {record.because}"
    else:
        source, because = _cause(event.source), ""
    return Step(stored.seq, event.at, type(event).__name__, _WORDS[type(event)](event), source, because)


def _cause(source: str) -> str:
    kind, _, rest = source.partition(":")
    return {"tick": "the clock", "outbox": f"our mail {rest}"}.get(kind, source)


def _quoted(words: str) -> str:
    return f": «{' '.join(words.split())[:_QUOTED]}»" if words else ""


def _registered(e: ev.InvoiceRegistered) -> str:
    due = f"due {e.invoice.due_date}" if e.invoice.due_date else "no due date"
    doubts = f"; asked about: {', '.join(e.doubts)}" if e.doubts else ""
    return f"{_title(e.invoice)} of {e.invoice.issue_date} over {e.invoice.total}, {due}{doubts}"


def _allocated(e: ev.PaymentsAllocated) -> str:
    parts = ", ".join(f"{part.amount} of {part.on}" for part in e.parts)
    return f"of its payments {parts or 'nothing'} counts for interest and indemnities"


def _corrected(e: ev.InvoiceCorrected) -> str:
    names = ("number", "issue_date", "due_date", "total", "deposit", "debtor", "iban", "reference", "plan")
    changes = [
        f"{name} {getattr(e.before, name) or '–'} → {getattr(e.invoice, name) or '–'}"
        for name in names
        if getattr(e.before, name) != getattr(e.invoice, name)
    ]
    return f"corrected: {', '.join(changes) or 'confirmed as read'}"


_WORDS: Mapping[type[Any], Callable[[Any], str]] = {
    ev.DebtorOpened: lambda e: f"debtor {e.name} {e.number} met for the first time".replace("  ", " "),
    ev.DebtorKindTold: lambda e: {True: "is a consumer", False: "is a business", None: "kind not known again"}[
        e.consumer
    ],
    ev.ContactAdded: lambda e: f"address {e.address} confirmed",
    ev.ContactFailed: lambda e: f"address {e.address} stopped: {e.reason or 'cannot be delivered'}",
    ev.ContactRemoved: lambda e: f"address {e.address} taken away",
    ev.InvoiceRegistered: _registered,
    ev.InvoiceCorrected: _corrected,
    ev.PaymentReceived: lambda e: (
        f"paid {e.amount} on {e.on} ({', '.join((e.evidence, *e.because))}){tied(e.reference)}"
    ),
    ev.PaymentReversed: lambda e: f"payment of {e.amount} on {e.on} taken back ({e.evidence})",
    ev.PaymentsAllocated: _allocated,
    ev.PayerLearned: lambda e: f"seen to pay for this debtor: {' '.join(filter(None, (e.name, e.iban)))}",
    ev.PayerForgotten: lambda e: f"no longer taken to pay for this debtor: {' '.join(filter(None, (e.name, e.iban)))}",
    ev.PaymentClaimed: lambda e: f"the debtor says it is paid; held until {e.hold_until}{_quoted(e.words)}",
    ev.PromiseToPayMade: lambda e: f"payment promised for {e.pay_on}; held until {e.hold_until}{_quoted(e.words)}",
    ev.PromiseBroken: lambda e: f"the promise for {e.pay_on} passed without payment",
    ev.DisputeRaised: lambda e: f"contested ({e.reason}){_quoted(e.words)}",
    ev.DisputeSettled: lambda _: "the dispute is over",
    ev.FollowUpPaused: lambda e: f"reminders rest until {e.until or 'somebody resumes'}: {e.reason}",
    ev.FollowUpResumed: lambda _: "reminders go on",
    ev.InvoiceSettled: lambda _: "settled",
    ev.InvoiceReopened: lambda _: "open again",
    ev.InvoiceWithdrawn: lambda e: f"withdrawn {e.reason}".strip(),
    ev.InvoiceWrittenOff: lambda _: "written off",
    ev.InvoiceEscalated: lambda _: "handed over; no friendly statement lists it any more",
    ev.PhaseEntered: lambda e: (
        f"in {e.phase} from {e.on}, {e.age} days overdue{f'; mandate: {e.mandate}' if e.mandate else ''}{_quoted(e.history)}"
    ),
    ev.StatementQueued: lambda e: f"statement {e.cycle} ({e.level}, {e.currency}) written",
    ev.StatementSent: lambda e: f"statement {e.cycle} ({e.currency}) sent",
    ev.StatementCancelled: lambda e: f"statement {e.cycle} ({e.currency}) not sent: {e.reason}",
    ev.StatementListed: lambda e: (
        f"statement over {e.release.amount} listed to the creditor ({e.release.listed.value}), leaves from {e.release.on}"
    ),
    ev.StatementApproved: lambda e: f"statement in {e.currency} approved by {e.by}",
    ev.QuestionAsked: lambda e: f"{e.to} was asked: {e.topic} ({', '.join(e.choices) or 'free answer'})",
    ev.QuestionAnswered: lambda e: f"answered: {e.answer}",
    ev.LayoutMet: lambda e: f"a layout was corrected for the first time, known by {len(e.signs)} labels",
    ev.LayoutRuleLearned: lambda e: f"learned where {e.rule.field} stands: {'; '.join(words_of(e.rule)[:2])}",
    ev.LayoutRuleDropped: lambda e: f"the rule for {e.field} misled and is dropped",
    ev.LayoutForgotten: lambda _: "the layout and its rules were taken away",
    PayeeMet: lambda e: f"account {e.iban} is new ({e.place}); the owner is asked",
    PayeeConfirmed: lambda _: "the owner confirmed the account",
    PayeeRefused: lambda _: "the owner refused the account",
    **CREDIT_WORDS,
    **NOTICE_WORDS,
    **PLAN_WORDS,
}
