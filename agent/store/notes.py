"""The store's notes as the memory of a backend."""

from dataclasses import dataclass

from agent.ports import Commit, Store


@dataclass(frozen=True, slots=True)
class StoreMemory:
    """The memory port on the notes of a store; `prefix` keeps the backends' keys apart from the program's own."""

    store: Store
    prefix: str

    def recall(self, key: str) -> str | None:
        """The value that was kept last; None when there is none."""
        return self.store.note(self.prefix + key)

    def keep(self, key: str, value: str) -> None:
        """Keep it, in a commit of its own."""
        self.store.commit(Commit(notes={self.prefix + key: value}))
