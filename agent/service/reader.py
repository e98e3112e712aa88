"""Reads documents in the sandbox, one after the other, while the program goes on with the mail before."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from agent.domain.findings import BankStatementReading, InvoiceReading, Unreadable
from agent.domain.parties import Creditor
from agent.intake.extract import File
from agent.mail.message import parse_message
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from agent.parsers.statements import read_statement
from agent.service.sandbox import Failure, Result, Sandbox

Readings = tuple[InvoiceReading | Unreadable, ...]
# Documents that were read ahead and never asked for are forgotten beyond this many.
_MOST_AHEAD = 32


class Reader:
    """The sandbox with a line of work before it. All reading goes through one child, so its limits bound everything."""

    def __init__(self, sandbox: Sandbox, max_pages: int) -> None:
        self._sandbox = sandbox
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
        result = (begun or self._line.submit(self._read, file, creditor)).result()
        if isinstance(result, Failure):
            # a busy machine may make an innocent document late: nobody is told before it failed twice
            result = self._line.submit(self._read, file, creditor).result()
        if isinstance(result, Failure):
            problem = "timeout" if result.problem.value == "timeout" else "broken"
            return (Unreadable(problem, result.detail, file.sha256, file.filename),)
        return result.value

    def statements(self, file: File) -> tuple[BankStatementReading, ...]:
        """The bank statements of a file; none when it cannot be read."""
        result = self._line.submit(self._sandbox.run, read_statement, file.content, file.filename).result()
        if isinstance(result, Failure) or isinstance(result.value, Unreadable):
            return ()
        return result.value

    def survives(self, raw: bytes) -> bool:
        """Whether a mail can be parsed without harm: tried in the child, where it can kill nobody else."""
        return isinstance(self._line.submit(self._sandbox.run, parse_message, raw).result(), Result)

    def warm(self) -> None:
        """Start the child before it is needed."""
        self._line.submit(self._sandbox.warm).result()

    def close(self) -> None:
        """Let go of the child and of what was read ahead."""
        self._line.shutdown(wait=False, cancel_futures=True)
        self._sandbox.close()

    def _read(self, file: File, creditor: Creditor) -> Result[Readings] | Failure:
        hint = ParserContext(
            language=creditor.language,
            country=creditor.country,
            names=(creditor.name, *creditor.aliases),
            numbers=creditor.enterprise_numbers,
            ibans=creditor.ibans,
            max_pages=self._max_pages,
        )
        return self._sandbox.run(read_document, Document(file.filename, file.media_type, file.content), hint)
