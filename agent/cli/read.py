"""`relance read`: explain any mail, invoice or bank statement; change nothing."""

import sys
from argparse import Namespace
from collections.abc import Mapping

from agent.cli.screen import Screen
from agent.domain.parties import Role
from agent.errors import AgentError
from agent.service.clock import SystemClock
from agent.service.documents import Rooms
from agent.service.reading import read_file

_SHORT = 300


def run(arguments: Namespace, screen: Screen) -> int:
    """One row a document; 1 when a file could not be opened."""
    failed = False
    with Rooms.of() as rooms:
        for path in arguments.files:
            try:
                for row in read_file(path, Role(arguments.role), rooms, SystemClock()):
                    _show(row, screen, as_json=arguments.json)
            except AgentError as error:
                failed = True
                print(error, file=sys.stderr)  # noqa: T201 - the command line speaks
    return 1 if failed else 0


def _show(row: Mapping[str, object], screen: Screen, *, as_json: bool) -> None:
    if as_json:
        screen.json(row)
        return
    screen.heading(str(row["file"]))
    confidence, because = row.get("confidence"), row.get("because")
    for name, value in row.items():
        if name in ("file", "confidence", "because") or value in (None, "", [], {}):
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
