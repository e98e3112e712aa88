"""The harness itself, in a short form: a morning of the play with a handful of deaths, and one fault. `make torture` is the long one."""

import random

import pytest

from tests.torture import checks, faults, play
from tests.torture.faults import Report
from tests.torture.play import Stage, Tally
from tests.torture.story import scenes

pytestmark = [pytest.mark.walk, pytest.mark.kill, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stage():
    with Stage() as stage:
        yield stage


@pytest.mark.parametrize("in_database", [False, True], ids=["file", "database"])
def test_a_morning_of_deaths_ends_like_one_in_peace(stage, in_database):
    """Killed at a dozen points while invoices are handed over and reminded of, it does what it does when it is left alone."""
    stage.in_database = in_database
    morning, tally = scenes()[:2], Tally()
    with stage.world(f"peace-{in_database}") as world:
        reference = play.in_peace(world, morning)
    with stage.world(f"deaths-{in_database}") as world:
        play.with_deaths(world, morning, random.Random("a morning"), 12, tally)
        told = checks.told(world)
    assert tally.kills >= 12
    assert list(tally.findings.lines()) == []
    assert play.compare(reference, told) == set()


def test_a_relay_that_hangs_up_after_the_data_makes_nothing_twice(stage):
    """Each mail is in doubt, the operator says that it arrived, and nobody gets it again."""
    stage.in_database = False
    report = Report()
    with stage.world("fault") as world:
        faults.all_of_them(world, report, "relay hangs up after the data, mail kept")
    assert report.made == 1
    assert list(report.findings.lines()) == []


def test_the_checks_see_what_is_wrong(stage):
    """A mail that is taken away is lost, one that left by itself is not in the books, and a stranger's copy is once too often."""
    with stage.world("blind") as world:
        play.set_scene(world, scenes()[0])
        world.start()
        world.rest()
        world.stop()
        assert list(checks.after_death(world).lines()) == []
        world.sink.mails += [world.sink.mails[0], ("us", ("somebody@example.org",), b"Message-ID: <odd@x>\r\n\r\n")]
        world.posted.append(b"Message-ID: <gone@x>\r\n\r\n")
        found = checks.after_death(world)
    assert len(found.lost) == 1
    assert len(found.twice) == 1
    assert found.wrong == {"<odd@x> was sent and is not in the books"}
