"""Writes relance(1) and relance.toml(5): python packaging/pages.py FOLDER.

The first is what `relance --help` says of every command, the second what the examples of the configuration say of every key, so
that neither can differ from them. The day on the pages is that of SOURCE_DATE_EPOCH.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from agent import __version__
from agent.cli.completion_words import Command, Option, Place, spoken
from agent.cli.parser import build_parser

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config.example.toml"
CREDITOR = ROOT / "docs/examples/creditors/menuiserie-dupont.toml"
CONTACTS = ROOT / "docs/examples/contacts.toml"
FILES = {
    "/etc/relance/config.toml": "the configuration, see relance.toml(5); another one by --config, or RELANCE_CONFIG in the environment",
    "/etc/relance/creditors/": "a file for each creditor",
    "/var/lib/relance/": "the books, the documents that were handed over, and nightly copies",
}
ABOUT = "This page says what config.example.toml and the examples of a creditor's file and a contact book say."
EXAMPLES = {
    "relance init --config /etc/relance/config.toml": "write a first configuration",
    "relance check": "touch everything and say what to do about each failure",
    "systemctl enable --now relance relance-backup.timer": "start the service, and its backup each night",
    "relance read invoice.pdf": "explain what would be read out of a document",
    "relance explain 2026-118": "the history of one invoice, with its reasons",
}


@dataclass(slots=True)
class Key:
    """A key of a table, the value that the example shows, and what stands beside it."""

    name: str
    value: str
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table of an example: its head (empty for what stands above the first), what is said of it, its keys, another way to write it
    with what is said of that.
    """

    head: str
    text: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def tables(text: str) -> list[Table]:
    """An example of the configuration, read with its remarks."""
    found = [Table("")]
    waiting: list[str] = []
    for line in text.splitlines():
        table = found[-1]
        if head := re.match(r"(\[\[?[\w.]+\]\]?)\s*(?:# (.*))?$", line):
            found.append(Table(head[1], [head[2]] if head[2] else []))
        elif key := re.match(r"#?(\w+) = (.*)$", line):
            value, remark = _parted(key[2])
            table.keys.append(Key(key[1], value, [*waiting, *remark]))
            waiting = []
        elif line.startswith("#     "):
            table.instead, waiting = [*table.instead, *waiting], []
            table.shown.append(line[6:])
        elif line.startswith("# "):
            (waiting if table.keys else table.text).append(line[2:])
        elif line.startswith(" "):
            table.keys[-1].text.append(line.strip().removeprefix("# "))
        elif not line:
            table.text, waiting = [*table.text, *waiting], []
    return found


def _parted(rest: str) -> tuple[str, list[str]]:
    """The value, and the remark behind it; a # within quotes is none."""
    parts = re.fullmatch(r"""((?:"[^"]*"|[^"#])*?)\s*(?:# (.*))?""", rest)
    assert parts is not None, rest
    return parts[1], [parts[2]] if parts[2] else []


def roff(text: str) -> str:
    """Text that means nothing to troff."""
    plain = (
        text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    )
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def bold(text: str) -> str:
    return f"\\fB{roff(text)}\\fR"


def head(title: str, section: int, purpose: str) -> Iterator[str]:
    day = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC).date()
    yield f'.TH {title.upper()} {section} {day} "Relance {__version__}" Relance'
    yield from ('.\\" Written by packaging/pages.py', ".nh", ".ad l", ".SH NAME", f"{title} \\- {roff(purpose)}")


def command_page() -> str:
    """relance(1)."""
    parser = build_parser()
    commands = spoken(parser)
    assert parser.description is not None
    assert parser.epilog is not None
    lines = list(head("relance", 1, parser.description[0].lower() + parser.description[1:].rstrip(".")))
    lines += [".SH SYNOPSIS", f"{bold('relance')} \\fICOMMAND\\fR [\\fIOPTION\\fR ...]", ".br"]
    lines += [f"{bold('relance')} [\\fICOMMAND\\fR] {bold('--help')}", ".br", bold("relance --version"), ".SH COMMANDS"]
    lines += [line for command in commands for line in _command(command)]
    lines.append(".SH EXIT STATUS")
    for code, meaning in re.findall(r"(\d+) ([^,.]+)", parser.epilog):
        lines += [".TP", bold(code), roff(meaning)]
    lines.append(".SH FILES")
    for name, meaning in FILES.items():
        lines += [".TP", bold(name), roff(meaning)]
    lines.append(".SH EXAMPLES")
    for call, meaning in EXAMPLES.items():
        lines += [".TP", bold(call), roff(meaning)]
    lines += [".SH SEE ALSO", ".BR relance.toml (5),", ".BR systemctl (1)"]
    return "\n".join(lines) + "\n"


def _command(command: Command) -> Iterator[str]:
    yield f".SS {command.name}"
    called = [bold(f"relance {command.name}")]
    called += [_shown(option) for option in command.options if option.required]
    yield " ".join([*called, "[\\fIOPTION\\fR ...]", *map(_place, command.places)])
    yield ".PP"
    yield roff(command.help[0].upper() + command.help[1:]) + "."
    for option in (option for option in command.options if option.name != "--help"):
        yield ".TP"
        yield _shown(option)
        yield roff(option.help or "see above") + _choices(option.value)
    for place in command.places:
        if place.help or place.choices:
            yield ".TP"
            yield f"\\fI{roff(place.name)}\\fR"
            yield roff(place.help) + _choices(place)


def _shown(option: Option) -> str:
    return bold(option.name) + (f" \\fI{roff(option.value.name)}\\fR" if option.value else "")


def _place(place: Place) -> str:
    shown = "|".join(map(bold, place.choices)) or f"\\fI{roff(place.name)}\\fR"
    shown += " ..." if place.many else ""
    return shown if place.required else f"[{shown}]"


def _choices(place: Place | None) -> str:
    return f" ({', '.join(map(bold, place.choices))})" if place and place.choices else ""


def configuration_page() -> str:
    """relance.toml(5)."""
    lines = list(head("relance.toml", 5, "configuration of relance, its creditors' files and its contact book"))
    first, *rest = tables(CONFIG.read_text(encoding="utf-8"))
    lines += [
        ".SH SYNOPSIS",
        bold("/etc/relance/config.toml"),
        ".br",
        bold("/etc/relance/creditors/") + "\\fIID\\fB.toml\\fR",
        ".br",
    ]
    lines += [bold("/etc/relance/contacts.toml"), ".SH DESCRIPTION", ABOUT, ".PP", *_text(first.text)]
    lines += [".SH CONFIG.TOML", *_tables(rest)]
    lines += [".SH CREDITORS' FILES", *_tables(tables(CREDITOR.read_text(encoding="utf-8")))]
    lines += [".SH CONTACT BOOK", *_tables(tables(CONTACTS.read_text(encoding="utf-8")))]
    lines += [".SH SEE ALSO", ".BR relance (1)"]
    return "\n".join(lines) + "\n"


def _tables(found: Iterable[Table]) -> Iterator[str]:
    for table in found:
        if table.head:
            yield f".SS {table.head}"
        yield from _text(table.text)
        for key in table.keys:
            yield ".TP"
            yield f"{bold(key.name)} = {roff(key.value)}"
            yield from _text(key.text)
        if table.shown:
            yield from (".PP", *_text(table.instead), ".PP", ".nf", ".RS 4", *map(roff, table.shown), ".RE", ".fi")


def _text(lines: Iterable[str]) -> Iterator[str]:
    return map(roff, lines)


PAGES = {"relance.1": command_page, "relance.toml.5": configuration_page}


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
