"""What a monitoring system watches, as a file for Prometheus' node exporter (its textfile collector).

The format is Prometheus' text exposition format 0.0.4, the names follow its conventions: base units, `_total` for what only grows,
moments in seconds since 1970.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from agent.domain.ledger import Question
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import WAITS_FOR_A_WORD
from agent.ports import Box, Store
from agent.service.alarm import SIDES, Place
from agent.service.alerts import remembered
from agent.service.overview import ATTENTION, WAITING
from agent.service.restored import is_pending
from agent.service.vitals import Heard, Vitals
from agent.store.copies import newest_at

_UNHANDLED = timedelta(minutes=1)
HELP: Mapping[str, str] = MappingProxyType(
    {
        "relance_written_timestamp_seconds": "When this file was written.",
        "relance_start_timestamp_seconds": "When the service started.",
        "relance_inbox_empty_timestamp_seconds": "When the inbox was last read and found empty.",
        "relance_fetched_timestamp_seconds": "When the inbox was last read without an error.",
        "relance_unhandled_oldest_seconds": "The oldest unhandled mail is no older than this; 0 when there is none.",
        "relance_mails_handled_total": "Mails handled since the start.",
        "relance_mails_sent_total": "Mails sent since the start.",
        "relance_sent_timestamp_seconds": "When a mail last left.",
        "relance_channel_fails": "1 when the mailbox cannot be read, or nothing can be sent by it.",
        "relance_outbox_mails": "Outgoing mails by state.",
        "relance_outbox_oldest_due_seconds": "For how long the oldest mail that may leave has waited.",
        "relance_surge_held_mails": "Mails to debtors that wait for the operator's word because they are many.",
        "relance_questions_open": "Questions that a creditor has not answered.",
        "relance_quarantine_mails": "Mails in quarantine.",
        "relance_work_overdue_seconds": "For how long the oldest due work has waited.",
        "relance_disk_free_bytes": "Room on the disk of the books.",
        "relance_certificate_expiry_timestamp_seconds": "When the certificate of a server ends.",
        "relance_backup_timestamp_seconds": "When the newest backup was taken.",
        "relance_sandbox_measure": "1 for each measure under which documents are read.",
        "relance_alert": "1 for each cause that the operator was told of and that still holds.",
        "relance_hindered": "1 when what is due cannot be done now.",
        "relance_restored_not_compared": "1 while restored books were not compared with the mailbox.",
        "relance_store_damaged": "1 when the service ended because the books are damaged.",
    }
)


class Figure(NamedTuple):
    """One line of the file."""

    name: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


class Machine(NamedTuple):
    """What is known of the machine: free bytes on the disk of the books, the newest backup, the rights that readers gave up."""

    disk_free: int
    backup_at: datetime | None = None
    measures: tuple[str, ...] = ()


def gauges(store: Store, vitals: Vitals, machine: Machine) -> str:
    """The text of the file: everything a person should be called for."""
    now = vitals.at
    questions = sum(1 for q in store.states(Question) if isinstance(q, Question) and q.awaits)
    due = store.next_timer()
    figures = [
        *(figure for one in vitals.heard for figure in _channel(store, one, vitals)),
        *_outbox(store, now),
        *_machine(vitals, machine),
        Figure("relance_questions_open", questions),
        Figure("relance_quarantine_mails", store.count(Box.QUARANTINE)),
        Figure("relance_work_overdue_seconds", max((now - due).total_seconds(), 0.0) if due else 0.0),
        Figure("relance_restored_not_compared", is_pending(store)),
        Figure("relance_hindered", bool(vitals.hindrance)),
        *(Figure("relance_alert", 1, (("cause", cause),)) for cause in sorted(remembered(store))),
        Figure("relance_store_damaged", 0),
    ]
    return "".join(_told(figures))


def _channel(store: Store, one: Heard, vitals: Vitals) -> Iterator[Figure]:
    label = (("mailbox", one.channel),)
    for name, at in (("inbox_empty", one.empty_at), ("sent", one.sent_at), ("fetched", one.fetched_at)):
        if at is not None:
            yield Figure(f"relance_{name}_timestamp_seconds", at.timestamp(), label)
    yield Figure("relance_unhandled_oldest_seconds", _unhandled(one, vitals), label)
    yield Figure("relance_mails_handled_total", one.handled, label)
    yield Figure("relance_mails_sent_total", one.sent, label)
    for side in SIDES:
        ails = store.note(Place(one.channel, side).key) is not None
        yield Figure("relance_channel_fails", ails, (*label, ("side", side)))


def _unhandled(one: Heard, vitals: Vitals) -> float:
    """Mail that came after the inbox was last empty waits; when that was the last look, there is none."""
    since = one.empty_at or vitals.started_at
    if one.empty_at is not None and one.fetched_at is not None and one.fetched_at - one.empty_at < _UNHANDLED:
        since = vitals.at
    return max((vitals.at - since).total_seconds(), 0.0)


def _outbox(store: Store, now: datetime) -> Iterator[Figure]:
    for state in (*WAITING, *ATTENTION):
        yield Figure("relance_outbox_mails", store.count(state), (("state", state.value),))
    oldest = next(store.outbox([OutboxState.QUEUED], 1, due_at=now), None)
    yield Figure("relance_outbox_oldest_due_seconds", (now - oldest.not_before).total_seconds() if oldest else 0.0)
    waiting = sum(mail.note == WAITS_FOR_A_WORD for mail in store.queue())
    yield Figure("relance_surge_held_mails", waiting)


def _machine(vitals: Vitals, machine: Machine) -> Iterator[Figure]:
    yield Figure("relance_disk_free_bytes", machine.disk_free)
    yield Figure("relance_written_timestamp_seconds", vitals.at.timestamp())
    yield Figure("relance_start_timestamp_seconds", vitals.started_at.timestamp())
    if machine.backup_at is not None:
        yield Figure("relance_backup_timestamp_seconds", machine.backup_at.timestamp())
    for place, until in vitals.certificates.items():
        yield Figure("relance_certificate_expiry_timestamp_seconds", until.timestamp(), (("server", place),))
    for measure in machine.measures:
        yield Figure("relance_sandbox_measure", 1, (("measure", measure),))


def _told(figures: Iterable[Figure]) -> Iterator[str]:
    named = ""
    for figure in sorted(figures, key=lambda figure: (figure.name, figure.labels)):
        if figure.name != named:
            named = figure.name
            yield f"# HELP {named} {HELP[named]}\n# TYPE {named} {'counter' if named.endswith('_total') else 'gauge'}\n"
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in figure.labels)
        yield f"{named}{{{labels}}} {figure.value:.15g}\n" if labels else f"{named} {figure.value:.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def machine_of(state_dir: Path, backups: Path, measures: tuple[str, ...]) -> Machine:
    """The machine as it is now. Raises OSError."""
    return Machine(shutil.disk_usage(state_dir).free, newest_at(backups), measures)


def write_figures(target: Path, text: str) -> None:
    """Write the file whole, for everybody to read: it names mailboxes and counts, no person. Raises OSError."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(target)


def tell_damage(target: Path) -> None:
    """Tell monitoring that the books are damaged, in the place of figures that nobody can take any more. Raises OSError."""
    write_figures(target, "".join(_told([Figure("relance_store_damaged", 1)])))
