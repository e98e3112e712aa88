"""`relance restore FILE`: put a copy of the books back, and find out in the mailbox what came and left since it was taken."""

from argparse import Namespace

from agent.cli.screen import Screen
from agent.config import Settings, load
from agent.config.stores import store_place
from agent.errors import ConfigError, TemporaryError
from agent.service.bootstrap import build, close
from agent.service.clock import SystemClock
from agent.service.restored import catch_up
from agent.store.restore import Restored, restore, restore_into
from agent.store.tinydb_store import TinyStore


def run(arguments: Namespace, screen: Screen) -> int:
    """Restore, then compare; 1 when something does not verify or differs. The service must not be running."""
    settings = load(arguments.config)
    done = _restored(arguments, settings)
    taken = f"{done.taken:%Y-%m-%d %H:%M} UTC" if done.taken else "an unknown day"
    screen.line(f"Restored: the books as they were on {taken}.")
    if done.aside:
        screen.line(f"What lay there before is kept in {done.aside}.")
    for problem in done.problems:
        screen.line(problem, "bold red")
    wrong = bool(done.problems)
    if arguments.offline:
        screen.line("Nothing is sent until the service has compared the books with the mailbox.")
        return int(wrong)
    return int(_compare(settings, screen) or wrong)


def _restored(arguments: Namespace, settings: Settings) -> Restored:
    now, state = SystemClock().now(), settings.state_dir
    if not settings.store.address:
        return restore(arguments.copy, state, now, force=arguments.force, identity=arguments.identity)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = TinyStore.open(store_place(settings))
    try:
        return restore_into(store, arguments.copy, state, now, identity=arguments.identity)
    finally:
        store.close()


def _compare(settings: Settings, screen: Screen) -> bool:
    """Whether something differs, or could not be compared."""
    try:
        app = build(settings)
        try:
            found = catch_up(app)
        finally:
            close(app)
    except (TemporaryError, ConfigError) as error:
        screen.line(f"The mailbox cannot be read now: {error}", "bold red")
        screen.line("Nothing is sent until the service has compared the books with it.")
        return True
    screen.line(f"Compared with the mailbox: {found}.")
    for line in found.differences if found else ():
        screen.line(f"- {line}")
    return bool(found and found.differences)
