"""Opens what a parsing child answers. A child may have been taken over by its document, so its answer is trusted as little.

A pickle can name functions to call, claim memory out of all proportion, change classes, or nest so deep that hashing it ends the
process. Only values of known kinds are made here, and none of this is done. Python's own unpickler in Python is the base: the one
in C reserves room for as many remembered objects as a number in the answer says, and cannot be told of nesting.
"""

import importlib
import io
import pickle
from collections.abc import Callable
from enum import Enum
from typing import Any, ClassVar

_DEEPEST = 200
_TUPLES = (pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3, pickle.TUPLE)
# Those that make something of a size, or out of a register, that the answer only claims.
_REFUSED = (
    pickle.BYTEARRAY8,
    pickle.EXT1,
    pickle.EXT2,
    pickle.EXT4,
    pickle.PERSID,
    pickle.BINPERSID,
    pickle.NEXT_BUFFER,
)
_PLAIN = frozenset(
    {
        *(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")),
        *(("builtins", name) for name in ("set", "frozenset")),
        ("decimal", "Decimal"),
    }
)
_ROOMS = ("agent.domain.", "agent.mail.", "agent.parsers.", "agent.intake.")

_Base = pickle._Unpickler  # noqa: SLF001 - the documented one cannot be told how to take each code
_Load = Callable[[pickle.Unpickler], None]


def opened(answer: bytes) -> tuple[Any, Any]:
    """The outcome and the value that the child answered; an error of any kind when the answer is no such pair."""
    found = _Unpickler(io.BytesIO(answer)).load()
    if not isinstance(found, tuple) or len(found) != 2:
        raise pickle.UnpicklingError("an answer is a pair")
    return found


class _Unpickler(_Base):
    """Makes values of known kinds only: plain types, dates, decimals, and classes of the pure rooms."""

    stack: list[object]
    dispatch: ClassVar[dict[int, _Load]] = dict(_Base.dispatch)

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._depths: dict[int, tuple[int, object]] = {}

    def find_class(self, module: str, name: str) -> Callable[..., object]:
        """The class of this name when it may be made; UnpicklingError when not."""
        if (module, name) == ("builtins", "getattr"):
            return _member
        if (module, name) in _PLAIN or module.startswith(_ROOMS):
            found = getattr(importlib.import_module(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not a value")

    def measure(self) -> None:
        """Remember how deep the tuple just made is: hashing a deep one recurses in C, unchecked."""
        made = self.stack[-1]
        parts = made if isinstance(made, tuple) else ()
        depth = 1 + max((self._depths.get(id(part), (0, None))[0] for part in parts), default=0)
        if depth > _DEEPEST:
            raise pickle.UnpicklingError("nested too deep")
        self._depths[id(made)] = depth, made


def _member(kind: object, name: str) -> Enum:
    """A member of an enumeration: Python 3.11.0 to 3.11.3, Debian 12's among them, pickle it as getattr(kind, name)."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind[name]
    raise pickle.UnpicklingError(f"{kind!r} has no members")


def _refuse(_: pickle.Unpickler) -> None:
    raise pickle.UnpicklingError("no value of ours is written like this")


def _measured(load: _Load) -> _Load:
    def loaded(unpickler: pickle.Unpickler) -> None:
        load(unpickler)
        assert isinstance(unpickler, _Unpickler)
        unpickler.measure()

    return loaded


def _build(unpickler: pickle.Unpickler) -> None:
    """Fill in an object, as the base does; a class is never changed."""
    assert isinstance(unpickler, _Unpickler)
    if isinstance(unpickler.stack[-2], type):
        _refuse(unpickler)
    _Base.dispatch[pickle.BUILD[0]](unpickler)


_Unpickler.dispatch[pickle.BUILD[0]] = _build
_Unpickler.dispatch |= {code[0]: _refuse for code in _REFUSED}
_Unpickler.dispatch |= {code[0]: _measured(_Base.dispatch[code[0]]) for code in _TUPLES}
