"""The books: who writes them, whether they open and hold together, how old the backups are, and what waits for a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from agent.config.stores import is_bereft, store_place
from agent.domain.ledger import Question
from agent.errors import AgentError, ConfigError, CorruptStore, NewerStore
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.service.alarm import SIDES, Ailment, Place
from agent.service.company import NOT_HERE, forget, workers
from agent.service.doctor.finding import Finding, Premises, ok, warning, wrong
from agent.service.restored import is_pending
from agent.service.token_secret import KNOWN, forget_secret, mark_of, way_out
from agent.store.copies import copies_in, taken_at
from agent.store.documents import DocumentFiles
from agent.store.ground import Documents
from agent.store.ledger_storage import LedgerDB
from agent.store.tinydb_store import TinyStore

_WEEK, _DAY, _SLACK = timedelta(days=7), timedelta(days=1), timedelta(minutes=5)
# Books of this size (bytes) are folded anew in seconds; larger ones with --deep only.
_SMALL = 20_000_000
_PER_EVENT = 1000  # what an event and its share of everything else take, about
_TAIL, _SAMPLE, _SHOWN = 500, 20, 3
_STALE = timedelta(days=2)
_RESTORE = "see «A damaged store» in docs/operations.md: stop, keep a copy, relance restore the last backup"


def lock(premises: Premises) -> Iterator[Finding]:
    """Who writes to the books now. The lock ends with its process, so that none can be left over; a database keeps its own."""
    if premises.in_database:
        return
    path = premises.store_path.with_name(f"{premises.store_path.name}.lock")
    if not _may_look(premises):
        return
    try:
        inode = path.stat().st_ino
        rows = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()]
    except OSError:
        yield ok("lock", "nobody writes to the books")
        return
    holders = [int(row[4]) for row in rows if "->" not in row and len(row) > 5 and row[5].endswith(f":{inode}")]
    if not holders:
        yield ok("lock", "nobody writes to the books")
        return
    state, name = _process(holders[0])
    if state == "T":
        repair = f"run: kill -CONT {holders[0]}, or: systemctl restart relance"
        yield wrong("lock", f"process {holders[0]} ({name}) holds the books and is stopped", repair)
    else:
        yield ok("lock", f"held by process {holders[0]} ({name})")


def _may_look(premises: Premises) -> bool:
    """Whether this user sees into the state folder; one that is not there hides nothing."""
    try:
        premises.store_path.stat()
    except PermissionError:
        return False
    except OSError:
        return True
    return True


def _process(pid: int) -> tuple[str, str]:
    """State and name of a process (proc_pid_stat(5)); empty when it is not for our eyes."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "", "of another user or container"
    name, _, rest = text.partition("(")[2].rpartition(")")
    return rest.split()[0], name


def books(premises: Premises) -> Iterator[Finding]:
    """Everything that is seen by opening the books for reading."""
    path = premises.store_path
    if not premises.in_database and not _may_look(premises):
        yield wrong("store", f"{path} cannot be read by this user", "run this as root, or as the user of the service")
        return
    if not premises.in_database and (is_bereft(path) or not path.exists()):
        copies = copies_in(folder) if (folder := _copies_place(premises)).is_dir() else ()
        if copies:
            yield wrong("store", f"{path} is gone, and there are backups", f"run: relance restore --force {copies[0]}")
        elif is_bereft(path):
            repair = f"is its disk mounted? Else: relance restore --force FILE; to begin anew: mv {premises.state_dir} elsewhere"
            yield wrong("store", f"{path} is gone, its documents are there", repair)
        else:
            yield ok("store", f"{path} will be made when Relance runs first")
        return
    try:
        place = store_place(premises.settings) if premises.settings else path
        store = TinyStore.open(place, read_only=True)
    except (AgentError, sqlite3.Error, OSError) as error:
        yield _of_another_schema(error) or (_away(error) if premises.in_database else _closed(path, error))
        return
    try:
        yield from _looked_at(store, premises)
    finally:
        store.close()


def _of_another_schema(error: Exception) -> Finding | None:
    if isinstance(error, NewerStore):
        return wrong("store", str(error), "install the newer Relance that wrote it")
    if isinstance(error, ConfigError) and "is of schema" in str(error):
        return warning("store", str(error), "start the service once: it brings them up to date")
    return None


