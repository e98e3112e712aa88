"""`relance forget REFERENCE`: forget what names or quotes a debtor, when nothing is open on him any more."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.config import Settings
from agent.domain.ledger import DebtorAccount
from agent.errors import AgentError
from agent.ports import Store
from agent.service.history import find_states
from agent.store.copies import copies_in
from agent.store.erase import Erasure, erase


def run(arguments: Namespace, screen: Screen) -> int:
    """Say whom it is about, have it confirmed, forget; the service must not be running."""
    with opened(arguments, writing=True) as (settings, store):
        account = account_named(store, arguments.reference)
        screen.line(f"Debtor {account.name or '(no name)'} of {account.creditor}: {account.id}")
        if not (arguments.yes or _confirmed()):
            screen.line("Nothing was erased.")
            return 1
        done = erase(store, account.id)
    _tell(done, settings, screen)
    return 0


def _tell(done: Erasure, settings: Settings, screen: Screen) -> None:
    screen.line(
        f"Erased: the texts of {done.events} events, {done.mails} mails and {done.messages} received mails,"
        f" and {done.documents} documents. Figures stay."
    )
    if done.kept:
        screen.line("Kept, since accounts must be (docs/privacy.md):")
        for paper in done.kept:
            issued = f" of {paper.issued}" if paper.issued else ""
            screen.line(f"  invoice {paper.number}{issued}: documents/{paper.document[:2]}/{paper.document}")
    older = list(_older(settings))
    if older:
        screen.line("These still hold him; delete them, or let the dated copies expire:")
        for path in older:
            screen.line(f"  {path}")
    screen.line("His mails in the mailbox's folders are not touched: delete them with a mail client.")


def _older(settings: Settings) -> Iterator[Path]:
    """What was copied from the books before: backups, what a restoration set aside, and copies that an upgrade made."""
    yield from copies_in(settings.backup_dir)
    upgraded = f"{settings.store_path.name}.schema-*"
    for folder, pattern in (
        (settings.state_dir, "replaced-*"),
        (settings.state_dir, upgraded),
        (settings.backup_dir, upgraded),
    ):
        yield from sorted(folder.glob(pattern))


def account_named(store: Store, reference: str) -> DebtorAccount:
    """The one debtor's account that this reference means. Raises AgentError when it is none or several."""
    found = [state for state in find_states(store, reference) if isinstance(state, DebtorAccount)]
    if len(found) != 1:
        names = "".join(f"\n  {a.id}: {a.name} of {a.creditor}" for a in found)
        raise AgentError(f"{len(found)} debtors bear the reference {reference!r}; one is needed{names}")
    return found[0]


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise AgentError("there is no terminal to confirm on: give --yes")
    return input("Erase for good? Type yes: ").strip().lower() == "yes"
