"""The system calls that a confined process is refused, as a filter for seccomp(2).

Numbers by asm/unistd.h of x86-64 and by asm-generic/unistd.h, which AArch64 has.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

# Each call with its numbers; "-" where the architecture has none of this name.
_NETWORK = """
socket 41 198 | socketpair 53 199 | connect 42 203 | bind 49 200 | listen 50 201 | accept 43 202 | accept4 288 242
"""
# Other processes of the same user: signals, memory, limits and ranks; leaving the group by which a child is killed with all it started.
_PROCESSES = """
kill 62 129 | tkill 200 130 | rt_sigqueueinfo 129 138 | rt_tgsigqueueinfo 297 240 | pidfd_open 434 434
pidfd_send_signal 424 424 | pidfd_getfd 438 438 | ptrace 101 117 | process_vm_readv 310 270
process_vm_writev 311 271 | process_madvise 440 440 | process_mrelease 448 448 | kcmp 312 272 | move_pages 279 239
migrate_pages 256 238 | setpriority 141 140 | ioprio_set 251 30 | sched_setparam 142 118
sched_setscheduler 144 119 | sched_setattr 314 274 | sched_setaffinity 203 122 | setpgid 109 154 | setsid 112 157
"""
# What files are called, who may read them, how long they are: Landlock guards some of it, and in newer kernels only.
_NAMES_OF_FILES = """
truncate 76 45 | creat 85 - | mkdir 83 - | mkdirat 258 34 | mknod 133 - | mknodat 259 33 | rmdir 84 - | unlink 87 -
unlinkat 263 35 | rename 82 - | renameat 264 38 | renameat2 316 276 | link 86 - | linkat 265 37 | symlink 88 -
symlinkat 266 36 | chmod 90 - | fchmod 91 52 | fchmodat 268 53 | fchmodat2 452 452 | chown 92 - | fchown 93 55
lchown 94 - | fchownat 260 54 | utime 132 - | utimes 235 - | futimesat 261 - | utimensat 280 88 | setxattr 188 5
lsetxattr 189 6 | fsetxattr 190 7 | removexattr 197 14 | lremovexattr 198 15 | fremovexattr 199 16
name_to_handle_at 303 264 | open_by_handle_at 304 265 | inotify_init 253 - | inotify_init1 294 26
fanotify_init 300 262
"""
# Memory, queues and locks that processes of one user share by number or name.
_SHARED = """
shmget 29 194 | shmat 30 196 | shmctl 31 195 | semget 64 190 | semop 65 193 | semctl 66 191 | semtimedop 220 192
msgget 68 186 | msgsnd 69 189 | msgrcv 70 188 | msgctl 71 187 | mq_open 240 180 | mq_unlink 241 181
"""
# What root alone may do, should he run it, and doors of the kernel with a long history of holes.
_KERNEL = """
mount 165 40 | umount2 166 39 | move_mount 429 429 | open_tree 428 428 | fsopen 430 430 | fsconfig 431 431
fsmount 432 432 | fspick 433 433 | mount_setattr 442 442 | pivot_root 155 41 | chroot 161 51 | unshare 272 97
setns 308 268 | swapon 167 224 | swapoff 168 225 | acct 163 89 | reboot 169 142 | sethostname 170 161
setdomainname 171 162 | iopl 172 - | ioperm 173 - | settimeofday 164 170 | clock_settime 227 112
clock_adjtime 305 266 | adjtimex 159 171 | quotactl 179 60 | syslog 103 116 | init_module 175 105
finit_module 313 273 | delete_module 176 106 | kexec_load 246 104 | kexec_file_load 320 294 | add_key 248 217
request_key 249 218 | keyctl 250 219 | bpf 321 280 | perf_event_open 298 241 | userfaultfd 323 282
io_uring_setup 425 425 | io_uring_enter 426 426 | io_uring_register 427 427
"""
_PROGRAMS = """
fork 57 - | vfork 58 - | execve 59 221 | execveat 322 281
"""
_LOOKED_INTO = """
clone 56 220 | open 2 - | openat 257 56 | prlimit64 302 261 | tgkill 234 131
"""
# Reported as missing, so that the C library takes the older call, whose flags a filter can see.
_MISSING = """
clone3 435 435 | openat2 437 437
"""
_X86_64, _AARCH64 = 0, 1
_AUDIT = {"x86_64": (_X86_64, 0xC000003E), "aarch64": (_AARCH64, 0xC00000B7)}
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _UNKNOWN_CALL, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_THREAD = 0x00010000
# open(2): for writing, making a file, cutting one short, one without a name
_WRITING = 0o3 | 0o100 | 0o1000 | 0o20000000


class _Look(NamedTuple):
    """An argument that decides: the call is allowed when `test` on its low half of 32 bits comes out as `wanted`."""

    call: int
    argument: int
    test: int
    value: int
    wanted: bool


def program(machine: str, own: int, *, programs: bool) -> bytes:
    """The filter as classic BPF, struct sock_filter {u16 code; u8 if_true; u8 if_false; u32 value}; b"" on a machine that is not known.

    Args:
        machine: as `uname -m` names it.
        own: the id of the process, which alone it may signal.
        programs: whether it may start processes and run programs; without, clone makes threads only.
    """
    if machine not in _AUDIT:
        return b""
    column, audit = _AUDIT[machine]
    steps = [
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _REFUSE),
    ]
    refused = (_NETWORK, _PROCESSES, _NAMES_OF_FILES, _SHARED, _KERNEL, *(() if programs else (_PROGRAMS,)))
    for number in _numbers(column, *refused).values():
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    for number in _numbers(column, _MISSING).values():
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _UNKNOWN_CALL)]
    for look in _looks(_numbers(column, _LOOKED_INTO), own, programs=programs):
        steps += _looking(look)
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _numbers(column: int, *tables: str) -> Mapping[str, int]:
    rows = (row.split() for table in tables for row in table.replace("\n", "|").split("|") if row.strip())
    return {name: int(numbers[column]) for name, *numbers in rows if numbers[column] != "-"}


def _looks(numbers: Mapping[str, int], own: int, *, programs: bool) -> Iterator[_Look]:
    """The calls that are refused for some of their arguments."""
    if not programs:
        yield _Look(numbers["clone"], 0, _HAS_BITS, _THREAD, wanted=True)
    for name, argument in (("open", 1), ("openat", 2)):
        if name in numbers:
            yield _Look(numbers[name], argument, _HAS_BITS, _WRITING, wanted=False)
    yield _Look(numbers["prlimit64"], 0, _EQUAL, 0, wanted=True)  # 0 means oneself
    yield _Look(numbers["tgkill"], 0, _EQUAL, own, wanted=True)


def _looking(look: _Look) -> Iterable[tuple[int, int, int, int]]:
    """The steps that decide on one call; they are passed over for every other."""
    held, failed = (_ALLOW, _REFUSE) if look.wanted else (_REFUSE, _ALLOW)
    return (
        (_EQUAL, 0, 4, look.call),
        (_LOAD, 0, 0, 16 + 8 * look.argument),
        (look.test, 0, 1, look.value),
        (_RETURN, 0, 0, held),
        (_RETURN, 0, 0, failed),
    )
