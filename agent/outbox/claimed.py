"""What a mail shows of claims for late payment: the debtor his own, the creditor the sum of each invoice and of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from agent.domain.claims import ItemClaim, claim_on, claims_of
from agent.domain.ledger import OpenItem
from agent.domain.money import Money
from agent.outbox.facts import Facts
from agent.reports.claims import ClaimBox, ClaimSummary, claim_box, summary_of
from agent.reports.plain import one_line
from agent.reports.statement import StatementOfAccount


def box_of(statement: StatementOfAccount, principal: Money, facts: Facts, language: str) -> ClaimBox | None:
    """The claims that stand beside the invoices of this statement; None when nothing is claimed."""
    if facts.charging is None or not statement.due:
        return None
    account, listed = statement.account, {line.item for line in statement.due}
    items = facts.ledger.of_account(account.id)
    claims = (
        replace(claim, number=one_line(claim.number, 80))
        for claim in claims_of(items, account, facts.charging, statement.today, listed)
    )
    asked = facts.charging.terms_of(account).ask_with_principal
    return claim_box(tuple(claims), principal, language, asked=asked)


def surcharge_of(item: OpenItem, facts: Facts, today: date) -> Money | None:
    """What is claimed on this item beside its balance; None when nothing is."""
    account = facts.ledger.accounts.get(item.invoice.debtor)
    if facts.charging is None or account is None or not item.is_open:
        return None
    found = claim_on(item, account, facts.ledger.of_account(account.id), facts.charging, today)
    return found.due if found and found.due else None


def all_claims(facts: Facts, today: date) -> Iterator[ItemClaim]:
    """The claims on all late items of the creditor, those that are paid themselves included."""
    if facts.charging is None:
        return
    by_account: dict[str, list[OpenItem]] = {}
    for item in facts.ledger.items.values():
        by_account.setdefault(item.invoice.debtor, []).append(item)
    for id_, items in by_account.items():
        account = facts.ledger.accounts.get(id_)
        if account is None or not facts.charging.terms_of(account).on:
            continue
        found = (claim_on(item, account, items, facts.charging, today) for item in items)
        yield from (claim for claim in found if claim is not None)


def summary(facts: Facts, today: date, language: str) -> ClaimSummary | None:
    """What the creditor is told in his digest of claims for late payment; None when there is nothing to tell."""
    found = summary_of(all_claims(facts, today), language)
    return found if found.claimed or found.left or found.reasons else None
