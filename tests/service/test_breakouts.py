"""A parser that its document has taken over: everything that it could try from inside the jail, and what comes of it."""

import os
import platform
import re
from pathlib import Path

import pytest

from agent.service import jail, seccomp
from agent.service.sandbox import Failure, Limits, Result, Sandbox
from tests.service import breakouts, jobs

# refused, unknown, or not there for it; never "done" and never an error that a better argument would mend
# a new process also fails for want of the memory that the child may not have
NO = {"EPERM", "EACCES", "ENOSYS", "EROFS", "ENOMEM"}
BY_SECCOMP = ("writing", "talking", "reaching", "kernel")


@pytest.fixture(scope="module", params=["plain", "programs"])
def room(request):
    """Each of the two rooms in which documents are read: for all of them, and for scans, where tesseract may run."""
    limits = Limits(wall=5, processor=3, memory=512 << 20, programs=request.param == "programs")
    with Sandbox(limits, preload=()) as box:
        measures = box.run(jail.in_force)
        if not isinstance(measures, Result) or "seccomp" not in measures.value:
            pytest.skip("no seccomp here")
        yield box, measures.value


@pytest.fixture
def owned(tmp_path):
    """A file of the service, which must be what it was afterwards."""
    path = tmp_path / "state" / "relance.db"
    path.parent.mkdir()
    path.write_text("the books")
    before = os.stat(path)
    yield path
    after = os.stat(path)
    assert path.read_text() == "the books"
    assert [p.name for p in path.parent.iterdir()] == ["relance.db"]
    assert (after.st_mode, after.st_uid, after.st_mtime, after.st_nlink) == (
        before.st_mode,
        before.st_uid,
        before.st_mtime,
        before.st_nlink,
    )


def test_nothing_can_be_read_written_reached_or_started(room, owned):
    """Files, the network, other processes, the kernel's doors and programs: each act is refused, and the parser lives on."""
    box, measures = room
    kinds = BY_SECCOMP + (() if box.limits.programs else ("starting",))
    kinds += ("reading",) if "landlock" in measures else ()
    answer = box.run(breakouts.attempts, kinds, str(owned))
    assert isinstance(answer, Result), answer
    assert len(answer.value) >= len(breakouts.WRITING) + len(breakouts.TALKING) + len(breakouts.REACHING)
    assert {key: came for key, came in answer.value.items() if came not in NO} == {}
    assert box.run(jobs.double, 2) == Result(4)


@pytest.mark.parametrize("programs", [False, True])
@pytest.mark.skipif(platform.machine() not in {"x86_64", "aarch64"}, reason="no filter for this machine")
def test_without_landlock_nothing_can_be_written_reached_or_started(owned, programs):
    """On a kernel without it the filter alone keeps files whole and processes apart; only reading is left to the file modes."""
    found = breakouts.behind_seccomp_alone(str(owned), programs=programs)
    assert found
    assert {key: came for key, came in found.items() if came not in NO} == {}


def test_descriptors_and_threads_run_out_before_the_machine_does(room):
    """Whoever asks for all of them gets few, and the next document is read all the same."""
    box, _ = room
    for greedy in (breakouts.open_everything, breakouts.crowd):
        answer = box.run(greedy)
        assert isinstance(answer, Failure) or re.match(r"EMFILE after \d\d$|RuntimeError|MemoryError", answer.value)
        assert box.run(jobs.double, 2) == Result(4)


def test_the_numbers_of_the_calls_are_the_kernels():
    """Each call of the tables has the number that the kernel's own headers give it on this machine."""
    headers = {
        "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        "aarch64": Path("/usr/include/asm-generic/unistd.h"),
    }
    machine = platform.machine()
    if machine not in headers or not headers[machine].exists():
        pytest.skip("the kernel's headers are not installed")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", headers[machine].read_text())
    known = {name: int(number) for name, number in defined}
    ours = breakouts._CALLS
    assert len(ours) > 90
    assert {name: number for name, number in ours.items() if known.get(name, number) != number} == {}


def test_a_machine_that_is_not_known_gets_no_filter():
    """Numbers of another architecture would refuse the wrong calls: then there is none, and `relance check` says so."""
    assert seccomp.program("riscv64", 1, programs=False) == b""
    plain, programs = (seccomp.program("aarch64", 1, programs=p) for p in (False, True))
    assert len(plain) > len(programs) > 0
    assert len(plain) % 8 == 0
