"""The store's notes as the memory of the mailboxes."""

from contextlib import suppress

from agent.errors import TemporaryError
from agent.ports import Commit, Conflict, Store

_PREFIX = "mailbox: "


class StoreMemory:
    """The memory port on the notes of a store.

    Mailboxes have threads of their own, and the store is written by one: what they keep waits here until `write_down`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, str] = {}

    def recall(self, key: str) -> str | None:
        """The value that was kept last; None when there is none."""
        return self._waiting.get(key) or self._store.note(_PREFIX + key)

    def keep(self, key: str, value: str) -> None:
        """Keep it, from the next `write_down` on durably."""
        self._waiting[key] = value

    def write_down(self) -> None:
        """Commit what was kept since the last time; when the store cannot now, it goes on waiting."""
        waiting = dict(self._waiting)
        if not waiting:
            return
        with suppress(TemporaryError, Conflict):
            self._store.commit(Commit(notes={_PREFIX + key: value for key, value in waiting.items()}))
            for key, value in waiting.items():
                if self._waiting.get(key) == value:
                    del self._waiting[key]
