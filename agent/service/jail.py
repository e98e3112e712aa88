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
from typing import NamedTuple

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


# seccomp(2), numbers of asm/unistd.h: sockets, reaching into other processes, name spaces and mounts, keys, and kernel interfaces
# with a long history of holes, and leaving the session or group by which a child is killed with all it started; and what it takes
# to run a program.
_AUDIT_X86_64, _AUDIT_AARCH64 = 0xC000003E, 0xC00000B7


class _Machine(NamedTuple):
    """An architecture's own number, and the system calls that are refused on it."""

    audit: int
    clone: int
    always: tuple[int, ...]
    programs: tuple[int, ...]


_MACHINES = {
    "x86_64": _Machine(
        _AUDIT_X86_64,
        56,
        (
            *(41, 42, 43, 49, 50, 53, 62, 101, 165, 166, 175, 246, 248, 249, 250, 272, 288, 298, 304, 308, 310, 311),
            *(313, 321, 323, 424, 425, 434, 438, 109, 112),
        ),
        (57, 58, 59, 322),
    ),
    "aarch64": _Machine(
        _AUDIT_AARCH64,
        220,
        (
            *(198, 199, 200, 201, 202, 203, 242, 129, 117, 40, 39, 105, 104, 217, 218, 219, 97, 241, 265, 268, 270),
            *(271, 273, 280, 282, 424, 425, 434, 438, 154, 157),
        ),
        (221, 281),
    ),
}
_CLONE3 = 435
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _UNKNOWN_CALL, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _seccomp(programs: bool) -> bool:
    """Whether the kernel now refuses the listed system calls to this process, and to all it starts, with EPERM."""
    machine = _MACHINES.get(platform.machine())
    if machine is None or sys.byteorder != "little":
        return False
    code = _filter(machine, programs)
    return bool(_libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(_Program(len(code) // 8, code)), 0, 0) == 0)


def _filter(machine: _Machine, programs: bool) -> bytes:
    """The filter as classic BPF: struct sock_filter {u16 code; u8 if_true; u8 if_false; u32 value}.

    Without `programs`, clone may make threads but no processes; clone3, whose flags a filter cannot see, is reported as
    missing, so that the C library falls back on clone.
    """
    steps = [
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
    ]
    tail = [
        (_EQUAL, 0, 3, machine.clone),
        (_LOAD, 0, 0, 16),  # the low half of the first argument
        (_HAS_BITS, 1, 0, 0xFFFFFFFF if programs else _CLONE_THREAD),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _UNKNOWN_CALL),
    ]
    refused = machine.always if programs else machine.always + machine.programs
    checks = [(_AT_LEAST, _X32, 5), *((_EQUAL, number, 5) for number in refused), (_EQUAL, _CLONE3, 6)]
    for place, (kind, number, target) in enumerate(checks):
        steps.append((kind, len(checks) - place - 1 + target, 0, number))
    return b"".join(struct.pack("=HBBI", *step) for step in steps + tail)
