"""The sentences of tests/data/replies."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "data" / "replies"
RECEIVED = date(2026, 3, 11)


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
