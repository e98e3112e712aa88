"""How the ledger takes up what is told of the accounts that creditors are paid on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.domain.payees import PayeeAccount, PayeeConfirmed, PayeeMet, PayeeRefused, PayeeStanding


def _payee_met(_: None, e: PayeeMet) -> PayeeAccount:
    return PayeeAccount(e.payee, e.creditor, e.iban, e.place, e.at)


def _payee_now(standing: PayeeStanding) -> Callable[[PayeeAccount, Any], PayeeAccount]:
    return lambda payee, _: replace(payee, standing=standing)


PAYEE_FOLDS: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    PayeeMet: _payee_met,
    PayeeConfirmed: _payee_now(PayeeStanding.CONFIRMED),
    PayeeRefused: _payee_now(PayeeStanding.REFUSED),
}
