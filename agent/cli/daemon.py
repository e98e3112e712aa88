"""`relance run` and `relance once`: the real work."""

from argparse import Namespace
from contextlib import suppress

from agent.cli.screen import Screen
from agent.config import Settings, load
from agent.errors import CorruptStore, NewerStore
from agent.service import log
from agent.service.beginning import patiently
from agent.service.bootstrap import build, close
from agent.service.daemon import Daemon
from agent.service.gauges import tell_damage
from agent.service.jail import keep_to_itself
from agent.service.sharing import own_folder
from agent.service.systemd import Notifier
from agent.service.tick import set_timers
from agent.service.timekeeping import Timekeeper
from agent.service.walls import tell_of_walls
from agent.service.work import once


def run(arguments: Namespace, screen: Screen) -> int:
    """Watch the mailbox until stopped, or do once what waits and what is due."""
    log.set_up()
    keep_to_itself()
    settings = load(arguments.config)
    try:
        if arguments.command == "run":
            return patiently(lambda: _work(settings, arguments, screen), Notifier())
        return _work(settings, arguments, screen)
    except NewerStore:
        raise  # the books are whole; this program is too old for them
    except CorruptStore:
        # no mail can be written any more: the exit code, the log and monitoring tell of it
        if settings.metrics is not None:
            with suppress(OSError):
                tell_damage(settings.metrics)
        raise


def _work(settings: Settings, arguments: Namespace, screen: Screen) -> int:
    app = build(settings)
    try:
        with own_folder(app):
            tell_of_walls(app.store)
            if arguments.command == "run":
                Daemon(app, lambda: load(arguments.config)).run()
                return 0
            set_timers(app)
            Timekeeper(app.clock, app.store).was_set_back(app)
            report = once(app)
    finally:
        close(app)
    counts = ((name, len(getattr(report, name))) for name in ("sent", "deferred", "failed", "held"))
    screen.line(", ".join(f"{count} {name}" for name, count in counts))
    if report.problem:
        screen.line(report.problem, "bold red")
    return 1 if report.problem else 0
