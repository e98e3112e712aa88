"""How the ledger takes up what agent.domain.release_events tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.domain import release_events as ev
from agent.domain.states import DebtorAccount


def _listed(account: DebtorAccount, e: ev.StatementListed) -> DebtorAccount:
    others = tuple(r for r in account.releases if r.currency != e.release.currency)
    return replace(account, releases=(*others, e.release))


def _approved(account: DebtorAccount, e: ev.StatementApproved) -> DebtorAccount:
    releases = tuple(
        replace(r, approved=True) if (r.currency, r.question) == (e.currency, e.question) else r
        for r in account.releases
    )
    return replace(account, releases=releases)


RELEASE_FOLDS: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    ev.StatementListed: _listed,
    ev.StatementApproved: _approved,
}
