"""The copies of the books as the configuration wants them: sealed or not, and the one kept before a newer program changes the books."""

from __future__ import annotations

from collections.abc import Callable

from agent.config import Settings
from agent.ports import Clock
from agent.store.copies import make_copy
from agent.store.sealing import Seal
from agent.store.tinydb_store import TinyStore


def seal_of(settings: Settings) -> Seal | None:
    """How copies are sealed; None when they are plain."""
    backup = settings.backup
    if backup.age_recipient:
        return Seal("age", backup.age_recipient)
    return Seal("gpg", str(backup.gpg_key_file)) if backup.gpg_key_file else None


def kept_first(settings: Settings, clock: Clock) -> Callable[[TinyStore, str], None]:
    """What writes the copy of a database's older books into the folder of the backups, with their documents beside it.

    What does not verify in it is for `relance verify` to tell: it is judged by today's words, and the books are not in them yet.
    """

    def keep(store: TinyStore, name: str) -> None:
        make_copy(store, settings.backup_dir / name, clock.now(), seal_of(settings), settings.state_dir)

    return keep
