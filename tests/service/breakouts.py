"""What a parser that its document has taken over would try: each act gives the name of the error that it met, or "done"."""

import ctypes
import errno
import mmap
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from agent.service import jail, seccomp

_libc = ctypes.CDLL(None, use_errno=True)
_CALLS = seccomp._numbers(
    seccomp._AUDIT[os.uname().machine][0] if os.uname().machine in seccomp._AUDIT else 0,
    *(seccomp._NETWORK, seccomp._PROCESSES, seccomp._NAMES_OF_FILES, seccomp._SHARED, seccomp._KERNEL),
    *(seccomp._PROGRAMS, seccomp._LOOKED_INTO, seccomp._MISSING),
)


def called(name: str, *arguments: object) -> None:
    """Make a system call past the C library; OSError when it is refused."""
    ctypes.set_errno(0)
    if _libc.syscall(_CALLS[name], *arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def _mapped(path: str) -> None:
    with open(os.open(path, os.O_RDWR), "r+b") as file, mmap.mmap(file.fileno(), 0) as content:
        content[:1] = b"!"


def _limited(pid: int) -> None:
    called("prlimit64", pid, 0, ctypes.byref((ctypes.c_uint64 * 2)(1, 1)), None)


def _connected(family: int, kind: int, address: object) -> None:
    socket.socket(family, kind).connect(address)


READING: dict[str, Callable[[str], object]] = {
    "a file": lambda path: Path(path).read_bytes(),
    "the accounts of the system": lambda _: Path("/etc/passwd").read_bytes(),
    "the folder of the books": lambda path: os.listdir(Path(path).parent),
    "the parent's environment": lambda _: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "the parent's memory": lambda _: os.open(f"/proc/{os.getppid()}/mem", os.O_RDONLY),
    "its own environment": lambda _: Path("/proc/self/environ").read_bytes(),
    "the secrets of the services": lambda _: os.listdir("/run"),
}
WRITING: dict[str, Callable[[str], object]] = {
    "a new file": lambda path: os.open(f"{path}.new", os.O_CREAT | os.O_WRONLY),
    "an old file": lambda path: os.write(os.open(path, os.O_WRONLY), b"!"),
    "an old file by mapping it": _mapped,
    "a file without a name": lambda path: os.open(Path(path).parent, os.O_TMPFILE | os.O_RDWR),
    "nothing into an old file": lambda path: os.truncate(path, 0),
    "nothing by opening it": lambda path: os.open(path, os.O_RDONLY | os.O_TRUNC),
    "its mode": lambda path: os.chmod(path, 0o666),
    "its owner": lambda path: os.chown(path, os.getuid(), -1),
    "its name": lambda path: os.rename(path, f"{path}.away"),
    "its end": os.unlink,
    "its age": lambda path: os.utime(path, (0, 0)),
    "its notes": lambda path: os.setxattr(path, "user.x", b"x"),
    "a second name": lambda path: os.link(path, f"{path}.too"),
    "a link": lambda path: os.symlink(path, f"{path}.link"),
    "a folder": lambda path: os.mkdir(f"{path}.d"),
    "a pipe": lambda path: os.mkfifo(f"{path}.p"),
}
TALKING: dict[str, Callable[[str], object]] = {
    "inet": lambda _: _connected(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 25)),
    "inet6": lambda _: _connected(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 25)),
    "names": lambda _: _connected(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
    "unix": lambda _: _connected(socket.AF_UNIX, socket.SOCK_STREAM, "/run/systemd/private"),
    "abstract": lambda _: _connected(socket.AF_UNIX, socket.SOCK_STREAM, "\0bus"),
    "netlink": lambda _: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "packets": lambda _: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    "a pair": lambda _: socket.socketpair(),
    "shared memory": lambda _: called("shmget", 1, 4096, 0o1666),
    "messages": lambda _: called("msgget", 1, 0o1666),
    "locks": lambda _: called("semget", 1, 1, 0o1666),
}
REACHING: dict[str, Callable[[str], object]] = {
    "kill": lambda _: os.kill(os.getppid(), 0),
    "kill all": lambda _: os.kill(-1, 0),
    "kill the group": lambda _: os.killpg(os.getppid(), 0),
    "tkill": lambda _: called("tkill", os.getppid(), 0),
    "tgkill": lambda _: called("tgkill", os.getppid(), os.getppid(), 0),
    "a queued signal": lambda _: called("rt_sigqueueinfo", os.getppid(), 0, ctypes.create_string_buffer(128)),
    "pidfd": lambda _: os.pidfd_open(os.getppid()),
    "ptrace": lambda _: called("ptrace", 16, os.getppid(), 0, 0),
    "seize": lambda _: called("ptrace", 0x4206, os.getppid(), 0, 0),
    "read its memory": lambda _: called("process_vm_readv", os.getppid(), None, 0, None, 0, 0),
    "its limits": lambda _: _limited(os.getppid()),
    "its rank": lambda _: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
    "its processors": lambda _: os.sched_setaffinity(os.getppid(), {0}),
    "another group": lambda _: os.setpgid(0, 0),
    "another session": lambda _: os.setsid(),
}
KERNEL: dict[str, Callable[[str], object]] = {
    "io_uring": lambda _: called("io_uring_setup", 8, ctypes.create_string_buffer(120)),
    "bpf": lambda _: called("bpf", 0, ctypes.create_string_buffer(128), 128),
    "userfaultfd": lambda _: called("userfaultfd", 0),
    "perf": lambda _: called("perf_event_open", ctypes.create_string_buffer(128), 0, -1, -1, 0),
    "keys": lambda _: called("keyctl", 0, -3, 1),
    "name space": lambda _: called("unshare", 0x10000000),
    "mount": lambda _: called("mount", b"none", b"/tmp", b"tmpfs", 0, None),
    "the new mounts": lambda _: called("fsopen", b"tmpfs", 0),
    "chroot": lambda _: os.chroot("/"),
    "handles": lambda _: called("open_by_handle_at", -100, ctypes.create_string_buffer(128), 0),
    "openat2": lambda _: called("openat2", -100, b"/dev/null", (ctypes.c_uint64 * 3)(2, 0, 0), 24),
}
STARTING: dict[str, Callable[[str], object]] = {
    "fork": lambda _: os.fork() or os._exit(0),
    "clone": lambda _: called("clone", 17, 0, 0, 0, 0) or os._exit(0),
    "clone3": lambda _: called("clone3", (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17), 88) or os._exit(0),
    "execute": lambda _: os.execv("/bin/true", ["true"]),
    "spawn": lambda _: os.posix_spawn("/bin/true", ["true"], {}),
}
ACTS = {
    **{("reading", name): act for name, act in READING.items()},
    **{("writing", name): act for name, act in WRITING.items()},
    **{("talking", name): act for name, act in TALKING.items()},
    **{("reaching", name): act for name, act in REACHING.items()},
    **{("kernel", name): act for name, act in KERNEL.items()},
    **{("starting", name): act for name, act in STARTING.items()},
}


