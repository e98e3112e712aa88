"""What is due among ten million timers in a database. Filling it takes some ten minutes: it runs only when it is asked for by name."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bench_grounds import due_in_a_database

NAMES = ("due_10m", "due_10m_first")
ONLY_BY_NAME = True


def run() -> Iterator[dict[str, object]]:
    """Milliseconds until the next thousand are known."""
    yield from due_in_a_database(10_000_000)
