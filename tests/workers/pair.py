"""A database server and its standby, which has every commit before the worker is told of it; the one can die and the other take over."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.servers.postgres import USER, Postgres

_PATIENCE = 60.0


class Standby(Postgres):
    """A copy of a running server that follows it."""

    def __init__(self, of: Postgres) -> None:
        super().__init__(**of._settings)
        self._of = of

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)
        self.data = self.folder / "data"
        self._as_user("pg_basebackup", "-D", self.data, "-d", self._of.address, "-R", "-X", "stream", "-c", "fast")
        self.address = f"postgresql://relance@/postgres?host={self.folder}"
        self.start()
        return self

    def promote(self) -> None:
        """Let it take over."""
        self._as_user("pg_ctl", "-D", self.data, "-w", "-t", "60", "promote")


class Pair:
    """A primary and, when asked for, its standby. Use as a context manager."""

    def __init__(self, *, standby: bool) -> None:
        self._both = standby
        self.standby: Standby | None = None

    def __enter__(self) -> Self:
        self.primary = Postgres(max_connections="100", shared_buffers="128MB")
        self.primary.__enter__()
        if self._both:
            self._follow()
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self.primary, self.standby):
            if server is not None:
                server.__exit__()

    @property
    def sockets(self) -> list[Path]:
        """Where the primary listens, and then the standby."""
        return [s.folder / ".s.PGSQL.5432" for s in (self.primary, self.standby) if s is not None]

    def fail_over(self) -> None:
        """The primary's machine is gone with all that ran on it; its standby takes over, and gets a standby of its own."""
        assert self.standby is not None
        gone, self.primary = self.primary, self.standby
        _end(gone)
        self.primary.promote()
        shutil.rmtree(gone.folder, ignore_errors=True)
        self._follow()

    def _follow(self) -> None:
        self.standby = Standby(self.primary)
        self.standby.__enter__()
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.ask("SELECT pg_reload_conf()")
        end = time.monotonic() + _PATIENCE
        while self.primary.ask("SELECT sync_state FROM pg_stat_replication") not in ("sync", "quorum"):
            if time.monotonic() > end:
                raise RuntimeError("the standby does not follow")
            time.sleep(0.05)


def _end(server: Postgres) -> None:
    """SIGKILL of the server and of all its processes at once: none of them can commit a last thing."""
    head = int((server.data / "postmaster.pid").read_text().split()[0])
    for pid in (head, *_children(head)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _children(head: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # the name in brackets may hold anything
            if int(path.read_text().rpartition(")")[2].split()[1]) == head:
                found.append(int(path.parent.name))
    return found