def _away(error: Exception) -> Finding:
    text = "; ".join(error.problems) if isinstance(error, ConfigError) else str(error)
    return wrong("store", text, "is the database up, and are address and password under [store] right?")


def _closed(path: Path, error: Exception) -> Finding:
    text = "; ".join(error.problems) if isinstance(error, ConfigError) else str(error)
    if not os.access(path, os.R_OK):
        return wrong("store", f"{path} cannot be read by this user", "run this as root, or as the user of the service")
    if "restoring" in text:
        return wrong("store", text, "call relance restore FILE again")
    return wrong("store", text, _RESTORE)


def _looked_at(store: TinyStore, premises: Premises) -> Iterator[Finding]:
    size = store.journal.last * _PER_EVENT if premises.in_database else premises.store_path.stat().st_size
    try:
        problems = _verified(store, whole=premises.deep or size <= _SMALL)
        how_large = store.db.ground.place if premises.in_database else f"{size // 1_000_000} MB"
        yield from problems or [ok("store", f"{how_large}, opens and holds together")]
        yield from _secret(store, premises)
        yield from _waiting(store, premises)
        yield from _clock(store, premises.now)
        yield from _channels(store, premises)
        yield from _workers(store, premises)
    except (CorruptStore, ValueError, KeyError, TypeError) as error:
        yield wrong("store", f"it cannot be read through: {error}", _RESTORE)


def _verified(store: TinyStore, *, whole: bool) -> list[Finding]:
    """What does not hold together; of large books the pages, the end of the journal and some documents only."""
    if whole:
        found = list(store.verify())
    else:
        found = [f"the file is damaged: {damage!r}" for damage in store.db.ground.problems()]
        found += _end_of_journal(store)
        found += _some_documents(store.documents)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [wrong("store", f"{'; '.join(found[:_SHOWN])}{more}", _RESTORE)] if found else []


def _end_of_journal(store: TinyStore) -> list[str]:
    last = store.journal.last
    read = [entry.seq for entry in store.events(since=max(last - _TAIL, 0))]
    return (
        [] if read == list(range(max(last - _TAIL, 0) + 1, last + 1)) else ["numbers are missing at the journal's end"]
    )


