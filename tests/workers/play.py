"""Plays the walk: a morning of invoices, the first statements, debtors' answers, and payments just before the second statements."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from datetime import time as clock_time

from tests.torture.story import BRUSSELS
from tests.torture.world import Zygote
from tests.workers.crowd import ANSWERS, MORNING, Crowd, Posted
from tests.workers.faults import Mishaps
from tests.workers.world import PATIENCE, World

_LOOK = 0.25
# Of all mishaps, so many have begun when each scene is over.
_SHARES = {"morning": 0.6, "statements": 0.7, "answers": 0.8, "payments": 1.0}


def at(month: int, day: int, hour: int) -> datetime:
    """A moment of the walk's year."""
    return datetime.combine(date(2026, month, day), clock_time(hour), BRUSSELS)


class Play:
    """One walk in a world."""

    def __init__(self, world: World, mishaps: Mishaps, messages: int, say: Callable[[str], None]) -> None:
        self._world, self._mishaps, self._messages, self._say = world, mishaps, messages, say
        self.seconds = 0.0

    def play(self) -> None:
        """All scenes, each until nothing is left to do."""
        world, crowd = self._world, self._world.crowd
        morning, answers = self._messages * MORNING // 100, self._messages * ANSWERS // 100
        people = sum(len(house.debtors) for house in crowd.houses)
        world.clock.set(at(2, 10, 8))
        for worker in world.workers:
            world.start(worker)
        begun = time.monotonic()
        self._scene("morning", crowd.morning(at(2, 10, 8), morning), morning * 2)
        self.seconds = time.monotonic() - begun
        self._move(at(2, 10, 10))
        self._scene("statements", iter(()), people)
        self._move(at(2, 16, 10))
        self._scene("answers", crowd.answers(at(2, 16, 10), answers, world.received), answers * 2)
        left = self._messages - morning - answers
        for mail in crowd.payments(at(2, 26, 9), left):
            world.post(mail)
        self._move(at(2, 26, 10))
        self._scene("payments", iter(()), left + people)

    def _move(self, moment: datetime) -> None:
        self._world.scene += 1
        self._world.clock.set(moment)

    def _scene(self, name: str, mails: Iterator[Posted], goal: int) -> None:
        """Let these mails come in, and all that follows from them be done, whatever happens meanwhile."""
        world, shares = self._world, list(_SHARES.values())
        number = list(_SHARES).index(name)
        first, last = shares[number - 1] if number else 0.0, shares[number]
        begun, before, out = time.monotonic(), world.handled(), len(world.taken)
        with ThreadPoolExecutor(1) as pool:
            posting = pool.submit(lambda: [world.post(mail) for mail in mails] and None)
            calm = progress = begun
            seen = -1
            while True:
                time.sleep(_LOOK)
                done = max(world.handled() - before, 0) + len(world.taken) - out
                now = time.monotonic()
                progress, seen = (now, done) if done != seen else (progress, seen)
                rests = posting.done() and not self._mishaps.pending and not world.left()
                share = 1.0 if rests else min(done / max(goal, 1), 1.0)
                self._mishaps.step(first + (last - first) * share)
                world.see_to_the_workers()
                if not rests or self._mishaps.pending:
                    calm = now
                elif now - calm > 2 * _LOOK:
                    break
                if now - progress > PATIENCE:
                    raise world.stuck(world.left())
            posting.result()
        self._say(
            f"{name}: {world.handled()} mails in the books, {len(world.taken)} out, {time.monotonic() - begun:.0f} s"
        )


def rate(zygote: Zygote, messages: int, workers: int) -> float:
    """How many of so many mails that wait are handled in a second, from the first twentieth to the last."""
    crowd = Crowd(messages, random.Random(messages))
    with World(crowd, zygote, workers=workers) as world:
        world.clock.set(at(2, 10, 8))
        for mail in crowd.morning(at(2, 10, 8), messages):
            world.post(mail)
        for worker in world.workers:
            world.start(worker)
        due = len({mail.key for mail in world.posted})
        begun = _when(world, due // 20)
        return (due * 19 // 20 - due // 20) / (_when(world, due * 19 // 20) - begun)


def _when(world: World, handled: int) -> float:
    """The moment at which so many mails are handled."""
    end = time.monotonic() + PATIENCE
    while world.handled() < handled:
        world.see_to_the_workers()
        if time.monotonic() > end:
            raise world.stuck([f"{world.handled()} of {handled} handled"])
        time.sleep(0.05)
    return time.monotonic()
