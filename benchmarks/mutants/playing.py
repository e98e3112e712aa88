"""`python -m benchmarks.mutants.playing ASKED ANSWERED [STORIES]`, in the copy: collects the tests once and tries each fault in a fork.

ASKED holds the names of the faults, one a line; ANSWERED gets one JSON array a line: name, verdict, seconds.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import json
import math
import os
import resource
import shutil
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TextIO

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import settings

from benchmarks.mutants import switch

# The tests of these rooms themselves; then the stories of what they decide, which are slower and tell of more.
_OWN = ("tests/domain", "tests/intake")
_STORIES = (
    "bank bank_columns bank_mixed bank_questions plans plans_followed lists thanks credits fees levels effects formal_notice "
    "lessons remittance requests ibans answer_buttons"
).split()
_PROPERTIES = ("bank_money", "schedule")
_TOLD = (
    *(f"tests/properties/test_{name}.py" for name in _PROPERTIES),
    *(f"tests/service/test_{name}.py" for name in _STORIES),
)
# A fault that no test found in so many seconds of them counts as surviving: more tests would not be told of it either.
_LONGEST = 2.0
_MEMORY = 4 << 30
_AT_ONCE = int(os.environ.get("MUTANTS_AT_ONCE") or 2)
_KEPT = Path("covers.json")


class Player:
    """A plugin that runs no suite but finds out which test reaches which function, and then tries the faults."""

    def __init__(self, names: Sequence[str], answers: TextIO, screen: TextIO) -> None:
        self._names, self._answers, self._screen = names, answers, screen
        self._running: dict[int, tuple[str, float, Path]] = {}
        self._done = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """True: the loop is ours."""
        if session.testsfailed:
            raise session.Interrupted("the tests could not be collected")
        covers = _Covers(session.items, self._say)
        caches = _caches()
        gc.collect()
        gc.freeze()
        for name in self._names:
            while len(self._running) >= _AT_ONCE:
                self._wait()
            tests = covers.of(name.rpartition("__mutmut_")[0])
            self._start(session, name, tests, caches) if tests else self._answer(name, "untested", 0.0)
        while self._running:
            self._wait()
        return True

    def _start(
        self,
        session: pytest.Session,
        name: str,
        tests: Sequence[tuple[float, pytest.Item]],
        caches: list[functools._lru_cache_wrapper[Any]],
    ) -> None:
        room = Path(f"rooms/{len(self._running)}-{self._done}").resolve()
        room.mkdir(parents=True, exist_ok=True)
        child = os.fork()
        if not child:
            _limit(sum(seconds for seconds, _ in tests))
            for cache in caches:
                cache.cache_clear()
            factory = session.config._tmp_path_factory  # type: ignore[attr-defined]  # noqa: SLF001 - a folder of its own for each fork
            factory._basetemp = room  # noqa: SLF001
            verdict = 3
            try:
                verdict = _tried(name, [item for _, item in tests])
            finally:
                os._exit(verdict)
        self._running[child] = (name, time.monotonic(), room)

    def _wait(self) -> None:
        child, status = os.wait()
        name, began, room = self._running.pop(child)
        shutil.rmtree(room, ignore_errors=True)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM):
            verdict = "timeout"
        else:
            verdict = "survived" if status == 0 else "killed"
        self._answer(name, verdict, time.monotonic() - began)

    def _answer(self, name: str, verdict: str, seconds: float) -> None:
        self._done += 1
        print(json.dumps([name, verdict, round(seconds, 2)]), file=self._answers, flush=True)
        if self._done % 200 == 0:
            self._say(f"{self._done} of {len(self._names)}")

    def _say(self, line: str) -> None:
        print(time.strftime("%H:%M:%S"), line, file=self._screen, flush=True)


def _tried(name: str, items: Sequence[pytest.Item]) -> int:
    if not switch.put(name):
        return 3
    return next((1 for report in _reports(items) if report.failed), 0)


def _reports(items: Sequence[pytest.Item]) -> Iterator[pytest.TestReport]:
    for item, after in zip(items, [*items[1:], None], strict=True):
        yield from runtestprotocol(item, log=False, nextitem=after)


def _limit(seconds: float) -> None:
    allowed = math.ceil(seconds * 3) + 4
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _caches() -> list[functools._lru_cache_wrapper[Any]]:
    """What the program remembers of earlier tests: a fault must not hide behind it."""
    found = (thing for thing in gc.get_objects() if isinstance(thing, functools._lru_cache_wrapper))  # noqa: SLF001 - as above
    return [cache for cache in found if str(getattr(cache, "__module__", "")).startswith("agent.")]


class _Covers:
    """Which tests reach a function, and how long they take; kept in a file for as long as the test file stays the same.

    A program that changed since can only make a fault look unnoticed; without the file (covers.json) all is looked at anew.
    """

    def __init__(self, items: Sequence[pytest.Item], say: Callable[[str], None]) -> None:
        kept = json.loads(_KEPT.read_text(encoding="utf-8")) if _KEPT.exists() else {"marks": {}, "tests": {}}
        marks = {name: _mark(Path(name)) for name in {item.nodeid.partition("::")[0] for item in items}}
        same = {
            k: v
            for k, v in kept["tests"].items()
            if marks.get(file := k.partition("::")[0]) in (None, kept["marks"].get(file))
        }
        self._tests: dict[str, tuple[float, list[str]]] = {k: (v[0], v[1]) for k, v in same.items()}
        wanting = [item for item in items if item.nodeid not in self._tests]
        say(f"{len(wanting)} of {len(items)} tests are looked at for what they reach")
        self._look(wanting)
        _KEPT.write_text(json.dumps({"marks": kept["marks"] | marks, "tests": self._tests}), encoding="utf-8")
        self._items = {item.nodeid: item for item in items}
        self._by_function: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
        for nodeid, (seconds, reached) in self._tests.items():
            for function in reached if nodeid in self._items else ():
                self._by_function[function].append((seconds * len(reached), seconds, nodeid))

    def of(self, function: str) -> list[tuple[float, pytest.Item]]:
        """Its tests, as many as there is time for: first those that are fast and reach little besides, for they look at it closest."""
        chosen: list[tuple[float, pytest.Item]] = []
        spent = 0.0
        for _, seconds, nodeid in sorted(self._by_function.get(function, ())):
            spent += seconds
            if chosen and spent > _LONGEST:
                break
            chosen.append((seconds, self._items[nodeid]))
        return chosen

    def _look(self, items: Sequence[pytest.Item]) -> None:
        known = switch.functions()
        seen: set[CodeType] = set()

        def called(frame: FrameType, event: str, _: object) -> None:
            if event == "call":
                seen.add(frame.f_code)

        for item, after in zip(items, [*items[1:], None], strict=True):
            seen.clear()
            began = time.process_time()
            sys.setprofile(called)
            try:
                reports = runtestprotocol(item, log=False, nextitem=after)
            finally:
                sys.setprofile(None)
            if any(report.failed for report in reports):
                print(item.nodeid, "fails without any fault:", *(r.longreprtext for r in reports), file=sys.__stderr__)
            elif not any(report.skipped for report in reports):
                reached = sorted({known[code] for code in seen if code in known})
                self._tests[item.nodeid] = (round((time.process_time() - began) / 2, 4), reached)


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(asked: str, answered: str, stories: str = "") -> int:
    """Pytest's exit code."""
    names = Path(asked).read_text(encoding="utf-8").split()
    settings.register_profile("mutants", derandomize=True, database=None, max_examples=25, deadline=None)
    settings.load_profile("mutants")
    with Path(answered).open("a", encoding="utf-8") as answers, os.fdopen(os.dup(2), "w") as screen:
        tests = (*_OWN, *_TOLD) if stories else _OWN
        return int(pytest.main(["-qq", "--rootdir=.", *tests], plugins=[Player(names, answers, screen)]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
