"""Opening the books for a command: for looking while the daemon runs, or for writing when it does not."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from agent.config import Settings, load
from agent.store.tinydb_store import TinyStore


@contextmanager
def opened(arguments: Namespace, *, writing: bool = False) -> Iterator[tuple[Settings, TinyStore]]:
    """The settings and the store; TemporaryError when somebody else writes and this command must."""
    settings = load(arguments.config)
    store = TinyStore.open(settings.store_path, read_only=not writing)
    try:
        yield settings, store
    finally:
        store.close()
