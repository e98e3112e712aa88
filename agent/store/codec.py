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

_ENCODERS: dict[type, Callable[[Any], Any]] = {}


def dumps(document: Mapping[str, Json], *, ordered: bool = True) -> str:
    """The text of this document without spaces; `ordered` by its keys, so that equal documents give equal texts.

    Broken mail may carry halves of characters (lone surrogates), which have no form in UTF-8: such a document is escaped.
    """
    text = json.dumps(document, sort_keys=ordered, separators=(",", ":"), ensure_ascii=False)
    if writable(text):
        return text
    return json.dumps(document, sort_keys=ordered, separators=(",", ":"))


def writable(text: str) -> bool:
    """Whether this text has a form in UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def encode(value: object) -> Json:
    """This value as JSON. A field that is None, and need not be told, is left out.

    Raises:
        TypeError: a value of a type that has no form here.
    """
    result: Json = _encoder(type(value))(value)
    return result


def encode_fields(value: object) -> Document:
    """A dataclass as a document, field by field. Raises TypeError for anything else."""
    document = encode(value)
    if not isinstance(document, dict):
        raise TypeError(f"{value!r} has no fields")
    return document


def _encoder(kind: Any) -> Callable[[Any], Any]:
    found = _ENCODERS.get(kind)
    if found is None:
        found = _ENCODERS[kind] = _made_encoder(kind)
    return found


def _made_encoder(kind: Any) -> Callable[[Any], Any]:
    if kind in (str, int, float, bool, types.NoneType):
        return lambda value: value
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, Decimal):
        return str
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    if issubclass(kind, tuple):
        return lambda value: [_encoder(type(part))(part) for part in value]
    if is_dataclass(kind):
        return _encoder_of_fields(kind)
    raise TypeError(f"no form for {kind}")


def _encoder_of_fields(kind: Any) -> Callable[[Any], Any]:
    names = tuple((f.name, f.default in (MISSING, None) and f.default_factory is MISSING) for f in fields(kind))

    def write(value: Any) -> Document:
        parts = ((name, silent, getattr(value, name)) for name, silent in names)
        return {name: _encoder(type(part))(part) for name, silent, part in parts if part is not None or not silent}

    return write


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
