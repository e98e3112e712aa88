"""PostgreSQL in a folder of its own, with a new empty schema for whoever asks."""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Self
from unittest import SkipTest

PACKAGES = "postgresql"
USER = "postgres"


class Postgres:
    """A running server. Use as a context manager; `settings` go into its configuration.

    Attributes:
        folder: its data and its socket.
        address: of its only database, over the socket.
    """

    segments = 16  # MB of each file of its log

    def __init__(self, **settings: str) -> None:
        self._settings = {"fsync": "on", "max_connections": "50", "shared_buffers": "64MB"} | settings
        self._numbers = count(1)
        self._programs = programs()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # not below pytest's own folder: the unprivileged user of the server could not enter it
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self.furnish()
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)
        self.data = self.folder / "data"
        how = ("-U", "relance", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--wal-segsize", self.segments)
        self._as_user("initdb", "-D", self.data, *how)
        self.address = f"postgresql://relance@/postgres?host={self.folder}"
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def furnish(self) -> None:
        """Do what the folder needs before anything lies in it: nothing."""

    def start(self) -> None:
        """Start it and wait until it answers."""
        told = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} {told}"
        log = self.folder / "log"
        self._as_user("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", log, "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        """Stop it: smart, fast or immediate (as a crash would)."""
        self._as_user("pg_ctl", "-D", self.data, "-w", "-m", how, "stop", check=False)

    def kill(self) -> None:
        """SIGKILL of the postmaster: the machine went away."""
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def schema(self) -> str:
        """The address of a new empty schema of the database."""
        name = f"s{next(self._numbers)}_{os.getpid()}"
        self.ask(f"CREATE SCHEMA {name}")
        return f"{self.address}&options=-csearch_path%3D{name}"

    def ask(self, sql: str) -> str:
        """What psql prints for this statement, as the superuser."""
        return self._as_user("psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.address, "-c", sql)

    def _as_user(self, program: str, *arguments: object, check: bool = True) -> str:
        who = {}
        if os.geteuid() == 0:
            who = {"user": pwd.getpwnam(USER).pw_uid, "group": grp.getgrnam(USER).gr_gid, "extra_groups": []}
        done = subprocess.run(
            [self._programs / program, *map(str, arguments)],
            check=False,
            stdout=subprocess.PIPE if program == "psql" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            **who,
        )
        if check and done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}")
        return (done.stdout or "").strip()


def programs() -> Path:
    """The folder of the newest server's programs. Raises SkipTest when there is none; on CI that is an error."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    if os.environ.get("CI") == "true":
        raise RuntimeError(f"install {PACKAGES}")
    raise SkipTest(f"needs {PACKAGES}")
