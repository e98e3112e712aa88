"""The shape of the code: what fits on a screen, says what it returns, and names its types."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "agent").rglob("*.py"))
LONGEST_FUNCTION = 40
LONGEST_MODULE = 350
MEDIAN_FUNCTION = 10

Function = ast.FunctionDef | ast.AsyncFunctionDef


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the program, parsed."""
    for path in FILES:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, Function]]:
    """Every function and method."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{name}:{node.lineno} {node.name}", node


def length(function: Function) -> int:
    """Its lines without decorators and docstring."""
    body = function.body
    skipped = 0
    if ast.get_docstring(function) is not None:
        skipped = (body[0].end_lineno or 0) - body[0].lineno + 1
    return (function.end_lineno or 0) - function.lineno + 1 - skipped


def _lines(path: Path) -> int:
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def test_a_function_fits_on_a_screen():
    """At most 40 lines net of its docstring, and half of them under 10."""
    lengths = {name: length(function) for name, function in functions()}
    assert not [f"{name}: {size}" for name, size in lengths.items() if size > LONGEST_FUNCTION]
    assert sorted(lengths.values())[len(lengths) // 2] <= MEDIAN_FUNCTION


def test_a_module_stays_small():
    """A module that grows past 350 lines (blank ones not counted) wants to be two."""
    sizes = {p.relative_to(ROOT).as_posix(): _lines(p) for p in FILES}
    assert not {name: size for name, size in sizes.items() if size > LONGEST_MODULE}


def test_what_is_public_says_what_it_is():
    """Every module with content, every public class and function has a docstring; a method may inherit its port's."""
    silent = []
    for name, tree in trees():
        if tree.body and ast.get_docstring(tree) is None:
            silent.append(name)
        for node in tree.body:
            if (
                isinstance(node, ast.ClassDef | Function)
                and not node.name.startswith("_")
                and ast.get_docstring(node) is None
            ):
                silent.append(f"{name}: {node.name}")
    assert not silent


def test_every_function_names_its_types():
    """Arguments and results are annotated, all of them."""
    bare = []
    for name, function in functions():
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        given = [a for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
        if given or function.returns is None:
            bare.append(name)
    assert not bare


def test_records_below_the_service_are_values():
    """A dataclass of a lower room is slotted, and frozen but for the trees that readers of mail and documents build up."""
    loose = []
    rooms = {"domain": True, "intake": True, "reports": True, "config": True, "mail": False, "parsers": False}
    for name, tree in trees():
        frozen = rooms.get(name.split("/")[1])
        if frozen is None:
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            for decorator in map(ast.unparse, node.decorator_list):
                if decorator.startswith("dataclass"):
                    good = "slots=True" in decorator and (not frozen or "frozen=True" in decorator)
                    loose += [] if good else [f"{name}: {node.name}"]
    assert not loose


def test_nothing_is_left_for_later():
    """No marks of unfinished work stand in the code."""
    mark = re.compile(r"#.*\b(" + "TO" + "DO|FIX" + "ME|X" + r"XX)\b")
    assert not [p.relative_to(ROOT).as_posix() for p in FILES if mark.search(p.read_text(encoding="utf-8"))]
