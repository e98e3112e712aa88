"""The sandbox gives values for harmless documents, reasons for harmful ones, and rights to none."""

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from agent.domain.money import Money
from agent.domain.parties import Role
from agent.errors import TemporaryError
from agent.service import children, jail
from agent.service.children import at_once
from agent.service.sandbox import Failure, Limits, Problem, Result, Sandbox
from tests.service import jobs


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Limits(wall=3, processor=1, memory=512 << 20), preload=()) as box:
        yield box


def test_a_function_of_plain_values_returns_its_value(sandbox):
    """What the function returns comes back as it was, plain or of the domain."""
    assert sandbox.run(jobs.double, 21) == Result(42)
    assert sandbox.run(jobs.amount, "12.50") == Result(Money(Decimal("12.50"), "EUR"))
    assert sandbox.run(jobs.size, b"x" * (20 << 20)) == Result(20 << 20)


def test_a_member_of_an_enumeration_comes_back_in_every_python(sandbox):
    """Python 3.11.2, which Debian 12 has, pickles it as an attribute of its class; no other attribute is handed out so."""
    assert sandbox.run(jobs.attribute, "OWNER") == Result(Role.OWNER)
    assert sandbox.run(jobs.echo, Role.OWNER) == Result(Role.OWNER)
    assert sandbox.run(jobs.attribute, "__init__").problem is Problem.FORBIDDEN


def test_the_child_is_kept_for_the_next_document_and_changed_after_many():
    """One child serves its share of documents, then another one takes over."""
    with Sandbox(Limits(documents=3), preload=()) as box:
        pids = [box.run(jobs.whoami).value for _ in range(6)]
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4] == pids[5]


@pytest.mark.parametrize(
    ("job", "args", "problem"),
    [
        (jobs.sleep, (60,), Problem.TIMEOUT),
        (jobs.spin, (), Problem.TIMEOUT),
        (jobs.hog, (), Problem.MEMORY),
        (jobs.crash, (), Problem.CRASHED),
        (jobs.fail, (), Problem.ERROR),
        (jobs.forge, (), Problem.FORBIDDEN),
    ],
)
def test_a_harmful_document_gives_a_reason_and_the_next_one_is_served(sandbox, job, args, problem):
    """Whatever a document does to its reader, the answer is a reason within the limit, and the sandbox goes on."""
    begun = time.monotonic()
    answer = sandbox.run(job, *args)
    assert isinstance(answer, Failure)
    assert answer.problem is problem, answer
    assert time.monotonic() - begun < 6
    assert sandbox.run(jobs.double, 1) == Result(2)


def test_an_error_names_its_kind_and_place(sandbox):
    """A defect of a parser can be found from the log line."""
    answer = sandbox.run(jobs.fail)
    assert "ValueError: no such page in fail:" in answer.detail


def test_the_processor_limit_holds_per_document_not_per_child(sandbox):
    """Many documents that each stay below the limit are all served by one child."""
    first = sandbox.run(jobs.whoami)
    for _ in range(4):
        assert isinstance(sandbox.run(sum, range(9_000_000)), Result)
    assert sandbox.run(jobs.whoami) == first


@pytest.mark.parametrize(
    "act", ["connect", "resolve", "execute", "fork", "read", "list", "write", "kill", "environment"]
)
def test_the_child_has_no_network_no_files_no_programs_and_no_secrets(sandbox, act, tmp_path, monkeypatch):
    """A parser that was taken over by its document can reach nothing."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    secret = tmp_path / "password"
    secret.write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        targets = {
            "connect": str(server.getsockname()[1]),
            "execute": "/bin/true",
            "read": str(secret),
            "list": str(tmp_path),
            "write": str(tmp_path / "new"),
            "kill": str(os.getpid()),
            "environment": "CREDENTIALS_DIRECTORY",
        }
        expected = {"PermissionError", "KeyError" if act == "environment" else "PermissionError"}
        assert sandbox.run(jobs.outcome, act, targets.get(act, "")).value in expected


def test_the_child_tells_under_which_measures_it_lives(sandbox):
    """Limits always; Landlock and seccomp where the kernel has them, as this machine's does or does not."""
    libc = ctypes.CDLL(None)
    expected = ["limits"]
    expected += ["landlock"] if libc.syscall(444, None, 0, 1) > 0 else []
    expected += ["seccomp"] if platform.machine() in {"x86_64", "aarch64"} else []
    assert sandbox.run(jail.in_force) == Result(tuple(expected))
    assert jail.in_force() == ()


def test_the_child_may_still_use_threads_and_import_late(sandbox):
    """What harmless libraries need is left to them."""
    assert sandbox.run(jobs.outcome, "thread", "").value == "done"
    assert sandbox.run(jobs.amount, "1.00") == Result(Money(Decimal("1.00"), "EUR"))


def test_no_program_leaves_the_group_by_which_it_is_killed():
    """Where programs may run, what they start dies with the child all the same."""
    with Sandbox(Limits(programs=True), preload=()) as box:
        measures = box.run(jail.in_force)
        if not isinstance(measures, Result) or "seccomp" not in measures.value:
            pytest.skip("no seccomp here")
        found = box.run(jobs.leave)
    assert isinstance(found, Result)
    assert found.value == [str(errno.EPERM)] * 2


