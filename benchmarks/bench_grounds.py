"""Books in a database: four workers that commit beside one, books that move there and back, and what is due among ten million."""

from __future__ import annotations

import multiprocessing as mp
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from agent.store.ledger_storage import LedgerDB
from agent.store.moving import fingerprint, move_rows
from agent.store.postgres import PostgresDatabase
from agent.store.tinydb_store import TinyStore
from benchmarks import due
from benchmarks.bench_store import INVOICES_A_DEBTOR, built, item_id, payment
from tests.servers.postgres import Postgres
from tests.workers.pair import Pair

NAMES = (
    "pg_commit_4_workers", "pg_commit_4_workers_followed", "store_copy", "store_copy_back", "due_1m_file", "due_1m_file_first",
)  # fmt: skip
WORKERS, ROUNDS, SECONDS = 4, 3, 4.0
LEASE = 60.0
_SMALL, _LARGE = 1_000, 20_000  # invoices
_LOOKS, _NEXT = 21, 1_000

Row = dict[str, object]


def run() -> Iterator[Row]:
    """The measurements, one row each."""
    yield from commits_of_workers()
    yield from copies()
    yield from due_in_a_file(1_000_000)


def commits_of_workers() -> Iterator[Row]:
    """Commits a second of four processes on one database, the median of some rounds; floor: those of one alone, in turns with them.

    `pg_commit_4_workers_followed` is the same where each commit waits for a standby as well.
    """
    with Postgres() as server:
        yield _workers_beside_one("pg_commit_4_workers", server.schema())
    with Pair(standby=True) as pair:
        yield _workers_beside_one("pg_commit_4_workers_followed", pair.primary.schema())


def _workers_beside_one(name: str, address: str) -> Row:
    _move(built(_SMALL), address)
    numbers = count(1)
    rates: dict[int, list[float]] = {1: [], WORKERS: []}
    for _ in range(ROUNDS):
        for workers, found in rates.items():
            found.append(_rate(address, workers, next(numbers)))
    store = TinyStore.open(address, read_only=True)
    problems = list(store.journal.problems())
    store.close()
    if problems:
        raise RuntimeError(f"the chain of four workers: {problems[0]}")
    alone, together = (statistics.median(found) for found in rates.values())
    row = _row(name, together, "commits/s", "one worker", alone)
    return row | {"ratio": round(together / alone, 2)}


def _move(file: Path, address: str) -> None:
    source, target = LedgerDB(file, read_only=True), TinyStore.open(address)
    move_rows(source, target.db)
    source.close()
    target.close()


def _rate(address: str, workers: int, number: int) -> float:
    context = mp.get_context("spawn")
    ready, counts = context.Barrier(workers), context.Queue()
    processes = [
        context.Process(target=_commit, args=(address, (own, workers, number), ready, counts)) for own in range(workers)
    ]
    for process in processes:
        process.start()
    done = [counts.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    rate: float = sum(commits for commits, _ in done) / max(seconds for _, seconds in done)
    return rate


def _commit(address: str, place: tuple[int, int, int], ready: Barrier, counts: mp.Queue[tuple[int, float]]) -> None:
    """Commit until the time is over; each worker on debtors of its own, as workers that lease mailboxes do."""
    own, workers, number = place
    os.setsid()  # a service of its own to the scheduler, as it is in life
    store = TinyStore.open(address, lease=LEASE)
    debtors = _SMALL // INVOICES_A_DEBTOR // workers
    ready.wait(120)
    started, done = perf_counter(), 0
    while perf_counter() - started < SECONDS:
        item = item_id(done * 7919 % debtors * workers + own, done % INVOICES_A_DEBTOR)
        store.commit(payment(store.ledger([item]), item, (number * workers + own) * 1_000_000 + done))
        done += 1
    counts.put((done, perf_counter() - started))
    store.close()


def copies() -> Iterator[Row]:
    """Events a second that `relance store copy` moves with all that belongs to them, fingerprints compared; floor: the bare rows."""
    with Postgres() as server, tempfile.TemporaryDirectory() as folder:
        file = LedgerDB(built(_LARGE), read_only=True)
        database = TinyStore.open(server.schema())
        back = TinyStore.open(Path(folder) / "back.db")
        floor = _seconds(lambda: _bare_rows(file, server.schema()))
        there_and_back = (("store_copy", file, database), ("store_copy_back", database.db, back))
        for name, source, target in there_and_back:
            started = perf_counter()
            move_rows(source, target.db)
            if fingerprint(source) != fingerprint(target.db):
                raise RuntimeError("the copy holds something else")
            seconds = perf_counter() - started
            events = target.journal.last
            yield _row(name, events / seconds, "events/s", "the bare rows by COPY, without index", events / floor)
        for store in (file, database, back):
            store.close()


def _bare_rows(source: LedgerDB, address: str) -> None:
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (name text, doc_id bigint, body text)")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for table in source.rows.tables():
                for doc_id, document in source.rows.scan(table):
                    copy.write_row((table, doc_id, str(document)))


def due_in_a_file(timers: int) -> Iterator[Row]:
    """Milliseconds until the next thousand of a million timers in a file are known; floor: the same from a plain table."""
    with tempfile.TemporaryDirectory() as folder:
        store = TinyStore.open(Path(folder) / "relance.db")
        due.fill_file(store, timers)
        yield from _due("due_1m_file", store, store.db.file.execute, due.IN_FILE)
        store.close()


def due_in_a_database(timers: int) -> Iterator[Row]:
    """The same among ten million in a database."""
    with Postgres(**due.SETTINGS) as server:
        address = server.schema()
        due.fill(server, address, timers)
        yield from looked_up(address)


def looked_up(address: str) -> Iterator[Row]:
    """How long it takes among the timers at this address."""
    store = TinyStore.open(address)
    assert isinstance(store.db.ground, PostgresDatabase)
    yield from _due("due_10m", store, store.db.ground.execute, due.IN_DATABASE)
    store.close()


def _due(
    name: str, store: TinyStore, execute: Callable[[str, Sequence[Any]], list[Any]], sql: due.Statements
) -> Iterator[Row]:
    """The medians of looks at timers that were looked at before, and of first looks; what was found is done after each."""
    slot = store.db.rows.paths("timers")["at",]
    moment = due.START + timedelta(days=100)
    looks: list[Callable[[], object]] = [
        lambda: store.timers(moment, _NEXT),
        lambda: execute(sql.plain, (moment.isoformat(), _NEXT)),
    ]
    first: list[list[float]] = [[], []]
    again: list[list[float]] = [[], []]
    for _ in range(_LOOKS):
        for taken in (first, again):
            for found, look in zip(taken, looks, strict=True):
                found.append(_seconds(lambda: _whole(look())) * 1000)  # noqa: B023 - called at once
        last = store.timers(moment, _NEXT)[-1].at
        assert last is not None
        execute(sql.timers_done, (slot, last.isoformat()))
        execute(sql.plain_done, (last.isoformat(),))
    for told, taken in ((name, again), (f"{name}_first", first)):
        yield _row(told, statistics.median(taken[0]), "ms", "a plain indexed table", statistics.median(taken[1]))


def _whole(found: object) -> None:
    assert isinstance(found, list)
    assert len(found) == _NEXT, len(found)


def _seconds(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started


def _row(name: str, value: float, unit: str, floor_name: str, floor: float) -> Row:
    row: Row = {"name": name, "value": round(value, 2), "unit": unit, "floor_name": floor_name}
    return row | {"floor_value": round(floor, 2), "ratio": round(value / floor, 3)}
