"""What the service costs while nothing happens: the real daemon over Dovecot, with a year of books in a file and in a database."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from agent.store.ledger_storage import LedgerDB
from agent.store.moving import move_rows
from agent.store.tinydb_store import TinyStore
from benchmarks.bench_loop import MORNING
from benchmarks.bench_store import built
from tests.servers.postgres import Postgres
from tests.walks.town import Town

NAMES = ("idle", "idle_memory", "idle_database", "idle_database_memory")
INVOICES = 20_000  # of a year, eighty a working day
SECONDS = 90
_SETTLING, _BAR_PERCENT, _BAR_MB = 20, 0.5, 120.0
_TICKS = os.sysconf("SC_CLK_TCK")

Row = dict[str, object]


def run() -> Iterator[Row]:
    """The share of one core that daemon and children take together over a minute and a half, and the memory that they hold."""
    yield from _of("idle", "")
    with Postgres() as server:
        address = server.schema()
        source, target = LedgerDB(built(INVOICES), read_only=True), TinyStore.open(address)
        move_rows(source, target.db)
        source.close()
        target.close()
        yield from _of("idle_database", address)


def _of(name: str, address: str) -> Iterator[Row]:
    percent, megabytes = _measured(address)
    yield _row(name, percent, "% of a core", _BAR_PERCENT)
    yield _row(f"{name}_memory", megabytes, "MB", _BAR_MB)


def _row(name: str, value: float, unit: str, bar: float) -> Row:
    row: Row = {"name": name, "value": round(value, 3), "unit": unit, "floor_name": "the bar", "floor_value": bar}
    return row | {"ratio": round(value / bar, 3)}


def _measured(address: str) -> tuple[float, float]:
    folder = Path(tempfile.mkdtemp(prefix="relance-bench-"))
    try:
        with Town(folder) as town:
            town.settings()
            if address:
                with (folder / "config.toml").open("a") as config:
                    config.write(f'\n[store]\naddress = "{address}"\n')
            else:
                (folder / "state").mkdir(exist_ok=True)
                shutil.copy(built(INVOICES), folder / "state/relance.db")
                (folder / "state/relance.db").chmod(0o600)
            return _watched(folder / "config.toml")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _watched(config: Path) -> tuple[float, float]:
    ahead = (MORNING - datetime.now(UTC)).total_seconds()
    command = [sys.executable, "-m", "tests.walks.driver", str(config), str(ahead)]
    with (config.parent / "log").open("wb") as log:
        daemon = subprocess.Popen(command, stderr=log)
    try:
        time.sleep(_SETTLING)
        before, begun = _ticks(daemon.pid), time.monotonic()
        time.sleep(SECONDS)
        if daemon.poll() is not None:
            raise RuntimeError((config.parent / "log").read_text()[-2000:])
        used = (_ticks(daemon.pid) - before) / _TICKS / (time.monotonic() - begun)
        return used * 100, sum(_proportional(pid) for pid in _family(daemon.pid))
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(60)


def _family(pid: int) -> list[int]:
    """This process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _ticks(pid: int) -> int:
    """User and system time of the family, with that of children that have ended (proc(5), fields 14 to 17)."""
    fields = (Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in _family(pid))
    return sum(int(ticks) for found in fields for ticks in found[11:15])


def _proportional(pid: int) -> float:
    """Megabytes, where what several processes share counts in parts (proc(5), Pss)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split("\nPss:")[1].split()[0]) / 1024
