"""Records the books of the present schema for the versions to come: python -m tests.store.recording, before a migration is added."""

import gzip
import sqlite3
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.demo.story import FIRST_DAY, scenes
from tests.service.world import World

FOLDER = Path(__file__).parents[1] / "data/stores"
LAST_DAY = date(2026, 2, 6)
BEGINS = datetime.combine(FIRST_DAY, time(8), ZoneInfo("Europe/Brussels"))


def live(world: World) -> None:
    """Live through the first weeks of the story."""
    day = FIRST_DAY
    while day <= LAST_DAY:
        world.at(day, 9, 5)
        world.work()
        for scene in (scene for scene in scenes() if scene.day == day):
            world.at(day, 10)
            scene.act(world)
        world.at(day, 17, 5)
        world.work()
        day += timedelta(days=1)


def recorded(folder: Path) -> tuple[int, bytes]:
    """The schema's number, and the first weeks of the story's books as compressed SQL."""
    world = World.built(folder, BEGINS)
    live(world)
    world.app.store.checkpoint()
    path = world.app.settings.store_path
    world.close()
    connection = sqlite3.connect(path)
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    text = "\n".join([*connection.iterdump(), f"PRAGMA user_version = {number};", ""])
    connection.close()
    return number, gzip.compress(text.encode(), 9, mtime=0)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        number, content = recorded(Path(folder))
    target = FOLDER / f"schema-{number}.sql.gz"
    target.write_bytes(content)
    sys.stdout.write(f"{target}: {len(content)} bytes\n")


if __name__ == "__main__":
    main()
