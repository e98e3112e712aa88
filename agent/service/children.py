"""The parsing children and the process that forks them, as the daemon sees them (`nursery` is that process itself)."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from agent.errors import TemporaryError
from agent.service.nursery import LENGTH, NUMBER, Terms

_START_TIMEOUT = 120.0
_MAX_ANSWER = 256 << 20
# What the daemon itself and the process that forks take.
_BESIDES = 512 << 20
_GROUP, _GROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")


class Died(Exception):
    """The child hung up while it worked on the request."""


class Gone(Exception):
    """The child had hung up before it had read the request."""


class Nursery:
    """The process that forks the children. It answers one question at a time: whoever asks holds the sandbox's lock."""

    def __init__(self, terms: Terms, preload: tuple[str, ...]) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(_START_TIMEOUT)
        words = (str(terms.memory), str(terms.processor), "programs" if terms.programs else "none")
        command = [sys.executable, "-P", "-m", "agent.service.nursery", str(theirs.fileno()), *words, ",".join(preload)]
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
        """Whether it can fork more."""
        return self._process.poll() is None

    def child(self) -> Child:
        """A new child, ready for its first document; TemporaryError when there is none to be had."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._socket, [b"F"], [theirs.fileno()])
            return Child(self._number(), ours, self)
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
        """End it, and all its children with it."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _number(self) -> int:
        answer = self._socket.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(answer) != NUMBER.size:
            raise ConnectionResetError("the nursery is gone")
        return int(NUMBER.unpack(answer)[0])


class Child:
    """One child, and who forked it."""

    def __init__(self, pid: int, channel: socket.socket, nursery: Nursery) -> None:
        self.pid = pid
        self.nursery = nursery
        self.served = 0
        self._channel = channel

    def ask(self, payload: bytes, deadline: float) -> bytes:
        """The answer; TimeoutError at the deadline, Died or Gone when the child hangs up."""
        self.served += 1
        try:
            self._patience(deadline)
            self._channel.sendall(LENGTH.pack(len(payload)) + payload)
            (size,) = LENGTH.unpack(self._exactly(LENGTH.size, deadline))
            if size > _MAX_ANSWER:
                raise Died
            return self._exactly(size, deadline)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Gone from error  # it left a request unread, or there was nobody to take it

    def close(self) -> None:
        """Let go of the way to it."""
        self._channel.close()

    def _exactly(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            self._patience(deadline)
            part = self._channel.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise Died
            parts += part
        return bytes(parts)

    def _patience(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)


def at_once(memory: int) -> int:
    """How many children may read at the same time, each with so many bytes: two where there is a core and room for either, else one."""
    return 2 if len(os.sched_getaffinity(0)) > 1 and 2 * memory + _BESIDES <= _room() else 1


def _room() -> int:
    """The bytes of memory that the machine has, or that systemd lets the service have (memory.max of its control group, cgroups(7))."""
    room = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError, KeyError):  # another sort of control group, or no bound ("max")
        told = dict(line.split("::", 1) for line in _GROUP.read_text(encoding="ascii").splitlines() if "::" in line)
        room = min(room, int((_GROUPS / told["0"].strip("/") / "memory.max").read_text(encoding="ascii")))
    return room


def _environment() -> dict[str, str]:
    """The little that the children need to know: nothing of credentials or notification sockets."""
    root = str(Path(__file__).resolve().parents[2])
    here = ""
    with contextlib.suppress(OSError):
        here = str(Path.cwd())
    paths = [root, *(entry for entry in sys.path if entry and (entry == root or entry != here))]
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
