"""The servers, the workers and what lies between them: Dovecot with three mailboxes, a relay and a way to the database for each worker."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session
from imapclient import IMAPClient

from agent.cli import Exit
from agent.errors import AgentError
from agent.mail.outgoing import OutboxState
from agent.outbox.copies import owed_by
from agent.ports import Box
from agent.store.tinydb_store import TinyStore
from benchmarks.load_world import configured
from tests.servers import Dovecot, Smtp
from tests.servers.doors import DOORS
from tests.servers.smtp import PASSWORD, USER
from tests.torture.clock import Clock
from tests.torture.world import FOLDERS, Life, Stuck, Zygote, identity
from tests.workers.crowd import MAILBOXES, Crowd, Posted
from tests.workers.links import Link, Network
from tests.workers.pair import Pair

# Seconds without any progress after which a walk is given up.
PATIENCE = 240.0
# Workers that end by themselves are started again so often.
_MOST_ENDS = 20
# What a line of the log says of a mail that another worker, or an earlier life, had handled already.
_DONE_BEFORE = ("seen before", "done before")
_MAILBOX = (
    """\
[[mailboxes]]
name = "{name}"
address = "{address}"
"""
    + DOORS
)
_STORE = """\
[store]
address = "{address}"
shared = true
lease_seconds = {lease}
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that a relay took: after which scene began, from which worker, in which order."""

    scene: int
    worker: int
    recipients: tuple[str, ...]
    message_id: str
    raw: bytes = field(repr=False)


class Relay(Smtp):
    """One worker's way out: what it takes is kept with that of the others. It breaks one connection each time it is told to."""

    def __init__(self, worker: int, world: World, cert: tuple[Path, Path]) -> None:
        super().__init__(None, cert, "starttls", login=True)
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns at every login of what it does itself
        self._worker, self._world = worker, world

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail, or break the connection before or after that."""
        answer = await super().handle_DATA(server, session, envelope)
        self.faults.cut_before = self.faults.cut_after = False
        return answer

    def _hand_on(self, envelope: Envelope) -> None:
        raw = bytes(envelope.content or b"")
        self._world.take(Taken(self._world.scene, self._worker, tuple(envelope.rcpt_tos), identity(raw), raw))


@dataclass(slots=True)
class Worker:
    """One of the workers: its folder, its ways, and the process that it is now. `away` says what a fault did to it, "" nothing; `lives`
    counts those that were ready for work before this one.
    """

    number: int
    folder: Path
    links: list[Link]
    relay: Relay
    life: Life | None = None
    away: str = ""
    lives: int = 0

    def log(self) -> str:
        """What it wrote, in all its lives."""
        path = self.folder / "daemon.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def readied(self) -> int:
        """How often it said that it is ready."""
        return self.log().count('"event": "ready"')

    def handled(self) -> Iterator[tuple[str, str]]:
        """The keys of the mails that it handled, each after the moment; those left out that were handled before."""
        for line in self.log().splitlines():
            with suppress(ValueError):
                told = json.loads(line)
                if told.get("event") == "mail" and told.get("because") not in _DONE_BEFORE:
                    yield told["at"], told["key"]


class World:
    """A walk's servers and workers. Use as a context manager.

    Args:
        workers: how many share the work.
        lease: seconds for which a worker that is not heard of keeps what it claimed.
        standby: whether the database has one, which `fail_over` needs.
    """

    def __init__(
        self, crowd: Crowd, zygote: Zygote, *, workers: int, lease: int = 4, standby: bool = False, keep: bool = False
    ) -> None:
        self.crowd, self.zygote, self.lease = crowd, zygote, lease
        self.scene = 0
        self.workers: list[Worker] = []
        self.taken: list[Taken] = []
        self.ended: list[str] = []
        self.posted: list[Posted] = []
        self._postmen: dict[str, IMAPClient] = {}
        self._count, self._standby, self._keep = workers, standby, keep
        self._received: dict[str, list[bytes]] = {}
        self._guard = threading.Lock()
        self._stack = ExitStack()
        self._store: TinyStore | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.folder = stack.enter_context(_in_memory(keep=self._keep))
            self.clock = Clock(self.folder / "clock")
            self.dovecot = stack.enter_context(Dovecot(*(address for address, _ in MAILBOXES.values())))
            self.network = stack.enter_context(Network())
            self.pair = stack.enter_context(Pair(standby=self._standby))
            for number in range(1, self._count + 1):
                self.workers.append(self._engaged(number, stack))
            stack.callback(self.end)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _engaged(self, number: int, stack: ExitStack) -> Worker:
        folder = self.folder / f"worker{number}"
        (folder / "secrets").mkdir(parents=True)
        (folder / "tmp").mkdir()
        (folder / "state").mkdir(mode=0o700)
        for path, word in (
            ("secrets/imap", self.dovecot.password.encode()),
            ("secrets/smtp", PASSWORD.encode()),
            ("state/secret", b"the same for every worker, so that each knows the tokens of all"),
        ):
            (folder / path).write_bytes(word)
            (folder / path).chmod(0o600)
        links = [self.network.link(socket) for socket in self.pair.sockets]
        relay = stack.enter_context(Relay(number, self, (self.dovecot.cert, self.dovecot.key)))
        worker = Worker(number, folder, links, relay)
        self._configure(worker)
        return worker

    def _configure(self, worker: Worker) -> None:
        ways = {"imaps": self.dovecot.imaps, "smtp": worker.relay.port, "cert": self.dovecot.cert, "user": USER}
        tables = [_MAILBOX.format(name=name, address=address, **ways) for name, (address, _) in MAILBOXES.items()]
        hosts = ",".join(f"127.0.0.1:{link.port}" for link in worker.links)
        address = f"postgresql://relance@{hosts}/postgres?target_session_attrs=read-write"
        tables.append(_STORE.format(address=address, lease=self.lease))
        configured(worker.folder, len(self.crowd.houses), "\n".join(tables))
        for n, house in enumerate(self.crowd.houses):
            path = worker.folder / "creditors" / f"c{n}.toml"
            path.write_text(path.read_text() + f'mailbox = "{house.mailbox}"\n')

    # -- mail ----------------------------------------------------------------------------------------------------------

    def post(self, mail: Posted) -> None:
        """Put a mail into its mailbox, behind all that lie there.

        Appended, it has its number before the next one comes. Dovecot numbers what it is delivered (LMTP) later, now and then out of order.
        """
        self.posted.append(replace(mail, scene=self.scene))
        address = MAILBOXES[mail.mailbox][0]
        if address not in self._postmen:
            postman = self._postmen[address] = IMAPClient("127.0.0.1", self.dovecot.imap, ssl=False)
            self._stack.callback(postman.shutdown)
            postman.login(address, self.dovecot.password)
        self._postmen[address].append("INBOX", mail.raw)

    def take(self, mail: Taken) -> None:
        """Keep what a relay took."""
        with self._guard:
            self.taken.append(mail)
            for address in mail.recipients:
                self._received.setdefault(address, []).append(mail.raw)

    def received(self, address: str) -> Sequence[bytes]:
        """What reached this address, oldest first."""
        return tuple(self._received.get(address, ()))

    # -- workers -------------------------------------------------------------------------------------------------------

    def start(self, worker: Worker) -> None:
        """Begin a life of this worker."""
        told = {
            "arguments": ["run", "--config", str(worker.folder / "config.toml")],
            "log": str(worker.folder / "daemon.log"),
            "clock": str(self.folder / "clock"),
            "temporary": str(worker.folder / "tmp"),
            "mark": "",
            "point": "",
            "passages": 0,
        }
        worker.lives = worker.readied()
        pid = self.zygote.fork(told)
        worker.life = Life(pid, os.pidfd_open(pid))
        worker.away = ""

    def bury(self, worker: Worker) -> int:
        """The exit code of this worker's life, which is over."""
        life = worker.life
        assert life is not None
        life.ended(60.0)
        worker.life, code = None, self.zygote.reap(life.pid)
        os.close(life.handle)
        return code

    def kill(self, worker: Worker) -> None:
        """End this worker's life by SIGKILL."""
        assert worker.life is not None
        worker.life.kill("killed")
        self.bury(worker)

    def signal(self, worker: Worker, number: signal.Signals) -> None:
        """Send it a signal."""
        assert worker.life is not None
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(worker.life.handle, number)

    def see_to_the_workers(self) -> None:
        """Start those again that ended by themselves; that they did is told, but of one that found no database when it began."""
        for worker in self.workers:
            if worker.life is not None and worker.life.ended():
                code = self.bury(worker)
                if code == Exit.TRY_LATER and worker.readied() == worker.lives:
                    self.start(worker)
                    continue
                last = worker.log().splitlines()[-1:]
                self.ended.append(f"worker {worker.number} ended by itself with {code}: {last}")
                if len(self.ended) > _MOST_ENDS:
                    raise Stuck("; ".join(self.ended))
                self.start(worker)

    def stop(self) -> None:
        """Let all workers end in peace."""
        for worker in self.workers:
            if worker.life is not None:
                self.signal(worker, signal.SIGTERM)
        for worker in self.workers:
            if worker.life is not None:
                if not worker.life.ended(60.0):
                    worker.life.kill("did not stop")
                    self.ended.append(f"worker {worker.number} did not stop")
                if code := self.bury(worker):
                    self.ended.append(f"worker {worker.number} stopped with {code}")

    def end(self) -> None:
        """Kill whoever lives still."""
        if self._store is not None:
            self._store.close()
        for worker in self.workers:
            if worker.life is not None:
                self.kill(worker)

    def fail_over(self) -> None:
        """The primary's machine dies and the standby takes over; a new standby comes in its place."""
        if self._store is not None:
            self._store.close()
            self._store = None
        self.pair.fail_over()
        for worker in self.workers:
            # the machine that took over stays where it was
            targets = self.pair.sockets
            gone = next(n for n, link in enumerate(worker.links) if link.target not in targets)
            worker.links[gone].target = next(t for t in targets if t not in {link.target for link in worker.links})

    # -- looking -------------------------------------------------------------------------------------------------------

    def books(self) -> TinyStore:
        """The store, for looking."""
        if self._store is None:
            self._store = TinyStore.open(self.pair.primary.address, read_only=True)
        return self._store

    def handled(self) -> int:
        """How many mails the books have; -1 while they cannot be asked."""
        try:
            store = self.books()
            return sum(store.count(box) for box in Box)
        except AgentError:
            return -1

    def shares(self) -> dict[int, int]:
        """How many mails each worker handled; one that had to be handled again counts for the last who did."""
        lines = sorted((at, key, worker.number) for worker in self.workers for at, key in worker.handled())
        last = Counter({key: number for _, key, number in lines}.values())
        return {worker.number: last[worker.number] for worker in self.workers}

    def waiting(self) -> Counter[str]:
        """How many mails lie in each inbox."""
        return Counter({name: len(self._inbox(address)) for name, (address, _) in MAILBOXES.items()})

    def _inbox(self, address: str) -> list[str]:
        inbox = self.dovecot.maildir(address)
        return [entry for part in ("new", "cur") for entry in os.listdir(inbox / part)] if inbox.exists() else []

    def left(self) -> list[str]:
        """What is still to be done now but what a person must decide; empty at rest."""
        try:
            return [*self._left()]
        except AgentError as error:
            return [f"the books cannot be read: {error}"]

    def _left(self) -> list[str]:
        left = [f"{count} in {name}" for name, count in self.waiting().items() if count]
        if left:
            return left
        now = self.clock.now() + timedelta(seconds=1)
        store = self.books()
        timer = store.next_timer()
        left = ["no timers"] if timer is None else [f"timer {timer}"] if timer <= now else []
        left += [f"copies owed by {name}" for name in MAILBOXES if store.note(owed_by(name)) is not None]
        left += [f"{store.count(OutboxState.SENDING)} in sending"] if store.count(OutboxState.SENDING) else []
        left += [f"queued {mail.kind} {mail.channel} {mail.note}" for mail in store.queue(now)]
        return left

    def in_folders(self) -> dict[str, dict[str, list[str]]]:
        """The Message-IDs of what lies in each folder of each mailbox."""
        return {
            name: {folder: [identity(raw) for raw in self.dovecot.mails(address, folder)] for folder in FOLDERS}
            for name, (address, _) in MAILBOXES.items()
        }

    def in_sent(self) -> Counter[str]:
        """How often each Message-ID lies in a folder of sent mails."""
        return Counter(
            identity(raw) for address, _ in MAILBOXES.values() for raw in self.dovecot.mails(address, "Sent")
        )

    def stuck(self, why: Sequence[str]) -> Stuck:
        """What to raise when nothing goes on any more."""
        logs = "\n".join("\n".join(worker.log().splitlines()[-3:]) for worker in self.workers)
        return Stuck(f"no rest at {self.clock.now():%d %B %H:%M}: {'; '.join(why[:8])}\n{logs}")


class _in_memory:  # noqa: N801 - it is used as a function
    """A folder of one's own, in memory where there is room, in which all servers put theirs meanwhile. Use as a context manager."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep

    def __enter__(self) -> Path:
        place = "/dev/shm" if Path("/dev/shm").is_dir() else None
        self._folder = Path(tempfile.mkdtemp(prefix="workers-", dir=place))
        self._folder.chmod(0o755)  # the servers run as others
        self._before, tempfile.tempdir = tempfile.tempdir, str(self._folder)
        return self._folder

    def __exit__(self, *_: object) -> None:
        tempfile.tempdir = self._before
        if not self._keep:
            shutil.rmtree(self._folder, ignore_errors=True)
