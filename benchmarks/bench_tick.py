"""What it costs to find that nothing is due among a hundred thousand invoices."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from agent.config import load
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.tick import run_due
from agent.service.work import deliver
from benchmarks.bench_store import NOW, built

NAMES = ("tick_100k",)
_ROUNDS = 200


def run() -> Iterator[dict[str, object]]:
    """The measurement."""
    full = tick(100_000)
    empty = tick(0)
    yield {
        "name": "tick_100k",
        "value": round(full, 3),
        "unit": "ms",
        "floor_name": "the same with an empty store",
        "floor_value": round(empty, 3),
        "ratio": round(full / empty, 2),
    }


def tick(invoices: int) -> float:
    """Milliseconds of one round of the clock's work and the outbox, with nothing due, median."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "creditors").mkdir()
        (folder / "state").mkdir()
        if invoices:
            shutil.copy(built(invoices), folder / "state/relance.db")
        sections = "".join(f'[mailboxes.{s}]\nbackend = "maildir"\npath = "mail"\n' for s in ("inbox", "outgoing"))
        (folder / "config.toml").write_text(
            '[agency]\nname = "Agency"\naddress = "relance@agency.example"\noperator = "ops@agency.example"\n'
            f'[paths]\nstate_dir = "state"\n[trust]\ndkim = false\n[[mailboxes]]\nname = "bench"\n{sections}'
        )
        app = build(load(folder / "config.toml"), clock=SimulatedClock(NOW))
        try:
            app.channels[0].mailbox.open()
            return statistics.median(_timed(lambda: (run_due(app), deliver(app))) for _ in range(_ROUNDS))
        finally:
            close(app)


def _timed(work: object) -> float:
    assert callable(work)
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