def attempts(kinds: tuple[str, ...], path: str) -> dict[tuple[str, str], str]:
    """What came of every act of these kinds, `path` being a file that the service owns."""
    return {key: attempt(act, path) for key, act in ACTS.items() if key[0] in kinds}


def attempt(act: Callable[[str], object], path: str) -> str:
    """ "done", or the name of the error by errno(3)."""
    try:
        act(path)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


def behind_seccomp_alone(path: str, *, programs: bool) -> dict[tuple[str, str], str]:
    """The acts in a child of this process that lives without Landlock, as on an older kernel."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        jail._limit(1 << 31)
        _libc.prctl(38, 1, 0, 0, 0)
        held = jail._seccomp(programs)
        kinds = ("writing", "talking", "reaching", "kernel", *(() if programs else ("starting",)))
        os.write(writer, repr(attempts(kinds, path) if held else {}).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    found: dict[tuple[str, str], str] = eval(told)
    return found


def open_everything() -> str:
    """How it ends when all descriptors are asked for."""
    kept = []
    try:
        while len(kept) < 10_000:
            kept.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        return f"{errno.errorcode[error.errno or 0]} after {len(kept)}"
    finally:
        for descriptor in kept:
            os.close(descriptor)
    return "done"


def crowd() -> str:
    """How it ends when threads are started without end."""
    wait = threading.Event()
    started = []
    try:
        while len(started) < 20_000:
            thread = threading.Thread(target=wait.wait, daemon=True)
            thread.start()
            started.append(thread)
    except (RuntimeError, MemoryError) as error:
        return type(error).__name__
    finally:
        wait.set()
        for thread in started:
            thread.join()
    return "done"