def _some_documents(documents: Documents) -> list[str]:
    names = list(documents.names())
    return [
        f"document {name} was changed" for name in names[:: max(len(names) // _SAMPLE, 1)] if documents.differs(name)
    ]


def _secret(store: TinyStore, premises: Premises) -> Iterator[Finding]:
    """Whether the file is the one that the books were begun with; without any, only who was told makes a new one."""
    path, known = premises.state_dir / "secret", store.note(KNOWN)
    if not path.exists():
        if known is None and next(store.outbox([OutboxState.SENT], 1), None) is None:
            return
        place = store_place(premises.settings) if premises.settings else premises.store_path
        gone = f"{path} is gone: answers to mails that were sent are not recognised by their token"
        yield wrong("state-secret", gone, way_out(store), partial(forget_secret, place) if known else None)
    elif known is not None and os.access(path, os.R_OK) and mark_of(path.read_bytes()) != known:
        yield wrong("state-secret", f"{path} is not the one that these books were begun with", way_out(store))


def _waiting(store: TinyStore, premises: Premises) -> Iterator[Finding]:
    """What waits for a person, and what should have been done by now."""
    now = premises.now
    held = [mail.id for mail in store.outbox([OutboxState.HELD, OutboxState.FAILED])]
    if held:
        yield warning("held-mails", f"{len(held)}: {', '.join(held[:_SHOWN])}", "look at them: relance outbox")
    aside = sum(1 for _ in store.messages(Box.QUARANTINE))
    recent = sum(1 for record in store.messages(Box.QUARANTINE, 1000) if now - record.received_at < _DAY)
    if recent:
        yield warning("quarantine", f"{recent} mail(s) since yesterday, {aside} in all", "look at them: relance status")
    else:
        yield ok("quarantine", f"{aside} mail(s), none since yesterday")
    old = [q for q in store.states(Question) if isinstance(q, Question) and q.awaits and now - q.asked_at > _WEEK]
    if old:
        yield warning(
            "questions",
            f"{len(old)} question(s) wait for a creditor for more than a week",
            "ask them; who: relance status",
        )
    due = store.next_timer()
    if due is not None and now - due > _DAY / 24:
        yield warning(
            "overdue-work",
            f"what was due on {due:%Y-%m-%d %H:%M} UTC is not done",
            "is the service running? systemctl status relance; why not: journalctl -u relance -n 50",
        )
    if is_pending(store):
        yield warning(
            "restored",
            "the books were restored and not yet compared with the mailbox: nothing is sent",
            "start the service, or see why the mailbox cannot be read",
        )


def _clock(store: TinyStore, now: datetime) -> Iterator[Finding]:
    last = next(store.messages(limit=1), None)
    if last is not None and last.received_at - now > _SLACK:
        yield wrong(
            "clock-back",
            f"it is {now:%Y-%m-%d %H:%M} UTC here, and mail of {last.received_at:%Y-%m-%d %H:%M} was handled already",
            "put the clock right: timedatectl set-ntp true",
        )


def _channels(store: TinyStore, premises: Premises) -> Iterator[Finding]:
    """What the running service wrote down of mailboxes that fail."""
    for mailbox in premises.settings.mailboxes if premises.settings else ():
        for side in SIDES:
            ailment = Ailment.of(store.note(Place(mailbox.name, side).key))
            if ailment is not None:
                since = f"{ailment.since:%Y-%m-%d %H:%M} UTC"
                yield wrong(
                    "channel",
                    f"{mailbox.name}, {side}: fails since {since}: {ailment.words}",
                    "see the lines about it below",
                )


def _workers(store: TinyStore, premises: Premises) -> Iterator[Finding]:
    """Who shares the work, and who of them was not heard of lately: what only that one knows waits for it."""
    known = workers(store)
    silent = {name: worker for name, worker in known.items() if premises.now - worker.seen > NOT_HERE}
    for name, worker in silent.items():
        gone = f"{name} was not heard of since {worker.seen:%Y-%m-%d %H:%M} UTC; others leave to it what only it knows"
        repair = "start it again; if it is gone for good: relance doctor --repair"
        yield warning("workers", gone, repair, partial(_forget_worker, premises, name))
    if known.keys() - silent:
        yield ok("workers", ", ".join(sorted(known.keys() - silent)))


def _forget_worker(premises: Premises, name: str) -> None:
    """The others wait for it no more; what was told of its machine is over with the next look of one of them."""
    assert premises.settings is not None
    store = TinyStore.open(store_place(premises.settings), lease=premises.settings.store.lease)
    try:
        forget(store, frozenset({name}))
    finally:
        store.close()


def backups(premises: Premises) -> Iterator[Finding]:
    """How old the newest copy of the books is, and whether it opens."""
    place = _copies_place(premises)
    if not _may_look(premises):
        return
    copies = copies_in(place) if place.is_dir() else ()
    if not copies:
        if premises.in_database or premises.store_path.exists():
            yield warning(
                "backups",
                f"none in {place}",
                "run: relance backup; each night: systemctl enable --now relance-backup.timer",
            )
        return
    age = premises.now - (taken_at(copies[0]) or premises.now)
    if age > _STALE:
        yield warning(
            "backups",
            f"the newest is {age.days} days old: {copies[0].name}",
            "run: relance backup; why the timer did not: journalctl -u relance-backup",
        )
    else:
        yield ok("backups", f"{len(copies)}, the newest {copies[0].name}")
    yield _opened(copies[0], deep=premises.deep)


def _copies_place(premises: Premises) -> Path:
    return premises.settings.backup_dir if premises.settings else premises.state_dir / "backups"


def _opened(copy: Path, *, deep: bool) -> Finding:
    if copy.suffix != ".db":
        return ok("backup-copy", f"{copy.name} is sealed: only who has the key can try it")
    again = "run: relance backup, and keep the older copies"
    try:
        store = TinyStore(LedgerDB(copy, read_only=True), DocumentFiles(copy.parent / "documents", read_only=True), str)
        try:
            problems = _verified(store, whole=deep or copy.stat().st_size <= _SMALL)
        finally:
            store.close()
    except (AgentError, sqlite3.Error, OSError, ValueError, KeyError) as error:
        return wrong("backup-copy", f"{copy.name} does not open: {error}", again)
    if problems:
        return wrong("backup-copy", f"{copy.name}: {problems[0].detail}", again)
    return ok("backup-copy", f"{copy.name} opens and holds together")
