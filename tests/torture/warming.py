"""What every life would do for the first time: templates, words and readers are got ready once, in the process that lives are forked from."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from agent.outbox import printed
from agent.service.sandbox import Result, Sandbox
from tests.service.world import World
from tests.torture.story import BRUSSELS, SIDES, Author, handed_over, invoice, total_of
from tests.walks.bank_files import Movement, camt

# Seconds within which a thread that has done its work is gone, on a machine that is busy with other things.
_THREADS_END = 60.0


def warm() -> None:
    """Play a morning of each creditor on local mailboxes, within this process alone."""
    alone: Callable[..., Any] = lambda _, function, *args: Result(function(*args))  # noqa: E731 - it takes a method's place
    with ExitStack() as stack:
        stack.enter_context(patch.object(Sandbox, "run", alone))
        # the typesetter keeps threads of its own, which a fork leaves behind: it would wait for them for ever
        stack.enter_context(patch.object(printed, "pdf_of", lambda *_: b"%PDF-1.7"))
        _play_in_a_folder()
    end = time.monotonic() + _THREADS_END
    while (left := len(list(Path("/proc/self/task").iterdir()))) > 1:
        if time.monotonic() > end:
            raise RuntimeError(f"{left - 1} threads are left, and no fork would have them: {threading.enumerate()}")
        time.sleep(0.05)


def _play_in_a_folder() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World.built(Path(folder), datetime(2026, 2, 10, 9, tzinfo=BRUSSELS))
        try:
            _play(world)
        finally:
            world.close()


def _play(world: World) -> None:
    for number, side in enumerate(SIDES):
        author = Author(world.clock.now(), f"warm{number}", world.received, [])
        buyer = side.debtors[1]
        for nth in (1, 2, 3):
            content = invoice(side, side.number(1, nth), total_of(1, nth), buyer)
            world.post(handed_over(author, side, content, buyer, nth))
        world.clock.advance(timedelta(minutes=5))
        world.work()
        world.post(author.reply(buyer.email, side.number(1, 1), side.promise))
        world.post(author.letter(side.writer, "?", side.paid.format(side.number(1, 2))))
    world.write(SIDES[0].writer, e_xml=camt(world.clock.now().date(), Movement("1.00", "Nobody", "", "none", "warm")))
