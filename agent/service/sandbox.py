"""Runs a pure function over foreign bytes in a child process that can be killed and can do no harm.

Bytes go in, a value comes out. A document of three kilobytes can keep a PDF reader busy for ever or make it eat all memory; in
the child it meets a limit of time and memory, and finds neither network nor files (see jail.py).
"""

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Generic, Self, TypeVar

from agent.service.answers import opened
from agent.service.children import Child, Died, Gone, Nursery
from agent.service.nursery import Terms

T = TypeVar("T")

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

    So many `children` read at the same time, each within these limits. `programs` lets the child run programs of the system, as OCR needs it; they live under the same measures and limits.
    """

    wall: float = 30.0
    processor: int = 20
    memory: int = 1 << 30
    documents: int = 200
    children: int = 1
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


class Sandbox:
    """Keeps warm children for the next documents, replaces one when it fails or has served long enough.

    Several threads may use it: as many documents as `Limits.children` are read at the same time, each in a child of its own; a
    child beyond the first is started when all others are at work.
    """

    def __init__(self, limits: Limits = Limits(), preload: tuple[str, ...] = PRELOAD) -> None:
        self.limits = limits
        self._preload = preload
        self._places = threading.Semaphore(limits.children)
        self._closing = threading.Lock()
        self._lock = threading.Lock()  # held by whoever speaks with the nursery, or takes or brings back a child
        self._nursery: Nursery | None = None
        self._idle: list[Child] = []

    def run(self, function: Callable[..., T], *args: object) -> Result[T] | Failure:
        """The value of `function(*args)`, or why there is none, after at most the wall limit once a child is free.

        The function is named by its module, the arguments and the value are pickled; a value may consist of plain types,
        dates, decimals and classes of the pure rooms only. TemporaryError when no child can be started at all.
        """
        payload = pickle.dumps((function, args), protocol=5)
        with self._places:
            return self._exchange(payload)

    def warm(self) -> None:
        """Start a child now, so that the first document need not wait for the parsers to load."""
        with self._places:
            self._bring_back(self._take())

    def close(self) -> None:
        """End the children and the process they came from, once their documents are read."""
        with self._closing, ExitStack() as stack:
            for _ in range(self.limits.children):
                stack.enter_context(self._places)
            self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _exchange(self, payload: bytes) -> Result[T] | Failure:
        """One request and its answer. Children that died while they were idle are replaced."""
        for attempts_left in reversed(range(self.limits.children + 1)):
            child = self._take()
            try:
                answer = child.ask(payload, time.monotonic() + self.limits.wall)
            except TimeoutError:
                self._drop(child)
                return Failure(Problem.TIMEOUT, f"no answer within {self.limits.wall:g} s")
            except (Died, Gone) as death:
                failure = _obituary(self._drop(child))
                if not attempts_left or isinstance(death, Died):
                    return failure
            except BaseException:
                self._drop(child)  # half an answer may still be on its way
                raise
            else:
                return self._read(child, answer)
        raise AssertionError

    def _read(self, child: Child, answer: bytes) -> Result[T] | Failure:
        """The answer as a value. What a child says is as little trusted as the document it read."""
        try:
            outcome, value = opened(answer)
        except Exception as error:  # noqa: BLE001 - a forged answer may raise whatever it likes
            self._drop(child)
            return Failure(Problem.FORBIDDEN, f"{type(error).__name__}: {str(error)[:200]}")
        if outcome == "memory":
            self._drop(child)
            return Failure(Problem.MEMORY, str(value))
        self._bring_back(child)
        return Result(value) if outcome == "done" else Failure(Problem.ERROR, str(value))

    def _take(self) -> Child:
        with self._lock:
            if self._nursery is None or not self._nursery.alive():
                self._let_go()
                terms = Terms(self.limits.memory, self.limits.processor, self.limits.programs)
                self._nursery = Nursery(terms, self._preload)
            return self._idle.pop() if self._idle else self._nursery.child()

    def _bring_back(self, child: Child) -> None:
        if child.served >= self.limits.documents:
            self._drop(child)
        else:
            with self._lock:
                self._idle.append(child)

    def _drop(self, child: Child) -> int:
        """The exit status of the child that is given up."""
        child.close()
        with self._lock:
            return child.nursery.reap(child.pid)

    def _let_go(self) -> None:
        while self._idle:
            child = self._idle.pop()
            child.close()
            child.nursery.reap(child.pid)
        if self._nursery is not None:
            self._nursery.close()
        self._nursery = None


def _obituary(status: int) -> Failure:
    """What killed the child, from its wait status: the processor limit, the memory limit or killer, or a defect."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU:
        return Failure(Problem.TIMEOUT, "processor time used up")
    if number == signal.SIGKILL:
        return Failure(Problem.MEMORY, "killed by the machine for its memory")
    name = signal.Signals(number).name if number else f"exit {os.waitstatus_to_exitcode(status)}"
    return Failure(Problem.CRASHED, name)
