"""The processes that parsing children are forked from, handed on from one test to the next instead of started for each.

To load the parsers takes half a second of a processor, and whoever builds the program in a test needs them. A nursery keeps
nothing of what its children read, and every program still has children of its own. One with nothing loaded is started anew for
whoever asks: so the tests of the sandbox itself see nurseries come and go.
"""

import os
from contextlib import suppress
from typing import Self

from agent.service import children, sandbox
from agent.service.children import Child, Nursery
from agent.service.nursery import NUMBER, Terms

# So many are kept of those that nobody has at the moment.
_MOST = 4
# A process id that no Linux gives (pid_max is at most 2^22), so that to ask for it only shows that the nursery answers.
_NOBODY = 1 << 23

Key = tuple[object, ...]


class Nurseries:
    """Lends nurseries; use as a context manager, in which `Sandbox` asks here."""

    def __init__(self) -> None:
        self._free: list[tuple[Key, Nursery]] = []

    def __enter__(self) -> Self:
        self._before, sandbox.Nursery = sandbox.Nursery, self.lend
        return self

    def __exit__(self, *_: object) -> None:
        sandbox.Nursery = self._before
        while self._free:
            self._free.pop()[1].close()

    def lend(self, terms: Terms, preload: tuple[str, ...]) -> "Nursery | Lent":
        """A nursery for these terms: one that somebody gave back, or a new one."""
        if not preload:
            return Nursery(terms, preload)
        # one process, one folder and one environment: what a nursery inherits from whoever starts it
        key = (os.getpid(), os.getcwd(), tuple(children._environment().items()), terms, preload)
        while (place := next((p for p, (known, _) in enumerate(self._free) if known == key), None)) is not None:
            nursery = self._free.pop(place)[1]
            if answers(nursery):
                return Lent(nursery, key, self)
            nursery.close()
        return Lent(Nursery(terms, preload), key, self)

    def take_back(self, nursery: Nursery, key: Key) -> None:
        """Keep it for the next one when it is well; the one that lay longest makes room."""
        if not answers(nursery):
            nursery.close()
            return
        self._free.append((key, nursery))
        if len(self._free) > _MOST:
            self._free.pop(0)[1].close()


class Lent:
    """A nursery for as long as a sandbox has it; to close it is to give it back."""

    def __init__(self, nursery: Nursery, key: Key, owner: Nurseries) -> None:
        self._nursery = nursery
        self._key = key
        self._owner = owner
        self._given_back = False

    def alive(self) -> bool:
        return not self._given_back and self._nursery.alive()

    def child(self) -> Child:
        return self._nursery.child()

    def close(self) -> None:
        if not self._given_back:
            self._given_back = True
            self._owner.take_back(self._nursery, self._key)


def answers(nursery: Nursery) -> bool:
    """Whether it is there and waits for the next question."""
    with suppress(OSError):
        nursery._socket.sendall(b"R" + NUMBER.pack(_NOBODY))
        return nursery.alive() and nursery._number() == 0
    return False
