"""The process from which parsing children are forked: it has the parsers loaded, and nothing of the daemon's secrets.

It speaks with the daemon over one socket: `F` with a descriptor forks a child that serves requests on it and answers with the
process id; `R` with a process id kills that child and answers with its exit status. When the daemon goes away, it goes too.
"""

import contextlib
import gc
import importlib
import logging
import os
import pickle
import signal
import socket
import struct
import sys
import traceback
from typing import NamedTuple, NoReturn

from agent.service.jail import allow_processor_time, confine

NUMBER = struct.Struct("=i")
LENGTH = struct.Struct("=Q")


class Terms(NamedTuple):
    """What a child lives under: bytes of memory, seconds of processor time a document, whether programs may be run."""

    memory: int
    processor: int
    programs: bool


def main(control: int, terms: Terms, modules: str) -> None:
    """Load the modules, then fork and reap children until the daemon closes the socket."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for name in filter(None, modules.split(",")):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is loaded now is never collected, so the children share its pages
    with socket.socket(fileno=control) as sock:
        while True:
            request, handles, _, _ = socket.recv_fds(sock, 1 + NUMBER.size, 1)
            if not request:
                return
            if handles:
                sock.sendall(NUMBER.pack(_fork(sock, handles[0], terms)))
            else:
                sock.sendall(NUMBER.pack(_reap(NUMBER.unpack(request[1:])[0])))


def _fork(sock: socket.socket, handle: int, terms: Terms) -> int:
    """The process id of a new child that serves on `handle`."""
    pid = os.fork()
    if pid:
        os.close(handle)
        return pid
    try:
        sock.detach()
        _serve(handle, terms)
    finally:
        os._exit(70)


def _reap(pid: int) -> int:
    """The wait status of this child, killed first with all it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    try:
        return os.waitpid(pid, 0)[1]
    except ChildProcessError:
        return 0


def _serve(handle: int, terms: Terms) -> NoReturn:
    """In the child: give up all rights, then answer requests until the daemon hangs up."""
    os.setsid()
    channel = _lonely(handle)
    logging.disable(logging.CRITICAL)
    confine(terms.memory, programs=terms.programs)
    sys.setrecursionlimit(3000)
    with os.fdopen(channel, "rb", buffering=0) as requests:
        while head := _exactly(requests.fileno(), LENGTH.size):
            payload = _exactly(requests.fileno(), LENGTH.unpack(head)[0])
            allow_processor_time(terms.processor)
            answer = _answer(payload)
            _write(requests.fileno(), LENGTH.pack(len(answer)) + answer)
            del payload, answer
            gc.collect()
    os._exit(0)


def _lonely(handle: int) -> int:
    """The channel as descriptor 3, with every other descriptor closed and the standard ones leading nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    channel = os.dup2(handle, 3) if handle != 3 else 3
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(4, 65_536)
    return channel


def _answer(payload: bytes) -> bytes:
    """The pickled pair of outcome and value (or detail) of one request."""
    try:
        function, arguments = pickle.loads(payload)  # noqa: S301 - it comes from the daemon itself
        return pickle.dumps(("done", function(*arguments)), protocol=5)
    except MemoryError:
        return pickle.dumps(("memory", "out of memory"))
    except Exception as error:  # noqa: BLE001 - a defect of a parser must not end the child without a word
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
        return pickle.dumps(("error", f"{type(error).__name__}: {str(error)[:300]} in {where}"))


def _exactly(handle: int, size: int) -> bytes:
    """Exactly `size` bytes; b"" when the other side hung up."""
    parts = bytearray()
    while len(parts) < size:
        part = os.read(handle, min(size - len(parts), 1 << 20))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def _write(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


if __name__ == "__main__":
    main(int(sys.argv[1]), Terms(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "programs"), sys.argv[5])
