"""Values to JSON documents and back, by what their dataclasses declare: dates in ISO 8601, decimals as text, enums by value."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None
Document = dict[str, Json]


def dumps(document: Mapping[str, Json]) -> str:
    """The one text of this document: sorted keys, no spaces. Equal documents give equal texts."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def encode(value: object) -> Json:
    """This value as JSON. A field that is None, and need not be told, is left out.

    Raises:
        TypeError: a value of a type that has no form here.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    return encode_fields(value)


def encode_fields(value: object) -> Document:
    """A dataclass as a document, field by field. Raises TypeError for anything else."""
    kind: Any = type(value)
    names = _silent_when_none(kind)
    return {name: encode(part) for name, silent in names if not ((part := getattr(value, name)) is None and silent)}


@cache
def _silent_when_none(kind: Hashable) -> tuple[tuple[str, bool], ...]:
    if not (isinstance(kind, type) and is_dataclass(kind)):
        raise TypeError(f"no form for {kind}")
    return tuple((f.name, f.default in (MISSING, None) and f.default_factory is MISSING) for f in fields(kind))


def decode(kind: type[T], value: Json) -> T:
    """The value of this type that the JSON stands for; unknown fields are passed over.

    Raises:
        ValueError, TypeError, KeyError: the JSON is no such value.
    """
    declared: Any = kind
    result: T = _decoder(declared)(value)
    return result


@cache
def _decoder(kind: Hashable) -> Callable[[Any], Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _optional(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if is_dataclass(kind):
        return _fields(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if kind in (str, int, float, bool):
        return _plain(kind)
    if isinstance(kind, type) and issubclass(kind, Enum | Decimal):
        return kind
    raise TypeError(f"no form for {kind}")


def _plain(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return read


def _optional(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    inner = [a for a in arguments if a is not type(None)]
    if len(inner) != 1 or len(arguments) != 2:
        raise TypeError(f"no form for a choice of {arguments}")
    read = _decoder(inner[0])
    return lambda value: None if value is None else read(value)


def _tuple(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        read = _decoder(arguments[0])
        return lambda value: tuple(read(part) for part in value)
    reads = [_decoder(a) for a in arguments]
    return lambda value: tuple(read(part) for read, part in zip(reads, value, strict=True))


def _fields(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    known = tuple((f.name, _decoder(hints[f.name])) for f in fields(kind) if f.init)
    optional = tuple(
        f.name
        for f in fields(kind)
        if f.default is MISSING and f.default_factory is MISSING and type(None) in typing.get_args(hints[f.name])
    )

    def read(value: Any) -> Any:
        given = {name: read_field(value[name]) for name, read_field in known if name in value}
        for name in optional:
            given.setdefault(name, None)
        return kind(**given)

    return read
