"""What a mail shows of claims for late payment: the debtor his own, the creditor the sum of each invoice and of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from agent.domain.claims import Charging, ItemClaim, account_claims, claims_of, creditor_claims
from agent.domain.ledger import OpenItem
from agent.domain.money import Money
from agent.domain.overdue import AfterPayment
from agent.outbox.facts import Facts
from agent.reports.claims import ClaimBox, ClaimSummary, claim_box, summary_of
from agent.reports.plain import one_line
from agent.reports.statement import StatementOfAccount

_WEEK = timedelta(days=7)


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


def surcharges_of(items: Iterable[OpenItem], facts: Facts, today: date) -> dict[str, Money]:
    """What is claimed on these items beside their balances, by item, as far as anything is; each account is reckoned once."""
    charging = facts.charging
    if charging is None:
        return {}
    found = {item.id: item.invoice.debtor for item in items if item.is_open}
    accounts = (facts.ledger.accounts[d] for d in dict.fromkeys(found.values()) if d in facts.ledger.accounts)
    claims = (made for a in accounts for made in account_claims(facts.ledger.of_account(a.id), a, charging, today))
    return {made.item: made.due for made in claims if made.item in found and made.due}


def all_claims(facts: Facts, today: date) -> tuple[ItemClaim, ...]:
    """The claims on all late items of the creditor, with those paid in the last week, and all paid ones where he keeps their rest."""
    if facts.charging is None:
        return ()
    keeps = _keeps(facts.charging)
    recent = facts.now - _WEEK
    items = (
        item
        for item in facts.ledger.items.values()
        if keeps or item.settled_at is None or item.settled_at > recent or item.balance.amount < 0
    )
    return tuple(creditor_claims(items, facts.ledger.accounts, facts.charging, today))


def summary(claims: Iterable[ItemClaim], facts: Facts, language: str) -> ClaimSummary | None:
    """What the creditor is told in his digest of claims for late payment; None when there is nothing to tell."""
    found = summary_of(claims, language, keeps=facts.charging is not None and _keeps(facts.charging))
    return found if found.claimed or found.left or found.reasons else None


def _keeps(charging: Charging) -> bool:
    return charging.creditor.charges.after_payment is AfterPayment.KEEP
