"""`relance person ADDRESS --out DIR`: everything that is held about one person, to hand it to him."""

from argparse import Namespace

from agent.cli.books import opened, written
from agent.cli.screen import Screen
from agent.errors import AgentError
from agent.service.person import held_about


def run(arguments: Namespace, screen: Screen) -> int:
    """Write it into a folder of its own; 1 when nothing is held about him."""
    if arguments.out.exists() and any(arguments.out.iterdir()):
        raise AgentError(f"{arguments.out} holds something already; name an empty folder")
    with opened(arguments) as (settings, store):
        files = held_about(store, settings, arguments.address)
    if not files:
        screen.line(f"Nothing is held about {arguments.address}.")
        return 1
    arguments.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        target = arguments.out / name
        written(target, content)
        target.chmod(0o600)
    screen.line(f"{len(files)} file(s) in {arguments.out}; person.json says what they are.")
    screen.line(
        "Read them before they leave: mails may name other people. docs/privacy.md says what else belongs to the answer."
    )
    return 0
