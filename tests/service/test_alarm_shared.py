"""What fails for several workers is told once, and so is that it works again, whoever of them told it."""

from datetime import timedelta

import pytest

from agent.mail.outgoing import OutboxState
from agent.service.alarm import Alarm, Place
from tests.service.world import World

AT = Place("inbox", "mailbox")


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def told(world, alarms, hours):
    """What the operator is told within so many hours in which it fails for all of these, one after the other."""
    for _ in range(hours):
        for alarm in alarms:
            alarm.troubled(world.app, AT, "connection refused")
            alarm.tell(world.app)
        world.clock.advance(timedelta(hours=1))
    return letters(world)


def letters(world):
    """What waits for the operator: that it fails, or that it is back."""
    return [mail.key.split(":")[1] for mail in world.app.store.outbox([OutboxState.QUEUED])]


def test_each_day_one_of_them_tells_and_one_tells_that_it_is_over(world):
    """Two days of failure, told by one and by the other: two alerts, one all-clear."""
    one, other = Alarm(), Alarm()
    assert told(world, [one, other], 20) == ["mailbox_down"]
    assert told(world, [other, one], 10) == ["mailbox_down"] * 2
    one.well(world.app, AT)
    other.well(world.app, AT)
    assert letters(world) == ["mailbox_down", "mailbox_down", "mailbox_back"]


def test_who_told_it_may_be_gone_when_it_is_over(world):
    """The one who lives on says so, also when it fails for another reason by then."""
    one, other = Alarm(), Alarm()
    other.troubled(world.app, AT, "connection refused")
    assert told(world, [one], 2) == ["mailbox_down"]
    other.troubled(world.app, AT, "no route to host")
    other.well(world.app, AT)
    assert letters(world) == ["mailbox_down", "mailbox_back"]
