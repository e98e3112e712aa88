"""Log lines: one canonical line for each unit of work, JSON when nobody watches a terminal. Never a body, an IBAN or a secret."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from agent.config.hidden import hidden
from agent.errors import AgentError
from agent.reports.plain import printable
from agent.service.log_events import event_of


class _Discreet(logging.Formatter):
    """Tells where an error arose and of which kind it is. Its words may quote a mail: those of a foreign error are left out."""

    def formatException(self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | Any) -> str:  # noqa: N802 - the name is logging's
        """The places in the program, the innermost last, and the kind of the error."""
        _, error, _ = ei
        return "".join(_places(error)) if isinstance(error, BaseException) else ""


def _places(error: BaseException) -> Iterator[str]:
    if error.__cause__ not in (None, error):
        yield from _places(error.__cause__)
        yield "\nwhich led to\n"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}\n"
    yield f"{type(error).__name__}: {error}" if isinstance(error, AgentError) else type(error).__name__


class _Json(_Discreet):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": event_of(record),
            "what": record.getMessage(),
            **getattr(record, "line", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return hidden(json.dumps(line, ensure_ascii=False, default=str))


class _Plain(_Discreet):
    def format(self, record: logging.LogRecord) -> str:
        line = getattr(record, "line", {})
        told = " ".join(f"{k}={_short(v)}" for k, v in line.items() if v not in ("", (), None))
        # a server's words may hold what a terminal obeys
        text = printable(f"{record.levelname.lower():7} {record.getMessage()} {told}").rstrip()
        return hidden(f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text)


def _short(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def set_up(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send the program's log to standard error: plain on a terminal, one JSON object a line otherwise."""
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(_Plain() if target.isatty() else _Json())
    root = logging.getLogger("relance")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False
    # the driver tells of each transaction that was taken back, and so do we where it matters
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    sys.excepthook = _last_words


def _last_words(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """Say on standard error what ended the program, without the secrets or the mail that a library's words may repeat."""
    told = "".join(_places(error))
    sys.stderr.write(hidden(f"{told}\n"))


def canonical(log: logging.Logger, what: str, unit: object, **more: object) -> None:
    """Write the one line of a unit of work: the fields of a dataclass, and what is told besides."""
    line = {f.name: getattr(unit, f.name) for f in fields(unit)}  # type: ignore[arg-type]  # any dataclass will do
    log.info(what, extra={"line": {**line, **more}})
