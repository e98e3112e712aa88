"""Plays the story: once in peace, then with deaths, and compares."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from agent.store.tinydb_store import TinyStore
from tests.torture import checks
from tests.torture.checks import Findings
from tests.torture.points import BACKUP, MIGRATION, POINTS
from tests.torture.sink import RELAY
from tests.torture.story import Author, Scene
from tests.torture.world import Life, Stuck, World, Zygote

# The deaths of a round, by how often each kind is drawn.
_DRAWN = {
    "time": 6,
    "start": 2,
    "migrate": 1,
    "backup": 1,
    **dict.fromkeys(POINTS, 2),
    **dict.fromkeys(RELAY, 2),
}
_SERVER = 4
_OLDEST = 1


@dataclass(slots=True)
class Tally:
    """What happened: deaths by their place, and what was found wrong."""

    deaths: Counter[str] = field(default_factory=Counter)
    findings: Findings = field(default_factory=Findings)
    held: int = 0

    @property
    def kills(self) -> int:
        """How many deaths."""
        return self.deaths.total()

    def add(self, other: Tally) -> None:
        """Count what happened in another play too."""
        self.deaths += other.deaths
        self.findings |= other.findings
        self.held += other.held


def set_scene(world: World, scene: Scene, rate: float = 1.0) -> None:
    """Put the clock on the scene's moment and its mails into the inbox, while the daemon is down."""
    author = Author(scene.at, scene.name, world.sink.received, list(world.posted))
    for mail in list(scene.write(author)):
        world.post(mail.as_bytes())
    world.unread_marks = len(world.sink.mails)
    world.paid |= set(scene.paid)
    world.clock.set(scene.at, rate)


def in_peace(world: World, played: Sequence[Scene]) -> Counter[checks.Line]:
    """The books and mails of a play in which nobody dies."""
    for scene in played:
        set_scene(world, scene)
        world.start()
        world.rest()
        world.settle()
    return checks.told(world)


def with_deaths(world: World, played: Sequence[Scene], dice: random.Random, kills: int, tally: Tally) -> None:
    """The play with about so many deaths, spread over its scenes."""
    for number, scene in enumerate(played):
        share = kills * (number + 1) // len(played) - kills * number // len(played)
        set_scene(world, scene)
        before = tally.kills
        while tally.kills < before + share:
            if not _one_life(world, dice, tally):
                break
        while tally.kills < before + share:
            _idle_death(world, dice, tally)
        _come_to_rest(world, tally)


def _one_life(world: World, dice: random.Random, tally: Tally) -> bool:
    """A life and its death; False when it came to rest before its hour."""
    drawn = {**_DRAWN, "server": _SERVER} if world.in_database else _DRAWN
    kind = dice.choices(list(drawn), list(drawn.values()))[0]
    life = _begin(world, dice, kind)
    timer = None
    if kind in ("time", "start"):
        seconds = dice.uniform(0.0, 0.25) if kind == "start" else dice.uniform(0.05, 1.2)
        timer = world.kill_after(seconds, life, kind)
    if kind == "backup":
        _backup_dies(world, dice, tally)
    if kind == "server":
        _server_dies(world, life, dice, tally)
    rested = world.rest()
    if timer is not None and not rested:
        timer.join()
    if rested:
        if timer is not None:
            timer.cancel()
        life.kill("rest")
    _count_death(world, life, tally)
    return not rested


def _server_dies(world: World, life: Life, dice: random.Random, tally: Tally) -> None:
    """The server of the books dies at the daemon's side; who cannot go on without it ends by himself, and systemd starts him again."""
    life.ended(dice.uniform(0.05, 1.2))
    world.ground.die()
    tally.deaths["the server of the books"] += 1
    if life.ended(dice.uniform(0.0, 1.0)):
        life.died_at = "with the server of the books"
    life.kill("after the server of the books")


def _begin(world: World, dice: random.Random, kind: str) -> Life:
    if kind == "migrate":
        make_older(world)
        return world.start("migrate", dice.randint(1, MIGRATION["migrate"]))
    most = POINTS.get(kind) or RELAY.get(kind, 0)
    return world.start(kind if most else "", dice.randint(1, most) if most else 0)


def _idle_death(world: World, dice: random.Random, tally: Tally) -> None:
    """A death of a daemon that has nothing to do, or of one that starts."""
    kind = dice.choice(("start", "start", "migrate", "migrate", "backup", "rest"))
    life = _begin(world, dice, kind)
    if kind == "backup":
        _backup_dies(world, dice, tally)
    life.ended(dice.uniform(0.0, 0.4))
    life.kill(kind)
    _count_death(world, life, tally)


def _count_death(world: World, life: Life, tally: Tally) -> None:
    code = world.bury(life)
    if not life.died_at:
        tally.findings.wrong.add(f"the daemon ended by itself with {code}")
    tally.deaths[life.died_at or "itself"] += 1
    tally.findings |= checks.after_death(world)


def _come_to_rest(world: World, tally: Tally) -> None:
    """Let a life finish the scene; the operator decides about what is in doubt."""
    world.start()
    if not world.rest():
        raise Stuck(f"the daemon ended by itself: {world.log()[-2000:]}")
    while decided := world.decide():
        tally.held += decided
        time.sleep(0.05)
        if not world.rest():
            raise Stuck(f"the daemon ended by itself: {world.log()[-2000:]}")
    world.settle()
    tally.findings |= checks.at_the_end(world)


def make_older(world: World) -> None:
    """Let the store look as if an older program had written it, so that its next opening migrates."""
    if world.ground.begun():
        world.ground.make_older(_OLDEST)


def _backup_dies(world: World, dice: random.Random, tally: Tally) -> None:
    """A backup beside the daemon is killed; what bears a backup's name afterwards is whole."""
    if not world.ground.begun():
        return
    point, most = dice.choice(list(BACKUP.items()))
    life = world.run(("backup",), point, dice.randint(1, most))
    life.ended(dice.uniform(0.05, 1.0))
    life.kill("backup")
    world.bury(life)
    if life.died_at:
        tally.deaths[f"backup {life.died_at}".replace("backup backup", "backup")] += 1
    for path in (world.state / "backups").glob("[!.]*.db"):
        tally.findings.wrong |= set(_unsound(path))


def _unsound(path: Path) -> Iterator[str]:
    copy = TinyStore.open(path, read_only=True)
    try:
        yield from (f"the backup {path.name}: {problem}" for problem in copy.verify()[:3])
    finally:
        copy.close()


def compare(reference: Counter[checks.Line], played: Counter[checks.Line]) -> set[str]:
    """The lines in which two plays differ."""
    missing = {f"missing: {' | '.join(line)}" for line in reference - played}
    return missing | {f"too much: {' | '.join(line)}" for line in played - reference}


@dataclass(slots=True)
class Stage:
    """Where plays are played: a folder for each, and the process from which lives are forked. Use as a context manager."""

    keep: bool = False
    in_database: bool = False
    folder: Path = field(init=False)
    zygote: Zygote = field(init=False)

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="torture-"))
        self.zygote = Zygote()
        return self

    def __exit__(self, *_: object) -> None:
        self.zygote.close()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def world(self, name: str) -> World:
        """Servers and files for one play."""
        return World(self.folder / name, self.zygote, self.in_database)
