"""How the service itself is, for `relance status`: from its vital signs, the disk and the folder of backups, and the books where they open."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.config import Settings
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import WAITS_FOR_A_WORD
from agent.ports import Store
from agent.service.alerts import remembered
from agent.service.vitals import Vitals, read_vitals
from agent.store.copies import newest_at

_LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Health:
    """The service at a moment; None where something cannot be told.

    Attributes:
        disk_free: bytes on the disk of the books.
        due_since: when the oldest mail that may leave could have left.
        waits_for_word: mails to debtors that the operator must let go.
        alerts: the causes that hold, as the operator was told.
    """

    at: datetime
    vitals: Vitals | None = None
    disk_free: int | None = None
    backup_at: datetime | None = None
    due_since: datetime | None = None
    waits_for_word: int = 0
    alerts: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether the service is there and turns."""
        return self.vitals is not None and self.vitals.is_alive

    @property
    def is_late(self) -> bool:
        """Whether it has not been heard of for longer than its rounds take."""
        return self.vitals is not None and self.at - self.vitals.at > 2 * _LATE


def health(settings: Settings, now: datetime) -> Health:
    """What is seen without the books."""
    vitals = read_vitals(settings.state_dir)
    try:
        free = shutil.disk_usage(settings.state_dir).free
        return Health(now, vitals, free, newest_at(settings.backup_dir))
    except OSError:
        return Health(now, vitals)


def with_books(seen: Health, store: Store) -> Health:
    """The same with what only the books tell."""
    oldest = next(store.outbox([OutboxState.QUEUED], 1, due_at=seen.at), None)
    waiting = sum(mail.note == WAITS_FOR_A_WORD for mail in store.queue())
    due_since = oldest.not_before if oldest is not None else None
    return replace(seen, due_since=due_since, waits_for_word=waiting, alerts=tuple(sorted(remembered(store))))
