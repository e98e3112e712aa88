"""Statements that leave in one package, and their answers.

The driver's own pipeline sends each statement by itself, and the server wakes for every one of them.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import psycopg
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

from agent.store.ground import Row

# Who asks for more texts than this prepares what never comes again.
_PREPARED = 300
_Kind = tuple[str, tuple[int, ...]]  # a statement's text, and the types of its values
_Going = Generator[Wait, Ready | int, None]


@dataclass(slots=True)
class Asked:
    """A statement with a `%s` for each of its values, and its rows once the server has answered."""

    text: str
    values: Sequence[object]
    rows: list[Row] | None = None


@dataclass(slots=True)
class _Adapted:
    """A statement whose values the driver has put into the server's form."""

    asked: Asked
    adapter: abc.Transformer
    values: Sequence[abc.Buffer | None]
    kind: _Kind

    @classmethod
    def of(cls, asked: Asked, connection: psycopg.Connection[Row]) -> _Adapted:
        adapter = Transformer(connection)
        values = adapter.dump_sequence(asked.values, [PyFormat.AUTO] * len(asked.values))
        return cls(asked, adapter, values, (asked.text, tuple(adapter.types or ())))

    def take(self, answer: PGresult) -> None:
        self.adapter.set_pgresult(answer)
        self.asked.rows = self.adapter.load_rows(0, answer.ntuples, tuple)


class Exchange:
    """What is prepared on one connection, and the packages that leave over it."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._line = connection.pgconn
        self._prepared: dict[_Kind, bytes] = {}
        self._names = 0

    def ask(self, asked: Sequence[Asked]) -> None:
        """Have these done in their order, and fill in their rows. Outside a transaction they are done together or not at all.

        Raises:
            psycopg.Error: the first that the server refuses; it passes over those behind it.
        """
        adapted = [_Adapted.of(one, self._connection) for one in asked]  # may refuse a value, with nothing sent yet
        self._line.enter_pipeline_mode()
        try:
            self._connection.wait(self._asking(adapted))
        finally:
            try:
                self._line.exit_pipeline_mode()
            except psycopg.OperationalError:  # it was lost, or broken off with answers to come
                self._connection.close()

    def _asking(self, asked: Sequence[_Adapted]) -> _Going:
        names: dict[_Kind, bytes] = {}
        preparing = [self._send(one, names) for one in asked]
        self._line.pipeline_sync()
        yield from self._leave()
        answers: list[PGresult] = []
        yield from self._arrive(answers)
        coming = map(_done, answers)
        for one, new in zip(asked, preparing, strict=True):
            if new:
                next(coming)
                self._prepared[one.kind] = names[one.kind]
            one.take(next(coming))

    def _send(self, one: _Adapted, names: dict[_Kind, bytes]) -> bool:
        """Whether an answer before its own will say that it is prepared."""
        name = self._prepared.get(one.kind) or names.get(one.kind)
        text, types = _numbered(one.asked.text), one.adapter.types or ()
        if name is None and len(self._prepared) + len(names) >= _PREPARED:
            self._line.send_query_params(text, one.values, types, one.adapter.formats)
            return False
        if new := name is None:
            self._names += 1
            name = names[one.kind] = b"relance%d" % self._names
            self._line.send_prepare(name, text, types)
        self._line.send_query_prepared(name, one.values, one.adapter.formats)
        return new

    def _leave(self) -> _Going:
        """Answers are taken in meanwhile, so that nobody waits for the other."""
        while self._line.flush():
            if (yield Wait.RW) & Ready.R:
                self._line.consume_input()

    def _arrive(self, answers: list[PGresult]) -> _Going:
        """All up to the mark behind the package."""
        while True:
            while not self._line.is_busy():
                answer = self._line.get_result()
                if answer is not None and answer.status == ExecStatus.PIPELINE_SYNC:
                    return
                if answer is not None:
                    answers.append(answer)
                if self._line.status == ConnStatus.BAD:
                    raise error_from_result(answer) if answer else psycopg.OperationalError("the connection was lost")
            yield Wait.R
            self._line.consume_input()


def _done(answer: PGresult) -> PGresult:
    if answer.status == ExecStatus.FATAL_ERROR:
        raise error_from_result(answer)
    return answer


@lru_cache(_PREPARED)
def _numbered(text: str) -> bytes:
    """The statement as the server wants it: with `$1`, `$2` for its values."""
    numbers = count(1)
    return re.sub("%([%s])", lambda found: "%" if found[1] == "%" else f"${next(numbers)}", text).encode()
