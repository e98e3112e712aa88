"""`relance backup [FILE]`: a consistent, verified copy of the books, also while the daemon runs."""

from argparse import Namespace
from pathlib import Path

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.errors import AgentError
from agent.service.clock import SystemClock

_KEPT = 14


def run(arguments: Namespace, screen: Screen) -> int:
    """Write it; an existing file is refused, so that no older copy is lost by a slip."""
    with opened(arguments) as (settings, store):
        target: Path = (
            arguments.target or settings.state_dir / "backups" / f"relance-{SystemClock().now():%Y%m%dT%H%M%S}.db"
        )
        if target.exists():
            raise AgentError(f"{target} exists; name a new file")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        store.backup(target)
    if arguments.target is None:
        _thin_out(target.parent)
    screen.line(f"Written and verified: {target}, with the documents beside it.")
    return 0


def _thin_out(folder: Path) -> None:
    """Keep the newest of the copies that this command named itself; their documents are shared and stay."""
    for old in sorted(folder.glob("relance-????????T??????.db"))[:-_KEPT]:
        old.unlink()
