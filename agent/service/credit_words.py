"""What the events about money that belongs to the debtor say, in English, for `relance explain`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agent.domain import credit_events as ce
from agent.domain.ledger import DebtorAccount


def tied(reference: str) -> str:
    """The reference of a movement, in brackets; "" when there is none."""
    return f" [{reference}]" if reference else ""


def _taken(e: ce.MoneyTakenFromAccount) -> str:
    how = {
        "refunded": "paid back to the debtor",
        "set_off": "set off against an invoice",
        "reversed": "taken back by the bank",
    }.get(e.reason, e.reason)
    return f"{e.amount} of the money on account {how} on {e.on}{tied(e.reference)}"


def _asked(e: ce.PaymentProofAsked) -> str:
    whom = "the creditor was asked to look at his bank" if e.proved else "the debtor was asked for a proof of payment"
    return f"no money came: {whom}; held until {e.hold_until}"


CREDIT_WORDS: Mapping[type[Any], Callable[[Any], str]] = {
    ce.CreditSetOff: lambda e: f"credited {e.amount}: credit note {e.credit} set off against {e.item}, as of {e.on}",
    ce.CreditRefunded: lambda e: f"{e.amount} paid back to the debtor on {e.on}",
    ce.MoneyPutOnAccount: lambda e: (
        f"{e.amount} of {e.on} kept on account ({', '.join((e.evidence, *e.because))}), for no invoice{tied(e.reference)}"
    ),
    ce.MoneyTakenFromAccount: _taken,
    ce.PaymentProofAsked: _asked,
    ce.RemittanceAdvised: lambda e: f"the debtor announced {e.amount} for {e.on}, for {len(e.shares)} invoice(s)",
}


def kept_for(account: DebtorAccount) -> str:
    """What is kept for a debtor, by currency; "" when nothing is."""
    currencies = sorted({m.amount.currency for m in account.money})
    kept = [str(amount) for currency in currencies if (amount := account.on_account(currency))]
    return f"; on account: {', '.join(kept)}" if kept else ""
