"""What is wrong with a configuration file, one line a problem, each beginning with its key."""

import dataclasses
import difflib
import types
from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")

_PASSWORD_HINT = "a password never stands in this file: name a password_file, password_credential or password_env"  # noqa: S105 - a sentence
# what reads a dataclass: made once, for to make it takes longer than to read a file, and each creditor has a file
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
_BACKENDS = {"maildir", "imap", "smtp", "exchange"}


def validate(kind: type[T], document: object, prefix: str = "") -> tuple[T | None, list[str]]:
    """The document as a value of this dataclass, or None with every problem found in it."""
    try:
        return _adapter(kind).validate_python(document), []
    except ValidationError as error:
        known = tuple(key_paths(kind))
        found = (dict(problem) for problem in error.errors(include_url=False))
        return None, [prefix + _line(problem, known) for problem in found if not _follows_from_others(problem)]


def key_paths(kind: Any, prefix: str = "") -> Iterator[str]:
    """Every key that this dataclass takes, with its tables: `mailboxes.inbox.host`."""
    for entry in dataclasses.fields(kind):
        hint = get_type_hints(kind, include_extras=True)[entry.name]
        tables = tuple(_tables(hint))
        yield prefix + entry.name
        for table in tables:
            yield from key_paths(table, f"{prefix}{entry.name}.")


def _tables(hint: Any) -> Iterator[Any]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    elif get_origin(hint) is Annotated:
        yield from _tables(get_args(hint)[0])
    elif get_origin(hint) in (Union, types.UnionType, tuple, list):
        for part in get_args(hint):
            yield from _tables(part)


def _follows_from_others(problem: dict[str, Any]) -> bool:
    """A list whose only entries were refused counts as empty, which is no mistake of its own."""
    return problem["type"] == "too_short" and bool(problem["input"])


def _line(problem: dict[str, Any], known: tuple[str, ...]) -> str:
    key = _key(problem["loc"])
    match problem["type"]:
        case "unexpected_keyword_argument":
            return f"{key}: {_unknown(key, known)}"
        case "missing":
            return f"{key}: is required"
        case "union_tag_invalid" | "union_tag_not_found":
            return f"{key}.backend: should be one of {problem['ctx'].get('expected_tags', _backends_of(key))}"
        case "too_short":
            return f"{key}: at least one is needed"
        case "dataclass_type":
            return f"{key}: should be a table"
        case _:
            return f"{key}: {_sentence(problem)}"


def _sentence(problem: dict[str, Any]) -> str:
    message = (
        str(problem["msg"]).removeprefix("Value error, ").replace("Input should", "should").replace("tuple", "list")
    )
    given = problem.get("input")
    plain = isinstance(given, str | int | float | bool) and problem["type"] != "value_error"
    return f"{message} (is {given!r})" if plain else message


def _key(location: tuple[str | int, ...]) -> str:
    """`mailboxes[1].inbox.host` for a place in the document; the backend that a table chose is no part of it."""
    text = ""
    for before, part in zip(("", *location), location, strict=False):
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif not (before in ("inbox", "outgoing") and part in _BACKENDS):
            text += f".{part}" if text else part
    return text


def _unknown(key: str, known: tuple[str, ...]) -> str:
    plain = _plain(key)
    if plain.rpartition(".")[2] == "password":
        return _PASSWORD_HINT
    table, _, name = plain.rpartition(".")
    beside = [k.rpartition(".")[2] for k in known if k.rpartition(".")[0] == table]
    near = difflib.get_close_matches(name, beside, 1) or difflib.get_close_matches(plain, known, 1)
    elsewhere = [k for k in known if k.rpartition(".")[2] == name]
    if not near and elsewhere:
        near = elsewhere[:1]
    return f"unknown key; did you mean {near[0]}?" if near else "unknown key"


def _plain(key: str) -> str:
    return "".join(part.partition("]")[2] if i else part for i, part in enumerate(key.split("[")))


def _backends_of(key: str) -> str:
    return "'maildir', 'imap', 'exchange'" if key.endswith("inbox") else "'maildir', 'smtp', 'exchange'"
