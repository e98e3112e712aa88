"""What happens to the workers, the network, the database and the relays while the work goes on; when, and to whom, the dice decide."""

from __future__ import annotations

import heapq
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from itertools import count

from tests.workers.world import Worker, World

# What is counted in the last line; a slow or broken relay and a start beside the others are no more than weather.
KINDS = ("kill", "pause", "cut", "failover", "relay")
# Seconds after which a killed worker is started again, at most.
_DEAD = 2.0
# How many leases a pause or a cut lasts, at least and at most; some are shorter than one, and nobody may notice them.
_SHORT, _LONG = 0.4, 2.5
_RELAY_LASTS = (1.0, 4.0)


class Mishaps:
    """All mishaps of a walk: `step` lets those begin and end that are due."""

    def __init__(self, world: World, dice: random.Random, **each: int) -> None:
        self.counts: Counter[str] = Counter()
        self._world, self._dice = world, dice
        self._coming = [kind for kind, number in each.items() for _ in range(number)]
        dice.shuffle(self._coming)
        self._all = len(self._coming)
        self._ends: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._failing = False

    @property
    def pending(self) -> bool:
        """Whether one of them still lasts."""
        return bool(self._ends)

    def step(self, share: float) -> None:
        """Let mishaps end whose time is over, and as many begin as this share of the work asks for."""
        while self._ends and self._ends[0][0] <= time.monotonic():
            heapq.heappop(self._ends)[2]()
        made = self._all - len(self._coming)
        if self._coming and made < share * self._all and self._begin(self._coming[-1]):
            self.counts[self._coming.pop()] += 1

    def _begin(self, kind: str) -> bool:
        """Whether it could begin: somebody must be left who works."""
        if kind == "failover":
            if not self.pending:
                self._world.fail_over()
            return not self.pending
        well = [worker for worker in self._world.workers if not worker.away and worker.life is not None]
        if len(well) < min(2, len(self._world.workers)):
            return False
        worker = self._dice.choice(well)
        worker.away = kind
        {"kill": self._kill, "pause": self._pause, "cut": self._cut, "relay": self._relay}[kind](worker)
        return True

    def _after(self, seconds: float, worker: Worker, what: Callable[[], None]) -> None:
        def end() -> None:
            worker.away = ""
            what()

        heapq.heappush(self._ends, (time.monotonic() + seconds, next(self._numbers), end))

    def _for_leases(self) -> float:
        # most of them are longer than a lease: what was claimed is given to others meanwhile
        longer = self._dice.random() < 0.8
        return self._world.lease * (self._dice.uniform(1.3, _LONG) if longer else self._dice.uniform(_SHORT, 0.9))

    def _kill(self, worker: Worker) -> None:
        self._world.kill(worker)
        self._after(self._dice.uniform(0.0, _DEAD), worker, lambda: self._world.start(worker))

    def _pause(self, worker: Worker) -> None:
        self._world.signal(worker, signal.SIGSTOP)
        self._after(self._for_leases(), worker, lambda: self._world.signal(worker, signal.SIGCONT))

    def _cut(self, worker: Worker) -> None:
        torn, forget = self._dice.random() < 0.3, self._dice.random() < 0.5
        for link in worker.links:
            (link.tear if torn else link.hold)()
        self._after(self._for_leases(), worker, lambda: [link.mend(forget=forget) for link in worker.links] and None)

    def _relay(self, worker: Worker) -> None:
        faults = worker.relay.faults
        kind = self._dice.choice(("stall", "stall", "cut_before", "cut_after"))
        setattr(faults, kind, self._dice.uniform(2.0, 2.0 * self._world.lease) if kind == "stall" else True)
        self._after(
            self._dice.uniform(*_RELAY_LASTS), worker, lambda: setattr(faults, kind, 0.0 if kind == "stall" else False)
        )
