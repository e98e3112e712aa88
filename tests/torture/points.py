"""Where the daemon can be made to die, without a line for it in the product: the doors' own methods are wrapped in the victim.

A fuse names a point and how often it is passed; the last time, the process writes down where it was and ends as by SIGKILL.
"""

from __future__ import annotations

import functools
import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.backends.imap import ImapMailbox
from agent.backends.smtp import SmtpTransport
from agent.outbox import deliver
from agent.service import clock as service_clock
from agent.service.patience import Bell
from agent.store import tinydb_store
from agent.store.documents import DocumentFiles
from agent.store.engine import SqliteFile
from agent.store.postgres import PostgresDatabase
from agent.store.postgres_claims import PostgresClaims
from tests.torture.clock import Clock

# Each point of death with the most passages after which it is set: about as often as it is passed while a few mails are handled.
POINTS = {
    "commit.before": 25,
    "commit.after": 25,
    "write.after": 120,
    "send.before": 8,
    "send.after": 8,
    "move.before": 2,  # the mails of a stretch move together
    "move.after": 2,
    "copy.before": 8,
    "copy.after": 8,
    "document.before": 6,
    "document.after": 6,
    "sync.after": 12,
    "rename.before": 8,
    "rename.after": 8,
    "report.before": 3,
}
# Those of a start with an older store, and of a backup.
MIGRATION = {"migrate": 60}
BACKUP = {"vacuum.before": 1, "vacuum.after": 1, "sync.after": 4, "rename.before": 3, "rename.after": 3}


class Fuse:
    """A point of death and how often it is still passed before."""

    def __init__(self, point: str, passages: int, mark: Path) -> None:
        self._point, self._left = point, passages
        # opened now, so that a full disk or a lack of descriptors cannot keep the mark from being left
        self._mark = os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def pass_by(self, point: str) -> None:
        """Live on, or die here."""
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            os.write(self._mark, f"{os.getpid()} {point}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def arm(fuse: Fuse) -> None:
    """Lay the fuse along every point."""
    _around(ImapMailbox, "file_all", "move", fuse)
    _around(ImapMailbox, "keep_sent", "copy", fuse)
    _around(SmtpTransport, "send", "send", fuse)
    _around(DocumentFiles, "begin", "document", fuse)
    _around(Path, "replace", "rename", fuse)
    _around(os, "fsync", "sync", fuse)
    _around(deliver._Run, "report", "report", fuse)
    _arm_statements(fuse)


def _around(owner: Any, name: str, point: str, fuse: Fuse) -> None:
    plain = getattr(owner, name)

    @functools.wraps(plain)
    def passing(*args: Any, **words: Any) -> Any:
        fuse.pass_by(f"{point}.before")
        value = plain(*args, **words)
        fuse.pass_by(f"{point}.after")
        return value

    setattr(owner, name, passing)


def _arm_statements(fuse: Fuse) -> None:
    execute, migrate = SqliteFile.execute, tinydb_store.migrate
    inside: list[bool] = []

    def passing(file: SqliteFile, sql: str, values: Any = ()) -> Any:
        kind = {"COMMIT": "commit", "VACUUM": "vacuum"}.get(sql.split(" ", 1)[0], "")
        if inside:
            fuse.pass_by("migrate")
        if kind:
            fuse.pass_by(f"{kind}.before")
        rows = execute(file, sql, values)
        if kind:
            fuse.pass_by(f"{kind}.after")
        elif sql.startswith(("INSERT", "UPDATE", "DELETE", "REPLACE")):
            fuse.pass_by("write.after")
        return rows

    def migrating(*args: Any, **words: Any) -> None:
        inside.append(True)
        try:
            migrate(*args, **words)
        finally:
            inside.clear()

    SqliteFile.execute = passing  # type: ignore[method-assign]
    tinydb_store.migrate = migrating
    _arm_database(fuse, inside)


def _arm_database(fuse: Fuse, inside: list[bool]) -> None:
    send, later = PostgresDatabase._send, PostgresDatabase.later

    def sending(database: PostgresDatabase) -> None:
        ends = any(asked.text == "COMMIT" for asked in database._waiting)
        if ends:
            fuse.pass_by("commit.before")
        send(database)
        if ends:
            fuse.pass_by("commit.after")

    def asking(database: PostgresDatabase, sql: str, values: Any = ()) -> Any:
        if inside:
            fuse.pass_by("migrate")
        told = later(database, sql, values)
        if sql.startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            fuse.pass_by("write.after")
        return told

    PostgresDatabase._send = sending  # type: ignore[method-assign]
    PostgresDatabase.later = asking  # type: ignore[method-assign]


def keep_time(clock: Clock) -> None:
    """Let the product live in the time of the play; its waits are as much shorter as that runs faster."""
    service_clock.SystemClock.now = lambda _: clock.now()  # type: ignore[method-assign]
    PostgresClaims.now = lambda _: clock.now()  # type: ignore[method-assign]
    rang: Callable[[Bell, float], bool] = Bell.rang
    # a jump of the clock is noticed soon, as systemd's own timers would
    Bell.rang = lambda bell, seconds: rang(bell, min(seconds / clock.rate, 0.5))  # type: ignore[method-assign]


def keep_temporary_files(folder: Path) -> None:
    """What a killed process leaves in the temporary folder is left in this one."""
    tempfile.tempdir = str(folder)
