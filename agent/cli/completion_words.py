"""What can be typed after `relance`, read from the parser itself: for completion and for the man page."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What stands at a place: a file, a folder, a creditor's id, one of a few words, or text that nobody can guess."""

    FILE = "file"
    FOLDER = "folder"
    CREDITOR = "creditor"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Place:
    """A word that is typed: an argument, or the value of an option."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    help: str = ""
    required: bool = True
    many: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """`--config FILE`; one without a value is a switch."""

    name: str
    help: str
    value: Place | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One command with everything that can follow it."""

    name: str
    help: str
    options: tuple[Option, ...]
    places: tuple[Place, ...]


def spoken(parser: argparse.ArgumentParser) -> tuple[Command, ...]:
    """All commands of this parser, in the order of `relance --help`."""
    (group,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001 - argparse has no other way to ask it
    helps = {choice.dest: choice.help or "" for choice in group._choices_actions}  # noqa: SLF001 - likewise
    return tuple(_command(name, helps[name], command) for name, command in group.choices.items())


def _command(name: str, purpose: str, parser: argparse.ArgumentParser) -> Command:
    actions = parser._actions  # noqa: SLF001 - argparse has no other way to ask it
    return Command(
        name,
        purpose,
        tuple(_option(action) for action in actions if action.option_strings),
        tuple(_place(action) for action in actions if not action.option_strings),
    )


def _option(action: argparse.Action) -> Option:
    switch = action.nargs == 0
    return Option(action.option_strings[-1], _help(action), None if switch else _place(action), action.required)


def _place(action: argparse.Action) -> Place:
    choices = tuple(str(choice) for choice in action.choices or ())
    name = action.metavar if isinstance(action.metavar, str) else action.dest
    return Place(
        name,
        _kind(action, name),
        choices,
        _help(action),
        required=action.nargs not in ("?", "*"),
        many=action.nargs in ("+", "*"),
    )


def _kind(action: argparse.Action, name: str) -> Kind:
    if action.choices:
        return Kind.CHOICE
    if action.dest == "creditor" and name in ("ID", "CREDITOR"):
        return Kind.CREDITOR
    if action.type is Path:
        return Kind.FOLDER if name in ("DIR", "FOLDER") else Kind.FILE
    return Kind.FILE if action.dest.endswith("_file") else Kind.TEXT


def _help(action: argparse.Action) -> str:
    """The help as it is shown, but for a default that depends on where and by whom it is asked for."""
    text = action.help or ""
    if "%(default)s" not in text:
        return text
    return text % {"default": "/etc/relance/config.toml" if action.dest == "config" else action.default}
