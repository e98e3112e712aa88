"""What must be the same at every worker of one set of books, as short prints that can be compared: rules and creditors, no paths or doors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path

import agent
from agent.config.settings import Settings

# Tables of the configuration that say how people are treated.
_RULES = (
    *("agency", "trust", "plan", "reporting", "legal_terms", "legal", "rates", "fees", "banks", "retention"),
    "dkim_selectors",
)
# Limits that go by what a machine has.
_OF_A_MACHINE = ("parse_seconds", "parse_memory_mb", "poll_seconds")
# How each mailbox is told from the others; by which door it is reached may differ.
_OF_A_MAILBOX = ("name", "address", "sender_name", "languages", "sends_per_minute")
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Prints:
    """The print of each table of rules by its name, and of each creditor with his contact book by his id."""

    rules: Mapping[str, str]
    creditors: Mapping[str, str]


def print_of(text: str) -> str:
    """The print of this text (the beginning of its SHA-256): equal for equal texts, and nobody reads the text in it."""
    return hashlib.sha256(text.encode()).hexdigest()[:_SHORT]


def prints_of(settings: Settings) -> Prints:
    """What others are to compare of these settings."""
    rules = {name: print_of(_spelled(getattr(settings, name))) for name in _RULES}
    limits = {f.name: getattr(settings.limits, f.name) for f in fields(settings.limits) if f.name not in _OF_A_MACHINE}
    mailboxes = [[getattr(m, name) for name in _OF_A_MAILBOX] for m in settings.mailboxes]
    rules |= {"limits": print_of(_spelled(limits)), "mailboxes": print_of(_spelled(mailboxes))}
    rules |= {"templates": print_of(_spelled(_texts(settings.templates_dir))), "version": agent.__version__}
    books: dict[str, list[object]] = {}
    for entry in settings.contacts:
        books.setdefault(entry.creditor, []).append(entry)
    creditors = {c.id: print_of(_spelled([c, books.get(c.id, [])])) for c in settings.creditors}
    return Prints(rules, creditors)


def _texts(folder: Path | None) -> dict[str, bytes]:
    """The files of a folder, by their names below it."""
    if folder is None or not folder.is_dir():
        return {}
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _spelled(value: object) -> str:
    """The same text for the same value, in every process: what has no order is sorted, and where a file lies does not count."""
    if is_dataclass(value) and not isinstance(value, type):
        return f"({','.join(_spelled(getattr(value, f.name)) for f in fields(value))})"
    if isinstance(value, Mapping):
        return f"{{{','.join(sorted(f'{_spelled(key)}:{_spelled(one)}' for key, one in value.items()))}}}"
    if isinstance(value, AbstractSet):
        return f"{{{','.join(sorted(map(_spelled, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_spelled, value))}]"
    if isinstance(value, Enum):
        return repr(value.value)
    return "" if isinstance(value, Path) else repr(value)
