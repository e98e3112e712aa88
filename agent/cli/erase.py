"""`relance erase REFERENCE`: forget what names or quotes a debtor, when nothing is open on him any more."""

import sys
from argparse import Namespace

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.domain.ledger import DebtorAccount
from agent.errors import AgentError
from agent.ports import Store
from agent.service.history import find_states
from agent.store.erase import erase


def run(arguments: Namespace, screen: Screen) -> int:
    """Say whom it is about, have it confirmed, erase; the service must not be running."""
    with opened(arguments, writing=True) as (_, store):
        account = _account(store, arguments.reference)
        screen.line(f"Debtor {account.name or '(no name)'} of {account.creditor}: {account.id}")
        if not (arguments.yes or _confirmed()):
            screen.line("Nothing was erased.")
            return 1
        done = erase(store, account.id)
    screen.line(f"Erased: the texts of {done.events} events, {done.mails} mails and {done.messages} received mails.")
    screen.line(
        "Figures stay. His mails in the mailbox, kept documents and older backups are not touched: see docs/privacy.md."
    )
    return 0


def _account(store: Store, reference: str) -> DebtorAccount:
    states = find_states(store, reference)
    found = [state for state in states if isinstance(state, DebtorAccount)]
    if len(found) != 1:
        names = "".join(f"\n  {a.id}: {a.name} of {a.creditor}" for a in found)
        raise AgentError(f"{len(found)} debtors bear the reference {reference!r}; one is needed{names}")
    return found[0]


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise AgentError("there is no terminal to confirm on: give --yes")
    return input("Erase for good? Type yes: ").strip().lower() == "yes"
