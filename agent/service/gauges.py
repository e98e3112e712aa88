"""What a monitoring system watches, as a file for Prometheus' node exporter (its textfile collector).

The format is Prometheus' text exposition format 0.0.4: a line for each figure, times in seconds since 1970.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.domain.ledger import Question
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Store
from agent.service.alarm import SIDES, Place
from agent.service.overview import ATTENTION, WAITING
from agent.service.restored import is_pending


@dataclass(frozen=True, slots=True)
class Heard:
    """Of one mailbox: when its inbox was last found empty, and when a mail last left by it; None: not since the start."""

    channel: str
    empty_at: datetime | None = None
    sent_at: datetime | None = None


def gauges(store: Store, now: datetime, heard: Iterable[Heard], disk_free: int) -> str:
    """The text of the file: everything a person should be called for."""
    heard = tuple(heard)
    lines = [*_channels(store, heard), *_outbox(store, now)]
    questions = sum(1 for q in store.states(Question) if isinstance(q, Question) and q.awaits)
    due = store.next_timer()
    lines += [
        ("relance_questions_open", "", float(questions)),
        ("relance_quarantine_mails", "", float(sum(1 for _ in store.messages(Box.QUARANTINE)))),
        ("relance_work_overdue_seconds", "", max((now - due).total_seconds(), 0.0) if due else 0.0),
        ("relance_disk_free_bytes", "", float(disk_free)),
        ("relance_restored_not_compared", "", float(is_pending(store))),
        ("relance_written_timestamp_seconds", "", now.timestamp()),
    ]
    return "".join(_told(lines))


def _channels(store: Store, heard: Iterable[Heard]) -> Iterator[tuple[str, str, float]]:
    for one in heard:
        label = f'mailbox="{_escaped(one.channel)}"'
        if one.empty_at is not None:
            yield "relance_inbox_empty_timestamp_seconds", label, one.empty_at.timestamp()
        if one.sent_at is not None:
            yield "relance_sent_timestamp_seconds", label, one.sent_at.timestamp()
        for side in SIDES:
            ails = store.note(Place(one.channel, side).key) is not None
            yield "relance_channel_fails", f'{label},side="{side}"', float(ails)


def _outbox(store: Store, now: datetime) -> Iterator[tuple[str, str, float]]:
    for state in (*WAITING, *ATTENTION):
        yield "relance_outbox_mails", f'state="{state.value}"', float(sum(1 for _ in store.outbox([state])))
    oldest = next(store.outbox([OutboxState.QUEUED], 1, due_at=now), None)
    age = (now - oldest.not_before).total_seconds() if oldest is not None else 0.0
    yield "relance_outbox_oldest_due_seconds", "", age


def _told(lines: Iterable[tuple[str, str, float]]) -> Iterator[str]:
    named = ""
    for name, labels, value in sorted(lines):
        if name != named:
            yield f"# TYPE {name} gauge\n"
            named = name
        yield f"{name}{{{labels}}} {value:.15g}\n" if labels else f"{name} {value:.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def write_gauges(target: Path, store: Store, now: datetime, heard: Iterable[Heard], state_dir: Path) -> None:
    """Write the file whole, for everybody to read: it names mailboxes and counts, no person. Raises OSError."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(gauges(store, now, heard, shutil.disk_usage(state_dir).free), encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(target)
