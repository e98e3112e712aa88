"""Run the product's own code over a folder of cases: python -m benchmarks.predict CATEGORY DIR > predictions.jsonl.

Each module of this package is one category and has `predict(directory) -> iterator of JSON objects`. It reads from the folder's
list only what the product would know: file names, a forward's own subject, the mail and the sender's role.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path

import benchmarks.predict


def categories() -> list[str]:
    """The categories that can be predicted."""
    return sorted(m.name for m in pkgutil.iter_modules(benchmarks.predict.__path__) if not m.name.startswith("_"))


def main(arguments: list[str]) -> int:
    """Print one JSON object a line; 2 when the call is off."""
    if len(arguments) != 2 or arguments[0] not in categories() or not Path(arguments[1]).is_dir():
        print(f"usage: python -m benchmarks.predict {{{','.join(categories())}}} DIR", file=sys.stderr)
        return 2
    module = importlib.import_module(f"benchmarks.predict.{arguments[0]}")
    for row in module.predict(Path(arguments[1])):
        print(json.dumps(row, ensure_ascii=False, default=str), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
