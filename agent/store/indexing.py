"""What a document is found by: the texts at its indexed paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.store.codec import Json, writable
from agent.store.pushdown import Path


def entries(document: Mapping[str, Json], slots: Mapping[Path, int]) -> set[tuple[int, str]]:
    """The number of each indexed path with each text that stands there; a list gives all of its texts."""
    return {(slot, value) for path, slot in slots.items() for value in _texts(document, path)}


def word(text: str) -> str:
    """A text as it stands in the index: what has no form in UTF-8, and NUL, are question marks; the query itself tells such texts apart."""
    plain = text if writable(text) else text.encode(errors="replace").decode()
    return plain.replace("\0", "?")


def _texts(document: Mapping[str, Json], path: Path) -> Iterator[str]:
    value: object = document
    for part in path:
        if not isinstance(value, dict) or part not in value:
            return
        value = value[part]
    for found in value if isinstance(value, list | tuple) else [value]:  # of both JSON makes a list
        if isinstance(found, str):
            yield word(found)
