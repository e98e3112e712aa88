"""What a command says: with colour and rules on a terminal, as plain lines when piped."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from agent.reports.plain import printable

try:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table
except ModuleNotFoundError:  # the doctor must be able to say so
    _COLOURED = False
else:
    _COLOURED = True


@dataclass(frozen=True, slots=True)
class Screen:
    """Standard output, or a file that stands in for it. What is said may quote strangers: nothing of it is a command for the terminal."""

    out: TextIO

    @property
    def terminal(self) -> bool:
        """Whether a person is looking."""
        return self.out.isatty()

    def line(self, text: str = "", style: str = "") -> None:
        """One line of text; the style is for terminals."""
        text = printable(text)
        if self.terminal and style and _COLOURED:
            self._console().print(escape(text), style=style, highlight=False)
        else:
            print(text, file=self.out)

    def heading(self, text: str) -> None:
        """A line above a part of the answer."""
        self.line(text, "bold")

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        """A sign of life on a terminal while something takes its time."""
        if self.terminal and _COLOURED:
            with self._console().status(f"{escape(text)} …"):
                yield
        else:
            yield

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
        """Rows under column heads; the columns named in `right` are aligned right."""
        columns, right = [*map(_cell, columns)], [*map(_cell, right)]
        filled = [[*map(_cell, row)] for row in rows]
        if self.terminal and _COLOURED:
            table = Table(box=None, pad_edge=False, header_style="bold")
            for column in columns:
                table.add_column(column, justify="right" if column in right else "left", overflow="fold")
            for row in filled:
                table.add_row(*map(escape, row))
            self._console().print(table)
            return
        lines = [[*columns], *filled]
        widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
        for row in lines:
            cells = [
                cell.rjust(width) if column in right else cell.ljust(width)
                for column, cell, width in zip(columns, row, widths, strict=True)
            ]
            print("  ".join(cells).rstrip(), file=self.out)

    def json(self, value: object) -> None:
        """One JSON object on one line."""
        print(json.dumps(value, ensure_ascii=False, default=str), file=self.out, flush=True)

    def _console(self) -> "Console":
        return Console(file=self.out)


def _cell(text: object) -> str:
    """The text in one line: a line end in a name would begin a row."""
    found = printable(str(text))
    return " ".join(found.split()) if "\n" in found else found
