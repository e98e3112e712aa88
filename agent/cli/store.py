"""`relance store copy FROM TO`: the books from a file into a database, or back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.cli.screen import Screen
from agent.errors import PermanentError
from agent.store.moving import fingerprint, move_rows
from agent.store.places import is_address
from agent.store.tinydb_store import TinyStore

_FILE = "tinydb:"


def run(arguments: Namespace, screen: Screen) -> int:
    """0 when both hold the same and the copy follows from its events; 1 with every difference otherwise."""
    with _opened(arguments.source, read_only=True) as source, _opened(arguments.target, read_only=False) as target:
        screen.line(f"{move_rows(source.db, target.db)} rows copied")
        source.documents.copy_to(target.documents)
        screen.line(f"{sum(1 for _ in target.documents.names())} documents are there")
        problems = list(target.verify())
        if fingerprint(source.db) != fingerprint(target.db):
            problems.append("the copy holds something else: did somebody write to the books meanwhile?")
    for problem in problems:
        screen.line(problem)
    if problems:
        screen.line(f"{len(problems)} problem(s): do not use this copy", "bold red")
        return 1
    screen.line("Both hold the same, and all of it follows from the events.", "green")
    return 0


@contextmanager
def _opened(place: str, *, read_only: bool) -> Iterator[TinyStore]:
    if not is_address(place) and not place.startswith(_FILE):
        raise PermanentError(f"{place}: say {_FILE}/var/lib/relance/relance.db or postgresql://…")
    where = place if is_address(place) else Path(place.removeprefix(_FILE))
    store = TinyStore.open(where, read_only=read_only)
    try:
        yield store
    finally:
        store.close()
