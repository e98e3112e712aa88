"""Run the benchmarks: python -m benchmarks [ONLY=name]. One JSON object a line; the whole ends within a quarter of an hour.

Each module benchmarks/bench_*.py has `run()`, which yields one measurement after the other: {"name", "value", "unit",
"floor_name", "floor_value", "ratio"}. With `NAMES` it says beforehand which ones, so that ONLY need not run the others; with
`ONLY_BY_NAME` that it takes so long that it runs only when it is asked for.
"""

import importlib
import json
import pkgutil
import sys
import time
import traceback
from types import ModuleType

import benchmarks

LIMIT_SECONDS = 15 * 60
KEYS = ("name", "value", "unit", "floor_name", "floor_value", "ratio")


def main(arguments: list[str]) -> int:
    """Print what was measured; 1 when a benchmark failed or there was no time left for one, 2 when the call is off."""
    only = arguments[0].removeprefix("ONLY=") if arguments else ""
    if len(arguments) > 1 or (arguments and (not arguments[0].startswith("ONLY=") or not only)):
        print("usage: python -m benchmarks [ONLY=name]", file=sys.stderr)
        return 2
    started, seen, failed = time.monotonic(), 0, False
    for name in sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name.startswith("bench_")):
        if time.monotonic() - started > LIMIT_SECONDS:
            print(f"no time left for {name}", file=sys.stderr)
            return 1
        try:
            seen += measure(importlib.import_module(f"benchmarks.{name}"), only)
        except Exception:
            traceback.print_exc()
            failed = True
    if only and not seen:
        print(f"no benchmark {only!r}", file=sys.stderr)
        return 2
    return int(failed)


def measure(module: ModuleType, only: str) -> int:
    """How many measurements of this module were printed: all, or the one that is wanted."""
    unasked = getattr(module, "ONLY_BY_NAME", False) and not only
    if unasked or (only and only not in getattr(module, "NAMES", (only,))):
        return 0
    print(f"{module.__name__} …", file=sys.stderr)
    printed = 0
    for measured in module.run():
        if only in ("", measured["name"]):
            print(json.dumps({key: measured[key] for key in KEYS}, ensure_ascii=False), flush=True)
            printed += 1
        if only == measured["name"]:
            break
    return printed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
