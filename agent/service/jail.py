"""Gives up rights for the rest of a process's life: no network, no new programs, no files but the interpreter's own.

Resource limits always hold; Landlock (Linux 5.13) and seccomp (x86-64 and AArch64) are added where the kernel has them.
"""

import contextlib
import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable

from agent.service import seccomp

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SIGKILL = 9
_libc = ctypes.CDLL(None, use_errno=True)
_in_force: list[str] = []


def confine(memory: int, readable: Iterable[str] | None = None, *, programs: bool = False) -> tuple[str, ...]:
    """The measures that took hold: "limits" always, "landlock" and "seccomp" where the kernel has them.

    Args:
        memory: address space in bytes.
        readable: folders and files that stay readable; None for what the interpreter and its packages need.
        programs: whether programs of these folders may be run, as OCR needs it; they live under the same measures.
    """
    _limit(memory)
    _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _in_force.append("limits")
    if _landlock(interpreter_paths() if readable is None else readable, _EXECUTE if programs else 0):
        _in_force.append("landlock")
    if _seccomp(programs):
        _in_force.append("seccomp")
    return in_force()


def keep_to_itself() -> None:
    """From now on no core is dumped, and no other process of the same user reads this one's memory or environment (prctl(2))."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def in_force() -> tuple[str, ...]:
    """The measures under which this process lives; `Sandbox().run(in_force)` tells of the parsing child."""
    return tuple(_in_force)


def allow_processor_time(seconds: int) -> None:
    """Let the process use this many more seconds of processor time before SIGXCPU ends it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def interpreter_paths() -> tuple[str, ...]:
    """What Python needs to import a module late: its own folders, the packages', the time zones and the harmless devices."""
    system = (
        "/usr",
        "/lib",
        "/lib64",
        "/etc/localtime",
        "/etc/ld.so.cache",
        "/dev/null",
        "/dev/urandom",
        "/dev/random",
    )
    return tuple(dict.fromkeys((*(entry for entry in sys.path if entry), sys.prefix, sys.base_prefix, *system)))


def _limit(memory: int) -> None:
    """No more memory than this, no file written, no core dumped, few descriptors."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


# landlock(7): the system calls have the same numbers on every architecture
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_PATH_BENEATH = 1
# rights over files known to each version of the interface: 13 in the first, then REFER, TRUNCATE, IOCTL_DEV
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NO_TCP, _NO_FOREIGN_SIGNALS_OR_SOCKETS = 0b11, 0b11


def _landlock(readable: Iterable[str], execute: int) -> bool:
    """Whether the process now reads (and runs) nothing but these paths and writes nothing at all."""
    version = _libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    fields = [rights, *([_NO_TCP] if version >= 4 else []), *([_NO_FOREIGN_SIGNALS_OR_SOCKETS] if version >= 6 else [])]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    for path in readable:
        with contextlib.suppress(OSError):
            _allow_reading(ruleset, path, execute)
    held = bool(_libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return held


def _allow_reading(ruleset: int, path: str, execute: int) -> None:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | _READ_DIR | execute if os.path.isdir(path) else _READ_FILE  # noqa: PTH112 - a plain string is at hand
        _libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    finally:
        os.close(handle)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _seccomp(programs: bool) -> bool:
    """Whether the kernel now refuses these system calls to this process, and to all it starts, with EPERM."""
    code = seccomp.program(platform.machine(), os.getpid(), programs=programs) if sys.byteorder == "little" else b""
    if not code:
        return False
    return bool(_libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(_Program(len(code) // 8, code)), 0, 0) == 0)
