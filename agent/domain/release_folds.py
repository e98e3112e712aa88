"""How the ledger takes up what agent.domain.release_events tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.domain import release_events as re
from agent.domain.states import DebtorAccount


def _listed(account: DebtorAccount, e: re.StatementListed) -> DebtorAccount:
    others = tuple(r for r in account.releases if r.currency != e.release.currency)
    return replace(account, releases=(*others, e.release))


def _approved(account: DebtorAccount, e: re.StatementApproved) -> DebtorAccount:
    releases = tuple(
        replace(r, approved=True) if (r.currency, r.question) == (e.currency, e.question) else r
        for r in account.releases
    )
    return replace(account, releases=releases)


RELEASE_FOLDS: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    re.StatementListed: _listed,
    re.StatementApproved: _approved,
}
