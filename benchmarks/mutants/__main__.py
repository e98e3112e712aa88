"""`python -m benchmarks.mutants [MODULE=agent/domain] [SAMPLE=1500] [SEED=1] [AGAIN=1] [STORIES=1] [LEAST=85]`: counts the faults that tests notice.

MODULE is a room or a module (the beginning of its path). SAMPLE tries so many faults, of each module in proportion to its size, and
SEED chooses the same ones again; 0 tries all. AGAIN keeps what was noticed before, in modules that are
the same since, and tries the rest. STORIES lets also the slower
tests of service/ and of properties try that tell what these rooms decide. The table counts a module a line;
what survived is written as diffs into build/mutants/survivors.txt. The exit code is 1 when fewer than LEAST percent are noticed.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.mutants.making import COPY, Module, made

_ANSWERS = COPY / "answers.jsonl"
_ASKED = COPY / "asked.txt"
_SURVIVORS = COPY / "survivors.txt"
_MARKS = COPY / "marks.json"
_LOST, _NOTICED = ("survived", "untested"), ("killed", "timeout")


def main(words: Sequence[str]) -> int:
    """0 when enough faults are noticed."""
    given = dict(word.split("=", 1) for word in words)
    everything = made()
    before = _known(everything)
    modules = [module for module in everything if module.path.startswith(given.get("MODULE", "agent/domain"))]
    chosen = _chosen(modules, int(given.get("SAMPLE") or 0), given.get("SEED") or "1")
    names = [name for some in chosen.values() for name in some]
    asked = {n for n in names if not (given.get("AGAIN") and before.get(n) in _NOTICED)}
    kept = {name: verdict for name, verdict in before.items() if name not in asked}
    _ANSWERS.write_text("".join(f"{json.dumps([n, v, 0])}\n" for n, v in kept.items()), encoding="utf-8")
    _MARKS.write_text(json.dumps({module.path: module.mark for module in everything}), encoding="utf-8")
    tried = _play(sorted(asked), stories=bool(given.get("STORIES")))
    answers = _answers()
    verdicts = {name: answers[name] for name in names if name in answers}
    if not tried or len(verdicts) < len(names):
        print(f"only {len(verdicts)} of {len(names)} faults were tried", file=sys.stderr)
    _tell(modules, chosen, verdicts)
    return int(_share(verdicts) < float(given.get("LEAST") or 0))


def _play(asked: list[str], *, stories: bool) -> bool:
    """Whether the tests ran to their end; the faults are tried in no order, so that what an end by force leaves is a sample too."""
    random.Random(1).shuffle(asked)
    _ASKED.write_text("\n".join(asked), encoding="utf-8")
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "benchmarks.mutants.playing",
        _ASKED,
        _ANSWERS,
        *(["stories"] if stories else []),
    ]
    env = {**os.environ, "PYTHONPATH": str(COPY), "PYTHONHASHSEED": "0"}
    return subprocess.run(words, cwd=COPY, env=env, stdout=subprocess.DEVNULL, check=False).returncode in (0, 5)


def _answers() -> dict[str, str]:
    if not _ANSWERS.exists():
        return {}
    return {row[0]: row[1] for row in map(json.loads, _ANSWERS.read_text(encoding="utf-8").splitlines())}


def _known(modules: Sequence[Module]) -> dict[str, str]:
    """What was found out before about the faults of modules that are the same since."""
    marks = json.loads(_MARKS.read_text(encoding="utf-8")) if _MARKS.exists() else {}
    answers = _answers()
    same = (module for module in modules if marks.get(module.path) == module.mark)
    return {name: answers[name] for module in same for name in module.names if name in answers}


def _chosen(modules: Sequence[Module], sample: int, seed: str) -> dict[str, list[str]]:
    """The names to try by module; a sample takes of each module its part, and at least one."""
    total = sum(len(module.names) for module in modules)
    share = min(1.0, sample / total) if sample and total else 1.0
    return {m.path: _some(m, math.ceil(len(m.names) * share), random.Random(f"{seed} {m.path}")) for m in modules}


def _some(module: Module, count: int, dice: random.Random) -> list[str]:
    return dice.sample(list(module.names), count)


def _tell(modules: Sequence[Module], chosen: Mapping[str, Sequence[str]], verdicts: Mapping[str, str]) -> None:
    lost: list[str] = []
    print(f"{'module':44} {'tried':>6} {'killed':>6} {'timeout':>7} {'survived':>8} {'untested':>8} {'noticed':>8}")
    for module in modules:
        mine = {name: verdicts[name] for name in chosen[module.path] if name in verdicts}
        if mine:
            _line(module.path, mine)
        lost += [f"{mine[name]}: {module.difference(name)}\n" for name in sorted(mine) if mine[name] in _LOST]
    _line("all", verdicts)
    low, high = _interval(verdicts)
    print(f"of all faults {low:.1f} to {high:.1f} % are noticed (95 % confidence)")
    _SURVIVORS.write_text("\n".join(lost), encoding="utf-8")


def _line(name: str, verdicts: Mapping[str, str]) -> None:
    count = Counter(verdicts.values())
    numbers = f"{count['killed']:6} {count['timeout']:7} {count['survived']:8} {count['untested']:8}"
    print(f"{name:44} {len(verdicts):6} {numbers} {_share(verdicts):7.1f}%")


def _share(verdicts: Mapping[str, str]) -> float:
    return 100 * sum(v not in _LOST for v in verdicts.values()) / (len(verdicts) or 1)


def _interval(verdicts: Mapping[str, str]) -> tuple[float, float]:
    """The interval of Wilson (1927) around the share."""
    n, share, z = len(verdicts) or 1, _share(verdicts) / 100, 1.96
    middle, width = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return 100 * (middle - width) / (1 + z * z / n), 100 * (middle + width) / (1 + z * z / n)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
