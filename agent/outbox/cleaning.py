"""Text from outside, made harmless before a template sees it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from agent.domain.money import Money
from agent.reports.plain import one_line

T = TypeVar("T")
_NAME_LIMIT = 160


def cleaned(value: T, limit: int = _NAME_LIMIT) -> T:
    """The same value with every text in it made one harmless line (see reports.plain); bytes, dates and amounts stay."""
    return _cleaned(value, limit)  # type: ignore[no-any-return]


def _cleaned(value: Any, limit: int) -> Any:
    match value:
        case Enum() | Money():
            return value
        case str():
            return one_line(value, limit)
        case tuple():
            return tuple(_cleaned(part, limit) for part in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: _cleaned(getattr(value, f.name), limit) for f in fields(value) if f.init})
        case _:
            return value
