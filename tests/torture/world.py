"""One play on real servers: Dovecot, the relay, the daemon's lives, and everything that was posted so far."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Self

from agent import cli
from agent.demo.cast import AGENCY
from agent.errors import AgentError
from agent.mail.outgoing import OutboxState
from agent.outbox.copies import owed_by
from agent.service.requests import folder_of
from agent.store.tinydb_store import TinyStore
from tests.torture.clock import Clock
from tests.torture.ground import DatabaseGround, Ground
from tests.torture.sink import RELAY, Sink
from tests.walks.town import Town

ROOT = Path(__file__).parents[2]
_OWED = owed_by("walk")
_ID = re.compile(rb"(?im)^message-id:\s*(<[^>\r\n]*>)")
FOLDERS = ("INBOX", "Handled", "Review", "Quarantine")
# Seconds after which a scene that does not come to rest is given up.
PATIENCE = 300.0


# So many lives more may be needed until all that the last one began is done.
_LIVES_TO_SETTLE = 3


class Stuck(Exception):
    """The play does not come to rest."""


def identity(raw: bytes) -> str:
    """The Message-ID of a raw mail."""
    found = _ID.search(raw)
    return found[1].decode("ascii", "replace") if found else ""


class Zygote:
    """The process from which lives are forked."""

    def __init__(self) -> None:
        # a thread of numpy's would not come along into the lives
        env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        words = [sys.executable, "-m", "tests.torture.zygote"]
        self._process = subprocess.Popen(words, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._line() != "ready":
            raise RuntimeError("the program does not load")

    def fork(self, life: dict[str, object]) -> int:
        """The process id of a new life."""
        return int(self._ask(f"fork {json.dumps(life)}"))

    def reap(self, pid: int) -> int:
        """Its exit code, negative for a signal, once it ended."""
        return os.waitstatus_to_exitcode(int(self._ask(f"reap {pid}")))

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().decode().strip()


@dataclass(slots=True)
class Life:
    """A process of the program. `died_at` says where it was killed; "" while it lives or when it ended by itself."""

    pid: int
    handle: int
    died_at: str = ""
    code: int | None = None

    def ended(self, seconds: float = 0.0) -> bool:
        """Whether it is over, within so many seconds."""
        return self.code is not None or bool(select.select([self.handle], [], [], seconds)[0])

    def kill(self, why: str) -> None:
        """End it by SIGKILL, unless it is over."""
        if not self.ended():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)
                self.died_at = self.died_at or why


@dataclass(slots=True)
class World:
    """Servers, files, clock and records of a play. Use as a context manager."""

    folder: Path
    zygote: Zygote
    in_database: bool = False
    ground: Ground = field(init=False)
    town: Town = field(init=False)
    clock: Clock = field(init=False)
    life: Life | None = None
    posted: list[bytes] = field(default_factory=list)
    paid: set[str] = field(default_factory=set)
    unread_marks: int = 0
    state: Path = field(init=False)
    mounted: bool = False
    may_fail: bool = False
    _readied_before: int = 0

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.town = Town(self.folder)
        self.town.dovecot.__enter__()
        self.town.smtp = Sink((self.town.dovecot.cert, self.town.dovecot.key))
        self.town.smtp.__enter__()
        self.town.settings()
        self.clock = Clock(self.folder / "clock")
        self.state = self.folder / "state"
        self.state.mkdir(exist_ok=True, mode=0o700)
        (self.state / "secret").write_bytes(b"the same in every play, so that tokens are the same")
        (self.state / "secret").chmod(0o600)
        self.ground = (DatabaseGround if self.in_database else Ground)(self.state)
        with (self.folder / "config.toml").open("a") as configuration:
            configuration.write(self.ground.configured)
        (self.folder / "tmp").mkdir(exist_ok=True)
        (self.folder / "mark").touch()
        return self

    def __exit__(self, *_: object) -> None:
        if self.life is not None:
            self.life.kill("the end")
            self.bury()
        self.town.__exit__()
        self.ground.close()
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.state)], check=False)

    @property
    def sink(self) -> Sink:
        """The relay."""
        assert isinstance(self.town.smtp, Sink)
        return self.town.smtp

    def post(self, raw: bytes) -> None:
        """Deliver a mail into the watched mailbox."""
        self.posted.append(raw)
        try:
            self.town.post(raw)
        except ConnectionRefusedError as error:
            raise Stuck(f"Dovecot takes no mail, somebody ended it: {self.town.dovecot.log()[-1000:]}") from error

    # -- lives ---------------------------------------------------------------------------------------------------------

    def start(self, point: str = "", passages: int = 0) -> Life:
        """Begin a life of the daemon that dies at this point, if it ever comes there."""
        if not self.ground.seen_free():
            raise Stuck("the lock of the books outlives the daemon")
        self._readied_before = self.readied()
        in_the_victim = point if point not in RELAY else ""
        self.life = self.run(("run",), in_the_victim, passages)
        if point in RELAY:
            life = self.life
            self.sink.lay_fuse(point, passages, life.pid, lambda where: setattr(life, "died_at", where))
        return self.life

    def run(self, words: tuple[str, ...], point: str = "", passages: int = 0) -> Life:
        """Begin `relance WORDS`."""
        pid = self.zygote.fork(
            {
                "arguments": [*words, "--config", str(self.folder / "config.toml")],
                "log": str(self.folder / "daemon.log"),
                "clock": str(self.folder / "clock"),
                "temporary": str(self.folder / "tmp"),
                "mark": str(self.folder / "mark"),
                "point": point,
                "passages": passages,
            }
        )
        return Life(pid, os.pidfd_open(pid))

    def bury(self, life: Life | None = None) -> int:
        """The exit code of a life that is over."""
        life = life or self.life
        assert life is not None
        if life.code is None:
            life.ended(60.0)
            life.code = self.zygote.reap(life.pid)
            os.close(life.handle)
            life.died_at = life.died_at or self._mark_of(life.pid)
        if life is self.life:
            self.life = None
            self.sink.take_fuse_away()
        return life.code

    def stop(self) -> int:
        """End the daemon in peace; its exit code."""
        assert self.life is not None
        if not self.life.ended():
            signal.pidfd_send_signal(self.life.handle, signal.SIGTERM)
        if not self.life.ended(60.0):
            self.life.kill("did not stop")
            return self.bury()
        return self.bury()

    def settle(self) -> None:
        """End the daemon in peace; what its last round wrote while it was told to stop, an alarm for instance, leaves in its next life."""
        self.stop()
        for _ in range(_LIVES_TO_SETTLE):
            if self.at_rest():
                break
            self.start()
            self.rest()
            self.stop()

    def _mark_of(self, pid: int) -> str:
        lines = (self.folder / "mark").read_text().splitlines()
        return next((line.partition(" ")[2] for line in reversed(lines) if line.startswith(f"{pid} ")), "")

    def kill_after(self, seconds: float, life: Life, why: str) -> threading.Timer:
        """Kill it so many seconds from now."""
        timer = threading.Timer(seconds, life.kill, (why,))
        timer.daemon = True
        timer.start()
        return timer

    # -- looking -------------------------------------------------------------------------------------------------------

    def books(self) -> TinyStore:
        """The store, for looking."""
        return self.ground.books()

    def in_folders(self) -> dict[str, list[str]]:
        """The Message-IDs of what lies in each folder of the watched mailbox."""
        return {folder: [identity(raw) for raw in self.town.dovecot.mails(AGENCY, folder)] for folder in FOLDERS}

    def at_rest(self) -> bool:
        """Whether nothing is left to do at this moment but what a person must decide."""
        inbox = self.town.dovecot.maildir(AGENCY)
        if any(True for part in ("new", "cur") for _ in (inbox / part).iterdir()):
            return False
        if not self.ground.begun() or any(folder_of(self.state).glob("[!.]*")):
            return False
        now = self.clock.now() + timedelta(seconds=1)
        try:
            store = self.books()
        except AgentError:
            return False
        try:
            timer = store.next_timer()
            busy = timer is None or timer <= now or store.note(_OWED) is not None
            return not busy and not any(
                m.state is OutboxState.SENDING or m.not_before <= now
                for m in store.outbox([OutboxState.QUEUED, OutboxState.SENDING])
            )
        except AgentError:
            return False
        finally:
            store.close()

    def rest(self, seconds: float = PATIENCE, until: Callable[[], bool] = lambda: False) -> bool:
        """Wait until all is at rest, the life is over, or `until` says so; whether all is at rest."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.life is None or self.life.ended(0.1) or until():
                return False
            if self.at_rest() and self.at_rest():
                return True
        raise Stuck(f"no rest at {self.clock.now():%d %B %H:%M}: {self.trouble()}")

    def wait_until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until this is so, or the life is over; Stuck when neither comes."""
        end = time.monotonic() + PATIENCE
        while not (self.life is None or true() or self.life.ended(0.05)):
            if time.monotonic() > end:
                raise Stuck(f"never seen that the daemon {what} at {self.clock.now():%d %B %H:%M}: {self.trouble()}")

    def trouble(self) -> str:
        """What is left to do, for a message."""
        left = [f"{name}: {len(ids)}" for name, ids in self.in_folders().items() if name == "INBOX"]
        with suppress(AgentError):
            store = self.books()
            left += [
                f"{m.state.value} {m.kind} {m.not_before} {m.note}"
                for m in store.outbox([OutboxState.QUEUED, OutboxState.SENDING])
            ][:5]
            left.append(f"timer {store.next_timer()} owed {store.note(_OWED)}")
            store.close()
        return "; ".join(left)

    def decide(self) -> int:
        """What an operator does about mails in doubt: look what arrived, and say so; how many there were.

        He waits until the daemon is up: his command would write into the books himself, and keep the daemon from opening them.
        """
        self.wait_until(lambda: self.readied() > self._readied_before, "is ready")
        store = self.books()
        try:
            held = list(store.outbox([OutboxState.HELD]))
        finally:
            store.close()
        arrived = {identity(raw) for _, _, raw in self.sink.mails}
        for mail in held:
            self.command("outbox", "arrived" if mail.message_id in arrived else "resend", mail.id)
        return len(held)

    def command(self, *words: str) -> tuple[int, str]:
        """Exit code and output of `relance WORDS`, beside the daemon."""
        told = StringIO()
        with redirect_stdout(told), redirect_stderr(told):
            code = cli.main([*words, "--config", str(self.folder / "config.toml")])
        return int(code), told.getvalue()

    def readied(self) -> int:
        """How often the daemon said that it is ready."""
        return self.log().count('"what": "ready"')

    def log(self) -> str:
        """What the daemon wrote."""
        path = self.folder / "daemon.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def moment(self) -> datetime:
        """The moment of the play."""
        return self.clock.now()
