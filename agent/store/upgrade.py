"""Old documents brought forward on reading. Events are never rewritten; they are told in today's words each time they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from agent.errors import CorruptStore
from agent.store.codec import Document

Step = Callable[[Document], Document]
Steps = Mapping[str, tuple[Step, ...]]

# Per type the steps from version 1 to 2, from 2 to 3, and so on. The first release has none.
STEPS: Steps = MappingProxyType({})


def version_of(kind: str, steps: Steps = STEPS) -> int:
    """The version in which documents of this type are written today."""
    return 1 + len(steps.get(kind, ()))


def upgraded(document: Document, steps: Steps = STEPS) -> Document:
    """This document in today's version.

    Raises:
        CorruptStore: it has no version, or one of the future.
    """
    kind, version = document.get("type"), document.get("v")
    if not isinstance(kind, str) or not isinstance(version, int) or not 1 <= version <= version_of(kind, steps):
        raise CorruptStore(f"a document of type {kind!r} and version {version!r} is not known here")
    for step in steps.get(kind, ())[version - 1 :]:
        document = step(document)
    return document
