"""Says behind which walls foreign documents are read: once in the log when the service starts, and in the books for `relance status`."""

from __future__ import annotations

import logging
from contextlib import suppress

from agent.ports import Commit, Conflict, Store
from agent.service.jail import in_force
from agent.service.sandbox import Failure, Sandbox

# Under this key the store remembers the measures of the service that runs, or ran last.
JAIL = "jail"
_WISHED = ("landlock", "seccomp")
_LOG = logging.getLogger("relance.walls")


def tell_of_walls(store: Store) -> tuple[str, ...]:
    """The measures under which documents are read, tried in a child; logged and noted. Empty when no child can be started."""
    with Sandbox(preload=()) as sandbox:
        answer = sandbox.run(in_force)
    held = () if isinstance(answer, Failure) else answer.value
    with suppress(Conflict):  # another worker notes its own at the same moment
        store.commit(Commit(notes={JAIL: " ".join(held)}))
    words = in_words(held)
    if weakness(held):
        _LOG.warning("weak walls: %s", words)
    else:
        _LOG.info("walls: %s", words)
    return held


def noted(store: Store) -> tuple[str, ...] | None:
    """The measures that the service noted at its start; None when it never did."""
    held = store.note(JAIL)
    return None if held is None else tuple(held.split())


def weakness(held: tuple[str, ...]) -> tuple[str, ...]:
    """The measures that this kernel does not offer."""
    return tuple(measure for measure in _WISHED if measure not in held)


def in_words(held: tuple[str, ...]) -> str:
    """One line about the walls, with what falls short."""
    if not held:
        return "documents cannot be read: no child can be started for them"
    lacking = weakness(held)
    told = f"documents are read under {', '.join(held)}"
    return told + (f"; this kernel has no {' and no '.join(lacking)}" if lacking else "")
