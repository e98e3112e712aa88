"""`relance read`: explain any mail, invoice or bank statement; change nothing."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.domain.findings import InvoiceReading
from agent.domain.parties import Role
from agent.errors import AgentError
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices.drawing import draw
from agent.service.clock import SystemClock
from agent.service.documents import Rooms
from agent.service.lessons import layouts_of
from agent.service.reader import hint_of
from agent.service.reading import Desk, read_file
from agent.service.sandbox import Failure

_SHORT = 300
_HIDDEN = ("file", "confidence", "because", "evidence")


def run(arguments: Namespace, screen: Screen) -> int:
    """One row a document; 1 when a file could not be opened."""
    failed = False
    context = _context(arguments)
    with Rooms.of() as rooms:
        album = _Album(rooms, arguments.picture) if arguments.picture else None
        desk = Desk(rooms, context, album.add if album else None)
        for path in arguments.files:
            try:
                for row in read_file(path, Role(arguments.role), desk, SystemClock()):
                    _show(row, screen, as_json=arguments.json)
            except AgentError as error:
                failed = True
                print(error, file=sys.stderr)  # noqa: T201 - the command line speaks
    return 1 if failed else 0


def _context(arguments: Namespace) -> ParserContext:
    """What is known beforehand: nothing, or what the named creditor's configuration and corrections say."""
    if not arguments.creditor:
        return ParserContext()
    with opened(arguments) as (settings, store):
        creditor = settings.creditor(arguments.creditor)
        if creditor is None:
            raise AgentError(f"there is no creditor {arguments.creditor!r}")
        return hint_of(creditor, settings.limits.document_pages, layouts_of(store, creditor.id))


@dataclass(slots=True)
class _Album:
    """Where pictures are written: the first page at the path asked for, further ones beside it with -2, -3."""

    rooms: Rooms
    target: Path
    count: int = 0

    def add(self, document: Document, readings: tuple[InvoiceReading, ...]) -> None:
        """Draw this document."""
        drawn = self.rooms.plain.run(draw, document, readings)
        if isinstance(drawn, Failure):
            self._say(f"{document.filename} cannot be drawn: {drawn.detail}")
            return
        if not drawn.value:
            self._say(f"{document.filename} has no page to draw (XML has none): --json tells the evidence")
        for page in drawn.value:
            self.count += 1
            suffix = f"-{self.count}" if self.count > 1 else ""
            path = self.target.with_name(f"{self.target.stem}{suffix}{self.target.suffix or '.png'}")
            try:
                path.write_bytes(page)
            except OSError as error:
                raise AgentError(f"{path} cannot be written: {error.strerror}") from error
            self._say(f"wrote {path}")

    @staticmethod
    def _say(text: str) -> None:
        print(text, file=sys.stderr)  # noqa: T201 - beside the rows, which may be piped


def _show(row: Mapping[str, object], screen: Screen, *, as_json: bool) -> None:
    if as_json:
        screen.json(row)
        return
    screen.heading(str(row["file"]))
    confidence, because = row.get("confidence"), row.get("because")
    for name, value in row.items():
        if name in _HIDDEN or value in (None, "", [], {}):
            continue
        sure = _part(confidence, name)
        told = "; ".join(part for part in (f"{float(sure):.0%}" if sure else "", _part(because, name)) if part)
        screen.line(f"  {name + ':':<22} {_text(value)}{f'   ({told})' if told else ''}")
    if isinstance(because, list) and because:
        screen.line(f"  {'because:':<22} {_text(because)}")
    screen.line()


def _part(table: object, name: str) -> str:
    return str(table.get(name, "")) if isinstance(table, dict) else ""


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(part)}" for key, part in value.items() if part not in (None, "", [], False))
    flat = " ".join(str(value).split())
    return flat if len(flat) <= _SHORT else f"{flat[:_SHORT]}…"
