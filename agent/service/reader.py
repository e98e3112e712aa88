"""Reads documents in the sandbox, one after the other, while the program goes on with the mail before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from agent.domain.findings import BankStatementReading, InvoiceReading, Unreadable
from agent.domain.parties import Creditor
from agent.intake.extract import File
from agent.mail.message import parse_message
from agent.parsers.api import Document, ParserContext
from agent.parsers.statements import read_statement
from agent.service.documents import Rooms
from agent.service.sandbox import Failure, Result

Readings = tuple[InvoiceReading | Unreadable, ...]
# Documents that were read ahead and never asked for are forgotten beyond this many.
_MOST_AHEAD = 32
# Seconds between two signs of life while a document takes long.
_BEAT = 15.0
T = TypeVar("T")


class Reader:
    """The rooms for reading with a line of work before them: one document after the other, so their limits bound everything.

    `beat` is called now and then while somebody waits for a document: OCR may take longer than a watchdog's patience.
    """

    def __init__(self, rooms: Rooms, max_pages: int, beat: Callable[[], object] = lambda: None) -> None:
        self.beat = beat
        self._rooms = rooms
        self._max_pages = max_pages
        self._line = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._ahead: dict[tuple[str, str], Future[Result[Readings] | Failure]] = {}

    def expect(self, files: Iterable[File], creditor: Creditor) -> None:
        """Begin to read these files of a creditor's mail; `invoices` will then find them read."""
        for file in files:
            key = (file.sha256, creditor.id)
            if key not in self._ahead:
                self._ahead[key] = self._line.submit(self._read, file, creditor)
        while len(self._ahead) > _MOST_AHEAD:
            self._ahead.pop(next(iter(self._ahead)))

    def invoices(self, file: File, creditor: Creditor) -> Readings:
        """What is on a file; one that breaks out of its limits is unreadable, with the reason."""
        begun = self._ahead.pop((file.sha256, creditor.id), None)
        result = self._awaited(begun or self._line.submit(self._read, file, creditor))
        if isinstance(result, Failure):
            # a busy machine may make an innocent document late: nobody is told before it failed twice
            result = self._awaited(self._line.submit(self._read, file, creditor))
        if isinstance(result, Failure):
            problem = "timeout" if result.problem.value == "timeout" else "broken"
            return (Unreadable(problem, result.detail, file.sha256, file.filename),)
        return result.value

    def statements(self, file: File) -> tuple[BankStatementReading, ...]:
        """The bank statements of a file; none when it cannot be read."""
        result = self._awaited(self._line.submit(self._rooms.plain.run, read_statement, file.content, file.filename))
        if isinstance(result, Failure) or isinstance(result.value, Unreadable):
            return ()
        return result.value

    def survives(self, raw: bytes) -> bool:
        """Whether a mail can be parsed without harm: tried in the child, where it can kill nobody else."""
        return isinstance(self._awaited(self._line.submit(self._rooms.plain.run, parse_message, raw)), Result)

    def warm(self) -> None:
        """Start the child before it is needed."""
        self._awaited(self._line.submit(self._rooms.warm))

    def close(self) -> None:
        """Let go of the child and of what was read ahead."""
        self._line.shutdown(wait=False, cancel_futures=True)
        self._rooms.close()

    def _read(self, file: File, creditor: Creditor) -> Result[Readings] | Failure:
        hint = ParserContext(
            language=creditor.language,
            country=creditor.country,
            names=(creditor.name, *creditor.aliases),
            numbers=creditor.enterprise_numbers,
            ibans=creditor.ibans,
            max_pages=self._max_pages,
        )
        return self._rooms.read(Document(file.filename, file.media_type, file.content), hint)

    def _awaited(self, future: Future[T]) -> T:
        """The future's result, with a sign of life now and then until it is there."""
        while True:
            try:
                return future.result(_BEAT)
            except TimeoutError:
                if future.done():
                    return future.result()
                self.beat()
