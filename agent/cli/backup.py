"""`relance backup [FILE]`: a consistent, verified copy of the books, also while the daemon runs."""

from argparse import Namespace
from pathlib import Path

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.errors import AgentError
from agent.service.clock import SystemClock
from agent.service.keeping import seal_of
from agent.store.copies import dated, make_copy, thin_out


def run(arguments: Namespace, screen: Screen) -> int:
    """Write it; an existing file is refused, so that no older copy is lost by a slip. 1 when the books do not verify."""
    with opened(arguments) as (settings, store):
        now, seal = SystemClock().now(), seal_of(settings)
        target: Path = arguments.target or dated(settings.backup_dir, now)
        final = target.with_name(target.name + (seal.suffix if seal else ""))
        if final.exists():
            raise AgentError(f"{final} exists; name a new file")
        written, problems = make_copy(store, target, now, seal, settings.state_dir)
    if problems:
        for problem in problems:
            screen.line(problem)
        screen.line(
            f"{written} was written as the books are: they do not verify; older copies were all kept", "bold red"
        )
        return 1
    if arguments.target is None:
        keep = settings.backup
        thin_out(target.parent, keep.keep_daily, keep.keep_weekly, keep.keep_monthly)
    screen.line(f"Written and verified: {written}, with the documents beside it.")
    return 0
