"""What the doctor says: one finding a check. Needs nothing but Python itself, so that it can be said of a broken installation."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.service.sending_domain import Records

_STATE_DIR = re.compile(r"""^\s*state_dir\s*=\s*["']([^"'\n]{1,500})["']""", re.MULTILINE)
_USUAL_STATE = Path("/var/lib/relance")
_PATIENCE = 10.0

Runs = Callable[[Sequence[str]], str | None]


class Level(StrEnum):
    """How bad it is: all is well, a person should look, or the service cannot do its work."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `repair` is the command or change that mends it; `mend` does so where that is safe."""

    check: str
    level: Level
    detail: str
    repair: str = ""
    mend: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    repaired: bool = False


def ok(check: str, detail: str) -> Finding:
    """All is well here."""
    return Finding(check, Level.OK, detail)


def warning(check: str, detail: str, repair: str, mend: Callable[[], None] | None = None) -> Finding:
    """The service does its work, and a person should look at this."""
    return Finding(check, Level.WARNING, detail, repair, mend)


def wrong(check: str, detail: str, repair: str, mend: Callable[[], None] | None = None) -> Finding:
    """The service cannot do its work as it is."""
    return Finding(check, Level.WRONG, detail, repair, mend)


@dataclass(frozen=True, slots=True)
class Premises:
    """What an examination goes by. `settings` is None where the configuration cannot be read; `records` is None without network."""

    config: Path
    state_dir: Path
    now: datetime
    settings: Settings | None = None
    records: Records | None = None
    deep: bool = False
    runs: Runs = field(default=lambda _: None)

    @property
    def store_path(self) -> Path:
        """The file that holds the books, unless a database does."""
        return self.state_dir / "relance.db"

    @property
    def in_database(self) -> bool:
        """Whether the configuration names a database for the books."""
        return self.settings is not None and bool(self.settings.store.address)


def told_state_dir(config: Path) -> Path:
    """The state folder that a configuration names, read from its text even when the rest of it is no TOML; else the usual one."""
    try:
        found = _STATE_DIR.search(config.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        found = None
    return config.absolute().parent / found[1] if found else _USUAL_STATE


def run_program(command: Sequence[str]) -> str | None:
    """What a program of the system prints; None when it is not there, fails or takes longer than ten seconds."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603 - our own words, no shell
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout if done.returncode == 0 else None
