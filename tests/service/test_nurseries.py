"""What the other tests lean on: a warm nursery goes from one program to the next, and only a well one."""

import os
import signal

from agent.service.sandbox import Result, Sandbox
from tests.servers.nurseries import Nurseries

LOADED = ("agent.domain.money",)


def forked_from(box: Sandbox) -> int:
    """The process id of the nursery that a child of this sandbox came from."""
    outcome = box.run(os.getppid)
    assert isinstance(outcome, Result)
    return outcome.value


def test_a_nursery_is_handed_on_and_its_children_are_not():
    """The next sandbox has a child of its own from the same process; two at once have a process each."""
    with Nurseries():
        with Sandbox(preload=LOADED) as first:
            nursery, child = forked_from(first), first.run(os.getpid)
            with Sandbox(preload=LOADED) as beside:
                another = forked_from(beside)
                assert another != nursery
        with Sandbox(preload=LOADED) as second:
            assert forked_from(second) in {nursery, another}
            assert second.run(os.getpid) != child


def test_a_dead_nursery_is_not_handed_on():
    """Neither one that died at work nor one that died while nobody had it."""
    with Nurseries():
        with Sandbox(preload=LOADED) as first:
            nursery = forked_from(first)
        os.kill(nursery, signal.SIGKILL)
        with Sandbox(preload=LOADED) as second:
            another = forked_from(second)
            assert another != nursery
            os.kill(another, signal.SIGKILL)
        with Sandbox(preload=LOADED) as third:
            assert forked_from(third) not in {nursery, another}
