"""How the ledger takes up what agent.domain.credit_events tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.domain import credit_events as ce
from agent.domain.states import DebtorAccount, Hold, HoldKind, OpenItem, Payment, Remittance

# Evidence of what lessened an item though no money came in for it.
CREDIT_NOTE, ON_ACCOUNT, REFUND = "credit_note", "on_account", "refund"
# Reasons for which money left an account, other than by the bank.
LEFT = frozenset({"refunded", "set_off", "undone"})
# Why an item rests that is said to be paid: a proof came with the words; the proof, or what the creditor sees, was asked for.
PROOF_GIVEN, PROOF_ASKED = "proof", "proof_asked"
# Announcements that are remembered of one debtor: money that comes is explained by a late one.
_REMITTANCES = 8


def _set_off(item: OpenItem, e: ce.CreditSetOff) -> OpenItem:
    if item.id == e.credit:
        return _lessened(item, Payment(-e.amount, e.on, CREDIT_NOTE, e.item))
    return _lessened(item, Payment(e.amount, e.on, CREDIT_NOTE, e.credit))


def _lessened(item: OpenItem, by: Payment) -> OpenItem:
    return replace(item, payments=(*item.payments, by))


def _refunded(item: OpenItem, e: ce.CreditRefunded) -> OpenItem:
    return _lessened(item, Payment(-e.amount, e.on, REFUND))


def _put_on_account(account: DebtorAccount, e: ce.MoneyPutOnAccount) -> DebtorAccount:
    return replace(account, money=(*account.money, Payment(e.amount, e.on, e.evidence, e.reference)))


def _taken_from_account(state: DebtorAccount | OpenItem, e: ce.MoneyTakenFromAccount) -> DebtorAccount | OpenItem:
    if isinstance(state, OpenItem):
        return _lessened(state, Payment(e.amount, e.on, ON_ACCOUNT, e.reference))
    return replace(state, money=(*state.money, Payment(-e.amount, e.on, e.reason, e.reference)))


def _proof_asked(state: DebtorAccount | OpenItem, e: ce.PaymentProofAsked) -> DebtorAccount | OpenItem:
    if isinstance(state, DebtorAccount):
        return state if e.proved else replace(state, contacted_on=e.on)
    claimed = next((h.on for h in state.holds if h.kind is HoldKind.CLAIM), None)
    others = tuple(h for h in state.holds if h.kind is not HoldKind.CLAIM)
    return replace(state, holds=(*others, Hold(HoldKind.CLAIM, e.hold_until, e.at, claimed, PROOF_ASKED)))


def _remittance_advised(account: DebtorAccount, e: ce.RemittanceAdvised) -> DebtorAccount:
    others = [r for r in account.remittances if not (e.document and r.document == e.document)]
    return replace(account, remittances=(*others, Remittance(e.amount, e.on, e.shares, e.document))[-_REMITTANCES:])


FOLDS: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    ce.CreditSetOff: _set_off,
    ce.CreditRefunded: _refunded,
    ce.MoneyPutOnAccount: _put_on_account,
    ce.MoneyTakenFromAccount: _taken_from_account,
    ce.PaymentProofAsked: _proof_asked,
    ce.RemittanceAdvised: _remittance_advised,
}
