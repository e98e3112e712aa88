"""The `relance` command: one module a command, loaded when it is called."""

import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from enum import IntEnum
from typing import Protocol, cast

from agent.cli.parser import build_parser
from agent.cli.screen import Screen
from agent.errors import AgentError, ConfigError, CorruptStore, NewerStore, NoStore, TemporaryError


class Exit(IntEnum):
    """Exit codes, after sysexits.h; docs/operations.md says what the operator does about each."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    DAMAGED = 65
    TRY_LATER = 75
    CONFIG = 78
    INTERRUPTED = 130


class Command(Protocol):
    """What a command's module offers."""

    def run(self, arguments: Namespace, screen: Screen) -> int:
        """Do it; the exit code."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Errors are told on standard error, without a trace."""
    arguments = build_parser().parse_args(argv)
    screen = Screen(sys.stdout)
    try:
        command = cast("Command", importlib.import_module(f"agent.cli.{arguments.module}"))
        return command.run(arguments, screen)
    except AgentError as error:
        return _tell(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`relance read … | head`): what is left to flush at exit has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


def _tell(error: AgentError) -> int:
    match error:
        case NoStore(place=place):
            lines = [
                f"there are no books yet at {place}",
                "the first run makes them: systemctl start relance, or relance once",
            ]
            code = Exit.PROBLEMS
        case ConfigError(problems=problems):
            lines, code = [*problems, f"{len(problems)} problem(s) in the configuration"], Exit.CONFIG
        case NewerStore():
            lines, code = [f"the store is of a newer Relance: {error}"], Exit.DAMAGED
        case CorruptStore():
            lines, code = (
                [f"the store is damaged: {error}", "see «A damaged store» in docs/operations.md"],
                Exit.DAMAGED,
            )
        case TemporaryError():
            lines, code = [f"not possible now: {error}"], Exit.TRY_LATER
        case _:
            lines, code = [str(error)], Exit.PROBLEMS
    print("\n".join(lines), file=sys.stderr)  # noqa: T201 - the command line speaks
    return code
