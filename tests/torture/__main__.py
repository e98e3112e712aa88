"""`python -m tests.torture [KILLS=1000] [SEED=1] [GROUND=postgres]`: kills the daemon over and over in the middle of its work, and counts what went wrong.

Every death is followed by `relance verify` and by a look at every mail that went in and came out; at the end the books must be those
of a play in which nobody died. Beside that each fault of the servers, the disk and the clock is made once. The last line counts; the
exit code is 0 when nothing was lost, nothing sent twice and nothing wrong. SEED makes the same dice again. KEEP=1 keeps the folders.
With GROUND=postgres the books lie in a database, and its server dies among the others.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.torture import checks, faults, play
from tests.torture.checks import Line
from tests.torture.faults import Report
from tests.torture.play import Stage, Tally
from tests.torture.story import scenes

# So many deaths fit into one play: more would only kill a daemon that has nothing to do.
_IN_ONE_PLAY = 260
_AT_ONCE = 2
# What ends a play too soon: it is counted as wrong, and the others go on.
_STOPS = (play.Stuck, LookupError, OSError, RuntimeError)


def main(words: list[str]) -> int:
    """0 when nothing was lost, nothing sent twice and nothing wrong."""
    given = dict(word.split("=", 1) for word in words)
    kills, seed, keep = int(given.get("KILLS", "1000")), int(given.get("SEED", "1")), bool(given.get("KEEP"))
    database = given.get("GROUND") == "postgres"
    plays = -(-kills // _IN_ONE_PLAY)
    shares = [kills * (n + 1) // plays - kills * n // plays for n in range(plays)]
    began, tally = time.monotonic(), Tally()
    with ProcessPoolExecutor(_AT_ONCE) as pool:
        first = pool.submit(_peace, keep, database)
        others = [pool.submit(_deaths, f"{seed}-{n}", share, keep, database) for n, share in enumerate(shares, 1)]
        mishaps = pool.submit(_faults, keep, database)
        reference, told = first.result()
        if reference is None:
            tally.findings.wrong.add(told)
        _say(f"in peace: {told}, {_since(began)}")
        for number, other in enumerate(others, 1):
            some, lines = other.result()
            if lines is not None and reference is not None:
                some.findings.wrong |= play.compare(reference, lines)
            tally.add(some)
            _say(f"play {number}: {tally.kills} kills so far, {tally.held} mails held in doubt, {_since(began)}")
        report = mishaps.result()
    for line in report.lines:
        _say(f"fault: {line}")
    tally.findings |= report.findings
    for place, count in sorted(tally.deaths.items()):
        _say(f"{count:6} {place}")
    for line in tally.findings.lines():
        _say(line)
    found = tally.findings
    counts = (len(found.lost), len(found.twice), len(found.wrong))
    _say(f"{tally.kills} kills, {counts[0]} lost, {counts[1]} twice, {counts[2]} wrong")
    return 1 if any(counts) else 0


def _peace(keep: bool, database: bool) -> tuple[Counter[Line] | None, str]:
    """What a play without deaths leaves, and how many mails it had; None with the reason when it could not be played to its end."""
    try:
        with Stage(keep=keep, in_database=database) as stage, stage.world("peace") as world:
            lines = play.in_peace(world, scenes())
            return lines, f"{len(world.posted)} mails in, {len(world.sink.mails)} out"
    except _STOPS as error:
        return None, f"the play in peace stopped: {error!r}"


def _deaths(seed: str, kills: int, keep: bool, database: bool) -> tuple[Tally, Counter[Line] | None]:
    """What happened in a play with so many deaths, and what it left; None when it could not be played to its end."""
    tally = Tally()
    try:
        with Stage(keep=keep, in_database=database) as stage, stage.world("play") as world:
            play.with_deaths(world, scenes(), random.Random(seed), kills, tally)
            return tally, checks.told(world)
    except _STOPS as error:
        tally.findings.wrong.add(f"the play {seed} stopped: {error!r}")
        return tally, None


def _faults(keep: bool, database: bool) -> Report:
    """What came of the faults of servers, disk and clock."""
    report = Report()
    try:
        with Stage(keep=keep, in_database=database) as stage, stage.world("faults") as world:
            faults.all_of_them(world, report)
    except _STOPS as error:
        report.findings.wrong.add(f"the faults stopped: {error!r}")
    return report


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
