"""A copy of the project in which every function of the rooms asked for stands with all its mutants beside it."""

from __future__ import annotations

import difflib
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

from benchmarks.mutants import ROOMS

ROOT = Path(__file__).parents[2]
COPY = ROOT / "build" / "mutants"
_COPIED = ("agent", "tests", "benchmarks", "templates", "systemd")
_FILES = ("pyproject.toml", "config.example.toml", "README.md")
_IMPORT = "from mutmut.mutation.trampoline import wrap_in_trampoline as _mutmut_mutated, MutantDict"
_OURS = "from benchmarks.mutants.switch import keep as _mutmut_mutated, MutantDict"


@dataclass(frozen=True, slots=True)
class Module:
    """One mutated module: its path, its text's SHA-256, its mutants' names, and where in the mutated text each function stands."""

    path: str
    mark: str
    names: tuple[str, ...]
    spans: Mapping[str, tuple[int, int]]

    def difference(self, name: str) -> str:
        """What the mutant of this name changes, as a diff."""
        lines = (COPY / self.path).read_text(encoding="utf-8").splitlines()
        short = name.rpartition(".")[2]
        before, after = (
            self._text(lines, each) for each in (short.rpartition("__mutmut_")[0] + "__mutmut_orig", short)
        )
        changed = difflib.unified_diff(before[1:], after[1:], lineterm="", n=1)
        return "\n".join([f"{name} ({self.path})", *list(changed)[2:]])

    def _text(self, lines: list[str], name: str) -> list[str]:
        start, end = self.spans[name]
        return lines[start - 1 : end]


def made() -> list[Module]:
    """The mutated modules, after the copy was brought up to date."""
    for name in _COPIED:
        _mirror(ROOT / name, COPY / name)
    for name in _FILES:
        shutil.copy2(ROOT / name, COPY / name)
    return [_mutated(path) for path in _sources()]


def _mirror(source: Path, target: Path) -> None:
    there = {p.relative_to(source) for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    for old in [p for p in target.rglob("*") if p.is_file() and p.suffix != ".mutants"] if target.is_dir() else []:
        if old.relative_to(target) not in there and "__pycache__" not in old.parts:
            old.unlink()
    for name in there:
        copy = target / name
        if not _is_mutated(source / name):
            copy.parent.mkdir(parents=True, exist_ok=True)
            if not copy.exists() or copy.stat().st_mtime_ns != (source / name).stat().st_mtime_ns:
                shutil.copy2(source / name, copy)


def _is_mutated(path: Path) -> bool:
    return path.suffix == ".py" and path.relative_to(ROOT).as_posix().startswith(ROOMS)


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def _mutated(source: Path) -> Module:
    path = source.relative_to(ROOT).as_posix()
    copy = COPY / path
    told = copy.with_suffix(".mutants")
    text = source.read_text(encoding="utf-8")
    mark = hashlib.sha256(text.encode()).hexdigest()
    known = json.loads(told.read_text(encoding="utf-8")) if told.exists() and copy.exists() else {}
    if known.get("mark") != mark:
        mutated = mutate_file_contents(path, text)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(mutated.code.replace(_IMPORT, _OURS), encoding="utf-8")
        dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        spans = {name: (span.start, span.end) for name, span in mutated.line_span_by_function_name.items()}
        known = {"mark": mark, "names": [f"{dotted}.{name}" for name in mutated.mutant_names], "spans": spans}
        told.write_text(json.dumps(known), encoding="utf-8")
    return Module(
        path, mark, tuple(known["names"]), {name: (start, end) for name, (start, end) in known["spans"].items()}
    )
