"""What the functions of a mutated module are kept by, and how one fault is put into one of them."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType, MethodType
from typing import Any

MutantDict = dict[str, Any]

_KEPT: list[tuple[FunctionType, MutantDict]] = []


def keep(mutants: MutantDict, is_classmethod: bool = False) -> Callable[[FunctionType], FunctionType]:  # noqa: ARG001 - mutmut passes it
    """A decorator that leaves the function as it is and remembers where its mutants will be."""

    def kept(function: FunctionType) -> FunctionType:
        _KEPT.append((function, mutants))
        return function

    return kept


def functions() -> dict[CodeType, str]:
    """The mutated functions by their code: the name that their mutants' names begin with."""
    return {function.__code__: _prefix(function, mutants) for function, mutants in _KEPT if len(mutants) > 1}


def put(name: str) -> bool:
    """True when the fault of this name is now in its function, for the rest of this process."""
    module, _, short = name.rpartition(".")
    for function, mutants in _KEPT:
        if function.__module__ == module and short in mutants:
            mutant = mutants[short].__func__ if isinstance(mutants[short], MethodType) else mutants[short]
            function.__code__ = mutant.__code__
            function.__defaults__, function.__kwdefaults__ = mutant.__defaults__, mutant.__kwdefaults__
            return True
    return False


def _prefix(function: FunctionType, mutants: MutantDict) -> str:
    first = next(key for key in mutants if key != "_mutmut_orig")
    return f"{function.__module__}.{first.rpartition('__mutmut_')[0]}"
