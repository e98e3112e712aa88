"""`python -m tests.workers [MESSAGES=10000] [WORKERS=4] [SEED=1] [KILLS=60] [PAUSES=15] [CUTS=15] [FAILOVERS=3] [RELAYS=10] [LEASE=4]`.

Several workers share three mailboxes and one database while they are killed, paused and cut off, the relays break, and the database
fails over to its standby. First it is measured what one worker does and what all of them do, in peace. The last line counts; the exit
code is 0 when nothing was lost, nothing came twice and nothing was wrong. SEED makes the same dice again. KEEP=1 keeps the folders,
PEACE=0 leaves the measuring out.
"""

from __future__ import annotations

import random
import signal
import sys
from collections import Counter

from tests.torture.checks import Findings
from tests.torture.world import Stuck, Zygote
from tests.workers.crowd import Crowd
from tests.workers.faults import Mishaps
from tests.workers.judge import gathered, held, judge
from tests.workers.play import Play, rate
from tests.workers.world import World

_GIVEN = {
    "MESSAGES": 10_000, "WORKERS": 4, "SEED": 1, "KILLS": 60, "PAUSES": 15, "CUTS": 15, "FAILOVERS": 3, "RELAYS": 10, "LEASE": 4,
    "PEACE": 600, "KEEP": 0,
}  # fmt: skip
# What ends a walk too soon: it is counted as wrong.
_STOPS = (Stuck, LookupError, OSError, RuntimeError)


def main(words: list[str]) -> int:
    """0 when nothing was lost, nothing twice and nothing wrong."""
    given = _GIVEN | {name: int(number) for name, _, number in (word.partition("=") for word in words)}
    # whoever ends it ends its servers too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    zygote = Zygote()
    try:
        for workers in sorted({1, given["WORKERS"]}) if given["PEACE"] else ():
            each = rate(zygote, given["PEACE"], workers)
            _say(f"in peace, {workers} worker{'s' if workers > 1 else ''}: {each:.1f} messages/s")
        findings, counts = _walk(given, zygote)
    finally:
        zygote.close()
    for line in findings.lines():
        _say(line)
    told = (len(findings.lost), len(findings.twice), len(findings.wrong))
    happened = ", ".join(f"{counts[kind]} {kind}s" for kind in ("kill", "pause", "cut", "failover"))
    _say(
        f"{given['MESSAGES']} messages, {given['WORKERS']} workers, {happened}: "
        f"{told[0]} lost, {told[1]} twice, {told[2]} wrong"
    )
    return 1 if any(told) else 0


def _walk(given: dict[str, int], zygote: Zygote) -> tuple[Findings, Counter[str]]:
    """What was found in the end, and what happened."""
    dice = random.Random(given["SEED"])
    crowd = Crowd(given["MESSAGES"], dice)
    standby, keep = given["FAILOVERS"] > 0, bool(given["KEEP"])
    with World(crowd, zygote, workers=given["WORKERS"], lease=given["LEASE"], standby=standby, keep=keep) as world:
        mishaps = Mishaps(
            world,
            random.Random(given["SEED"] + 1),
            kill=given["KILLS"],
            pause=given["PAUSES"],
            cut=given["CUTS"],
            failover=given["FAILOVERS"],
            relay=given["RELAYS"],
        )
        play = Play(world, mishaps, given["MESSAGES"], _say)
        stopped = Findings()
        try:
            play.play()
        except _STOPS as error:
            stopped.wrong.add(f"the walk stopped: {error}")
        world.stop()
        evidence = gathered(world)
        shares = ", ".join(f"{number}: {count}" for number, count in world.shares().items())
        _say(
            f"handled by each worker: {shares}; {held(evidence)} mails held in doubt; {mishaps.counts['relay']} relays failed"
        )
        return judge(evidence) | stopped, mishaps.counts


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
