"""Reads documents in the sandbox, a few at the same time, while the program goes on with the mails before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TypeVar

from agent.domain.enclosures import EnclosureReading
from agent.domain.findings import BankStatementReading, InvoiceReading, Unreadable
from agent.domain.layouts import KnownLayout
from agent.domain.parties import Creditor
from agent.intake.bank_files import read_bank_file
from agent.intake.extract import File
from agent.mail.message import parse_message
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import embedded_files
from agent.parsers.invoices.learning import Lesson
from agent.parsers.listings import Listing, read_list
from agent.parsers.statements import read_notice
from agent.service.documents import Rooms, unreadable
from agent.service.sandbox import Failure, Result

Readings = tuple[InvoiceReading | Unreadable, ...]
# So many documents are read ahead at most.
_MOST_AHEAD = 32
# Seconds between two signs of life while a document takes long.
_BEAT = 15.0
T = TypeVar("T")
Layouts = Callable[[str], tuple[KnownLayout, ...]]


def _none_known(_: str) -> tuple[KnownLayout, ...]:
    return ()


class Reader:
    """The rooms for reading with a line of work before them: as many documents at a time as the room has children.

    `beat` is called now and then while somebody waits for a document: OCR may take longer than a watchdog's patience. `layouts`
    says what a creditor's corrections taught (asked in the caller's thread, for his documents only).
    """

    def __init__(
        self,
        rooms: Rooms,
        max_pages: int,
        beat: Callable[[], object] = lambda: None,
        layouts: Layouts = _none_known,
    ) -> None:
        self.beat = beat
        self._rooms = rooms
        self._max_pages = max_pages
        self._layouts = layouts
        self._line = ThreadPoolExecutor(rooms.plain.limits.children, thread_name_prefix="reader")
        self._ahead: dict[tuple[str, ParserContext], Future[Result[Readings] | Failure]] = {}

    def expect(self, files: Iterable[File], creditor: Creditor) -> None:
        """Begin to read these files of a creditor's mail; `invoices` will then find them read. Not more than a few are begun."""
        hint = self._hint(creditor)
        for file in files:
            if len(self._ahead) < _MOST_AHEAD and (file.sha256, hint) not in self._ahead:
                self._ahead[file.sha256, hint] = self._line.submit(self._read, file, hint)

    def forget(self) -> None:
        """Let go of what was read ahead and never asked for."""
        while self._ahead:
            self._ahead.popitem()[1].cancel()

    def invoices(self, file: File, creditor: Creditor) -> Readings:
        """What is on a file; one that breaks out of its limits is unreadable, with the reason."""
        hint = self._hint(creditor)
        # what was read before the latest correction was learned is not found here, and read anew
        begun = self._ahead.pop((file.sha256, hint), None)
        result = self._awaited(begun or self._line.submit(self._read, file, hint))
        if isinstance(result, Failure):
            # a busy machine may make an innocent document late: nobody is told before it failed twice
            result = self._awaited(self._line.submit(self._read, file, replace(hint, second_look=False)))
        if isinstance(result, Failure):
            return (unreadable(result, file.sha256, file.filename),)
        return result.value

    def inside(self, file: File) -> tuple[Document, ...]:
        """The files that a file carries; none when it breaks out of its limits."""
        document = Document(file.filename, file.media_type, file.content)
        result = self._awaited(self._line.submit(self._rooms.plain.run, embedded_files, document))
        return () if isinstance(result, Failure) else result.value

    def statements(self, file: File, columns: str = "") -> tuple[BankStatementReading, ...] | Unreadable:
        """The bank statements of a file, or why it gives none; `columns` is what a person said of files with its headings."""
        work = self._line.submit(self._rooms.plain.run, read_bank_file, file.content, file.filename, columns)
        result = self._awaited(work)
        return unreadable(result, file.sha256, file.filename) if isinstance(result, Failure) else result.value

    def listing(self, file: File, creditor: Creditor) -> Listing | None:
        """The list of invoices or customers in a file; None when it breaks out of its limits."""
        work = self._line.submit(self._rooms.plain.run, read_list, file.content, creditor.name, creditor.country)
        result = self._awaited(work)
        return None if isinstance(result, Failure) else result.value

    def notice(
        self, text: str, received: date, patterns: tuple[str, ...], own: tuple[str, ...]
    ) -> BankStatementReading | None:
        """The movement that a bank's mail tells of; None when it tells of none, or when its wording breaks out of its limits."""
        result = self._awaited(self._line.submit(self._rooms.plain.run, read_notice, text, received, patterns, own))
        return None if isinstance(result, Failure) else result.value

    def enclosure(self, file: File, creditor: Creditor) -> EnclosureReading:
        """What a file that a debtor of this creditor enclosed says."""
        hint = replace(hint_of(creditor, self._max_pages, ()), second_look=False)
        document = Document(file.filename, file.media_type, file.content)
        return self._awaited(self._line.submit(self._rooms.enclosure, document, hint))

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

    def learn(
        self, document: Document, creditor: Creditor, corrections: tuple[tuple[str, str], ...], number: str
    ) -> Lesson | None:
        """What corrections of a document teach about its layout; None when nothing, or when it breaks out of its limits."""
        hint = self._hint(creditor)
        result = self._awaited(self._line.submit(self._rooms.learn, document, hint, corrections, number))
        return None if isinstance(result, Failure) else result.value

    def _read(self, file: File, hint: ParserContext) -> Result[Readings] | Failure:
        return self._rooms.read(Document(file.filename, file.media_type, file.content), hint)

    def _hint(self, creditor: Creditor) -> ParserContext:
        return hint_of(creditor, self._max_pages, self._layouts(creditor.id))

    def _awaited(self, future: Future[T]) -> T:
        """The future's result, with a sign of life now and then until it is there."""
        while True:
            try:
                return future.result(_BEAT)
            except TimeoutError:
                if future.done():
                    return future.result()
                self.beat()


def hint_of(creditor: Creditor, max_pages: int, layouts: tuple[KnownLayout, ...]) -> ParserContext:
    """What is known before a document of this creditor is read."""
    return ParserContext(
        language=creditor.language,
        country=creditor.country,
        names=(creditor.name, *creditor.aliases),
        numbers=creditor.enterprise_numbers,
        ibans=creditor.ibans,
        max_pages=max_pages,
        layouts=layouts,
    )
