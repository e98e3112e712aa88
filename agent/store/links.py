"""The links of the journal's chain: what stands in an event's row, and the digest that ties it to the row before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.store.codec import Document, dumps


@dataclass(frozen=True, slots=True)
class Link:
    """An event's row before it has its number and its digest, and the texts that lie beside it."""

    document: Document
    texts: Document = field(default_factory=dict)

    def placed(self, seq: int, previous: str) -> Document:
        """The whole row under this number, behind the row of this digest."""
        row: Document = {"seq": seq, **self.document}
        return {**row, "digest": chained(previous, row)}

    def hashed(self) -> tuple[str, str]:
        """What is hashed of the row, before and behind its number."""
        return _around(dumps({**self.document, "seq": -1}), '"seq":', "-1")

    def written(self) -> str:
        """The text of the row from behind its number, which stands first, up to its digest, which stands last."""
        _, rest = _around(dumps({"seq": -1, **self.document, "digest": ""}, ordered=False), '"seq":', "-1")
        return _around(rest, '"digest":', '""')[0]


def chained(previous: str, document: Mapping[str, Any]) -> str:
    """The digest of a row behind the row of the digest `previous`."""
    body = dumps({name: value for name, value in document.items() if name != "digest"})
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def _around(text: str, key: str, value: str) -> tuple[str, str]:
    """The text before and behind this value. No text within the JSON looks like a key, since its quotes are escaped there."""
    before, _, behind = text.rpartition(key + value)
    return before + key, behind
