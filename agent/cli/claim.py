"""`relance claim REFERENCE`: what may be claimed for late payment on an invoice, with its arithmetic, and why the rest is not."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.config import Settings
from agent.domain.claims import ItemClaim, claim_on, consumer_of, law_of
from agent.domain.ledger import OpenItem
from agent.errors import AgentError
from agent.ports import Store
from agent.reports.claims import claim_rows, why_not
from agent.service.clock import SystemClock
from agent.service.history import find_states

_KINDS = {True: "consumer", False: "business", None: "business or consumer, not known which"}


def run(arguments: Namespace, screen: Screen) -> int:
    """Print it; 1 when nothing bears the reference."""
    with opened(arguments) as (settings, store):
        items = [state for state in find_states(store, arguments.reference) if isinstance(state, OpenItem)]
        if not items:
            raise AgentError(f"no invoice bears the reference {arguments.reference!r}")
        for item in items:
            screen.heading(f"{item.invoice.number or item.id}: open {item.balance}  [{item.creditor}, {item.id}]")
            lines = list(claim_lines(item, settings, store, arguments.on))
            for line in lines or ["nothing is claimed for late payment: the creditor's terms do not switch it on"]:
                screen.line(line)
    return 0


def claim_lines(item: OpenItem, settings: Settings, store: Store, on: date | None = None) -> Iterator[str]:
    """The claim on one item in lines of English, on this day or today; none while the creditor's terms claim nothing."""
    creditor = settings.creditor(item.creditor)
    ids = {id_ for found in store.find([("debtor", item.invoice.debtor)]).values() for id_ in found}
    ledger = store.ledger({item.invoice.debtor, *ids})
    account = ledger.accounts.get(item.invoice.debtor)
    if creditor is None or account is None:
        return
    charging = settings.charging(creditor)
    terms = charging.terms_of(account)
    if not terms.on:
        return
    today = on or SystemClock().now().astimezone(ZoneInfo(creditor.timezone)).date()
    made = claim_on(item, account, ledger.of_account(account.id), charging, today)
    if made is None:
        yield f"nothing is claimed for late payment on {today}: it is not overdue"
        return
    consumer = consumer_of(item.invoice, account)
    yield f"claimed on {today}: {made.due} (law: {law_of(creditor, terms, account, consumer=consumer)}, {_KINDS[consumer]})"
    yield from _arithmetic(made)


def _arithmetic(made: ItemClaim) -> Iterator[str]:
    rows, claim = claim_rows(made, "en"), made.claim
    for row, line in zip(rows.interest, claim.lines, strict=True):
        product = f"{row.balance} × {row.percent} % × {row.days} days / 365 = {row.amount}"
        yield f"  {row.start} to {row.end}: {product} ({row.basis}; {line.source})"
    if claim.indemnity:
        yield f"  {rows.label.lower()}: {claim.indemnity} ({rows.basis})"
    if claim.reminders:
        yield f"  reminders: {claim.reminders}"
    if made.paid:
        yield f"  paid of it: {-made.paid}"
    for why in claim.reasons:
        yield f"  not claimed: {why_not(why, 'en')}"
