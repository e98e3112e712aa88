"""`relance backup FILE`: a consistent, verified copy of the books, also while the daemon runs."""

from argparse import Namespace

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.errors import AgentError


def run(arguments: Namespace, screen: Screen) -> int:
    """Write it; an existing file is refused, so that no older copy is lost by a slip."""
    if arguments.target.exists():
        raise AgentError(f"{arguments.target} exists; name a new file")
    arguments.target.parent.mkdir(parents=True, exist_ok=True)
    with opened(arguments) as (_, store):
        store.backup(arguments.target)
    screen.line(f"Written and verified: {arguments.target}, with the documents beside it.")
    return 0
