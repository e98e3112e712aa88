"""`relance run` and `relance once`: the real work."""

from argparse import Namespace

from agent.cli.screen import Screen
from agent.config import load
from agent.service import log
from agent.service.bootstrap import build, close
from agent.service.daemon import Daemon
from agent.service.jail import keep_to_itself
from agent.service.tick import set_timers
from agent.service.timekeeping import Timekeeper
from agent.service.work import once


def run(arguments: Namespace, screen: Screen) -> int:
    """Watch the mailbox until stopped, or do once what waits and what is due."""
    log.set_up()
    keep_to_itself()
    app = build(load(arguments.config))
    try:
        if arguments.command == "run":
            Daemon(app, lambda: load(arguments.config)).run()
            return 0
        set_timers(app)
        Timekeeper(app.clock).was_set_back(app)
        report = once(app)
    finally:
        close(app)
    counts = ((name, len(getattr(report, name))) for name in ("sent", "deferred", "failed", "held"))
    screen.line(", ".join(f"{count} {name}" for name, count in counts))
    if report.problem:
        screen.line(report.problem, "bold red")
    return 1 if report.problem else 0
