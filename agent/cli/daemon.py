"""`relance run` and `relance once`: the real work."""

from argparse import Namespace

from agent.cli.screen import Screen
from agent.config import load
from agent.service import daemon, log
from agent.service.bootstrap import build


def run(arguments: Namespace, _: Screen) -> int:
    """Watch the mailbox until stopped, or do once what waits and what is due."""
    log.set_up()
    app = build(load(arguments.config))
    if arguments.command == "once":
        daemon.once(app)
    else:
        daemon.run(app)
    return 0
