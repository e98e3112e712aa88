"""What a transaction has read of rows that nobody else can change until it ends, so that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from agent.store.ground import Row
from agent.store.indexed_rows import number

_Answer = Callable[[], list[Row]]


@dataclass(slots=True)
class Held:
    """The rows that one transaction holds.

    Attributes:
        bodies: by table and id the text of a document as it is by now; None where there is none.
    """

    bodies: dict[tuple[str, int], str | None] = field(default_factory=dict)
    _found: dict[tuple[int, str], list[int]] = field(default_factory=dict)  # the ids by what was looked up in the index
    _asked: dict[tuple[int, str], _Answer] = field(default_factory=dict)

    def expect(self, slot: int, words: Sequence[str], answer: _Answer) -> None:
        """These words are being asked for: value, id and text of each document that bears one."""
        self._asked |= dict.fromkeys(((slot, one) for one in words), answer)

    def knows(self, slot: int, word: str) -> bool:
        """Whether this word was asked for, and nothing has changed since that bears it."""
        return (slot, word) in self._found or (slot, word) in self._asked

    def bearing(self, table: str, slot: int, word: str) -> Iterator[tuple[int, str]]:
        """Ids and texts of the documents of this table that bear the word, which is known."""
        answer = self._asked.get((slot, word))
        if answer is not None:
            self._take(table, slot, answer)
        for id_ in self._found[slot, word]:
            body = self.bodies[table, id_]
            if body is not None:
                yield id_, body

    def forget(self, words: Iterable[tuple[int, str]]) -> None:
        """Something that bears these came or went."""
        for one in words:
            self._found.pop(one, None)
            self._asked.pop(one, None)

    def _take(self, table: str, slot: int, answer: _Answer) -> None:
        mine = [word for (of, word), asked in self._asked.items() if asked is answer]
        for word in mine:
            del self._asked[slot, word]
            self._found[slot, word] = []
        for value, doc_id, body in answer():
            id_ = number(doc_id)
            # what was written since it was asked is newer
            self.bodies.setdefault((table, id_), str(body))
            if str(value) in mine:
                self._found[slot, str(value)].append(id_)
