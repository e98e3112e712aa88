"""Two workers on one PostgreSQL and one mailbox in folders, each with a folder and a configuration of its own."""

import shutil
from contextlib import contextmanager
from pathlib import Path

from agent.config import load
from agent.demo.cast import write_configuration
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.daemon import Daemon
from agent.service.tick import set_timers
from tests.service.world import TUESDAY, World


class Crew:
    """The first worker as a `World`, and others beside it at the same clock."""

    def __init__(self, folder: Path, address: str, lease: int = 60) -> None:
        self._folder, self._store = folder, f'[store]\naddress = "{address}"\nshared = true\nlease_seconds = {lease}\n'
        write_configuration(folder / "one")
        self._furnish("one")
        self.world = World.of(load(folder / "one/config.toml"), TUESDAY.replace(hour=6))
        self._closed = [self.world.app]
        set_timers(self.world.app)

    @property
    def clock(self) -> SimulatedClock:
        """The time of all of them."""
        return self.world.clock

    def beside(self, name: str, *lacking: str, **lines: str):
        """Another worker of this name, whose configuration lacks these creditors and has these lines, each in its creditor's file."""
        folder = self._folder / name
        write_configuration(folder)
        self._furnish(name)
        for creditor in lacking:
            (folder / f"creditors/{creditor}.toml").unlink()
        for creditor, line in lines.items():
            path = folder / f"creditors/{creditor.replace('_', '-')}.toml"
            path.write_text(f"{line}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
        (folder / "state").mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(self._folder / "one/state/secret", folder / "state/secret")
        app = build(load(folder / "config.toml"), clock=self.clock, rehearsal=True)
        app.channels[0].mailbox.open()
        self._closed.append(app)
        return app

    def _furnish(self, name: str) -> None:
        path = self._folder / name / "config.toml"
        text = path.read_text(encoding="utf-8").replace('path = "', f'path = "{self._folder}/')
        path.write_text(f"{text}\n{self._store}", encoding="utf-8")

    def close(self) -> None:
        for app in self._closed:
            close(app)


def daemon_of(app) -> Daemon:
    """The service of this worker, before its first round."""
    return Daemon(app, lambda: app.settings)


@contextmanager
def crew_at(folder: Path, postgres, **more):
    """A crew in a schema of its own."""
    crew = Crew(folder, postgres.schema(), **more)
    try:
        yield crew
    finally:
        crew.close()