def test_programs_may_be_allowed_and_live_under_the_same_measures(tmp_path):
    """OCR is a program of the system: it may run, but neither it nor the child reaches network or files, and both end in time."""
    with Sandbox(Limits(wall=1, programs=True), preload=()) as box, socket.create_server(("127.0.0.1", 0)) as server:
        assert box.run(jobs.shell, "echo 7; exit 0") == Result((0, "7\n"))
        if "landlock" in box.run(jail.in_force).value:
            (tmp_path / "secret").write_text("x")
            assert box.run(jobs.shell, f"cat {tmp_path}/secret").value[0] != 0
            assert box.run(jobs.shell, f"echo > {tmp_path}/new").value[0] != 0
        assert box.run(jobs.outcome, "connect", str(server.getsockname()[1])).value == "PermissionError"
        reach = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))"
        assert box.run(jobs.shell, f'{sys.executable} -c "{reach}"').value[0] != 0
        assert box.run(jobs.shell, "sleep 34567").problem is Problem.TIMEOUT
        time.sleep(0.1)
        assert not [p for p in Path("/proc").glob("[0-9]*/cmdline") if b"sleep\x0034567" in _content(p)]


def _content(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_child_holds_no_descriptor_of_the_daemon(sandbox):
    """Besides the standard three and its own channel nothing is open."""
    with Path(os.devnull).open() as file:
        os.set_inheritable(file.fileno(), True)
        assert sandbox.run(jobs.descriptors).value == [0, 1, 2, 3]


def test_as_many_documents_as_children_are_read_at_the_same_time():
    """Each in a child of its own: what breaks one, or takes all its time, does not concern the other. More than those wait."""
    with Sandbox(Limits(wall=30, children=2), preload=()) as box, ThreadPoolExecutor(3) as threads:
        alone = [box.run(jobs.whoami).value for _ in range(3)]
        assert len(set(alone)) == 1, "one after the other they need no second child"
        slow = threads.submit(box.run, jobs.sleep, 3)
        others = [box.run(jobs.whoami).value for _ in range(2)]
        assert others[0] == others[1] != alone[0]
        crashed = box.run(jobs.crash)
        assert isinstance(crashed, Failure)
        assert not slow.done()
        third = threads.submit(box.run, jobs.whoami)
        assert isinstance(slow.result(), Result)
        assert isinstance(third.result(), Result)


def test_children_that_died_together_while_idle_are_replaced_together():
    """The machine may kill both for its memory; the next document does not notice."""
    with Sandbox(Limits(children=2), preload=()) as box, ThreadPoolExecutor(2) as threads:
        pids = {answer.value for answer in threads.map(lambda _: box.run(jobs.whoami_slowly), range(2))}
        assert len(pids) == 2
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
        assert box.run(jobs.double, 2) == Result(4)


@pytest.mark.parametrize(
    ("cores", "room", "many"), [({0, 1}, 4 << 30, 2), ({0}, 4 << 30, 1), ({0, 1}, 2 << 30, 1), ({0, 1}, 2.5 * 2**30, 2)]
)
def test_a_second_child_needs_a_core_and_room(monkeypatch, cores, room, many):
    """Two documents at their limit must fit beside the daemon, in the machine or in what systemd leaves the service."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: cores)
    monkeypatch.setattr("agent.service.children._room", lambda: room)
    assert at_once(1 << 30) == many


def test_the_bound_of_the_service_counts(monkeypatch, tmp_path):
    """`MemoryMax=` stands in the control group; without one, what the machine has counts."""
    (tmp_path / "group").write_text("1:name=x:/\n0::/system.slice/relance.service\n")
    monkeypatch.setattr(children, "_GROUP", tmp_path / "group")
    monkeypatch.setattr(children, "_GROUPS", tmp_path)
    machine = children._room()
    told = tmp_path / "system.slice" / "relance.service" / "memory.max"
    told.parent.mkdir(parents=True)
    told.write_text("max\n")
    assert children._room() == machine
    told.write_text("1000\n")
    assert children._room() == 1000


def test_a_child_that_died_while_idle_is_replaced(sandbox):
    """The machine may kill a waiting child; the next document does not notice."""
    pid = sandbox.run(jobs.whoami).value
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)
    answer = sandbox.run(jobs.whoami)
    assert isinstance(answer, Result)
    assert answer.value != pid


def test_a_lost_nursery_is_started_again():
    """When the process that forks children is killed, a new one is started for the next document."""
    with Sandbox(preload=()) as box:
        assert box.run(jobs.double, 1) == Result(2)
        os.kill(box._nursery._process.pid, signal.SIGKILL)
        box._nursery._process.wait()
        for _ in range(2):
            answer = box.run(jobs.double, 2)
            if answer == Result(4):
                break
        assert answer == Result(4)


def test_no_child_to_be_had_is_a_reason_to_try_later(monkeypatch):
    """A machine that cannot start a process is no defect of the document."""
    monkeypatch.setattr("sys.executable", "/nonexistent/python")
    with Sandbox(preload=()) as box, pytest.raises(TemporaryError):
        box.run(jobs.double, 1)


def test_closing_leaves_no_process_behind():
    """After `close` neither the child nor its parent lives on."""
    box = Sandbox(preload=())
    child = box.run(jobs.whoami).value
    nursery = box._nursery._process.pid
    box.close()
    time.sleep(0.1)
    for pid in (child, nursery):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_warm_call_costs_little(sandbox):
    """The way into the warm child and back takes far less than reading a page does (30 ms at most)."""
    sandbox.run(jobs.size, b"")
    content = b"x" * 200_000
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        sandbox.run(jobs.size, content)
        times.append(time.perf_counter() - begun)
    assert statistics.median(times) < 0.03


def test_memory_stays_flat(sandbox):
    """Hundreds of documents do not make the daemon grow."""
    sandbox.run(jobs.echo, b"x" * 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(100):
        sandbox.run(jobs.echo, b"x" * 1_000_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
