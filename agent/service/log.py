"""Log lines: one canonical line for each unit of work, JSON when nobody watches a terminal. Never a body, an IBAN or a secret."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from dataclasses import fields
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from agent.config.hidden import hidden
from agent.reports.plain import printable


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
            **getattr(record, "line", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return hidden(json.dumps(line, ensure_ascii=False, default=str))


class _Plain(logging.Formatter):
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
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say on standard error what ended the program, without the secrets that a library's words may repeat."""
    sys.stderr.write(hidden("".join(traceback.format_exception(kind, error, trace))))


def canonical(log: logging.Logger, what: str, unit: object, **more: object) -> None:
    """Write the one line of a unit of work: the fields of a dataclass, and what is told besides."""
    line = {f.name: getattr(unit, f.name) for f in fields(unit)}  # type: ignore[arg-type]  # any dataclass will do
    log.info(what, extra={"line": {**line, **more}})
