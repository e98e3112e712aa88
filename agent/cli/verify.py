"""`relance verify`: fold all events anew and compare with the books."""

from argparse import Namespace

from agent.cli.books import opened
from agent.cli.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """0 when events, states and chain agree, 1 with every difference otherwise."""
    with opened(arguments) as (_, store):
        problems = list(store.verify())
    if arguments.json:
        screen.json({"ok": not problems, "problems": problems})
    elif problems:
        for problem in problems:
            screen.line(problem)
        screen.line(f"{len(problems)} problem(s); see «A damaged store» in docs/operations.md", "bold red")
    else:
        screen.line("The books agree with their events, and the chain of events is whole.", "green")
    return 1 if problems else 0
