"""The walk of several workers in a short form: some dozens of mails, two kills, a pause and a cut. `make workers` is the long one."""

import random
from collections.abc import Iterator

import pytest

from tests.torture.world import Zygote
from tests.workers.crowd import Crowd
from tests.workers.faults import Mishaps
from tests.workers.judge import gathered, judge
from tests.workers.play import Play
from tests.workers.world import World

pytestmark = [pytest.mark.walk, pytest.mark.kill, pytest.mark.timeout(600)]
MESSAGES = 60


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """The process from which workers are forked."""
    zygote = Zygote()
    yield zygote
    zygote.close()


def test_three_workers_share_the_work_whatever_happens_to_them(zygote: Zygote) -> None:
    """Killed, stopped and cut off for longer than a lease, they handle each mail once, in order, and send each answer once."""
    with World(Crowd(MESSAGES, random.Random(7)), zygote, workers=3, lease=3) as world:
        mishaps = Mishaps(world, random.Random(7), kill=2, pause=1, cut=1)
        Play(world, mishaps, MESSAGES, print).play()
        world.stop()
        evidence = gathered(world)
        assert list(judge(evidence).lines()) == []
        assert mishaps.counts == {"kill": 2, "pause": 1, "cut": 1}
        assert len(evidence.posted) == MESSAGES
        assert all(count > 0 for count in world.shares().values())
