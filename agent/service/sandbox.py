"""Runs a pure function over foreign bytes in a child process that can be killed and can do no harm.

Bytes go in, a value comes out. A document of three kilobytes can keep a PDF reader busy for ever or make it eat all memory; in
the child it meets a limit of time and memory, and finds neither network nor files (see jail.py).
"""

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from agent.errors import TemporaryError
from agent.service.answers import opened
from agent.service.nursery import LENGTH, NUMBER

T = TypeVar("T")

_START_TIMEOUT = 120.0
_MAX_ANSWER = 256 << 20
PRELOAD = (
    "pdfplumber",
    "pypdfium2",
    "lxml.etree",
    "agent.parsers.invoices",
    "agent.parsers.enclosures",
    "agent.parsers.statements",
    "agent.intake.extract",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: seconds of wall clock and of processor, bytes of address space; documents per child.

    `programs` lets the child run programs of the system, as OCR needs it; they live under the same measures and limits.
    """

    wall: float = 30.0
    processor: int = 20
    memory: int = 1 << 30
    documents: int = 200
    programs: bool = False


class Problem(StrEnum):
    """Why there is no value."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    ERROR = "error"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """What the function returned."""

    value: T


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it returned nothing; `detail` is for the log and names no content beyond an exception's own words."""

    problem: Problem
    detail: str = ""


class _Died(Exception):
    """The child hung up while it worked on the request."""


class _Gone(Exception):
    """The child had hung up before it had read the request."""


class Sandbox:
    """Keeps a warm child for the next document, replaces it when it fails or has served long enough."""

    def __init__(self, limits: Limits = Limits(), preload: tuple[str, ...] = PRELOAD) -> None:
        self.limits = limits
        self._preload = preload
        self._lock = threading.Lock()
        self._nursery: _Nursery | None = None
        self._child: _Child | None = None

    def run(self, function: Callable[..., T], *args: object) -> Result[T] | Failure:
        """The value of `function(*args)`, or why there is none, after at most the wall limit.

        The function is named by its module, the arguments and the value are pickled; a value may consist of plain types,
        dates, decimals and classes of the pure rooms only. TemporaryError when no child can be started at all.
        """
        payload = pickle.dumps((function, args), protocol=5)
        with self._lock:
            try:
                return self._exchange(payload)
            finally:
                if self._child and self._child.served >= self.limits.documents:
                    self._drop()

    def warm(self) -> None:
        """Start the child now, so that the first document need not wait for the parsers to load."""
        with self._lock:
            self._ready()

    def close(self) -> None:
        """End the child and the process it came from."""
        with self._lock:
            self._drop()
            if self._nursery:
                self._nursery.close()
            self._nursery = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _exchange(self, payload: bytes) -> Result[T] | Failure:
        """One request and its answer. A child that died while it was idle is replaced once."""
        for last in (False, True):
            child = self._ready()
            try:
                answer = child.ask(payload, time.monotonic() + self.limits.wall)
            except TimeoutError:
                self._drop()
                return Failure(Problem.TIMEOUT, f"no answer within {self.limits.wall:g} s")
            except (_Died, _Gone) as death:
                failure = _obituary(self._drop())
                if last or isinstance(death, _Died):
                    return failure
            else:
                return self._read(answer)
        raise AssertionError

    def _read(self, answer: bytes) -> Result[T] | Failure:
        """The answer as a value. What a child says is as little trusted as the document it read."""
        try:
            outcome, value = opened(answer)
        except Exception as error:  # noqa: BLE001 - a forged answer may raise whatever it likes
            self._drop()
            return Failure(Problem.FORBIDDEN, f"{type(error).__name__}: {str(error)[:200]}")
        if outcome == "done":
            return Result(value)
        if outcome == "memory":
            self._drop()
            return Failure(Problem.MEMORY, str(value))
        return Failure(Problem.ERROR, str(value))

    def _ready(self) -> "_Child":
        if self._child is None:
            if self._nursery is None or not self._nursery.alive():
                self._nursery = _Nursery(self.limits, self._preload)
            self._child = self._nursery.child()
        return self._child

    def _drop(self) -> int:
        """The exit status of the child that is given up; 0 when there is none."""
        child, self._child = self._child, None
        if child is None or self._nursery is None:
            return 0
        child.close()
        return self._nursery.reap(child.pid)


class _Nursery:
    """The process that forks the children, seen from the daemon."""

    def __init__(self, limits: Limits, preload: tuple[str, ...]) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(_START_TIMEOUT)
        terms = (str(limits.memory), str(limits.processor), "programs" if limits.programs else "none")
        command = [sys.executable, "-P", "-m", "agent.service.nursery", str(theirs.fileno()), *terms, ",".join(preload)]
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                    command,
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env=_environment(),
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise TemporaryError(f"sandbox: cannot start: {error.strerror}") from error
        self._socket = ours

    def alive(self) -> bool:
        return self._process.poll() is None

    def child(self) -> "_Child":
        """A new child, ready for its first document; TemporaryError when there is none to be had."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._socket, [b"F"], [theirs.fileno()])
            return _Child(self._number(), ours)
        except OSError as error:
            ours.close()
            self.close()
            raise TemporaryError(f"sandbox: no child: {error}") from error

    def reap(self, pid: int) -> int:
        """The wait status of a child, killed when it still runs."""
        try:
            self._socket.sendall(b"R" + NUMBER.pack(pid))
            return self._number()
        except OSError:
            self.close()
            return 0

    def close(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _number(self) -> int:
        answer = self._socket.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(answer) != NUMBER.size:
            raise ConnectionResetError("the nursery is gone")
        return int(NUMBER.unpack(answer)[0])


class _Child:
    """One child, seen from the daemon."""

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid = pid
        self.served = 0
        self._channel = channel

    def ask(self, payload: bytes, deadline: float) -> bytes:
        """The answer; TimeoutError at the deadline, _Died or _Gone when the child hangs up."""
        self.served += 1
        try:
            self._patience(deadline)
            self._channel.sendall(LENGTH.pack(len(payload)) + payload)
            (size,) = LENGTH.unpack(self._exactly(LENGTH.size, deadline))
            if size > _MAX_ANSWER:
                raise _Died
            return self._exactly(size, deadline)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise _Gone from error  # it left a request unread, or there was nobody to take it

    def close(self) -> None:
        self._channel.close()

    def _exactly(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            self._patience(deadline)
            part = self._channel.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise _Died
            parts += part
        return bytes(parts)

    def _patience(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)


def _obituary(status: int) -> Failure:
    """What killed the child, from its wait status: the processor limit, the memory limit or killer, or a defect."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU:
        return Failure(Problem.TIMEOUT, "processor time used up")
    if number == signal.SIGKILL:
        return Failure(Problem.MEMORY, "killed by the machine for its memory")
    name = signal.Signals(number).name if number else f"exit {os.waitstatus_to_exitcode(status)}"
    return Failure(Problem.CRASHED, name)


def _environment() -> dict[str, str]:
    """The little that the children need to know: nothing of credentials or notification sockets."""
    root = str(Path(__file__).resolve().parents[2])
    here = ""
    with contextlib.suppress(OSError):
        here = str(Path.cwd())
    paths = [root, *(entry for entry in sys.path if entry and (entry == root or entry != here))]
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
