"""Opening the books for a command: for looking while the daemon runs, or for writing when it does not."""

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from agent.config import Settings, load
from agent.config.stores import kept_place
from agent.domain.parties import Creditor
from agent.errors import AgentError
from agent.service.clock import SystemClock
from agent.service.keeping import kept_first
from agent.store.tinydb_store import TinyStore


def written(target: Path, content: bytes) -> None:
    """Write the file; it appears whole or not at all, and only its owner may read it: it tells of other people's debts."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    # a link that somebody put there in a folder of all is not followed
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(content)
    draft.replace(target)


def chosen_creditor(arguments: Namespace, settings: Settings) -> Creditor:
    """The creditor that the command names, or the only one there is.

    Raises:
        AgentError: none of that id, or several and none named.
    """
    known = ", ".join(c.id for c in settings.creditors)
    if arguments.creditor is None and len(settings.creditors) == 1:
        return settings.creditors[0]
    creditor = settings.creditor(arguments.creditor or "")
    if creditor is None:
        told = f"there is no creditor {arguments.creditor!r}" if arguments.creditor else "say whose: --creditor ID"
        raise AgentError(f"{told} (there are: {known or 'none'})")
    return creditor


def asked_month(text: str) -> date:
    """The first day of the month that a command names. Raises AgentError when it is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise AgentError(f"{text!r} is not a month; it is written like 2026-10") from None


@contextmanager
def opened(
    arguments: Namespace, *, writing: bool = False, beside: bool = False
) -> Iterator[tuple[Settings, TinyStore]]:
    """The settings and the store; TemporaryError when somebody else writes and this command must.

    What is one commit may be done `beside` services that share the books: none of them need run on this machine.
    """
    settings = load(arguments.config, secrets=False)
    keep = kept_first(settings, SystemClock())
    lease = settings.store.lease if beside else None
    store = TinyStore.open(kept_place(settings), read_only=not writing, keep=keep, lease=lease)
    try:
        yield settings, store
    finally:
        store.close()
